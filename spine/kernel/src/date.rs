//! A day of the calendar, without a time.

use std::fmt;
use std::str::FromStr;

use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};

use crate::narrow::narrow_solid;
use crate::text_schema;

/// More than lie between the ends of the calendar; a longer span cannot be built.
const DAYS: i32 = 4_000_000;
const YEARS: i32 = 10_000;

/// Why a text is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no date: write it as 2026-03-20")]
pub struct DateFault;

impl DateFault {
    /// The code of the refusal.
    pub const fn code(self) -> &'static str {
        "kernel.date"
    }
}

/// A day, written `2026-03-20`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date(jiff::civil::Date);

impl Date {
    /// The day with these numbers, in a year from 1 to 9999.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self, DateFault> {
        if !(1..=9999).contains(&year) {
            return Err(DateFault);
        }
        jiff::civil::Date::new(year, month, day).map(Self).map_err(|_| DateFault)
    }

    /// Reads the ways people and tables write a date: `1980-01-02`, `1980.1.2`, `1980/1/2`,
    /// `19800102`, `1980年1月2日`; full-width digits and blanks are folded.
    pub fn parse_loose(text: &str) -> Result<Self, DateFault> {
        let text = narrow_solid(text);
        if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            let part = |range| text.get(range).unwrap_or_default();
            return Self::from_parts(part(0..4), part(4..6), part(6..8));
        }
        let rest = text.strip_suffix('日').unwrap_or(&text);
        let separator = |character| matches!(character, '-' | '.' | '/' | '年' | '月');
        let parts: Vec<&str> = rest.split(separator).collect();
        match parts.as_slice() {
            [year, month, day] => Self::from_parts(year, month, day),
            _ => Err(DateFault),
        }
    }

    fn from_parts(year: &str, month: &str, day: &str) -> Result<Self, DateFault> {
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let short = |part: &str| (1..=2).contains(&part.len()) && digits(part);
        if year.len() != 4 || !digits(year) || !short(month) || !short(day) {
            return Err(DateFault);
        }
        Self::new(
            year.parse().map_err(|_| DateFault)?,
            month.parse().map_err(|_| DateFault)?,
            day.parse().map_err(|_| DateFault)?,
        )
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, January being 1.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The day of the month.
    pub fn day(self) -> i8 {
        self.0.day()
    }

    /// So many days later, or earlier when negative; it stops at the ends of the calendar.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        self.moved(days.clamp(-DAYS, DAYS).days())
    }

    /// So many months later, on the same day or the last of a shorter month.
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        self.moved(months.clamp(-12 * YEARS, 12 * YEARS).months())
    }

    /// So many years later; 29 February becomes the 28th in a common year.
    #[must_use]
    pub fn plus_years(self, years: i16) -> Self {
        self.moved(i32::from(years).clamp(-YEARS, YEARS).years())
    }

    /// How many days lie between; negative when `earlier` is later.
    pub fn days_since(self, earlier: Self) -> i32 {
        self.0
            .duration_since(earlier.0)
            .as_hours()
            .checked_div(24)
            .and_then(|days| i32::try_from(days).ok())
            .unwrap_or_default()
    }

    /// Completed years since `birth`: the age, on this day, of whoever was born then.
    pub fn years_since(self, birth: Self) -> i16 {
        let reached = (self.month(), self.day()) >= (birth.month(), birth.day());
        self.year() - birth.year() - i16::from(!reached)
    }

    /// As letters write it: `2026年3月20日`.
    pub fn chinese(self) -> String {
        format!("{}年{}月{}日", self.year(), self.month(), self.day())
    }

    fn moved(self, by: Span) -> Self {
        Self(self.0.saturating_add(by).max(jiff::civil::date(1, 1, 1)))
    }

    pub(crate) const fn from_civil(date: jiff::civil::Date) -> Self {
        Self(date)
    }

    pub(crate) const fn civil(self) -> jiff::civil::Date {
        self.0
    }
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl FromStr for Date {
    type Err = DateFault;

    /// Reads the one form dates are stored in, `2026-03-20`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts: Vec<&str> = text.split('-').collect();
        match parts.as_slice() {
            [year, month, day] if text.len() == 10 => Self::from_parts(year, month, day),
            _ => Err(DateFault),
        }
    }
}

impl TryFrom<String> for Date {
    type Error = DateFault;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

text_schema!(Date, "format": "date", "description": "A day.");
