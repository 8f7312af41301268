//! Finds orders for an administrator.

use ejia_db::{Txn, Value};
use ejia_kernel::{Instant, OrderId, OrganizationId, Problem};

use super::orders::order_row;
use crate::channel::ChannelKind;
use crate::model::{Order, OrderState};

/// What orders are looked for.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    /// Opened at or after this instant …
    pub(crate) from: Instant,
    /// … and before this one.
    pub(crate) until: Instant,
    pub(crate) channel: Option<ChannelKind>,
    pub(crate) state: Option<OrderState>,
    /// With a line of one of these; none: of whomever.
    pub(crate) organizations: Option<Vec<OrganizationId>>,
    /// Older than this one.
    pub(crate) after: Option<(Instant, OrderId)>,
}

/// The orders, the latest first, without their lines.
pub(crate) fn orders(txn: &mut Txn<'_>, wanted: &Wanted, limit: i64) -> Result<Vec<Order>, Problem> {
    let mut sql = String::from(
        "SELECT id, purpose, channel, payer_kind, payer_id, payer_name, amount, remark, state, opened_at, expires_at,
             paid_at, trade, closed_at
         FROM payment_order WHERE opened_at >= $1 AND opened_at < $2",
    );
    let mut values: Vec<Value> = vec![wanted.from.into(), wanted.until.into()];
    let place = |value: Value, values: &mut Vec<Value>| {
        values.push(value);
        format!("${}", values.len())
    };
    if let Some(channel) = wanted.channel {
        sql += &format!(" AND channel = {}", place(channel.code().into(), &mut values));
    }
    if let Some(state) = wanted.state {
        sql += &format!(" AND state = {}", place(state.code().into(), &mut values));
    }
    if let Some((at, id)) = wanted.after {
        let (at, id) = (place(at.into(), &mut values), place(id.into(), &mut values));
        sql += &format!(" AND (opened_at, id) < ({at}, {id})");
    }
    if let Some(organizations) = &wanted.organizations {
        let marks: Vec<String> = organizations.iter().map(|id| place(id.into(), &mut values)).collect();
        sql += &format!(
            " AND id IN (SELECT order_id FROM payment_order_line
                 WHERE organization_id IN ({}) AND opened_at >= $1 AND opened_at < $2)",
            marks.join(", ")
        );
    }
    sql += &format!(" ORDER BY opened_at DESC, id DESC LIMIT {}", place(limit.into(), &mut values));
    Ok(txn.query(&sql, &values, order_row)?)
}

/// The order that a number speaks of: our own, or a channel's number of a payment.
pub(crate) fn by_number(txn: &mut Txn<'_>, number: &str) -> Result<Option<OrderId>, Problem> {
    if let Ok(id) = number.parse::<OrderId>() {
        return Ok(Some(id));
    }
    for kind in ChannelKind::ALL {
        if let Some(money) = super::money::of_trade(txn, *kind, number)?
            && money.order_id.is_some()
        {
            return Ok(money.order_id);
        }
    }
    Ok(None)
}
