//! Work that blocks, beside the threads that answer: setting a paper, writing a small table file.

use ejia_kernel::Problem;
use tokio::sync::Semaphore;

/// So many at once; more would only wait on one another.
const AT_ONCE: usize = 16;

static PLACES: Semaphore = Semaphore::const_new(AT_ONCE);

/// Runs `work` on a thread of its own and waits for it.
///
/// For what a person waits for and what takes less than a second; what takes longer is a job.
///
/// # Errors
/// Busy when too much of this is under way; what `work` answers; a fault when it panicked.
pub async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let Ok(_place) = PLACES.try_acquire() else { return Err(Problem::busy()) };
    match tokio::task::spawn_blocking(work).await {
        Ok(answer) => answer,
        Err(_) => Err(Problem::fault("work aside panicked")),
    }
}
