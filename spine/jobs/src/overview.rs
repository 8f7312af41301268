//! What the queue holds, for operators: counts, failed jobs, a second chance.

use std::time::Duration;

use ejia_db::{Desk, Txn, args};
use ejia_kernel::{Instant, JobId, Problem};
use serde::Serialize;

use crate::bell::Bell;

/// Jobs that are done are kept this long, so that their keys are remembered.
const KEPT: Duration = Duration::from_hours(7 * 24);
/// Rows swept out in one transaction.
const SWEPT: i64 = 1_000;

/// How many jobs are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// To be done, at once or later.
    pub waiting: u64,
    /// In the hands of a worker.
    pub running: u64,
    /// Given up; a person must look.
    pub failed: u64,
}

/// A job that was given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FailedJob {
    /// Its row.
    pub id: JobId,
    /// What was to be done.
    pub kind: String,
    /// How often it was tried.
    pub attempts: i64,
    /// What it said last.
    pub fault: String,
    /// When it was given up.
    pub at: Instant,
}

/// When the job fell due that has been due for the longest; none when nothing is due.
///
/// # Errors
/// A fault of the database.
pub fn oldest_due(txn: &mut Txn<'_>) -> Result<Option<Instant>, Problem> {
    let now = txn.now();
    let sql = "SELECT due_at FROM job WHERE state = 'open' AND due_at <= $1 ORDER BY due_at LIMIT 1";
    Ok(txn.first(sql, &args![now], |row| row.get(0))?)
}

/// Counts the jobs that are not done.
///
/// # Errors
/// A fault of the database.
pub fn counts(txn: &mut Txn<'_>) -> Result<Counts, Problem> {
    let mut counts = Counts::default();
    let open = txn.query(
        "SELECT lease IS NOT NULL, COUNT(*) FROM job WHERE state = 'open' GROUP BY lease IS NOT NULL",
        &args![],
        |row| Ok((row.get::<bool>(0)?, row.get::<i64>(1)?)),
    )?;
    for (leased, count) in open {
        let count = u64::try_from(count).unwrap_or_default();
        if leased { counts.running = count } else { counts.waiting = count }
    }
    let failed: i64 =
        txn.one("SELECT COUNT(*) FROM job WHERE state = 'failed' AND ended_at IS NOT NULL", &args![], |row| {
            row.get(0)
        })?;
    counts.failed = u64::try_from(failed).unwrap_or_default();
    Ok(counts)
}

/// The jobs that were given up, the latest first.
///
/// # Errors
/// A fault of the database.
pub fn failed(txn: &mut Txn<'_>, limit: u32) -> Result<Vec<FailedJob>, Problem> {
    Ok(txn.query(
        "SELECT id, kind, attempts, last_fault, ended_at FROM job
         WHERE state = 'failed' AND ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT $1",
        &args![limit],
        |row| {
            Ok(FailedJob {
                id: row.get(0)?,
                kind: row.get(1)?,
                attempts: row.get(2)?,
                fault: row.get::<Option<String>>(3)?.unwrap_or_default(),
                at: row.get(4)?,
            })
        },
    )?)
}

/// Gives a failed job all its attempts again. Answers whether it was failed.
///
/// # Errors
/// A fault of the database.
pub fn try_again(txn: &mut Txn<'_>, id: JobId) -> Result<bool, Problem> {
    let now = txn.now();
    let opened = txn.execute(
        "UPDATE job SET state = 'open', due_at = $1, attempts = 0, ended_at = NULL WHERE id = $2 AND state = 'failed'",
        &args![now, id],
    )?;
    txn.shelf::<Bell>().ring();
    Ok(opened == 1)
}

/// Deletes jobs done long ago, a chunk a transaction so that the one writer stays free.
pub(crate) fn sweep(desk: &Desk) -> Result<(), Problem> {
    loop {
        let swept = desk.write_now(|txn| {
            let before = txn.now().minus(KEPT);
            Ok(txn.execute(
                "DELETE FROM job WHERE id IN (
                     SELECT id FROM job WHERE state = 'done' AND ended_at < $1 LIMIT $2
                 )",
                &args![before, SWEPT],
            )?)
        })?;
        if swept == 0 {
            return Ok(());
        }
    }
}
