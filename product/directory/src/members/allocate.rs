//! 【划拨】: a committee places members into one of its branches (M6).

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_kernel::{MemberId, OrganizationId, OrganizationKind, Problem};
use ejia_web::CommitteeOfficer;
use serde::{Deserialize, Serialize};

use super::authority::{author, overseen_current};
use super::model::Source;
use super::store::{self, history};
use crate::organizations::{Node, Tree, tree};

/// The most members placed at once.
const AT_ONCE: usize = 200;

/// Which members go where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Allocate {
    /// The members.
    pub(crate) member: Vec<String>,
    /// 拟划入党支部: the name or code of a branch, as it was typed.
    pub(crate) branch: String,
    /// The branch chosen among those that were found.
    pub(crate) branch_id: String,
}

impl Allocate {
    /// The members named, each once.
    pub(crate) fn members(&self) -> Result<Vec<MemberId>, Problem> {
        let mut ids = Vec::new();
        for text in &self.member {
            let id: MemberId = text.parse().map_err(|_| Problem::not_found("directory.no_such_member"))?;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        if ids.is_empty() {
            return Err(Problem::refused("directory.choose_members"));
        }
        if ids.len() > AT_ONCE {
            return Err(Problem::refused("directory.too_many_members").with("most", AT_ONCE));
        }
        Ok(ids)
    }

    /// The branch meant: the one chosen, or the only one that bears the name.
    pub(crate) fn target<'a>(&self, tree: &'a Tree, by: &CommitteeOfficer) -> Result<&'a Node, Problem> {
        let chosen = self.branch_id.parse::<OrganizationId>().ok().and_then(|id| tree.get(id));
        let chosen =
            chosen.filter(|node| by.oversees(&node.path) && node.kind == OrganizationKind::Branch && !node.closed);
        if let Some(node) = chosen {
            return Ok(node);
        }
        let typed: String = self.branch.chars().filter(|letter| !letter.is_whitespace()).collect();
        let exact = |node: &&&Node| node.name == typed || node.code.as_str() == typed;
        let found = tree.branches_named(by.path(), &typed);
        match found.iter().filter(exact).collect::<Vec<_>>().as_slice() {
            [only] if !typed.is_empty() => Ok(only),
            _ => Err(Problem::refused("directory.branch_needed").on("branch", "directory.branch_needed")),
        }
    }
}

/// Places members into a branch; answers how many moved.
///
/// # Errors
/// `directory.branch_needed` when no branch under the committee is meant; not found for members of others.
pub(crate) fn allocate(txn: &mut Txn<'_>, by: &CommitteeOfficer, input: &Allocate) -> Result<usize, Problem> {
    let ids = input.members()?;
    let tree = tree(txn)?;
    let target = input.target(&tree, by)?;
    let mut moved = 0;
    for id in ids {
        let member = overseen_current(txn, by, id)?;
        if member.organization_id == target.id {
            continue;
        }
        store::move_member(txn, &member, target.id, &target.path)?;
        let names = (tree.name(member.organization_id), target.name.clone());
        history::insert(
            txn,
            &member,
            history::Item::Branch,
            (&names.0, &names.1),
            (&author(by), Source::Office),
            history::ChangeState::Made,
        )?;
        record(
            txn,
            Entry::new(&by.actor(), "directory.member_allocated")
                .about("member", id)
                .within(target.id)
                .with("from", member.organization_id),
        )?;
        moved += 1;
    }
    Ok(moved)
}
