//! The voter's code 查票码: sixty bits of chance, easy to read aloud, and what proves that we drew it.

use std::fmt::{self, Write};

use ejia_kernel::{MemberId, Problem, Vault, narrow_solid};
use subtle::ConstantTimeEq;

use crate::BallotId;

/// Crockford's base 32: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 12;
const GROUP: usize = 4;

/// A code as a number below 2^60. It prints in three groups of four.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct VoterCode(u64);

impl VoterCode {
    /// A new code, by chance alone: nothing of voter or vote goes into it.
    pub(crate) fn draw() -> Result<Self, Problem> {
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes).map_err(Problem::fault)?;
        Ok(Self(u64::from_be_bytes(bytes) >> 4))
    }

    /// A code as somebody types it: small letters, spaces, hyphens, O for 0, I and L for 1.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut digits = 0;
        let bits = narrow_solid(text).chars().filter(|letter| !matches!(letter, '-' | '－' | '—')).try_fold(
            0_u64,
            |bits, letter| {
                digits += 1;
                (digits <= LENGTH).then_some(())?;
                Some(bits << 5 | digit(letter)?)
            },
        )?;
        (digits == LENGTH).then_some(Self(bits))
    }

    pub(crate) const fn bits(self) -> u64 {
        self.0
    }

    pub(crate) fn from_bits(bits: u64) -> Option<Self> {
        (bits >> 60 == 0).then_some(Self(bits))
    }

    /// What proves that we drew this code for this voter and this vote. So nobody votes under a code that another was
    /// given, or under one that he made up.
    pub(crate) fn mark(self, vault: &Vault, ballot: BallotId, member: MemberId) -> String {
        let mark = vault.index("ballot_mark", &format!("{ballot}\n{member}\n{self}"));
        hex(&mark)
    }

    /// Whether this is the mark.
    pub(crate) fn bears(self, mark: &str, vault: &Vault, ballot: BallotId, member: MemberId) -> bool {
        self.mark(vault, ballot, member).as_bytes().ct_eq(mark.as_bytes()).into()
    }
}

/// Bytes as small hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn digit(letter: char) -> Option<u64> {
    let letter = match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().position(|known| char::from(*known) == letter).and_then(|place| u64::try_from(place).ok())
}

impl fmt::Display for VoterCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in 0..LENGTH {
            if place > 0 && place % GROUP == 0 {
                formatter.write_str("-")?;
            }
            let at = usize::try_from((self.0 >> ((LENGTH - 1 - place) * 5)) & 31).unwrap_or_default();
            let letter = ALPHABET.get(at).copied().unwrap_or(b'0');
            write!(formatter, "{}", char::from(letter))?;
        }
        Ok(())
    }
}

impl fmt::Debug for VoterCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("VoterCode(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use ejia_kernel::Instant;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = VoterCode::read("8K3P-V7QD-2M01").unwrap();
        for typed in
            ["8k3pv7qd2m01", " 8K3P V7QD 2MO1 ", "8k3p-v7qd-2mol", "８Ｋ３Ｐ－Ｖ７ＱＤ－２ＭＯＩ", "8K3P—V7QD—2M01"]
        {
            assert_eq!(VoterCode::read(typed), Some(code), "{typed}");
        }
        for wrong in ["", "8K3P-V7QD-2M0", "8K3P-V7QD-2M011", "8K3P-V7QD-2M0U", "王K3P-V7QD-2M01"] {
            assert_eq!(VoterCode::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_mark_is_of_one_code_one_voter_and_one_vote() {
        let (vault, other) = (Vault::new([7; 32]), Vault::new([8; 32]));
        let (ballot, member) = (BallotId::random(), MemberId::new(Instant::from_ms(0)));
        let code = VoterCode::draw().unwrap();
        let mark = code.mark(&vault, ballot, member);
        assert!(code.bears(&mark, &vault, ballot, member));
        assert!(!code.bears(&mark, &other, ballot, member));
        assert!(!code.bears(&mark, &vault, BallotId::random(), member));
        assert!(!code.bears(&mark, &vault, ballot, MemberId::new(Instant::from_ms(0))));
        assert!(!VoterCode::draw().unwrap().bears(&mark, &vault, ballot, member));
        assert!(!code.bears("", &vault, ballot, member));
        assert!(!code.bears(&mark[1..], &vault, ballot, member));
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_again(bits in 0_u64..1 << 60) {
            let code = VoterCode::from_bits(bits).unwrap();
            prop_assert_eq!(code.to_string().len(), LENGTH + 2);
            prop_assert_eq!(VoterCode::read(&code.to_string()), Some(code));
            prop_assert_eq!(VoterCode::read(&code.to_string().to_lowercase()), Some(code));
        }

        #[test]
        fn codes_are_sorted_as_their_texts_are(a in 0_u64..1 << 60, b in 0_u64..1 << 60) {
            let (a, b) = (VoterCode(a), VoterCode(b));
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        }
    }
}
