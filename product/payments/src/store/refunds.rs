//! Money on its way back.

use ejia_db::{DbError, Row, Txn, args};
use ejia_kernel::{Date, Fen, Instant, OrderId, OrganizationId, PaymentId, Problem, RefundId};

use super::channel;
use crate::channel::{ChannelKind, RefundAsk};
use crate::rules::{RefundProgress, refund_pause};

/// Money that goes back, as it lies in the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refund {
    pub(crate) id: RefundId,
    pub(crate) payment_id: PaymentId,
    pub(crate) order_id: Option<OrderId>,
    pub(crate) channel: ChannelKind,
    /// Of which organization; only cash, which it hands back itself.
    pub(crate) organization_id: Option<OrganizationId>,
    pub(crate) amount: Fen,
    pub(crate) reason: String,
    pub(crate) state: RefundProgress,
    pub(crate) tries: i64,
    pub(crate) asked_at: Instant,
    pub(crate) due_at: Instant,
    pub(crate) fault: String,
    pub(crate) ended_at: Option<Instant>,
}

const COLUMNS: &str = "id, payment_id, order_id, channel, organization_id, amount, reason, state, tries, asked_at, \
                       due_at, fault, ended_at";

/// Writes a new refund down.
pub(crate) fn insert(txn: &mut Txn<'_>, refund: &Refund) -> Result<(), Problem> {
    let Refund {
        id,
        payment_id,
        order_id,
        channel,
        organization_id,
        amount,
        reason,
        state,
        tries,
        asked_at,
        due_at,
        fault,
        ended_at,
    } = refund;
    txn.later(
        "INSERT INTO payment_refund (id, payment_id, order_id, channel, organization_id, amount, reason, state, tries,
             asked_at, due_at, fault, ended_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        &args![
            *id,
            *payment_id,
            *order_id,
            channel.code(),
            *organization_id,
            *amount,
            reason,
            state.code(),
            *tries,
            *asked_at,
            *due_at,
            fault,
            *ended_at
        ],
    )?;
    Ok(())
}

/// The refund.
pub(crate) fn load(txn: &mut Txn<'_>, id: RefundId) -> Result<Option<Refund>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM payment_refund WHERE id = $1");
    Ok(txn.first(&sql, &args![id], refund_row)?)
}

/// The refund, its row locked.
pub(crate) fn lock(txn: &mut Txn<'_>, id: RefundId) -> Result<Option<Refund>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM payment_refund WHERE id = $1{}", txn.for_update());
    Ok(txn.first(&sql, &args![id], refund_row)?)
}

/// All refunds of an order, the first first.
pub(crate) fn of_order(txn: &mut Txn<'_>, id: OrderId) -> Result<Vec<Refund>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM payment_refund WHERE order_id = $1 ORDER BY id");
    Ok(txn.query(&sql, &args![id], refund_row)?)
}

/// Refunds that a channel has refused, for somebody to look at.
pub(crate) fn refused(txn: &mut Txn<'_>, limit: i64) -> Result<Vec<Refund>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM payment_refund WHERE state = 'refused' ORDER BY asked_at LIMIT $1");
    Ok(txn.query(&sql, &args![limit], refund_row)?)
}

/// Takes a refund in hand before the channel is called. False when somebody else has.
pub(crate) fn take_in_hand(txn: &mut Txn<'_>, refund: &Refund) -> Result<bool, Problem> {
    let again = txn.now().plus(refund_pause(refund.tries + 1));
    let taken = txn.execute(
        "UPDATE payment_refund SET tries = tries + 1, due_at = $1
         WHERE id = $2 AND tries = $3 AND state IN ('asked', 'underway')",
        &args![again, refund.id, refund.tries],
    )?;
    Ok(taken == 1)
}

/// Refunds that the channel is to be asked for or about.
pub(crate) fn due(txn: &mut Txn<'_>, limit: i64) -> Result<Vec<RefundId>, Problem> {
    let now = txn.now();
    Ok(txn.query(
        "SELECT id FROM payment_refund WHERE state IN ('asked', 'underway') AND due_at <= $1 ORDER BY due_at LIMIT $2",
        &args![now, limit],
        |row| row.get(0),
    )?)
}

/// What the channel is asked: with the payment it goes back from.
pub(crate) fn ask_of(txn: &mut Txn<'_>, refund: &Refund) -> Result<RefundAsk, Problem> {
    let (id, amount, asked_at) = (refund.id, refund.amount, refund.asked_at);
    Ok(txn.one(
        "SELECT payment.number, COALESCE(payment_order.opened_at, payment.paid_at), payment.trade, payment.amount
         FROM payment LEFT JOIN payment_order ON payment_order.id = payment.order_id WHERE payment.id = $1",
        &args![refund.payment_id],
        move |row| {
            Ok(RefundAsk {
                refund: id,
                order: row.get(0)?,
                opened_at: row.get(1)?,
                trade: row.get(2)?,
                paid: row.get(3)?,
                amount,
                asked_at,
            })
        },
    )?)
}

/// Writes down how far it has come.
pub(crate) fn advance(txn: &mut Txn<'_>, id: RefundId, state: RefundProgress, fault: &str) -> Result<(), Problem> {
    let now = txn.now();
    let ended = matches!(state, RefundProgress::Done | RefundProgress::Refused).then_some(now);
    let done_on = (state == RefundProgress::Done).then(|| now.china_date());
    txn.later(
        "UPDATE payment_refund SET state = $1, fault = $2, ended_at = $3, done_on = $4, due_at = $5 WHERE id = $6",
        &args![state.code(), fault, ended, done_on, now.plus(refund_pause(1)), id],
    )?;
    Ok(())
}

/// The channel is to be asked at once.
pub(crate) fn make_due(txn: &mut Txn<'_>, id: RefundId) -> Result<(), Problem> {
    let now = txn.now();
    txn.later("UPDATE payment_refund SET due_at = $1 WHERE id = $2", &args![now, id])?;
    Ok(())
}

/// A refund that a statement may speak of: by its own number, or by the order's and the amount.
pub(crate) fn for_statement(
    txn: &mut Txn<'_>,
    kind: ChannelKind,
    number: &str,
    amount: Fen,
) -> Result<Option<Refund>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS} FROM payment_refund WHERE channel = $1 AND (id = $2 OR (amount = $3 AND payment_id IN
             (SELECT id FROM payment WHERE number = $2 AND channel = $1 AND order_id = $2)))
         ORDER BY CASE WHEN listed_on IS NULL THEN 0 ELSE 1 END, id LIMIT 1"
    );
    Ok(txn.first(&sql, &args![kind.code(), number, amount], refund_row)?)
}

/// The statement of this day has it.
pub(crate) fn listed(txn: &mut Txn<'_>, id: RefundId, day: Date) -> Result<(), Problem> {
    txn.later("UPDATE payment_refund SET listed_on = $1 WHERE id = $2", &args![day, id])?;
    Ok(())
}

/// Refunds done up to this day that no statement has listed.
pub(crate) fn unlisted(txn: &mut Txn<'_>, kind: ChannelKind, day: Date) -> Result<Vec<Refund>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS} FROM payment_refund
         WHERE channel = $1 AND state = 'done' AND listed_on IS NULL AND done_on <= $2"
    );
    Ok(txn.query(&sql, &args![kind.code(), day], refund_row)?)
}

fn refund_row(row: &Row<'_>) -> Result<Refund, DbError> {
    let state: String = row.get(7)?;
    Ok(Refund {
        id: row.get(0)?,
        payment_id: row.get(1)?,
        order_id: row.get(2)?,
        channel: channel(&row.get::<String>(3)?)?,
        organization_id: row.get(4)?,
        amount: row.get(5)?,
        reason: row.get(6)?,
        state: RefundProgress::from_code(&state)
            .ok_or_else(|| DbError::Column(format!("unknown state of a refund {state}")))?,
        tries: row.get(8)?,
        asked_at: row.get(9)?,
        due_at: row.get(10)?,
        fault: row.get(11)?,
        ended_at: row.get(12)?,
    })
}
