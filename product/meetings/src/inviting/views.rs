//! What the pages of lists show.

use std::collections::HashSet;

use ejia_db::Txn;
use ejia_kernel::{MeetingId, MemberId, MemberKind, OrganizationKind, Problem};
use ejia_messages::Fate;
use ejia_web::{Choice, Choices, Officer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::choose::{ChooseEntered, Choosing, candidates, named};
use super::tell::told;
use crate::authority::{own, seen, still_open};
use crate::head::MeetingHead;
use crate::kinds::MeetingKind;
use crate::model::{AnswerKind, Attendance, Person, Turnout};
use crate::{groups, store};

/// Somebody who can be put on the list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct CandidateView {
    pub(crate) id: String,
    pub(crate) name: String,
    /// His branch, on a committee's page; else what kind of member he is.
    pub(crate) remark: String,
    pub(crate) ticked: bool,
    pub(crate) on_list: bool,
}

/// 【通知党员】: choosing who is on the list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ChooseView {
    pub(crate) head: MeetingHead,
    pub(crate) who: &'static str,
    pub(crate) ways: Choices,
    pub(crate) groups: Vec<Choice>,
    pub(crate) group: String,
    pub(crate) candidates: Vec<CandidateView>,
    /// Members are looked for by name: there are too many to be listed.
    pub(crate) searches: bool,
    pub(crate) q: String,
    pub(crate) on_list: usize,
}

impl ChooseView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &Officer, id: MeetingId, asked: &ChooseEntered) -> Result<Self, Problem> {
        let meeting = own(txn, by, id)?;
        still_open(&meeting)?;
        let on_list: HashSet<MemberId> = store::people(txn, id)?.iter().map(|person| person.member_id).collect();
        let groups = groups::of_branch(txn, by.organization_id())?;
        let default = match meeting.kind {
            _ if !on_list.is_empty() => Choosing::ByHand,
            MeetingKind::Group => Choosing::Group,
            kind if kind.whole_branch() => Choosing::All,
            _ => Choosing::ByHand,
        };
        let searches = by.kind() != OrganizationKind::Branch;
        let candidates = if searches { found(txn, by, &asked.q, &on_list)? } else { all(txn, by, &on_list)? };
        let ways = Choosing::ALL.iter().filter(|way| **way != Choosing::Group || !groups.is_empty());
        Ok(Self {
            head: MeetingHead::of(txn, by, &meeting)?,
            who: Choosing::from_code(&asked.who).unwrap_or(default).code(),
            ways: Choices::of(ways.map(|way| (way.label(), way.code()))),
            groups: groups.into_iter().map(|group| Choice::of(group.name, group.id.to_string())).collect(),
            group: meeting.group_id.map(|group| group.to_string()).unwrap_or_default(),
            candidates,
            searches,
            q: asked.q.clone(),
            on_list: on_list.len(),
        })
    }
}

fn all(txn: &mut Txn<'_>, by: &Officer, on_list: &HashSet<MemberId>) -> Result<Vec<CandidateView>, Problem> {
    let view = |member: ejia_directory::BranchMember| CandidateView {
        id: member.id.to_string(),
        name: member.name,
        remark: if member.kind == MemberKind::Full { String::new() } else { member.kind.label().to_owned() },
        ticked: on_list.contains(&member.id),
        on_list: on_list.contains(&member.id),
    };
    Ok(candidates(txn, by)?.into_iter().map(view).collect())
}

fn found(txn: &mut Txn<'_>, by: &Officer, q: &str, on_list: &HashSet<MemberId>) -> Result<Vec<CandidateView>, Problem> {
    if q.trim().is_empty() {
        return Ok(Vec::new());
    }
    let view = |(id, name, remark): (MemberId, String, String)| CandidateView {
        id: id.to_string(),
        name,
        remark,
        ticked: on_list.contains(&id),
        on_list: on_list.contains(&id),
    };
    Ok(named(txn, by, q)?.into_iter().map(view).collect())
}

/// Which of the people on a list are shown.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct PeopleAsked {
    /// An [`AnswerKind`] or an [`Attendance`] by its code; empty for all.
    pub(crate) state: String,
}

/// A tab of the list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct PeopleTab {
    pub(crate) label: &'static str,
    pub(crate) state: &'static str,
    pub(crate) count: i64,
    pub(crate) open: bool,
}

/// Somebody on the list, as a line shows him.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct PersonView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) voting: bool,
    pub(crate) notified: String,
    /// Which way the last notice went, and how far; empty when none was written.
    pub(crate) notice: String,
    pub(crate) notice_tone: &'static str,
    pub(crate) answer: &'static str,
    pub(crate) answer_tone: &'static str,
    pub(crate) leave_reason: String,
    pub(crate) attendance: &'static str,
    pub(crate) attendance_tone: &'static str,
    pub(crate) source: &'static str,
    pub(crate) reason: String,
    pub(crate) marked: String,
    pub(crate) may_go: bool,
}

impl PersonView {
    pub(crate) fn of(person: &Person, notice: Option<Fate>) -> Self {
        Self {
            id: person.member_id.to_string(),
            name: person.name.clone(),
            voting: person.voting,
            notified: person.notified_at.map(|at| at.to_string()).unwrap_or_default(),
            notice: notice.map(Fate::words).unwrap_or_default(),
            notice_tone: notice.map_or("", Fate::tone),
            answer: person.answer.label(),
            answer_tone: person.answer.tone(),
            leave_reason: person.leave_reason.clone(),
            attendance: person.attendance.label(),
            attendance_tone: person.attendance.tone(),
            source: person.source.map_or("", crate::model::Source::label),
            reason: person.reason.clone(),
            marked: person.marked_at.map(|at| at.to_string()).unwrap_or_default(),
            may_go: person.attendance != Attendance::Present,
        }
    }
}

/// 【参会人员】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct PeopleView {
    pub(crate) head: MeetingHead,
    pub(crate) tabs: Vec<PeopleTab>,
    pub(crate) state: String,
    pub(crate) people: Vec<PersonView>,
    pub(crate) turnout: Turnout,
}

impl PeopleView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &Officer, id: MeetingId, asked: &PeopleAsked) -> Result<Self, Problem> {
        let meeting = seen(txn, by, id)?;
        let turnout = store::turnout(txn, id)?;
        let (answer, attendance) = (AnswerKind::from_code(&asked.state), Attendance::from_code(&asked.state));
        let fits = |person: &&Person| {
            answer.is_none_or(|answer| person.answer == answer)
                && attendance.is_none_or(|attendance| person.attendance == attendance)
        };
        let people = store::people(txn, id)?;
        let told = told(txn, id)?;
        let notice = |person: &Person| told.get(&person.member_id).copied();
        let tab = |label, state, count| PeopleTab { label, state, count, open: asked.state == state };
        Ok(Self {
            head: MeetingHead::of(txn, by, &meeting)?,
            tabs: vec![
                tab("全部人员", "", turnout.due),
                tab("未确认人员", AnswerKind::None.code(), turnout.unanswered),
                tab("已报名", AnswerKind::Coming.code(), turnout.coming),
                tab("请假", AnswerKind::Leave.code(), turnout.leave),
                tab("到会", Attendance::Present.code(), turnout.present),
                tab("缺席", Attendance::Absent.code(), turnout.absent),
            ],
            state: asked.state.clone(),
            people: people.iter().filter(fits).map(|person| PersonView::of(person, notice(person))).collect(),
            turnout,
        })
    }
}
