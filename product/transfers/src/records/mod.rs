//! 【转接记录查询】 (T11): what left an organization, what came to it, what stayed within it, the newest first.
//!
//! An organization's lists are ranges of `transfer_party`, which has a row for every organization at or above either end.
//! That row also bears what a list is narrowed by, and each list has an index of its own that holds all of it: however
//! rare what is asked for, the transfers themselves are read only for the lines of one page. The days an application was
//! handed in on are a range of ids. Nothing is counted but for the progress bar of a long export.

mod asked;
mod exports;
mod figures;
mod pages;
pub(crate) mod schema;
mod sheets;
mod views;

#[cfg(test)]
mod tests;

pub use asked::Tab;
pub(crate) use asked::{Filter, State};
pub(crate) use exports::made;
pub use figures::{Count, transfer_figures};
pub(crate) use pages::routes;

use ejia_db::Txn;
use ejia_directory::{Node, tree};
use ejia_kernel::{OrganizationId, Problem};

/// The organization whose lists are asked for: the one chosen, under this one, or this one.
///
/// # Errors
/// Not found for one that does not stand under it.
fn whose(txn: &mut Txn<'_>, own: OrganizationId, filter: &Filter) -> Result<Node, Problem> {
    let tree = tree(txn)?;
    let own = tree.find(own)?;
    let chosen = filter.organization.map_or(Some(own), |id| tree.get(id)).filter(|node| own.path.contains(&node.path));
    chosen.cloned().ok_or_else(|| Problem::not_found("directory.no_such_organization"))
}
