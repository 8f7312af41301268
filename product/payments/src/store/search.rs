//! Finds orders for an administrator.

use ejia_db::{Txn, Value};
use ejia_kernel::{Instant, OrderId, OrganizationId, Problem};

use super::orders::{COLUMNS, order_row};
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
    let mut values: Vec<Value> = vec![wanted.from.into(), wanted.until.into()];
    let mut narrower = String::new();
    let mut and = |words: [&str; 2], value: Value| {
        values.push(value);
        narrower.extend([words[0], "$", &values.len().to_string(), words[1]]);
    };
    if let Some(channel) = wanted.channel {
        and([" AND channel = ", ""], channel.code().into());
    }
    if let Some(state) = wanted.state {
        and([" AND state = ", ""], state.code().into());
    }
    if let Some((at, id)) = wanted.after {
        and([" AND (opened_at, id) < (", ""], at.into());
        and([", ", ")"], id.into());
    }
    if let Some(organizations) = &wanted.organizations {
        // A line bears the instant its order was opened at, so that the lines of a time are one range of an index.
        let mut before = " AND id IN (SELECT order_id FROM payment_order_line
                WHERE opened_at >= $1 AND opened_at < $2 AND organization_id IN (";
        for id in organizations {
            and([before, ""], id.into());
            before = ", ";
        }
        narrower.push_str(if organizations.is_empty() { " AND 1 = 0" } else { "))" });
    }
    values.push(limit.into());
    let sql = format!(
        "SELECT {COLUMNS} FROM payment_order WHERE opened_at >= $1 AND opened_at < $2{narrower}
         ORDER BY opened_at DESC, id DESC LIMIT ${}",
        values.len()
    );
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
