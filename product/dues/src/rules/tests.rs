//! Every edge of the regulation as a table, and the laws of rounding as properties.

use ejia_kernel::{Date, Fen, Month};
use proptest::prelude::*;

use super::{Basis, Mode, Rounding, Scale, far_back, owes, payable, reckon, window};

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn fen(text: &str) -> Fen {
    text.parse().unwrap()
}

fn due(basis: Basis, base: Fen, rounding: Rounding) -> Fen {
    reckon(basis, Some(base), month("2026-03"), rounding).unwrap().computed.unwrap()
}

#[test]
fn every_edge_of_the_bands() {
    let wages = [
        ("0", "0.00"),
        ("0.99", "0.00"),
        ("1", "0.01"),
        ("3000.00", "15.00"),
        ("3000.01", "30.00"),
        ("5000", "50.00"),
        ("5000.01", "75.00"),
        ("10000", "150.00"),
        ("10000.01", "200.00"),
        ("123456.78", "2469.14"),
    ];
    for basis in [Basis::Wage, Basis::Annual, Basis::NoMonthlyIncome] {
        for (base, amount) in wages {
            assert_eq!(due(basis, fen(base), Rounding::USUAL), fen(amount), "{basis:?} {base}");
        }
    }
    let pensions = [("3000.01", "15.00"), ("5000", "25.00"), ("5000.01", "50.00"), ("10000.01", "100.00")];
    for (base, amount) in pensions {
        assert_eq!(due(Basis::Retired, fen(base), Rounding::USUAL), fen(amount), "pension {base}");
    }
    for basis in [Basis::Farmer, Basis::Student, Basis::Unemployed, Basis::Relief] {
        let reckoned = reckon(basis, None, month("2026-03"), Rounding::USUAL).unwrap();
        assert_eq!(reckoned.computed, Some(fen("0.2")), "{basis:?}");
        assert_eq!(reckoned.most, Some(fen(if basis == Basis::Farmer { "1" } else { "0.2" })));
    }
}

#[test]
fn the_reason_is_said_with_base_rate_rounding_and_article() {
    let reckoned = reckon(Basis::Wage, Some(fen("3000")), month("2026-03"), Rounding::USUAL).unwrap();
    assert_eq!(reckoned.why, "基数 3000.00 × 0.5% = 15.00 元（第二条，四舍五入到分）");
    assert_eq!(reckoned.article, "中组发〔2008〕3号第二条");
    assert_eq!((reckoned.rate.as_str(), reckoned.rounding.as_str()), ("0.5%", "half_up/fen"));
    assert_eq!(Rounding::said(&reckoned.rounding), "四舍五入到分");
    let to_yuan = Rounding { scale: Scale::Yuan, mode: Mode::Up };
    let reckoned = reckon(Basis::Retired, Some(fen("5000.01")), month("2026-03"), to_yuan).unwrap();
    assert_eq!(reckoned.why, "基数 5000.01 × 1% = 51.00 元（第五条，只进不舍到元）");
    let reckoned = reckon(Basis::Student, None, month("2026-03"), to_yuan).unwrap();
    assert_eq!(reckoned.why, "定额 0.20 元（第六条）");
    let reckoned = reckon(Basis::Wage, None, month("2026-03"), to_yuan).unwrap();
    assert_eq!((reckoned.computed, reckoned.why.as_str()), (None, "请填写党费基数"));
}

#[test]
fn what_no_rule_covers_is_refused_or_left_to_the_branch() {
    let code = |base, at: &str| reckon(Basis::Wage, Some(base), month(at), Rounding::USUAL).unwrap_err().code;
    assert_eq!(code(fen("3000"), "2008-03"), "dues.month_without_rule");
    assert_eq!(code(Fen::new(i64::MAX), "2026-03"), "dues.base_too_large");
    assert_eq!(code(Fen::new(-1), "2026-03"), "dues.base_too_large");
    for basis in [Basis::Hardship, Basis::Typed] {
        assert_eq!(reckon(basis, Some(fen("1")), month("2026-03"), Rounding::USUAL).unwrap().computed, None);
    }
}

#[test]
fn each_way_of_rounding_at_the_half_and_beside_it() {
    use Mode::{Down, HalfEven, HalfUp, Up};
    // Tenths of a fen, to the fen.
    let cases = [
        (HalfUp, [(4, 0), (5, 1), (6, 1), (15, 2), (25, 3), (30, 3)]),
        (HalfEven, [(4, 0), (5, 0), (6, 1), (15, 2), (25, 2), (30, 3)]),
        (Up, [(4, 1), (5, 1), (6, 1), (15, 2), (25, 3), (30, 3)]),
        (Down, [(4, 0), (5, 0), (6, 0), (15, 1), (25, 2), (30, 3)]),
    ];
    for (mode, pairs) in cases {
        for (tenths, whole) in pairs {
            let rounding = Rounding { scale: Scale::Fen, mode };
            assert_eq!(rounding.round(tenths, 10), Some(Fen::new(whole)), "{mode:?} {tenths}");
        }
    }
    let to = |scale, mode| Rounding { scale, mode }.round(12_345, 10);
    assert_eq!(to(Scale::Jiao, HalfUp), Some(fen("12.30")));
    assert_eq!(to(Scale::Jiao, Up), Some(fen("12.40")));
    assert_eq!(to(Scale::Yuan, HalfUp), Some(fen("12.00")));
    assert_eq!(to(Scale::Yuan, Up), Some(fen("13.00")));
}

#[test]
fn a_month_is_payable_from_its_16th_to_the_15th_of_the_next() {
    for (today, payable_month) in [
        ("2026-03-15", "2026-02"),
        ("2026-03-16", "2026-03"),
        ("2026-03-31", "2026-03"),
        ("2026-04-01", "2026-03"),
        ("2026-04-15", "2026-03"),
        ("2026-01-01", "2025-12"),
        ("2025-12-16", "2025-12"),
    ] {
        assert_eq!(window(day(today)), month(payable_month), "{today}");
    }
    assert!(payable(month("2026-01"), day("2026-03-20")));
    assert!(payable(month("2026-03"), day("2026-03-16")));
    assert!(!payable(month("2026-03"), day("2026-03-15")));
    assert!(!payable(month("2026-04"), day("2026-03-31")));
}

#[test]
fn more_than_six_months_back_is_warned_of() {
    assert!(!far_back(month("2025-09"), day("2026-03-20")));
    assert!(far_back(month("2025-08"), day("2026-03-20")));
    assert!(!far_back(month("2025-08"), day("2026-03-15")));
}

#[test]
fn dues_are_owed_from_the_month_of_admission_on() {
    assert!(owes(Some(day("2026-03-31")), month("2026-03")));
    assert!(!owes(Some(day("2026-03-31")), month("2026-02")));
    assert!(owes(None, month("2026-02")));
}

#[test]
fn every_kind_can_be_read_from_its_code_and_from_its_label() {
    for basis in Basis::ALL {
        assert_eq!(Basis::from_code(basis.code()), Some(*basis));
        assert_eq!(Basis::from_label(basis.label()), Some(*basis));
    }
}

fn any_rounding() -> impl Strategy<Value = Rounding> {
    (prop::sample::select(Scale::ALL), prop::sample::select(Mode::ALL))
        .prop_map(|(scale, mode)| Rounding { scale, mode })
}

fn any_share() -> impl Strategy<Value = Basis> {
    prop::sample::select(vec![Basis::Wage, Basis::Annual, Basis::NoMonthlyIncome, Basis::Retired])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn a_larger_base_never_pays_less(
        basis in any_share(), rounding in any_rounding(), base in 0_i64..3_000_000, more in 0_i64..1_000_000,
    ) {
        // Higher bands have higher rates of the whole base, so it holds across the edges too.
        prop_assert!(due(basis, Fen::new(base), rounding) <= due(basis, Fen::new(base + more), rounding));
    }

    #[test]
    fn nobody_pays_more_than_two_hundredths_of_his_base_but_for_the_rounding(
        basis in any_share(), rounding in any_rounding(), base in 0_i64..10_000_000_000,
    ) {
        let unit = match rounding.scale { Scale::Fen => 1, Scale::Jiao => 10, Scale::Yuan => 100 };
        let amount = due(basis, Fen::new(base), rounding).fen();
        prop_assert!(amount * 100 < base * 2 + unit * 100);
        prop_assert!(amount >= 0);
    }

    #[test]
    fn rounding_lands_on_the_unit_and_less_than_one_away(
        rounding in any_rounding(), numerator in 0_i64..1_000_000_000, denominator in 1_i64..10_000,
    ) {
        let unit = match rounding.scale { Scale::Fen => 1, Scale::Jiao => 10, Scale::Yuan => 100 };
        let rounded = rounding.round(numerator, denominator).unwrap().fen();
        prop_assert_eq!(rounded % unit, 0);
        let away = rounded * denominator - numerator;
        let step = unit * denominator;
        match rounding.mode {
            Mode::Up => prop_assert!((0..step).contains(&away)),
            Mode::Down => prop_assert!((0..step).contains(&-away)),
            Mode::HalfUp | Mode::HalfEven => prop_assert!(away.abs() * 2 <= step),
        }
        // Rounded once more it stays where it is.
        prop_assert_eq!(rounding.round(rounded, 1).unwrap().fen(), rounded);
    }
}
