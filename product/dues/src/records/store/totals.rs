//! Sums of a month's bills, by the organizations right under one.

use std::collections::HashMap;

use ejia_db::{Txn, args, filled, places};
use ejia_directory::{Numbers, sum_at, sums_below};
use ejia_kernel::{Month, OrganizationId, Problem};

use super::TOGETHER;
use crate::bills::Total;
use crate::bills::store::sums_of;
use crate::records::scope::Scope;

/// What stands under one place of the tree comes to.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::records) struct Sum {
    /// Branches that have set the month's dues.
    pub(in crate::records) branches: i64,
    /// What their bills come to.
    pub(in crate::records) total: Total,
}

impl From<Numbers> for Sum {
    fn from([billed, billed_amount, paid, paid_amount, exempt, branches]: Numbers) -> Self {
        Self { branches, total: Total { billed, billed_amount, paid, paid_amount, exempt } }
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
        found.extend(txn.query(&sql, &args, |row| {
            let [billed, billed_amount, paid, paid_amount, exempt] =
                [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?];
            Ok((row.get(0)?, Total { billed, billed_amount, paid, paid_amount, exempt }))
        })?);
    }
    Ok(found)
}

/// The sums of a month right under a scope, by path; of a branch its own. One statement.
pub(in crate::records) fn sums(
    txn: &mut Txn<'_>,
    scope: &Scope,
    month: Month,
) -> Result<HashMap<String, Sum>, Problem> {
    let name = sums_of(month);
    if scope.is_branch {
        let own = Sum::from(sum_at(txn, &name, &scope.path)?);
        return Ok(HashMap::from([(scope.path.to_string(), own)]));
    }
    let below = sums_below(txn, &name, &scope.path)?.into_iter();
    Ok(below.map(|(path, numbers)| (path, Sum::from(numbers))).collect())
}
