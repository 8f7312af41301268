//! Compares a channel's statement of a day with what was taken here: pure.

use std::collections::HashMap;

use ejia_kernel::{Date, Fen, Instant, OrderId, labelled};

use crate::channel::{ChannelKind, StatementKind, StatementLine};
use crate::store::money::Money;

labelled! {
    /// In what a statement and our books differ.
    pub enum DifferenceKind {
        /// The channel lists it, our books did not have it.
        MissingHere => "missing_here", "渠道有、平台无";
        /// Our books have it, the channel does not list it.
        MissingThere => "missing_there", "平台有、渠道无";
        /// Both have it, with different amounts.
        AmountDiffers => "amount_differs", "金额不一致";
        /// Money came for no order of ours.
        Stray => "stray", "没有对应订单";
    }
}

labelled! {
    /// What became of a difference.
    pub enum DifferenceState {
        /// To be looked at.
        Open => "open", "待处理";
        /// It repaired itself.
        Resolved => "resolved", "已自动解决";
        /// Somebody has explained it.
        Explained => "explained", "已说明";
    }
}

labelled! {
    /// How a difference repaired itself.
    pub enum Remedy {
        /// Nothing yet.
        None => "", "—";
        /// The money was taken in; what could not count goes back.
        Taken => "taken", "已补记入账；不能入账的已自动退回";
        /// The refund was written down as done.
        RefundNoted => "refund_noted", "已补记退款完成";
        /// A later statement listed it.
        ListedLater => "listed_later", "已在其后的对账单中出现";
    }
}

/// A difference to be written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) channel: ChannelKind,
    pub(crate) day: Date,
    pub(crate) kind: DifferenceKind,
    pub(crate) about: StatementKind,
    pub(crate) number: String,
    pub(crate) trade: String,
    pub(crate) here: Option<Fen>,
    pub(crate) there: Option<Fen>,
    pub(crate) order_id: Option<OrderId>,
}

/// What stands in a statement, in sums.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) payments: i64,
    pub(crate) paid: i64,
    pub(crate) refunds: i64,
    pub(crate) refunded: i64,
}

impl Totals {
    pub(crate) fn of(lines: &[StatementLine]) -> Self {
        let mut totals = Self::default();
        for line in lines {
            let (count, sum) = match line.kind {
                StatementKind::Payment => (&mut totals.payments, &mut totals.paid),
                StatementKind::Refund => (&mut totals.refunds, &mut totals.refunded),
            };
            *count += 1;
            *sum = sum.saturating_add(line.amount.fen());
        }
        totals
    }
}

/// What the payments of a day come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Findings {
    /// Listed there; no trade of this number among the day's here.
    pub(crate) missing_here: Vec<StatementLine>,
    /// Among the day's here; not listed there.
    pub(crate) missing_there: Vec<Money>,
    /// In both, with another amount there.
    pub(crate) amount_differs: Vec<(Money, Fen)>,
}

/// Compares the payments of a day by the channel's number of the trade. A trade listed in several lines counts by their
/// sum.
pub(crate) fn compare(lines: &[StatementLine], ours: &[Money]) -> Findings {
    let mut there: HashMap<&str, (Fen, &StatementLine)> = HashMap::new();
    for line in lines.iter().filter(|line| line.kind == StatementKind::Payment) {
        there
            .entry(line.trade.as_str())
            .and_modify(|(sum, _)| *sum = sum.checked_plus(line.amount).unwrap_or(*sum))
            .or_insert((line.amount, line));
    }
    let mut findings = Findings::default();
    for money in ours {
        match there.remove(money.trade.as_str()) {
            None => findings.missing_there.push(money.clone()),
            Some((sum, _)) if sum != money.amount => findings.amount_differs.push((money.clone(), sum)),
            Some(_) => {}
        }
    }
    let rest = there.into_values().map(|(amount, line)| StatementLine { amount, ..line.clone() });
    findings.missing_here = rest.collect();
    findings.missing_here.sort_by(|a, b| a.trade.cmp(&b.trade));
    findings
}

/// The hour of the day from which a channel's statement of the day before is asked for (China).
const READY: std::time::Duration = std::time::Duration::from_hours(10);
/// So many days back a statement that is missing is asked for.
const DAYS_BACK: i32 = 31;

/// The days whose statements should be there by now, from the day of the first order on, the latest last.
pub(crate) fn days_due(first_order: Instant, now: Instant) -> Vec<Date> {
    let today = now.china_date();
    let ready = now >= Instant::start_of(today).plus(READY);
    let last = today.plus_days(if ready { -1 } else { -2 });
    let first = first_order.china_date().max(today.plus_days(-DAYS_BACK));
    let count = last.days_since(first);
    (0..=count).map(|days| first.plus_days(days)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(day: i8) -> Date {
        Date::new(2026, 3, day).unwrap()
    }

    #[test]
    fn a_statement_is_due_from_ten_in_the_morning_of_the_next_day() {
        let first = Instant::start_of(date(18));
        let at = |day, hours| Instant::start_of(date(day)).plus(std::time::Duration::from_hours(hours));
        assert_eq!(days_due(first, at(18, 23)), []);
        assert_eq!(days_due(first, at(19, 9)), []);
        assert_eq!(days_due(first, at(19, 10)), [date(18)]);
        assert_eq!(days_due(first, at(20, 9)), [date(18)]);
        assert_eq!(days_due(first, at(20, 10)), [date(18), date(19)]);
    }
}
