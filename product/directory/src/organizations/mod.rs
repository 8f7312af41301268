//! The tree of organizations, and how many members stand where.

mod counts;
mod grams;
mod model;
pub(crate) mod pages;
mod reminders;
pub(crate) mod store;
#[cfg(test)]
mod tests;
mod tree;
mod views;

pub(crate) use counts::SUM_OF_MEMBERS;
pub use counts::{Counts, counts_of_branches, counts_of_children, counts_under};
pub use model::{NewOrganization, Organization, OrganizationCard};
pub use reminders::{Reminder, Reminders, Reminds};
pub(crate) use store::{add_to_counts, organizations_by_ids, recount};
pub use store::{insert_organizations, organization, update_organization};
pub(crate) use tree::tree_and_counts;
pub use tree::{Node, Tree, tree};
