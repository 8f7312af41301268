//! The totals of a branch and month.

use ejia_db::{Txn, args};
use ejia_directory::add_to_sums;
use ejia_kernel::{Month, OrganizationId, Problem};

use crate::bills::model::Total;

/// Adds a change to the total of a branch and month, and marks the branch. Whoever changes several touches them in the order of
/// (organization, month).
///
/// # Errors
/// A fault of the database.
pub(crate) fn add_to_total(
    txn: &mut Txn<'_>,
    organization: OrganizationId,
    month: Month,
    change: Total,
) -> Result<(), Problem> {
    let Total { billed, billed_amount, paid, paid_amount, exempt } = change;
    txn.later(
        "INSERT INTO dues_total (organization_id, month, billed, billed_amount, paid, paid_amount, exempt)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (month, organization_id) DO UPDATE SET
           billed = dues_total.billed + excluded.billed,
           billed_amount = dues_total.billed_amount + excluded.billed_amount,
           paid = dues_total.paid + excluded.paid,
           paid_amount = dues_total.paid_amount + excluded.paid_amount,
           exempt = dues_total.exempt + excluded.exempt",
        &args![organization, month, billed, billed_amount, paid, paid_amount, exempt],
    )?;
    ejia_directory::mark_changed(txn, organization)?;
    add_to_sums(txn, &sums_of(month), organization, [billed, billed_amount, paid, paid_amount, exempt, 0])
}

/// Counts a branch among those that have set a month's dues, or takes it out (-1).
///
/// # Errors
/// A fault of the database.
pub(crate) fn count_set(
    txn: &mut Txn<'_>,
    organization: OrganizationId,
    month: Month,
    change: i64,
) -> Result<(), Problem> {
    add_to_sums(txn, &sums_of(month), organization, [0, 0, 0, 0, 0, change])
}

/// The name of a month's sums: a total as it stands in its row, and the branches that have set the month's dues.
pub(crate) fn sums_of(month: Month) -> String {
    format!("dues {month}")
}

#[cfg(test)]
type Line = (OrganizationId, Month, Total);

/// The totals that are kept, but for those of nothing. The sums of the tree say the same.
#[cfg(test)]
pub(crate) fn kept(txn: &mut Txn<'_>) -> Result<Vec<Line>, Problem> {
    let kept = lines(
        txn,
        "SELECT organization_id, month, billed, billed_amount, paid, paid_amount, exempt FROM dues_total
         WHERE billed <> 0 OR billed_amount <> 0 OR paid <> 0 OR paid_amount <> 0 OR exempt <> 0
         ORDER BY organization_id, month",
    )?;
    for (organization, month, total) in &kept {
        let path = ejia_directory::tree(txn)?.find(*organization)?.path.clone();
        let [billed, billed_amount, paid, paid_amount, exempt, set] =
            ejia_directory::sum_at(txn, &sums_of(*month), &path)?;
        assert_eq!(Total { billed, billed_amount, paid, paid_amount, exempt }, *total);
        assert_eq!(set, i64::from(billed + exempt > 0));
    }
    Ok(kept)
}

/// The totals counted afresh from the bills, but for those of nothing.
#[cfg(test)]
pub(crate) fn counted(txn: &mut Txn<'_>) -> Result<Vec<Line>, Problem> {
    lines(
        txn,
        "SELECT organization_id, month, billed, billed_amount, paid, paid_amount, exempt FROM (
           SELECT organization_id, month,
             SUM(CASE WHEN sequence = 0 AND state IN ('due', 'paid') THEN 1 ELSE 0 END) AS billed,
             CAST(SUM(CASE WHEN state IN ('due', 'paid', 'given_back') THEN amount ELSE 0 END) AS BIGINT) AS billed_amount,
             SUM(CASE WHEN sequence = 0 AND state = 'paid' THEN 1 ELSE 0 END) AS paid,
             CAST(SUM(CASE WHEN state IN ('paid', 'given_back') THEN amount ELSE 0 END) AS BIGINT) AS paid_amount,
             SUM(CASE WHEN sequence = 0 AND state = 'exempt' THEN 1 ELSE 0 END) AS exempt
           FROM dues_bill GROUP BY organization_id, month) AS fresh
         WHERE billed <> 0 OR billed_amount <> 0 OR paid <> 0 OR paid_amount <> 0 OR exempt <> 0
         ORDER BY organization_id, month",
    )
}

#[cfg(test)]
fn lines(txn: &mut Txn<'_>, sql: &str) -> Result<Vec<Line>, Problem> {
    Ok(txn.query(sql, &args![], |row| {
        let total = Total {
            billed: row.get(2)?,
            billed_amount: row.get(3)?,
            paid: row.get(4)?,
            paid_amount: row.get(5)?,
            exempt: row.get(6)?,
        };
        Ok((row.get(0)?, row.get(1)?, total))
    })?)
}
