//! Destroys keys: those of votes that have ended, and those that no vote was opened with.

use std::time::Duration;

use ejia_audit::{Actor, Entry};
use ejia_db::Desk;
use ejia_kernel::Problem;

use crate::keys::BallotBox;
use crate::store;

/// A prepared key is waited for so long.
const UNUSED: Duration = Duration::from_hours(1);

/// Destroys every key that is doomed: the file first, then the row that names it. Done again, it does no harm.
pub(crate) fn destroy(ballots: &BallotBox, desk: &Desk) -> Result<(), Problem> {
    for (key_file, ballot) in desk.read_now(store::keys::doomed)? {
        ballots.destroy(&key_file)?;
        desk.write_now(move |txn| {
            if store::keys::forget(txn, &key_file)?
                && let Some(ballot) = ballot
            {
                let destroyed = Entry::new(&Actor::System, "ballots.key_destroyed").about("ballot", ballot);
                ejia_audit::record(txn, destroyed)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Dooms the keys that no vote was opened with, and destroys all that are doomed.
pub(crate) fn sweep(ballots: &BallotBox, desk: &Desk) -> Result<(), Problem> {
    let swept = desk.write_now(|txn| {
        let before = txn.now().minus(UNUSED);
        store::keys::doom_unused(txn, before)
    })?;
    if swept > 0 {
        tracing::info!(swept, "keys that no vote was opened with are destroyed");
    }
    destroy(ballots, desk)
}
