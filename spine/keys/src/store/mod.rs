//! How far a change of keys has come.

pub(crate) mod root;
pub(crate) mod tables;

use ejia_db::{Row, Txn, args};
use ejia_kernel::{Instant, Problem};

/// A change of keys that is under way, or the last one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The byte of the key that everything is sealed with in the end.
    pub current: u8,
    /// Grows with everything that is done.
    pub step: i64,
    /// Since when.
    pub started_at: Instant,
    /// When everything was sealed with that key.
    pub ended_at: Option<Instant>,
    /// Each table and folder, in the order in which they come.
    pub places: Vec<Place>,
    /// What the job said that was given up; [`start`](crate::start) goes on.
    pub stopped: Option<String>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// A table or folder.
    pub name: String,
    /// Rows or files that are done.
    pub done: u64,
    /// Of so many.
    pub total: u64,
    /// Rows or files with something that opens with no key that is there, or was altered: it stays as it is.
    pub unreadable: u64,
    /// Whether it has been walked to its end.
    pub ended: bool,
}

/// What came of a few hundred rows or files.
#[derive(Debug, Default)]
pub(crate) struct Sealed {
    /// The last of them.
    pub(crate) behind: Option<String>,
    pub(crate) looked: usize,
    pub(crate) done: u64,
    pub(crate) unreadable: u64,
}

/// The change of keys that is under way, or the last one.
///
/// # Errors
/// A fault of the database.
pub fn progress(txn: &mut Txn<'_>) -> Result<Option<Progress>, Problem> {
    let sql = "SELECT current, step, started_at, ended_at FROM key_rotation WHERE id = 1";
    let run = txn.first(sql, &args![], |row| {
        Ok(Progress {
            current: u8::try_from(row.get::<i64>(0)?).unwrap_or_default(),
            step: row.get(1)?,
            started_at: row.get(2)?,
            ended_at: row.get(3)?,
            places: Vec::new(),
            stopped: None,
        })
    })?;
    let Some(mut run) = run else { return Ok(None) };
    let sql = "SELECT place, done, total, unreadable, ended FROM key_place ORDER BY position";
    run.places = txn.query(sql, &args![], place)?;
    let failed = ejia_jobs::failed(txn, 100)?;
    let ours = failed.into_iter().find(|job| job.kind == crate::rotation::ROTATE && job.at >= run.started_at);
    run.stopped = ours.filter(|_| run.ended_at.is_none()).map(|job| job.fault);
    Ok(Some(run))
}

fn place(row: &Row<'_>) -> Result<Place, ejia_db::DbError> {
    let number = |index| row.get::<i64>(index).map(|number| u64::try_from(number).unwrap_or_default());
    Ok(Place { name: row.get(0)?, done: number(1)?, total: number(2)?, unreadable: number(3)?, ended: row.get(4)? })
}

/// Begins or goes on; answers the step that comes now. A change to the same key that has not ended keeps its places.
pub(crate) fn begin(txn: &mut Txn<'_>, places: &[(String, u64)]) -> Result<i64, Problem> {
    let (now, current) = (txn.now(), txn.vault().current());
    let under_way = txn.first(
        "UPDATE key_rotation SET step = step + 1 WHERE id = 1 AND current = $1 AND ended_at IS NULL RETURNING step",
        &args![current],
        |row| row.get(0),
    )?;
    if let Some(step) = under_way {
        return Ok(step);
    }
    txn.execute("DELETE FROM key_place", &args![])?;
    for (position, (place, total)) in (0_i64..).zip(places) {
        txn.later(
            "INSERT INTO key_place (position, place, done, total, unreadable, ended) VALUES ($1, $2, 0, $3, 0, FALSE)",
            &args![position, place, count(*total)],
        )?;
    }
    let step = txn.one(
        "INSERT INTO key_rotation (id, current, step, started_at) VALUES (1, $1, 1, $2)
         ON CONFLICT (id) DO UPDATE SET current = excluded.current, step = key_rotation.step + 1,
             started_at = excluded.started_at, ended_at = NULL
         RETURNING step",
        &args![current, now],
        |row| row.get(0),
    )?;
    Ok(step)
}

/// Takes the step, unless another job has; the next one has this number.
pub(crate) fn take(txn: &mut Txn<'_>, step: i64) -> Result<Option<i64>, Problem> {
    let taken = txn.execute(
        "UPDATE key_rotation SET step = step + 1 WHERE id = 1 AND step = $1 AND ended_at IS NULL",
        &args![step],
    )?;
    Ok((taken == 1).then_some(step + 1))
}

/// Behind which row or file of a place to go on.
pub(crate) fn behind(txn: &mut Txn<'_>, place: &str) -> Result<Option<String>, Problem> {
    Ok(txn.one("SELECT behind FROM key_place WHERE place = $1", &args![place], |row| row.get(0))?)
}

/// Writes down what came of a few hundred rows or files.
pub(crate) fn advance(txn: &mut Txn<'_>, place: &str, sealed: &Sealed, ended: bool) -> Result<(), Problem> {
    txn.execute(
        "UPDATE key_place SET behind = COALESCE($2, behind), done = done + $3, unreadable = unreadable + $4, ended = $5
         WHERE place = $1",
        &args![place, sealed.behind.clone(), count(sealed.done), count(sealed.unreadable), ended],
    )?;
    if ended {
        // What was deleted or written meanwhile is nobody's to do any more.
        txn.execute("UPDATE key_place SET total = done + unreadable WHERE place = $1", &args![place])?;
    }
    Ok(())
}

/// Has a place walked once more: so much of it is sealed with a former key after all.
pub(crate) fn once_more(txn: &mut Txn<'_>, place: &str, total: u64) -> Result<(), Problem> {
    txn.execute(
        "UPDATE key_place SET behind = NULL, done = 0, total = $2, unreadable = 0, ended = FALSE WHERE place = $1",
        &args![place, count(total)],
    )?;
    Ok(())
}

/// Everything is sealed with the current key.
pub(crate) fn end(txn: &mut Txn<'_>) -> Result<(), Problem> {
    let now = txn.now();
    txn.execute("UPDATE key_rotation SET ended_at = $1 WHERE id = 1", &args![now])?;
    Ok(())
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
