//! Leafing through a list by its keys, on and back, and the addresses of its pages.

use ejia_kernel::Problem;

/// Which way a page is read from its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// What comes after the place, in the order of the list.
    On,
    /// What comes before the place; fetched backwards, the nearest first.
    Back,
}

/// A page of a list, in its order.
#[derive(Debug)]
pub struct Leaf<T> {
    /// Its lines.
    pub lines: Vec<T>,
    /// Whether there is a page before it.
    pub previous: bool,
    /// Whether there is a page after it.
    pub next: bool,
}

/// The page of at most `most` lines that lies that way from a place; the first page without one. `fetch` is asked for
/// one line more than a page holds, which tells whether there is another page.
///
/// # Errors
/// Those of `fetch`.
pub fn leaf<K, T>(
    most: usize,
    from: Option<(K, Way)>,
    mut fetch: impl FnMut(Option<&K>, Way, i64) -> Result<Vec<T>, Problem>,
) -> Result<Leaf<T>, Problem> {
    let limit = i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
    let mut place = None;
    match from {
        Some((key, Way::Back)) => {
            let mut lines = fetch(Some(&key), Way::Back, limit)?;
            if lines.len() > most {
                lines.truncate(most);
                lines.reverse();
                return Ok(Leaf { lines, previous: true, next: true });
            }
            // That is where the list begins: its first page, and a whole one.
        }
        Some((key, Way::On)) => place = Some(key),
        None => {}
    }
    let mut lines = fetch(place.as_ref(), Way::On, limit)?;
    let next = lines.len() > most;
    lines.truncate(most);
    Ok(Leaf { previous: place.is_some() && !lines.is_empty(), lines, next })
}

/// The address that asks these things of a page; what is empty is not asked.
pub fn asking(path: &str, asked: &[(&str, &str)]) -> String {
    let asked = asked.iter().filter(|(_, value)| !value.is_empty());
    let query: Vec<String> = asked.map(|(name, value)| format!("{name}={}", in_address(value))).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}

/// Percent-encodes a value for an address line.
pub fn in_address(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            text.push(char::from(byte));
        } else {
            text.push('%');
            for digit in [byte >> 4, byte & 15] {
                let letter = char::from_digit(u32::from(digit), 16).unwrap_or('0');
                text.push(letter.to_ascii_uppercase());
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(from: Option<(u32, Way)>) -> (Vec<u32>, bool, bool) {
        let leaf = leaf(3, from, |place, way, limit| {
            let limit = usize::try_from(limit).unwrap();
            Ok(match way {
                Way::On => (1..=8).filter(|n| place.is_none_or(|place| n > place)).take(limit).collect(),
                Way::Back => (1..=8).rev().filter(|n| place.is_none_or(|place| n < place)).take(limit).collect(),
            })
        });
        let Leaf { lines, previous, next } = leaf.unwrap();
        (lines, previous, next)
    }

    #[test]
    fn an_address_asks_what_is_not_empty() {
        assert_eq!(asking("/list", &[("q", "陈"), ("kind", ""), ("after", "a b")]), "/list?q=%E9%99%88&after=a%20b");
        assert_eq!(asking("/list", &[("q", "")]), "/list");
    }

    #[test]
    fn a_list_is_leafed_through_both_ways() {
        assert_eq!(page(None), (vec![1, 2, 3], false, true));
        assert_eq!(page(Some((3, Way::On))), (vec![4, 5, 6], true, true));
        assert_eq!(page(Some((6, Way::On))), (vec![7, 8], true, false));
        assert_eq!(page(Some((7, Way::Back))), (vec![4, 5, 6], true, true));
        assert_eq!(page(Some((4, Way::Back))), (vec![1, 2, 3], false, true));
        assert_eq!(page(Some((2, Way::Back))), (vec![1, 2, 3], false, true), "the first page is a whole one");
        assert_eq!(page(Some((8, Way::On))), (vec![], false, false));
    }
}
