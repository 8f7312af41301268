//! 【介绍信设置】: what stands on the letters of an organization.

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_directory::{Node, tree};
use ejia_kernel::Problem;
use ejia_web::Officer;

use super::entered::HeadEntered;
use super::model::Letterhead;
use super::store;
use crate::store::issuers;

/// What stands on the letters of this organization.
pub(super) fn letterhead(txn: &mut Txn<'_>, node: &Node) -> Result<Letterhead, Problem> {
    Ok(store::letterhead(txn, node.id)?.unwrap_or_else(|| Letterhead::of_name(node)))
}

/// The officer's own organization, if letters bear its name: it issues them, or receipts go back to it.
///
/// # Errors
/// `transfers.no_letters_here`.
pub(super) fn own_letterhead(txn: &mut Txn<'_>, by: &Officer) -> Result<Letterhead, Problem> {
    let (tree, issuers) = (tree(txn)?, issuers(txn)?);
    let node = tree.find(by.organization_id())?;
    if !issuers.may(node) && !node.kind.may_allocate() {
        return Err(Problem::forbidden("transfers.no_letters_here"));
    }
    letterhead(txn, node)
}

/// Sets what stands on the letters of the officer's organization from now on.
///
/// # Errors
/// A refusal beside each field that is wrong; as [`own_letterhead`].
pub(super) fn set_letterhead(txn: &mut Txn<'_>, by: &Officer, input: &HeadEntered) -> Result<(), Problem> {
    own_letterhead(txn, by)?;
    let head = input.letterhead()?;
    store::set_letterhead(txn, by.organization_id(), &head)?;
    let entry = Entry::new(&by.actor(), "transfers.letterhead_set").about("organization", by.organization_id());
    record(txn, entry.within(by.organization_id()))
}
