//! Threads that do what is due.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant as Stopwatch};

use ejia_db::Desk;
use ejia_kernel::Problem;

use crate::bell::Bell;
use crate::{Handlers, hands};

/// How often one of the threads looks for what another process wrote or what has come due. What this process writes is
/// told by the bell.
const LOOK: Duration = Duration::from_millis(200);

/// Between two looks whether the threads have ended.
const MOMENT: Duration = Duration::from_millis(10);

/// The working threads of this process. Dropping it lets each finish the job in its hands, a long one as far as its next
/// [`renew`](crate::Job::renew), then ends them.
pub struct Worker {
    desk: Desk,
    threads: Vec<JoinHandle<()>>,
    stopping: Arc<AtomicBool>,
    bell: Arc<Bell>,
}

impl Worker {
    /// Starts the threads.
    ///
    /// # Errors
    /// A fault when the system gives no thread.
    pub fn start(desk: &Desk, handlers: &Handlers, threads: usize) -> Result<Self, Problem> {
        let mut worker =
            Self { desk: desk.clone(), threads: Vec::new(), stopping: Arc::default(), bell: desk.shelf::<Bell>() };
        let handlers = Arc::new(handlers.clone());
        let threads = threads.max(1);
        let threads = u32::try_from(threads).unwrap_or(u32::MAX);
        let pause = LOOK.saturating_mul(threads);
        for number in 1..=threads {
            let (desk, handlers) = (desk.clone(), Arc::clone(&handlers));
            let (stopping, bell) = (Arc::clone(&worker.stopping), Arc::clone(&worker.bell));
            let thread = thread::Builder::new()
                .name(format!("worker-{number}"))
                .spawn(move || work(&desk, &handlers, &stopping, &bell, (LOOK * number, pause)))
                .map_err(Problem::fault)?;
            worker.threads.push(thread);
        }
        Ok(worker)
    }

    /// From now on no thread takes another job.
    pub fn take_no_more(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        self.bell.ring_all();
    }

    /// Lets each thread finish the job in its hands. What has not ended `within` this time is given back, so that another
    /// process takes it at once; ours must end then, for its thread is still at it.
    pub fn stop(mut self, within: Duration) {
        self.take_no_more();
        let started = Stopwatch::now();
        while self.threads.iter().any(|thread| !thread.is_finished()) {
            if started.elapsed() >= within {
                self.threads.clear();
                match hands::give_back(&self.desk) {
                    Ok(given) => tracing::warn!(given, "jobs took longer than there was time and are given back"),
                    Err(problem) => tracing::warn!(code = problem.code, "jobs are given back when their leases end"),
                }
                return;
            }
            thread::sleep(MOMENT);
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.take_no_more();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// The threads take their looks one after the other: the first pauses are of different lengths, the others of one.
fn work(
    desk: &Desk,
    handlers: &Handlers,
    stopping: &Arc<AtomicBool>,
    bell: &Bell,
    (first, pause): (Duration, Duration),
) {
    let (mut looked, mut rung, mut next) = (None::<Stopwatch>, false, first);
    while !stopping.load(Ordering::SeqCst) {
        let seen = bell.rings();
        let mut intervals = || {
            if looked.is_some_and(|looked| looked.elapsed() < LOOK) {
                return Ok(());
            }
            looked = Some(Stopwatch::now());
            handlers.run_schedules(desk)
        };
        let mut held = intervals().and_then(|()| {
            // It may have been told meanwhile.
            if stopping.load(Ordering::SeqCst) { Ok(None) } else { handlers.lease(desk) }
        });
        while let Ok(Some(job)) = held {
            // Where one job was there may be more; if nobody rang for them, a colleague is called.
            if !rung {
                bell.ring();
            }
            held = handlers.turn(desk, job, stopping);
        }
        if let Err(problem) = held {
            tracing::warn!(code = problem.code, detail = problem.detail, "the queue does not answer");
        }
        if stopping.load(Ordering::SeqCst) {
            break;
        }
        rung = bell.sleep(seen, std::mem::replace(&mut next, pause));
    }
}
