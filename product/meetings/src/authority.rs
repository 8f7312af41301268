//! Which meetings an officer may see and change: those of his organization, and, to look at, those of what lies under
//! it. Every other does not exist for him.

use ejia_db::Txn;
use ejia_directory::tree;
use ejia_kernel::{MeetingId, Problem};
use ejia_web::Officer;

use crate::model::Meeting;
use crate::store;

/// A meeting the officer may look at.
///
/// # Errors
/// `meetings.no_such_meeting`.
pub(crate) fn seen(txn: &mut Txn<'_>, by: &Officer, id: MeetingId) -> Result<Meeting, Problem> {
    let meeting = store::load(txn, id)?.ok_or_else(no_such_meeting)?;
    if meeting.organization_id == by.organization_id() {
        return Ok(meeting);
    }
    let tree = tree(txn)?;
    let under = tree.get(meeting.organization_id).is_some_and(|node| by.oversees(&node.path));
    if under { Ok(meeting) } else { Err(no_such_meeting()) }
}

/// A meeting of the officer's own organization.
///
/// # Errors
/// `meetings.no_such_meeting`; `meetings.not_own` for what he may only look at.
pub(crate) fn own(txn: &mut Txn<'_>, by: &Officer, id: MeetingId) -> Result<Meeting, Problem> {
    checked(by, seen(txn, by, id)?)
}

/// The same, its row locked for a change.
///
/// # Errors
/// As [`own`].
pub(crate) fn own_locked(txn: &mut Txn<'_>, by: &Officer, id: MeetingId) -> Result<Meeting, Problem> {
    own(txn, by, id)?;
    store::load_locked(txn, id)?.ok_or_else(no_such_meeting)
}

fn checked(by: &Officer, meeting: Meeting) -> Result<Meeting, Problem> {
    if meeting.organization_id == by.organization_id() {
        Ok(meeting)
    } else {
        Err(Problem::forbidden("meetings.not_own"))
    }
}

/// The refusal that there is no such meeting.
pub(crate) fn no_such_meeting() -> Problem {
    Problem::not_found("meetings.no_such_meeting")
}

/// The refusal to change what stands in the register already, or was called off.
///
/// # Errors
/// `meetings.is_archived`; `meetings.is_called_off`.
pub(crate) fn still_open(meeting: &Meeting) -> Result<(), Problem> {
    if meeting.called_off_at.is_some() {
        Err(Problem::conflict("meetings.is_called_off"))
    } else if meeting.archived_at.is_some() {
        Err(Problem::conflict("meetings.is_archived"))
    } else {
        Ok(())
    }
}
