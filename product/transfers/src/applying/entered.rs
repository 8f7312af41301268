//! What a member enters, read at the door.

use ejia_directory::{Node, Tree};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The longest reason and remark, in characters.
pub(crate) const MOST_WORDS: usize = 200;
/// The longest name of an organization or work unit outside the city, in characters.
pub(crate) const MOST_NAME: usize = 60;

/// An application inside the city, as it is entered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct WithinEntered {
    /// 拟转入党支部: its exact name, or part of it while it is searched for.
    pub(crate) branch: String,
    /// The branch that was chosen, as the form remembers it.
    pub(crate) branch_id: String,
    /// The branch that is being chosen among those found.
    #[serde(skip_serializing)]
    pub(crate) take: String,
    /// Branches are to be looked up, nothing is handed in yet.
    #[serde(skip_serializing)]
    pub(crate) find: bool,
    /// 转出原因.
    pub(crate) reason: String,
    /// 备注.
    pub(crate) remark: String,
}

/// An application out of the city, as it is entered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct OutEntered {
    /// 介绍信接受地党组织.
    pub addressee: String,
    /// 拟转入党组织.
    pub organization: String,
    /// 拟转入单位.
    pub unit: String,
    /// 转出原因.
    pub reason: String,
    /// 备注.
    pub remark: String,
}

impl WithinEntered {
    /// Whether the form only looks for a branch.
    pub(crate) fn searches(&self) -> bool {
        self.find || !self.take.is_empty()
    }

    /// The branch meant: the one chosen, as long as the name beside it was not changed, or the only one that bears
    /// exactly this name (manual: 填写党支部名称要求一字不差).
    pub(crate) fn branch_in<'a>(&self, tree: &'a Tree) -> Option<&'a Node> {
        let root = tree.root()?;
        let typed: String = self.branch.split_whitespace().collect();
        let chosen = tree.branch_meant(&root.path, "", &self.branch_id).filter(|node| node.name == typed);
        chosen.or_else(|| tree.branch_meant(&root.path, &typed, "")).filter(|_| !typed.is_empty())
    }
}
