//! A durable queue of work, and work at intervals.
//!
//! Whatever must happen after a transaction (a text message, a notice to another capability) is written down as a row
//! of `job` in that same transaction with [`enqueue`]: if the transaction is undone, so is the job; if it stands, the
//! job will be done, even if the machine dies in between. A payload holds ids only; what they mean is read when the job
//! runs.
//!
//! A [`Worker`] takes a job by *lease*: one `UPDATE … RETURNING` moves its due date a minute into the future and writes
//! the holder's token on it, in the transaction that ends the job before it if there was one. No transaction stays open
//! while a handler of [`Handlers::on`] runs; what needs nothing but the database is done by [`Handlers::on_writing`] in the
//! transaction that ends the job. When the worker dies, the due date comes
//! and another takes the job; so a handler may run twice and must be idempotent. Long work calls [`Job::renew`] between
//! its chunks. A process that is told to end takes no more ([`Worker::take_no_more`]), breaks long work off at its next
//! chunk and gives back what is not done in time ([`Worker::stop`]): another goes on with it at once.
//!
//! A handler that fails with [`JobFault::Retry`] is tried again after 5, 10, 20 … seconds; after eight attempts, or at
//! once with [`JobFault::GiveUp`], the job is `failed` and stays visible ([`failed`], [`counts`]) until a person lets it
//! [`try_again`].
//!
//! Work at intervals ([`Handlers::every`]) has a row of its own in `job_schedule`: whoever moves its next time runs it,
//! so it runs once an interval with any number of processes, and never beside itself.
//!
//! The clock may be set at any time. Forward: what this process has in hand is taken by none of its workers a second time.
//! Back: due dates and leases that no clock of ours can have set are taken back within a minute or two. Machines that share a
//! database must agree about the time to within a minute.
//!
//! Workers of the process that enqueues are woken by a bell on the desk's shelf when its transaction stands; those of other processes look every
//! 200 ms. Nothing is written while nothing is due.

mod bell;
mod depot;
mod fault;
mod handlers;
mod hands;
mod overview;
mod queue;
mod schedule;
mod schema;
mod worker;

#[cfg(test)]
mod clock_tests;
#[cfg(test)]
mod ending_tests;
#[cfg(test)]
mod tests;

pub use depot::{Depot, FolderDepot};
pub use fault::JobFault;
pub use handlers::Handlers;
pub use overview::{Counts, FailedJob, counts, failed, oldest_due, try_again};
pub use queue::{FIRST_PAUSE, Job, LEASE, MAX_ATTEMPTS, enqueue, enqueue_at, enqueue_once};
pub use schema::MIGRATIONS;
pub use worker::Worker;
