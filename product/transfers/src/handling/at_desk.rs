//! A transfer on the desk of the organization that has to act: loaded, locked, and looked at once more.

use std::sync::Arc;

use ejia_db::Txn;
use ejia_directory::{Tree, member_brief, tree};
use ejia_kernel::{OrganizationId, Problem, TransferId};
use ejia_web::Officer;

use crate::course;
use crate::letters;
use crate::model::{Direction, End, Stage, Transfer};
use crate::road::{Issuers, NoRoad, Road, Stop};
use crate::store;

/// What lies before an officer who may act on it.
pub(crate) struct AtDesk {
    pub(crate) tree: Arc<Tree>,
    pub(crate) issuers: Issuers,
    pub(crate) transfer: Transfer,
    /// What is to be done here.
    pub(crate) stop: Stop,
}

impl AtDesk {
    /// What its road is found by.
    pub(crate) fn road(&self) -> Road<'_> {
        Road { tree: &self.tree, issuers: &self.issuers }
    }

    /// The stop of a transfer that this officer handles, if it is his turn.
    pub(crate) fn turn(road: &Road<'_>, transfer: &Transfer, by: &Officer) -> Option<Stop> {
        let organization_id = transfer.standing.at?;
        let handled = road.handled_at(Stop { stage: transfer.standing.stage, organization_id })?;
        (handled.organization_id == by.organization_id()).then_some(handled)
    }
}

/// A transfer that this officer may see: he stands at or above one of its ends, it lies with him, or he answers for its
/// letter.
pub(crate) fn seen(txn: &mut Txn<'_>, by: &Officer, id: TransferId) -> Result<Transfer, Problem> {
    let transfer = store::load(txn, id)?.ok_or_else(no_such_transfer)?;
    may_see(txn, by, &transfer)?;
    Ok(transfer)
}

/// As [`seen`], its row locked.
pub(crate) fn seen_locked(txn: &mut Txn<'_>, by: &Officer, id: TransferId) -> Result<Transfer, Problem> {
    let transfer = store::load_locked(txn, id)?.ok_or_else(no_such_transfer)?;
    may_see(txn, by, &transfer)?;
    Ok(transfer)
}

fn may_see(txn: &mut Txn<'_>, by: &Officer, transfer: &Transfer) -> Result<(), Problem> {
    let own = by.organization_id();
    let sees = transfer.standing.at == Some(own)
        || store::is_party(txn, transfer.id, own)?
        || has_come_to_see(txn, by, transfer)?;
    if sees { Ok(()) } else { Err(no_such_transfer()) }
}

/// Whether he sees it as the tree stands now: who sees a transfer is written down when one of its ends changes, and not
/// when an organization is moved.
fn has_come_to_see(txn: &mut Txn<'_>, by: &Officer, transfer: &Transfer) -> Result<bool, Problem> {
    let (tree, issuers) = (tree(txn)?, store::issuers(txn)?);
    let ends = [transfer.from.organization_id, transfer.to.organization_id, transfer.committee_id];
    Ok(ends.into_iter().any(|end| stands_above(&tree, by, end))
        || AtDesk::turn(&Road { tree: &tree, issuers: &issuers }, transfer, by).is_some()
        || letters::answers_for_last(txn, by, transfer.id)?)
}

/// Whether this organization is the officer's or lies under it.
pub(crate) fn stands_above(tree: &Tree, by: &Officer, organization: Option<OrganizationId>) -> bool {
    organization.and_then(|id| tree.get(id)).is_some_and(|node| by.oversees(&node.path))
}

/// What somebody hears who asks for a transfer that is not his to see.
pub(crate) fn no_such_transfer() -> Problem {
    Problem::not_found("transfers.no_such_transfer")
}

/// Takes a transfer onto the desk, if it is this officer's turn to do one of these things.
///
/// # Errors
/// `transfers.not_here` when it lies elsewhere or is done already; `transfers.member_departed` when the member has left
/// the list meanwhile.
pub(crate) fn take(txn: &mut Txn<'_>, by: &Officer, id: TransferId, stages: &[Stage]) -> Result<AtDesk, Problem> {
    let transfer = seen_locked(txn, by, id)?;
    let (tree, issuers) = (tree(txn)?, store::issuers(txn)?);
    let stop = AtDesk::turn(&Road { tree: &tree, issuers: &issuers }, &transfer, by);
    let stop =
        stop.filter(|stop| stages.contains(&stop.stage)).ok_or_else(|| Problem::conflict("transfers.not_here"))?;
    let mut desk = AtDesk { tree, issuers, transfer, stop };
    follow_the_member(txn, &desk.tree, &mut desk.transfer)?;
    Ok(desk)
}

/// The member may have been placed into another branch meanwhile: that is what he leaves now, and its superiors see it.
pub(crate) fn follow_the_member(txn: &mut Txn<'_>, tree: &Tree, transfer: &mut Transfer) -> Result<(), Problem> {
    let Some(member) = transfer.member_id.filter(|_| transfer.direction != Direction::In) else { return Ok(()) };
    let brief = member_brief(txn, member)?.ok_or_else(|| Problem::conflict("transfers.member_departed"))?;
    if transfer.from.organization_id != Some(brief.organization_id) {
        let name = tree.name(brief.organization_id);
        transfer.from = End { organization_id: Some(brief.organization_id), name };
        course::look_again(txn, tree, transfer)?;
    }
    Ok(())
}

/// A road that ends, as a refusal.
pub(crate) fn no_road(fault: NoRoad) -> Problem {
    Problem::conflict(fault.code())
}
