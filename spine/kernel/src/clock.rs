//! The only maker of "now".

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::Instant;

/// Tells the time: the machine's, or, for the demo and for tests, one that was set and goes on
/// ticking from there. Clones are the same clock.
#[derive(Debug, Clone)]
pub struct Clock {
    /// What is added to the machine's time; none for a clock that cannot be set.
    ahead: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The machine's time, which cannot be set from here.
    pub const fn system() -> Self {
        Self { ahead: None }
    }

    /// A clock that shows `now` at this moment and goes on from there.
    pub fn starting_at(now: Instant) -> Self {
        let clock = Self { ahead: Some(Arc::default()) };
        clock.set(now);
        clock
    }

    /// The present moment.
    pub fn now(&self) -> Instant {
        let ahead = self.ahead.as_ref().map_or(0, |ahead| ahead.load(Ordering::SeqCst));
        Instant::from_ms(machine_ms().saturating_add(ahead))
    }

    /// Sets the clock, forward or back, for everyone who holds a clone. The machine's clock stays
    /// as it is.
    pub fn set(&self, now: Instant) {
        if let Some(ahead) = &self.ahead {
            ahead.store(now.ms().saturating_sub(machine_ms()), Ordering::SeqCst);
        }
    }

    /// Whether [`Clock::set`] has an effect.
    pub const fn can_be_set(&self) -> bool {
        self.ahead.is_some()
    }
}

fn machine_ms() -> i64 {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(passed.as_millis()).unwrap_or(i64::MAX)
}
