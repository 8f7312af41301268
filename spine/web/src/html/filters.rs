//! The few words that templates know beyond the language: times, dates, counts, money.
#![expect(missing_docs, reason = "the attribute makes types of the functions, without their words")]
#![expect(clippy::inline_always, reason = "the attribute writes it")]

use std::fmt::Write;

use askama::{Error, Values};
use ejia_kernel::{Date, Fen, Instant, Month};

/// Something that is a moment.
pub trait Moment {
    /// The moment; nothing where there is none.
    fn moment(&self) -> Option<Instant>;
}

impl Moment for Instant {
    fn moment(&self) -> Option<Instant> {
        Some(*self)
    }
}

impl Moment for i64 {
    fn moment(&self) -> Option<Instant> {
        Some(Instant::from_ms(*self))
    }
}

impl<T: Moment> Moment for Option<T> {
    fn moment(&self) -> Option<Instant> {
        self.as_ref().and_then(Moment::moment)
    }
}

impl<T: Moment + ?Sized> Moment for &T {
    fn moment(&self) -> Option<Instant> {
        (**self).moment()
    }
}

/// Something that is a day or a month, to be written out.
pub trait Dated {
    /// 2026年3月20日, or 2026年3月.
    fn written(&self) -> String;
}

impl Dated for Date {
    fn written(&self) -> String {
        self.chinese()
    }
}

impl Dated for Month {
    fn written(&self) -> String {
        format!("{}年{}月", self.year(), self.number())
    }
}

impl Dated for Instant {
    fn written(&self) -> String {
        self.china_date().chinese()
    }
}

impl<T: Dated> Dated for Option<T> {
    fn written(&self) -> String {
        self.as_ref().map(Dated::written).unwrap_or_default()
    }
}

impl<T: Dated + ?Sized> Dated for &T {
    fn written(&self) -> String {
        (**self).written()
    }
}

/// Something that is a whole number.
pub trait Whole {
    /// The number.
    fn whole(&self) -> i64;
}

macro_rules! whole {
    ($($number:ty),+) => {$(
        impl Whole for $number {
            fn whole(&self) -> i64 {
                i64::try_from(*self).unwrap_or(i64::MAX)
            }
        }
    )+};
}

whole!(u8, u16, u32, u64, usize, i32, i64);

impl<T: Whole + ?Sized> Whole for &T {
    fn whole(&self) -> i64 {
        (**self).whole()
    }
}

/// Something that is an amount of money.
pub trait Amount {
    /// How much.
    fn amount(&self) -> i64;
}

impl Amount for Fen {
    fn amount(&self) -> i64 {
        self.fen()
    }
}

impl Amount for i64 {
    fn amount(&self) -> i64 {
        *self
    }
}

impl<T: Amount + ?Sized> Amount for &T {
    fn amount(&self) -> i64 {
        (**self).amount()
    }
}

/// `{{ view.sent_at|time }}`: 2026-03-20 09:00, in China.
#[askama::filter_fn]
pub fn time(value: impl Moment, _: &dyn Values) -> Result<String, Error> {
    Ok(value.moment().map(|at| at.to_string()).unwrap_or_default())
}

/// `{{ view.sent_at|day }}`: the day of a moment, 2026-03-20.
#[askama::filter_fn]
pub fn day(value: impl Moment, _: &dyn Values) -> Result<String, Error> {
    Ok(value.moment().map(|at| at.china_date().to_string()).unwrap_or_default())
}

/// `{{ view.born_on|date }}`: 2026年3月20日; a month becomes 2026年3月.
#[askama::filter_fn]
pub fn date(value: impl Dated, _: &dyn Values) -> Result<String, Error> {
    Ok(value.written())
}

/// `{{ view.count|thousands }}`: 12,345.
#[askama::filter_fn]
pub fn thousands(value: impl Whole, _: &dyn Values) -> Result<String, Error> {
    Ok(grouped(value.whole()))
}

/// `{{ view.amount|yuan }}`: 1,234.50.
#[askama::filter_fn]
pub fn yuan(value: impl Amount, _: &dyn Values) -> Result<String, Error> {
    Ok(in_yuan(value.amount()))
}

/// Digits in groups of three.
pub(crate) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        text.push('-');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn in_yuan(fen: i64) -> String {
    let mut text = if fen < 0 && fen > -100 { String::from("-") } else { String::new() };
    text.push_str(&grouped(fen / 100));
    // Writing to a text does not fail.
    let _ = write!(text, ".{:02}", fen.unsigned_abs() % 100);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_chinas() {
        let at: Instant = "2026-03-20T01:00:00Z".parse().unwrap();
        assert_eq!(at.moment().unwrap().to_string(), "2026-03-20 09:00");
        assert_eq!(1_773_968_400_000_i64.moment(), Some(at));
        assert_eq!("2026-03-20".parse::<Date>().unwrap().written(), "2026年3月20日");
        assert_eq!("2026-03".parse::<Month>().unwrap().written(), "2026年3月");
        assert_eq!(None::<Date>.written(), "");
    }

    #[test]
    fn numbers_read_well() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567")] {
            assert_eq!(grouped(number), text);
        }
        for (fen, text) in [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (123_450, "1,234.50"), (-100, "-1.00")] {
            assert_eq!(in_yuan(fen), text);
        }
    }
}
