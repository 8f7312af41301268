//! Changed seeds, the same in every run: bytes flipped, cut, doubled, put in, and seeds crossed with one another.

/// Numbers that are the same in every run (xorshift, by Marsaglia).
pub struct Chance(u64);

/// What readers tend to trip over.
const STUMBLING: [&[u8]; 24] = [
    b"\0",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\x80\0\0\0",
    b"%00",
    b"%",
    b"&",
    b"=",
    b"..",
    b"/%2e%2E/",
    b"\r\n\r\n",
    b"\xc3\x28",
    b"\xed\xa0\x80",
    b"<!DOCTYPE a [<!ENTITY b \"c\">]>",
    b"]]>",
    b"&#x0;",
    b"-1",
    b"9223372036854775808",
    b"1e999",
    b"0.005",
    "１９８０年2月30日".as_bytes(),
    "\u{202e}党".as_bytes(),
    b"\"\n\"",
    b"[[[[[[[[[[[[[[[[{\"a\":",
];
/// No changed seed is longer.
const LONGEST: usize = 64 * 1024;

impl Chance {
    /// Chance that begins here.
    pub fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap_or(1).max(1)).unwrap_or_default()
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap_or_default()
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        list.get(self.below(list.len()))
    }
}

/// One of the seeds, changed in one to six places.
pub fn changed(seeds: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = chance.of(seeds).cloned().unwrap_or_default();
    for _ in 0..=chance.below(6) {
        change(&mut bytes, seeds, chance);
    }
    bytes.truncate(LONGEST);
    bytes
}

fn change(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], chance: &mut Chance) {
    let at = chance.below(bytes.len() + 1);
    let end = (at + chance.below(16) + 1).min(bytes.len());
    match chance.below(7) {
        0 => {
            let bit = 1 << chance.below(8);
            bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= bit);
        }
        1 => {
            let new = chance.byte();
            bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = new);
        }
        2 => drop(bytes.drain(at..end)),
        3 => {
            let piece: Vec<u8> = bytes.iter().skip(at).take(end - at).copied().collect();
            let many = chance.below(40) + 1;
            insert(bytes, at, &piece.repeat(many));
        }
        4 => {
            let piece = chance.of(&STUMBLING).copied().unwrap_or_default();
            insert(bytes, at, piece);
        }
        5 => bytes.truncate(at),
        _ => {
            let other = chance.of(seeds).cloned().unwrap_or_default();
            let from = chance.below(other.len() + 1);
            bytes.truncate(at);
            bytes.extend(other.iter().skip(from));
        }
    }
}

fn insert(bytes: &mut Vec<u8>, at: usize, piece: &[u8]) {
    let tail = bytes.split_off(at.min(bytes.len()));
    bytes.extend_from_slice(piece);
    bytes.extend(tail);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_the_same_in_every_run_and_differ_from_one_another() {
        let seeds = [b"one".to_vec(), b"another".to_vec()];
        let run = || {
            let mut chance = Chance::new(7);
            (0..200).map(|_| changed(&seeds, &mut chance)).collect::<Vec<_>>()
        };
        let (first, second) = (run(), run());
        assert_eq!(first, second);
        let different: std::collections::BTreeSet<_> = first.iter().collect();
        assert!(different.len() > 120, "{}", different.len());
        assert!(changed(&[], &mut Chance::new(1)).len() <= LONGEST);
    }
}
