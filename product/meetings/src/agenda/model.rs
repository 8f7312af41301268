//! Items of an agenda and what members say to them, as they are kept.

use ejia_ballots::BallotId;
use ejia_kernel::{Instant, ItemId, MeetingId, MemberId, labelled};
use serde::{Deserialize, Serialize};

use crate::kinds::{ELECTION_QUORUM, Quorum, RESOLUTION_QUORUM, Share};

labelled! {
    /// 议题类型.
    pub enum ItemKind {
        /// Members say what they think (发表意见).
        Discussion => "discussion", "讨论";
        /// In favour, against, abstaining: full members decide.
        Resolution => "resolution", "表决";
        /// Everybody on the list is asked; nothing is decided.
        Poll => "poll", "征求意见投票";
        /// Held in the room, never online.
        Election => "election", "选举";
    }
}

labelled! {
    /// How far an item is.
    pub enum ItemState {
        /// Nothing has been asked yet.
        Coming => "coming", "未开始";
        /// Members say or vote.
        Open => "open", "进行中";
        /// Voting is over and the ballots are not counted yet.
        Counting => "counting", "待计票";
        /// It has its outcome.
        Closed => "closed", "已结束";
        /// Nothing came of the vote: it can be held again.
        Void => "void", "没有结果";
    }
}

labelled! {
    /// How something was decided.
    pub enum Manner {
        /// By a secret vote on the platform.
        Online => "online", "在线不记名投票";
        /// In the room; the counts were entered by hand.
        InRoom => "in_room", "会场表决";
    }
}

labelled! {
    /// Of whom more than half must vote for a candidate.
    pub enum Base {
        /// Of those present.
        Present => "present", "实到会有选举权人数";
        /// Of those due.
        Due => "due", "应到会有选举权人数";
    }
}

/// What resolutions are answered with, in the order of the paper.
pub(crate) const ANSWERS: [&str; 3] = ["赞成", "反对", "弃权"];

/// An option of a poll or a candidate of an election.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Choosable {
    pub(crate) name: String,
    /// How many voted for it, once that is known.
    pub(crate) votes: Option<u64>,
}

/// The counts of a resolution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Counts {
    pub(crate) in_favour: u64,
    pub(crate) against: u64,
    pub(crate) abstaining: u64,
}

/// An item of an agenda.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) id: ItemId,
    pub(crate) meeting_id: MeetingId,
    /// Where it stands in the agenda; gaps do no harm.
    pub(crate) position: i64,
    pub(crate) kind: ItemKind,
    pub(crate) title: String,
    pub(crate) description: String,
    /// Options of a poll, candidates of an election.
    pub(crate) choices: Vec<Choosable>,
    /// How many may be chosen; at an election, how many are to be elected.
    pub(crate) most: u64,
    /// Of whom the majority is, at an election.
    pub(crate) base: Base,
    pub(crate) state: ItemState,
    pub(crate) manner: Option<Manner>,
    pub(crate) ballot_id: Option<BallotId>,
    /// Who was due and who was there when it was decided upon.
    pub(crate) quorum: Option<Quorum>,
    /// What came out of a resolution.
    pub(crate) counts: Option<Counts>,
    /// What came out, in a sentence; empty until then.
    pub(crate) outcome: String,
    pub(crate) opened_at: Option<Instant>,
    pub(crate) closed_at: Option<Instant>,
}

impl ItemKind {
    /// How many must be there for it, if any.
    pub(crate) const fn share(self) -> Option<Share> {
        match self {
            Self::Resolution => Some(RESOLUTION_QUORUM),
            Self::Election => Some(ELECTION_QUORUM),
            Self::Discussion | Self::Poll => None,
        }
    }

    /// Whether it can be voted upon on the platform.
    pub(crate) const fn votes_online(self) -> bool {
        matches!(self, Self::Resolution | Self::Poll)
    }

    /// How an item of it begins: a discussion needs no opening.
    pub(crate) const fn first_state(self) -> ItemState {
        match self {
            Self::Discussion => ItemState::Open,
            _ => ItemState::Coming,
        }
    }
}

impl Item {
    /// Whether a decision may begin: nothing has come of it yet, and nobody is voting.
    pub(crate) const fn awaits_decision(&self) -> bool {
        matches!(self.state, ItemState::Coming | ItemState::Void)
    }

    /// What a voting paper of it offers.
    pub(crate) fn options(&self) -> Vec<String> {
        match self.kind {
            ItemKind::Resolution => ANSWERS.map(str::to_owned).to_vec(),
            _ => self.choices.iter().map(|one| one.name.clone()).collect(),
        }
    }
}

/// What a member says to an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Opinion {
    pub(crate) member_id: MemberId,
    pub(crate) name: String,
    pub(crate) said: String,
    pub(crate) said_at: Instant,
}
