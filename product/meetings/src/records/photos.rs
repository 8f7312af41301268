//! Photos beside a meeting: added one after the other, named, put in order, taken away while the record is open.
//!
//! A file is kept before its row is written, and deleted when that is refused; a row is forgotten before its file is
//! deleted, by a job of the same transaction.

use std::path::Path;

use ejia_db::{Desk, Txn};
use ejia_documents::{FileKey, Files, StoredPhoto, on_field};
use ejia_jobs::{Handlers, JobFault};
use ejia_kernel::{AttachmentId, Faults, MeetingId, Problem};
use ejia_web::Officer;
use serde::{Deserialize, Serialize};

use super::archive::{being_recorded, correct_photos, note, reason};
use super::chain::fingerprint;
use super::model::Photo;
use super::store;
use crate::authority::{own, own_locked, seen};
use crate::model::Meeting;

/// No meeting has more.
pub(super) const MOST_PHOTOS: usize = 30;
const MOST_CAPTION: usize = 60;
/// What photos are sealed for.
const PURPOSE: &str = "meeting_photo";
/// Deletes a file that no row names any longer.
const FORGET_FILE: &str = "meetings.forget_file";

/// What comes along with a photo.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct PhotoEntered {
    /// 说明.
    pub(crate) caption: String,
    /// 更正原因, once the record is archived.
    pub(crate) reason: String,
}

/// Which way a photo goes in the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Up,
    Down,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct ToForget {
    key: String,
}

/// Adds the job that deletes files.
#[must_use]
pub(super) fn handlers(handlers: Handlers, files: &Files) -> Handlers {
    let files = files.clone();
    handlers.on(FORGET_FILE, move |job, _| {
        let ToForget { key } = job.payload()?;
        let key: FileKey = key.parse().map_err(|_| JobFault::GiveUp("no key of a file".to_owned()))?;
        Ok(files.delete(&key)?)
    })
}

/// What was entered beside a photo, if one may be added at all.
///
/// # Errors
/// `meetings.too_many_photos` and refusals on the fields; as [`being_recorded`].
pub(super) fn may_add(
    txn: &mut Txn<'_>,
    by: &Officer,
    id: MeetingId,
    entered: &PhotoEntered,
) -> Result<PhotoEntered, Problem> {
    let meeting = own(txn, by, id)?;
    checked(txn, &meeting, entered)
}

fn checked(txn: &mut Txn<'_>, meeting: &Meeting, entered: &PhotoEntered) -> Result<PhotoEntered, Problem> {
    let archived = meeting.archived_at.is_some();
    if !archived {
        being_recorded(meeting, txn.now())?;
    }
    let mut faults = Faults::none();
    let caption = faults.optional("caption", &entered.caption, MOST_CAPTION);
    let reason = if archived { reason(&mut faults, &entered.reason) } else { String::new() };
    if store::photos(txn, meeting.id)?.len() >= MOST_PHOTOS {
        faults.mark("photo", "meetings.too_many_photos");
    }
    faults.settled().map(|()| PhotoEntered { caption, reason })
}

/// Keeps a photo and puts it behind the others. Blocks: called by `ejia_web::aside`.
///
/// # Errors
/// `documents.photo_…` on the field `photo`; as [`may_add`].
pub(super) fn add(
    desk: &Desk,
    files: &Files,
    by: &Officer,
    id: MeetingId,
    (entered, sent): (&PhotoEntered, &Path),
) -> Result<(), Problem> {
    let sent = std::fs::read(sent).map_err(Problem::fault)?;
    let stored = files.keep_photo(desk.vault(), PURPOSE, &sent).map_err(|problem| on_field(problem, "photo"))?;
    let key = stored.key.clone();
    let (by, entered) = (by.clone(), entered.clone());
    // What the register vouches for is the picture as it is kept: it is read back, and so proven to be readable.
    let added = files.open(desk.vault(), PURPOSE, &key).and_then(|kept| {
        let sha256 = fingerprint(&kept);
        desk.write_now(move |txn| write(txn, &by, id, &entered, (&stored, &sha256)))
    });
    if let Err(problem) = &added {
        files.let_go(&key, problem)?;
    }
    added
}

fn write(
    txn: &mut Txn<'_>,
    by: &Officer,
    id: MeetingId,
    entered: &PhotoEntered,
    (stored, sha256): (&StoredPhoto, &str),
) -> Result<(), Problem> {
    let meeting = own_locked(txn, by, id)?;
    let PhotoEntered { caption, reason } = checked(txn, &meeting, entered)?;
    let place = store::photos(txn, id)?.last().map_or(1, |photo| photo.place.saturating_add(1));
    let now = txn.now();
    let photo = Photo {
        id: AttachmentId::new(now),
        meeting_id: id,
        place,
        key: stored.key.clone(),
        sha256: sha256.to_owned(),
        bytes: i64::try_from(stored.bytes).unwrap_or(i64::MAX),
        caption,
        added_at: now,
        added_by: by.name().to_owned(),
    };
    store::insert_photo(txn, &photo)?;
    if meeting.archived_at.is_some() {
        return correct_photos(txn, by, id, &reason);
    }
    note(txn, by, "meetings.photo_added", &meeting)
}

/// A photo of an open record of the officer's organization; the record is locked.
fn own_photo(txn: &mut Txn<'_>, by: &Officer, id: MeetingId, photo: AttachmentId) -> Result<(Meeting, Photo), Problem> {
    let meeting = own_locked(txn, by, id)?;
    being_recorded(&meeting, txn.now())?;
    let photo = store::photo(txn, id, photo)?.ok_or_else(no_such_photo)?;
    Ok((meeting, photo))
}

fn no_such_photo() -> Problem {
    Problem::not_found("meetings.no_such_photo")
}

/// Writes what a photo shows.
///
/// # Errors
/// A refusal on `caption`; `meetings.no_such_photo`; as [`being_recorded`].
pub(super) fn name(
    txn: &mut Txn<'_>,
    by: &Officer,
    id: MeetingId,
    photo: AttachmentId,
    caption: &str,
) -> Result<(), Problem> {
    let (_, photo) = own_photo(txn, by, id, photo)?;
    let mut faults = Faults::none();
    let caption = faults.optional("caption", caption, MOST_CAPTION);
    faults.settled()?;
    store::set_caption(txn, photo.id, &caption)
}

/// Changes places with the photo before it or behind it. At the end of the row nothing happens.
///
/// # Errors
/// `meetings.no_such_photo`; as [`being_recorded`].
pub(super) fn step(
    txn: &mut Txn<'_>,
    by: &Officer,
    id: MeetingId,
    photo: AttachmentId,
    step: Step,
) -> Result<(), Problem> {
    let (_, photo) = own_photo(txn, by, id, photo)?;
    let photos = store::photos(txn, id)?;
    let here = photos.iter().position(|one| one.id == photo.id);
    let there = here.and_then(|here| match step {
        Step::Up => here.checked_sub(1),
        Step::Down => here.checked_add(1),
    });
    if let Some(other) = there.and_then(|there| photos.get(there)) {
        store::set_place(txn, photo.id, other.place)?;
        store::set_place(txn, other.id, photo.place)?;
    }
    Ok(())
}

/// Deletes a file after the commit: no row names it any longer.
///
/// # Errors
/// A fault of the database.
pub(crate) fn forget_file(txn: &mut Txn<'_>, key: &FileKey) -> Result<(), Problem> {
    ejia_jobs::enqueue(txn, FORGET_FILE, ToForget { key: key.as_str().to_owned() })?;
    Ok(())
}

/// Takes a photo away, and its file after the commit.
///
/// # Errors
/// `meetings.no_such_photo`; as [`being_recorded`].
pub(super) fn remove(txn: &mut Txn<'_>, by: &Officer, id: MeetingId, photo: AttachmentId) -> Result<(), Problem> {
    let (meeting, photo) = own_photo(txn, by, id, photo)?;
    store::delete_photo(txn, photo.id)?;
    forget_file(txn, &photo.key)?;
    note(txn, by, "meetings.photo_removed", &meeting)
}

/// A photo of a meeting that the officer may look at.
///
/// # Errors
/// `meetings.no_such_photo`; what [`seen`] refuses.
pub(super) fn seen_photo(
    txn: &mut Txn<'_>,
    by: &Officer,
    id: MeetingId,
    photo: AttachmentId,
) -> Result<Photo, Problem> {
    seen(txn, by, id)?;
    store::photo(txn, id, photo)?.ok_or_else(no_such_photo)
}

/// The JPEG of a photo. Blocks.
///
/// # Errors
/// Those of [`Files::open`].
pub(crate) fn open(desk: &Desk, files: &Files, key: &FileKey) -> Result<Vec<u8>, Problem> {
    files.open(desk.vault(), PURPOSE, key)
}
