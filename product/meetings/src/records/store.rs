//! The rows of photos, of entries, and of what archiving writes.

use ejia_db::{DbError, Row, Txn, args, filled, places};
use ejia_kernel::{AttachmentId, MeetingId, OrganizationId, Problem};

use super::chain::{self, BEGINNING, Hash};
use super::model::{Entry, Photo};
use crate::model::Meeting;
use crate::store::understood;

const PHOTO: &str = "id, meeting_id, place, file_key, sha256, bytes, caption, added_at, added_by";

fn photo_from(row: &Row<'_>) -> Result<Photo, DbError> {
    Ok(Photo {
        id: row.get(0)?,
        meeting_id: row.get(1)?,
        place: row.get(2)?,
        key: understood(row.get::<String>(3)?.parse().ok(), "meeting_photo.file_key")?,
        sha256: row.get(4)?,
        bytes: row.get(5)?,
        caption: row.get(6)?,
        added_at: row.get(7)?,
        added_by: row.get(8)?,
    })
}

/// The photos of a meeting, in their order.
pub(crate) fn photos(txn: &mut Txn<'_>, meeting: MeetingId) -> Result<Vec<Photo>, Problem> {
    let sql = format!("SELECT {PHOTO} FROM meeting_photo WHERE meeting_id = $1 ORDER BY place, id");
    Ok(txn.query(&sql, &args![meeting], photo_from)?)
}

/// A photo of a meeting.
pub(super) fn photo(txn: &mut Txn<'_>, meeting: MeetingId, id: AttachmentId) -> Result<Option<Photo>, Problem> {
    let sql = format!("SELECT {PHOTO} FROM meeting_photo WHERE id = $1 AND meeting_id = $2");
    Ok(txn.first(&sql, &args![id, meeting], photo_from)?)
}

/// Puts a photo behind the others.
pub(super) fn insert_photo(txn: &mut Txn<'_>, new: &Photo) -> Result<(), Problem> {
    let Photo { id, meeting_id, place, key, sha256, bytes, caption, added_at, added_by } = new;
    txn.execute(
        "INSERT INTO meeting_photo (id, meeting_id, place, file_key, sha256, bytes, caption, added_at, added_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &args![*id, *meeting_id, *place, key.as_str(), sha256, *bytes, caption, *added_at, added_by],
    )?;
    Ok(())
}

/// Writes what a photo shows.
pub(super) fn set_caption(txn: &mut Txn<'_>, id: AttachmentId, caption: &str) -> Result<(), Problem> {
    txn.execute("UPDATE meeting_photo SET caption = $2 WHERE id = $1", &args![id, caption])?;
    Ok(())
}

/// Puts a photo in a place.
pub(super) fn set_place(txn: &mut Txn<'_>, id: AttachmentId, place: i64) -> Result<(), Problem> {
    txn.execute("UPDATE meeting_photo SET place = $2 WHERE id = $1", &args![id, place])?;
    Ok(())
}

/// Forgets a photo.
pub(super) fn delete_photo(txn: &mut Txn<'_>, id: AttachmentId) -> Result<(), Problem> {
    txn.execute("DELETE FROM meeting_photo WHERE id = $1", &args![id])?;
    Ok(())
}

/// Writes what the record says of a meeting, unless somebody has changed it meanwhile.
///
/// # Errors
/// `meetings.changed_meanwhile`.
pub(super) fn set_record(txn: &mut Txn<'_>, changed: &Meeting) -> Result<(), Problem> {
    let Meeting { id, version, topic, place, chair, recorder, guests, minutes, archived_at, .. } = changed;
    let written = txn.execute(
        "UPDATE meeting SET topic = $3, place = $4, chair = $5, recorder = $6, guests = $7, minutes = $8,
             archived_at = $9, version = version + 1
         WHERE id = $1 AND version = $2",
        &args![*id, *version, topic, place, chair, recorder, guests, minutes, *archived_at],
    )?;
    if written == 1 { Ok(()) } else { Err(Problem::conflict("meetings.changed_meanwhile")) }
}

/// Whoever is not known to have been there was not: with leave when he had asked for it, and then for that reason. From
/// now on nobody becomes present any more.
pub(super) fn settle_attendance(txn: &mut Txn<'_>, meeting: MeetingId) -> Result<(), Problem> {
    let now = txn.now();
    let sql = "UPDATE meeting_person SET settled_at = $2,
                   attendance = CASE WHEN attendance <> 'unknown' THEN attendance
                       WHEN answer = 'leave' THEN 'excused' ELSE 'absent' END,
                   reason = CASE WHEN attendance = 'unknown' AND answer = 'leave' THEN leave_reason ELSE reason END
               WHERE meeting_id = $1 AND attendance <> 'present'";
    txn.execute(sql, &args![meeting, now])?;
    Ok(())
}

const ENTRY: &str =
    "e.organization_id, e.number, e.meeting_id, e.content, e.at, e.by_name, e.reason, e.previous, e.hash";

fn entry(row: &Row<'_>) -> Result<Entry, DbError> {
    Ok(Entry {
        organization_id: row.get(0)?,
        number: row.get(1)?,
        meeting_id: row.get(2)?,
        content: row.get(3)?,
        at: row.get(4)?,
        by: row.get(5)?,
        reason: row.get(6)?,
        previous: chain::read(row.get(7)?)?,
        hash: chain::read(row.get(8)?)?,
    })
}

/// Adds an entry to the chain of its organization: it gets the next number and follows from the last one.
pub(super) fn append(txn: &mut Txn<'_>, mut new: Entry) -> Result<Entry, Problem> {
    // This locks the end of the chain until the transaction ends: another entry waits for it.
    let (number, previous) = txn.one(
        "INSERT INTO meeting_chain (organization_id, entries, hash) VALUES ($1, 1, $2)
         ON CONFLICT (organization_id) DO UPDATE SET entries = meeting_chain.entries + 1
         RETURNING entries, hash",
        &args![new.organization_id, BEGINNING.to_vec()],
        |row| Ok((row.get(0)?, chain::read(row.get(1)?)?)),
    )?;
    (new.number, new.previous) = (number, previous);
    new.hash = chain::hash(&new);
    let Entry { organization_id, number, meeting_id, content, at, by, reason, previous, hash } = &new;
    txn.execute(
        "INSERT INTO meeting_entry (organization_id, number, meeting_id, content, at, by_name, reason, previous, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &args![*organization_id, *number, *meeting_id, content, *at, by, reason, previous.to_vec(), hash.to_vec()],
    )?;
    let sql = "UPDATE meeting_chain SET hash = $2 WHERE organization_id = $1";
    txn.execute(sql, &args![*organization_id, hash.to_vec()])?;
    Ok(new)
}

/// The entries of a meeting, the oldest first: how it was archived, then its corrections.
pub(crate) fn entries_of(txn: &mut Txn<'_>, meeting: MeetingId) -> Result<Vec<Entry>, Problem> {
    let sql = format!("SELECT {ENTRY} FROM meeting_entry e WHERE e.meeting_id = $1 ORDER BY e.number");
    Ok(txn.query(&sql, &args![meeting], entry)?)
}

/// The entries of these meetings, in no order that matters between meetings; those of one, the oldest first.
pub(crate) fn entries_of_all(txn: &mut Txn<'_>, meetings: &[MeetingId]) -> Result<Vec<Entry>, Problem> {
    if meetings.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT {ENTRY} FROM meeting_entry e WHERE e.meeting_id IN ({}) ORDER BY e.meeting_id, e.number",
        places(1, meetings.len())
    );
    Ok(txn.query(&sql, &filled(meetings, meetings.len()), entry)?)
}

/// The next entries of a chain behind a number, at most so many.
pub(super) fn chain_behind(
    txn: &mut Txn<'_>,
    organization: OrganizationId,
    number: i64,
    limit: i64,
) -> Result<Vec<Entry>, Problem> {
    let sql = format!(
        "SELECT {ENTRY} FROM meeting_entry e WHERE e.organization_id = $1 AND e.number > $2
         ORDER BY e.number LIMIT $3"
    );
    Ok(txn.query(&sql, &args![organization, number, limit], entry)?)
}

/// Where the chain of an organization ends: how many entries, and the hash of the last.
pub(super) fn chain_end(txn: &mut Txn<'_>, organization: OrganizationId) -> Result<(i64, Hash), Problem> {
    let sql = "SELECT entries, hash FROM meeting_chain WHERE organization_id = $1";
    let end = txn.first(sql, &args![organization], |row| Ok((row.get(0)?, chain::read(row.get(1)?)?)))?;
    Ok(end.unwrap_or((0, BEGINNING)))
}

/// The organizations with entries whose ids come after this one, at most so many.
pub(super) fn organizations_behind(
    txn: &mut Txn<'_>,
    last: Option<OrganizationId>,
    limit: i64,
) -> Result<Vec<OrganizationId>, Problem> {
    // Looked up among the entries, too: a head that was removed must not hide its chain.
    let sql = "SELECT organization_id FROM meeting_chain WHERE organization_id > $1
               UNION SELECT organization_id FROM meeting_entry WHERE organization_id > $1
               ORDER BY organization_id LIMIT $2";
    let last = last.map(|id| id.to_string()).unwrap_or_default();
    Ok(txn.query(sql, &args![last, limit], |row| row.get(0))?)
}
