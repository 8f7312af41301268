//! What an organization enters.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The longest opinion or reason, in characters.
pub(super) const MOST_WORDS: usize = 200;

/// 审核意见, or the reason of a return.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Said {
    /// The words.
    pub said: String,
}

/// 【划拨】: the branch a member is placed into.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Placed {
    /// 拟转入党支部, as it was typed.
    pub(crate) branch: String,
    /// The branch chosen among those found.
    pub(crate) branch_id: String,
    /// Branches are to be looked up, nothing is placed yet.
    #[serde(skip_serializing)]
    pub(crate) find: bool,
    /// 审核意见.
    pub(crate) said: String,
}
