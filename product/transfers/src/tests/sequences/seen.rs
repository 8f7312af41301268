//! Everything that stands in the tables of transfers, and who belongs where.

use std::collections::BTreeMap;
use std::sync::Arc;

use ejia_db::{Desk, Txn, args};
use ejia_directory::{Tree, tree};
use ejia_kernel::{ApplicantId, Instant, LetterId, MemberId, OrganizationId, Problem, ReceiptId, TransferId};

use crate::model::{Step, Transfer};
use crate::road::Issuers;
use crate::store::{self, COLUMNS};

/// Where a member belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Home {
    pub(super) branch: OrganizationId,
    pub(super) path: String,
    pub(super) departed: bool,
}

/// Who sees a transfer, with what stands beside for lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seat {
    pub(super) organization: OrganizationId,
    pub(super) leaves: bool,
    pub(super) enters: bool,
    pub(super) internal: bool,
    pub(super) stage: String,
    pub(super) name: String,
}

/// A letter, as far as it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sheet {
    pub(super) id: LetterId,
    pub(super) transfer: TransferId,
    pub(super) issuer: OrganizationId,
    pub(super) year: i64,
    pub(super) sequence: i64,
    pub(super) void: bool,
    pub(super) answered: bool,
}

impl Sheet {
    /// Whether it counts.
    pub(super) fn is_live(&self) -> bool {
        !self.void
    }
}

/// A receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Slip {
    pub(super) id: ReceiptId,
    pub(super) transfer: TransferId,
    pub(super) letter: LetterId,
    pub(super) state: String,
}

/// What is kept of an applicant from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) applicant: ApplicantId,
    pub(super) told: bool,
    pub(super) ended: bool,
}

/// All rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rows {
    pub(super) members: BTreeMap<MemberId, Home>,
    pub(super) transfers: BTreeMap<TransferId, Transfer>,
    pub(super) steps: BTreeMap<TransferId, Vec<Step>>,
    pub(super) seats: BTreeMap<TransferId, Vec<Seat>>,
    pub(super) letters: Vec<Sheet>,
    /// By organization and year.
    pub(super) counters: BTreeMap<(OrganizationId, i64), i64>,
    pub(super) receipts: Vec<Slip>,
    pub(super) applicants: BTreeMap<TransferId, Kept>,
    /// How many acts are recorded, how many jobs were written down.
    pub(super) traces: (i64, i64),
}

/// All rows, and the tree and the rights beside.
pub(super) struct Seen {
    pub(super) rows: Rows,
    pub(super) tree: Arc<Tree>,
    pub(super) issuers: Issuers,
}

impl Seen {
    pub(super) fn now(desk: &Desk) -> Self {
        desk.read_now(|txn| {
            let rows = Rows::read(txn)?;
            Ok(Self { rows, tree: tree(txn)?, issuers: store::issuers(txn)? })
        })
        .unwrap()
    }

    /// The letters of a transfer, in the order in which they were issued.
    pub(super) fn letters_of(&self, id: TransferId) -> Vec<&Sheet> {
        self.rows.letters.iter().filter(|letter| letter.transfer == id).collect()
    }
}

impl Rows {
    fn read(txn: &mut Txn<'_>) -> Result<Self, Problem> {
        let transfers = txn.query(&format!("SELECT {COLUMNS} FROM transfer t"), &[], store::transfer)?;
        let mut steps = BTreeMap::new();
        for transfer in &transfers {
            steps.insert(transfer.id, store::steps(txn, transfer.id)?);
        }
        Ok(Self {
            members: members(txn)?,
            transfers: transfers.into_iter().map(|transfer| (transfer.id, transfer)).collect(),
            steps,
            seats: seats(txn)?,
            letters: letters(txn)?,
            counters: counters(txn)?,
            receipts: receipts(txn)?,
            applicants: applicants(txn)?,
            traces: (count(txn, "audit_entry")?, count(txn, "job")?),
        })
    }
}

fn members(txn: &mut Txn<'_>) -> Result<BTreeMap<MemberId, Home>, Problem> {
    let found = txn.query("SELECT id, organization_id, path, departed_at FROM member", &[], |row| {
        let home = Home { branch: row.get(1)?, path: row.get(2)?, departed: row.get::<Option<Instant>>(3)?.is_some() };
        Ok((row.get(0)?, home))
    })?;
    Ok(found.into_iter().collect())
}

fn seats(txn: &mut Txn<'_>) -> Result<BTreeMap<TransferId, Vec<Seat>>, Problem> {
    let sql = "SELECT transfer_id, organization_id, leaves, enters, internal, stage, name FROM transfer_party
               ORDER BY organization_id";
    let found = txn.query(sql, &[], |row| {
        let seat = Seat {
            organization: row.get(1)?,
            leaves: row.get(2)?,
            enters: row.get(3)?,
            internal: row.get(4)?,
            stage: row.get(5)?,
            name: row.get(6)?,
        };
        Ok((row.get::<TransferId>(0)?, seat))
    })?;
    let mut seats: BTreeMap<TransferId, Vec<Seat>> = BTreeMap::new();
    for (id, seat) in found {
        seats.entry(id).or_default().push(seat);
    }
    Ok(seats)
}

fn letters(txn: &mut Txn<'_>) -> Result<Vec<Sheet>, Problem> {
    let sql = "SELECT id, transfer_id, organization_id, year, sequence, void_at, answered_at FROM transfer_letter
               ORDER BY issued_at";
    Ok(txn.query(sql, &[], |row| {
        Ok(Sheet {
            id: row.get(0)?,
            transfer: row.get(1)?,
            issuer: row.get(2)?,
            year: row.get(3)?,
            sequence: row.get(4)?,
            void: row.get::<Option<Instant>>(5)?.is_some(),
            answered: row.get::<Option<Instant>>(6)?.is_some(),
        })
    })?)
}

fn counters(txn: &mut Txn<'_>) -> Result<BTreeMap<(OrganizationId, i64), i64>, Problem> {
    let sql = "SELECT organization_id, year, issued FROM transfer_letter_counter";
    let found = txn.query(sql, &[], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
    Ok(found.into_iter().collect())
}

fn receipts(txn: &mut Txn<'_>) -> Result<Vec<Slip>, Problem> {
    let sql = "SELECT id, transfer_id, letter_id, state FROM transfer_receipt ORDER BY sent_at";
    Ok(txn.query(sql, &[], |row| {
        Ok(Slip { id: row.get(0)?, transfer: row.get(1)?, letter: row.get(2)?, state: row.get(3)? })
    })?)
}

fn applicants(txn: &mut Txn<'_>) -> Result<BTreeMap<TransferId, Kept>, Problem> {
    let sql = "SELECT transfer_id, applicant_id, told_sealed, ended_at FROM transfer_applicant";
    let found = txn.query(sql, &[], |row| {
        let kept = Kept {
            applicant: row.get(1)?,
            told: row.get::<Option<Vec<u8>>>(2)?.is_some(),
            ended: row.get::<Option<Instant>>(3)?.is_some(),
        };
        Ok((row.get(0)?, kept))
    })?;
    Ok(found.into_iter().collect())
}

fn count(txn: &mut Txn<'_>, table: &str) -> Result<i64, Problem> {
    Ok(txn.one(&format!("SELECT count(*) FROM {table}"), &args![], |row| row.get(0))?)
}
