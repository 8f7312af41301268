//! Sums of a month's bills, by the organizations right under one.

use std::collections::BTreeMap;

use ejia_db::{DbError, Row, Txn, args, filled, places};
use ejia_directory::Tree;
use ejia_kernel::{Month, OrganizationId, OrganizationPath, Problem};

use super::TOGETHER;
use crate::bills::Total;

/// Characters of a path for each level.
const LEVEL: usize = 4;

/// What stands under one place of the tree comes to.
#[derive(Clone, Debug)]
pub(in crate::records) struct Sum {
    /// The path, cut off at the depth that was asked for.
    pub(in crate::records) path: String,
    /// Branches that have set the month's dues.
    pub(in crate::records) branches: i64,
    /// What their bills come to.
    pub(in crate::records) total: Total,
}

/// Of more organizations than this the month's rows are read as they lie and summed here: to look each up in the table
/// of organizations and to sort them costs the databases four times as much.
const MANY: usize = if cfg!(test) { 3 } else { 500 };

/// The sums of a month under a path, one for each path of this depth, in their order. One statement.
pub(in crate::records) fn sums(
    txn: &mut Txn<'_>,
    tree: &Tree,
    scope: &OrganizationPath,
    depth: usize,
    month: Month,
) -> Result<Vec<Sum>, Problem> {
    if tree.under(scope).nth(MANY).is_some() {
        summed(txn, tree, scope, depth, month)
    } else {
        grouped(txn, scope, depth, month)
    }
}

/// The totals of these organizations in a month.
pub(in crate::records) fn of_organizations(
    txn: &mut Txn<'_>,
    organizations: &[OrganizationId],
    month: Month,
) -> Result<Vec<(OrganizationId, Total)>, Problem> {
    let sql = format!(
        "SELECT organization_id, billed, billed_amount, paid, paid_amount, exempt FROM dues_total
         WHERE month = $1 AND organization_id IN ({})",
        places(2, TOGETHER)
    );
    let mut found = Vec::new();
    for piece in organizations.chunks(TOGETHER) {
        let mut args = args![month].to_vec();
        args.extend(filled(piece, TOGETHER));
        found.extend(txn.query(&sql, &args, |row| Ok((row.get(0)?, read(row, 1)?)))?);
    }
    Ok(found)
}

/// Summed here, by the tree in memory.
fn summed(
    txn: &mut Txn<'_>,
    tree: &Tree,
    scope: &OrganizationPath,
    depth: usize,
    month: Month,
) -> Result<Vec<Sum>, Problem> {
    let mut sums: BTreeMap<&str, (i64, Total)> = BTreeMap::new();
    txn.query(
        "SELECT organization_id, billed, billed_amount, paid, paid_amount, exempt FROM dues_total
         WHERE month = $1 AND billed + exempt > 0",
        &args![month],
        |row| {
            let Some(node) = tree.get(row.get(0)?).filter(|node| scope.contains(&node.path)) else { return Ok(()) };
            let path = node.path.as_str();
            let (branches, total) = sums.entry(path.get(..LEVEL * depth).unwrap_or(path)).or_default();
            *branches += 1;
            *total = total.plus(read(row, 1)?);
            Ok(())
        },
    )?;
    Ok(sums.into_iter().map(|(path, (branches, total))| Sum { path: path.to_owned(), branches, total }).collect())
}

/// Summed by the database.
fn grouped(txn: &mut Txn<'_>, scope: &OrganizationPath, depth: usize, month: Month) -> Result<Vec<Sum>, Problem> {
    let place = format!("substr(o.path, 1, {})", LEVEL * depth);
    let sum = |column: &str| format!("CAST(sum(t.{column}) AS BIGINT)");
    let sums = ["billed", "billed_amount", "paid", "paid_amount", "exempt"].map(sum).join(", ");
    let sql = format!(
        "SELECT {place}, count(*), {sums} FROM dues_total t JOIN organization o ON o.id = t.organization_id
         WHERE t.month = $1 AND o.path >= $2 AND o.path < $3 AND t.billed + t.exempt > 0
         GROUP BY {place} ORDER BY {place}"
    );
    Ok(txn.query(&sql, &args![month, scope.as_str(), scope.upper_bound()], |row| {
        Ok(Sum { path: row.get(0)?, branches: row.get(1)?, total: read(row, 2)? })
    })?)
}

/// The columns of a total, from this one on.
fn read(row: &Row<'_>, first: usize) -> Result<Total, DbError> {
    Ok(Total {
        billed: row.get(first)?,
        billed_amount: row.get(first + 1)?,
        paid: row.get(first + 2)?,
        paid_amount: row.get(first + 3)?,
        exempt: row.get(first + 4)?,
    })
}
