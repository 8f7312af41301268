//! Which kind of job is done by whom, and what happens at intervals.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use ejia_db::Desk;
use ejia_kernel::Problem;

use crate::queue::{self, Job, MAX_ATTEMPTS};
use crate::schedule::{self, Schedule};
use crate::{JobFault, overview};

type Handler = Arc<dyn Fn(&Job, &Desk) -> Result<(), JobFault> + Send + Sync>;

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
    /// None yet, but for the sweeping out of jobs long done.
    pub fn new() -> Self {
        Self { by_kind: BTreeMap::new(), schedules: Vec::new() }
            .every("jobs.sweep", Duration::from_hours(1), |desk| overview::sweep(desk).map_err(JobFault::from))
    }

    /// Does the jobs of this kind. The handler may be run twice for one job (a crash after its work, before its word
    /// is kept), so it is idempotent.
    #[must_use]
    pub fn on(
        mut self,
        kind: &'static str,
        handler: impl Fn(&Job, &Desk) -> Result<(), JobFault> + Send + Sync + 'static,
    ) -> Self {
        self.by_kind.insert(kind, Arc::new(handler));
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
        let mut count = 0;
        while self.run_one(desk)? {
            count += 1;
        }
        Ok(count)
    }

    /// Runs one job, and before it what is due at intervals if that is to be looked at. Answers whether there was a job.
    pub(crate) fn turn(&self, desk: &Desk, intervals: bool) -> Result<bool, Problem> {
        if intervals {
            self.run_schedules(desk)?;
        }
        let kinds = self.kinds();
        if desk.read_now(move |txn| queue::any_due(txn, &kinds))? { self.run_one(desk) } else { Ok(false) }
    }

    fn run_one(&self, desk: &Desk) -> Result<bool, Problem> {
        let kinds = self.kinds();
        let Some(job) = desk.write_now(move |txn| queue::lease(txn, &kinds))? else {
            return Ok(false);
        };
        let outcome = self.outcome(&job, desk);
        if let Err(fault) = &outcome {
            let (id, kind, attempt) = (job.id(), job.kind(), job.attempt());
            tracing::warn!(%id, kind, attempt, fault = fault.text(), "a job did not succeed");
        }
        let (job, kind) = (job.clone(), job.kind().to_owned());
        if !desk.write_now(move |txn| queue::end(txn, &job, &outcome))? {
            tracing::warn!(kind, "a job outlived its lease");
        }
        Ok(true)
    }

    fn outcome(&self, job: &Job, desk: &Desk) -> Result<(), JobFault> {
        if job.attempt() > MAX_ATTEMPTS {
            return Err(JobFault::GiveUp("every worker that took it died".to_owned()));
        }
        let Some(handler) = self.by_kind.get(job.kind()) else {
            return Err(JobFault::Retry("no handler".to_owned()));
        };
        guarded(|| handler(job, desk))
    }

    fn run_schedules(&self, desk: &Desk) -> Result<(), Problem> {
        for due in schedule::due(desk, &self.schedules)? {
            let Some(turn) = schedule::take(desk, due)? else { continue };
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

/// A panic of a handler is a fault of its job, not the end of the worker.
fn guarded(run: impl FnOnce() -> Result<(), JobFault>) -> Result<(), JobFault> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Err(JobFault::Retry("panic".to_owned())))
}
