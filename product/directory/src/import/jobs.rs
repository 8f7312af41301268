//! The jobs of imports: read, write, and forget what is old.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use ejia_db::Desk;
use ejia_jobs::{Handlers, Job, JobFault};
use ejia_kernel::ImportId;

use super::model::{ImportDesk, RunState};
use super::operations::{READ, RunPayload, WRITE};
use super::pace::{Haste, Pace};
use super::refusals::said;
use super::{reading, store, writing};

/// A run nobody decided is forgotten after a week.
const UNDECIDED: Duration = Duration::from_hours(7 * 24);
/// The lines of a finished run are kept for a month, for its report.
const REPORTED: Duration = Duration::from_hours(30 * 24);

/// The handlers of imports.
pub fn handlers(imports: &Arc<ImportDesk>) -> Handlers {
    let (reading, sweeping) = (Arc::clone(imports), Arc::clone(imports));
    Handlers::new()
        .on(READ, move |job, desk| read(&reading, job, desk))
        .on(WRITE, |job, desk| {
            let RunPayload { run } = job.payload()?;
            writing::write(desk, run, Pace::new(Haste::Considerate, &|| job.renew(desk)))
        })
        .every("directory.import_sweep", Duration::from_hours(6), move |desk| sweep(&sweeping, desk))
}

fn read(imports: &ImportDesk, job: &Job, desk: &Desk) -> Result<(), JobFault> {
    let RunPayload { run } = job.payload()?;
    let file = match imports.fetch(run).map_err(JobFault::from) {
        Ok(Some(file)) => file,
        Ok(None) => return lose(desk, run),
        Err(fault) => {
            if job.is_ended_by(&fault) {
                lose(desk, run)?;
            }
            return Err(fault);
        }
    };
    let coming = Arc::new(HashSet::new());
    let sign = || job.renew(desk);
    let mut pace = Pace::new(Haste::Considerate, &sign);
    let read = reading::read(desk, &imports.open, run, &file, &coming, &mut pace);
    if read.as_ref().err().is_none_or(|fault| job.is_ended_by(fault)) {
        // The file holds people's numbers: it goes as soon as it is not needed. What cannot be removed now is swept later.
        if let Err(problem) = imports.forget(run) {
            tracing::warn!(?problem, "the file of an import is not removed");
        }
    }
    read
}

/// The file of a run that is to be read is not to be had, now or ever.
fn lose(desk: &Desk, run: ImportId) -> Result<(), JobFault> {
    let lost = said("directory.import_file_lost", &[]);
    desk.write_now(move |txn| match store::load_run(txn, run)?.state {
        RunState::Reading => store::fail_run(txn, run, &lost),
        _ => Ok(()),
    })?;
    Ok(())
}

/// Forgets staged lines that are not needed any more, a few thousand at a time.
fn sweep(imports: &ImportDesk, desk: &Desk) -> Result<(), JobFault> {
    let now = desk.now();
    let (undecided, ended) = (now.minus(UNDECIDED), now.minus(REPORTED));
    for id in desk.read_now(move |txn| store::old_runs(txn, undecided, ended))? {
        desk.write_now(move |txn| {
            store::move_run(txn, id, RunState::Preview, RunState::Cancelled)?;
            store::move_run(txn, id, RunState::Reading, RunState::Cancelled)
        })?;
        imports.forget(id)?;
        while desk.write_now(move |txn| store::forget_rows(txn, id))? > 0 {}
    }
    Ok(())
}
