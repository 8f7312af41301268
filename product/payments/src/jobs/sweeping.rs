//! Finds what is due: orders to ask after, refunds to look after, statements to compare.

use std::time::Duration;

use ejia_db::{Desk, Txn};
use ejia_jobs::JobFault;
use ejia_kernel::Problem;

use super::{ASK, About, OfDay, RECONCILE, REFUND, Returning};
use crate::channel::ChannelKind;
use crate::reconciliation::days_due;
use crate::rules::next_question;
use crate::store::{differences, orders, refunds};

const DAY: Duration = Duration::from_hours(24);
/// How many of each one round finds.
const ROUND: i64 = 500;

/// One round: a job for each order and each refund that is due.
pub(super) fn sweep(txn: &mut Txn<'_>) -> Result<(), Problem> {
    let now = txn.now();
    for (id, opened_at, expires_at) in orders::to_ask(txn, ROUND)? {
        orders::ask_next(txn, id, next_question(opened_at, expires_at, now))?;
        ejia_jobs::enqueue(txn, ASK, About { order: id })?;
    }
    for id in refunds::due(txn, ROUND)? {
        // A round finds it again until its job has run: one job a try is enough.
        let minute = now.ms() / 60_000;
        ejia_jobs::enqueue_once(txn, REFUND, Returning { refund: id }, &format!("{REFUND}.{id}.{minute}"))?;
    }
    Ok(())
}

/// A job for each day of each channel whose statement should be there and was not compared.
pub(super) fn statements(desk: &Desk, offered: &[ChannelKind]) -> Result<(), JobFault> {
    let offered = offered.to_vec();
    desk.write_now(move |txn| {
        let now = txn.now();
        // From the day before the first order: money may come in for what is no order of ours.
        let first = differences::first_order(txn)?.unwrap_or(now).minus(DAY);
        let days = days_due(first, now);
        let (Some(first), Some(last)) = (days.first(), days.last()) else { return Ok(()) };
        let compared = differences::statements(txn, *first, *last)?;
        let quarter = now.ms() / 900_000;
        for channel in &offered {
            for day in &days {
                if compared.iter().any(|done| done.channel == *channel && done.day == *day) {
                    continue;
                }
                let key = format!("{RECONCILE}.{}.{day}.{quarter}", channel.code());
                ejia_jobs::enqueue_once(txn, RECONCILE, OfDay { channel: *channel, day: *day }, &key)?;
            }
        }
        Ok(())
    })?;
    Ok(())
}
