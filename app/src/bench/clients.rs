//! Clients who do the same thing at once, and what it takes.

use std::time::{Duration, Instant};

use ejia_kernel::Problem;

use super::measure::processor_time;
use crate::commands::explained;

/// Who act at once.
pub(super) const CLIENTS: usize = 16;

/// What a side has used so far.
#[derive(Default)]
pub(super) struct Used {
    pub(super) time: Duration,
    pub(super) processor: Duration,
}

impl Used {
    /// Adds what another round has used.
    pub(super) fn add(&mut self, more: &Self) {
        self.time += more.time;
        self.processor += more.processor;
    }
}

/// Does it for each, by all clients at once; answers in order.
pub(super) fn at_once<T: Sync, R: Send>(
    work: &[T],
    processes: &[u32],
    used: &mut Used,
    act: impl Fn(&T) -> Result<R, Problem> + Sync,
) -> Result<Vec<R>, String> {
    let processor = processor_time(processes);
    let started = Instant::now();
    let done: Vec<Result<Vec<R>, Problem>> = std::thread::scope(|scope| {
        let clients: Vec<_> = work
            .chunks(work.len().div_ceil(CLIENTS).max(1))
            .map(|lot| scope.spawn(|| lot.iter().map(&act).collect::<Result<Vec<R>, Problem>>()))
            .collect();
        let fell = |_| Err(Problem::fault("a client fell"));
        clients.into_iter().map(|client| client.join().unwrap_or_else(fell)).collect()
    });
    used.time += started.elapsed();
    used.processor += processor_time(processes).saturating_sub(processor);
    let done: Result<Vec<Vec<R>>, Problem> = done.into_iter().collect();
    Ok(done.map_err(|problem| explained(&problem))?.into_iter().flatten().collect())
}
