//! The job that seals everything anew, step by step.

use std::time::Duration;

use ejia_db::{Blobs, Desk, Txn, Value};
use ejia_jobs::{Handlers, JobFault, enqueue, enqueue_at};
use ejia_kernel::Problem;
use serde::{Deserialize, Serialize};

use crate::places::Found;
use crate::store::{self, Progress, Sealed, tables};
use crate::{Places, SealedFiles, files};

pub(crate) const ROTATE: &str = "keys.rotate";
/// Rows sealed anew in one transaction: the one writer of SQLite is busy for some milliseconds with them.
const ROWS: usize = 500;
/// Files sealed anew by one job: each is written to the disk.
const FILES: usize = 100;
/// The pause before places are walked once more in which a process with former settings has still sealed something.
const AGAIN: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Step {
    pub(crate) step: i64,
}

/// The work of a change of keys.
pub fn handlers(places: Places) -> Handlers {
    Handlers::new().on(ROTATE, move |job, desk| step(&places, desk, job.payload::<Step>()?.step))
}

/// Begins to seal everything with the current key, or goes on with it: the house does the work. Harmless at any time.
///
/// # Errors
/// A fault of the database or of a folder.
pub fn start(desk: &Desk, places: &Places) -> Result<(), Problem> {
    let mut counted = Vec::new();
    for table in places.tables() {
        counted.push((table.table.to_owned(), desk.read_now(|txn| tables::former(txn, table))?));
    }
    for (name, folder) in places.folders() {
        let all = folder.behind("", usize::MAX).map_err(Problem::fault)?;
        counted.push((name.to_owned(), u64::try_from(all.len()).unwrap_or_default()));
    }
    desk.write_now(move |txn| {
        let step = store::begin(txn, &counted)?;
        enqueue(txn, ROTATE, Step { step }).map(drop)
    })
}

/// A few hundred rows or files; then the next job.
pub(crate) fn step(places: &Places, desk: &Desk, step: i64) -> Result<(), JobFault> {
    let run = desk.read_now(store::progress)?;
    let Some(run) = run.filter(|run| run.step == step && run.ended_at.is_none()) else { return Ok(()) };
    if run.current != desk.vault().current() {
        return Err(JobFault::Retry(
            "this process seals with another key: restart it with today's settings".to_owned(),
        ));
    }
    let Some(place) = run.places.iter().find(|place| !place.ended) else {
        return Ok(finish(places, desk, &run)?);
    };
    let name = place.name.clone();
    match places.find(&name) {
        Some(Found::Table(table)) => rows(desk, step, table)?,
        Some(Found::Folder(folder)) => some_files(desk, step, name, folder)?,
        None => return Err(JobFault::Retry(format!("{name}: no such place in this process"))),
    }
    Ok(())
}

fn rows(desk: &Desk, step: i64, table: &'static Blobs) -> Result<(), Problem> {
    desk.write_now(move |txn| {
        let Some(next) = store::take(txn, step)? else { return Ok(()) };
        let behind: Option<Vec<Value>> = store::behind(txn, table.table)?.as_deref().map(tables::read).transpose()?;
        let sealed = tables::seal_anew(txn, table, behind.as_deref(), ROWS)?;
        go_on(txn, next, table.table, &sealed, sealed.looked < ROWS)
    })
}

fn some_files(desk: &Desk, step: i64, name: String, folder: &dyn SealedFiles) -> Result<(), Problem> {
    let place = name.clone();
    let behind = desk.read_now(move |txn| store::behind(txn, &place))?;
    let sealed = files::seal_anew(folder, desk.vault(), behind.as_deref(), FILES)?;
    desk.write_now(move |txn| {
        let Some(next) = store::take(txn, step)? else { return Ok(()) };
        go_on(txn, next, &name, &sealed, sealed.looked < FILES)
    })
}

fn go_on(txn: &mut Txn<'_>, next: i64, place: &str, sealed: &Sealed, ended: bool) -> Result<(), Problem> {
    store::advance(txn, place, sealed, ended)?;
    enqueue(txn, ROTATE, Step { step: next }).map(drop)
}

/// Looks whether something is sealed with a former key after all, as by a process that was not restarted yet.
fn finish(places: &Places, desk: &Desk, run: &Progress) -> Result<(), Problem> {
    let mut left = Vec::new();
    for place in &run.places {
        let former = match places.find(&place.name) {
            Some(Found::Table(table)) => desk.read_now(|txn| tables::former(txn, table))?,
            Some(Found::Folder(folder)) => files::former(folder, desk.vault())?,
            None => 0,
        };
        if former > place.unreadable {
            left.push((place.name.clone(), former));
        }
    }
    let step = run.step;
    desk.write_now(move |txn| {
        let Some(next) = store::take(txn, step)? else { return Ok(()) };
        if left.is_empty() {
            return store::end(txn);
        }
        for (place, total) in &left {
            store::once_more(txn, place, *total)?;
        }
        let due = txn.now().plus(AGAIN);
        enqueue_at(txn, ROTATE, Step { step: next }, due).map(drop)
    })
}
