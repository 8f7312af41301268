//! Instants and days in China's time, as the protocols write them.

use ejia_kernel::{Date, Instant};

/// `2026-03-20 09:00:00`.
pub fn spaced(at: Instant) -> String {
    at.to_the_second()
}

/// Reads `2026-03-20 09:00:00`.
pub fn read_spaced(text: &str) -> Option<Instant> {
    let (day, time) = text.trim().split_once(' ')?;
    // The day in one form only: a lenient reader would take "2026-3-20" for another text of the same day.
    let day: Date = day.parse().ok()?;
    format!("{day}T{}+08:00", time.trim()).parse().ok().filter(|_| time.trim().len() == 8)
}

/// `20260320090000`.
pub fn compact(at: Instant) -> String {
    at.to_the_second().chars().filter(char::is_ascii_digit).collect()
}

/// Reads `20260320090000`.
pub fn read_compact(text: &str) -> Option<Instant> {
    let text = text.trim();
    if text.len() != 14 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    let (day, time) = (read_compact_day(part(0..8))?, (part(8..10), part(10..12), part(12..14)));
    format!("{day}T{}:{}:{}+08:00", time.0, time.1, time.2).parse().ok()
}

/// `20260320`.
pub fn compact_day(day: Date) -> String {
    day.to_string().replace('-', "")
}

/// Reads `20260320`.
pub fn read_compact_day(text: &str) -> Option<Date> {
    let solid = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    if solid { Date::parse_loose(text).ok() } else { None }
}

/// `0320`.
pub fn month_day(day: Date) -> String {
    format!("{:02}{:02}", day.month(), day.day())
}

/// Reads `0320`, of the year that brings it nearest to `around`: what happened on 31 December may be told in January.
pub fn read_month_day(text: &str, around: Date) -> Option<Date> {
    if text.len() != 4 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let month = text.get(0..2)?.parse().ok()?;
    let day = text.get(2..4)?.parse().ok()?;
    [-1, 0, 1]
        .into_iter()
        .filter_map(|years| Date::new(around.year().checked_add(years)?, month, day).ok())
        .min_by_key(|date| date.days_since(around).abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_chinas_time_and_read_back() {
        let at: Instant = "2026-03-20T23:59:58+08:00".parse().unwrap();
        assert_eq!(spaced(at), "2026-03-20 23:59:58");
        assert_eq!(compact(at), "20260320235958");
        assert_eq!(read_spaced("2026-03-20 23:59:58"), Some(at));
        assert_eq!(read_compact("20260320235958"), Some(at));
        assert_eq!(compact_day(at.china_date()), "20260320");
        assert_eq!(month_day(at.china_date()), "0320");
    }

    #[test]
    fn nonsense_is_no_time() {
        for text in ["", "2026-03-20", "2026-3-20 09:00:00", "2026-03-20 25:00:00", "2026-02-30 09:00:00", "a b"] {
            assert_eq!(read_spaced(text), None, "{text}");
        }
        for text in ["", "2026032009000", "20261320090000", "20260320090060x", "二〇二六年三"] {
            assert_eq!(read_compact(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_without_its_year_is_the_nearest_one() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(read_month_day("1231", day("2027-01-01")), Some(day("2026-12-31")));
        assert_eq!(read_month_day("0101", day("2026-12-31")), Some(day("2027-01-01")));
        assert_eq!(read_month_day("0320", day("2026-03-20")), Some(day("2026-03-20")));
        assert_eq!(read_month_day("0230", day("2026-03-20")), None);
    }
}
