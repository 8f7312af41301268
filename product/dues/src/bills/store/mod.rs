//! Loads and saves bills and their totals.

mod lists;
mod totals;
mod writing;

use ejia_db::{DbError, Row, Txn, Value, args, places};
use ejia_kernel::{BillId, MemberId, Month, OrganizationId, Problem};
use ejia_payments::ChannelKind;

use super::model::{Bill, BillState, Payment, Why};
use crate::rules::Basis;

pub(crate) use lists::pieces;
pub(crate) use totals::{add_to_total, count_set, sums_of};
#[cfg(test)]
pub(crate) use totals::{counted, kept};
pub(crate) use writing::{Changed, NewRow, cancel, change, insert};

/// The columns that [`bill`] reads, in its order.
pub(crate) const COLUMNS: &str = "id, member_id, member_name, organization_id, month, sequence, amount, basis, base, \
     computed, rate, article, rounding, typed_reason, exemption, state, issued_at, paid_at, order_id, channel, \
     payer_id, payer_name, of_bill";

/// A row of [`COLUMNS`].
pub(crate) fn bill(row: &Row<'_>) -> Result<Bill, DbError> {
    let (basis, state): (String, String) = (row.get(7)?, row.get(15)?);
    Ok(Bill {
        id: row.get(0)?,
        member_id: row.get(1)?,
        member_name: row.get(2)?,
        organization_id: row.get(3)?,
        month: row.get(4)?,
        sequence: row.get(5)?,
        amount: row.get(6)?,
        why: Why {
            basis: Basis::from_code(&basis).ok_or_else(|| DbError::Column(format!("basis {basis}")))?,
            base: row.get(8)?,
            computed: row.get(9)?,
            rate: row.get(10)?,
            article: row.get(11)?,
            rounding: row.get(12)?,
            typed_reason: row.get(13)?,
            exemption: row.get(14)?,
        },
        state: BillState::from_code(&state).ok_or_else(|| DbError::Column(format!("state {state}")))?,
        issued_at: row.get(16)?,
        payment: payment(row)?,
        back_of: row.get(22)?,
    })
}

fn payment(row: &Row<'_>) -> Result<Option<Payment>, DbError> {
    let (order_id, channel): (Option<_>, Option<String>) = (row.get(18)?, row.get(19)?);
    let (Some(order_id), Some(channel)) = (order_id, channel) else { return Ok(None) };
    Ok(Some(Payment {
        paid_at: row.get(17)?,
        order_id,
        channel: ChannelKind::from_code(&channel).ok_or_else(|| DbError::Column(format!("channel {channel}")))?,
        payer_id: row.get::<Option<String>>(20)?.unwrap_or_default(),
        payer_name: row.get::<Option<String>>(21)?.unwrap_or_default(),
    }))
}

/// The month's bills of a branch and, of these members, those of other branches: by member and sequence, locked.
///
/// # Errors
/// A fault of the database.
pub(crate) fn of_sheet(
    txn: &mut Txn<'_>,
    branch: OrganizationId,
    month: Month,
    members: &[MemberId],
) -> Result<Vec<Bill>, Problem> {
    let own = format!(
        "SELECT {COLUMNS} FROM dues_bill WHERE organization_id = $1 AND month = $2 ORDER BY member_id, sequence{}",
        txn.for_update()
    );
    let mut found = txn.query(&own, &args![branch, month], bill)?;
    for piece in pieces(members) {
        let sql = format!(
            "SELECT {COLUMNS} FROM dues_bill WHERE month = $1 AND organization_id <> $2 AND member_id IN ({})
             ORDER BY member_id, sequence{}",
            places(3, piece.len()),
            txn.for_update()
        );
        let mut values = args![month, branch].to_vec();
        values.extend(piece);
        found.extend(txn.query(&sql, &values, bill)?);
    }
    found.sort_by_key(|bill| (bill.member_id, bill.sequence));
    Ok(found)
}

/// These bills, in no order.
///
/// # Errors
/// A fault of the database.
pub(crate) fn by_ids(txn: &mut Txn<'_>, ids: &[BillId]) -> Result<Vec<Bill>, Problem> {
    let mut found = Vec::with_capacity(ids.len());
    for piece in pieces(ids) {
        let sql = format!("SELECT {COLUMNS} FROM dues_bill WHERE id IN ({})", places(1, piece.len()));
        found.extend(txn.query(&sql, &piece, bill)?);
    }
    Ok(found)
}

/// All bills of one member and month in sequence, locked.
///
/// # Errors
/// A fault of the database.
pub(crate) fn of_member_month(txn: &mut Txn<'_>, member: MemberId, month: Month) -> Result<Vec<Bill>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS} FROM dues_bill WHERE member_id = $1 AND month = $2 ORDER BY sequence{}",
        txn.for_update()
    );
    Ok(txn.query(&sql, &args![member, month], bill)?)
}

/// The values of a payment's columns: `paid_at, order_id, channel, payer_id, payer_name`.
pub(crate) fn payment_values(payment: Option<&Payment>) -> [Value; 5] {
    args![
        payment.and_then(|payment| payment.paid_at),
        payment.map(|payment| payment.order_id),
        payment.map(|payment| payment.channel.code()),
        payment.map(|payment| payment.payer_id.as_str()),
        payment.map(|payment| payment.payer_name.as_str()),
    ]
}
