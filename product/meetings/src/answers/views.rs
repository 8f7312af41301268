//! What a member sees of the meetings he is called to.

use ejia_db::Txn;
use ejia_directory::tree;
use ejia_kernel::{Instant, MeetingId, Problem};
use ejia_web::Member;
use schemars::JsonSchema;
use serde::Serialize;

use super::answer::called_to;
use crate::attachments::{self, AttachmentLine};
use crate::head::tone;
use crate::model::{AnswerKind, Attendance, Meeting, Person, Phase, Way};
use crate::store;

/// A meeting as a line shows it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct CalledView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) time: String,
    pub(crate) place: String,
    pub(crate) phase: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) answer: &'static str,
    pub(crate) answer_tone: &'static str,
    pub(crate) attendance: &'static str,
    pub(crate) attendance_tone: &'static str,
}

impl CalledView {
    fn of(meeting: &Meeting, person: &Person, now: Instant) -> Self {
        // That the record is still to be written is no concern of his.
        let phase = match meeting.phase(now) {
            Phase::Over | Phase::Archived => "已结束",
            phase => phase.label(),
        };
        Self {
            id: meeting.id.to_string(),
            name: meeting.name.clone(),
            kind: meeting.kind.label(),
            time: meeting.time(),
            place: if meeting.place.is_empty() { meeting.way.label().to_owned() } else { meeting.place.clone() },
            phase,
            tone: if phase == "已结束" { "plain" } else { tone(meeting.phase(now)) },
            answer: person.answer.label(),
            answer_tone: person.answer.tone(),
            attendance: person.attendance.label(),
            attendance_tone: person.attendance.tone(),
        }
    }
}

/// 【会议】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct CalledListView {
    /// 未结束.
    pub(crate) coming: Vec<CalledView>,
    /// 已结束.
    pub(crate) past: Vec<CalledView>,
}

impl CalledListView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &Member) -> Result<Self, Problem> {
        let now = txn.now();
        let views = |found: Vec<(Meeting, Person)>| {
            found.iter().map(|(meeting, person)| CalledView::of(meeting, person, now)).collect()
        };
        Ok(Self {
            coming: views(store::coming_of_member(txn, by.id(), now)?),
            past: views(store::past_of_member(txn, by.id(), now)?),
        })
    }
}

/// One meeting before a member who is called to it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question that the page asks")]
pub(crate) struct MyMeetingView {
    pub(crate) line: CalledView,
    pub(crate) organization: String,
    pub(crate) facts: Vec<(&'static str, String)>,
    pub(crate) topic: String,
    /// Files to read before.
    pub(crate) files: Vec<AttachmentLine>,
    /// Why it is not held, if it is not.
    pub(crate) called_off: String,
    /// What he said, and why he asks leave.
    pub(crate) answered: String,
    pub(crate) leave_reason: String,
    /// When he checked in or was marked, how, and what was said of it.
    pub(crate) marked: String,
    pub(crate) source: &'static str,
    pub(crate) reason: String,
    /// Whether he is known to have been there.
    pub(crate) present: bool,
    pub(crate) online: bool,
    /// Whether he may still say whether he comes.
    pub(crate) may_answer: bool,
    /// Whether 【参加】 now is checking in.
    pub(crate) may_join: bool,
    /// Whether a code can be scanned now.
    pub(crate) may_scan: bool,
}

impl MyMeetingView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &Member, id: MeetingId) -> Result<Self, Problem> {
        let (meeting, person) = called_to(txn, by, id)?;
        let now = txn.now();
        let phase = meeting.phase(now);
        let present = person.attendance == Attendance::Present;
        let online = meeting.way == Way::Online;
        let admitted = meeting.admits(now) && !present;
        let written = |at: Option<Instant>| at.map(|at| at.to_string()).unwrap_or_default();
        Ok(Self {
            line: CalledView::of(&meeting, &person, now),
            organization: tree(txn)?.name(meeting.organization_id),
            facts: facts(&meeting),
            topic: meeting.topic.clone(),
            files: attachments::lines(txn, id)?,
            called_off: meeting.call_off_reason.clone(),
            answered: written(person.answered_at),
            leave_reason: if person.answer == AnswerKind::Leave { person.leave_reason } else { String::new() },
            marked: written(person.marked_at),
            source: person.source.map_or("", crate::model::Source::label),
            reason: person.reason,
            present,
            online,
            may_answer: phase == Phase::Coming && !present,
            may_join: online && admitted,
            may_scan: !online && admitted,
        })
    }

    /// Whether he has said that he comes.
    pub(crate) fn coming(&self) -> bool {
        self.line.answer == AnswerKind::Coming.label()
    }
}

fn facts(meeting: &Meeting) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("会议类型", meeting.kind.label().to_owned()),
        ("召开时间", meeting.time()),
        ("会议方式", meeting.way.label().to_owned()),
        ("会议地点", meeting.place.clone()),
        ("主持人", meeting.chair.clone()),
    ];
    facts.retain(|(_, value)| !value.is_empty());
    facts
}
