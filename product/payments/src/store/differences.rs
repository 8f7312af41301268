//! Statements that were compared, and the differences they showed.

use ejia_db::{DbError, Row, Txn, args};
use ejia_kernel::{AdministratorId, Date, EntryId, Fen, Instant, OrderId, Problem};

use super::channel;
use crate::channel::{ChannelKind, StatementKind};
use crate::reconciliation::{Difference, DifferenceKind, DifferenceState, Remedy, Totals};

/// Writes a difference down as open; the same a second time changes nothing.
pub(crate) fn insert(txn: &mut Txn<'_>, difference: &Difference) -> Result<(), Problem> {
    let Difference { channel, day, kind, about, number, trade, here, there, order_id } = difference;
    let now = txn.now();
    txn.execute(
        "INSERT INTO payment_difference (id, channel, day, kind, about, number, trade, here, there, order_id, found_at,
             state, remedy, note)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'open', '', '')
         ON CONFLICT (channel, about, kind, number, trade) DO NOTHING",
        &args![
            EntryId::new(now),
            channel.code(),
            *day,
            kind.code(),
            about.code(),
            number,
            trade,
            *here,
            *there,
            *order_id,
            now
        ],
    )?;
    Ok(())
}

/// The open differences of this kind about this number or trade have repaired themselves.
pub(crate) fn resolve(
    txn: &mut Txn<'_>,
    by: ChannelKind,
    about: StatementKind,
    kind: DifferenceKind,
    (number, trade): (&str, &str),
    remedy: Remedy,
) -> Result<(), Problem> {
    let now = txn.now();
    txn.execute(
        "UPDATE payment_difference SET state = 'resolved', remedy = $1, ended_at = $2
         WHERE state = 'open' AND channel = $3 AND about = $4 AND kind = $5 AND number = $6 AND trade = $7",
        &args![remedy.code(), now, by.code(), about.code(), kind.code(), number, trade],
    )?;
    Ok(())
}

/// Whether there is such a difference.
pub(crate) fn exists(txn: &mut Txn<'_>, id: EntryId) -> Result<bool, Problem> {
    let found =
        txn.one("SELECT COUNT(*) FROM payment_difference WHERE id = $1", &args![id], |row| row.get::<i64>(0))?;
    Ok(found > 0)
}

/// Somebody has found out what it is. False when it is not open any more.
pub(crate) fn explain(txn: &mut Txn<'_>, id: EntryId, by: AdministratorId, note: &str) -> Result<bool, Problem> {
    let now = txn.now();
    let explained = txn.execute(
        "UPDATE payment_difference SET state = 'explained', note = $1, administrator_id = $2, ended_at = $3
         WHERE id = $4 AND state = 'open'",
        &args![note, by, now, id],
    )?;
    Ok(explained == 1)
}

/// A difference as it lies in the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) id: EntryId,
    pub(crate) what: Difference,
    pub(crate) state: DifferenceState,
    pub(crate) remedy: Remedy,
    pub(crate) note: String,
}

/// The differences of the days from `first` to `last`, of one channel or of all.
pub(crate) fn between(
    txn: &mut Txn<'_>,
    by: Option<ChannelKind>,
    first: Date,
    last: Date,
) -> Result<Vec<Found>, Problem> {
    Ok(txn.query(
        "SELECT id, channel, day, kind, about, number, trade, here, there, order_id, state, remedy, note
         FROM payment_difference WHERE day >= $1 AND day <= $2 AND ($3 = '' OR channel = $3)
         ORDER BY day DESC, id DESC LIMIT 1000",
        &args![first, last, by.map_or("", ChannelKind::code)],
        found_row,
    )?)
}

/// How many differences of these days are open, over all channels.
pub(crate) fn open_between(txn: &mut Txn<'_>, first: Date, last: Date) -> Result<i64, Problem> {
    Ok(txn.one(
        "SELECT COUNT(*) FROM payment_difference WHERE state = 'open' AND day >= $1 AND day <= $2",
        &args![first, last],
        |row| row.get(0),
    )?)
}

/// A day's statement has been compared.
pub(crate) fn compared(txn: &mut Txn<'_>, by: ChannelKind, day: Date, totals: Totals) -> Result<(), Problem> {
    let now = txn.now();
    let Totals { payments, paid, refunds, refunded } = totals;
    txn.execute(
        "INSERT INTO payment_statement (channel, day, read_at, payments, paid_amount, refunds, refunded_amount)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (channel, day) DO NOTHING",
        &args![by.code(), day, now, payments, paid, refunds, refunded],
    )?;
    Ok(())
}

/// A statement that was compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Compared {
    pub(crate) channel: ChannelKind,
    pub(crate) day: Date,
    pub(crate) read_at: Instant,
    pub(crate) totals: Totals,
}

/// The statements of these days that were compared.
pub(crate) fn statements(txn: &mut Txn<'_>, first: Date, last: Date) -> Result<Vec<Compared>, Problem> {
    Ok(txn.query(
        "SELECT channel, day, read_at, payments, paid_amount, refunds, refunded_amount FROM payment_statement
         WHERE day >= $1 AND day <= $2 ORDER BY day, channel",
        &args![first, last],
        |row| {
            Ok(Compared {
                channel: channel(&row.get::<String>(0)?)?,
                day: row.get(1)?,
                read_at: row.get(2)?,
                totals: Totals {
                    payments: row.get(3)?,
                    paid: row.get(4)?,
                    refunds: row.get(5)?,
                    refunded: row.get(6)?,
                },
            })
        },
    )?)
}

/// When the first order of all was opened.
pub(crate) fn first_order(txn: &mut Txn<'_>) -> Result<Option<Instant>, Problem> {
    Ok(txn.first("SELECT opened_at FROM payment_order ORDER BY opened_at LIMIT 1", &args![], |row| row.get(0))?)
}

fn found_row(row: &Row<'_>) -> Result<Found, DbError> {
    let word = |index: usize| row.get::<String>(index);
    let unknown = |what: String| DbError::Column(format!("unknown word {what} of a difference"));
    let (kind, about, state, remedy) = (word(3)?, word(4)?, word(10)?, word(11)?);
    let (here, there): (Option<Fen>, Option<Fen>) = (row.get(7)?, row.get(8)?);
    let order_id: Option<OrderId> = row.get(9)?;
    Ok(Found {
        id: row.get(0)?,
        what: Difference {
            channel: channel(&word(1)?)?,
            day: row.get(2)?,
            kind: DifferenceKind::from_code(&kind).ok_or_else(|| unknown(kind))?,
            about: StatementKind::from_code(&about).ok_or_else(|| unknown(about))?,
            number: row.get(5)?,
            trade: row.get(6)?,
            here,
            there,
            order_id,
        },
        state: DifferenceState::from_code(&state).ok_or_else(|| unknown(state))?,
        remedy: Remedy::from_code(&remedy).ok_or_else(|| unknown(remedy))?,
        note: row.get(12)?,
    })
}
