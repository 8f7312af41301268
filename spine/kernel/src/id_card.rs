//! 公民身份证号 (GB 11643): the number that names a person.

use std::fmt;

use crate::narrow::narrow_solid;
use crate::{Date, Sex, sentence};

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK: &[u8; 11] = b"10X98765432";

/// The first two digits in use: the provinces (GB/T 2260), Taiwan 71, and 81, 82, 83 of the
/// residence permits. The other four are not checked: a district that was abolished stays in
/// the numbers it gave.
const PROVINCES: [u8; 36] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63,
    64, 65, 66, 71, 81, 82, 83,
];

/// Why a text is no ID-card number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdCardFault {
    /// Not 18 characters.
    #[error("an ID-card number has 18 characters")]
    Length,
    /// Something else than 17 digits and a digit or X.
    #[error("an ID-card number is 17 digits and a digit or X")]
    Characters,
    /// Begins with digits no province has.
    #[error("the ID-card number begins with no known region")]
    Region,
    /// Holds a day of birth that was never in the calendar.
    #[error("the ID-card number holds no real day of birth")]
    BirthDate,
    /// The last place does not fit the others.
    #[error("the check digit of the ID-card number does not fit")]
    CheckDigit,
}

impl IdCardFault {
    /// The code of the refusal.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Length => "kernel.id_card_length",
            Self::Characters => "kernel.id_card_characters",
            Self::Region => "kernel.id_card_region",
            Self::BirthDate => "kernel.id_card_birth_date",
            Self::CheckDigit => "kernel.id_card_check_digit",
        }
    }

    /// The refusal in a sentence.
    pub fn sentence(self) -> &'static str {
        sentence(self.code())
    }
}

/// A valid ID-card number. It prints redacted: only [`IdCardNumber::masked`] is for pages.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdCardNumber {
    text: String,
    birth_date: Date,
    sex: Sex,
}

impl IdCardNumber {
    /// Reads a number; full-width digits, a small x and blanks are folded.
    pub fn parse(text: &str) -> Result<Self, IdCardFault> {
        let text = narrow_solid(text).to_ascii_uppercase();
        if text.chars().count() != 18 {
            return Err(IdCardFault::Length);
        }
        let (body, check) = text.split_at_checked(17).ok_or(IdCardFault::Characters)?;
        let known = Self::complete(body)?;
        match check.as_bytes() {
            [b'0'..=b'9' | b'X'] if known.text == text => Ok(known),
            [b'0'..=b'9' | b'X'] => Err(IdCardFault::CheckDigit),
            _ => Err(IdCardFault::Characters),
        }
    }

    /// The number that begins with these 17 digits.
    pub fn complete(body: &str) -> Result<Self, IdCardFault> {
        if body.len() != 17 || !body.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(IdCardFault::Characters);
        }
        let part = |range| body.get(range).unwrap_or_default();
        let province = part(0..2).parse().unwrap_or_default();
        if !PROVINCES.contains(&province) {
            return Err(IdCardFault::Region);
        }
        let birth_date = birth_date(part(6..14)).ok_or(IdCardFault::BirthDate)?;
        let odd = part(16..17).parse().is_ok_and(|digit: u8| digit % 2 == 1);
        let sum: u32 = body.bytes().zip(WEIGHTS).map(|(byte, weight)| u32::from(byte - b'0') * weight).sum();
        let check = usize::try_from(sum % 11).ok().and_then(|place| CHECK.get(place));
        let check = char::from(*check.ok_or(IdCardFault::CheckDigit)?);
        Ok(Self { text: format!("{body}{check}"), birth_date, sex: if odd { Sex::Male } else { Sex::Female } })
    }

    /// The day of birth the number holds.
    pub const fn birth_date(&self) -> Date {
        self.birth_date
    }

    /// The sex the number holds: digit 17 is odd for men.
    pub const fn sex(&self) -> Sex {
        self.sex
    }

    /// The number in full, for the vault and for what must be written whole.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// For pages: the first three and the last four places, `350***********8003`.
    pub fn masked(&self) -> String {
        let part = |range| self.text.get(range).unwrap_or_default();
        format!("{}***********{}", part(0..3), part(14..18))
    }
}

fn birth_date(digits: &str) -> Option<Date> {
    let part = |range| digits.get(range).unwrap_or_default();
    let year = part(0..4).parse().ok().filter(|year| *year >= 1800)?;
    Date::new(year, part(4..6).parse().ok()?, part(6..8).parse().ok()?).ok()
}

impl fmt::Debug for IdCardNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("IdCardNumber(redacted)")
    }
}
