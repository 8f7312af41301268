//! The rows of meetings.

use ejia_db::{DbError, Row, Txn, args};
use ejia_directory::mark_changed;
use ejia_kernel::{Instant, MeetingId, Problem};

use crate::kinds::MeetingKind;
use crate::model::{Meeting, Recorded, Way};
use crate::token::Token;

/// The columns of a meeting, in the order of [`meeting`]; `m` is the table.
pub(crate) const COLUMNS: &str = "m.id, m.organization_id, m.kind, m.group_id, m.name, m.topic, m.way, m.place,
    m.starts_at, m.ends_at, m.chair, m.recorder, m.guests, m.minutes, m.recorded, m.published_by, m.publisher,
    m.published_at, m.called_off_at, m.call_off_reason, m.archived_at, m.version";

pub(crate) fn understood<T>(parsed: Option<T>, name: &str) -> Result<T, DbError> {
    parsed.ok_or_else(|| DbError::Column(format!("{name} is not understood")))
}

pub(crate) fn meeting(row: &Row<'_>) -> Result<Meeting, DbError> {
    Ok(Meeting {
        id: row.get(0)?,
        organization_id: row.get(1)?,
        kind: understood(MeetingKind::from_code(&row.get::<String>(2)?), "meeting.kind")?,
        group_id: row.get(3)?,
        name: row.get(4)?,
        topic: row.get(5)?,
        way: understood(Way::from_code(&row.get::<String>(6)?), "meeting.way")?,
        place: row.get(7)?,
        starts_at: row.get(8)?,
        ends_at: row.get(9)?,
        chair: row.get(10)?,
        recorder: row.get(11)?,
        guests: row.get(12)?,
        minutes: row.get(13)?,
        recorded: understood(Recorded::from_code(&row.get::<String>(14)?), "meeting.recorded")?,
        published_by: row.get(15)?,
        publisher: row.get(16)?,
        published_at: row.get(17)?,
        called_off_at: row.get(18)?,
        call_off_reason: row.get(19)?,
        archived_at: row.get(20)?,
        version: row.get(21)?,
    })
}

/// The meeting with this id.
pub(crate) fn load(txn: &mut Txn<'_>, id: MeetingId) -> Result<Option<Meeting>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM meeting m WHERE m.id = $1");
    Ok(txn.first(&sql, &args![id], meeting)?)
}

/// The meeting with this id, its row locked.
pub(crate) fn load_locked(txn: &mut Txn<'_>, id: MeetingId) -> Result<Option<Meeting>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM meeting m WHERE m.id = $1{}", txn.for_update());
    Ok(txn.first(&sql, &args![id], meeting)?)
}

/// Writes a new meeting down, with the tokens of its codes.
pub(crate) fn insert(txn: &mut Txn<'_>, new: &Meeting) -> Result<(), Problem> {
    let Meeting { id, organization_id, kind, group_id, name, topic, way, place, starts_at, ends_at, .. } = new;
    let Meeting { chair, recorder, guests, minutes, recorded, published_by, publisher, published_at, .. } = new;
    let (token, screen_token) = (Token::fresh(), Token::fresh());
    txn.execute(
        "INSERT INTO meeting (id, organization_id, kind, group_id, name, topic, way, place, starts_at, ends_at, chair,
             recorder, guests, minutes, recorded, published_by, publisher, published_at, call_off_reason, version,
             token, screen_token)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, '', $19, $20, $21)",
        &args![
            *id,
            *organization_id,
            kind.code(),
            *group_id,
            name,
            topic,
            way.code(),
            place,
            *starts_at,
            *ends_at,
            chair,
            recorder,
            guests,
            minutes,
            recorded.code(),
            *published_by,
            publisher,
            *published_at,
            new.version,
            token.as_str(),
            screen_token.as_str(),
        ],
    )?;
    Ok(mark_changed(txn, *organization_id)?)
}

/// Writes anew what was published of a meeting; its version goes up.
///
/// # Errors
/// `meetings.changed_meanwhile` when it is no longer of the version that was changed.
pub(crate) fn update(txn: &mut Txn<'_>, changed: &Meeting) -> Result<(), Problem> {
    let Meeting { id, kind, group_id, name, topic, way, place, starts_at, ends_at, chair, recorder, guests, .. } =
        changed;
    let written = txn.execute(
        "UPDATE meeting SET kind = $3, group_id = $4, name = $5, topic = $6, way = $7, place = $8, starts_at = $9,
             ends_at = $10, chair = $11, recorder = $12, guests = $13, version = version + 1
         WHERE id = $1 AND version = $2",
        &args![
            *id,
            changed.version,
            kind.code(),
            *group_id,
            name,
            topic,
            way.code(),
            place,
            *starts_at,
            *ends_at,
            chair,
            recorder,
            guests,
        ],
    )?;
    if written != 1 {
        return Err(Problem::conflict("meetings.changed_meanwhile"));
    }
    Ok(mark_changed(txn, changed.organization_id)?)
}

/// Calls a meeting off.
pub(crate) fn call_off(txn: &mut Txn<'_>, meeting: &Meeting, at: Instant, reason: &str) -> Result<(), Problem> {
    let sql = "UPDATE meeting SET called_off_at = $2, call_off_reason = $3, version = version + 1 WHERE id = $1";
    txn.execute(sql, &args![meeting.id, at, reason])?;
    Ok(mark_changed(txn, meeting.organization_id)?)
}

/// The token of the printed code, and that of the code on the screen.
pub(crate) fn tokens(txn: &mut Txn<'_>, id: MeetingId) -> Result<(Token, Token), Problem> {
    let sql = "SELECT token, screen_token FROM meeting WHERE id = $1";
    let read = |text: String| understood(Token::read(&text), "meeting.token");
    Ok(txn.one(sql, &args![id], |row| Ok((read(row.get(0)?)?, read(row.get(1)?)?)))?)
}

/// The meeting whose printed code holds this token.
pub(crate) fn by_token(txn: &mut Txn<'_>, token: &Token) -> Result<Option<Meeting>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM meeting m WHERE m.token = $1");
    Ok(txn.first(&sql, &args![token.as_str()], meeting)?)
}

/// The meeting whose code on the screen holds this token.
pub(crate) fn by_screen_token(txn: &mut Txn<'_>, token: &Token) -> Result<Option<Meeting>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM meeting m WHERE m.screen_token = $1");
    Ok(txn.first(&sql, &args![token.as_str()], meeting)?)
}
