//! Loads and saves walks over the chain.

use ejia_db::{DbError, Row, Txn, args};
use ejia_kernel::{AdministratorId, Instant, JobId, Problem};

/// A walk over the chain.
#[derive(Clone, Debug)]
pub(super) struct Verification {
    pub(super) administrator_id: AdministratorId,
    pub(super) asked_at: Instant,
    /// When its job last said something.
    pub(super) touched_at: Instant,
    pub(super) done: i64,
    pub(super) total: i64,
    pub(super) ended_at: Option<Instant>,
    /// Whether the chain was whole.
    pub(super) whole: bool,
    /// What was found.
    pub(super) sentence: String,
}

fn verification(row: &Row<'_>) -> Result<Verification, DbError> {
    Ok(Verification {
        administrator_id: row.get(0)?,
        asked_at: row.get(1)?,
        touched_at: row.get(2)?,
        done: row.get(3)?,
        total: row.get(4)?,
        ended_at: row.get(5)?,
        whole: row.get::<Option<bool>>(6)?.unwrap_or_default(),
        sentence: row.get(7)?,
    })
}

/// The last walks, the latest first.
pub(super) fn last(txn: &mut Txn<'_>, limit: i64) -> Result<Vec<Verification>, Problem> {
    Ok(txn.query(
        "SELECT administrator_id, asked_at, touched_at, done, total, ended_at, whole, sentence
         FROM audit_verification ORDER BY asked_at DESC, job_id DESC LIMIT $1",
        &args![limit],
        verification,
    )?)
}

/// Notes that a walk was asked for.
pub(super) fn insert(txn: &mut Txn<'_>, job: JobId, by: AdministratorId) -> Result<(), Problem> {
    let now = txn.now();
    txn.execute(
        "INSERT INTO audit_verification (job_id, administrator_id, asked_at, touched_at, done, total, ended_at, whole,
             sentence)
         VALUES ($1, $2, $3, $3, 0, 0, NULL, NULL, '')",
        &args![job, by, now],
    )?;
    Ok(())
}

/// Notes how far a walk has come.
pub(super) fn progress(txn: &mut Txn<'_>, job: JobId, done: i64, total: i64) -> Result<(), Problem> {
    let now = txn.now();
    txn.execute(
        "UPDATE audit_verification SET done = $2, total = $3, touched_at = $4 WHERE job_id = $1",
        &args![job, done, total, now],
    )?;
    Ok(())
}

/// Notes how a walk has ended; answers who had asked for it.
pub(super) fn end(
    txn: &mut Txn<'_>,
    job: JobId,
    whole: bool,
    sentence: &str,
) -> Result<Option<AdministratorId>, Problem> {
    let now = txn.now();
    Ok(txn.first(
        "UPDATE audit_verification SET ended_at = $2, touched_at = $2, whole = $3, sentence = $4
         WHERE job_id = $1 AND ended_at IS NULL RETURNING administrator_id",
        &args![job, now, whole, sentence],
        |row| row.get(0),
    )?)
}
