//! The orders of a channel's day, for channels that have no statement and are asked order by order.

use std::collections::BTreeMap;

use ejia_db::Txn;
use ejia_kernel::{Date, Instant, OrderId, Problem};

use crate::cashier::charge;
use crate::channel::{ChannelKind, Charge, RefundAsk};
use crate::store::of_day;

/// An order of a day, and what was asked to go back of it on that day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayOrder {
    /// What was to be paid.
    pub charge: Charge,
    /// What was asked to go back on that day.
    pub refunds: Vec<RefundAsk>,
}

/// Orders whose money the channel took on this day (China), those opened on it or the day before that nobody has paid, and
/// those of which something was asked to go back.
///
/// # Errors
/// A fault of the database.
pub fn orders_of_day(txn: &mut Txn<'_>, kind: ChannelKind, day: Date) -> Result<Vec<DayOrder>, Problem> {
    let (start, end) = (Instant::start_of(day), Instant::start_of(day.plus_days(1)));
    let day_before = Instant::start_of(day.plus_days(-1));
    let mut found: BTreeMap<OrderId, DayOrder> = BTreeMap::new();
    for order in of_day::orders(txn, kind, day, (day_before, end))? {
        found.insert(order.id, DayOrder { charge: charge(&order), refunds: Vec::new() });
    }
    for (order, ask) in of_day::refunds(txn, kind, (start, end))? {
        let entry = found.entry(order.id);
        entry.or_insert_with(|| DayOrder { charge: charge(&order), refunds: Vec::new() }).refunds.push(ask);
    }
    Ok(found.into_values().collect())
}
