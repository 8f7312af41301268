//! Which kind of job is done by whom, and what happens at intervals.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ejia_db::{Desk, Txn};
use ejia_kernel::{Problem, TRACES};
use serde::de::DeserializeOwned;
use tracing::trace_span;

use crate::hands::Hands;
use crate::queue::{self, Job, MAX_ATTEMPTS};
use crate::schedule::{self, Schedule};
use crate::{JobFault, overview};

/// How the jobs of a kind are done.
#[derive(Clone)]
enum Handler {
    /// With anything: calls over the network, several transactions.
    Free(Arc<Free>),
    /// In one transaction, the one that ends the job.
    Writing(Arc<Writing>),
}

type Free = dyn Fn(&Job, &Desk) -> Result<(), JobFault> + Send + Sync;
type Writing = dyn Fn(&Job) -> Result<Act, JobFault> + Send + Sync;
type Act = Box<dyn FnMut(&mut Txn<'_>) -> Result<(), Problem> + Send>;

/// A job that has been done or tried, and the one that was taken in the same transaction.
struct Turned {
    /// Its lease held to the end; otherwise the word of another counts.
    held: bool,
    next: Option<Job>,
}

/// The handlers of every kind of job and the work done at intervals.
#[derive(Clone)]
pub struct Handlers {
    by_kind: BTreeMap<&'static str, Handler>,
    schedules: Vec<Schedule>,
}

impl Default for Handlers {
    fn default() -> Self {
        Self::new()
    }
}

impl Handlers {
    /// None yet, but for what the queue does for itself.
    pub fn new() -> Self {
        Self { by_kind: BTreeMap::new(), schedules: Vec::new() }
            .every("jobs.sweep", Duration::from_hours(1), |desk| overview::sweep(desk).map_err(JobFault::from))
            .every("jobs.set_right", queue::LEASE, |desk| queue::set_right(desk).map_err(JobFault::from))
    }

    /// Does the jobs of this kind. The handler may be run twice for one job (a crash after its work, before its word
    /// is kept), so it is idempotent.
    #[must_use]
    pub fn on(
        mut self,
        kind: &'static str,
        handler: impl Fn(&Job, &Desk) -> Result<(), JobFault> + Send + Sync + 'static,
    ) -> Self {
        self.by_kind.insert(kind, Handler::Free(Arc::new(handler)));
        self
    }

    /// As [`Handlers::on`], for what needs nothing but the database: the job is done and ended in one transaction, so it
    /// is done once.
    #[must_use]
    pub fn on_writing<P: DeserializeOwned + Send + 'static>(
        mut self,
        kind: &'static str,
        handler: impl Fn(&mut Txn<'_>, &P) -> Result<(), Problem> + Send + Sync + 'static,
    ) -> Self {
        let handler = Arc::new(handler);
        let act = move |job: &Job| {
            let (payload, handler) = (job.payload()?, Arc::clone(&handler));
            Ok(Box::new(move |txn: &mut Txn<'_>| handler(txn, &payload)) as Act)
        };
        self.by_kind.insert(kind, Handler::Writing(Arc::new(act)));
        self
    }

    /// Runs once in every interval, however many processes there are, and never beside itself.
    #[must_use]
    pub fn every(
        mut self,
        name: &'static str,
        interval: Duration,
        run: impl Fn(&Desk) -> Result<(), JobFault> + Send + Sync + 'static,
    ) -> Self {
        self.schedules.push(Schedule { name, interval, run: Arc::new(run) });
        self
    }

    /// The handlers of both.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.by_kind.extend(other.by_kind);
        for schedule in other.schedules {
            if !self.schedules.iter().any(|known| known.name == schedule.name) {
                self.schedules.push(schedule);
            }
        }
        self
    }

    /// The kinds that have a handler, and the names of what runs at intervals.
    pub fn names(&self) -> Vec<&'static str> {
        self.by_kind.keys().copied().chain(self.schedules.iter().map(|schedule| schedule.name)).collect()
    }

    /// Runs everything that is due now, on this thread, until nothing is: for tests and commands. Answers how many
    /// jobs were run.
    ///
    /// # Errors
    /// A fault of the database; the faults of jobs are written on them.
    pub fn drain(&self, desk: &Desk) -> Result<u64, Problem> {
        self.run_schedules(desk)?;
        let (mut count, mut job) = (0, self.lease(desk)?);
        while let Some(leased) = job {
            count += 1;
            job = self.turn(desk, leased, &Arc::default())?;
        }
        Ok(count)
    }

    /// Takes the job that is due the longest, if one is.
    pub(crate) fn lease(&self, desk: &Desk) -> Result<Option<Job>, Problem> {
        let kinds = self.kinds();
        if !desk.read_now(move |txn| queue::any_due(txn, &kinds))? {
            return Ok(None);
        }
        let kinds = self.kinds();
        desk.write_now(move |txn| queue::lease(txn, &kinds))
    }

    /// Does a job and writes down how it ended; in the same transaction takes the next one, unless its worker is told to
    /// end.
    pub(crate) fn turn(&self, desk: &Desk, job: Job, closing: &Arc<AtomicBool>) -> Result<Option<Job>, Problem> {
        let job = job.heeding(closing);
        // Taken twice at the same moment in which the clock was set: its lease will end.
        let taken = desk.shelf::<Hands>().take(job.id().to_string(), Some(job.lease()));
        let Some(_held) = taken else { return Ok(None) };
        let _traced =
            trace_span!(target: TRACES, parent: None, "job", otel.name = job.kind(), attempt = job.attempt()).entered();
        let kinds = if closing.load(Ordering::SeqCst) { Vec::new() } else { self.kinds() };
        let outcome = match self.by_kind.get(job.kind()) {
            _ if job.attempt() > MAX_ATTEMPTS => Err(JobFault::GiveUp("every worker that took it died".to_owned())),
            None => Err(JobFault::Retry("no handler".to_owned())),
            Some(Handler::Free(handler)) => guarded(|| handler(&job, desk)),
            Some(Handler::Writing(handler)) => match done_and_ended(desk, handler(&job), &job, &kinds) {
                Ok(next) => return Ok(next),
                Err(fault) => Err(fault),
            },
        };
        if let Err(fault) = &outcome {
            let (id, kind, attempt) = (job.id(), job.kind(), job.attempt());
            tracing::warn!(%id, kind, attempt, fault = fault.text(), "a job did not succeed");
        }
        let kind = job.kind().to_owned();
        let turned = desk.write_now(move |txn| ended(txn, &job, &outcome, &kinds))?;
        if !turned.held {
            tracing::warn!(kind, "a job outlived its lease");
        }
        Ok(turned.next)
    }

    /// Runs what is due at intervals.
    pub(crate) fn run_schedules(&self, desk: &Desk) -> Result<(), Problem> {
        for due in schedule::due(desk, &self.schedules)? {
            let Some(held) = desk.shelf::<Hands>().take(due.name.to_owned(), None) else { continue };
            let Some(turn) = schedule::take(desk, due)? else { continue };
            held.by(turn.lease);
            let _traced = trace_span!(target: TRACES, parent: None, "at intervals", otel.name = due.name).entered();
            if let Err(fault) = guarded(|| (due.run)(desk)) {
                tracing::warn!(name = due.name, fault = fault.text(), "work at intervals did not succeed");
            }
            schedule::end(desk, due, &turn)?;
        }
        Ok(())
    }

    fn kinds(&self) -> Vec<&'static str> {
        self.by_kind.keys().copied().collect()
    }
}

/// Does what a job wants written and ends it; what is written beside a lost lease is undone, for another does it.
fn done_and_ended(
    desk: &Desk,
    act: Result<Act, JobFault>,
    job: &Job,
    kinds: &[&'static str],
) -> Result<Option<Job>, JobFault> {
    let (mut act, job, kinds) = (act?, job.clone(), kinds.to_vec());
    let turned = desk.write_now(move |txn| {
        act(txn)?;
        let turned = ended(txn, &job, &Ok(()), &kinds)?;
        if turned.held { Ok(turned) } else { Err(Problem::fault("a job outlived its lease")) }
    })?;
    Ok(turned.next)
}

fn ended(
    txn: &mut Txn<'_>,
    job: &Job,
    outcome: &Result<(), JobFault>,
    kinds: &[&'static str],
) -> Result<Turned, Problem> {
    let (held, next) = queue::end(txn, job, outcome, kinds)?;
    Ok(Turned { held, next })
}

/// A panic of a handler is a fault of its job, not the end of the worker.
fn guarded(run: impl FnOnce() -> Result<(), JobFault>) -> Result<(), JobFault> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Err(JobFault::Retry("panic".to_owned())))
}
