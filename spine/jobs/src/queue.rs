//! Jobs as rows: written by whoever wants work done, leased by whoever does it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ejia_db::{Desk, Row, Txn, Value, args, places};
use ejia_kernel::{Instant, JobId, Problem};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::JobFault;
use crate::bell::Bell;
use crate::hands::Hands;

/// A worker that says nothing for so long is taken for dead, and its job is given to another.
pub const LEASE: Duration = Duration::from_mins(1);
/// After so many attempts a job is `failed` and waits for a person.
pub const MAX_ATTEMPTS: u32 = 8;
/// The pause after the first failure; each further one doubles it.
pub const FIRST_PAUSE: Duration = Duration::from_secs(5);

/// The pause of a job for which there was no room.
const NO_ROOM_PAUSE: Duration = Duration::from_mins(1);

/// A job in the hands of a worker.
#[derive(Debug, Clone)]
pub struct Job {
    id: JobId,
    kind: String,
    payload: String,
    attempt: u32,
    lease: JobId,
    /// Whether its worker is told to end.
    closing: Arc<AtomicBool>,
}

impl Job {
    /// Its row.
    pub fn id(&self) -> JobId {
        self.id
    }

    /// What is to be done: `messages.deliver`.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Which attempt this is, from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Whether a [`JobFault::Retry`] of this attempt would be the end of it.
    pub fn is_last_attempt(&self) -> bool {
        self.attempt >= MAX_ATTEMPTS
    }

    /// Whether this fault of this attempt is the end of it.
    pub fn is_ended_by(&self, fault: &JobFault) -> bool {
        match fault {
            JobFault::Retry(_) => self.is_last_attempt(),
            JobFault::NoRoom(_) | JobFault::Closing => false,
            JobFault::GiveUp(_) => true,
        }
    }

    /// What was handed to [`enqueue`].
    ///
    /// # Errors
    /// [`JobFault::GiveUp`] when it has another shape.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T, JobFault> {
        serde_json::from_str(&self.payload).map_err(|error| JobFault::GiveUp(format!("payload: {error}")))
    }

    /// Asks for another [`LEASE`] from now: long work calls it between its chunks.
    ///
    /// # Errors
    /// [`JobFault::GiveUp`] when the lease was lost to another worker: stop, he does it now. [`JobFault::Closing`] when the
    /// process is to end: stop, another goes on.
    pub fn renew(&self, desk: &Desk) -> Result<(), JobFault> {
        if self.closing.load(Ordering::SeqCst) {
            return Err(JobFault::Closing);
        }
        let (id, lease) = (self.id, self.lease);
        let renewed = desk.write_now(move |txn| {
            let until = txn.now().plus(LEASE);
            Ok(txn.execute(
                "UPDATE job SET due_at = $1 WHERE id = $2 AND lease = $3 AND state = 'open'",
                &args![until, id, lease],
            )?)
        })?;
        if renewed == 1 { Ok(()) } else { Err(JobFault::GiveUp("the lease was lost".to_owned())) }
    }

    pub(crate) fn lease(&self) -> JobId {
        self.lease
    }

    /// The same, in the hands of a worker that may be told to end.
    pub(crate) fn heeding(self, closing: &Arc<AtomicBool>) -> Self {
        Self { closing: Arc::clone(closing), ..self }
    }
}

/// Writes a job down in the caller's transaction; it runs soon after the commit. The payload holds ids only.
///
/// # Errors
/// A fault of the database.
pub fn enqueue(txn: &mut Txn<'_>, kind: &'static str, payload: impl Serialize) -> Result<JobId, Problem> {
    let now = txn.now();
    enqueue_at(txn, kind, payload, now)
}

/// [`enqueue`], to run not before `due`; or earlier when the clock is set back meanwhile, so its handler looks at the time
/// itself.
///
/// # Errors
/// A fault of the database.
pub fn enqueue_at(
    txn: &mut Txn<'_>,
    kind: &'static str,
    payload: impl Serialize,
    due: Instant,
) -> Result<JobId, Problem> {
    let id = JobId::new(txn.now());
    let row = row(txn, id, kind, &payload, due, None)?;
    txn.later(INSERT, &row)?;
    Ok(id)
}

/// [`enqueue`], but the same key a second time writes nothing and answers the first job. A key is free again when its
/// job has been swept out (a week after it was done).
///
/// # Errors
/// A fault of the database.
pub fn enqueue_once(
    txn: &mut Txn<'_>,
    kind: &'static str,
    payload: impl Serialize,
    key: &str,
) -> Result<JobId, Problem> {
    let id = JobId::new(txn.now());
    let due = txn.now();
    let row = row(txn, id, kind, &payload, due, Some(key))?;
    if txn.execute(INSERT, &row)? == 1 {
        return Ok(id);
    }
    Ok(txn.one("SELECT id FROM job WHERE once_key = $1", &args![key], |row| row.get(0))?)
}

const INSERT: &str = "INSERT INTO job (id, kind, payload, once_key, state, due_at, attempts, enqueued_at)
    VALUES ($1, $2, $3, $4, 'open', $5, 0, $6) ON CONFLICT (once_key) DO NOTHING";

/// The values of [`INSERT`]. Once the job is there, a worker hears of it.
fn row(
    txn: &mut Txn<'_>,
    id: JobId,
    kind: &'static str,
    payload: &impl Serialize,
    due: Instant,
    key: Option<&str>,
) -> Result<[Value; 6], Problem> {
    let payload = serde_json::to_string(payload).map_err(Problem::fault)?;
    let (now, bell) = (txn.now(), txn.shelf::<Bell>());
    txn.once_committed(move || bell.ring());
    Ok(args![id, kind, payload, key, due, now])
}

/// Whether any of these kinds is due; asked before [`lease`], because it needs no writer.
pub(crate) fn any_due(txn: &mut Txn<'_>, kinds: &[&'static str]) -> Result<bool, Problem> {
    let (wanted, values) = due(txn, kinds, args![txn.now()].to_vec());
    let sql = format!("SELECT 1 FROM job WHERE state = 'open' AND due_at <= $1 AND {wanted} LIMIT 1");
    Ok(!kinds.is_empty() && txn.first(&sql, &values, |_| Ok(()))?.is_some())
}

/// Takes the job that is due the longest. A lease is a due date in the future that only its holder may move: when he
/// dies, the job is due again by itself.
pub(crate) fn lease(txn: &mut Txn<'_>, kinds: &[&'static str]) -> Result<Option<Job>, Problem> {
    if kinds.is_empty() {
        return Ok(None);
    }
    let lease = JobId::new(txn.now());
    let (sql, values) = leasing(txn, kinds, lease);
    Ok(txn.first(&sql, &values, |row| leased(row, lease))?)
}

/// The statement that takes the job that is due the longest, and its values.
fn leasing(txn: &Txn<'_>, kinds: &[&'static str], lease: JobId) -> (String, Vec<Value>) {
    // Of two workers in two processes, the second passes over the row that the first is just taking.
    let now = txn.now();
    let (wanted, values) = due(txn, kinds, args![lease, now.plus(LEASE), now].to_vec());
    let passing_over = if txn.is_postgres() { " FOR UPDATE SKIP LOCKED" } else { "" };
    let sql = format!(
        "UPDATE job SET lease = $1, due_at = $2, attempts = attempts + 1
         WHERE id = (
             SELECT id FROM job
             WHERE state = 'open' AND due_at <= $3 AND {wanted}
             ORDER BY due_at LIMIT 1{passing_over}
         )
         RETURNING id, kind, payload, attempts"
    );
    (sql, values)
}

/// Of these kinds and in nobody's hands here; behind the values that stand before.
fn due(txn: &Txn<'_>, kinds: &[&'static str], mut values: Vec<Value>) -> (String, Vec<Value>) {
    let in_hand = txn.shelf::<Hands>().all();
    let kind = places(values.len() + 1, kinds.len());
    values.extend(kinds.iter().map(|kind| Value::from(*kind)));
    if in_hand.is_empty() {
        return (format!("kind IN ({kind})"), values);
    }
    let id = places(values.len() + 1, in_hand.len());
    values.extend(in_hand.into_iter().map(Value::from));
    (format!("kind IN ({kind}) AND id NOT IN ({id})"), values)
}

/// Makes due what waits for a time that no clock of ours can have meant: the clock was set back. A lease or a pause that is
/// longer than any of ours, and what was written later than now.
pub(crate) fn set_right(desk: &Desk) -> Result<(), Problem> {
    let righted = desk.write_now(|txn| {
        let now = txn.now();
        let (soon, leased, paused) = (now.plus(LEASE), now.plus(LEASE * 2), now.plus(pause(MAX_ATTEMPTS)).plus(LEASE));
        Ok(txn.execute(
            "UPDATE job SET due_at = $1 WHERE state = 'open' AND due_at > $2
             AND CASE WHEN lease IS NOT NULL THEN due_at > $3
                 ELSE enqueued_at > $2 OR (attempts > 0 AND due_at > $4) END",
            &args![now, soon, leased, paused],
        )?)
    })?;
    if righted > 0 {
        tracing::warn!(righted, "the clock was set back: jobs that waited for another time are due now");
    }
    Ok(())
}

fn leased(row: &Row<'_>, lease: JobId) -> Result<Job, ejia_db::DbError> {
    let attempt: i64 = row.get(3)?;
    Ok(Job {
        id: row.get(0)?,
        kind: row.get(1)?,
        payload: row.get(2)?,
        attempt: u32::try_from(attempt).unwrap_or(u32::MAX),
        lease,
        closing: Arc::default(),
    })
}

/// Writes down how it ended, and takes the next job of these kinds: both asked at once. Answers `false` when the lease was
/// lost meanwhile and the word of another counts.
pub(crate) fn end(
    txn: &mut Txn<'_>,
    job: &Job,
    outcome: &Result<(), JobFault>,
    kinds: &[&'static str],
) -> Result<(bool, Option<Job>), Problem> {
    let ended = ending(txn.now(), job, outcome);
    if kinds.is_empty() {
        return Ok((txn.execute(END, &ended)? == 1, None));
    }
    let lease = JobId::new(txn.now());
    let (sql, values) = leasing(txn, kinds, lease);
    let (ended, next) = txn.both((END, &ended), |_| Ok(()), (&sql, &values), |row| leased(row, lease))?;
    Ok((!ended.is_empty(), next.into_iter().next()))
}

const END: &str = "UPDATE job SET state = $1, due_at = $2, last_fault = $3, ended_at = $4, lease = NULL, attempts = $5
     WHERE id = $6 AND lease = $7 RETURNING id";

/// The values of [`END`].
fn ending(now: Instant, job: &Job, outcome: &Result<(), JobFault>) -> [Value; 7] {
    let (state, due, attempts) = match outcome {
        Ok(()) => ("done", now, job.attempt),
        Err(fault) if job.is_ended_by(fault) => ("failed", now, job.attempt),
        Err(JobFault::NoRoom(_)) => ("open", now.plus(NO_ROOM_PAUSE), job.attempt.saturating_sub(1)),
        Err(JobFault::Closing) => ("open", now, job.attempt.saturating_sub(1)),
        Err(_) => ("open", now.plus(pause(job.attempt)), job.attempt),
    };
    let fault = outcome.as_ref().err().map(JobFault::text);
    let ended = (state != "open").then_some(now);
    args![state, due, fault, ended, i64::from(attempts), job.id, job.lease]
}

/// 5 s after the first failure, then 10, 20, 40 …
pub(crate) fn pause(attempt: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(1_u32 << attempt.saturating_sub(1).min(16))
}
