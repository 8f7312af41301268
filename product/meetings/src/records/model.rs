//! Photos beside a meeting, and what the register says of it.

use ejia_documents::FileKey;
use ejia_kernel::{AttachmentId, Instant, MeetingId, OrganizationId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::chain::Hash;
use crate::kinds::MeetingKind;
use crate::model::{Attendance, Meeting, Person, Recorded, Source, Turnout, Way};

/// A photo beside a meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Photo {
    pub(crate) id: AttachmentId,
    pub(crate) meeting_id: MeetingId,
    /// Where it stands among the others, from 1; gaps do not matter.
    pub(crate) place: i64,
    pub(crate) key: FileKey,
    /// The SHA-256 of the file as it is kept, in hex: what the register vouches for.
    pub(crate) sha256: String,
    /// How large the file is.
    pub(crate) bytes: i64,
    /// 说明.
    pub(crate) caption: String,
    pub(crate) added_at: Instant,
    pub(crate) added_by: String,
}

/// What an entry of the register says of a meeting: everything that is printed, so that the entry stands for itself.
/// Written as JSON; the text that was written is what the chain covers, so fields are only ever added, with a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Content {
    /// The organization as it was called then.
    pub(crate) organization: String,
    pub(crate) kind: MeetingKind,
    /// The group's name, at a meeting of one.
    pub(crate) group: String,
    pub(crate) name: String,
    pub(crate) topic: String,
    pub(crate) way: Way,
    pub(crate) place: String,
    /// Milliseconds since 1970.
    pub(crate) starts_at: i64,
    pub(crate) ends_at: i64,
    pub(crate) chair: String,
    pub(crate) recorder: String,
    pub(crate) guests: String,
    pub(crate) recorded: Recorded,
    pub(crate) turnout: Numbers,
    pub(crate) people: Vec<Attended>,
    pub(crate) agenda: Vec<Item>,
    pub(crate) minutes: String,
    pub(crate) photos: Vec<Pictured>,
}

/// How many were due, and how many came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Numbers {
    pub(crate) due: i64,
    pub(crate) due_voting: i64,
    pub(crate) present: i64,
    pub(crate) present_voting: i64,
    pub(crate) excused: i64,
    pub(crate) absent: i64,
}

/// Somebody on the list: whether he was there, why not, and how it became known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attended {
    pub(crate) name: String,
    pub(crate) voting: bool,
    pub(crate) attendance: Attendance,
    pub(crate) reason: String,
    pub(crate) source: Option<Source>,
}

/// A point of the agenda, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Item {
    pub(crate) title: String,
    /// What it was, in a word: 讨论, 表决, 选举.
    pub(crate) kind: String,
    /// What was said; each line is a paragraph.
    pub(crate) points: String,
    /// What was decided.
    pub(crate) outcome: String,
    pub(crate) votes: Option<Votes>,
}

/// How a vote went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Votes {
    pub(crate) in_favour: i64,
    pub(crate) against: i64,
    pub(crate) abstaining: i64,
}

/// A photo, as an entry vouches for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pictured {
    pub(crate) id: AttachmentId,
    pub(crate) sha256: String,
    pub(crate) caption: String,
}

/// An entry of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) organization_id: OrganizationId,
    /// Its number in the chain of its organization, from 1.
    pub(crate) number: i64,
    pub(crate) meeting_id: MeetingId,
    /// A [`Content`] as it was written.
    pub(crate) content: String,
    pub(crate) at: Instant,
    /// Who wrote it.
    pub(crate) by: String,
    /// 更正原因; empty for the first entry of a meeting.
    pub(crate) reason: String,
    /// The hash of the entry before it.
    pub(crate) previous: Hash,
    /// Its own.
    pub(crate) hash: Hash,
}

impl Content {
    /// What is to be said of a meeting at this moment.
    pub(super) fn of(
        meeting: &Meeting,
        (organization, group): (String, String),
        (turnout, people): (Turnout, &[Person]),
        agenda: Vec<Item>,
        photos: &[Photo],
    ) -> Self {
        let Turnout { due, due_voting, present, present_voting, excused, absent, .. } = turnout;
        Self {
            organization,
            kind: meeting.kind,
            group,
            name: meeting.name.clone(),
            topic: meeting.topic.clone(),
            way: meeting.way,
            place: meeting.place.clone(),
            starts_at: meeting.starts_at.ms(),
            ends_at: meeting.ends_at.ms(),
            chair: meeting.chair.clone(),
            recorder: meeting.recorder.clone(),
            guests: meeting.guests.clone(),
            recorded: meeting.recorded,
            turnout: Numbers { due, due_voting, present, present_voting, excused, absent },
            people: people.iter().map(Attended::of).collect(),
            agenda,
            minutes: meeting.minutes.clone(),
            photos: photos.iter().map(Pictured::of).collect(),
        }
    }
}

impl Attended {
    fn of(person: &Person) -> Self {
        let Person { name, voting, attendance, reason, source, .. } = person;
        Self { name: name.clone(), voting: *voting, attendance: *attendance, reason: reason.clone(), source: *source }
    }
}

impl Pictured {
    pub(super) fn of(photo: &Photo) -> Self {
        Self { id: photo.id, sha256: photo.sha256.clone(), caption: photo.caption.clone() }
    }
}

impl Entry {
    /// 校验码: the first eight digits of the hash.
    pub(crate) fn check_code(&self) -> String {
        super::chain::hex(&self.hash).chars().take(8).collect::<String>().to_uppercase()
    }
}
