//! What waits for a connection, and which connections are free.
//!
//! The one that was free last is taken first: a quiet house works on few connections, whose statements are prepared and
//! planned and whose memory is warm, here and in the server.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crossbeam_channel::Sender;
use ejia_kernel::Problem;

use super::Errand;

/// Errands that may wait; one more is answered "busy" at once.
const WAITING: usize = 4096;

/// Between those who bring errands and the threads that own connections.
#[derive(Default)]
pub(super) struct Queue(Mutex<Standing>);

#[derive(Default)]
struct Standing {
    /// Only while no connection is free.
    waiting: VecDeque<Errand>,
    free: Vec<Sender<Errand>>,
    closed: bool,
}

impl Queue {
    /// Gives an errand to a free connection, or has it wait for one.
    pub(super) fn bring(&self, errand: Errand) -> Result<(), Problem> {
        let mut standing = self.standing();
        match standing.free.pop() {
            Some(seat) => {
                drop(standing);
                seat.send(errand).map_err(|_| Problem::fault("a database thread has ended"))
            }
            None if standing.waiting.len() >= WAITING => Err(Problem::busy()),
            None => {
                standing.waiting.push_back(errand);
                Ok(())
            }
        }
    }

    /// The errand that has waited longest; without one the seat is free, and what comes is sent to it.
    pub(super) fn take(&self, seat: &Sender<Errand>) -> Next {
        let mut standing = self.standing();
        if let Some(errand) = standing.waiting.pop_front() {
            return Next::Serve(errand);
        }
        if standing.closed {
            return Next::End;
        }
        standing.free.push(seat.clone());
        Next::Wait
    }

    /// Whoever is free ends now, whoever is at work when nothing waits any more.
    pub(super) fn close(&self) {
        let mut standing = self.standing();
        standing.closed = true;
        for seat in standing.free.drain(..) {
            let _ = seat.send(Errand::End);
        }
    }

    fn standing(&self) -> MutexGuard<'_, Standing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a seat does next.
pub(super) enum Next {
    Serve(Errand),
    Wait,
    End,
}
