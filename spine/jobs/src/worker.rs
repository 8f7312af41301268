//! Threads that do what is due.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use ejia_db::Desk;
use ejia_kernel::Problem;

use crate::Handlers;
use crate::bell::Bell;

/// How often one of the threads looks for what another process wrote or what has come due.
const LOOK: Duration = Duration::from_millis(200);
/// After the bell, a job may still wait for its commit: look again so soon, then twice as late each time.
const FIRST_LOOK: Duration = Duration::from_millis(1);

/// The working threads of this process. Dropping it lets each finish the job in its hands, then ends them.
pub struct Worker {
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
        let mut worker = Self { threads: Vec::new(), stopping: Arc::default(), bell: desk.shelf::<Bell>() };
        let handlers = Arc::new(handlers.clone());
        let threads = threads.max(1);
        let longest = LOOK.saturating_mul(u32::try_from(threads).unwrap_or(u32::MAX));
        for number in 1..=threads {
            let (desk, handlers) = (desk.clone(), Arc::clone(&handlers));
            let (stopping, bell) = (Arc::clone(&worker.stopping), Arc::clone(&worker.bell));
            let thread = thread::Builder::new()
                .name(format!("worker-{number}"))
                .spawn(move || work(&desk, &handlers, &stopping, &bell, longest))
                .map_err(Problem::fault)?;
            worker.threads.push(thread);
        }
        Ok(worker)
    }

    /// Lets each thread finish the job in its hands and waits for it.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::SeqCst);
        self.bell.ring_all();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn work(desk: &Desk, handlers: &Handlers, stopping: &AtomicBool, bell: &Bell, longest: Duration) {
    let mut pause = FIRST_LOOK;
    while !stopping.load(Ordering::SeqCst) {
        let seen = bell.rings();
        match handlers.turn(desk) {
            // Where one job was there may be more: a colleague helps.
            Ok(true) => {
                bell.ring();
                pause = FIRST_LOOK;
                continue;
            }
            Ok(false) => {}
            Err(problem) => {
                tracing::warn!(code = problem.code, detail = problem.detail, "the queue does not answer");
                pause = longest;
            }
        }
        if stopping.load(Ordering::SeqCst) {
            break;
        }
        pause = if bell.sleep(seen, pause) { FIRST_LOOK } else { (pause * 2).min(longest) };
    }
}
