//! The steps that were not the usual ones.

use std::time::Duration;

use ejia_db::{DbError, Row, Txn, args};
use ejia_kernel::{EntryId, Fen, Instant, OrderId, Problem};

use super::channel;
use crate::channel::ChannelKind;
use crate::events::{Event, EventKind};

/// The longest detail that is kept.
const DETAIL: usize = 200;

/// Writes a step down.
pub(crate) fn insert(txn: &mut Txn<'_>, event: &Event<'_>) -> Result<(), Problem> {
    let Event { order, channel, kind, amount, detail } = event;
    let now = txn.now();
    let detail: String = detail.chars().filter(|letter| !letter.is_control()).take(DETAIL).collect();
    txn.later(
        "INSERT INTO payment_event (id, order_id, channel, at, kind, amount, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &args![EntryId::new(now), *order, channel.code(), now, kind.code(), *amount, detail],
    )?;
    Ok(())
}

/// Whether the very same step was written down before.
pub(crate) fn is_noted(txn: &mut Txn<'_>, event: &Event<'_>) -> Result<bool, Problem> {
    let Event { order, channel: by, kind, amount, detail } = event;
    let steps = match order {
        Some(id) => of_order(txn, *id)?,
        None => without_order(txn, *by, txn.now().minus(Duration::from_hours(1)), txn.now())?,
    };
    Ok(steps.iter().any(|step| step.kind == *kind && step.amount == *amount && step.detail == *detail))
}

/// How many steps without an order this channel has had since; at most `limit` are counted.
pub(crate) fn recent(txn: &mut Txn<'_>, kind: ChannelKind, span: Duration, limit: i64) -> Result<i64, Problem> {
    let since = txn.now().minus(span);
    Ok(txn.one(
        "SELECT COUNT(*) FROM (SELECT 1 AS one FROM payment_event
             WHERE channel = $1 AND at > $2 AND order_id IS NULL LIMIT $3) AS recent",
        &args![kind.code(), since, limit],
        |row| row.get(0),
    )?)
}

/// A step as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) channel: ChannelKind,
    pub(crate) at: Instant,
    pub(crate) kind: EventKind,
    pub(crate) amount: Option<Fen>,
    pub(crate) detail: String,
}

/// The steps of an order, the first first.
pub(crate) fn of_order(txn: &mut Txn<'_>, id: OrderId) -> Result<Vec<Step>, Problem> {
    Ok(txn.query(
        "SELECT channel, at, kind, amount, detail FROM payment_event WHERE order_id = $1 ORDER BY id LIMIT 500",
        &args![id],
        step_row,
    )?)
}

/// The last steps of a channel that concern no order of ours, between two instants.
pub(crate) fn without_order(
    txn: &mut Txn<'_>,
    kind: ChannelKind,
    from: Instant,
    until: Instant,
) -> Result<Vec<Step>, Problem> {
    Ok(txn.query(
        "SELECT channel, at, kind, amount, detail FROM payment_event
         WHERE channel = $1 AND at >= $2 AND at < $3 AND order_id IS NULL ORDER BY at DESC LIMIT 50",
        &args![kind.code(), from, until],
        step_row,
    )?)
}

fn step_row(row: &Row<'_>) -> Result<Step, DbError> {
    let kind: String = row.get(2)?;
    Ok(Step {
        channel: channel(&row.get::<String>(0)?)?,
        at: row.get(1)?,
        kind: EventKind::from_code(&kind).ok_or_else(|| DbError::Column(format!("unknown event {kind}")))?,
        amount: row.get(3)?,
        detail: row.get(4)?,
    })
}
