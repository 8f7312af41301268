//! 【党费汇总】: what a month comes to, for each organization right under one.

use ejia_db::Txn;
use ejia_kernel::{Month, OrganizationKind, OrganizationPath, Problem};

use super::scope::Scope;
use super::store::totals;
use crate::bills::Total;

/// One organization and what stands under it.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) is_branch: bool,
    /// Branches under it, itself included.
    pub(super) branches: i64,
    /// Those of them that have set the month's dues.
    pub(super) set: i64,
    pub(super) total: Total,
}

/// The organizations right under the scope, in the order of the tree, and all of them together. A branch stands for
/// itself.
///
/// # Errors
/// A fault of the database.
pub(super) fn totals(txn: &mut Txn<'_>, scope: &Scope, month: Month) -> Result<(Vec<Row>, Row), Problem> {
    let depth = scope.path.depth() + usize::from(!scope.is_branch);
    let sums = totals::sums(txn, &scope.tree, &scope.path, depth, month)?;
    let sum = |path: &OrganizationPath| sums.iter().find(|sum| sum.path == path.as_str());
    let branches = |path: &OrganizationPath| {
        let open = scope.tree.under(path).filter(|node| node.kind == OrganizationKind::Branch && !node.closed);
        i64::try_from(open.count()).unwrap_or(i64::MAX)
    };
    let children = scope.tree.under(&scope.path).filter(|node| node.path.depth() == depth);
    let rows: Vec<Row> = children
        .map(|node| Row {
            id: node.id.to_string(),
            name: node.name.clone(),
            is_branch: node.kind == OrganizationKind::Branch,
            branches: branches(&node.path),
            set: sum(&node.path).map_or(0, |sum| sum.branches),
            total: sum(&node.path).map(|sum| sum.total).unwrap_or_default(),
        })
        // What looks after the platform, and what was closed and has nothing to show.
        .filter(|row| row.branches + row.set > 0)
        .collect();
    let all = Row {
        id: scope.id.to_string(),
        name: scope.name.clone(),
        is_branch: scope.is_branch,
        branches: rows.iter().map(|row| row.branches).sum(),
        set: rows.iter().map(|row| row.set).sum(),
        total: rows.iter().fold(Total::default(), |sum, row| sum.plus(row.total)),
    };
    Ok((rows, all))
}
