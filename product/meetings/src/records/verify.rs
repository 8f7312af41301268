//! Goes through the chains of entries and says where one does not hold.

use std::time::Duration;

use ejia_db::{Desk, Txn};
use ejia_jobs::{Handlers, JobFault};
use ejia_kernel::{OrganizationId, Problem};

use super::chain::Walk;
use super::store;

/// So many entries are read at once.
const READ: i64 = 100;
/// So many organizations are gone through in one reading.
const TOGETHER: i64 = 50;

/// What became of going through a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chain {
    /// It holds: so many entries.
    Sound(i64),
    /// It holds as far as the entry before this number.
    Broken(i64),
}

/// Reckons the chain of an organization anew.
pub(crate) fn verify(txn: &mut Txn<'_>, organization: OrganizationId) -> Result<Chain, Problem> {
    let (entries, head) = store::chain_end(txn, organization)?;
    let mut walk = Walk::new();
    loop {
        let read = store::chain_behind(txn, organization, walk.sound, READ)?;
        let last = i64::try_from(read.len()).unwrap_or(READ) < READ;
        if !read.iter().all(|entry| walk.follows(entry)) || (last && !walk.ends(entries, &head)) {
            return Ok(Chain::Broken(walk.sound.saturating_add(1)));
        }
        if last {
            return Ok(Chain::Sound(entries));
        }
    }
}

/// The job that goes through all chains every night.
#[must_use]
pub(super) fn handlers(handlers: Handlers) -> Handlers {
    handlers.every("meetings.verify_registers", Duration::from_hours(24), |desk| nightly(desk).map(drop))
}

/// Goes through all chains; answers which do not hold. Says so once, however many there are.
pub(crate) fn nightly(desk: &Desk) -> Result<Vec<(OrganizationId, i64)>, JobFault> {
    let (mut broken, mut last) = (Vec::new(), None);
    loop {
        let (behind, found) = desk.read_now(move |txn| some(txn, last))?;
        broken.extend(found);
        if behind.is_none() {
            break;
        }
        last = behind;
    }
    if let Some((organization, number)) = broken.first() {
        tracing::error!(chains = broken.len(), %organization, number, "registers of meetings were altered");
    }
    Ok(broken)
}

type Found = (Option<OrganizationId>, Vec<(OrganizationId, i64)>);

/// Some chains behind one; answers the last of them, none when there was none.
fn some(txn: &mut Txn<'_>, last: Option<OrganizationId>) -> Result<Found, Problem> {
    let organizations = store::organizations_behind(txn, last, TOGETHER)?;
    let mut broken = Vec::new();
    for organization in &organizations {
        if let Chain::Broken(number) = verify(txn, *organization)? {
            broken.push((*organization, number));
        }
    }
    Ok((organizations.last().copied(), broken))
}
