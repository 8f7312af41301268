//! 【划拨】: a committee places members into one of its branches (M6).

use ejia_db::Txn;
use ejia_kernel::{MemberId, Problem};
use ejia_web::CommitteeOfficer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::arrive::place;
use super::authority::{author, overseen_current};
use crate::organizations::{Node, Tree, tree};

/// The most members placed at once.
const AT_ONCE: usize = 200;

/// Which members go where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
        tree.branch_meant(by.path(), &self.branch, &self.branch_id)
            .ok_or_else(|| Problem::refused("directory.branch_needed").on("branch", "directory.branch_needed"))
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
        place(txn, &member, &tree.name(member.organization_id), target, &author(by))?;
        moved += 1;
    }
    Ok(moved)
}
