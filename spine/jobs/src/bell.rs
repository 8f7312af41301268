//! Wakes the workers of this process when a job is written.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Stands on the desk's shelf, so that whoever enqueues and whoever works share it without being introduced.
#[derive(Default)]
pub(crate) struct Bell {
    rings: Mutex<u64>,
    heard: Condvar,
}

impl Bell {
    /// Wakes one sleeper; if none sleeps, the next who would sleep looks again first.
    pub(crate) fn ring(&self) {
        *self.rings.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.heard.notify_one();
    }

    /// Wakes everybody: the house is closing.
    pub(crate) fn ring_all(&self) {
        *self.rings.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.heard.notify_all();
    }

    /// How often it has rung so far; to be read before looking for work.
    pub(crate) fn rings(&self) -> u64 {
        *self.rings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sleeps until it has rung more often than `seen`, or the time is over. Answers whether it rang.
    pub(crate) fn sleep(&self, seen: u64, at_most: Duration) -> bool {
        let rings = self.rings.lock().unwrap_or_else(PoisonError::into_inner);
        let (rings, _) = self
            .heard
            .wait_timeout_while(rings, at_most, |rings| *rings == seen)
            .unwrap_or_else(PoisonError::into_inner);
        *rings != seen
    }
}
