//! How long somebody has not paid: runs of months, and when his branch is warned (pure rules).

use ejia_kernel::{Month, labelled};

labelled! {
    /// A run of unpaid months at which the branch is warned. Six without a reason are serious: by the Constitution of
    /// the Party (article 9) they count as leaving it.
    pub enum Warning {
        /// Three months.
        Three => "3", "已欠3个月";
        /// Five months.
        Five => "5", "已欠5个月";
        /// Six months or more.
        Six => "6", "已欠6个月以上";
    }
}

impl Warning {
    /// From how many months on.
    pub(crate) const fn months(self) -> i32 {
        match self {
            Self::Three => 3,
            Self::Five => 5,
            Self::Six => 6,
        }
    }

    /// The highest that a run of so many months has reached.
    pub(crate) fn at(months: i32) -> Option<Self> {
        Self::ALL.iter().copied().rev().find(|warning| warning.months() <= months)
    }
}

/// Months that follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// The first of them.
    pub(crate) since: Month,
    /// How many.
    pub(crate) months: i32,
}

/// The runs of these months, which are in order; a month may stand there more than once.
pub(crate) fn runs(months: &[Month]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for month in months {
        match runs.last_mut() {
            Some(run) if month.months_since(run.since) < run.months => {}
            Some(run) if month.months_since(run.since) == run.months => run.months += 1,
            _ => runs.push(Run { since: *month, months: 1 }),
        }
    }
    runs
}

/// The longest run, the later one of two alike.
pub(crate) fn longest(months: &[Month]) -> Option<Run> {
    runs(months).into_iter().max_by_key(|run| run.months)
}

/// Months as people read them: `2026年1月至3月、5月`.
pub(crate) fn spelt(months: &[Month]) -> String {
    let mut year = None;
    let mut word = |month: Month| {
        let text = if year == Some(month.year()) {
            format!("{}月", month.number())
        } else {
            format!("{}年{}月", month.year(), month.number())
        };
        year = Some(month.year());
        text
    };
    let spelt: Vec<String> = runs(months)
        .into_iter()
        .map(|run| {
            let first = word(run.since);
            if run.months == 1 { first } else { format!("{first}至{}", word(run.since.plus_months(run.months - 1))) }
        })
        .collect();
    spelt.join("、")
}
