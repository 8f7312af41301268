//! Fen, dates, months, instants and the clock.

use std::time::Duration;

use proptest::prelude::*;

use crate::{Clock, Date, Fen, Instant, Month};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

#[test]
fn amounts_are_read_and_shown_in_yuan() {
    for (typed, fen, shown) in [
        ("0", 0, "0.00"),
        ("12", 1200, "12.00"),
        ("12.3", 1230, "12.30"),
        ("12.03", 1203, "12.03"),
        ("12.34", 1234, "12.34"),
        (" 3000.01 ", 300_001, "3000.01"),
        ("15．5", 1550, "15.50"),
    ] {
        let amount: Fen = typed.parse().unwrap();
        assert_eq!((amount.fen(), amount.to_string().as_str()), (fen, shown));
    }
    assert_eq!(Fen::new(-5).to_string(), "-0.05");
    assert_eq!(Fen::new(i64::MIN).to_string(), "-92233720368547758.08");
}

#[test]
fn what_is_no_amount_is_refused() {
    for typed in ["", ".", "1.", ".5", "-1", "1.234", "1,5", "1e3", "十", "99999999999999999999"] {
        assert!(typed.parse::<Fen>().is_err(), "{typed}");
    }
    assert_eq!(Fen::new(i64::MAX).checked_plus(Fen::new(1)), None);
    assert_eq!(Fen::new(7).checked_minus(Fen::new(9)), Some(Fen::new(-2)));
}

#[test]
fn dates_are_read_in_the_ways_people_write_them() {
    for typed in [
        "1980-01-02",
        "1980.01.02",
        "1980/1/2",
        "19800102",
        "1980年1月2日",
        "1980-1-2",
        " 1980 年 01 月 02 日 ",
        "1980/01/02",
    ] {
        assert_eq!(Date::parse_loose(typed).unwrap(), day("1980-01-02"), "{typed}");
    }
}

#[test]
fn what_is_no_date_is_refused() {
    for typed in [
        "",
        "1980",
        "198001",
        "1980-13-01",
        "1980-02-30",
        "1981-02-29",
        "80-01-02",
        "02/01/1980",
        "1980--01",
        "1980-01-02-03",
        "1980-+1-02",
        "0000-01-01",
        "1980-001-02",
        "abcdefgh",
    ] {
        assert!(Date::parse_loose(typed).is_err(), "{typed}");
    }
    for typed in ["1980-1-2", "1980-01-2 ", "19800102", "1980/01/02"] {
        assert!(typed.parse::<Date>().is_err(), "{typed} is not the stored form");
    }
}

#[test]
fn ages_count_completed_years() {
    for (birth, today, years) in [
        ("1980-03-20", "2026-03-19", 45),
        ("1980-03-20", "2026-03-20", 46),
        ("2000-02-29", "2026-02-28", 25),
        ("2000-02-29", "2026-03-01", 26),
    ] {
        assert_eq!(day(today).years_since(day(birth)), years, "{birth} on {today}");
    }
}

#[test]
fn dates_move_within_the_calendar() {
    assert_eq!(day("2024-02-28").plus_days(2), day("2024-03-01"));
    assert_eq!(day("2026-01-31").plus_months(1), day("2026-02-28"));
    assert_eq!(day("2024-02-29").plus_years(1), day("2025-02-28"));
    assert_eq!(day("2026-03-20").chinese(), "2026年3月20日");
    assert_eq!(day("9999-12-31").plus_days(1), day("9999-12-31"));
    assert_eq!(day("0001-01-01").plus_months(-1), day("0001-01-01"));
}

#[test]
fn months_meet_at_the_turn_of_the_year() {
    assert_eq!(month("2025-12").next(), month("2026-01"));
    assert_eq!(month("2026-01").previous(), month("2025-12"));
    assert_eq!(month("2026-03").day(16), Some(day("2026-03-16")));
    assert_eq!(month("2026-02").day(30), None);
    assert_eq!(Month::of(day("2026-03-20")), month("2026-03"));
    assert_eq!(month("9999-12").next(), month("9999-12"));
    assert_eq!(month("0001-01").previous(), month("0001-01"));
    for typed in ["2026-3", "2026-13", "2026-00", "26-03", "2026/03", "2026-+3", "0000-01", ""] {
        assert!(typed.parse::<Month>().is_err(), "{typed}");
    }
}

#[test]
fn the_day_changes_at_midnight_in_china() {
    assert_eq!(at("2026-03-19T15:59:59Z").china_date(), day("2026-03-19"));
    assert_eq!(at("2026-03-19T16:00:00Z").china_date(), day("2026-03-20"));
    assert_eq!(Instant::start_of(day("2026-03-20")), at("2026-03-20T00:00:00+08:00"));
}

#[test]
fn instants_are_shown_in_chinas_time_and_stored_whole() {
    let nine = at("2026-03-20T09:00:00+08:00");
    assert_eq!(nine, at("2026-03-20T01:00:00Z"));
    assert_eq!(nine.to_string(), "2026-03-20 09:00");
    assert_eq!(nine.to_the_second(), "2026-03-20 09:00:00");
    assert_eq!(nine.rfc3339(), "2026-03-20T09:00:00+08:00");
    let later = nine.plus(Duration::from_millis(61_007));
    assert_eq!(later.rfc3339(), "2026-03-20T09:01:01.007+08:00");
    assert_eq!(later.since(nine), Duration::from_millis(61_007));
    assert_eq!(nine.since(later), Duration::ZERO);
    assert_eq!(later.minus(Duration::from_millis(61_007)), nine);
    assert_eq!(serde_json::to_string(&nine).unwrap(), "\"2026-03-20T09:00:00+08:00\"");
    for typed in ["", "2026-03-20", "2026-03-20 09:00", "2026-03-20T09:00:00", "now"] {
        assert!(typed.parse::<Instant>().is_err(), "{typed}");
    }
}

#[test]
fn a_set_clock_ticks_on_and_its_clones_follow() {
    let nine = at("2026-03-20T09:00:00+08:00");
    let clock = Clock::starting_at(nine);
    let other = clock.clone();
    assert!(clock.now().since(nine) < Duration::from_secs(5));
    clock.set(nine.minus(Duration::from_hours(1)));
    assert!(other.now() < nine);
    std::thread::sleep(Duration::from_millis(3));
    assert!(other.now() > nine.minus(Duration::from_hours(1)));
}

#[test]
fn the_machines_clock_cannot_be_set() {
    let clock = Clock::system();
    clock.set(Instant::from_ms(0));
    assert!(!clock.can_be_set());
    assert!(clock.now() > at("2025-01-01T00:00:00Z"));
}

proptest! {
    #[test]
    fn amounts_survive_being_shown(fen in 0..i64::MAX) {
        prop_assert_eq!(Fen::new(fen).to_string().parse::<Fen>(), Ok(Fen::new(fen)));
    }

    #[test]
    fn dates_survive_being_stored_and_sort_as_text(a in -350_000..2_900_000_i32, b in -350_000..2_900_000_i32) {
        let zero = day("1970-01-01");
        let (a, b) = (zero.plus_days(a), zero.plus_days(b));
        prop_assert_eq!(a.to_string().parse::<Date>(), Ok(a));
        prop_assert_eq!(Date::parse_loose(&a.chinese()), Ok(a));
        prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        prop_assert_eq!(b.plus_days(a.days_since(b)), a);
    }

    #[test]
    fn no_span_breaks_the_calendar(days in any::<i32>(), months in any::<i32>(), years in any::<i16>()) {
        let start = day("2026-03-20");
        for end in [start.plus_days(days), start.plus_months(months), start.plus_years(years)] {
            prop_assert!((1..=9999).contains(&end.year()));
        }
        prop_assert!((1..=9999).contains(&month("2026-03").plus_months(months).year()));
    }

    #[test]
    fn month_arithmetic_goes_there_and_back(year in 100..9000_i16, number in 1..=12_i8, by in -1000..1000_i32) {
        let start = Month::new(year, number).unwrap();
        let end = start.plus_months(by);
        prop_assert_eq!(end.months_since(start), by);
        prop_assert_eq!(end.plus_months(-by), start);
        prop_assert_eq!(start.to_string().parse::<Month>(), Ok(start));
        prop_assert_eq!(start.cmp(&end), start.to_string().cmp(&end.to_string()));
    }

    #[test]
    fn instants_survive_json(ms in -60_000_000_000_000..253_000_000_000_000_i64) {
        let instant = Instant::from_ms(ms);
        prop_assert_eq!(instant.rfc3339().parse::<Instant>(), Ok(instant));
    }

    #[test]
    fn no_instant_breaks_the_printer(ms in any::<i64>()) {
        let instant = Instant::from_ms(ms);
        prop_assert!(!instant.to_string().is_empty() && !instant.rfc3339().is_empty());
        prop_assert!(instant.china_date().year() != 0);
    }
}

#[test]
fn moments_are_read_as_people_and_forms_write_them() {
    let half_past_two: Instant = "2026-03-05T14:30:00+08:00".parse().unwrap();
    for text in [
        "2026-03-05T14:30",
        "2026-03-05 14:30",
        " 2026年3月5日 14:30",
        "２０２６－０３－０５　１４：３０",
        "2026.3.5 14:30",
    ] {
        assert_eq!(Instant::parse_loose(text), Ok(half_past_two), "{text}");
    }
    assert_eq!(Instant::parse_loose("2026-03-05 0:05").unwrap().to_string(), "2026-03-05 00:05");
    for text in [
        "",
        "14:30",
        "2026-03-05",
        "2026-03-05 24:00",
        "2026-03-05 14:60",
        "2026-02-30 10:00",
        "2026-03-05 -1:00",
        "2026-03-05 +9:+5",
        "2026-03-05 14:30:00",
    ] {
        assert!(Instant::parse_loose(text).is_err(), "{text}");
    }
}
