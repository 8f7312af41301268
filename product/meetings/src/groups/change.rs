//! Groups are added, changed, dissolved.

use std::collections::BTreeSet;

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_directory::branch_members;
use ejia_kernel::{Faults, GroupId, MemberId, Problem};
use ejia_web::Officer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::store::{self, Group};

const MOST_NAME: usize = 30;

/// A group as it is entered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct GroupEntered {
    /// 党小组名称.
    pub(super) name: String,
    /// 组长.
    pub(super) leader: String,
    /// Who belongs to it.
    pub(super) member: Vec<String>,
}

/// A group of the officer's branch that is not dissolved.
///
/// # Errors
/// `meetings.no_such_group`.
pub(super) fn own(txn: &mut Txn<'_>, by: &Officer, id: GroupId) -> Result<Group, Problem> {
    let group = store::group(txn, id)?;
    let own = group.filter(|group| group.organization_id == by.organization_id() && group.closed_at.is_none());
    own.ok_or_else(|| Problem::not_found("meetings.no_such_group"))
}

/// Saves a group: a new one without `id`.
///
/// # Errors
/// Refusals on `name` and `leader`; `meetings.no_such_group`; `web.branches_only`.
pub(super) fn save(
    txn: &mut Txn<'_>,
    by: &Officer,
    id: Option<GroupId>,
    entered: &GroupEntered,
) -> Result<GroupId, Problem> {
    let by = by.as_branch()?;
    if let Some(id) = id {
        own(txn, &by, id)?;
    }
    let in_branch: BTreeSet<MemberId> =
        branch_members(txn, by.organization_id())?.into_iter().map(|member| member.id).collect();
    let mut faults = Faults::none();
    let name = faults.needed("name", &entered.name, MOST_NAME, "meetings.group_name_needed");
    let chosen = entered.member.iter().filter_map(|id| id.parse().ok()).filter(|id| in_branch.contains(id));
    let mut members: BTreeSet<MemberId> = chosen.collect();
    let leader_id = entered.leader.parse().ok().filter(|id| in_branch.contains(id));
    if leader_id.is_none() && !entered.leader.is_empty() {
        faults.mark("leader", "meetings.leader_of_branch");
    }
    faults.settled()?;
    // Who leads a group belongs to it.
    members.extend(leader_id);
    let id = id.unwrap_or_else(|| GroupId::new(txn.now()));
    store::save(txn, &Group { id, organization_id: by.organization_id(), name, leader_id, closed_at: None })?;
    store::set_members(txn, id, &members.into_iter().collect::<Vec<_>>())?;
    note(txn, &by, "meetings.group_saved", id)?;
    Ok(id)
}

/// Dissolves a group; what it has held stays in the register.
///
/// # Errors
/// `meetings.no_such_group`.
pub(super) fn dissolve(txn: &mut Txn<'_>, by: &Officer, id: GroupId) -> Result<(), Problem> {
    let group = own(txn, by, id)?;
    let now = txn.now();
    store::save(txn, &Group { closed_at: Some(now), ..group })?;
    store::set_members(txn, id, &[])?;
    note(txn, by, "meetings.group_dissolved", id)
}

fn note(txn: &mut Txn<'_>, by: &Officer, action: &'static str, id: GroupId) -> Result<(), Problem> {
    record(txn, Entry::new(&by.actor(), action).about("group", id).within(by.organization_id()))
}
