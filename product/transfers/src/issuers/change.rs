//! Gives a committee the right to issue letters, or takes it away.

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_directory::{Node, Tree, tree};
use ejia_kernel::{OrganizationId, OrganizationKind, Problem};
use ejia_web::Officer;

use crate::store;

/// The organizations whose right this officer decides on: the open committees under his.
pub(super) fn decided_on<'a>(tree: &'a Tree, by: &Officer) -> Result<Vec<&'a Node>, Problem> {
    of_authority_one(tree, by)?;
    let own = by.organization_id();
    Ok(tree.under(by.path()).filter(|node| node.id != own && has_a_right(node)).collect())
}

/// One of them.
///
/// # Errors
/// Not found for any other organization.
pub(super) fn one<'a>(tree: &'a Tree, by: &Officer, id: OrganizationId) -> Result<&'a Node, Problem> {
    of_authority_one(tree, by)?;
    let node = tree.get(id).filter(|node| by.oversees(&node.path) && id != by.organization_id() && has_a_right(node));
    node.ok_or_else(|| Problem::not_found("directory.no_such_organization"))
}

/// Letters come from committees: branches and general branches never issue any.
pub(super) fn has_a_right(node: &Node) -> bool {
    !node.closed && node.kind.may_allocate() && node.kind != OrganizationKind::CityCommittee
}

fn of_authority_one(tree: &Tree, by: &Officer) -> Result<(), Problem> {
    let level = tree.find(by.organization_id())?.level;
    if level == Some(1) { Ok(()) } else { Err(Problem::forbidden("transfers.authority_one_only")) }
}

/// Decides whether an organization issues letters. What it decides already is left as it is.
///
/// # Errors
/// `transfers.authority_one_only`; not found for what does not stand under the officer.
pub(crate) fn change(txn: &mut Txn<'_>, by: &Officer, id: OrganizationId, may_issue: bool) -> Result<(), Problem> {
    let tree = tree(txn)?;
    let node = one(&tree, by, id)?;
    if store::issuers(txn)?.may(node) == may_issue {
        return Ok(());
    }
    store::set_issuer(txn, id, may_issue)?;
    let entry = Entry::new(&by.actor(), "transfers.issuer_changed").about("organization", id).within(id);
    record(txn, entry.with("may_issue", may_issue))
}
