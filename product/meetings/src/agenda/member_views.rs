//! What the pages of an agenda show to members.

use ejia_ballots::{BallotId, Listed, Sheet, State};
use ejia_db::Txn;
use ejia_kernel::{ItemId, MeetingId, Problem};
use ejia_web::Member;
use schemars::JsonSchema;
use serde::Serialize;

use super::model::{Item, ItemKind, ItemState};
use super::speak::{invited, invited_to};
use super::views::{ItemView, OpinionView};
use super::{store, vote};
use crate::authority::still_open;
use crate::model::Meeting;

/// The meeting above a member's page.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct MeetingLine {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) time: String,
}

impl MeetingLine {
    fn of(meeting: &Meeting) -> Self {
        Self { id: meeting.id.to_string(), name: meeting.name.clone(), time: meeting.time() }
    }
}

/// The items of a meeting.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct MemberAgendaView {
    pub(crate) meeting: MeetingLine,
    pub(crate) items: Vec<ItemView>,
}

impl MemberAgendaView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &Member, id: MeetingId) -> Result<Self, Problem> {
        let (meeting, _) = invited(txn, by, id)?;
        let now = vote::quorum(txn, id)?;
        let mut items = Vec::new();
        for item in store::items(txn, id)? {
            items.push(ItemView::of(txn, &item, now)?);
        }
        Ok(Self { meeting: MeetingLine::of(&meeting), items })
    }
}

/// A ballot of the published list. It does not say whose it is; nobody knows.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ListedView {
    pub(crate) code: String,
    pub(crate) chosen: String,
}

impl ListedView {
    pub(super) fn of(listed: Listed, options: &[String]) -> Self {
        let chosen: Vec<&str> =
            listed.chosen.iter().filter_map(|place| options.get(*place)).map(String::as_str).collect();
        Self { code: listed.code, chosen: chosen.join("、") }
    }
}

/// An item: what members say, whether he can vote, and what came out.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct MemberItemView {
    pub(crate) meeting: MeetingLine,
    pub(crate) item: ItemView,
    pub(crate) opinions: Vec<OpinionView>,
    /// What he has said so far.
    pub(crate) own: String,
    pub(crate) may_speak: bool,
    /// He is a voter and has not voted.
    pub(crate) may_vote: bool,
    pub(crate) has_voted: bool,
    /// The published list, a page of it.
    pub(crate) listed: Vec<ListedView>,
    pub(crate) pages: u64,
    pub(crate) page: u64,
    /// The ballot under the code he asked for.
    pub(crate) found: Option<ListedView>,
}

impl MemberItemView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &Member, at: (MeetingId, ItemId), page: u64) -> Result<Self, Problem> {
        let (meeting, _, item) = invited_to(txn, by, at)?;
        let open = still_open(&meeting).is_ok() && item.state == ItemState::Open;
        let now = vote::quorum(txn, meeting.id)?;
        let opinions = store::opinions(txn, item.id)?;
        let own = opinions.iter().find(|opinion| opinion.member_id == by.id());
        let voted = match item.ballot_id {
            Some(ballot) => ejia_ballots::voted(txn, ballot, by.id())?,
            None => None,
        };
        let mut view = Self {
            meeting: MeetingLine::of(&meeting),
            item: ItemView::of(txn, &item, now)?,
            own: own.map(|opinion| opinion.said.clone()).unwrap_or_default(),
            opinions: opinions.into_iter().map(OpinionView::from).collect(),
            may_speak: open && item.kind == ItemKind::Discussion,
            may_vote: open && voted == Some(false),
            has_voted: voted == Some(true),
            listed: Vec::new(),
            pages: 1,
            page: 1,
            found: None,
        };
        if let Some(ballot) = counted(&item) {
            let list = ejia_ballots::published(txn, ballot, page.max(1))?;
            let options = item.options();
            view.listed = list.ballots.into_iter().map(|one| ListedView::of(one, &options)).collect();
            (view.page, view.pages) = (list.page, list.pages);
        }
        Ok(view)
    }

    /// The same, with the ballot under a code. The code is in no address and is kept nowhere.
    pub(super) fn finding(
        txn: &mut Txn<'_>,
        by: &Member,
        at: (MeetingId, ItemId),
        code: &str,
    ) -> Result<Self, Problem> {
        let (_, _, item) = invited_to(txn, by, at)?;
        let ballot = counted(&item).ok_or_else(|| Problem::conflict("meetings.not_counted_yet"))?;
        let found = ejia_ballots::find(txn, ballot, code)?;
        let mut view = Self::of(txn, by, at, found.page)?;
        view.found = Some(ListedView::of(found, &item.options()));
        Ok(view)
    }

    /// Whether he could have voted but was no voter.
    pub(crate) fn no_voter(&self) -> bool {
        self.item.is_voted_upon() && !self.may_vote && !self.has_voted
    }

    pub(crate) fn previous(&self, base: &str) -> Option<String> {
        (self.page > 1).then(|| self.page_at(base, self.page - 1))
    }

    pub(crate) fn next(&self, base: &str) -> Option<String> {
        (self.page < self.pages).then(|| self.page_at(base, self.page + 1))
    }

    fn page_at(&self, base: &str, page: u64) -> String {
        format!("{base}/meetings/{}/agenda/{}?page={page}", self.meeting.id, self.item.id)
    }
}

/// The vote of an item whose ballots are counted.
fn counted(item: &Item) -> Option<BallotId> {
    item.ballot_id.filter(|_| item.state == ItemState::Closed)
}

/// A choice on a voting paper.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct OptionView {
    pub(crate) place: usize,
    pub(crate) name: String,
    pub(crate) ticked: bool,
}

/// 【投票】: a voting paper, or that he has voted. It prints nothing of what it holds.
#[derive(Clone, Serialize, JsonSchema)]
pub(crate) struct PaperView {
    pub(crate) meeting: MeetingLine,
    pub(crate) item: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) options: Vec<OptionView>,
    pub(crate) most: usize,
    /// He has voted.
    pub(crate) cast: bool,
    /// Voting is over.
    pub(crate) over: bool,
    pub(crate) code: String,
    pub(crate) mark: String,
}

impl std::fmt::Debug for PaperView {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PaperView(redacted)")
    }
}

impl PaperView {
    /// His paper, with a new code.
    pub(super) fn of(txn: &mut Txn<'_>, by: &Member, at: (MeetingId, ItemId)) -> Result<Self, Problem> {
        let (meeting, _, item) = invited_to(txn, by, at)?;
        let ballot = item.ballot_id.ok_or_else(|| Problem::conflict("ballots.not_open"))?;
        let paper = ejia_ballots::paper(txn, ballot, by.id())?;
        let (cast, over, code, mark) = match paper.sheet {
            Sheet::Blank { code, mark } => (false, false, code, mark),
            Sheet::Cast => (true, false, String::new(), String::new()),
            Sheet::Closed(state) => (false, state != State::Open, String::new(), String::new()),
        };
        let options = paper.options.into_iter().enumerate();
        Ok(Self {
            meeting: MeetingLine::of(&meeting),
            item: item.id.to_string(),
            title: paper.title,
            description: item.description,
            options: options.map(|(place, name)| OptionView { place, name, ticked: false }).collect(),
            most: paper.most,
            cast,
            over,
            code,
            mark,
        })
    }

    /// The paper he has sent and that was refused: under the code he has noted, with what he chose.
    pub(super) fn again(self, cast: &ejia_ballots::Cast) -> Self {
        let tick = |option: OptionView| OptionView { ticked: cast.chosen.contains(&option.place), ..option };
        let options = self.options.into_iter().map(tick).collect();
        Self { options, code: cast.code.clone(), mark: cast.mark.clone(), ..self }
    }
}
