//! Walks the whole chain and says where it does not hold.

use std::collections::BTreeMap;
use std::fmt;

use ejia_db::{Desk, Row, Txn, args};
use ejia_kernel::{Instant, Problem, Vault};

use crate::Broken;
use crate::chain::{self, BEGINNING, Covered, Hash, hex};
use crate::checkpoint::{Checkpoint, PublicKey};
use crate::seal::{CHECKPOINT_EVERY, Head};
use crate::signature::Pen;

/// Links read at a time.
const CHUNK: i64 = 2_000;

/// Hears how many links are verified, of how many.
pub type Told<'a> = dyn FnMut(i64, i64) -> Result<(), Problem> + 'a;

/// What a chain that holds looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Entries under the chain.
    pub sealed: u64,
    /// Entries of the last seconds that wait for the sealer.
    pub unsealed: u64,
    /// The last hash in hexadecimal.
    pub last_hash: String,
    /// Checkpoints kept elsewhere that lie on the chain.
    pub kept: usize,
}

impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sealed, unsealed, last_hash, kept } = self;
        write!(
            f,
            "{sealed} entries sealed, {unsealed} waiting for the sealer, last hash {last_hash}, {kept} kept checkpoints lie on it"
        )
    }
}

/// Verifies every link, every signature and the end of the chain. What is sealed meanwhile is left for the next time.
///
/// # Errors
/// The first place where it does not hold.
pub fn verify(desk: &Desk) -> Result<Verified, Broken> {
    verify_with(desk, &[], &mut |_, _| Ok(()))
}

/// As [`verify`], and that every one of these checkpoints, which were kept elsewhere, lies on the chain; telling from time
/// to time how many links are verified, of how many.
///
/// # Errors
/// The first place where it does not hold; what `told` answers.
pub fn verify_with(desk: &Desk, kept: &[Checkpoint], told: &mut Told<'_>) -> Result<Verified, Broken> {
    let by_number = ours(desk.vault(), kept)?;
    let pen = Pen::of(desk.vault());
    let (head, last_link, last_checkpoint) = desk.read_now(read_head)?;
    let mut walk = Walk { number: 0, hash: BEGINNING, after: None, agreed: 0 };
    while walk.number < head.number {
        told(walk.number, head.number)?;
        let (from, until) = (walk.number, head.number);
        let links = desk.read_now(move |txn| read_links(txn, from, until))?;
        if links.is_empty() {
            return Err(Broken::Missing { number: from + 1, entry: None, after: walk.after });
        }
        for link in links {
            walk.step(link, &pen)?;
            for checkpoint in by_number.get(&walk.number).into_iter().flatten() {
                walk.compare(checkpoint)?;
            }
        }
    }
    let stands = head.stands(&pen) && head.hash.unwrap_or(BEGINNING) == walk.hash;
    if !stands || last_link != head.number || last_checkpoint > head.number {
        return Err(Broken::End { number: head.number, after: walk.after });
    }
    if let Some((number, checkpoint)) =
        by_number.range(head.number + 1..).next().and_then(|(number, kept)| Some((number, kept.first()?)))
    {
        return Err(Broken::Behind { number: head.number, kept: *number, at: checkpoint.at.clone() });
    }
    desk.read_now(|txn| Ok(look_outside(txn)))?.map(|unsealed| Verified {
        sealed: u64::try_from(head.number).unwrap_or_default(),
        unsealed,
        last_hash: hex(&walk.hash),
        kept: kept.len(),
    })
}

/// The checkpoints by their place, once it is clear that all are signed by this house.
fn ours<'k>(vault: &Vault, kept: &'k [Checkpoint]) -> Result<BTreeMap<i64, Vec<&'k Checkpoint>>, Broken> {
    let key = PublicKey::of(vault);
    let mut by_number: BTreeMap<i64, Vec<&Checkpoint>> = BTreeMap::new();
    for (line, checkpoint) in (1..).zip(kept) {
        if !checkpoint.is_signed_by(&key) {
            return Err(Broken::NotOurs { line });
        }
        by_number.entry(checkpoint.number).or_default().push(checkpoint);
    }
    Ok(by_number)
}

/// How far the chain has been walked.
struct Walk {
    number: i64,
    hash: Hash,
    /// The time of the last entry that held.
    after: Option<Instant>,
    /// The last place at which it agreed with a checkpoint.
    agreed: i64,
}

impl Walk {
    fn step(&mut self, link: Link, pen: &Pen) -> Result<(), Broken> {
        let number = self.number + 1;
        let gone = link.number != number;
        if gone || link.entry.id().is_none() {
            let entry = (!gone).then_some(link.entry_id);
            return Err(Broken::Missing { number, entry, after: self.after });
        }
        let hash = chain::next(&self.hash, number, &link.entry);
        let at = link.entry.at();
        if link.hash != hash || link.marked != Some(true) {
            let mut columns = link.digests.map(|digests| link.entry.changed(&digests)).unwrap_or_default();
            if link.marked != Some(true) {
                columns.push("sealed");
            }
            return Err(Broken::Altered { number, entry: link.entry_id, at, columns });
        }
        let signed = link
            .checkpoint
            .as_ref()
            .map(|(stated, at, signature)| *stated == hash && pen.signed(number, &hash, *at, signature));
        // A signature for good stands at each thousandth link and nowhere else.
        if signed != (number % CHECKPOINT_EVERY == 0).then_some(true) {
            return Err(Broken::Checkpoint { number });
        }
        *self = Self { number, hash, after: at, agreed: self.agreed };
        Ok(())
    }

    /// Compares the place that was reached with a checkpoint for it.
    fn compare(&mut self, kept: &Checkpoint) -> Result<(), Broken> {
        if kept.hash != hex(&self.hash) {
            return Err(Broken::Elsewhere { after: self.agreed, kept: kept.number, at: kept.at.clone() });
        }
        self.agreed = kept.number;
        Ok(())
    }
}

struct Link {
    number: i64,
    entry_id: String,
    hash: Vec<u8>,
    digests: Option<Vec<u8>>,
    entry: Covered,
    marked: Option<bool>,
    checkpoint: Option<(Vec<u8>, Instant, Vec<u8>)>,
}

fn read_head(txn: &mut Txn<'_>) -> Result<(Head, i64, i64), Problem> {
    // One statement sees one moment, also where a sealer works beside us.
    let sql = format!(
        "SELECT {},
             COALESCE((SELECT MAX(number) FROM audit_link), 0),
             COALESCE((SELECT MAX(number) FROM audit_checkpoint), 0)
         FROM audit_head WHERE name = 'chain'",
        Head::COLUMNS
    );
    let found = txn.first(&sql, &args![], |row| Ok((Head::read(row)?, row.get(4)?, row.get(5)?)))?;
    found.ok_or_else(|| Problem::fault("the row of the chain's end is gone"))
}

fn read_links(txn: &mut Txn<'_>, after: i64, until: i64) -> Result<Vec<Link>, Problem> {
    let sql = format!(
        "SELECT l.number, l.entry_id, l.hash, l.digests, c.hash, c.at, c.signature, e.sealed, {}
         FROM audit_link l
         LEFT JOIN audit_entry e ON e.id = l.entry_id
         LEFT JOIN audit_checkpoint c ON c.number = l.number
         WHERE l.number > $1 AND l.number <= $2
         ORDER BY l.number LIMIT {CHUNK}",
        chain::columns("e")
    );
    Ok(txn.query(&sql, &args![after, until], read_link)?)
}

fn read_link(row: &Row<'_>) -> Result<Link, ejia_db::DbError> {
    const FIRST_COVERED: usize = 8;
    let checkpoint = match (row.get(4)?, row.get(5)?, row.get(6)?) {
        (Some(hash), Some(at), Some(signature)) => Some((hash, at, signature)),
        _ => None,
    };
    Ok(Link {
        number: row.get(0)?,
        entry_id: row.get(1)?,
        hash: row.get(2)?,
        digests: row.get(3)?,
        entry: Covered::read(row, FIRST_COVERED)?,
        marked: row.get(7)?,
        checkpoint,
    })
}

/// What is not on the chain: an entry that claims a link it has not, and those that wait for theirs, all of which this
/// house must have written. Answers how many wait.
fn look_outside(txn: &mut Txn<'_>) -> Result<u64, Broken> {
    let columns = chain::columns("e");
    let unlinked = format!(
        "SELECT {columns} FROM audit_entry e
         WHERE e.sealed = TRUE AND NOT EXISTS (SELECT 1 FROM audit_link l WHERE l.entry_id = e.id) LIMIT 1"
    );
    let unlinked = txn.first(&unlinked, &args![], |row| Covered::read(row, 0)).map_err(Problem::from)?;
    if let Some(entry) = unlinked {
        return Err(Broken::Unlinked { entry: entry.id().unwrap_or_default().to_owned(), at: entry.at() });
    }
    let mut waiting = 0;
    let mut place = String::new();
    loop {
        let sql = format!(
            "SELECT e.mac, {columns} FROM audit_entry e WHERE e.sealed = FALSE AND e.id > $1 ORDER BY e.id LIMIT {CHUNK}"
        );
        let read = |row: &Row<'_>| Ok((row.get::<Option<Vec<u8>>>(0)?, Covered::read(row, 1)?));
        let found = txn.query(&sql, &args![&place], read).map_err(Problem::from)?;
        let Some((_, last)) = found.last() else { return Ok(waiting) };
        last.id().unwrap_or_default().clone_into(&mut place);
        for (mac, entry) in &found {
            if mac.as_ref() != Some(&entry.mac(txn.vault())) {
                return Err(Broken::Foreign { entry: entry.id().unwrap_or_default().to_owned(), at: entry.at() });
            }
            waiting += 1;
        }
    }
}
