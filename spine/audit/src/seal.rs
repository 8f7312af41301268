//! The sealer: lays the chain over what was committed.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ejia_db::{DbError, Desk, Row, Txn, Value, args};
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
    let (mut sealed, mut place) = (0, String::new());
    loop {
        // An idle house writes nothing.
        let from = place.clone();
        if !desk.read_now(move |txn| anything_unsealed(txn, &from))? {
            return Ok(sealed);
        }
        let (count, last) = desk.write_now(move |txn| seal_batch(txn, &place))?;
        sealed += count;
        place = last;
    }
}

fn anything_unsealed(txn: &mut Txn<'_>, after: &str) -> Result<bool, Problem> {
    let sql = "SELECT 1 FROM audit_entry WHERE sealed = FALSE AND id > $1 LIMIT 1";
    Ok(txn.first(sql, &args![after], |_| Ok(()))?.is_some())
}

/// The end of the chain that this process has seen last: it never goes back.
#[derive(Default)]
struct Seen(Mutex<Option<(i64, Hash)>>);

impl Seen {
    fn last(&self) -> Option<(i64, Hash)> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the chain stands.
pub(crate) struct Head {
    pub(crate) number: i64,
    pub(crate) hash: Option<Hash>,
    pub(crate) at: Instant,
    pub(crate) signature: Option<Vec<u8>>,
}

impl Head {
    pub(crate) const COLUMNS: &str = "number, hash, at, signature";

    /// Reads [`Head::COLUMNS`], the first columns of a row.
    pub(crate) fn read(row: &Row<'_>) -> Result<Self, DbError> {
        let hash = row.get::<Option<Vec<u8>>>(1)?.map(|hash| as_hash(&hash)).transpose()?;
        Ok(Self { number: row.get(0)?, hash, at: row.get(2)?, signature: row.get(3)? })
    }

    /// Whether it bears our signature, or nothing was ever sealed.
    pub(crate) fn stands(&self, pen: &Pen) -> bool {
        match (&self.hash, &self.signature) {
            (Some(hash), Some(signature)) => pen.signed(self.number, hash, self.at, signature),
            (None, None) => self.number == 0,
            _ => false,
        }
    }
}

pub(crate) fn read_head(txn: &mut Txn<'_>) -> Result<Head, Problem> {
    let sql = format!("SELECT {} FROM audit_head WHERE name = 'chain'", Head::COLUMNS);
    txn.first(&sql, &args![], Head::read)?.ok_or_else(|| Problem::fault("the row of the chain's end is gone"))
}

/// Where the chain stands, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// How many entries are sealed.
    pub number: i64,
    /// The hash of the last of them, in hexadecimal; empty before the first.
    pub hash: String,
    /// When it was sealed.
    pub at: Instant,
    /// How many entries wait for the sealer.
    pub waiting: i64,
}

/// Where the chain stands.
///
/// # Errors
/// A fault of the database.
pub fn standing(txn: &mut Txn<'_>) -> Result<Standing, Problem> {
    let Head { number, hash, at, signature: _ } = read_head(txn)?;
    let waiting = txn.one("SELECT COUNT(*) FROM audit_entry WHERE sealed = FALSE", &args![], |row| row.get(0))?;
    Ok(Standing { number, hash: hash.map(|hash| chain::hex(&hash)).unwrap_or_default(), at, waiting })
}

/// Everybody who would seal waits here for one another, so the chain cannot fork.
fn lock_head(txn: &mut Txn<'_>, pen: &Pen) -> Result<(i64, Hash), Problem> {
    let sql = format!("SELECT {} FROM audit_head WHERE name = 'chain'{}", Head::COLUMNS, txn.for_update());
    let head = txn.one(&sql, &args![], Head::read)?;
    // Sealed on, the next signature would make somebody else's chain ours.
    if !head.stands(pen) {
        return Err(Problem::fault("the end of the audit chain does not bear our signature: nothing more is sealed"));
    }
    let hash = head.hash.unwrap_or(BEGINNING);
    if let Some((number, known)) = txn.shelf::<Seen>().last()
        && (head.number < number || (head.number == number && hash != known))
    {
        return Err(Problem::fault(format!("the audit chain went back from {number}: nothing more is sealed")));
    }
    Ok((head.number, hash))
}

fn as_hash(bytes: &[u8]) -> Result<Hash, DbError> {
    bytes.try_into().map_err(|_| DbError::Column("a hash of the audit chain has another length".to_owned()))
}

/// Seals the next entries behind this one; answers how many, and the last it has looked at. What this house has not written
/// is passed over: it stays unsealed, and a walk over the chain names it.
fn seal_batch(txn: &mut Txn<'_>, after: &str) -> Result<(u64, String), Problem> {
    let (now, pen) = (txn.now(), Pen::of(txn.vault()));
    let (first, mut hash) = lock_head(txn, &pen)?;
    let waiting = txn.query(
        &format!(
            "SELECT mac, {} FROM audit_entry WHERE sealed = FALSE AND id > $1 ORDER BY id LIMIT {BATCH}",
            chain::columns("audit_entry")
        ),
        &args![after],
        |row| Ok((row.get::<Option<Vec<u8>>>(0)?, Covered::read(row, 1)?)),
    )?;
    let last = waiting.last().and_then(|(_, covered)| covered.id()).unwrap_or(after).to_owned();
    let ours = |(mac, covered): &(Option<Vec<u8>>, Covered)| mac.as_ref() == Some(&covered.mac(txn.vault()));
    let looked_at = waiting.len();
    let waiting: Vec<_> = waiting.into_iter().filter(ours).collect();
    if waiting.len() < looked_at {
        tracing::error!(
            count = looked_at - waiting.len(),
            "entries of the audit record that this house has not written"
        );
    }
    if waiting.is_empty() {
        return Ok((0, last));
    }
    let mut number = first;
    let mut links: Vec<Vec<Value>> = Vec::with_capacity(waiting.len());
    let mut checkpoints: Vec<Vec<Value>> = Vec::new();
    for (_, covered) in &waiting {
        number += 1;
        hash = chain::next(&hash, number, covered);
        links.push(args![number, covered.id().unwrap_or_default(), hash.to_vec(), covered.digests()].to_vec());
        if number % CHECKPOINT_EVERY == 0 {
            checkpoints.push(args![number, hash.to_vec(), now, pen.sign(number, &hash, now)].to_vec());
        }
    }
    let count = txn.insert_many("audit_link", &["number", "entry_id", "hash", "digests"], links)?;
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
    let seen = txn.shelf::<Seen>();
    txn.once_committed(move || {
        *seen.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((number, hash));
    });
    Ok((count, last))
}
