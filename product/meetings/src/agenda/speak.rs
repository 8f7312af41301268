//! 【发表意见】: what a member says to an item, his to change until the item is closed.

use ejia_db::Txn;
use ejia_kernel::{Faults, ItemId, MeetingId, Problem};
use ejia_web::Member;

use super::change::no_such_item;
use super::model::{Item, ItemKind, ItemState};
use super::store;
use crate::authority::{no_such_meeting, still_open};
use crate::model::{Meeting, Person};
use crate::store::{load, person_of};

const MOST_SAID: usize = 1000;

/// A meeting on whose list the member stands; of others he learns nothing.
///
/// # Errors
/// `meetings.no_such_meeting`.
pub(super) fn invited(txn: &mut Txn<'_>, by: &Member, meeting: MeetingId) -> Result<(Meeting, Person), Problem> {
    let person = person_of(txn, meeting, by.id())?.ok_or_else(no_such_meeting)?;
    let meeting = load(txn, meeting)?.ok_or_else(no_such_meeting)?;
    Ok((meeting, person))
}

/// An item of such a meeting.
///
/// # Errors
/// `meetings.no_such_item`; what [`invited`] refuses.
pub(super) fn invited_to(
    txn: &mut Txn<'_>,
    by: &Member,
    (meeting, id): (MeetingId, ItemId),
) -> Result<(Meeting, Person, Item), Problem> {
    let (meeting, person) = invited(txn, by, meeting)?;
    let item = store::load(txn, meeting.id, id)?.ok_or_else(no_such_item)?;
    Ok((meeting, person, item))
}

/// Keeps what he says, in place of what he said before.
///
/// # Errors
/// A refusal on `said`; `meetings.item_closed`; what [`invited_to`] and [`still_open`] refuse.
pub(super) fn speak(txn: &mut Txn<'_>, by: &Member, at: (MeetingId, ItemId), said: &str) -> Result<(), Problem> {
    invited_to(txn, by, at)?;
    // Locked, so that nobody speaks while the item is being closed.
    let item = store::load_locked(txn, at.0, at.1)?.ok_or_else(no_such_item)?;
    let (meeting, person) = invited(txn, by, at.0)?;
    still_open(&meeting)?;
    if item.kind != ItemKind::Discussion || item.state != ItemState::Open {
        return Err(Problem::conflict("meetings.item_closed"));
    }
    let mut faults = Faults::none();
    let said = faults.lines("said", said, MOST_SAID);
    if said.is_empty() {
        faults.mark("said", "meetings.opinion_needed");
    }
    faults.settled()?;
    let now = txn.now();
    store::say(txn, item.id, person.member_id, &person.name, &said, now)
}
