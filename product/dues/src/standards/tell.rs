//! Tells members that their dues were set, some at a time.

use ejia_db::Txn;
use ejia_kernel::{Fen, MemberId, Month, OrganizationId, Problem};
use ejia_messages::{About, Letter, Template};
use serde::{Deserialize, Serialize};

use super::store;

/// The job that tells a handful of members of a branch.
pub(super) const TELL: &str = "dues.tell_set";
/// How many members one job tells: each is a message row and a job of its own.
const TOLD_AT_ONCE: usize = 50;

/// What the job knows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ToTell {
    organization_id: OrganizationId,
    month: Month,
    /// The version of the sheet: each submission is told once.
    version: i64,
    members: Vec<MemberId>,
}

/// Writes the jobs down that tell these members.
pub(super) fn announce(
    txn: &mut Txn<'_>,
    organization_id: OrganizationId,
    month: Month,
    version: i64,
    members: &[MemberId],
) -> Result<(), Problem> {
    for members in members.chunks(TOLD_AT_ONCE) {
        ejia_jobs::enqueue(txn, TELL, ToTell { organization_id, month, version, members: members.to_vec() })?;
    }
    Ok(())
}

/// Writes to those who have something to pay.
pub(super) fn tell(txn: &mut Txn<'_>, to_tell: &ToTell) -> Result<(), Problem> {
    let ToTell { organization_id, month, version, members } = to_tell;
    let due = store::settled(txn, *organization_id, *month)?;
    let in_branch = ejia_directory::branch_members(txn, *organization_id)?;
    for member in in_branch.iter().filter(|member| members.contains(&member.id)) {
        let Some((amount, _)) = due.get(&member.id).filter(|(amount, _)| *amount > Fen::ZERO) else { continue };
        let letter = Letter::new(member.phone.clone(), Template::DuesNotified)
            .with("month", format!("{}年{}月", month.year(), month.number()))
            .with("amount", amount)
            .about(About::Member(member.id))
            .once(format!("dues_notified:{month}:{}:{version}", member.id));
        ejia_messages::send(txn, &letter)?;
    }
    Ok(())
}
