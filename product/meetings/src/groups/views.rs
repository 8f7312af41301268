//! What the pages of groups show.

use std::collections::HashMap;

use ejia_db::Txn;
use ejia_directory::branch_members;
use ejia_kernel::{GroupId, MemberId, OrganizationKind, Problem};
use ejia_web::{Choice, Officer};
use schemars::JsonSchema;
use serde::Serialize;

use super::change::own;
use super::store;

/// A group as a line shows it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct GroupLine {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) leader: String,
    pub(crate) members: Vec<String>,
}

/// 【党小组】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct GroupsView {
    pub(crate) is_branch: bool,
    pub(crate) groups: Vec<GroupLine>,
    /// Members of the branch who belong to none.
    pub(crate) without: Vec<String>,
}

impl GroupsView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &Officer) -> Result<Self, Problem> {
        let groups = store::of_branch(txn, by.organization_id())?;
        let belongs = store::memberships(txn, by.organization_id())?;
        let in_branch = branch_members(txn, by.organization_id())?;
        let names = |id: GroupId| -> Vec<String> {
            let of_group = in_branch.iter().filter(|member| belongs.get(&member.id) == Some(&id));
            of_group.map(|member| member.name.clone()).collect()
        };
        let name_of: HashMap<MemberId, &str> =
            in_branch.iter().map(|member| (member.id, member.name.as_str())).collect();
        Ok(Self {
            is_branch: by.kind() == OrganizationKind::Branch,
            without: in_branch
                .iter()
                .filter(|member| !belongs.contains_key(&member.id))
                .map(|member| member.name.clone())
                .collect(),
            groups: groups
                .into_iter()
                .map(|group| GroupLine {
                    leader: group
                        .leader_id
                        .and_then(|id| name_of.get(&id))
                        .map_or_else(String::new, |name| (*name).to_owned()),
                    members: names(group.id),
                    id: group.id.to_string(),
                    name: group.name,
                })
                .collect(),
        })
    }
}

/// A member of the branch in the form of a group.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct GroupCandidate {
    pub(crate) id: String,
    pub(crate) name: String,
    /// The other group he belongs to; empty when to none.
    pub(crate) elsewhere: String,
    pub(crate) ticked: bool,
}

/// The form of a group.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct GroupView {
    /// Empty for a new one.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) leader: String,
    pub(crate) leaders: Vec<Choice>,
    pub(crate) candidates: Vec<GroupCandidate>,
}

impl GroupView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &Officer, id: Option<GroupId>) -> Result<Self, Problem> {
        let by = by.as_branch()?;
        let group = match id {
            Some(id) => Some(own(txn, &by, id)?),
            None => None,
        };
        let belongs = store::memberships(txn, by.organization_id())?;
        let names: HashMap<GroupId, String> =
            store::of_branch(txn, by.organization_id())?.into_iter().map(|group| (group.id, group.name)).collect();
        let in_branch = branch_members(txn, by.organization_id())?;
        let text = |id: Option<MemberId>| id.map(|id| id.to_string()).unwrap_or_default();
        Ok(Self {
            leaders: in_branch.iter().map(|member| Choice::of(member.name.clone(), member.id.to_string())).collect(),
            candidates: in_branch
                .into_iter()
                .map(|member| {
                    let of = belongs.get(&member.id).copied();
                    let elsewhere = of.filter(|of| Some(*of) != id).and_then(|of| names.get(&of).cloned());
                    GroupCandidate {
                        ticked: of.is_some() && of == id,
                        id: member.id.to_string(),
                        name: member.name,
                        elsewhere: elsewhere.unwrap_or_default(),
                    }
                })
                .collect(),
            id: id.map(|id| id.to_string()).unwrap_or_default(),
            leader: text(group.as_ref().and_then(|group| group.leader_id)),
            name: group.map(|group| group.name).unwrap_or_default(),
        })
    }
}
