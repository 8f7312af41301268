//! A walk over the chain, asked for on the page and done by a job.

use std::path::{Path, PathBuf};
use std::time::Duration;

use ejia_audit::{Actor, Broken, Entry, Verified, read_kept, record, verify_with};
use ejia_db::{Desk, Txn};
use ejia_jobs::{Handlers, Job, JobFault, enqueue};
use ejia_kernel::{Instant, Problem};
use ejia_web::Officer;

use super::store::{self, Verification};

const VERIFY: &str = "oversight.verify";
/// A walk that has said nothing for so long has no job any more.
const SILENT: Duration = Duration::from_mins(10);

impl Verification {
    /// Whether its end is still to come.
    pub(super) fn is_under_way(&self, now: Instant) -> bool {
        self.ended_at.is_none() && now.since(self.touched_at) < SILENT
    }
}

/// Asks for a walk.
///
/// # Errors
/// `oversight.verifying` while one is under way.
pub(super) fn ask(txn: &mut Txn<'_>, by: &Officer) -> Result<(), Problem> {
    let now = txn.now();
    if store::last(txn, 1)?.iter().any(|last| last.is_under_way(now)) {
        return Err(Problem::conflict("oversight.verifying"));
    }
    let job = enqueue(txn, VERIFY, ())?;
    store::insert(txn, job, by.id())?;
    record(txn, Entry::new(&by.actor(), "oversight.verification_asked").about("verification", job))
}

/// The job that walks.
pub(crate) fn handlers(kept: Option<PathBuf>) -> Handlers {
    Handlers::new().on(VERIFY, move |job, desk| walk(job, desk, kept.as_deref()))
}

fn whole(verified: &Verified) -> String {
    let kept = match verified.kept {
        0 => String::new(),
        count => format!("，与另行保存的{count}个检查点相符"),
    };
    format!("已封存的{}条记录完整无误{kept}", verified.sealed)
}

fn walk(job: &Job, desk: &Desk, kept: Option<&Path>) -> Result<(), JobFault> {
    // Before the first checkpoint is written there is no file.
    let kept = kept.filter(|file| file.exists()).map_or(Ok(Vec::new()), read_kept).map_err(JobFault::Retry)?;
    let id = job.id();
    let mut told = |done: i64, total: i64| {
        job.renew(desk).map_err(|fault| Problem::fault(format!("{fault:?}")))?;
        desk.write_now(move |txn| store::progress(txn, id, done, total))
    };
    let (whole, sentence) = match verify_with(desk, &kept, &mut told) {
        Ok(verified) => (true, whole(&verified)),
        // Who may not go on has found nothing.
        Err(Broken::Unreadable(problem)) if !job.is_last_attempt() || job.renew(desk).is_err() => {
            return Err(problem.into());
        }
        Err(broken) => {
            tracing::error!(%broken, "the audit record was tampered with");
            (false, broken.to_string())
        }
    };
    Ok(desk.write_now(move |txn| {
        let Some(by) = store::end(txn, id, whole, &sentence)? else { return Ok(()) };
        let entry = Entry::new(&Actor::System, "oversight.verification_ended").about("verification", id);
        record(txn, entry.with("administrator", by).with("whole", whole))
    })?)
}
