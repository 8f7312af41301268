//! What this process has in hand, whatever the clock says: leases and turns are times, and a clock that is set forward
//! ends them all while their holders are still at work.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ejia_db::{Desk, args};
use ejia_kernel::{JobId, Problem};

/// Jobs by their id and work at intervals by its name, each with its lease once it has one. Stands on the desk's shelf, so
/// that all workers of a process share it.
#[derive(Default)]
pub(crate) struct Hands(Mutex<BTreeMap<String, Option<JobId>>>);

/// Something in hand; let go of when this is dropped.
pub(crate) struct Held {
    hands: Arc<Hands>,
    what: String,
}

impl Hands {
    /// Takes it in hand, unless somebody of this process has.
    pub(crate) fn take(self: Arc<Self>, what: String, lease: Option<JobId>) -> Option<Held> {
        {
            let mut held = self.held();
            if held.contains_key(&what) {
                return None;
            }
            held.insert(what.clone(), lease);
        }
        Some(Held { hands: self, what })
    }

    /// All that is in hand.
    pub(crate) fn all(&self) -> Vec<String> {
        self.held().keys().cloned().collect()
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<String, Option<JobId>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// It is held by this lease.
    pub(crate) fn by(&self, lease: JobId) {
        self.hands.held().insert(self.what.clone(), Some(lease));
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.hands.held().remove(&self.what);
    }
}

/// Gives back what is still in hand, due at once and as if it had not been begun, because the process ends. Answers how
/// much it was.
pub(crate) fn give_back(desk: &Desk) -> Result<u64, Problem> {
    let held: Vec<(String, JobId)> = {
        let hands = desk.shelf::<Hands>();
        let held = hands.held();
        held.iter().filter_map(|(what, lease)| Some((what.clone(), (*lease)?))).collect()
    };
    desk.write_now(move |txn| {
        let (now, mut given) = (txn.now(), 0);
        for (what, lease) in &held {
            given += txn.execute(
                "UPDATE job SET due_at = $1, lease = NULL, attempts = attempts - 1
                 WHERE id = $2 AND lease = $3 AND state = 'open'",
                &args![now, what.as_str(), *lease],
            )?;
            given += txn.execute(
                "UPDATE job_schedule SET next_at = $1, lease = NULL WHERE name = $2 AND lease = $3",
                &args![now, what.as_str(), *lease],
            )?;
        }
        Ok(given)
    })
}
