//! A member applies, or mends what came back and hands it in again.

use ejia_db::Txn;
use ejia_directory::{Tree, tree};
use ejia_kernel::{Faults, Problem, TransferId};
use ejia_web::Member;

use super::change::own_locked;
use super::entered::{MOST_NAME, MOST_WORDS, OutEntered, WithinEntered};
use crate::course::{self, Doer};
use crate::model::{Act, Direction, End, Stage, Standing, Transfer};
use crate::road::{NoRoad, Road, Trip};
use crate::store;

/// What an application asks for, checked.
pub(crate) struct Wanted {
    direction: Direction,
    to: End,
    unit: String,
    addressee: String,
    reason: String,
    remark: String,
}

impl WithinEntered {
    /// The application as it is kept.
    ///
    /// # Errors
    /// `transfers.branch_needed` (请输入拟转入党支部) beside the branch unless exactly one is meant; other fields likewise.
    pub(crate) fn wanted(&self, tree: &Tree) -> Result<Wanted, Problem> {
        let mut faults = Faults::none();
        let branch = self.branch_in(tree);
        if branch.is_none() {
            faults.mark("branch", "transfers.branch_needed");
        }
        let reason = faults.needed("reason", &self.reason, MOST_WORDS, "transfers.reason_needed");
        let remark = faults.optional("remark", &self.remark, MOST_WORDS);
        faults.settled()?;
        let branch = branch.ok_or_else(|| Problem::refused("transfers.branch_needed"))?;
        Ok(Wanted {
            direction: Direction::Within,
            to: End { organization_id: Some(branch.id), name: branch.name.clone() },
            unit: branch.work_unit.clone(),
            addressee: String::new(),
            reason,
            remark,
        })
    }
}

impl OutEntered {
    /// The application as it is kept.
    ///
    /// # Errors
    /// A refusal beside each field that is missing or too long.
    pub(crate) fn wanted(&self) -> Result<Wanted, Problem> {
        let mut faults = Faults::none();
        let addressee = faults.needed("addressee", &self.addressee, MOST_NAME, "transfers.addressee_needed");
        let name = faults.needed("organization", &self.organization, MOST_NAME, "transfers.organization_needed");
        let unit = faults.needed("unit", &self.unit, MOST_NAME, "transfers.unit_needed");
        let reason = faults.needed("reason", &self.reason, MOST_WORDS, "transfers.reason_needed");
        let remark = faults.optional("remark", &self.remark, MOST_WORDS);
        faults.settled()?;
        let to = End { organization_id: None, name };
        Ok(Wanted { direction: Direction::Out, to, unit, addressee, reason, remark })
    }
}

/// Where an application of this member for this begins.
fn first_standing(
    txn: &mut Txn<'_>,
    tree: &Tree,
    from: ejia_kernel::OrganizationId,
    wanted: &Wanted,
) -> Result<Standing, Problem> {
    let issuers = store::issuers(txn)?;
    let trip = Trip { direction: wanted.direction, from: Some(from), to: wanted.to.organization_id, committee: None };
    let road = Road { tree, issuers: &issuers };
    // The whole road is looked at, so that nobody sets out on one that leads nowhere.
    let stops = road.whole(&trip).map_err(no_road)?;
    let first = stops.first().copied().ok_or_else(|| Problem::fault("a road without a stop"))?;
    Ok(first.into())
}

fn no_road(fault: NoRoad) -> Problem {
    match fault {
        NoRoad::SameBranch | NoRoad::NoBranch => Problem::refused("kernel.check_fields").on("branch", fault.code()),
        NoRoad::NoCommittee | NoRoad::NoIssuer => Problem::conflict(fault.code()),
    }
}

/// Hands an application in.
///
/// # Errors
/// `transfers.open_already` while another of the member's is open; the refusals of its fields.
pub(crate) fn apply(
    txn: &mut Txn<'_>,
    by: &Member,
    wanted: impl FnOnce(&Tree) -> Result<Wanted, Problem>,
) -> Result<TransferId, Problem> {
    let tree = tree(txn)?;
    let wanted = wanted(&tree)?;
    if store::open_of_member(txn, by.id())?.is_some() {
        return Err(Problem::conflict("transfers.open_already"));
    }
    let home = by.organization_id();
    let standing = first_standing(txn, &tree, home, &wanted)?;
    let now = txn.now();
    let Wanted { direction, to, unit, addressee, reason, remark } = wanted;
    let new = Transfer {
        id: TransferId::new(now),
        direction,
        member_id: Some(by.id()),
        name: by.name().to_owned(),
        from: End { organization_id: Some(home), name: tree.name(home) },
        to,
        unit,
        committee_id: None,
        addressee,
        reason,
        remark,
        standing,
        since: now,
        opened_at: now,
        ended_at: None,
        version: 1,
    };
    course::begin(txn, &tree, &new, &Doer::member(by))?;
    Ok(new.id)
}

/// Mends an application that came back and hands it in again: it begins anew, at the branch the member belongs to now.
///
/// # Errors
/// `transfers.not_returned` when it did not come back; the refusals of its fields.
pub(crate) fn mend(
    txn: &mut Txn<'_>,
    by: &Member,
    id: TransferId,
    wanted: impl FnOnce(&Tree) -> Result<Wanted, Problem>,
) -> Result<(), Problem> {
    let mut transfer = own_locked(txn, by, id)?;
    if transfer.standing.stage != Stage::Returned {
        return Err(Problem::conflict("transfers.not_returned"));
    }
    let tree = tree(txn)?;
    let wanted = wanted(&tree)?;
    if wanted.direction != transfer.direction {
        return Err(Problem::conflict("transfers.other_direction"));
    }
    let home = by.organization_id();
    let standing = first_standing(txn, &tree, home, &wanted)?;
    let Wanted { direction: _, to, unit, addressee, reason, remark } = wanted;
    transfer.from = End { organization_id: Some(home), name: tree.name(home) };
    (transfer.to, transfer.unit, transfer.addressee) = (to, unit, addressee);
    (transfer.reason, transfer.remark) = (reason, remark);
    course::advance(txn, &mut transfer, standing, Act::Mended, &Doer::member(by), "")?;
    course::look_again(txn, &tree, &transfer)
}

/// Hands in an application out of the city (T3).
///
/// # Errors
/// The refusals of its fields; `transfers.open_already` while another of the member's is open; `transfers.no_issuer`.
pub fn apply_out(txn: &mut Txn<'_>, by: &Member, entered: &OutEntered) -> Result<TransferId, Problem> {
    apply(txn, by, |_| entered.wanted())
}
