//! Attachments are added and taken away while the meeting is open.

use std::path::Path;

use ejia_audit::{Entry, record};
use ejia_db::{Desk, Txn};
use ejia_documents::Files;
use ejia_kernel::{AttachmentId, Faults, MeetingId, Problem, folded};
use ejia_web::Officer;

use super::store::{self, Attachment};
use crate::authority::{own_locked, still_open};
use crate::records::forget_file;

/// No meeting has more.
const MOST: usize = 10;
/// No attachment is larger, in bytes.
const MOST_BYTES: u64 = 20 << 20;
const MOST_NAME: usize = 80;
/// What attachments are sealed for.
const PURPOSE: &str = "meeting_attachment";
/// What people hand round before a meeting; nothing that a computer runs.
const ENDINGS: [&str; 12] = ["pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "txt", "jpg", "jpeg", "png", "zip"];

/// The name of a file as it is kept: without folders, with an ending that is taken.
///
/// # Errors
/// Refusals on the field `file`.
pub(super) fn checked(name: &str, bytes: u64) -> Result<String, Problem> {
    let name = folded(name.rsplit(['/', '\\']).next().unwrap_or_default());
    let mut faults = Faults::none();
    let taken = name
        .rsplit_once('.')
        .is_some_and(|(stem, ending)| !stem.is_empty() && ENDINGS.contains(&ending.to_ascii_lowercase().as_str()));
    if bytes == 0 {
        faults.mark("file", "meetings.file_needed");
    } else if !taken {
        faults.mark("file", "meetings.file_kind");
    } else if bytes > MOST_BYTES {
        faults.mark("file", "meetings.file_large");
    } else if name.chars().count() > MOST_NAME {
        faults.mark("file", "meetings.file_name_long");
    }
    faults.settled().map(|()| name)
}

/// Keeps a file beside a meeting. Blocks: called by `ejia_web::aside`.
///
/// # Errors
/// Refusals on the field `file`; what [`own_locked`] and [`still_open`] refuse.
pub(super) fn add(
    desk: &Desk,
    files: &Files,
    by: &Officer,
    id: MeetingId,
    (name, sent): (&str, &Path),
) -> Result<(), Problem> {
    let sent = std::fs::read(sent).map_err(Problem::fault)?;
    let key = files.keep(desk.vault(), PURPOSE, &sent)?;
    let (by, name, kept) = (by.clone(), name.to_owned(), key.clone());
    let bytes = i64::try_from(sent.len()).unwrap_or(i64::MAX);
    let added = desk.write_now(move |txn| {
        let meeting = own_locked(txn, &by, id)?;
        still_open(&meeting)?;
        if store::of_meeting(txn, id)?.len() >= MOST {
            return Err(Problem::refused("kernel.check_fields").on("file", "meetings.too_many_files"));
        }
        let attachment = AttachmentId::new(txn.now());
        let new = Attachment { id: attachment, meeting_id: id, name: name.clone(), key: kept.clone(), bytes };
        store::insert(txn, &new)?;
        record(txn, Entry::new(&by.actor(), "meetings.file_added").about("meeting", id).within(meeting.organization_id))
    });
    if let Err(problem) = &added {
        files.let_go(&key, problem)?;
    }
    added
}

/// Takes an attachment away; its file goes with it.
///
/// # Errors
/// `meetings.no_such_file`; what [`own_locked`] and [`still_open`] refuse.
pub(super) fn remove(txn: &mut Txn<'_>, by: &Officer, id: MeetingId, file: AttachmentId) -> Result<(), Problem> {
    let meeting = own_locked(txn, by, id)?;
    still_open(&meeting)?;
    let attachment = one(txn, id, file)?;
    store::delete(txn, file)?;
    forget_file(txn, &attachment.key)?;
    record(txn, Entry::new(&by.actor(), "meetings.file_removed").about("meeting", id).within(meeting.organization_id))
}

/// An attachment of a meeting that the asker may see.
///
/// # Errors
/// `meetings.no_such_file`.
pub(super) fn one(txn: &mut Txn<'_>, id: MeetingId, file: AttachmentId) -> Result<Attachment, Problem> {
    store::load(txn, id, file)?.ok_or_else(|| Problem::not_found("meetings.no_such_file"))
}

/// What is in it. Blocks: called by `ejia_web::aside`.
///
/// # Errors
/// Those of [`Files::open`].
pub(super) fn open(desk: &Desk, files: &Files, attachment: &Attachment) -> Result<Vec<u8>, Problem> {
    files.open(desk.vault(), PURPOSE, &attachment.key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_people_hand_round_is_taken() {
        assert_eq!(checked("C:\\会议\\学习 材料.PDF", 9).unwrap(), "学习 材料.PDF");
        for (name, bytes, code) in [
            ("", 0, "meetings.file_needed"),
            ("材料", 9, "meetings.file_kind"),
            (".pdf", 9, "meetings.file_kind"),
            ("材料.exe", 9, "meetings.file_kind"),
            ("材料.html", 9, "meetings.file_kind"),
            ("材料.pdf", MOST_BYTES + 1, "meetings.file_large"),
        ] {
            assert_eq!(checked(name, bytes).unwrap_err().fields[0].code, code, "{name}");
        }
    }
}
