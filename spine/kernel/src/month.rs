//! A calendar month, the unit in which dues are owed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Date;
use crate::text_schema;

/// Why a text is no month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no month: write it as 2026-03")]
pub struct MonthFault;

impl MonthFault {
    /// The code of the refusal.
    pub const fn code(self) -> &'static str {
        "kernel.month"
    }
}

/// A month of a year, written `2026-03`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month {
    year: i16,
    number: i8,
}

impl Month {
    /// The month of this number, January being 1, in a year from 1 to 9999.
    pub fn new(year: i16, number: i8) -> Result<Self, MonthFault> {
        if (1..=9999).contains(&year) && (1..=12).contains(&number) {
            Ok(Self { year, number })
        } else {
            Err(MonthFault)
        }
    }

    /// The month a day lies in.
    pub fn of(date: Date) -> Self {
        Self { year: date.year(), number: date.month() }
    }

    /// The year.
    pub const fn year(self) -> i16 {
        self.year
    }

    /// The number in the year, January being 1.
    pub const fn number(self) -> i8 {
        self.number
    }

    /// So many months later, or earlier when negative; it stops at the ends of the calendar.
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        let index = self.index().saturating_add(months).clamp(12, 9999 * 12 + 11);
        // Both parts are in range because the index was clamped.
        let year = i16::try_from(index / 12).unwrap_or(i16::MAX);
        let number = i8::try_from(index % 12 + 1).unwrap_or(1);
        Self { year, number }
    }

    /// The month after.
    #[must_use]
    pub fn next(self) -> Self {
        self.plus_months(1)
    }

    /// The month before.
    #[must_use]
    pub fn previous(self) -> Self {
        self.plus_months(-1)
    }

    /// How many months lie between: 1 from February to March, negative when `earlier` is later.
    pub fn months_since(self, earlier: Self) -> i32 {
        self.index() - earlier.index()
    }

    /// The day with this number; none when the month is too short.
    pub fn day(self, day: i8) -> Option<Date> {
        Date::new(self.year, self.number, day).ok()
    }

    fn index(self) -> i32 {
        i32::from(self.year) * 12 + i32::from(self.number) - 1
    }
}

impl fmt::Display for Month {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}", self.year, self.number)
    }
}

impl FromStr for Month {
    type Err = MonthFault;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (year, number) = text.split_once('-').ok_or(MonthFault)?;
        let digits = |part: &str, width| part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || !digits(number, 2) {
            return Err(MonthFault);
        }
        Self::new(year.parse().map_err(|_| MonthFault)?, number.parse().map_err(|_| MonthFault)?)
    }
}

impl TryFrom<String> for Month {
    type Error = MonthFault;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

text_schema!(Month, "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$", "description": "A month, as 2026-03.");
