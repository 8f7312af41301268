//! 【党小组】: the groups of a branch and who belongs to which. A member belongs to at most one.

mod change;
mod pages;
pub(crate) mod schema;
mod store;
mod views;

pub(crate) use pages::routes;
pub(crate) use store::{counts, group, is_of, members, of_branch};
