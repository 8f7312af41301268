//! The sealer: lays the chain over what was committed.

use std::time::Duration;

use ejia_db::{DbError, Desk, Txn, Value, args};
use ejia_jobs::{Handlers, JobFault};
use ejia_kernel::{Instant, Problem};

use crate::chain::{self, BEGINNING, Covered, Hash};
use crate::signature::Pen;

/// Entries sealed in one transaction.
const BATCH: i64 = 500;
/// Every so many links the standing of the chain is signed for good.
pub(crate) const CHECKPOINT_EVERY: i64 = 1_000;
const INTERVAL: Duration = Duration::from_secs(2);

/// The sealing at intervals, to be merged into the house's handlers.
pub fn jobs() -> Handlers {
    Handlers::new().every("audit.seal", INTERVAL, |desk| seal(desk).map(drop).map_err(JobFault::from))
}

/// Seals everything committed so far; answers how many entries.
///
/// # Errors
/// A fault of the database.
pub fn seal(desk: &Desk) -> Result<u64, Problem> {
    let mut sealed = 0;
    // An idle house writes nothing.
    while desk.read_now(anything_unsealed)? {
        sealed += desk.write_now(seal_batch)?;
    }
    Ok(sealed)
}

fn anything_unsealed(txn: &mut Txn<'_>) -> Result<bool, Problem> {
    Ok(txn.first("SELECT 1 FROM audit_entry WHERE sealed = FALSE LIMIT 1", &args![], |_| Ok(()))?.is_some())
}

/// Where the chain stands.
pub(crate) struct Head {
    pub(crate) number: i64,
    pub(crate) hash: Option<Hash>,
    pub(crate) at: Instant,
    pub(crate) signature: Option<Vec<u8>>,
}

/// Everybody who would seal waits here for one another, so the chain cannot fork.
fn lock_head(txn: &mut Txn<'_>) -> Result<(i64, Hash), Problem> {
    let lock = txn.for_update();
    let (number, hash) =
        txn.one(&format!("SELECT number, hash FROM audit_head WHERE name = 'chain'{lock}"), &args![], |row| {
            Ok((row.get::<i64>(0)?, row.get::<Option<Vec<u8>>>(1)?))
        })?;
    Ok((number, hash.map_or(Ok(BEGINNING), |hash| as_hash(&hash))?))
}

pub(crate) fn as_hash(bytes: &[u8]) -> Result<Hash, DbError> {
    bytes.try_into().map_err(|_| DbError::Column("a hash of the audit chain has another length".to_owned()))
}

fn seal_batch(txn: &mut Txn<'_>) -> Result<u64, Problem> {
    let (first, mut hash) = lock_head(txn)?;
    let waiting = txn.query(
        &format!(
            "SELECT {} FROM audit_entry WHERE sealed = FALSE ORDER BY id LIMIT {BATCH}",
            chain::columns("audit_entry")
        ),
        &args![],
        |row| Covered::read(row, 0),
    )?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let (now, pen) = (txn.now(), Pen::of(txn.vault()));
    let mut number = first;
    let mut links: Vec<Vec<Value>> = Vec::with_capacity(waiting.len());
    let mut checkpoints: Vec<Vec<Value>> = Vec::new();
    for covered in &waiting {
        number += 1;
        hash = chain::next(&hash, number, covered);
        links.push(args![number, covered.id().unwrap_or_default(), hash.to_vec()].to_vec());
        if number % CHECKPOINT_EVERY == 0 {
            checkpoints.push(args![number, hash.to_vec(), now, pen.sign(number, &hash, now)].to_vec());
        }
    }
    let count = txn.insert_many("audit_link", &["number", "entry_id", "hash"], links)?;
    if !checkpoints.is_empty() {
        txn.insert_many("audit_checkpoint", &["number", "hash", "at", "signature"], checkpoints)?;
    }
    txn.later(
        "UPDATE audit_entry SET sealed = TRUE WHERE id IN (SELECT entry_id FROM audit_link WHERE number > $1)",
        &args![first],
    )?;
    txn.later(
        "UPDATE audit_head SET number = $1, hash = $2, at = $3, signature = $4 WHERE name = 'chain'",
        &args![number, hash.to_vec(), now, pen.sign(number, &hash, now)],
    )?;
    Ok(count)
}
