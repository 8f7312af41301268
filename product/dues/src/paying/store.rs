//! The statements of paying.

use ejia_db::{Row, Txn, Value, args, places};
use ejia_kernel::{BillId, Fen, MemberId, Month, OrderId, OrganizationId, Problem};
use ejia_payments::{Payer, SettledOrder};

use crate::bills::store::{COLUMNS, bill, pieces};
use crate::bills::{Bill, BillState};

/// The due bills of these members.
///
/// # Errors
/// A fault of the database.
pub(super) fn due_of(txn: &mut Txn<'_>, members: &[MemberId]) -> Result<Vec<Bill>, Problem> {
    let mut found = Vec::new();
    for piece in pieces(members) {
        let sql = format!(
            "SELECT {COLUMNS} FROM dues_bill WHERE state = 'due' AND member_id IN ({})",
            places(1, piece.len())
        );
        found.extend(txn.query(&sql, &piece, bill)?);
    }
    Ok(found)
}

/// The states of these members' bills of one month.
///
/// # Errors
/// A fault of the database.
pub(super) fn states_of(
    txn: &mut Txn<'_>,
    members: &[MemberId],
    month: Month,
) -> Result<Vec<(MemberId, BillState)>, Problem> {
    let mut found = Vec::new();
    for piece in pieces(members) {
        let sql = format!(
            "SELECT member_id, state FROM dues_bill WHERE month = $1 AND member_id IN ({})",
            places(2, piece.len())
        );
        let mut values = args![month].to_vec();
        values.extend(piece);
        let rows = txn.query(&sql, &values, |row| Ok((row.get(0)?, row.get::<String>(1)?)))?;
        found.extend(rows.into_iter().filter_map(|(id, state)| Some((id, BillState::from_code(&state)?))));
    }
    Ok(found)
}

/// A line of an order: the bill, and the amount and branch that the payer saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) id: BillId,
    pub(super) amount: Fen,
    pub(super) organization_id: OrganizationId,
}

/// A bill that is paid now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PaidBill {
    pub(super) id: BillId,
    pub(super) organization_id: OrganizationId,
    pub(super) month: Month,
    pub(super) sequence: i64,
    pub(super) amount: Fen,
}

fn paid_bill(row: &Row<'_>) -> Result<PaidBill, ejia_db::DbError> {
    Ok(PaidBill {
        id: row.get(0)?,
        organization_id: row.get(1)?,
        month: row.get(2)?,
        sequence: row.get(3)?,
        amount: row.get(4)?,
    })
}

/// Marks those of the bills paid that are still as the payer saw them: due, of this amount, of this branch. One
/// statement for one bill, one for each 50 of many.
///
/// # Errors
/// A fault of the database.
pub(super) fn pay(txn: &mut Txn<'_>, order: &SettledOrder, wanted: &[Wanted]) -> Result<Vec<PaidBill>, Problem> {
    let (payer_id, payer_name) = match &order.payer {
        Payer::Member(id, name) => (id.to_string(), name),
        Payer::Officer(id, name) => (id.to_string(), name),
    };
    let payment = args![order.paid_at, order.id, order.channel.code(), payer_id, payer_name];
    if let [one] = wanted {
        let mut values = payment.to_vec();
        values.extend(args![one.id, one.amount, one.organization_id]);
        return Ok(txn.query(
            "UPDATE dues_bill SET state = 'paid', paid_at = $1, order_id = $2, channel = $3, payer_id = $4,
                 payer_name = $5
             WHERE id = $6 AND state = 'due' AND amount = $7 AND organization_id = $8
             RETURNING id, organization_id, month, sequence, amount",
            &values,
            paid_bill,
        )?);
    }
    let mut paid = Vec::with_capacity(wanted.len());
    for chunk in wanted.chunks(50) {
        let size = if chunk.len() <= 10 { 10 } else { 50 };
        let mut values = payment.to_vec();
        values.extend(chunk.iter().flat_map(|line| args![line.id, line.amount, line.organization_id]));
        values.resize(payment.len() + size * 3, Value::Null);
        paid.extend(txn.query(&pay_text(size), &values, paid_bill)?);
    }
    Ok(paid)
}

fn pay_text(size: usize) -> String {
    let lines = (0..size)
        .map(|row| {
            let first = 6 + row * 3;
            let (second, third) = (first + 1, first + 2);
            format!("(CAST(${first} AS TEXT), CAST(${second} AS BIGINT), CAST(${third} AS TEXT))")
        })
        .collect::<Vec<_>>()
        .join(", ");
    format!(
        "WITH line(id, amount, organization_id) AS (VALUES {lines})
         UPDATE dues_bill SET state = 'paid', paid_at = $1, order_id = $2, channel = $3, payer_id = $4, payer_name = $5
         FROM line
         WHERE dues_bill.id = line.id AND dues_bill.state = 'due' AND dues_bill.amount = line.amount
           AND dues_bill.organization_id = line.organization_id
         RETURNING dues_bill.id, dues_bill.organization_id, dues_bill.month, dues_bill.sequence, dues_bill.amount"
    )
}

/// These bills, locked, in the order of their ids.
///
/// # Errors
/// A fault of the database.
pub(super) fn locked(txn: &mut Txn<'_>, ids: &[BillId]) -> Result<Vec<Bill>, Problem> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    let mut found = Vec::with_capacity(ids.len());
    for piece in pieces(&ids) {
        let sql = format!(
            "SELECT {COLUMNS} FROM dues_bill WHERE id IN ({}) ORDER BY id{}",
            places(1, piece.len()),
            txn.for_update()
        );
        found.extend(txn.query(&sql, &piece, bill)?);
    }
    Ok(found)
}

/// A bill paid in cash is due again, as if nobody had paid.
///
/// # Errors
/// A fault of the database.
pub(super) fn unpay(txn: &mut Txn<'_>, id: BillId) -> Result<(), Problem> {
    txn.later(
        "UPDATE dues_bill SET state = 'due', paid_at = NULL, order_id = NULL, channel = NULL, payer_id = NULL,
             payer_name = NULL
         WHERE id = $1 AND state = 'paid'",
        &args![id],
    )?;
    Ok(())
}

/// A difference that is given back, as the payments need it.
pub(super) struct Difference {
    pub(super) of_bill: BillId,
    pub(super) order_id: OrderId,
    pub(super) amount: Fen,
}

/// Takes a difference in hand, once: none when the payments have it already.
///
/// # Errors
/// A fault of the database.
pub(super) fn take_difference(txn: &mut Txn<'_>, id: BillId) -> Result<Option<Difference>, Problem> {
    let now = txn.now();
    let found = txn.first(
        "UPDATE dues_bill SET paid_at = $2 WHERE id = $1 AND state = 'given_back' AND paid_at IS NULL
         RETURNING of_bill, order_id, amount",
        &args![id, now],
        |row| Ok(Difference { of_bill: row.get(0)?, order_id: row.get(1)?, amount: row.get(2)? }),
    )?;
    Ok(found)
}

/// The due bills that a branch has set for those who are its members now, by name and month.
///
/// # Errors
/// A fault of the database.
pub(super) fn due_in_branch(txn: &mut Txn<'_>, branch: OrganizationId) -> Result<Vec<Bill>, Problem> {
    let Some(path) = ejia_directory::tree(txn)?.get(branch).map(|node| node.path.to_string()) else {
        return Ok(Vec::new());
    };
    let sql = format!(
        "SELECT {} FROM member m JOIN dues_bill b ON b.member_id = m.id AND b.state = 'due'
         WHERE m.path = $1 AND m.departed_at IS NULL AND b.organization_id = $2
         ORDER BY m.sort_key, m.id, b.month, b.sequence",
        of_table("b")
    );
    Ok(txn.query(&sql, &args![path, branch], bill)?)
}

/// The columns with the table's name before them.
fn of_table(name: &str) -> String {
    COLUMNS.split(", ").map(|column| format!("{name}.{}", column.trim())).collect::<Vec<_>>().join(", ")
}

/// What a branch has registered as cash or has to hand back in cash, for months from `since` on, the latest first.
///
/// # Errors
/// A fault of the database.
pub(super) fn cash_of(
    txn: &mut Txn<'_>,
    branch: OrganizationId,
    since: Month,
    most: u32,
) -> Result<Vec<Bill>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS} FROM dues_bill WHERE organization_id = $1 AND month >= $2 AND channel = 'cash'
         ORDER BY order_id DESC, member_name, month, sequence LIMIT $3"
    );
    Ok(txn.query(&sql, &args![branch, since, most], bill)?)
}

/// A member's bills of the months from … to, the latest first.
///
/// # Errors
/// A fault of the database.
pub(super) fn history(txn: &mut Txn<'_>, member: MemberId, from: Month, to: Month) -> Result<Vec<Bill>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS} FROM dues_bill WHERE member_id = $1 AND month >= $2 AND month <= $3
         ORDER BY month DESC, sequence"
    );
    Ok(txn.query(&sql, &args![member, from, to], bill)?)
}

/// The first and the last month for which a member has a bill.
///
/// # Errors
/// A fault of the database.
pub(super) fn span(txn: &mut Txn<'_>, member: MemberId) -> Result<Option<(Month, Month)>, Problem> {
    let sql = "SELECT MIN(month), MAX(month) FROM dues_bill WHERE member_id = $1";
    let found = txn.one(sql, &args![member], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(match found {
        (Some(first), Some(last)) => Some((first, last)),
        _ => None,
    })
}
