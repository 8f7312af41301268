//! Orders and their lines.

use ejia_db::{DbError, Row, Txn, Value, args};
use ejia_kernel::{Fen, Instant, OrderId, OrganizationId, PaymentId, Problem};

use super::{channel, places};
use crate::channel::{ChannelKind, Paid};
use crate::model::{LineState, Order, OrderLine, OrderState, Payer};
use crate::rules::GRACE;

pub(crate) const COLUMNS: &str = "id, purpose, channel, payer_kind, payer_id, payer_name, amount, remark, state, opened_at, \
                       expires_at, paid_at, trade, closed_at";
/// Lines of one statement.
const LINES_AT_ONCE: usize = 100;

/// Writes a new order down: two statements for an order of up to a hundred lines.
pub(crate) fn insert(txn: &mut Txn<'_>, order: &Order, ask_at: Instant) -> Result<(), Problem> {
    let (payer_kind, payer_id) = match &order.payer {
        Payer::Member(id, _) => ("member", id.to_string()),
        Payer::Officer(id, _) => ("administrator", id.to_string()),
    };
    txn.later(
        "INSERT INTO payment_order (id, purpose, channel, payer_kind, payer_id, payer_name, amount, remark, state,
             opened_at, expires_at, ask_at, paid_at, trade)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        &args![
            order.id,
            &order.purpose,
            order.channel.code(),
            payer_kind,
            payer_id,
            order.payer.name(),
            order.amount,
            &order.remark,
            order.state.code(),
            order.opened_at,
            order.expires_at,
            ask_at,
            order.paid_at,
            order.trade.clone()
        ],
    )?;
    for (chunk, lines) in order.lines.chunks(LINES_AT_ONCE).enumerate() {
        let sql = format!(
            "INSERT INTO payment_order_line (order_id, position, subject, organization_id, amount, given_back, opened_at)
             VALUES {}",
            places(lines.len(), 7)
        );
        let mut values: Vec<Value> = Vec::with_capacity(lines.len() * 7);
        for (place, line) in lines.iter().enumerate() {
            let position = i64::try_from(chunk * LINES_AT_ONCE + place).unwrap_or(i64::MAX);
            let OrderLine { subject, organization_id, amount, state: _ } = line;
            values.extend(args![order.id, position, subject, *organization_id, *amount, 0_i64, order.opened_at]);
        }
        txn.later(&sql, &values)?;
    }
    Ok(())
}

/// The order with its lines.
pub(crate) fn load(txn: &mut Txn<'_>, id: OrderId) -> Result<Option<Order>, Problem> {
    found(txn, id, "")
}

/// The order with its lines, its row locked.
pub(crate) fn lock(txn: &mut Txn<'_>, id: OrderId) -> Result<Option<Order>, Problem> {
    let lock = txn.for_update();
    found(txn, id, lock)
}

fn found(txn: &mut Txn<'_>, id: OrderId, lock: &str) -> Result<Option<Order>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM payment_order WHERE id = $1{lock}");
    let Some(mut order) = txn.first(&sql, &args![id], order_row)? else { return Ok(None) };
    order.lines = lines(txn, id)?.into_iter().map(|line| line.in_order(order.state)).collect();
    Ok(Some(order))
}

/// The fast road: the order becomes paid if this money is written down, and it is open, of this channel and amount, and
/// not long expired; none otherwise. Its lines come with it, as they lie in the table.
pub(crate) fn mark_paid(
    txn: &mut Txn<'_>,
    id: OrderId,
    kind: ChannelKind,
    (payment, paid): (PaymentId, &Paid),
) -> Result<Option<(Order, Vec<Line>)>, Problem> {
    let sql = format!(
        "UPDATE payment_order SET state = 'paid', paid_at = $1, trade = $2
         WHERE id = $3 AND state = 'open' AND channel = $4 AND amount = $5 AND expires_at >= $6
           AND EXISTS (SELECT 1 FROM payment WHERE payment.id = $7) RETURNING {COLUMNS}"
    );
    let latest = paid.paid_at.minus(GRACE);
    let values = args![paid.paid_at, paid.trade.as_str(), id, kind.code(), paid.amount, latest, payment];
    let (order, lines) = txn.both((&sql, &values), order_row, (LINES, &args![id]), line_row)?;
    Ok(order.into_iter().next().map(|order| (order, lines)))
}

/// Closes an open order. False when it was not open any more.
pub(crate) fn close(txn: &mut Txn<'_>, id: OrderId) -> Result<bool, Problem> {
    let now = txn.now();
    let closed = txn.execute(
        "UPDATE payment_order SET state = 'closed', closed_at = $1 WHERE id = $2 AND state = 'open'",
        &args![now, id],
    )?;
    Ok(closed == 1)
}

/// Open orders whose channel is to be asked, the longest due first.
pub(crate) fn to_ask(txn: &mut Txn<'_>, limit: i64) -> Result<Vec<(OrderId, Instant, Instant)>, Problem> {
    let now = txn.now();
    Ok(txn.query(
        "SELECT id, opened_at, expires_at FROM payment_order WHERE state = 'open' AND ask_at <= $1
         ORDER BY ask_at LIMIT $2",
        &args![now, limit],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?)
}

/// When the channel is asked next.
pub(crate) fn ask_next(txn: &mut Txn<'_>, id: OrderId, at: Instant) -> Result<(), Problem> {
    txn.later("UPDATE payment_order SET ask_at = $1 WHERE id = $2", &args![at, id])?;
    Ok(())
}

/// A line as it lies in the table, and whether another order has the same subject.
pub(crate) struct Line {
    pub(crate) subject: String,
    organization_id: OrganizationId,
    amount: Fen,
    given_back: Fen,
    pub(crate) wanted_twice: bool,
}

impl Line {
    /// The line of an order in this state.
    pub(crate) fn in_order(self, order: OrderState) -> OrderLine {
        let state = if self.given_back >= self.amount {
            LineState::GivenBack
        } else if order == OrderState::Paid {
            LineState::Settled
        } else {
            LineState::Open
        };
        let Self { subject, organization_id, amount, .. } = self;
        OrderLine { subject, organization_id, amount, state }
    }
}

/// The lines of an order.
fn lines(txn: &mut Txn<'_>, id: OrderId) -> Result<Vec<Line>, Problem> {
    Ok(txn.query(LINES, &args![id], line_row)?)
}

const LINES: &str = "SELECT mine.subject, mine.organization_id, mine.amount, mine.given_back,
         (SELECT COUNT(*) FROM payment_order_line other WHERE other.subject = mine.subject)
     FROM payment_order_line mine WHERE mine.order_id = $1 ORDER BY mine.position";

fn line_row(row: &Row<'_>) -> Result<Line, DbError> {
    Ok(Line {
        subject: row.get(0)?,
        organization_id: row.get(1)?,
        amount: row.get(2)?,
        given_back: row.get(3)?,
        wanted_twice: row.get::<i64>(4)? > 1,
    })
}

/// Other open orders that have a subject of this one.
pub(crate) fn rivals(txn: &mut Txn<'_>, id: OrderId) -> Result<Vec<OrderId>, Problem> {
    Ok(txn.query(
        "SELECT id FROM payment_order WHERE state = 'open' AND id IN
           (SELECT other.order_id FROM payment_order_line mine
            JOIN payment_order_line other ON other.subject = mine.subject
            WHERE mine.order_id = $1 AND other.order_id <> $1)
         ORDER BY id",
        &args![id],
        |row| row.get(0),
    )?)
}

/// All the money of these lines goes back.
pub(crate) fn give_back_lines(txn: &mut Txn<'_>, id: OrderId, positions: &[usize]) -> Result<(), Problem> {
    for position in positions {
        let position = i64::try_from(*position).unwrap_or(i64::MAX);
        txn.later(
            "UPDATE payment_order_line SET given_back = amount WHERE order_id = $1 AND position = $2",
            &args![id, position],
        )?;
    }
    Ok(())
}

/// Takes part of a line back if so much of it still counts; answers whose it was.
pub(crate) fn give_back_part(
    txn: &mut Txn<'_>,
    id: OrderId,
    subject: &str,
    amount: Fen,
) -> Result<Option<OrganizationId>, Problem> {
    Ok(txn.first(
        "UPDATE payment_order_line SET given_back = given_back + $1
         WHERE order_id = $2 AND subject = $3 AND given_back + $1 <= amount RETURNING organization_id",
        &args![amount, id, subject],
        |row| row.get(0),
    )?)
}

pub(crate) fn order_row(row: &Row<'_>) -> Result<Order, DbError> {
    let (payer_kind, payer_id): (String, String) = (row.get(3)?, row.get(4)?);
    let name: String = row.get(5)?;
    let nobody = || DbError::Column("an order by nobody".to_owned());
    let payer = match payer_kind.as_str() {
        "member" => Payer::Member(payer_id.parse().map_err(|_| nobody())?, name),
        "administrator" => Payer::Officer(payer_id.parse().map_err(|_| nobody())?, name),
        _ => return Err(nobody()),
    };
    let state: String = row.get(8)?;
    Ok(Order {
        id: row.get(0)?,
        purpose: row.get(1)?,
        channel: channel(&row.get::<String>(2)?)?,
        payer,
        amount: row.get(6)?,
        remark: row.get(7)?,
        state: OrderState::from_code(&state)
            .ok_or_else(|| DbError::Column(format!("unknown state of an order {state}")))?,
        opened_at: row.get(9)?,
        expires_at: row.get(10)?,
        paid_at: row.get(11)?,
        trade: row.get(12)?,
        closed_at: row.get(13)?,
        lines: Vec::new(),
    })
}
