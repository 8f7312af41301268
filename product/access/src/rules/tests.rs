//! Tables of cases and properties of the rules.

use proptest::prelude::*;

use super::*;

fn at(seconds: i64) -> Instant {
    Instant::from_ms(1_773_968_400_000 + seconds * 1000)
}

#[test]
fn a_new_password_says_which_rule_it_breaks() {
    let off_limits = OffLimits {
        numbers: vec!["13800138003".to_owned(), "11010519491231002X".to_owned(), "lin2026".to_owned()],
        first: Some("123456".to_owned()),
    };
    for (password, verdict) in [
        ("", Err("kernel.required")),
        ("123456", Err("access.password_is_first")),
        ("a1b2c3d", Err("access.password_length")),
        ("lujiang2", Ok(())),
        ("鹭江lujiang1", Ok(())),
        ("Lujiang 2026!", Ok(())),
        ("lujiang2\u{7}", Err("access.password_length")),
        ("lujiangdao", Err("access.password_letters_digits")),
        ("20260320", Err("access.password_letters_digits")),
        ("鹭江鹭江鹭江12345", Err("access.password_letters_digits")),
        ("a13800138003", Err("access.password_holds_number")),
        ("a11010519491231002x", Err("access.password_holds_number")),
        ("LIN2026xyz", Err("access.password_holds_number")),
        ("Password123", Err("access.password_common")),
        ("abc123456", Err("access.password_common")),
    ] {
        assert_eq!(good_password(password, &off_limits), verdict, "{password}");
    }
    assert_eq!(good_password(&format!("a{}", "1".repeat(63)), &off_limits), Ok(()));
    assert_eq!(good_password(&format!("a{}", "1".repeat(64)), &off_limits), Err("access.password_length"));
}

#[test]
fn the_fifth_failure_within_a_quarter_of_an_hour_locks_for_a_quarter_of_an_hour() {
    let mut failures = Failures::default();
    for second in [0, 60, 120, 180, 240] {
        assert_eq!(failures.count(at(second), ACCOUNT_FAILURES), Ok(()));
    }
    let end = at(240 + 900);
    assert_eq!(failures.count(at(241), ACCOUNT_FAILURES), Err(end));
    assert_eq!(failures.count(at(240 + 899), ACCOUNT_FAILURES), Err(end));
    assert_eq!(failures.count(end, ACCOUNT_FAILURES), Ok(()));
    assert_eq!(failures.at, [end]);
}

#[test]
fn failures_far_apart_lock_nothing() {
    let mut failures = Failures::default();
    for round in 0..100 {
        assert_eq!(failures.count(at(round * 226), ACCOUNT_FAILURES), Ok(()), "{round}");
    }
}

#[test]
fn a_right_password_takes_back_what_was_counted() {
    let mut failures = Failures::default();
    for second in 0..5 {
        failures.count(at(second), ACCOUNT_FAILURES).unwrap();
    }
    assert!(failures.until.is_some());
    failures.forgive(at(4));
    assert_eq!(failures.at.len(), 4);
    assert_eq!(failures.count(at(5), ACCOUNT_FAILURES), Ok(()));
    failures.forgive(at(77));
    assert_eq!(failures.at.len(), 5);
}

#[test]
fn a_phone_waits_a_minute_between_codes_and_gets_five_an_hour_and_ten_a_day() {
    let mut sent = one_more_code(&[], at(0)).unwrap();
    assert_eq!(one_more_code(&sent, at(0)), Err(NoCode::TooSoon(60)));
    assert_eq!(one_more_code(&sent, at(59)), Err(NoCode::TooSoon(1)));
    for minute in 1..5 {
        sent = one_more_code(&sent, at(minute * 60)).unwrap();
    }
    assert_eq!(one_more_code(&sent, at(300)), Err(NoCode::TooMany(55)));
    assert_eq!(one_more_code(&sent, at(3599)), Err(NoCode::TooMany(1)));
    for minute in 60..65 {
        sent = one_more_code(&sent, at(minute * 60)).unwrap();
    }
    assert_eq!(sent.len(), 10);
    assert_eq!(one_more_code(&sent, at(3 * 3600)), Err(NoCode::TooMany(21 * 60)));
    assert_eq!(one_more_code(&sent, at(24 * 3600)).unwrap().len(), 10);
}

#[test]
fn a_session_ends_when_idle_and_after_half_a_day() {
    assert!(lives(at(1799), at(0), at(0), OFFICER_IDLE));
    assert!(!lives(at(1800), at(0), at(0), OFFICER_IDLE));
    assert!(lives(at(43_199), at(0), at(43_000), MEMBER_IDLE));
    assert!(!lives(at(43_200), at(0), at(43_199), MEMBER_IDLE));
}

#[test]
fn a_clock_set_back_locks_nobody_out_and_lets_nobody_in_for_longer() {
    let (year, now) = (365 * 24 * 3600, at(0));
    let ahead = at(year);
    // Whoever came in while it was a year ahead comes in anew; an hour ahead does not matter.
    assert!(!lives(now, ahead, ahead, MEMBER_IDLE) && lives(now, at(3600), at(3600), MEMBER_IDLE));
    assert!(!code_holds(now, ahead) && code_holds(now, at(300)) && !code_holds(now, now));
    let mut failures = Failures { at: vec![ahead; 4], until: None };
    assert_eq!(failures.count(now, ACCOUNT_FAILURES), Ok(()));
    assert_eq!(failures, Failures { at: vec![now], until: None });
    let mut locked = Failures { at: vec![ahead; 5], until: Some(at(year + 900)) };
    assert_eq!(locked.count(now, ACCOUNT_FAILURES), Ok(()));
    assert_eq!(one_more_code(&[ahead; 10], now), Ok(vec![now]));
}

proptest! {
    #[test]
    fn no_phone_ever_gets_more_than_its_share(steps in prop::collection::vec(1_i64..4000, 1..80)) {
        let (mut now, mut sent, mut all) = (0, Vec::new(), Vec::new());
        for step in steps {
            now += step;
            if let Ok(kept) = one_more_code(&sent, at(now)) {
                sent = kept;
                all.push(now);
            }
            prop_assert!(all.iter().filter(|then| now - **then < 3600).count() <= 5);
            prop_assert!(all.iter().filter(|then| now - **then < 86_400).count() <= 10);
        }
    }

    #[test]
    fn never_more_than_five_failures_are_let_in_within_a_quarter_of_an_hour(
        steps in prop::collection::vec(0_i64..400, 1..80)
    ) {
        let (mut now, mut failures, mut all) = (0, Failures::default(), Vec::new());
        for step in steps {
            now += step;
            if failures.count(at(now), ACCOUNT_FAILURES).is_ok() {
                all.push(now);
            }
            prop_assert!(all.iter().filter(|then| now - **then < 900).count() <= ACCOUNT_FAILURES);
        }
    }

    #[test]
    fn an_accepted_password_has_letters_and_digits(password in ".{0,70}") {
        if good_password(&password, &OffLimits::default()).is_ok() {
            prop_assert!(password.chars().any(|c| c.is_ascii_digit()));
            prop_assert!(password.chars().any(|c| c.is_ascii_alphabetic()));
            prop_assert!((8..=64).contains(&password.chars().count()));
        }
    }
}
