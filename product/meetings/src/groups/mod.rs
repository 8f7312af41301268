//! 【党小组】: the groups of a branch and who belongs to which. A member belongs to at most one.

pub(crate) mod schema;
mod store;

pub(crate) use store::{Group, group, is_of, members, of_branch};
