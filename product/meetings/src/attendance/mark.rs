//! 到会登记: the administrator notes who was there, and why somebody was not.

use std::collections::HashMap;

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_kernel::{MeetingId, MemberId, Problem, folded};
use ejia_web::Officer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::authority::{own_locked, still_open};
use crate::model::{Attendance, EARLY, Meeting, Person};
use crate::store::{self, Mark};

pub(super) const MOST_REASON: usize = 40;

/// The list as it is sent, column by column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct MarkEntered {
    /// The page of the list.
    pub(crate) page: u32,
    /// Who; lines that are not named stay as they are.
    pub(crate) member: Vec<String>,
    /// The [`Attendance`] that was shown, by its code: who has checked in himself meanwhile is not overwritten.
    pub(crate) was: Vec<String>,
    /// The [`Attendance`] that is wanted, by its code.
    pub(crate) state: Vec<String>,
    /// 原因.
    pub(crate) reason: Vec<String>,
    /// Whoever is not noted yet was there.
    #[serde(skip_serializing)]
    pub(crate) rest: bool,
}

impl MarkEntered {
    /// The lines; what is not understood is passed over.
    pub(super) fn marks(&self) -> Vec<Mark> {
        let Self { page: _, member, was, state, reason, rest } = self;
        let columns = member.iter().zip(was).zip(state).zip(reason);
        columns
            .filter_map(|(((member, was), state), reason)| {
                let state = Attendance::from_code(state)?;
                Some(Mark {
                    member: member.parse().ok()?,
                    was: Attendance::from_code(was)?,
                    now: if *rest && state == Attendance::Unknown { Attendance::Present } else { state },
                    reason: folded(reason),
                })
            })
            .collect()
    }
}

/// Whether a reason is too long to be kept.
pub(super) fn too_long(reason: &str) -> bool {
    reason.chars().count() > MOST_REASON
}

/// What was saved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marked {
    /// Lines that were changed.
    pub(super) changed: usize,
    /// Lines that have changed by themselves meanwhile and stay so.
    pub(super) passed_over: usize,
}

/// Refuses what cannot be noted yet, or not any more.
///
/// # Errors
/// `meetings.too_early_to_mark`; what [`still_open`] refuses.
pub(super) fn markable(txn: &Txn<'_>, meeting: &Meeting) -> Result<(), Problem> {
    still_open(meeting)?;
    if meeting.may_be_marked(txn.now()) {
        return Ok(());
    }
    Err(Problem::conflict("meetings.too_early_to_mark").with("time", meeting.starts_at.minus(EARLY)))
}

/// Notes what was changed on the list.
///
/// # Errors
/// `meetings.reason_too_long`; what [`own_locked`] and [`markable`] refuse.
pub(super) fn mark(txn: &mut Txn<'_>, by: &Officer, id: MeetingId, entered: &MarkEntered) -> Result<Marked, Problem> {
    let meeting = own_locked(txn, by, id)?;
    markable(txn, &meeting)?;
    let marks = entered.marks();
    if marks.iter().any(|mark| too_long(&mark.reason)) {
        return Err(Problem::refused("kernel.check_fields").on("reason", "meetings.reason_too_long"));
    }
    let people: HashMap<MemberId, Person> =
        store::people(txn, id)?.into_iter().map(|person| (person.member_id, person)).collect();
    let mut marked = Marked::default();
    let mut became: HashMap<Attendance, usize> = HashMap::new();
    for mark in &marks {
        // Who is not on the list is not noted, and what nobody touched is not written.
        let Some(person) = people.get(&mark.member) else { continue };
        if mark.now == mark.was && (person.attendance != mark.was || person.reason == mark.reason) {
            continue;
        }
        if store::mark(txn, id, mark)? {
            marked.changed += 1;
            *became.entry(mark.now).or_default() += 1;
        } else {
            marked.passed_over += 1;
        }
    }
    if marked.changed > 0 {
        let entry = Entry::new(&by.actor(), "meetings.attendance_marked").about("meeting", id);
        let counted = became
            .into_iter()
            .fold(entry.within(meeting.organization_id), |entry, (state, people)| entry.with(state.code(), people));
        record(txn, counted)?;
    }
    Ok(marked)
}
