//! A moment, the same everywhere; shown in China's time.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

use crate::text_schema;
use crate::{Date, narrow};

const CHINA: Offset = Offset::constant(8);

/// Why a text is no instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no instant: write it as 2026-03-20T09:00:00+08:00")]
pub struct InstantFault;

impl InstantFault {
    /// The code of the refusal.
    pub const fn code(self) -> &'static str {
        "kernel.instant"
    }
}

/// A moment in milliseconds since 1970 (UTC).
///
/// `Display` is for people: `2026-03-20 09:00`, China time. JSON is for programs: RFC 3339 with
/// China's offset. A view that people read holds the former.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Instant(i64);

impl Instant {
    /// The moment so many milliseconds after 1970 (UTC).
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// Milliseconds since 1970 (UTC).
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// The first moment of a day in China.
    pub fn start_of(date: Date) -> Self {
        let midnight = date.civil().at(0, 0, 0, 0);
        CHINA.to_timestamp(midnight).map_or(Self(0), |stamp| Self(stamp.as_millisecond()))
    }

    /// Reads the ways people and forms write a moment in China: `2026-03-05T14:30`, `2026-03-05 14:30`,
    /// `2026年3月5日14:30`; the day as [`Date::parse_loose`] reads it.
    ///
    /// # Errors
    /// [`InstantFault`] for anything else.
    pub fn parse_loose(text: &str) -> Result<Self, InstantFault> {
        let text = narrow(text);
        let (day, time) = text.trim().rsplit_once(['T', ' ', '日']).ok_or(InstantFault)?;
        let (hour, minute) = time.trim().split_once(':').ok_or(InstantFault)?;
        let digits = |text: &str| text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        let within = |text: &str, end: u64| text.parse().ok().filter(|number: &u64| digits(text) && *number < end);
        let day = Date::parse_loose(day).map_err(|_| InstantFault)?;
        let (hour, minute) = within(hour, 24).zip(within(minute, 60)).ok_or(InstantFault)?;
        Ok(Self::start_of(day).plus(Duration::from_mins(hour * 60 + minute)))
    }

    /// The day it is in China.
    pub fn china_date(self) -> Date {
        Date::from_civil(self.china().date())
    }

    /// A moment later; it stops at the end of time.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(whole_ms(duration)))
    }

    /// A moment earlier; it stops at the beginning of time.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(whole_ms(duration)))
    }

    /// The time passed since `earlier`; none when that lies ahead.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or_default())
    }

    /// For programs: `2026-03-20T09:00:00+08:00`, with milliseconds when there are any.
    pub fn rfc3339(self) -> String {
        let at = self.china();
        let ms = self.0.rem_euclid(1000);
        let fraction = if ms == 0 { String::new() } else { format!(".{ms:03}") };
        format!(
            "{}T{:02}:{:02}:{:02}{fraction}+08:00",
            Date::from_civil(at.date()),
            at.hour(),
            at.minute(),
            at.second(),
        )
    }

    /// With seconds: `2026-03-20 09:00:00`, China time.
    pub fn to_the_second(self) -> String {
        format!("{self}:{:02}", self.china().second())
    }

    fn china(self) -> DateTime {
        let edge = if self.0 < 0 { Timestamp::MIN } else { Timestamp::MAX };
        CHINA.to_datetime(Timestamp::from_millisecond(self.0).unwrap_or(edge))
    }
}

fn whole_ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

impl fmt::Display for Instant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.china();
        write!(formatter, "{} {:02}:{:02}", Date::from_civil(at.date()), at.hour(), at.minute())
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.rfc3339())
    }
}

impl FromStr for Instant {
    type Err = InstantFault;

    /// Reads RFC 3339, with any offset.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.trim().parse::<Timestamp>().map(|stamp| Self(stamp.as_millisecond())).map_err(|_| InstantFault)
    }
}

impl TryFrom<String> for Instant {
    type Error = InstantFault;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Instant> for String {
    fn from(instant: Instant) -> Self {
        instant.rfc3339()
    }
}

text_schema!(Instant, "format": "date-time", "description": "A moment, with China's offset.");
