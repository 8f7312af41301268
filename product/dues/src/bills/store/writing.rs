//! Writes bills, many at a time.

use ejia_db::{DbError, Txn, Value, args, places};
use ejia_kernel::{BillId, Month, OrganizationId, Problem};

use super::lists::size_for;
use super::{payment_values, pieces};
use crate::bills::model::{BillState, NewBill, Payment, Why};

/// A row to be written.
pub(crate) struct NewRow<'a> {
    pub(crate) id: BillId,
    pub(crate) new: &'a NewBill,
    pub(crate) sequence: i64,
    pub(crate) amount: ejia_kernel::Fen,
    pub(crate) state: BillState,
    /// Given back: how the money had come in, and with which bill.
    pub(crate) source: Option<(BillId, &'a Payment)>,
}

/// Writes new bills of a branch and month.
///
/// # Errors
/// [`DbError::Unique`] when one of them is there already.
pub(crate) fn insert(
    txn: &mut Txn<'_>,
    branch: OrganizationId,
    month: Month,
    rows: &[NewRow<'_>],
) -> Result<(), DbError> {
    const COLUMNS: [&str; 23] = [
        "id",
        "member_id",
        "member_name",
        "organization_id",
        "month",
        "sequence",
        "amount",
        "state",
        "issued_at",
        "basis",
        "base",
        "computed",
        "rate",
        "article",
        "rounding",
        "typed_reason",
        "exemption",
        "paid_at",
        "order_id",
        "channel",
        "payer_id",
        "payer_name",
        "of_bill",
    ];
    if rows.is_empty() {
        return Ok(());
    }
    let now = txn.now();
    let values = rows.iter().map(|row| {
        let NewBill { member_id, member_name, amount: _, why } = row.new;
        let mut values =
            args![row.id, *member_id, member_name, branch, month, row.sequence, row.amount, row.state.code(), now]
                .to_vec();
        values.extend(why_values(why));
        // Money given back has not been handed to the payments yet: no instant.
        let payment = row.source.map(|(_, payment)| Payment { paid_at: None, ..payment.clone() });
        values.extend(payment_values(payment.as_ref()));
        values.push(row.source.map(|(bill, _)| bill).into());
        values
    });
    txn.insert_many("dues_bill", &COLUMNS, values)?;
    Ok(())
}

/// `basis, base, computed, rate, article, rounding, typed_reason, exemption`.
fn why_values(why: &Why) -> [Value; 8] {
    let Why { basis, base, computed, rate, article, rounding, typed_reason, exemption } = why;
    args![basis.code(), *base, *computed, rate, article, rounding, typed_reason, exemption]
}

/// An unpaid bill as it shall be.
pub(crate) struct Changed<'a> {
    pub(crate) id: BillId,
    pub(crate) new: &'a NewBill,
    pub(crate) amount: ejia_kernel::Fen,
    pub(crate) state: BillState,
}

/// How many columns a changed bill is handed over in.
const WIDTH: usize = 12;

/// Changes unpaid bills; they are the branch's afterwards.
///
/// # Errors
/// A fault of the database.
pub(crate) fn change(txn: &mut Txn<'_>, branch: OrganizationId, changes: &[Changed<'_>]) -> Result<(), Problem> {
    let now = txn.now();
    for chunk in changes.chunks(50) {
        let size = size_for(chunk.len());
        let mut values = args![branch, now].to_vec();
        for changed in chunk {
            let NewBill { member_id: _, member_name, amount: _, why } = changed.new;
            values.extend(args![changed.id, member_name, changed.amount, changed.state.code()]);
            values.extend(why_values(why));
        }
        values.resize(2 + size * WIDTH, Value::Null);
        txn.later(&change_text(size), &values)?;
    }
    Ok(())
}

fn change_text(size: usize) -> String {
    const TYPES: [&str; WIDTH] =
        ["TEXT", "TEXT", "BIGINT", "TEXT", "TEXT", "BIGINT", "BIGINT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT"];
    let line = |row: usize| {
        let casts = TYPES.iter().zip(3 + row * WIDTH..).map(|(kind, number)| format!("CAST(${number} AS {kind})"));
        format!("({})", casts.collect::<Vec<_>>().join(", "))
    };
    let lines = (0..size).map(line).collect::<Vec<_>>().join(", ");
    format!(
        "WITH change(id, member_name, amount, state, basis, base, computed, rate, article, rounding, typed_reason,
             exemption) AS (VALUES {lines})
         UPDATE dues_bill SET organization_id = $1, issued_at = $2, member_name = change.member_name,
             amount = change.amount, state = change.state, basis = change.basis, base = change.base,
             computed = change.computed, rate = change.rate, article = change.article, rounding = change.rounding,
             typed_reason = change.typed_reason, exemption = change.exemption
         FROM change WHERE dues_bill.id = change.id"
    )
}

/// Takes unpaid bills back.
///
/// # Errors
/// A fault of the database.
pub(crate) fn cancel(txn: &mut Txn<'_>, ids: &[BillId]) -> Result<(), Problem> {
    for piece in pieces(ids) {
        let sql = format!("UPDATE dues_bill SET state = 'cancelled' WHERE id IN ({})", places(1, piece.len()));
        txn.later(&sql, &piece)?;
    }
    Ok(())
}
