//! What dues are, by the regulation: which month is payable when, and what a base comes to.
//!
//! Everything here is a pure function of its arguments; nothing looks at a clock or a database. The figures themselves
//! are dated rows (`bands.rs`), so that a new regulation is one more row and no past month is ever reckoned anew by it.

mod bands;
mod reckon;
mod rounding;

#[cfg(test)]
mod tests;

use ejia_kernel::{Date, Month, labelled};

pub(crate) use reckon::{Reckoned, reckon};
pub(crate) use rounding::{Mode, Rounding, Scale};

labelled! {
    /// What a member's dues are reckoned from: the articles 1 to 7 of 中组发〔2008〕3号.
    pub enum Basis {
        /// A monthly wage: the fixed and regular part, after tax (articles 1 and 2).
        Wage => "wage", "按月工资";
        /// An annual salary: what is drawn in the month (article 3).
        Annual => "annual", "年薪制";
        /// No monthly income: last quarter's average net income (article 4).
        NoMonthlyIncome => "no_monthly_income", "无固定月收入";
        /// Retired: the pension (article 5).
        Retired => "retired", "离退休";
        /// A farmer: 0.2 to 1 yuan (article 6).
        Farmer => "farmer", "农民";
        /// A student: 0.2 yuan (article 6).
        Student => "student", "学生";
        /// Unemployed: 0.2 yuan (article 6).
        Unemployed => "unemployed", "下岗失业";
        /// Lives on a pension for hardship or on relief: 0.2 yuan (article 6).
        Relief => "relief", "抚恤救济或低保";
        /// In hardship: less or nothing, as approved (article 7).
        Hardship => "hardship", "困难减免";
        /// No base is known: the branch types the amount.
        Typed => "typed", "直接填写金额";
    }
}

impl Basis {
    /// Whether the amount is a share of a base.
    pub(crate) const fn needs_base(self) -> bool {
        matches!(self, Self::Wage | Self::Annual | Self::NoMonthlyIncome | Self::Retired)
    }
}

/// The first day of the month on which its dues can be paid; the last is the day before it in the next month.
const FIRST_DAY: i8 = 16;

/// A month that lies further back than this is normally not made up for any more.
const MADE_UP: i32 = 6;

/// The month whose dues are payable on this day: from its 16th to the 15th of the next (manual, 党费篇).
pub(crate) fn window(today: Date) -> Month {
    let month = Month::of(today);
    if today.day() >= FIRST_DAY { month } else { month.previous() }
}

/// Whether a month's dues can be paid on this day: since its 16th, and from then on for ever (later as arrears). Never
/// in advance.
pub(crate) fn payable(month: Month, today: Date) -> bool {
    month <= window(today)
}

/// Whether a month lies so far back that making it up is not usual. A reason to warn, not to refuse.
pub(crate) fn far_back(month: Month, today: Date) -> bool {
    window(today).months_since(month) > MADE_UP
}

/// Whether somebody owes dues for this month: from the month on in which the branch meeting admitted him (article 8).
/// Where that day is not known he does.
pub(crate) fn owes(admitted_on: Option<Date>, month: Month) -> bool {
    admitted_on.is_none_or(|day| Month::of(day) <= month)
}
