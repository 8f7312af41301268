//! The rows of attachments.

use ejia_db::{DbError, Row, Txn, args};
use ejia_documents::FileKey;
use ejia_kernel::{AttachmentId, MeetingId, Problem};

use crate::store::understood;

/// A file beside a meeting.
#[derive(Clone, Debug)]
pub(super) struct Attachment {
    pub(super) id: AttachmentId,
    pub(super) meeting_id: MeetingId,
    /// What it is called, with its ending.
    pub(super) name: String,
    pub(super) key: FileKey,
    /// How large it is.
    pub(super) bytes: i64,
}

const COLUMNS: &str = "id, meeting_id, name, file_key, bytes";

fn read(row: &Row<'_>) -> Result<Attachment, DbError> {
    Ok(Attachment {
        id: row.get(0)?,
        meeting_id: row.get(1)?,
        name: row.get(2)?,
        key: understood(row.get::<String>(3)?.parse().ok(), "meeting_attachment.file_key")?,
        bytes: row.get(4)?,
    })
}

/// The attachments of a meeting, in the order in which they came.
pub(super) fn of_meeting(txn: &mut Txn<'_>, meeting: MeetingId) -> Result<Vec<Attachment>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM meeting_attachment WHERE meeting_id = $1 ORDER BY id");
    Ok(txn.query(&sql, &args![meeting], read)?)
}

/// An attachment of a meeting.
pub(super) fn load(txn: &mut Txn<'_>, meeting: MeetingId, id: AttachmentId) -> Result<Option<Attachment>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM meeting_attachment WHERE id = $1 AND meeting_id = $2");
    Ok(txn.first(&sql, &args![id, meeting], read)?)
}

/// Writes an attachment down.
pub(super) fn insert(txn: &mut Txn<'_>, new: &Attachment) -> Result<(), Problem> {
    let Attachment { id, meeting_id, name, key, bytes } = new;
    let sql = "INSERT INTO meeting_attachment (id, meeting_id, name, file_key, bytes) VALUES ($1, $2, $3, $4, $5)";
    txn.execute(sql, &args![*id, *meeting_id, name, key.as_str(), *bytes])?;
    Ok(())
}

/// Forgets an attachment.
pub(super) fn delete(txn: &mut Txn<'_>, id: AttachmentId) -> Result<(), Problem> {
    txn.execute("DELETE FROM meeting_attachment WHERE id = $1", &args![id])?;
    Ok(())
}
