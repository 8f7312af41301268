//! The kinds of organisation life and how often each is due (三会一课、主题党日、组织生活会、民主评议).
//!
//! What is due is a dated rule: when the party's rules change, a line is added with the day from which it holds, and
//! what was held before is still judged by what was due then.

use ejia_kernel::{Date, labelled};

mod frequency;
mod quorum;

pub use frequency::Standing;
pub(crate) use frequency::{Held, standing};
pub(crate) use quorum::{ELECTION_QUORUM, Passed, Quorum, RESOLUTION_QUORUM, Share, passed};

labelled! {
    /// What is held.
    pub enum MeetingKind {
        /// All members of the branch.
        Assembly => "assembly", "党员大会";
        /// The branch's committee.
        Committee => "committee", "支委会";
        /// A group of the branch.
        Group => "group", "党小组会";
        /// A lecture to members.
        Lecture => "lecture", "党课";
        /// The monthly day of the whole branch.
        ThemeDay => "theme_day", "主题党日";
        /// The yearly meeting of criticism and self-criticism.
        OrganizationLife => "organization_life", "组织生活会";
        /// The yearly review of members.
        Review => "review", "民主评议党员";
        /// Anything else that is worth a register entry.
        Other => "other", "其他会议";
    }
}

labelled! {
    /// How often something is due at least once.
    pub enum Every {
        /// Each month.
        Month => "month", "每月";
        /// Each quarter.
        Quarter => "quarter", "每季度";
        /// Each year.
        Year => "year", "每年";
    }
}

/// What is due of a kind, from a day on.
struct Due {
    from: (i16, i8, i8),
    kind: MeetingKind,
    every: Option<Every>,
}

/// The rules in force, the older first (`spec/rules.md`, Meetings and votes).
const DUE: &[Due] = &[
    Due { from: (2018, 10, 28), kind: MeetingKind::Assembly, every: Some(Every::Quarter) },
    Due { from: (2018, 10, 28), kind: MeetingKind::Committee, every: Some(Every::Month) },
    Due { from: (2018, 10, 28), kind: MeetingKind::Group, every: Some(Every::Month) },
    Due { from: (2018, 10, 28), kind: MeetingKind::ThemeDay, every: Some(Every::Month) },
    Due { from: (2018, 10, 28), kind: MeetingKind::OrganizationLife, every: Some(Every::Year) },
    Due { from: (2018, 10, 28), kind: MeetingKind::Review, every: Some(Every::Year) },
];

impl MeetingKind {
    /// How often it was due on a day; `None` when it is held as there is reason to.
    pub(crate) fn due(self, on: Date) -> Option<Every> {
        let holds =
            |due: &&Due| due.kind == self && Date::new(due.from.0, due.from.1, due.from.2).is_ok_and(|from| from <= on);
        DUE.iter().rev().find(holds).and_then(|due| due.every)
    }

    /// Whether members vote at it by right: everybody on the list who is a full member.
    pub(crate) const fn whole_branch(self) -> bool {
        matches!(self, Self::Assembly | Self::ThemeDay | Self::Lecture | Self::OrganizationLife | Self::Review)
    }
}

impl Every {
    /// The days of the period that a day lies in, the first and the last.
    pub(crate) fn around(self, day: Date) -> (Date, Date) {
        let months = match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
        };
        let into = (i32::from(day.month()) - 1) % months;
        let first = day.plus_days(1 - i32::from(day.day())).plus_months(-into);
        (first, first.plus_months(months).plus_days(-1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse_loose(text).unwrap()
    }

    #[test]
    fn what_is_due_is_what_the_rules_say() {
        let due = |kind: MeetingKind| kind.due(day("2026-03-20"));
        assert_eq!(due(MeetingKind::Assembly), Some(Every::Quarter));
        for monthly in [MeetingKind::Committee, MeetingKind::Group, MeetingKind::ThemeDay] {
            assert_eq!(due(monthly), Some(Every::Month), "{monthly}");
        }
        for yearly in [MeetingKind::OrganizationLife, MeetingKind::Review] {
            assert_eq!(due(yearly), Some(Every::Year), "{yearly}");
        }
        for free in [MeetingKind::Lecture, MeetingKind::Other] {
            assert_eq!(due(free), None, "{free}");
        }
        assert_eq!(MeetingKind::Assembly.due(day("2018-10-27")), None, "before the rule");
    }

    #[test]
    fn a_period_has_a_first_and_a_last_day() {
        for (every, on, first, last) in [
            (Every::Month, "2026-02-14", "2026-02-01", "2026-02-28"),
            (Every::Month, "2024-02-29", "2024-02-01", "2024-02-29"),
            (Every::Quarter, "2026-01-01", "2026-01-01", "2026-03-31"),
            (Every::Quarter, "2026-06-30", "2026-04-01", "2026-06-30"),
            (Every::Quarter, "2026-12-31", "2026-10-01", "2026-12-31"),
            (Every::Year, "2026-07-01", "2026-01-01", "2026-12-31"),
        ] {
            assert_eq!(every.around(day(on)), (day(first), day(last)), "{every} {on}");
        }
    }
}
