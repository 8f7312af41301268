//! The vault.

use proptest::prelude::*;

use crate::{ProblemKind, Vault};

fn vault() -> Vault {
    Vault::new([7; 32])
}

#[test]
fn the_same_text_looks_different_each_time() {
    assert_ne!(vault().seal("phone", "13812348003"), vault().seal("phone", "13812348003"));
}

#[test]
fn the_index_is_stable_and_belongs_to_key_and_purpose() {
    let index = vault().index("phone", "13812348003");
    assert_eq!(index.len(), 16);
    assert_eq!(vault().index("phone", "13812348003"), index);
    assert_ne!(vault().index("phone", "13812348004"), index);
    assert_ne!(vault().index("id_card", "13812348003"), index);
    assert_ne!(Vault::new([8; 32]).index("phone", "13812348003"), index);
}

#[test]
fn the_index_never_changes_between_versions() {
    let index: [u8; 16] = vault().index("phone", "13812348003").try_into().unwrap();
    assert_eq!(
        u128::from_be_bytes(index),
        0xaed1_6c01_ded4_07f2_606f_5801_631e_e8e3,
        "kept data is found by this value"
    );
}

#[test]
fn another_key_or_purpose_does_not_open() {
    let sealed = vault().seal("phone", "13812348003");
    for refused in [Vault::new([8; 32]).open("phone", &sealed), vault().open("id_card", &sealed)] {
        let problem = refused.unwrap_err();
        assert_eq!(problem.kind, ProblemKind::Fault);
        assert!(!problem.to_string().contains("138"), "{problem}");
    }
}

#[test]
fn bytes_that_are_no_text_open_as_bytes_only() {
    let sealed = vault().seal_bytes("photo", b"\xff\xd8\xff");
    assert_eq!(vault().open_bytes("photo", &sealed).unwrap(), b"\xff\xd8\xff");
    assert_eq!(vault().open("photo", &sealed).unwrap_err().kind, ProblemKind::Fault);
    assert!(vault().open_bytes("paper", &sealed).is_err());
}

#[test]
fn a_vault_does_not_print_its_key() {
    assert_eq!(format!("{:?}", vault()), "Vault(redacted)");
}

proptest! {
    #[test]
    fn what_is_sealed_opens(text in ".*", purpose in "[a-z_]{1,12}", key in any::<[u8; 32]>()) {
        let vault = Vault::new(key);
        let sealed = vault.seal(&purpose, &text);
        prop_assert_eq!(sealed.len(), text.len() + 29);
        prop_assert_eq!(vault.open(&purpose, &sealed).unwrap(), text);
    }

    #[test]
    fn sealed_bytes_open(plain in prop::collection::vec(any::<u8>(), 0..200), purpose in "[a-z_]{1,12}") {
        let sealed = vault().seal_bytes(&purpose, &plain);
        prop_assert_eq!(sealed.len(), plain.len() + 29);
        prop_assert_eq!(vault().open_bytes(&purpose, &sealed).unwrap(), plain);
    }

    #[test]
    fn any_changed_bit_is_noticed(text in ".{0,20}", place in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let mut sealed = vault().seal("phone", &text);
        let place = place.index(sealed.len());
        sealed[place] ^= 1 << bit;
        prop_assert!(vault().open("phone", &sealed).is_err());
    }

    #[test]
    fn no_bytes_break_the_vault(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        prop_assert!(vault().open("phone", &bytes).is_err());
    }
}
