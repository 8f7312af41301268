//! Loads and saves votes: what they ask, who votes, and the sealed ballots.

pub(crate) mod keys;
pub(crate) mod listed;

use std::collections::BTreeMap;

use ejia_db::{DbError, Row, Txn, args, filled, places};
use ejia_kernel::{MemberId, OrganizationId, Problem};

use crate::BallotId;
use crate::keys::Prepared;
use crate::model::{NewBallot, Standing, State, Voided};
use crate::rules::Openable;
use crate::seal::ROW;

/// As many votes are asked for at once.
const ASKED: usize = 50;

/// A vote as its row tells it.
pub(crate) struct Ballot {
    pub(crate) id: BallotId,
    pub(crate) organization_id: OrganizationId,
    pub(crate) purpose: String,
    pub(crate) title: String,
    /// How many options there are.
    pub(crate) options: usize,
    /// How many of them one voter may choose.
    pub(crate) most: usize,
    pub(crate) tell: String,
    pub(crate) public_key: Vec<u8>,
    pub(crate) locked: bool,
    pub(crate) state: State,
    pub(crate) void_because: Option<Voided>,
}

/// A sealed ballot.
pub(crate) struct Sealed {
    /// The id of its row, to which it is bound.
    pub(crate) row: Vec<u8>,
    pub(crate) text: Vec<u8>,
}

/// Writes a new vote down, open.
pub(crate) fn insert(
    txn: &mut Txn<'_>,
    id: BallotId,
    prepared: &Prepared,
    new: &NewBallot,
    openable: &Openable,
) -> Result<(), Problem> {
    txn.execute(
        "INSERT INTO ballot (id, organization_id, purpose, title, most, tell, public_key, locked, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &args![
            id,
            new.organization_id,
            &new.purpose,
            &openable.title,
            number(openable.most)?,
            new.tell,
            &prepared.public_key,
            prepared.locked,
            State::Open.code(),
        ],
    )?;
    let mut options = Vec::with_capacity(openable.options.len());
    for (place, name) in openable.options.iter().enumerate() {
        options.push(args![id, number(place)?, name].to_vec());
    }
    txn.insert_many("ballot_option", &["ballot_id", "place", "name"], options)?;
    let voters = openable.voters.iter().map(|voter| args![id, *voter, false].to_vec());
    txn.insert_many("ballot_voter", &["ballot_id", "member_id", "voted"], voters)?;
    Ok(())
}

/// The vote with this id.
///
/// # Errors
/// `ballots.no_such_ballot`.
pub(crate) fn load(txn: &mut Txn<'_>, id: BallotId) -> Result<Ballot, Problem> {
    select(txn, id, "")
}

/// As [`load`]; it is not closed before this transaction ends. Others may cast beside.
pub(crate) fn load_to_cast(txn: &mut Txn<'_>, id: BallotId) -> Result<Ballot, Problem> {
    // SQLite has one writer.
    let shared = if txn.is_postgres() { " FOR SHARE" } else { "" };
    select(txn, id, shared)
}

/// As [`load`], its row locked: whoever casts has come to his end, and the next one waits.
pub(crate) fn lock(txn: &mut Txn<'_>, id: BallotId) -> Result<Ballot, Problem> {
    let alone = txn.for_update();
    select(txn, id, alone)
}

fn select(txn: &mut Txn<'_>, id: BallotId, locking: &str) -> Result<Ballot, Problem> {
    let sql = format!(
        "SELECT b.id, b.organization_id, b.purpose, b.title,
             (SELECT COUNT(*) FROM ballot_option o WHERE o.ballot_id = b.id),
             b.most, b.tell, b.public_key, b.locked, b.state, b.void_because
         FROM ballot b WHERE b.id = $1{locking}"
    );
    txn.first(&sql, &args![id], ballot)?.ok_or_else(|| Problem::not_found("ballots.no_such_ballot"))
}

fn ballot(row: &Row<'_>) -> Result<Ballot, DbError> {
    let void_because: Option<String> = row.get(10)?;
    Ok(Ballot {
        id: row.get(0)?,
        organization_id: row.get(1)?,
        purpose: row.get(2)?,
        title: row.get(3)?,
        options: counted(row.get(4)?)?,
        most: counted(row.get(5)?)?,
        tell: row.get(6)?,
        public_key: row.get(7)?,
        locked: row.get(8)?,
        state: understood(State::from_code(&row.get::<String>(9)?), "state")?,
        void_because: void_because.map(|code| understood(Voided::from_code(&code), "void_because")).transpose()?,
    })
}

/// The options in the order of the paper, each with its votes once they are counted.
pub(crate) fn options(txn: &mut Txn<'_>, id: BallotId) -> Result<Vec<(String, Option<u64>)>, Problem> {
    let sql = "SELECT name, votes FROM ballot_option WHERE ballot_id = $1 ORDER BY place";
    Ok(txn.query(sql, &args![id], |row| {
        let votes: Option<i64> = row.get(1)?;
        Ok((row.get(0)?, votes.map(counted).transpose()?))
    })?)
}

/// How far these votes are; those that are not there are left out.
pub(crate) fn standings(txn: &mut Txn<'_>, ids: &[BallotId]) -> Result<BTreeMap<BallotId, Standing>, Problem> {
    let sql = format!(
        "SELECT b.id, b.state, b.locked, COUNT(v.member_id), COUNT(CASE WHEN v.voted THEN 1 END)
         FROM ballot b JOIN ballot_voter v ON v.ballot_id = b.id
         WHERE b.id IN ({}) GROUP BY b.id, b.state, b.locked",
        places(1, ASKED)
    );
    let mut found = BTreeMap::new();
    for some in ids.chunks(ASKED) {
        found.extend(txn.query(&sql, &filled(some, ASKED), |row| {
            let state = understood(State::from_code(&row.get::<String>(1)?), "state")?;
            let (locked, voters, voted) = (row.get(2)?, counted(row.get(3)?)?, counted(row.get(4)?)?);
            Ok((row.get(0)?, Standing { state, voters, voted, locked }))
        })?);
    }
    Ok(found)
}

/// Whether a member has voted; `None` when he is no voter.
pub(crate) fn voted(txn: &mut Txn<'_>, id: BallotId, member: MemberId) -> Result<Option<bool>, Problem> {
    let sql = "SELECT voted FROM ballot_voter WHERE ballot_id = $1 AND member_id = $2";
    Ok(txn.first(sql, &args![id, member], |row| row.get(0))?)
}

/// Every voter with his mark.
pub(crate) fn marks(txn: &mut Txn<'_>, id: BallotId) -> Result<BTreeMap<MemberId, bool>, Problem> {
    let sql = "SELECT member_id, voted FROM ballot_voter WHERE ballot_id = $1";
    Ok(txn.query(sql, &args![id], |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}

/// Marks a voter as having voted; `false` when he is none or was marked before.
pub(crate) fn mark_voted(txn: &mut Txn<'_>, id: BallotId, member: MemberId) -> Result<bool, Problem> {
    let sql = "UPDATE ballot_voter SET voted = $3 WHERE ballot_id = $1 AND member_id = $2 AND voted = $4";
    Ok(txn.execute(sql, &args![id, member, true, false])? == 1)
}

/// Lays a sealed ballot into the box.
pub(crate) fn insert_sealed(txn: &mut Txn<'_>, id: BallotId, row: &[u8; ROW], sealed: Vec<u8>) -> Result<(), Problem> {
    let sql = "INSERT INTO ballot_sealed (ballot_id, id, sealed) VALUES ($1, $2, $3)";
    txn.execute(sql, &args![id, row.as_slice(), sealed])?;
    Ok(())
}

/// All sealed ballots, in the order of their random ids.
pub(crate) fn sealed(txn: &mut Txn<'_>, id: BallotId) -> Result<Vec<Sealed>, Problem> {
    let sql = "SELECT id, sealed FROM ballot_sealed WHERE ballot_id = $1 ORDER BY id";
    Ok(txn.query(sql, &args![id], |row| Ok(Sealed { row: row.get(0)?, text: row.get(1)? }))?)
}

/// Empties the box.
pub(crate) fn delete_sealed(txn: &mut Txn<'_>, id: BallotId) -> Result<(), Problem> {
    txn.execute("DELETE FROM ballot_sealed WHERE ballot_id = $1", &args![id])?;
    Ok(())
}

/// No more ballots.
pub(crate) fn set_closed(txn: &mut Txn<'_>, id: BallotId) -> Result<(), Problem> {
    set_state(txn, id, State::Closed, None)
}

/// It ended without counts.
pub(crate) fn set_ended(txn: &mut Txn<'_>, id: BallotId, state: State, why: Option<Voided>) -> Result<(), Problem> {
    set_state(txn, id, state, why)
}

fn set_state(txn: &mut Txn<'_>, id: BallotId, state: State, why: Option<Voided>) -> Result<(), Problem> {
    let sql = "UPDATE ballot SET state = $2, void_because = $3 WHERE id = $1";
    txn.execute(sql, &args![id, state.code(), why.map(Voided::code)])?;
    Ok(())
}

fn understood<T>(parsed: Option<T>, name: &str) -> Result<T, DbError> {
    parsed.ok_or_else(|| DbError::Column(format!("ballot.{name} is not understood")))
}

/// A number that was counted, out of its column.
fn counted<T: TryFrom<i64>>(number: i64) -> Result<T, DbError> {
    understood(T::try_from(number).ok(), "number")
}

/// A number that was counted, for its column.
fn number<T: TryInto<i64>>(counted: T) -> Result<i64, DbError> {
    understood(counted.try_into().ok(), "number")
}
