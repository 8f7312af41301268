//! 【添加议题】, and what can be done to an item before anything has come of it.

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_kernel::{ItemId, MeetingId, Problem, labelled};
use ejia_web::Officer;

use super::entered::{ItemEntered, Wanted};
use super::model::{Item, ItemKind, ItemState};
use super::store;
use crate::authority::{own_locked, still_open};
use crate::model::Meeting;

/// An agenda has no more items.
const MOST_ITEMS: usize = 50;

labelled! {
    /// Where an item is moved.
    pub enum Move {
        /// One place forward.
        Up => "up", "上移";
        /// One place back.
        Down => "down", "下移";
    }
}

/// The refusal that there is no such item.
pub(super) fn no_such_item() -> Problem {
    Problem::not_found("meetings.no_such_item")
}

/// An item of an own meeting that still takes changes, both rows locked.
///
/// # Errors
/// `meetings.no_such_item`; what [`own_locked`] and [`still_open`] refuse.
pub(super) fn at_work(
    txn: &mut Txn<'_>,
    by: &Officer,
    (meeting, id): (MeetingId, ItemId),
) -> Result<(Meeting, Item), Problem> {
    let meeting = own_locked(txn, by, meeting)?;
    still_open(&meeting)?;
    let item = store::load_locked(txn, meeting.id, id)?.ok_or_else(no_such_item)?;
    Ok((meeting, item))
}

/// Whether something has come of an item, so that it stays as it is.
pub(super) fn begun(txn: &mut Txn<'_>, item: &Item) -> Result<bool, Problem> {
    Ok(match item.kind {
        ItemKind::Discussion => item.state != ItemState::Open || store::opinion_count(txn, item.id)? > 0,
        _ => item.state != ItemState::Coming,
    })
}

/// Puts an item on the agenda, at its end.
///
/// # Errors
/// Refusals on the fields; `meetings.too_many_items`; what [`own_locked`] and [`still_open`] refuse.
pub(super) fn add(
    txn: &mut Txn<'_>,
    by: &Officer,
    meeting: MeetingId,
    entered: &ItemEntered,
) -> Result<ItemId, Problem> {
    let meeting = own_locked(txn, by, meeting)?;
    still_open(&meeting)?;
    let Wanted { kind, title, description, choices, most, base } = entered.read()?;
    let items = store::items(txn, meeting.id)?;
    if items.len() >= MOST_ITEMS {
        return Err(Problem::conflict("meetings.too_many_items").with("most", MOST_ITEMS));
    }
    let item = Item {
        id: ItemId::new(txn.now()),
        meeting_id: meeting.id,
        position: items.last().map_or(1, |last| last.position + 1),
        kind,
        title,
        description,
        choices,
        most,
        base,
        state: kind.first_state(),
        manner: None,
        ballot_id: None,
        quorum: None,
        counts: None,
        outcome: String::new(),
        opened_at: None,
        closed_at: None,
    };
    store::save(txn, &item)?;
    note(txn, by, "meetings.item_added", &meeting, &item)?;
    Ok(item.id)
}

/// Changes an item of which nothing has come.
///
/// # Errors
/// Refusals on the fields; `meetings.item_begun`; what [`at_work`] refuses.
pub(super) fn change(
    txn: &mut Txn<'_>,
    by: &Officer,
    at: (MeetingId, ItemId),
    entered: &ItemEntered,
) -> Result<(), Problem> {
    let (meeting, before) = not_begun(txn, by, at)?;
    let Wanted { kind, title, description, choices, most, base } = entered.read()?;
    let item = Item { kind, title, description, choices, most, base, state: kind.first_state(), ..before };
    store::save(txn, &item)?;
    note(txn, by, "meetings.item_changed", &meeting, &item)
}

/// Takes an item off the agenda of which nothing has come.
///
/// # Errors
/// `meetings.item_begun`; what [`at_work`] refuses.
pub(super) fn remove(txn: &mut Txn<'_>, by: &Officer, at: (MeetingId, ItemId)) -> Result<(), Problem> {
    let (meeting, item) = not_begun(txn, by, at)?;
    store::delete(txn, item.id)?;
    note(txn, by, "meetings.item_removed", &meeting, &item)
}

/// Moves an item past its neighbour; at the edge it stays.
///
/// # Errors
/// `meetings.item_begun`; what [`at_work`] refuses.
pub(super) fn shift(txn: &mut Txn<'_>, by: &Officer, at: (MeetingId, ItemId), way: Move) -> Result<(), Problem> {
    let (meeting, item) = not_begun(txn, by, at)?;
    let items = store::items(txn, meeting.id)?;
    let neighbour = match way {
        Move::Up => items.iter().rev().find(|other| other.position < item.position),
        Move::Down => items.iter().find(|other| other.position > item.position),
    };
    if let Some(other) = neighbour {
        store::save(txn, &Item { position: other.position, ..item.clone() })?;
        store::save(txn, &Item { position: item.position, ..other.clone() })?;
    }
    Ok(())
}

fn not_begun(txn: &mut Txn<'_>, by: &Officer, at: (MeetingId, ItemId)) -> Result<(Meeting, Item), Problem> {
    let (meeting, item) = at_work(txn, by, at)?;
    if begun(txn, &item)? { Err(Problem::conflict("meetings.item_begun")) } else { Ok((meeting, item)) }
}

/// Records what was done to an item.
pub(super) fn note(
    txn: &mut Txn<'_>,
    by: &Officer,
    action: &'static str,
    meeting: &Meeting,
    item: &Item,
) -> Result<(), Problem> {
    let entry = Entry::new(&by.actor(), action).about("meeting_item", item.id).within(meeting.organization_id);
    record(txn, entry.with("meeting", meeting.id).with("kind", item.kind.code()))
}
