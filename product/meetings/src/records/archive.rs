//! The minutes are written, the record is put into the register, and what stands there is corrected by adding to it.

use ejia_audit::record;
use ejia_db::Txn;
use ejia_directory::tree;
use ejia_kernel::{Faults, Instant, MeetingId, Problem};
use ejia_web::Officer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::agenda::agenda_of;
use super::chain::BEGINNING;
use super::model::{Content, Entry, Pictured};
use super::store;
use crate::agenda;
use crate::authority::{own_locked, still_open};
use crate::calling::{MOST_GUESTS, MOST_PERSON, MOST_PLACE, MOST_TOPIC};
use crate::groups;
use crate::model::{Meeting, Way};
use crate::store as meetings;

/// Minutes are no longer, in characters.
pub(super) const MOST_MINUTES: usize = 20_000;
const MOST_REASON: usize = 100;

/// 会议记录, as it is entered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct MinutesEntered {
    pub(crate) minutes: String,
    /// The version that is changed.
    pub(crate) version: i64,
}

/// The record of a meeting can be written: it has begun, and does not stand in the register.
///
/// # Errors
/// `meetings.not_begun`; what [`still_open`] refuses.
pub(super) fn being_recorded(meeting: &Meeting, now: Instant) -> Result<(), Problem> {
    still_open(meeting)?;
    if meeting.starts_at <= now { Ok(()) } else { Err(Problem::conflict("meetings.not_begun")) }
}

/// Saves the minutes.
///
/// # Errors
/// A refusal on `minutes`; `meetings.changed_meanwhile`; as [`being_recorded`].
pub(super) fn write_minutes(
    txn: &mut Txn<'_>,
    by: &Officer,
    id: MeetingId,
    entered: &MinutesEntered,
) -> Result<(), Problem> {
    let meeting = own_locked(txn, by, id)?;
    being_recorded(&meeting, txn.now())?;
    let mut faults = Faults::none();
    let minutes = faults.lines("minutes", &entered.minutes, MOST_MINUTES);
    faults.settled()?;
    store::set_record(txn, &Meeting { minutes, version: entered.version, ..meeting.clone() })?;
    note(txn, by, "meetings.minutes_written", &meeting)
}

/// Puts the record into the register, as it was seen on the page of this version. Who is not known to have been there
/// was not.
///
/// # Errors
/// `meetings.still_voting`; `meetings.changed_meanwhile`; as [`being_recorded`].
pub(super) fn archive(txn: &mut Txn<'_>, by: &Officer, id: MeetingId, version: i64) -> Result<(), Problem> {
    let meeting = own_locked(txn, by, id)?;
    let now = txn.now();
    being_recorded(&meeting, now)?;
    if agenda::is_voting(txn, id)? {
        return Err(Problem::conflict("meetings.still_voting"));
    }
    let meeting = Meeting { archived_at: Some(now), version, ..meeting };
    store::set_record(txn, &meeting)?;
    store::settle_attendance(txn, id)?;
    let content = content(txn, &meeting)?;
    add(txn, by, &meeting, &content, "")?;
    note(txn, by, "meetings.archived", &meeting)
}

/// What the register would say of a meeting now.
fn content(txn: &mut Txn<'_>, meeting: &Meeting) -> Result<Content, Problem> {
    let group = match meeting.group_id {
        Some(group) => groups::group(txn, group)?.map(|group| group.name),
        None => None,
    };
    let names = (tree(txn)?.name(meeting.organization_id), group.unwrap_or_default());
    let (turnout, people) = (meetings::turnout(txn, meeting.id)?, meetings::people(txn, meeting.id)?);
    let (agenda, photos) = (agenda_of(txn, meeting)?, store::photos(txn, meeting.id)?);
    Ok(Content::of(meeting, names, (turnout, &people), agenda, &photos))
}

fn add(txn: &mut Txn<'_>, by: &Officer, meeting: &Meeting, content: &Content, reason: &str) -> Result<(), Problem> {
    let entry = Entry {
        organization_id: meeting.organization_id,
        number: 0,
        meeting_id: meeting.id,
        content: serde_json::to_string(content).map_err(Problem::fault)?,
        at: txn.now(),
        by: by.name().to_owned(),
        reason: reason.to_owned(),
        previous: BEGINNING,
        hash: BEGINNING,
    };
    store::append(txn, entry).map(drop)
}

/// 【更正】, as it is entered: what can be corrected, as it is to be read from now on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct CorrectionEntered {
    pub(crate) topic: String,
    pub(crate) place: String,
    pub(crate) chair: String,
    pub(crate) recorder: String,
    pub(crate) guests: String,
    pub(crate) minutes: String,
    /// 更正原因.
    pub(crate) reason: String,
    /// The version that is corrected.
    pub(crate) version: i64,
}

impl From<&Meeting> for CorrectionEntered {
    fn from(meeting: &Meeting) -> Self {
        Self {
            topic: meeting.topic.clone(),
            place: meeting.place.clone(),
            chair: meeting.chair.clone(),
            recorder: meeting.recorder.clone(),
            guests: meeting.guests.clone(),
            minutes: meeting.minutes.clone(),
            reason: String::new(),
            version: meeting.version,
        }
    }
}

/// Corrects a record that stands in the register, by another entry: the old one stays.
///
/// # Errors
/// Refusals on the fields; `meetings.nothing_corrected`; `meetings.not_archived`; `meetings.changed_meanwhile`.
pub(super) fn correct(
    txn: &mut Txn<'_>,
    by: &Officer,
    id: MeetingId,
    entered: &CorrectionEntered,
) -> Result<(), Problem> {
    let (before, last) = corrected(txn, by, id)?;
    let mut faults = Faults::none();
    let after = Meeting {
        topic: faults.lines("topic", &entered.topic, MOST_TOPIC),
        place: if before.way == Way::Online {
            faults.optional("place", &entered.place, MOST_PLACE)
        } else {
            faults.needed("place", &entered.place, MOST_PLACE, "meetings.place_needed")
        },
        chair: faults.optional("chair", &entered.chair, MOST_PERSON),
        recorder: faults.optional("recorder", &entered.recorder, MOST_PERSON),
        guests: faults.optional("guests", &entered.guests, MOST_GUESTS),
        minutes: faults.lines("minutes", &entered.minutes, MOST_MINUTES),
        version: entered.version,
        ..before
    };
    let reason = reason(&mut faults, &entered.reason);
    faults.settled()?;
    let content = Content {
        topic: after.topic.clone(),
        place: after.place.clone(),
        chair: after.chair.clone(),
        recorder: after.recorder.clone(),
        guests: after.guests.clone(),
        minutes: after.minutes.clone(),
        ..last.clone()
    };
    if content == last {
        return Err(Problem::refused("kernel.check_fields").on("minutes", "meetings.nothing_corrected"));
    }
    store::set_record(txn, &after)?;
    add(txn, by, &after, &content, &reason)?;
    note(txn, by, "meetings.corrected", &after)
}

/// Why something is corrected.
pub(super) fn reason(faults: &mut Faults, entered: &str) -> String {
    faults.needed("reason", entered, MOST_REASON, "meetings.correction_reason_needed")
}

/// Has the register say which photos there are now, when they have become others after archiving.
///
/// # Errors
/// As [`corrected`].
pub(super) fn correct_photos(txn: &mut Txn<'_>, by: &Officer, id: MeetingId, reason: &str) -> Result<(), Problem> {
    let (meeting, last) = corrected(txn, by, id)?;
    let photos = store::photos(txn, id)?.iter().map(Pictured::of).collect();
    add(txn, by, &meeting, &Content { photos, ..last }, reason)?;
    note(txn, by, "meetings.corrected", &meeting)
}

/// A meeting of the officer's organization that stands in the register, locked, and what the register says of it.
///
/// # Errors
/// `meetings.not_archived`; what [`own_locked`] refuses.
fn corrected(txn: &mut Txn<'_>, by: &Officer, id: MeetingId) -> Result<(Meeting, Content), Problem> {
    let meeting = own_locked(txn, by, id)?;
    let last = store::entries_of(txn, id)?.pop();
    let last = last.ok_or_else(|| Problem::conflict("meetings.not_archived"))?;
    Ok((meeting, serde_json::from_str(&last.content).map_err(Problem::fault)?))
}

pub(super) fn note(txn: &mut Txn<'_>, by: &Officer, action: &'static str, meeting: &Meeting) -> Result<(), Problem> {
    let entry = ejia_audit::Entry::new(&by.actor(), action).about("meeting", meeting.id);
    record(txn, entry.within(meeting.organization_id).with("kind", meeting.kind.code()))
}
