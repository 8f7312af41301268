//! Sums of what branches hold, kept for every place of the tree: how many members, what a month's dues come to.
//!
//! The sum of a city is a row, however many branches the city has. But were that row written with every change of every
//! branch, all who change something would wait for one another at it. So a change is written down as a row of its own
//! (`tree_change`), and a job gathers those rows into the sums (`tree_sum`) of the branch and of all above it. Whoever asks
//! gets the sum together with what is not gathered yet, in one statement: it is exact at every moment.

pub(crate) mod schema;
mod store;
#[cfg(test)]
mod tests;

use std::time::Duration;

use ejia_db::{Desk, Txn};
use ejia_jobs::Handlers;
use ejia_kernel::{OrganizationId, OrganizationPath, Problem};

pub(crate) use store::{SUM_AT, at_values, numbers};

/// What is summed: as many numbers as any sum has, in an order that is its owner's.
pub type Numbers = [i64; 6];

/// Changes that one transaction gathers.
const GATHERED: i64 = 2_000;
/// How often they are gathered: so few changes wait that adding them up costs nothing.
const EVERY: Duration = Duration::from_secs(20);

/// Adds what has changed at a branch to the sums that bear this name. Nothing is said when nothing has changed.
///
/// # Errors
/// A fault of the database.
pub fn add_to_sums(
    txn: &mut Txn<'_>,
    name: &str,
    organization: OrganizationId,
    change: Numbers,
) -> Result<(), Problem> {
    if change == Numbers::default() {
        return Ok(());
    }
    store::note(txn, name, organization, change)
}

/// The sum of this name at a place of the tree, with all under it.
///
/// # Errors
/// A fault of the database.
pub fn sum_at(txn: &mut Txn<'_>, name: &str, path: &OrganizationPath) -> Result<Numbers, Problem> {
    Ok(txn.one(SUM_AT, &at_values(name, path), |row| numbers(row, 0))?)
}

/// The sums of this name at the places right under one, each with all under it, by path. Places without any are not there.
///
/// # Errors
/// A fault of the database.
pub fn sums_below(txn: &mut Txn<'_>, name: &str, path: &OrganizationPath) -> Result<Vec<(String, Numbers)>, Problem> {
    store::below(txn, name, path)
}

/// Gathers what has changed until nothing is left.
///
/// # Errors
/// A fault of the database.
pub fn gather_sums(desk: &Desk) -> Result<(), Problem> {
    while desk.write_now(|txn| store::gather(txn, GATHERED))? {}
    Ok(())
}

/// The job that gathers.
pub(crate) fn handlers(handlers: Handlers) -> Handlers {
    handlers.every("directory.gather_sums", EVERY, |desk| Ok(gather_sums(desk)?))
}
