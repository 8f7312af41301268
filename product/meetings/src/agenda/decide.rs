//! What was decided in the room, entered by hand: resolutions, elections; and the end of a discussion.

use ejia_db::Txn;
use ejia_kernel::{Faults, ItemId, MeetingId, Problem};
use ejia_web::Officer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::change::{at_work, note};
use super::entered::counted;
use super::model::{Choosable, Counts, Item, ItemKind, ItemState, Manner};
use super::vote::may_decide;
use super::{rules, store};
use crate::kinds::Quorum;

const MOST_CONCLUSION: usize = 500;

/// What is entered of a decision; each kind of item reads its own fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct DecisionEntered {
    /// 赞成.
    pub(crate) in_favour: String,
    /// 反对.
    pub(crate) against: String,
    /// 弃权.
    pub(crate) abstaining: String,
    /// The votes of each candidate, in their order.
    pub(crate) votes: Vec<String>,
    /// 讨论结果.
    pub(crate) conclusion: String,
}

/// Enters what was decided in the room.
///
/// # Errors
/// Refusals on the fields; `meetings.poll_online` for polls; what [`may_decide`] and [`at_work`] refuse.
pub(super) fn decide(
    txn: &mut Txn<'_>,
    by: &Officer,
    at: (MeetingId, ItemId),
    entered: &DecisionEntered,
) -> Result<(), Problem> {
    let (meeting, item) = at_work(txn, by, at)?;
    let decided = match item.kind {
        ItemKind::Discussion => concluded(item, entered)?,
        ItemKind::Poll => return Err(Problem::conflict("meetings.poll_online")),
        ItemKind::Resolution => resolved(may_decide(txn, &meeting, &item)?, item, entered)?,
        ItemKind::Election => elected(may_decide(txn, &meeting, &item)?, item, entered)?,
    };
    let decided = Item { state: ItemState::Closed, closed_at: Some(txn.now()), ..decided };
    store::save(txn, &decided)?;
    note(txn, by, "meetings.item_decided", &meeting, &decided)
}

fn concluded(item: Item, entered: &DecisionEntered) -> Result<Item, Problem> {
    if item.state != ItemState::Open {
        return Err(Problem::conflict("meetings.item_closed"));
    }
    let mut faults = Faults::none();
    let outcome = faults.lines("conclusion", &entered.conclusion, MOST_CONCLUSION);
    faults.settled()?;
    Ok(Item { outcome, ..item })
}

fn resolved(quorum: Quorum, item: Item, entered: &DecisionEntered) -> Result<Item, Problem> {
    let mut faults = Faults::none();
    let counts = Counts {
        in_favour: counted(&mut faults, "in_favour", &entered.in_favour),
        against: counted(&mut faults, "against", &entered.against),
        abstaining: counted(&mut faults, "abstaining", &entered.abstaining),
    };
    let all = counts.in_favour + counts.against + counts.abstaining;
    if all == 0 {
        faults.mark("in_favour", "meetings.counts_needed");
    } else if all > quorum.present {
        faults.mark("in_favour", "meetings.more_votes_than_present");
    }
    faults.settled()?;
    let outcome = rules::resolved(quorum, counts);
    let by_hand = in_room(item, quorum);
    Ok(Item { counts: Some(counts), outcome, ..by_hand })
}

fn elected(quorum: Quorum, item: Item, entered: &DecisionEntered) -> Result<Item, Problem> {
    let mut faults = Faults::none();
    let given = entered.votes.iter().map(String::as_str).chain(std::iter::repeat(""));
    let choices: Vec<Choosable> = item
        .choices
        .iter()
        .zip(given)
        .map(|(one, text)| Choosable { votes: Some(counted(&mut faults, "votes", text)), ..one.clone() })
        .collect();
    let votes = || choices.iter().filter_map(|one| one.votes);
    let all: u64 = votes().sum();
    if all == 0 {
        faults.mark("votes", "meetings.counts_needed");
    } else if votes().any(|votes| votes > quorum.present) || all > quorum.present * item.most {
        faults.mark("votes", "meetings.more_votes_than_present");
    }
    faults.settled()?;
    let outcome = rules::elected_in_words(item.most, rules::base_of(item.base, quorum), &choices);
    let by_hand = in_room(item, quorum);
    Ok(Item { choices, outcome, ..by_hand })
}

/// A vote that came to nothing before is no longer this item's.
fn in_room(item: Item, quorum: Quorum) -> Item {
    Item { manner: Some(Manner::InRoom), ballot_id: None, quorum: Some(quorum), ..item }
}
