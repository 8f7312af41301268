//! What the pages of an agenda show.

use ejia_ballots::State;
use ejia_db::Txn;
use ejia_kernel::{ItemId, MeetingId, MemberId, Problem};
use ejia_web::{Choices, Officer};
use schemars::JsonSchema;
use serde::Serialize;

use super::change::{begun, no_such_item};
use super::entered::ItemEntered;
use super::model::{ANSWERS, Base, Choosable, Counts, Item, ItemKind, ItemState, Opinion};
use super::{rules, store, vote};
use crate::authority::{own, seen, still_open};
use crate::head::MeetingHead;
use crate::kinds::Quorum;
use crate::model::Meeting;
use crate::store::people;

/// Who must be there for an item, and who is or was.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct QuorumView {
    pub(crate) due: u64,
    pub(crate) present: u64,
    pub(crate) needed: u64,
    pub(crate) met: bool,
}

/// A line of a result.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ResultLine {
    pub(crate) name: String,
    pub(crate) votes: u64,
    /// At an election.
    pub(crate) elected: bool,
}

/// How far a vote is. Never what was voted.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct VoteView {
    pub(crate) voters: u64,
    pub(crate) voted: u64,
    /// Counting needs the passphrase.
    pub(crate) locked: bool,
}

/// An item as lists and pages show it, in the office and to members.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ItemView {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    pub(crate) kind_code: &'static str,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) options: Vec<String>,
    pub(crate) most: u64,
    pub(crate) base: &'static str,
    pub(crate) state: &'static str,
    pub(crate) state_code: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) manner: &'static str,
    pub(crate) quorum: Option<QuorumView>,
    pub(crate) vote: Option<VoteView>,
    pub(crate) results: Vec<ResultLine>,
    pub(crate) outcome: String,
    pub(crate) opinions: i64,
}

impl ItemView {
    /// An item; `now` is who is due and there at this moment.
    pub(super) fn of(txn: &mut Txn<'_>, item: &Item, now: Quorum) -> Result<Self, Problem> {
        let quorum = item.kind.share().map(|share| {
            // What was decided is shown with those who were there then.
            let quorum = if item.awaits_decision() { now } else { item.quorum.unwrap_or(now) };
            let Quorum { due, present } = quorum;
            QuorumView { due, present, needed: quorum.needed(share), met: quorum.is_met(share) }
        });
        let vote = match item.ballot_id {
            Some(ballot) => {
                let standing = ejia_ballots::standing(txn, ballot)?;
                let locked = standing.locked && standing.state == State::Closed;
                Some(VoteView { voters: standing.voters, voted: standing.voted, locked })
            }
            None => None,
        };
        let discussion = item.kind == ItemKind::Discussion;
        Ok(Self {
            id: item.id.to_string(),
            kind: item.kind.label(),
            kind_code: item.kind.code(),
            title: item.title.clone(),
            description: item.description.clone(),
            options: item.options(),
            most: item.most,
            base: item.base.label(),
            state: item.state.label(),
            state_code: item.state.code(),
            tone: tone(item.state),
            manner: item.manner.map_or("", super::model::Manner::label),
            quorum,
            vote,
            results: results(item),
            outcome: item.outcome.clone(),
            opinions: if discussion { store::opinion_count(txn, item.id)? } else { 0 },
        })
    }

    /// The options or candidates in one line.
    pub(crate) fn names(&self) -> String {
        self.options.join("、")
    }

    pub(crate) fn discusses(&self) -> bool {
        self.kind_code == ItemKind::Discussion.code()
    }

    pub(crate) fn resolves(&self) -> bool {
        self.kind_code == ItemKind::Resolution.code()
    }

    pub(crate) fn polls(&self) -> bool {
        self.kind_code == ItemKind::Poll.code()
    }

    pub(crate) fn elects(&self) -> bool {
        self.kind_code == ItemKind::Election.code()
    }

    /// Whether it can be opened or decided.
    pub(crate) fn awaits_decision(&self) -> bool {
        self.state_code == ItemState::Coming.code() || self.is_void()
    }

    pub(crate) fn is_open(&self) -> bool {
        self.state_code == ItemState::Open.code()
    }

    pub(crate) fn is_counting(&self) -> bool {
        self.state_code == ItemState::Counting.code()
    }

    /// Whether a job is counting, and the page may wait for it.
    pub(crate) fn counts_by_itself(&self) -> bool {
        self.is_counting() && self.vote.as_ref().is_some_and(|vote| !vote.locked)
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.state_code == ItemState::Closed.code()
    }

    pub(crate) fn is_void(&self) -> bool {
        self.state_code == ItemState::Void.code()
    }

    /// Whether ballots are being cast.
    pub(crate) fn is_voted_upon(&self) -> bool {
        self.is_open() && self.vote.is_some()
    }
}

fn tone(state: ItemState) -> &'static str {
    match state {
        ItemState::Coming => "plain",
        ItemState::Open | ItemState::Closed => "good",
        ItemState::Counting => "wait",
        ItemState::Void => "bad",
    }
}

/// The lines of a result; none until there is one.
fn results(item: &Item) -> Vec<ResultLine> {
    let line = |name: &str, votes, elected| ResultLine { name: name.to_owned(), votes, elected };
    if item.state != ItemState::Closed {
        return Vec::new();
    }
    if let Some(Counts { in_favour, against, abstaining }) = item.counts {
        let answers = ANSWERS.iter().zip([in_favour, against, abstaining]);
        return answers.map(|(name, count)| line(name, count, false)).collect();
    }
    let voted: Vec<(&str, u64)> =
        item.choices.iter().filter_map(|Choosable { name, votes }| Some((name.as_str(), (*votes)?))).collect();
    let counts: Vec<u64> = voted.iter().map(|(_, count)| *count).collect();
    let base = rules::base_of(item.base, item.quorum.unwrap_or_default());
    let won = rules::elected(item.most, base, &counts).into_iter();
    let elects = item.kind == ItemKind::Election;
    voted.into_iter().zip(won).map(|((name, count), won)| line(name, count, won && elects)).collect()
}

/// What somebody said to an item.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct OpinionView {
    pub(crate) name: String,
    pub(crate) said: String,
    pub(crate) at: String,
}

impl From<Opinion> for OpinionView {
    fn from(opinion: Opinion) -> Self {
        let Opinion { member_id: _, name, said, said_at } = opinion;
        Self { name, said, at: said_at.to_string() }
    }
}

/// 【议题结果】: the items of a meeting.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct AgendaView {
    pub(crate) head: MeetingHead,
    pub(crate) items: Vec<AgendaLine>,
}

/// An item in the list, and whether it can still be changed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct AgendaLine {
    pub(crate) item: ItemView,
    pub(crate) begun: bool,
}

impl AgendaView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &Officer, id: MeetingId) -> Result<Self, Problem> {
        let meeting = seen(txn, by, id)?;
        let now = vote::quorum(txn, id)?;
        let mut items = Vec::new();
        for item in store::items(txn, id)? {
            items.push(AgendaLine { begun: begun(txn, &item)?, item: ItemView::of(txn, &item, now)? });
        }
        Ok(Self { head: MeetingHead::of(txn, by, &meeting)?, items })
    }
}

/// The form of an item.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ItemFormView {
    pub(crate) head: MeetingHead,
    /// The item that is changed; none for a new one.
    pub(crate) item: Option<String>,
    pub(crate) entered: ItemEntered,
    pub(crate) kinds: Choices,
    pub(crate) bases: Choices,
}

impl ItemFormView {
    pub(super) fn new(txn: &mut Txn<'_>, by: &Officer, id: MeetingId) -> Result<Self, Problem> {
        let meeting = own(txn, by, id)?;
        let entered = ItemEntered { base: Base::Present.code().to_owned(), ..ItemEntered::default() };
        Self::with(txn, by, &meeting, None, entered)
    }

    pub(super) fn changing(
        txn: &mut Txn<'_>,
        by: &Officer,
        (meeting, id): (MeetingId, ItemId),
    ) -> Result<Self, Problem> {
        let meeting = own(txn, by, meeting)?;
        let item = store::load(txn, meeting.id, id)?.ok_or_else(no_such_item)?;
        if begun(txn, &item)? {
            return Err(Problem::conflict("meetings.item_begun"));
        }
        Self::with(txn, by, &meeting, Some(id.to_string()), ItemEntered::from(&item))
    }

    fn with(
        txn: &mut Txn<'_>,
        by: &Officer,
        meeting: &Meeting,
        item: Option<String>,
        entered: ItemEntered,
    ) -> Result<Self, Problem> {
        still_open(meeting)?;
        Ok(Self {
            head: MeetingHead::of(txn, by, meeting)?,
            item,
            entered,
            kinds: Choices::of(ItemKind::ALL.iter().map(|kind| (kind.label(), kind.code()))),
            bases: Choices::of(Base::ALL.iter().map(|base| (base.label(), base.code()))),
        })
    }
}

/// An item in the office: what came of it, and what can be done.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct OfficeItemView {
    pub(crate) head: MeetingHead,
    pub(crate) item: ItemView,
    pub(crate) begun: bool,
    /// Whether the office may decide on it: its own meeting, which is not in the register yet.
    pub(crate) works: bool,
    pub(crate) opinions: Vec<OpinionView>,
    /// Who has voted, and who may and has not.
    pub(crate) voted: String,
    pub(crate) not_voted: String,
}

impl OfficeItemView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &Officer, (meeting, id): (MeetingId, ItemId)) -> Result<Self, Problem> {
        let meeting = seen(txn, by, meeting)?;
        let item = store::load(txn, meeting.id, id)?.ok_or_else(no_such_item)?;
        let head = MeetingHead::of(txn, by, &meeting)?;
        let now = vote::quorum(txn, meeting.id)?;
        let (voted, not_voted) = turnout(txn, &item)?;
        Ok(Self {
            item: ItemView::of(txn, &item, now)?,
            begun: begun(txn, &item)?,
            works: head.own && head.open,
            head,
            opinions: store::opinions(txn, id)?.into_iter().map(OpinionView::from).collect(),
            voted,
            not_voted,
        })
    }

    /// Whether a decision waits for the meeting to begin.
    pub(crate) fn waits_for_the_meeting(&self) -> bool {
        self.item.quorum.is_some() && !self.head.begun
    }

    /// Whether enough are there, where that counts.
    pub(crate) fn enough(&self) -> bool {
        self.item.quorum.as_ref().is_none_or(|quorum| quorum.met)
    }
}

/// The names of those who have voted and of those who have not.
fn turnout(txn: &mut Txn<'_>, item: &Item) -> Result<(String, String), Problem> {
    let Some(ballot) = item.ballot_id else { return Ok((String::new(), String::new())) };
    let marks = ejia_ballots::marks(txn, ballot)?;
    let names = |wanted: bool, people: &[(MemberId, String)]| {
        let of_mark = people.iter().filter(|(member, _)| marks.get(member) == Some(&wanted));
        of_mark.map(|(_, name)| name.as_str()).collect::<Vec<_>>().join("、")
    };
    let people: Vec<(MemberId, String)> =
        people(txn, item.meeting_id)?.into_iter().map(|person| (person.member_id, person.name)).collect();
    Ok((names(true, &people), names(false, &people)))
}
