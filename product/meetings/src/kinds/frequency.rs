//! Whether what is due was held: pure functions of what was held in a quarter and in its year.

use ejia_kernel::{Date, labelled};

use super::Every;

labelled! {
    /// How a branch stands with a kind.
    pub enum Standing {
        /// Held as often as is due.
        Done => "done", "已开展";
        /// Not yet, and there is time.
        Ahead => "ahead", "待开展";
        /// A period has passed without it.
        Behind => "behind", "未按期";
        /// Not due.
        Free => "free", "不作要求";
    }
}

/// What was held of a kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Held {
    /// In each month of the quarter; of groups, how many of them met.
    pub(crate) months: [i64; 3],
    /// In the rest of the year.
    pub(crate) rest_of_year: i64,
}

impl Held {
    /// In the quarter.
    pub(crate) fn quarter(self) -> i64 {
        self.months.iter().sum()
    }
}

/// How a branch stands with a kind in the quarter that begins on `first`: `needed` is how often each period asks for (one;
/// of groups, as many as there are).
pub(crate) fn standing(every: Option<Every>, held: Held, needed: i64, first: Date, today: Date) -> Standing {
    let is_over = |every: Every, day: Date| every.around(day).1 < today;
    match every {
        None => Standing::Free,
        Some(_) if needed == 0 => Standing::Free,
        Some(Every::Month) => {
            let months = (0..).zip(held.months).map(|(month, held)| (first.plus_months(month), held));
            let missing: Vec<Date> = months.filter(|(_, held)| *held < needed).map(|(month, _)| month).collect();
            if missing.iter().any(|month| is_over(Every::Month, *month)) {
                Standing::Behind
            } else if missing.iter().any(|month| *month <= today) || missing.len() == 3 {
                Standing::Ahead
            } else {
                Standing::Done
            }
        }
        Some(Every::Quarter) => once(held.quarter(), needed, is_over(Every::Quarter, first)),
        Some(Every::Year) => once(held.quarter() + held.rest_of_year, needed, is_over(Every::Year, first)),
    }
}

fn once(held: i64, needed: i64, is_over: bool) -> Standing {
    if held >= needed {
        Standing::Done
    } else if is_over {
        Standing::Behind
    } else {
        Standing::Ahead
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse_loose(text).unwrap()
    }

    fn of(every: Every, months: [i64; 3], rest_of_year: i64, today: &str) -> Standing {
        standing(Some(every), Held { months, rest_of_year }, 1, day("2026-01-01"), day(today))
    }

    #[test]
    fn what_is_monthly_is_behind_as_soon_as_a_month_has_passed_without_it() {
        for (months, today, expected) in [
            ([0, 0, 0], "2026-01-31", Standing::Ahead),
            ([0, 0, 0], "2026-02-01", Standing::Behind),
            ([1, 0, 0], "2026-01-05", Standing::Done),
            ([1, 0, 0], "2026-02-28", Standing::Ahead),
            ([1, 0, 0], "2026-03-01", Standing::Behind),
            ([1, 2, 1], "2026-03-31", Standing::Done),
            ([0, 2, 1], "2026-03-31", Standing::Behind),
            ([1, 1, 0], "2026-04-01", Standing::Behind),
        ] {
            assert_eq!(of(Every::Month, months, 0, today), expected, "{months:?} {today}");
        }
    }

    #[test]
    fn what_is_quarterly_or_yearly_has_until_the_end() {
        assert_eq!(of(Every::Quarter, [0, 0, 0], 3, "2026-03-31"), Standing::Ahead);
        assert_eq!(of(Every::Quarter, [0, 0, 0], 3, "2026-04-01"), Standing::Behind);
        assert_eq!(of(Every::Quarter, [0, 0, 1], 0, "2026-04-01"), Standing::Done);
        assert_eq!(of(Every::Year, [0, 0, 0], 0, "2026-12-31"), Standing::Ahead);
        assert_eq!(of(Every::Year, [0, 0, 0], 1, "2026-04-01"), Standing::Done);
        assert_eq!(of(Every::Year, [0, 0, 0], 0, "2027-01-01"), Standing::Behind);
    }

    #[test]
    fn each_group_is_asked_and_no_group_is_not() {
        let groups = |months, needed| {
            let held = Held { months, rest_of_year: 0 };
            standing(Some(Every::Month), held, needed, day("2026-01-01"), day("2026-02-01"))
        };
        assert_eq!(groups([1, 0, 0], 2), Standing::Behind);
        assert_eq!(groups([2, 0, 0], 2), Standing::Ahead);
        assert_eq!(groups([0, 0, 0], 0), Standing::Free);
        assert_eq!(standing(None, Held::default(), 1, day("2026-01-01"), day("2027-01-01")), Standing::Free);
    }
}
