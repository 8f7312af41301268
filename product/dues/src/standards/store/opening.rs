//! Copies a month's sheets to the next month, a range of branches at a time.

use ejia_db::{Txn, args};
use ejia_kernel::{Month, OrganizationId, Problem};

/// The next branches that have a sheet of the old month and none of the new, with the number of their lines.
pub(in crate::standards) fn unopened(
    txn: &mut Txn<'_>,
    old: Month,
    new: Month,
    after: &str,
    limit: i64,
) -> Result<Vec<(OrganizationId, i64)>, Problem> {
    let sql = "SELECT p.organization_id, p.lines FROM dues_sheet p
               WHERE p.month = $1 AND p.organization_id > $3 AND NOT EXISTS
                   (SELECT 1 FROM dues_sheet n WHERE n.month = $2 AND n.organization_id = p.organization_id)
               ORDER BY p.organization_id LIMIT $4";
    Ok(txn.query(sql, &args![old, new, after, limit], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// Opens the new month for the branches of a range: drafts with the old month's lines. Sheets that are there already,
/// and what people have saved in them, stay as they are.
pub(in crate::standards) fn copy(
    txn: &mut Txn<'_>,
    old: Month,
    new: Month,
    first: OrganizationId,
    last: OrganizationId,
) -> Result<u64, Problem> {
    let now = txn.now();
    let opened = txn.execute(
        "INSERT INTO dues_sheet (month, organization_id, state, version, lines, opened_at)
         SELECT $2, p.organization_id, 'draft', 0, p.lines, $5 FROM dues_sheet p
         WHERE p.month = $1 AND p.organization_id >= $3 AND p.organization_id <= $4
         ON CONFLICT (month, organization_id) DO NOTHING",
        &args![old, new, first, last, now],
    )?;
    let there: i64 = txn.one(
        "SELECT COUNT(*) FROM dues_sheet WHERE month = $1 AND organization_id >= $2 AND organization_id <= $3",
        &args![old, first, last],
        |row| row.get(0),
    )?;
    // Where every sheet of the range is new, its lines can meet none: PostgreSQL writes twice as fast without looking.
    let met = if i64::try_from(opened) == Ok(there) { "" } else { MET };
    let sql = format!("{LINES} {met}");
    Ok(txn.execute(&sql, &args![old, new, first, last])?)
}

/// By sheet, then by line: however the planner sees the range, it looks at a sheet once and not once a line.
const LINES: &str = "INSERT INTO dues_standard
         (month, organization_id, member_id, basis, base, computed, amount, typed_reason, exemption)
     SELECT $2, s.organization_id, s.member_id, s.basis, s.base, s.computed, s.amount, s.typed_reason, s.exemption
     FROM dues_sheet n JOIN dues_standard s ON s.month = $1 AND s.organization_id = n.organization_id
     WHERE n.month = $2 AND n.organization_id >= $3 AND n.organization_id <= $4 AND n.version = 0";
const MET: &str = "ON CONFLICT (month, organization_id, member_id) DO NOTHING";
