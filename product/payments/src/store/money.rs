//! Money that came in: one row for each trade of a channel.

use ejia_db::{DbError, Row, Txn, args};
use ejia_kernel::{Date, Fen, Instant, OrderId, PaymentId, Problem};

use crate::channel::{ChannelKind, Means, Paid};
use crate::model::HowLearned;
use crate::rules::MoneyVerdict;

/// Writes money down that came in, as settling its order until [`judged`] says otherwise. When the trade is known nothing
/// is written: see [`is_new`].
pub(crate) fn insert(
    txn: &mut Txn<'_>,
    id: PaymentId,
    kind: ChannelKind,
    how: HowLearned,
    paid: &Paid,
) -> Result<(), Problem> {
    let now = txn.now();
    let Paid { order, trade, amount, paid_at, day, means } = paid;
    let order_id: Option<OrderId> = order.parse().ok();
    let means = match means {
        Means::Debit => "debit",
        Means::Credit => "credit",
        Means::Untold => "untold",
    };
    txn.later(
        "INSERT INTO payment (id, channel, trade, number, order_id, amount, means, learned, verdict, reason, paid_at,
             day, taken_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'settled', '', $9, $10, $11)
         ON CONFLICT (channel, trade) DO NOTHING",
        &args![id, kind.code(), trade, order, order_id, *amount, means, how.code(), *paid_at, *day, now],
    )?;
    Ok(())
}

/// Whether [`insert`] has written this row: then its trade was not known.
pub(crate) fn is_new(txn: &mut Txn<'_>, id: PaymentId) -> Result<bool, Problem> {
    Ok(txn.first("SELECT 1 FROM payment WHERE id = $1", &args![id], |_| Ok(()))?.is_some())
}

/// The money did not settle an order.
pub(crate) fn judged(
    txn: &mut Txn<'_>,
    id: PaymentId,
    verdict: MoneyVerdict,
    order: Option<OrderId>,
    reason: &str,
) -> Result<(), Problem> {
    txn.later(
        "UPDATE payment SET verdict = $1, order_id = $2, reason = $3 WHERE id = $4",
        &args![verdict.code(), order, reason, id],
    )?;
    Ok(())
}

/// Money as it was written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Money {
    pub(crate) id: PaymentId,
    pub(crate) trade: String,
    pub(crate) number: String,
    pub(crate) order_id: Option<OrderId>,
    pub(crate) amount: Fen,
    pub(crate) learned: HowLearned,
    pub(crate) verdict: MoneyVerdict,
    pub(crate) reason: String,
    pub(crate) paid_at: Instant,
    pub(crate) taken_at: Instant,
}

const COLUMNS: &str = "id, trade, number, order_id, amount, learned, verdict, reason, paid_at, taken_at";

/// The money of a trade.
pub(crate) fn of_trade(txn: &mut Txn<'_>, kind: ChannelKind, trade: &str) -> Result<Option<Money>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM payment WHERE channel = $1 AND trade = $2");
    Ok(txn.first(&sql, &args![kind.code(), trade], money_row)?)
}

/// All money that came for an order, the first first.
pub(crate) fn of_order(txn: &mut Txn<'_>, id: OrderId) -> Result<Vec<Money>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM payment WHERE order_id = $1 ORDER BY id");
    Ok(txn.query(&sql, &args![id], money_row)?)
}

/// The money that a channel lists in the statement of this day.
pub(crate) fn of_day(txn: &mut Txn<'_>, kind: ChannelKind, day: Date) -> Result<Vec<Money>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM payment WHERE day = $1 AND channel = $2");
    Ok(txn.query(&sql, &args![day, kind.code()], money_row)?)
}

/// The statement of this day lists it.
pub(crate) fn listed_on(txn: &mut Txn<'_>, id: PaymentId, day: Date) -> Result<(), Problem> {
    txn.later("UPDATE payment SET day = $1 WHERE id = $2", &args![day, id])?;
    Ok(())
}

fn money_row(row: &Row<'_>) -> Result<Money, DbError> {
    let (learned, verdict): (String, String) = (row.get(5)?, row.get(6)?);
    let unknown = |what: &str| DbError::Column(format!("unknown word {what} of a payment"));
    Ok(Money {
        id: row.get(0)?,
        trade: row.get(1)?,
        number: row.get(2)?,
        order_id: row.get(3)?,
        amount: row.get(4)?,
        learned: HowLearned::from_code(&learned).ok_or_else(|| unknown(&learned))?,
        verdict: MoneyVerdict::from_code(&verdict).ok_or_else(|| unknown(&verdict))?,
        reason: row.get(7)?,
        paid_at: row.get(8)?,
        taken_at: row.get(9)?,
    })
}
