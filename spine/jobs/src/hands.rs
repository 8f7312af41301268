//! What this process has in hand, whatever the clock says: leases and turns are times, and a clock that is set forward
//! ends them all while their holders are still at work.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Jobs by their id and work at intervals by its name. Stands on the desk's shelf, so that all workers of a process share
/// it.
#[derive(Default)]
pub(crate) struct Hands(Mutex<BTreeSet<String>>);

/// Something in hand; let go of when this is dropped.
pub(crate) struct Held {
    hands: Arc<Hands>,
    what: String,
}

impl Hands {
    /// Takes it in hand, unless somebody of this process has.
    pub(crate) fn take(self: Arc<Self>, what: String) -> Option<Held> {
        let taken = self.held().insert(what.clone());
        taken.then(|| Held { hands: self, what })
    }

    /// All that is in hand.
    pub(crate) fn all(&self) -> Vec<String> {
        self.held().iter().cloned().collect()
    }

    fn held(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.hands.held().remove(&self.what);
    }
}
