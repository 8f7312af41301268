//! What a member says to a meeting he is called to.

use ejia_db::Txn;
use ejia_kernel::{Faults, MeetingId, Problem};
use ejia_web::Member;

use crate::authority::{no_such_meeting, still_open};
use crate::model::{AnswerKind, Attendance, Meeting, Person, Source, Way};
use crate::store;

pub(super) const MOST_REASON: usize = 100;

/// What became of 【报名】 or 【参加】.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Came {
    /// He has said that he comes.
    SignedUp,
    /// The meeting is online and on: he is there.
    CheckedIn,
}

/// A meeting on whose list the member stands, and what stands there of him. Any other does not exist for him.
///
/// # Errors
/// `meetings.no_such_meeting`.
pub(crate) fn called_to(txn: &mut Txn<'_>, by: &Member, id: MeetingId) -> Result<(Meeting, Person), Problem> {
    let person = store::person_of(txn, id, by.id())?.ok_or_else(no_such_meeting)?;
    Ok((store::load(txn, id)?.ok_or_else(no_such_meeting)?, person))
}

/// 【报名】; 【参加】, which at an online meeting that is on is checking in.
///
/// # Errors
/// What [`called_to`] and [`still_open`] refuse; `meetings.too_late_to_answer`; `meetings.is_over`.
pub(super) fn come(txn: &mut Txn<'_>, by: &Member, id: MeetingId) -> Result<Came, Problem> {
    let (meeting, person) = called_to(txn, by, id)?;
    still_open(&meeting)?;
    let now = txn.now();
    let online = meeting.way == Way::Online;
    if online && meeting.admits(now) {
        // Pressed twice, it is still one check-in; but archived, or taken off the list in this moment, it is none.
        let there = store::set_present(txn, id, by.id(), Source::Online)?
            || called_to(txn, by, id)?.1.attendance == Attendance::Present;
        return if there { Ok(Came::CheckedIn) } else { Err(Problem::conflict("meetings.is_over")) };
    }
    if meeting.starts_at <= now {
        return Err(Problem::conflict(if online { "meetings.is_over" } else { "meetings.too_late_to_answer" }));
    }
    not_there_yet(&person)?;
    noted(store::set_answer(txn, id, by.id(), AnswerKind::Coming, "")?)?;
    Ok(Came::SignedUp)
}

/// 【请假】.
///
/// # Errors
/// A refusal on `reason`; what [`called_to`] and [`still_open`] refuse; `meetings.too_late_to_answer`;
/// `meetings.checked_in_already`.
pub(super) fn ask_leave(txn: &mut Txn<'_>, by: &Member, id: MeetingId, reason: &str) -> Result<(), Problem> {
    let (meeting, person) = called_to(txn, by, id)?;
    still_open(&meeting)?;
    if meeting.starts_at <= txn.now() {
        return Err(Problem::conflict("meetings.too_late_to_answer"));
    }
    not_there_yet(&person)?;
    let mut faults = Faults::none();
    let reason = faults.needed("reason", reason, MOST_REASON, "meetings.leave_reason_needed");
    faults.settled()?;
    noted(store::set_answer(txn, id, by.id(), AnswerKind::Leave, &reason)?)
}

fn not_there_yet(person: &Person) -> Result<(), Problem> {
    noted(person.attendance != Attendance::Present)
}

fn noted(noted: bool) -> Result<(), Problem> {
    if noted { Ok(()) } else { Err(Problem::conflict("meetings.checked_in_already")) }
}
