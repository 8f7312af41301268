//! Loads and saves sheets and their lines.

pub(super) mod opening;
pub(super) mod policy;

use std::collections::HashMap;

use ejia_db::{DbError, Row, Txn, args, filled, places};
use ejia_directory::{add_to_sums, sum_at};
use ejia_kernel::{Fen, MemberId, Month, OrganizationId, OrganizationPath, Problem};

use super::model::{Figure, SheetRow, SheetState};
use crate::bills::BillState;
use crate::rules::Basis;

const SHEET: &str = "organization_id, state, version, lines, saved_at, saved_by, submitted_at";
const LINE: [&str; 9] =
    ["month", "organization_id", "member_id", "basis", "base", "computed", "amount", "typed_reason", "exemption"];
/// How many members one question names; fewer are filled up, so that one prepared statement serves.
const ASKED: usize = 100;

fn sheet_row(row: &Row<'_>) -> Result<SheetRow, DbError> {
    let state: String = row.get(1)?;
    Ok(SheetRow {
        organization_id: row.get(0)?,
        state: SheetState::from_code(&state).ok_or_else(|| DbError::Column(format!("state {state}")))?,
        version: row.get(2)?,
        lines: row.get(3)?,
        saved_at: row.get(4)?,
        saved_by: row.get(5)?,
        submitted_at: row.get(6)?,
    })
}

/// The sheet of a branch and month, if the month has been opened.
pub(super) fn sheet(txn: &mut Txn<'_>, branch: OrganizationId, month: Month) -> Result<Option<SheetRow>, Problem> {
    let sql = format!("SELECT {SHEET} FROM dues_sheet WHERE month = $1 AND organization_id = $2");
    Ok(txn.first(&sql, &args![month, branch], sheet_row)?)
}

/// The sheets of a month that these branches have, by branch.
pub(super) fn sheets_of(
    txn: &mut Txn<'_>,
    month: Month,
    branches: &[OrganizationId],
) -> Result<HashMap<OrganizationId, SheetRow>, Problem> {
    let sql = format!("SELECT {SHEET} FROM dues_sheet WHERE month = $1 AND organization_id IN ({})", places(2, ASKED));
    let mut found = HashMap::new();
    for asked in branches.chunks(ASKED) {
        let mut values = args![month].to_vec();
        values.extend(filled(asked, ASKED));
        found.extend(txn.query(&sql, &values, sheet_row)?.into_iter().map(|row| (row.organization_id, row)));
    }
    Ok(found)
}

/// The name of the sums of a month's sheets: how many are submitted.
fn sums_of(month: Month) -> String {
    format!("sheets {month}")
}

/// Counts a sheet that was submitted, or that is a draft again (-1).
pub(super) fn count_submitted(
    txn: &mut Txn<'_>,
    branch: OrganizationId,
    month: Month,
    change: i64,
) -> Result<(), Problem> {
    add_to_sums(txn, &sums_of(month), branch, [change, 0, 0, 0, 0, 0])
}

/// How many sheets of a month are submitted at and under a path.
pub(super) fn submitted(txn: &mut Txn<'_>, month: Month, path: &OrganizationPath) -> Result<i64, Problem> {
    let [submitted, ..] = sum_at(txn, &sums_of(month), path)?;
    Ok(submitted)
}

/// The latest month before this one for which the branch has a sheet.
pub(super) fn month_before(txn: &mut Txn<'_>, branch: OrganizationId, month: Month) -> Result<Option<Month>, Problem> {
    let sql = "SELECT month FROM dues_sheet WHERE organization_id = $1 AND month < $2 ORDER BY month DESC LIMIT 1";
    Ok(txn.first(sql, &args![branch, month], |row| row.get(0))?)
}

/// The lines of a sheet, by member.
pub(super) fn figures(
    txn: &mut Txn<'_>,
    branch: OrganizationId,
    month: Month,
) -> Result<HashMap<MemberId, Figure>, Problem> {
    let sql = "SELECT member_id, basis, base, computed, amount, typed_reason, exemption FROM dues_standard
               WHERE month = $1 AND organization_id = $2";
    let rows = txn.query(sql, &args![month, branch], |row| {
        let basis: String = row.get(1)?;
        let figure = Figure {
            basis: Basis::from_code(&basis).ok_or_else(|| DbError::Column(format!("basis {basis}")))?,
            base: row.get(2)?,
            computed: row.get(3)?,
            amount: row.get(4)?,
            typed_reason: row.get(5)?,
            exemption: row.get(6)?,
        };
        Ok((row.get::<MemberId>(0)?, figure))
    })?;
    Ok(rows.into_iter().collect())
}

/// Takes the sheet to its next version, if it is still the one that was seen. False when somebody else was faster.
pub(super) fn advance(
    txn: &mut Txn<'_>,
    branch: OrganizationId,
    month: Month,
    seen: i64,
    state: SheetState,
    lines: i64,
    by: &str,
) -> Result<bool, Problem> {
    let now = txn.now();
    let submitted_at = (state == SheetState::Submitted).then_some(now);
    let changed = txn.execute(
        "UPDATE dues_sheet SET state = $1, version = version + 1, lines = $2, saved_at = $3, saved_by = $4,
             submitted_at = COALESCE($5, submitted_at)
         WHERE month = $6 AND organization_id = $7 AND version = $8",
        &args![state.code(), lines, now, by, submitted_at, month, branch, seen],
    )?;
    if changed == 1 {
        return Ok(true);
    }
    if seen != 0 {
        return Ok(false);
    }
    // The month may be opened for all branches at this moment: nobody has saved anything in what that writes.
    let opened = txn.execute(
        "INSERT INTO dues_sheet
             (month, organization_id, state, version, lines, opened_at, saved_at, saved_by, submitted_at)
         VALUES ($1, $2, $3, 1, $4, $5, $5, $6, $7)
         ON CONFLICT (month, organization_id) DO UPDATE SET
             state = excluded.state, version = 1, lines = excluded.lines, saved_at = excluded.saved_at,
             saved_by = excluded.saved_by, submitted_at = excluded.submitted_at
         WHERE dues_sheet.version = 0",
        &args![month, branch, state.code(), lines, now, by, submitted_at],
    )?;
    Ok(opened == 1)
}

/// Replaces the lines of a sheet.
pub(super) fn replace(
    txn: &mut Txn<'_>,
    branch: OrganizationId,
    month: Month,
    figures: &[(MemberId, &Figure)],
) -> Result<(), Problem> {
    txn.execute("DELETE FROM dues_standard WHERE month = $1 AND organization_id = $2", &args![month, branch])?;
    let rows = figures.iter().map(|(member, figure)| {
        let Figure { basis, base, computed, amount, typed_reason, exemption } = figure;
        let row = args![month, branch, member, basis.code(), *base, *computed, *amount, typed_reason, exemption];
        row.to_vec()
    });
    txn.insert_many("dues_standard", &LINE, rows)?;
    Ok(())
}

/// Who of these has been billed for the month by another branch, and by which.
pub(super) fn billed_elsewhere(
    txn: &mut Txn<'_>,
    branch: OrganizationId,
    month: Month,
    members: &[MemberId],
) -> Result<HashMap<MemberId, OrganizationId>, Problem> {
    let sql = format!(
        "SELECT member_id, organization_id FROM dues_bill
         WHERE month = $1 AND organization_id <> $2 AND state <> $3 AND sequence = 0 AND member_id IN ({})",
        places(4, ASKED)
    );
    let mut found = HashMap::new();
    for asked in members.chunks(ASKED) {
        let mut values = args![month, branch, BillState::Cancelled.code()].to_vec();
        values.extend(filled(asked, ASKED));
        found.extend(txn.query(&sql, &values, |row| Ok((row.get::<MemberId>(0)?, row.get::<OrganizationId>(1)?)))?);
    }
    Ok(found)
}

/// What became of the month's bills of a branch: for each member what is still due, and whether anything was paid.
pub(super) fn settled(
    txn: &mut Txn<'_>,
    branch: OrganizationId,
    month: Month,
) -> Result<HashMap<MemberId, (Fen, BillState)>, Problem> {
    let sql = "SELECT member_id, state, amount FROM dues_bill
               WHERE organization_id = $1 AND month = $2 AND state <> $3 ORDER BY member_id, sequence";
    let rows = txn.query(sql, &args![branch, month, BillState::Cancelled.code()], |row| {
        let state: String = row.get(1)?;
        let state = BillState::from_code(&state).ok_or_else(|| DbError::Column(format!("state {state}")))?;
        Ok((row.get::<MemberId>(0)?, state, row.get::<Fen>(2)?))
    })?;
    let mut found: HashMap<MemberId, (Fen, BillState)> = HashMap::new();
    for (member, state, amount) in rows {
        let due = if state == BillState::Due { amount } else { Fen::ZERO };
        let (sum, said) = found.entry(member).or_insert((Fen::ZERO, state));
        *sum = sum.checked_plus(due).unwrap_or(*sum);
        if state == BillState::Due {
            *said = state;
        }
    }
    Ok(found)
}
