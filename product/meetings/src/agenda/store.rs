//! The rows of agendas.

use ejia_ballots::BallotId;
use ejia_db::{DbError, Row, Txn, Value, args};
use ejia_kernel::{Instant, ItemId, MeetingId, MemberId, Problem};

use super::model::{Base, Choosable, Counts, Item, ItemKind, ItemState, Manner, Opinion};
use crate::kinds::Quorum;
use crate::store::understood;

const COLUMNS: &str =
    "id, meeting_id, position, kind, title, description, choices, most, base, state, manner, ballot_id,
    due, present, in_favour, against, abstaining, outcome, opened_at, closed_at";

fn item(row: &Row<'_>) -> Result<Item, DbError> {
    let manner: Option<String> = row.get(10)?;
    let (due, present) = (count(row.get(12)?)?, count(row.get(13)?)?);
    let (in_favour, against, abstaining) = (count(row.get(14)?)?, count(row.get(15)?)?, count(row.get(16)?)?);
    let choices = serde_json::from_str::<Vec<Choosable>>(&row.get::<String>(6)?).ok();
    Ok(Item {
        id: row.get(0)?,
        meeting_id: row.get(1)?,
        position: row.get(2)?,
        kind: understood(ItemKind::from_code(&row.get::<String>(3)?), "meeting_item.kind")?,
        title: row.get(4)?,
        description: row.get(5)?,
        choices: understood(choices, "meeting_item.choices")?,
        most: count(row.get(7)?)?.unwrap_or_default(),
        base: understood(Base::from_code(&row.get::<String>(8)?), "meeting_item.base")?,
        state: understood(ItemState::from_code(&row.get::<String>(9)?), "meeting_item.state")?,
        manner: manner.map(|code| understood(Manner::from_code(&code), "meeting_item.manner")).transpose()?,
        ballot_id: row.get(11)?,
        quorum: due.zip(present).map(|(due, present)| Quorum { due, present }),
        counts: in_favour.zip(against).zip(abstaining).map(|((in_favour, against), abstaining)| Counts {
            in_favour,
            against,
            abstaining,
        }),
        outcome: row.get(17)?,
        opened_at: row.get(18)?,
        closed_at: row.get(19)?,
    })
}

fn count(kept: Option<i64>) -> Result<Option<u64>, DbError> {
    kept.map(|kept| understood(u64::try_from(kept).ok(), "a number of meeting_item")).transpose()
}

fn kept(count: Option<u64>) -> Value {
    count.map(|count| i64::try_from(count).unwrap_or(i64::MAX)).into()
}

/// The agenda of a meeting, in its order.
pub(super) fn items(txn: &mut Txn<'_>, meeting: MeetingId) -> Result<Vec<Item>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM meeting_item WHERE meeting_id = $1 ORDER BY position, id");
    Ok(txn.query(&sql, &args![meeting], item)?)
}

/// An item of this meeting.
pub(super) fn load(txn: &mut Txn<'_>, meeting: MeetingId, id: ItemId) -> Result<Option<Item>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM meeting_item WHERE id = $1 AND meeting_id = $2");
    Ok(txn.first(&sql, &args![id, meeting], item)?)
}

/// An item of this meeting, its row locked.
pub(super) fn load_locked(txn: &mut Txn<'_>, meeting: MeetingId, id: ItemId) -> Result<Option<Item>, Problem> {
    let lock = txn.for_update();
    let sql = format!("SELECT {COLUMNS} FROM meeting_item WHERE id = $1 AND meeting_id = $2{lock}");
    Ok(txn.first(&sql, &args![id, meeting], item)?)
}

/// The item that is voted upon by this vote, its row locked.
pub(super) fn of_ballot_locked(txn: &mut Txn<'_>, ballot: BallotId) -> Result<Option<Item>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM meeting_item WHERE ballot_id = $1{}", txn.for_update());
    Ok(txn.first(&sql, &args![ballot], item)?)
}

/// Writes an item down: a new one, or an old one anew.
pub(super) fn save(txn: &mut Txn<'_>, item: &Item) -> Result<(), Problem> {
    let Item { id, meeting_id, position, kind, title, description, choices, most, base, state, manner, .. } = item;
    let Item { ballot_id, quorum, counts, outcome, opened_at, closed_at, .. } = item;
    let choices = serde_json::to_string(choices).map_err(Problem::fault)?;
    txn.execute(
        "INSERT INTO meeting_item (id, meeting_id, position, kind, title, description, choices, most, base, state,
             manner, ballot_id, due, present, in_favour, against, abstaining, outcome, opened_at, closed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
         ON CONFLICT (id) DO UPDATE SET position = excluded.position, kind = excluded.kind, title = excluded.title,
             description = excluded.description, choices = excluded.choices, most = excluded.most,
             base = excluded.base, state = excluded.state, manner = excluded.manner,
             ballot_id = excluded.ballot_id, due = excluded.due, present = excluded.present,
             in_favour = excluded.in_favour, against = excluded.against, abstaining = excluded.abstaining,
             outcome = excluded.outcome, opened_at = excluded.opened_at, closed_at = excluded.closed_at",
        &args![
            *id,
            *meeting_id,
            *position,
            kind.code(),
            title,
            description,
            choices,
            kept(Some(*most)),
            base.code(),
            state.code(),
            manner.map(Manner::code),
            *ballot_id,
            kept(quorum.map(|quorum| quorum.due)),
            kept(quorum.map(|quorum| quorum.present)),
            kept(counts.map(|counts| counts.in_favour)),
            kept(counts.map(|counts| counts.against)),
            kept(counts.map(|counts| counts.abstaining)),
            outcome,
            *opened_at,
            *closed_at,
        ],
    )?;
    Ok(())
}

/// Takes an item off the agenda.
pub(super) fn delete(txn: &mut Txn<'_>, id: ItemId) -> Result<(), Problem> {
    txn.execute("DELETE FROM meeting_item WHERE id = $1", &args![id])?;
    Ok(())
}

/// What members say to an item, who spoke first comes first.
pub(super) fn opinions(txn: &mut Txn<'_>, item: ItemId) -> Result<Vec<Opinion>, Problem> {
    let sql = "SELECT member_id, name, said, said_at FROM meeting_opinion WHERE item_id = $1
               ORDER BY said_at, member_id";
    Ok(txn.query(sql, &args![item], |row| {
        Ok(Opinion { member_id: row.get(0)?, name: row.get(1)?, said: row.get(2)?, said_at: row.get(3)? })
    })?)
}

/// How many have said something to an item.
pub(super) fn opinion_count(txn: &mut Txn<'_>, item: ItemId) -> Result<i64, Problem> {
    Ok(txn.one("SELECT count(*) FROM meeting_opinion WHERE item_id = $1", &args![item], |row| row.get(0))?)
}

/// Keeps what a member says, in place of what he said before.
pub(super) fn say(
    txn: &mut Txn<'_>,
    item: ItemId,
    member: MemberId,
    name: &str,
    said: &str,
    at: Instant,
) -> Result<(), Problem> {
    txn.execute(
        "INSERT INTO meeting_opinion (item_id, member_id, name, said, said_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (item_id, member_id) DO UPDATE SET said = excluded.said, said_at = excluded.said_at",
        &args![item, member, name, said, at],
    )?;
    Ok(())
}
