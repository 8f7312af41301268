//! What 到会登记 shows.

use std::collections::HashMap;

use ejia_db::Txn;
use ejia_kernel::{MeetingId, Problem};
use ejia_web::{Choice, Officer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::mark::{MarkEntered, markable, too_long};
use crate::authority::own;
use crate::head::MeetingHead;
use crate::model::{Attendance, Person, Source, Turnout};
use crate::store;

/// People of a page.
const PAGE: u32 = 500;

/// Which page of the list.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct MarkAsked {
    pub(crate) page: u32,
}

/// Somebody on the list, as a line of the form.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct MarkLine {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) voting: bool,
    pub(crate) answer: &'static str,
    pub(crate) answer_tone: &'static str,
    pub(crate) leave_reason: String,
    /// What stands there, and what is chosen.
    pub(crate) was: String,
    pub(crate) state: String,
    pub(crate) reason: String,
    pub(crate) too_long: bool,
    pub(crate) source: &'static str,
    pub(crate) marked: String,
}

impl MarkLine {
    fn of(person: &Person) -> Self {
        let code = person.attendance.code().to_owned();
        Self {
            id: person.member_id.to_string(),
            name: person.name.clone(),
            voting: person.voting,
            answer: person.answer.label(),
            answer_tone: person.answer.tone(),
            leave_reason: person.leave_reason.clone(),
            was: code.clone(),
            state: code,
            reason: person.reason.clone(),
            too_long: false,
            source: person.source.map_or("", Source::label),
            marked: person.marked_at.map(|at| at.to_string()).unwrap_or_default(),
        }
    }
}

/// 【到会登记】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct MarkView {
    pub(crate) head: MeetingHead,
    pub(crate) states: Vec<Choice>,
    pub(crate) lines: Vec<MarkLine>,
    pub(crate) turnout: Turnout,
    pub(crate) page: u32,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
}

impl MarkView {
    /// A page of the list as it stands.
    pub(super) fn of(txn: &mut Txn<'_>, by: &Officer, id: MeetingId, page: u32) -> Result<Self, Problem> {
        let meeting = own(txn, by, id)?;
        markable(txn, &meeting)?;
        let from = i64::from(page) * i64::from(PAGE);
        let mut people = store::people_of_page(txn, id, from, i64::from(PAGE) + 1)?;
        let more = people.len() > PAGE as usize;
        people.truncate(PAGE as usize);
        let at = |page: u32| format!("/office/meetings/{id}/attendance?page={page}");
        Ok(Self {
            head: MeetingHead::of(txn, by, &meeting)?,
            states: Attendance::ALL.iter().map(|state| Choice::of(state.label(), state.code())).collect(),
            lines: people.iter().map(MarkLine::of).collect(),
            turnout: store::turnout(txn, id)?,
            page,
            previous: page.checked_sub(1).map(at),
            next: more.then(|| at(page + 1)),
        })
    }

    /// The same with what was entered and refused.
    pub(super) fn again(
        txn: &mut Txn<'_>,
        by: &Officer,
        id: MeetingId,
        entered: &MarkEntered,
    ) -> Result<Self, Problem> {
        let mut view = Self::of(txn, by, id, entered.page)?;
        let marks: HashMap<String, _> =
            entered.marks().into_iter().map(|mark| (mark.member.to_string(), mark)).collect();
        for line in &mut view.lines {
            if let Some(mark) = marks.get(&line.id) {
                mark.now.code().clone_into(&mut line.state);
                line.too_long = too_long(&mark.reason);
                line.reason.clone_from(&mark.reason);
            }
        }
        Ok(view)
    }
}
