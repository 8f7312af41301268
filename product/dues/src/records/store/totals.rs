//! Sums of a month's bills, by the organizations right under one.

use ejia_db::{Txn, args};
use ejia_kernel::{Month, OrganizationPath, Problem};

use crate::bills::Total;

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

/// The sums of a month under a path, one for each path of this depth. One statement.
pub(in crate::records) fn sums(
    txn: &mut Txn<'_>,
    scope: &OrganizationPath,
    depth: usize,
    month: Month,
) -> Result<Vec<Sum>, Problem> {
    // Four characters a level.
    let place = format!("substr(o.path, 1, {})", 4 * depth);
    let sum = |column: &str| format!("CAST(sum(t.{column}) AS BIGINT)");
    let sums = ["billed", "billed_amount", "paid", "paid_amount", "exempt"].map(sum).join(", ");
    let sql = format!(
        "SELECT {place}, count(*), {sums} FROM dues_total t JOIN organization o ON o.id = t.organization_id
         WHERE t.month = $1 AND o.path >= $2 AND o.path < $3 AND t.billed + t.exempt > 0
         GROUP BY {place} ORDER BY {place}"
    );
    Ok(txn.query(&sql, &args![month, scope.as_str(), scope.upper_bound()], |row| {
        Ok(Sum {
            path: row.get(0)?,
            branches: row.get(1)?,
            total: Total {
                billed: row.get(2)?,
                billed_amount: row.get(3)?,
                paid: row.get(4)?,
                paid_amount: row.get(5)?,
                exempt: row.get(6)?,
            },
        })
    })?)
}
