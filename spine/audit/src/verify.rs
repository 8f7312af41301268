//! Walks the whole chain and says where it does not hold.

use std::fmt;

use ejia_db::{Desk, Row, Txn, args};
use ejia_kernel::{Instant, Problem};

use crate::chain::{self, BEGINNING, COVERED, Covered, Hash, hex};
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
    /// The last hash in hexadecimal: written down elsewhere, it proves later that nothing was cut off.
    pub last_hash: String,
}

impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sealed, unsealed, last_hash } = self;
        write!(f, "{sealed} entries sealed, {unsealed} waiting for the sealer, last hash {last_hash}")
    }
}

/// Where the record was tampered with.
#[derive(Debug, Clone)]
pub enum Broken {
    /// This entry is not what it was when it was sealed, or stands in another's place.
    Altered {
        /// Its place in the chain.
        number: i64,
        /// Its id.
        entry: String,
    },
    /// The entry or the link at this place is gone.
    Missing {
        /// The place in the chain.
        number: i64,
    },
    /// An entry claims to be sealed but has no link.
    Unlinked {
        /// Its id.
        entry: String,
    },
    /// The signature for good at this place is gone or wrong.
    Checkpoint {
        /// The place in the chain.
        number: i64,
    },
    /// The end of the chain is not where its signature says.
    End {
        /// Where the chain ends.
        number: i64,
    },
    /// The rows could not be read.
    Unreadable(Problem),
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Altered { number, entry } => write!(f, "第 {number} 条记录（{entry}）与封存时不一致"),
            Self::Missing { number } => write!(f, "第 {number} 条记录缺失"),
            Self::Unlinked { entry } => write!(f, "记录 {entry} 标为已封存，但不在链上"),
            Self::Checkpoint { number } => write!(f, "第 {number} 条处的签名缺失或不符"),
            Self::End { number } => write!(f, "链的末端（第 {number} 条）与签名不符，可能被截断或改写"),
            Self::Unreadable(problem) => {
                write!(f, "无法读取：{}", problem.detail.as_deref().unwrap_or(problem.code))
            }
        }
    }
}

impl std::error::Error for Broken {}

impl From<Problem> for Broken {
    fn from(problem: Problem) -> Self {
        Self::Unreadable(problem)
    }
}

/// Verifies every link, every signature and the end of the chain. What is sealed meanwhile is left for the next time.
///
/// # Errors
/// The first place where it does not hold.
pub fn verify(desk: &Desk) -> Result<Verified, Broken> {
    verify_telling(desk, &mut |_, _| Ok(()))
}

/// As [`verify`], telling from time to time how many links are verified, of how many.
///
/// # Errors
/// The first place where it does not hold; what `told` answers.
pub fn verify_telling(desk: &Desk, told: &mut Told<'_>) -> Result<Verified, Broken> {
    let pen = Pen::of(desk.vault());
    let (head, last_link, last_checkpoint) = desk.read_now(read_head)?;
    let mut hash = BEGINNING;
    let mut number = 0;
    while number < head.number {
        told(number, head.number)?;
        let until = head.number;
        let links = desk.read_now(move |txn| read_links(txn, number, until))?;
        if links.is_empty() {
            return Err(Broken::Missing { number: number + 1 });
        }
        for link in links {
            number += 1;
            hash = link.check(number, &hash, &pen)?;
        }
    }
    let stands = head.stands(&pen) && head.hash.unwrap_or(BEGINNING) == hash;
    if !stands || last_link != head.number || last_checkpoint > head.number {
        return Err(Broken::End { number: head.number });
    }
    let (unlinked, unsealed) = desk.read_now(read_outside)?;
    match unlinked {
        Some(entry) => Err(Broken::Unlinked { entry }),
        None => Ok(Verified {
            sealed: u64::try_from(head.number).unwrap_or_default(),
            unsealed: u64::try_from(unsealed).unwrap_or_default(),
            last_hash: hex(&hash),
        }),
    }
}

struct Link {
    number: i64,
    entry_id: String,
    hash: Vec<u8>,
    entry: Covered,
    marked: Option<bool>,
    checkpoint: Option<(Vec<u8>, Instant, Vec<u8>)>,
}

impl Link {
    /// Checks this link against its place; answers its hash.
    fn check(self, number: i64, previous: &Hash, pen: &Pen) -> Result<Hash, Broken> {
        if self.number != number || self.entry.id().is_none() {
            return Err(Broken::Missing { number });
        }
        let hash = chain::next(previous, number, &self.entry);
        if self.hash != hash || self.marked != Some(true) {
            return Err(Broken::Altered { number, entry: self.entry_id });
        }
        let signed = self
            .checkpoint
            .as_ref()
            .map(|(stated, at, signature)| *stated == hash && pen.signed(number, &hash, *at, signature));
        // A checkpoint stands at each thousandth link and nowhere else.
        let expected = (number % CHECKPOINT_EVERY == 0).then_some(true);
        if signed == expected { Ok(hash) } else { Err(Broken::Checkpoint { number }) }
    }
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
        "SELECT l.number, l.entry_id, l.hash, c.hash, c.at, c.signature, e.sealed, {}
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
    const FIRST_COVERED: usize = 7;
    debug_assert_eq!(COVERED.len(), 9);
    let checkpoint = match (row.get(3)?, row.get(4)?, row.get(5)?) {
        (Some(hash), Some(at), Some(signature)) => Some((hash, at, signature)),
        _ => None,
    };
    Ok(Link {
        number: row.get(0)?,
        entry_id: row.get(1)?,
        hash: row.get(2)?,
        entry: Covered::read(row, FIRST_COVERED)?,
        marked: row.get(6)?,
        checkpoint,
    })
}

/// An entry that claims a link it has not, and how many wait for theirs.
fn read_outside(txn: &mut Txn<'_>) -> Result<(Option<String>, i64), Problem> {
    let unlinked = txn.first(
        "SELECT e.id FROM audit_entry e
         WHERE e.sealed = TRUE AND NOT EXISTS (SELECT 1 FROM audit_link l WHERE l.entry_id = e.id) LIMIT 1",
        &args![],
        |row| row.get(0),
    )?;
    let unsealed = txn.one("SELECT COUNT(*) FROM audit_entry WHERE sealed = FALSE", &args![], |row| row.get(0))?;
    Ok((unlinked, unsealed))
}
