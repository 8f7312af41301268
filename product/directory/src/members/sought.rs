//! What was typed into a search box, on its way through an address: a number stands there sealed, so that it is in no log of a
//! proxy, in no history of a browser, and on no screen that somebody looks over.

use data_encoding::BASE64URL_NOPAD;
use ejia_kernel::Vault;

/// Before what is sealed; no name begins with it.
const SEALED: char = '~';
const PURPOSE: &str = "directory.sought";
/// So many digits may be a part of somebody's phone or ID-card number.
const DIGITS: usize = 6;
/// More is not looked for.
const LONGEST: usize = 64;

/// What was typed as an address holds it. The same number looks different each time.
pub(crate) fn for_address(vault: &Vault, typed: &str) -> String {
    let typed: String = typed.trim().chars().take(LONGEST).collect();
    if typed.chars().filter(|letter| letter.is_numeric()).count() < DIGITS {
        return typed;
    }
    format!("{SEALED}{}", BASE64URL_NOPAD.encode(&vault.seal(PURPOSE, &typed)))
}

/// What was typed, from what an address holds. What this house has not sealed was typed as it stands.
pub(crate) fn typed(vault: &Vault, q: &str) -> String {
    let sealed = q.strip_prefix(SEALED).and_then(|text| BASE64URL_NOPAD.decode(text.as_bytes()).ok());
    sealed.and_then(|sealed| vault.open(PURPOSE, &sealed).ok()).unwrap_or_else(|| q.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_in_no_address_and_is_found_again_and_a_name_stands_as_it_is() {
        let vault = Vault::new([7; 32]);
        for number in ["13800138003", "１３８００１３８００３", "11010519491231002X", "138 0013", "陈13800138003"]
        {
            let held = for_address(&vault, number);
            assert!(held.starts_with(SEALED) && !held.contains("0013"), "{held}");
            assert_eq!(typed(&vault, &held), number);
            assert_ne!(for_address(&vault, number), held);
            // Another house cannot open it.
            assert_eq!(typed(&Vault::new([8; 32]), &held), held);
        }
        for name in ["陈", "cxm", "138", "~abc", ""] {
            assert_eq!(typed(&vault, &for_address(&vault, name)), name);
            assert_eq!(for_address(&vault, name), name);
        }
    }
}
