//! The authorities behind computers' certificates: the first one, the next one in time, and those that are done with.
//!
//! Several hold beside one another. The newest issues; every file brings along the certificates of all that hold, and the
//! listener shows a certificate of the oldest, which every computer knows. An authority is done with when none of its
//! computers can come in any more.

use ejia_audit::{Actor, Entry, record};
use ejia_db::Txn;
use ejia_kernel::Problem;

use crate::channel::{Certificates, Trust};
use crate::rules::{AUTHORITY_LIFE, AUTHORITY_REST, BACKDATED};
use crate::store::computers::{self, Authority};

/// The authorities that hold, oldest first; makes the first one where there is none.
pub(crate) fn ensure(txn: &mut Txn<'_>, certificates: &dyn Certificates) -> Result<Vec<Authority>, Problem> {
    let held = computers::authorities(txn)?;
    if !held.is_empty() {
        return Ok(held);
    }
    add(txn, certificates)?;
    computers::authorities(txn)
}

/// Adds an authority that issues from now on; `at_once` ends all others, and with them every computer: for a key that is
/// known to a stranger.
pub(crate) fn rotate(txn: &mut Txn<'_>, certificates: &dyn Certificates, at_once: bool) -> Result<i64, Problem> {
    let before = computers::authorities(txn)?;
    let generation = add(txn, certificates)?;
    let mut shut = 0_u64;
    if at_once {
        for authority in before {
            computers::retire(txn, authority.generation)?;
        }
        for serial in computers::live(txn, None)? {
            computers::revoke(txn, &serial)?;
            shut += 1;
        }
    }
    let entry = Entry::new(&Actor::System, "access.authority_added").about("channel_authority", generation);
    record(txn, entry.with("computers_revoked", shut))?;
    Ok(generation)
}

/// Adds the next authority in time, and is done with those that have no computer left.
pub(crate) fn keep_up(txn: &mut Txn<'_>, certificates: &dyn Certificates) -> Result<(), Problem> {
    let held = ensure(txn, certificates)?;
    let rest = held.last().map(|newest| newest.expires_at.since(txn.now()));
    if rest.is_some_and(|rest| rest < AUTHORITY_REST) {
        rotate(txn, certificates, false)?;
    }
    let newest = computers::last_generation(txn)?;
    for generation in computers::left_behind(txn, newest)? {
        computers::retire(txn, generation)?;
        computers::raise_version(txn)?;
        let entry = Entry::new(&Actor::System, "access.authority_retired").about("channel_authority", generation);
        record(txn, entry)?;
    }
    Ok(())
}

fn add(txn: &mut Txn<'_>, certificates: &dyn Certificates) -> Result<i64, Problem> {
    let generation = computers::last_generation(txn)? + 1;
    let (from, until) = (txn.now().minus(BACKDATED), txn.now().plus(AUTHORITY_LIFE));
    // The names tell them apart: lists of revocations are found by the name of who wrote them.
    let mark: String = certificates.serial()?.chars().take(8).collect();
    let keys = certificates.authority(&format!("EJIA channel {generation} {mark}"), from, until)?;
    computers::insert_authority(txn, generation, &keys, until)?;
    computers::raise_version(txn)?;
    Ok(generation)
}

/// What a listener goes by now; makes the first authority where there is none.
pub(crate) fn trust(txn: &mut Txn<'_>, certificates: &dyn Certificates) -> Result<Trust, Problem> {
    let authorities = ensure(txn, certificates)?;
    Ok(Trust {
        version: computers::version(txn)?,
        authorities: authorities.into_iter().map(|one| (one.generation, one.keys)).collect(),
        revoked: computers::revoked(txn)?,
    })
}
