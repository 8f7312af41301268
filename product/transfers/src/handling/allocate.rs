//! 【划拨】 of an application: the committee that receives names the branch, and may correct what was asked for (T4, T9).

use ejia_db::Txn;
use ejia_kernel::{Faults, Problem, TransferId};
use ejia_web::CommitteeOfficer;

use super::at_desk::take;
use super::entered::{MOST_WORDS, Placed};
use crate::course::{self, Doer};
use crate::jobs;
use crate::model::{Act, Direction, End, Stage, Standing};

/// Places an application into a branch under the committee; its administrators are told.
///
/// # Errors
/// `transfers.branch_needed` beside the field unless exactly one branch under the committee is meant.
pub(crate) fn allocate(
    txn: &mut Txn<'_>,
    by: &CommitteeOfficer,
    id: TransferId,
    input: &Placed,
) -> Result<(), Problem> {
    let mut desk = take(txn, by, id, &[Stage::Allocate])?;
    let mut faults = Faults::none();
    let branch = desk.tree.branch_meant(by.path(), &input.branch, &input.branch_id);
    match branch {
        None => faults.mark("branch", "transfers.branch_needed"),
        Some(branch) if Some(branch.id) == desk.transfer.from.organization_id => {
            faults.mark("branch", "transfers.same_branch");
        }
        Some(_) => {}
    }
    let said = faults.optional("said", &input.said, MOST_WORDS);
    faults.settled()?;
    let branch = branch.ok_or_else(|| Problem::refused("transfers.branch_needed"))?;
    let (branch_id, unit) = (branch.id, branch.work_unit.clone());
    desk.transfer.to = End { organization_id: Some(branch_id), name: branch.name.clone() };
    desk.transfer.unit = unit;
    if desk.transfer.direction == Direction::In {
        desk.transfer.committee_id = Some(by.organization_id());
    }
    let standing = Standing { stage: Stage::Accept, at: Some(branch_id) };
    course::advance(txn, &mut desk.transfer, standing, Act::Allocated, &Doer::officer(by), &said)?;
    course::look_again(txn, &desk.tree, &desk.transfer)?;
    jobs::announce_handling(txn, id, desk.transfer.version, branch_id)
}
