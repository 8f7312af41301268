//! 签到: somebody who stands on the list has scanned a code of the meeting while it is on.

use ejia_db::Txn;
use ejia_directory::tree;
use ejia_kernel::{Instant, Problem};
use ejia_web::Member;
use schemars::JsonSchema;
use serde::Serialize;

use super::code::{Scanned, scanned};
use crate::authority::still_open;
use crate::model::{Attendance, EARLY, Meeting, Person, Source};
use crate::store;

/// A meeting before somebody who has scanned its code.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct CheckInView {
    pub(crate) code: String,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) organization: String,
    pub(crate) time: String,
    pub(crate) place: String,
    /// When he checked in, if he has.
    pub(crate) checked_in: String,
}

impl CheckInView {
    /// What he sees who has scanned a code. Who is there already sees that, however old the code is.
    pub(super) fn of(txn: &mut Txn<'_>, by: &Member, code: &str) -> Result<Self, Problem> {
        let found = found(txn, code)?;
        let meeting = &found.meeting;
        let person = store::person_of(txn, meeting.id, by.id())?.ok_or_else(not_called)?;
        let checked_in = there_since(&person);
        if checked_in.is_none() {
            admitted(txn.now(), &found)?;
        }
        Ok(Self {
            code: code.to_owned(),
            id: meeting.id.to_string(),
            name: meeting.name.clone(),
            kind: meeting.kind.label(),
            organization: tree(txn)?.name(meeting.organization_id),
            time: meeting.time(),
            place: meeting.place.clone(),
            checked_in: checked_in.map(|at| at.to_string()).unwrap_or_default(),
        })
    }
}

/// What became of 【签到】.
pub(super) struct CheckedIn {
    pub(super) meeting: Meeting,
    /// When he had checked in before, if he had.
    pub(super) before: Option<Instant>,
}

/// 【签到】: once, however often and however much at once it is pressed.
///
/// # Errors
/// `meetings.no_such_code`; `meetings.code_expired`; `meetings.too_early_to_check_in`; `meetings.too_late_to_check_in`;
/// `meetings.not_called`; what [`still_open`] refuses.
pub(super) fn check_in(txn: &mut Txn<'_>, by: &Member, code: &str) -> Result<CheckedIn, Problem> {
    let found = found(txn, code)?;
    let refused = admitted(txn.now(), &found);
    let meeting = found.meeting;
    if refused.is_ok() && store::set_present(txn, meeting.id, by.id(), Source::Qr)? {
        return Ok(CheckedIn { meeting, before: None });
    }
    let person = store::person_of(txn, meeting.id, by.id())?.ok_or_else(not_called)?;
    match there_since(&person) {
        Some(at) => Ok(CheckedIn { meeting, before: Some(at) }),
        None => Err(refused.err().unwrap_or_else(Problem::busy)),
    }
}

fn found(txn: &mut Txn<'_>, code: &str) -> Result<Scanned, Problem> {
    scanned(txn, code)?.ok_or_else(|| Problem::not_found("meetings.no_such_code"))
}

fn not_called() -> Problem {
    Problem::forbidden("meetings.not_called")
}

fn there_since(person: &Person) -> Option<Instant> {
    person.marked_at.filter(|_| person.attendance == Attendance::Present)
}

/// Whether somebody may check in by this code now.
fn admitted(now: Instant, found: &Scanned) -> Result<(), Problem> {
    let meeting = &found.meeting;
    still_open(meeting)?;
    if meeting.ends_at <= now {
        return Err(Problem::conflict("meetings.too_late_to_check_in"));
    }
    if !meeting.admits(now) {
        let from = meeting.starts_at.minus(EARLY);
        return Err(Problem::conflict("meetings.too_early_to_check_in").with("time", from));
    }
    if found.fresh { Ok(()) } else { Err(Problem::conflict("meetings.code_expired")) }
}
