//! What a channel must know of a day to have a statement made of it, order by order.

use ejia_db::{Txn, args};
use ejia_kernel::{Date, Instant, OrderId, Problem};

use super::orders::{COLUMNS, order_row};
use crate::channel::{ChannelKind, RefundAsk};
use crate::model::Order;

/// Orders whose money the channel lists on this day, and those opened within these instants that nobody has paid; without
/// their lines.
pub(crate) fn orders(
    txn: &mut Txn<'_>,
    kind: ChannelKind,
    day: Date,
    (from, until): (Instant, Instant),
) -> Result<Vec<Order>, Problem> {
    let paid = format!(
        "SELECT {COLUMNS} FROM payment_order
         WHERE id IN (SELECT order_id FROM payment WHERE day = $1 AND channel = $2 AND order_id IS NOT NULL)"
    );
    let mut found = txn.query(&paid, &args![day, kind.code()], order_row)?;
    let unpaid = format!(
        "SELECT {COLUMNS} FROM payment_order
         WHERE opened_at >= $1 AND opened_at < $2 AND channel = $3 AND state <> 'paid'"
    );
    let known: std::collections::HashSet<OrderId> = found.iter().map(|order| order.id).collect();
    let unpaid = txn.query(&unpaid, &args![from, until, kind.code()], order_row)?;
    found.extend(unpaid.into_iter().filter(|order| !known.contains(&order.id)));
    Ok(found)
}

/// Refunds asked for within these instants, each with its order.
pub(crate) fn refunds(
    txn: &mut Txn<'_>,
    kind: ChannelKind,
    (from, until): (Instant, Instant),
) -> Result<Vec<(Order, RefundAsk)>, Problem> {
    let columns = COLUMNS.split(", ").map(|column| format!("o.{column}")).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT {columns}, r.id, p.trade, p.amount, r.amount, r.asked_at
         FROM payment_refund r JOIN payment p ON p.id = r.payment_id JOIN payment_order o ON o.id = r.order_id
         WHERE r.channel = $1 AND r.asked_at >= $2 AND r.asked_at < $3"
    );
    Ok(txn.query(&sql, &args![kind.code(), from, until], |row| {
        let order = order_row(row)?;
        let ask = RefundAsk {
            refund: row.get(14)?,
            order: order.id.to_string(),
            opened_at: order.opened_at,
            trade: row.get(15)?,
            paid: row.get(16)?,
            amount: row.get(17)?,
            asked_at: row.get(18)?,
        };
        Ok((order, ask))
    })?)
}
