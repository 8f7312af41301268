//! The course of a transfer: whatever somebody does with it is one move, written in one place: the row, the step that
//! history shows, who sees it, the record of acts.

use std::collections::BTreeMap;

use ejia_audit::{Actor, Entry};
use ejia_db::Txn;
use ejia_directory::Tree;
use ejia_kernel::{OrganizationId, Problem};
use ejia_web::{Member, Officer};

use crate::model::{Act, Direction, Standing, Step, Transfer};
use crate::road::{Road, Trip};
use crate::store::{self, Party};

/// Who does something, as history and the record of acts name him.
#[derive(Clone, Debug)]
pub(crate) struct Doer {
    pub(crate) actor: Actor,
    pub(crate) name: String,
    pub(crate) organization: Option<(OrganizationId, String)>,
}

impl Doer {
    /// An administrator, for his organization.
    pub(crate) fn officer(by: &Officer) -> Self {
        let organization = (by.organization_id(), by.organization_name().to_owned());
        Self { actor: by.actor(), name: by.name().to_owned(), organization: Some(organization) }
    }

    /// Whoever holds the paper of a letter: nobody knows his name.
    pub(crate) fn paper_holder() -> Self {
        Self { actor: Actor::Visitor, name: String::new(), organization: None }
    }

    /// A member, for himself.
    pub(crate) fn member(by: &Member) -> Self {
        Self { actor: by.actor(), name: by.name().to_owned(), organization: None }
    }
}

impl Transfer {
    /// As much as its road needs to know.
    pub(crate) fn trip(&self) -> Trip {
        Trip {
            direction: self.direction,
            from: self.from.organization_id,
            to: self.to.organization_id,
            committee: self.committee_id,
        }
    }
}

/// Writes a new transfer down, with its first step.
pub(crate) fn begin(txn: &mut Txn<'_>, tree: &Tree, new: &Transfer, by: &Doer) -> Result<(), Problem> {
    store::insert(txn, new)?;
    look_again(txn, tree, new)?;
    write_down(txn, new, Act::Applied, by, "")
}

/// Moves a transfer to where it stands next. `transfer` may have been changed beside; it is saved as it is.
///
/// # Errors
/// `transfers.changed_meanwhile` when somebody else was faster.
pub(crate) fn advance(
    txn: &mut Txn<'_>,
    transfer: &mut Transfer,
    to: Standing,
    act: Act,
    by: &Doer,
    said: &str,
) -> Result<(), Problem> {
    transfer.standing = to;
    transfer.since = txn.now();
    transfer.ended_at = to.stage.ended().then(|| txn.now());
    store::save(txn, transfer)?;
    transfer.version += 1;
    write_down(txn, transfer, act, by, said)
}

/// Writes anew who sees a transfer, after one of its ends has changed.
pub(crate) fn look_again(txn: &mut Txn<'_>, tree: &Tree, transfer: &Transfer) -> Result<(), Problem> {
    let parties = parties(txn, tree, transfer)?;
    store::set_parties(txn, transfer.id, &parties)
}

/// Adds a step without moving the transfer: a letter printed, a receipt looked at.
pub(crate) fn write_down(
    txn: &mut Txn<'_>,
    transfer: &Transfer,
    act: Act,
    by: &Doer,
    said: &str,
) -> Result<(), Problem> {
    let (organization_id, organization) = by.organization.clone().unzip();
    let step = Step {
        act,
        at: txn.now(),
        organization_id,
        organization: organization.unwrap_or_default(),
        by: by.name.clone(),
        said: said.to_owned(),
    };
    store::add_step(txn, transfer.id, &step)?;
    let mut entry = Entry::new(&by.actor, action(act)).about("transfer", transfer.id);
    if let Some(member) = transfer.member_id {
        entry = entry.with("member", member);
    }
    if let Some(id) = organization_id.or(transfer.from.organization_id) {
        entry = entry.within(id);
    }
    ejia_audit::record(txn, entry)
}

/// The word of an act in the record of acts.
const fn action(act: Act) -> &'static str {
    match act {
        Act::Applied => "transfers.applied",
        Act::Mended => "transfers.mended",
        Act::Withdrew => "transfers.withdrawn",
        Act::Reviewed => "transfers.reviewed",
        Act::Returned => "transfers.returned",
        Act::Allocated => "transfers.allocated",
        Act::Accepted => "transfers.accepted",
        Act::LetterIssued => "transfers.letter_issued",
        Act::LetterPrinted => "transfers.letter_printed",
        Act::LetterVoided => "transfers.letter_voided",
        Act::LetterReissued => "transfers.letter_reissued",
        Act::ReceiptSent => "transfers.receipt_sent",
        Act::ReceiptRefused => "transfers.receipt_refused",
        Act::ReceiptAccepted => "transfers.receipt_accepted",
        Act::Dropped => "transfers.dropped",
    }
}

/// Who sees a transfer: everybody at or above either end, and the committee a person from outside has chosen.
fn parties(txn: &mut Txn<'_>, tree: &Tree, transfer: &Transfer) -> Result<Vec<Party>, Problem> {
    let issuers = store::issuers(txn)?;
    Ok(parties_of(&Road { tree, issuers: &issuers }, transfer))
}

pub(crate) fn parties_of(road: &Road<'_>, transfer: &Transfer) -> Vec<Party> {
    let way = |id: Option<OrganizationId>| {
        let node = id.and_then(|id| road.tree.get(id));
        node.map(|node| road.tree.way(&node.path)).unwrap_or_default()
    };
    let committee = |id: Option<OrganizationId>| id.and_then(|id| road.committee_of(id)).map(|node| node.id);
    let (from, to) = (transfer.from.organization_id, transfer.to.organization_id);
    let one_committee = transfer.direction == Direction::Within && committee(from) == committee(to);
    let mut sides: BTreeMap<OrganizationId, (bool, bool)> = BTreeMap::new();
    for node in way(from) {
        sides.entry(node.id).or_default().0 = true;
    }
    for node in way(to).into_iter().chain(way(transfer.committee_id)) {
        sides.entry(node.id).or_default().1 = true;
    }
    let party = |(organization_id, (leaves, enters))| {
        let internal = one_committee || (leaves && enters);
        Party { organization_id, leaves, enters, internal }
    };
    sides.into_iter().map(party).collect()
}
