//! Runs of months and the warnings they reach.

use ejia_kernel::Month;

use super::month;
use crate::records::arrears::{Run, Warning, longest, runs, spelt};

fn months(texts: &[&str]) -> Vec<Month> {
    texts.iter().map(|text| month(text)).collect()
}

#[test]
fn months_that_follow_one_another_are_one_run() {
    let run = |since, months| Run { since: month(since), months };
    let table: [(&[&str], Vec<Run>); 5] = [
        (&[], vec![]),
        (&["2026-01"], vec![run("2026-01", 1)]),
        (&["2025-11", "2025-12", "2026-01"], vec![run("2025-11", 3)]),
        (&["2025-11", "2025-12", "2025-12", "2026-01"], vec![run("2025-11", 3)]),
        (&["2025-11", "2026-01", "2026-02"], vec![run("2025-11", 1), run("2026-01", 2)]),
    ];
    for (owed, expected) in table {
        assert_eq!(runs(&months(owed)), expected);
    }
    assert_eq!(longest(&months(&["2025-10", "2025-11", "2026-01"])), Some(run("2025-10", 2)));
}

#[test]
fn a_branch_is_warned_at_three_five_and_six() {
    let expected = [
        (0, None),
        (2, None),
        (3, Some(Warning::Three)),
        (4, Some(Warning::Three)),
        (5, Some(Warning::Five)),
        (6, Some(Warning::Six)),
        (24, Some(Warning::Six)),
    ];
    for (months, warning) in expected {
        assert_eq!(Warning::at(months), warning, "{months}");
    }
}

#[test]
fn months_are_spelt_short() {
    assert_eq!(spelt(&months(&["2025-12", "2026-01", "2026-02", "2026-04"])), "2025年12月至2026年2月、4月");
    assert_eq!(spelt(&months(&["2026-01", "2026-02"])), "2026年1月至2月");
    assert_eq!(spelt(&[]), "");
}
