//! Tells people on a list that a meeting is held, has changed, or is not held: some at a time, by a job.

use std::collections::HashMap;

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_directory::member_briefs;
use ejia_jobs::Handlers;
use ejia_kernel::{MeetingId, MemberId, Problem, labelled};
use ejia_messages::{About, Fate, Letter, Template};
use ejia_web::Officer;
use serde::{Deserialize, Serialize};

use crate::authority::{own_locked, still_open};
use crate::model::{Meeting, Phase};
use crate::store;

/// The job that tells a handful.
const TELL: &str = "meetings.tell";
/// How many one job tells: each is a message row and a job of its own.
const TOLD_AT_ONCE: usize = 50;

labelled! {
    /// What is told.
    pub enum Told {
        /// It is held.
        Called => "called", "会议通知";
        /// Time, place or way are others.
        Changed => "changed", "会议变更";
        /// It is not held.
        CalledOff => "called_off", "会议取消";
    }
}

/// What the job knows.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct ToTell {
    meeting: MeetingId,
    what: Told,
    /// The version of the meeting and the minute it was asked in: a button pressed twice tells once.
    key: String,
    members: Vec<MemberId>,
}

/// Adds the job.
#[must_use]
pub(crate) fn handlers(handlers: Handlers) -> Handlers {
    handlers.on(TELL, |job, desk| {
        let to_tell: ToTell = job.payload()?;
        Ok(desk.write_now(move |txn| tell(txn, &to_tell))?)
    })
}

/// 【通知】: tells everybody on the list, or only who has not answered. Answers how many.
///
/// # Errors
/// `meetings.nobody_to_tell`; `meetings.too_late_to_tell` for what is over; what [`own_locked`] and [`still_open`] refuse.
pub(super) fn notify(txn: &mut Txn<'_>, by: &Officer, id: MeetingId, only_unanswered: bool) -> Result<usize, Problem> {
    let meeting = own_locked(txn, by, id)?;
    still_open(&meeting)?;
    let now = txn.now();
    if meeting.phase(now) == Phase::Over {
        return Err(Problem::conflict("meetings.too_late_to_tell"));
    }
    let people = store::people(txn, id)?;
    let told = people.iter().filter(|person| !only_unanswered || person.answered_at.is_none());
    let members: Vec<MemberId> = told.map(|person| person.member_id).collect();
    if members.is_empty() {
        return Err(Problem::refused("meetings.nobody_to_tell"));
    }
    store::set_all_notified(txn, id, only_unanswered, now)?;
    announce(txn, &meeting, Told::Called, &members)?;
    let entry = Entry::new(&by.actor(), "meetings.notified").about("meeting", id);
    record(txn, entry.within(meeting.organization_id).with("people", members.len()))?;
    Ok(members.len())
}

/// Tells those who were told of the meeting.
///
/// # Errors
/// A fault of the database.
pub(crate) fn tell_those_told(txn: &mut Txn<'_>, meeting: &Meeting, what: Told) -> Result<(), Problem> {
    let people = store::people(txn, meeting.id)?;
    let told = people.iter().filter(|person| person.notified_at.is_some());
    let members: Vec<MemberId> = told.map(|person| person.member_id).collect();
    announce(txn, meeting, what, &members)
}

fn announce(txn: &mut Txn<'_>, meeting: &Meeting, what: Told, members: &[MemberId]) -> Result<(), Problem> {
    let key = format!("{}:{}", meeting.version, txn.now().ms() / 60_000);
    for members in members.chunks(TOLD_AT_ONCE) {
        let to_tell = ToTell { meeting: meeting.id, what, key: key.clone(), members: members.to_vec() };
        ejia_jobs::enqueue(txn, TELL, to_tell)?;
    }
    Ok(())
}

/// How the keys of all letters about a meeting begin.
fn letters_of(meeting: MeetingId) -> String {
    format!("meeting:{meeting}:")
}

/// How the last letter about the meeting went to each member it was written to.
///
/// # Errors
/// A fault of the database.
pub(super) fn told(txn: &mut Txn<'_>, meeting: MeetingId) -> Result<HashMap<MemberId, Fate>, Problem> {
    ejia_messages::states_of(txn, &letters_of(meeting))
}

/// Writes to those who are still there.
fn tell(txn: &mut Txn<'_>, to_tell: &ToTell) -> Result<(), Problem> {
    let ToTell { meeting, what, key, members } = to_tell;
    let Some(meeting) = store::load(txn, *meeting)? else { return Ok(()) };
    let briefs = member_briefs(txn, members)?;
    let template = match what {
        Told::Called => Template::MeetingCalled,
        Told::Changed => Template::MeetingChanged,
        Told::CalledOff => Template::MeetingCalledOff,
    };
    // A notice is of no use once the meeting has begun; while it is on, until it is over.
    let until = if meeting.starts_at > txn.now() { meeting.starts_at } else { meeting.ends_at };
    for member in members {
        let Some(brief) = briefs.get(member) else { continue };
        let letter = Letter::new(brief.phone.clone(), template)
            .with("kind", meeting.kind.label())
            .with("time", written(&meeting))
            .about(About::Member(*member))
            .until(until)
            .once(format!("{}{}:{key}:{member}", letters_of(meeting.id), what.code()));
        ejia_messages::send(txn, &letter)?;
    }
    Ok(())
}

/// When it begins, as a text message says it: 3月5日14:30.
fn written(meeting: &Meeting) -> String {
    let day = meeting.starts_at.china_date();
    let at = meeting.starts_at.to_string();
    let time = at.split_once(' ').map_or("", |(_, time)| time);
    format!("{}月{}日{time}", day.month(), day.day())
}
