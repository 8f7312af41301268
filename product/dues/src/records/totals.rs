//! 【党费汇总】: what a month comes to, for each organization right under one.

use ejia_db::Txn;
use ejia_directory::Node;
use ejia_kernel::{Month, OrganizationKind, Problem};

use super::scope::Scope;
use super::store::totals::{self, Sum};
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
    let sums = totals::sums(txn, scope, month)?;
    let row = |node: &Node| {
        let Sum { branches, total } = sums.get(node.path.as_str()).copied().unwrap_or_default();
        Row {
            id: node.id.to_string(),
            name: node.name.clone(),
            is_branch: node.kind == OrganizationKind::Branch,
            branches: i64::try_from(scope.tree.branches_under(&node.path)).unwrap_or(i64::MAX),
            set: branches,
            total,
        }
    };
    // Not what looks after the platform, nor what was closed and has nothing to show.
    let shown = |row: &Row| row.branches + row.set > 0;
    let rows: Vec<Row> = if scope.is_branch {
        scope.tree.at(&scope.path).map(row).into_iter().filter(shown).collect()
    } else {
        scope.tree.children(&scope.path).map(row).filter(shown).collect()
    };
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
