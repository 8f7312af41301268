//! Attachments as pages list them.

use ejia_db::Txn;
use ejia_kernel::{MeetingId, Problem};
use ejia_web::Officer;
use schemars::JsonSchema;
use serde::Serialize;

use super::store::{self, Attachment};
use crate::authority::seen;
use crate::head::MeetingHead;

/// An attachment as a line shows it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct AttachmentLine {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) size: String,
}

/// The attachments of a meeting.
///
/// # Errors
/// A fault of the database.
pub(crate) fn lines(txn: &mut Txn<'_>, meeting: MeetingId) -> Result<Vec<AttachmentLine>, Problem> {
    let line = |Attachment { id, name, bytes, .. }| AttachmentLine { id: id.to_string(), name, size: size(bytes) };
    Ok(store::of_meeting(txn, meeting)?.into_iter().map(line).collect())
}

fn size(bytes: i64) -> String {
    let kib = (bytes + 1023) / 1024;
    if kib < 1024 { format!("{kib} KB") } else { format!("{}.{} MB", kib / 1024, kib % 1024 * 10 / 1024) }
}

/// 【附件】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct AttachmentsView {
    pub(crate) head: MeetingHead,
    pub(crate) files: Vec<AttachmentLine>,
}

impl AttachmentsView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &Officer, id: MeetingId) -> Result<Self, Problem> {
        let meeting = seen(txn, by, id)?;
        Ok(Self { head: MeetingHead::of(txn, by, &meeting)?, files: lines(txn, id)? })
    }
}
