//! Which part of the tree an officer looks at, and of which month.

use ejia_db::Txn;
use ejia_directory::{Node, Tree, tree};
use ejia_kernel::{Date, Month, OrganizationId, OrganizationKind, OrganizationPath, Problem};
use ejia_web::Officer;
use std::sync::Arc;

use crate::rules::window;

/// The part of the tree that is looked at.
pub(super) struct Scope {
    pub(super) tree: Arc<Tree>,
    pub(super) id: OrganizationId,
    pub(super) path: OrganizationPath,
    pub(super) name: String,
    pub(super) is_branch: bool,
}

impl Scope {
    /// The officer's own organization, or the one he chose under it.
    ///
    /// # Errors
    /// Not found for what does not stand under him.
    pub(super) fn of(txn: &mut Txn<'_>, by: &Officer, chosen: &str) -> Result<Self, Problem> {
        let tree = tree(txn)?;
        let Node { id, path, name, kind, .. } = tree.chosen(by, chosen)?.clone();
        Ok(Self { tree, id, path, name, is_branch: kind == OrganizationKind::Branch })
    }
}

/// The month asked for, or the one that is payable today.
pub(super) fn month_of(text: &str, today: Date) -> Month {
    text.parse().unwrap_or_else(|_| window(today))
}

/// The months a page offers: this one and those before it, two years back.
pub(super) fn months(today: Date) -> Vec<Month> {
    let last = window(today);
    (0..24).map(|back| last.plus_months(-back)).collect()
}
