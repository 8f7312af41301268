//! What 【转接记录查询】 shows.

use ejia_db::Txn;
use ejia_directory::{Leaf, Tree, Way, leaf, tree};
use ejia_kernel::{Instant, Problem, TransferId};
use ejia_web::{Choice, Officer};
use schemars::JsonSchema;
use serde::Serialize;

use super::asked::{Filter, RecordsAsked, State, Tab};
use super::whose;
use crate::model::Transfer;
use crate::store;
use crate::views::LineView;

/// Lines of a page.
const PAGE: usize = 50;

/// One of the lists.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct TabView {
    pub(crate) label: &'static str,
    /// With what the others are narrowed by, too.
    pub(crate) address: String,
    pub(crate) open: bool,
}

/// A transfer in a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct RecordView {
    pub(crate) line: LineView,
    /// 办结日期; empty while it is under way.
    pub(crate) ended: String,
}

impl RecordView {
    fn of(tree: &Tree, transfer: &Transfer, filter: &Filter, now: Instant) -> Self {
        let ended = transfer.ended_at.map(|at| at.china_date().to_string()).unwrap_or_default();
        let mut line = LineView::of(tree, transfer, now);
        // Of a receipt it is the letter that says so.
        line.late |= filter.state == Some(State::Late);
        Self { line, ended }
    }
}

/// 【转接记录查询】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct RecordsView {
    pub(crate) asked: RecordsAsked,
    pub(crate) tabs: Vec<TabView>,
    /// The open list.
    pub(crate) list: &'static str,
    pub(crate) stages: Vec<Choice>,
    /// None where there is only one.
    pub(crate) directions: Vec<Choice>,
    /// Whose list this is, when it is not the officer's own.
    pub(crate) organization: String,
    pub(crate) narrowed: bool,
    /// The whole list.
    pub(crate) whole: String,
    pub(crate) lines: Vec<RecordView>,
    pub(crate) first: Option<String>,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
}

impl RecordsView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &Officer, asked: &RecordsAsked) -> Result<Self, Problem> {
        let (tree, now) = (tree(txn)?, txn.now());
        let filter = Filter::of(asked);
        let (place, way) = if asked.before.is_empty() { (&asked.after, Way::On) } else { (&asked.before, Way::Back) };
        let from = place.parse::<TransferId>().ok().map(|id| (id, way));
        let node = whose(txn, by.organization_id(), &filter)?;
        let Leaf { lines: found, previous, next } =
            leaf(PAGE, from, |place, way, limit| store::records(txn, node.id, &filter, place.copied(), way, limit))?;
        let asked = filter.asked();
        let whole = RecordsAsked { tab: asked.tab.clone(), ..RecordsAsked::default() };
        let at = |after: Option<&Transfer>, before: Option<&Transfer>| {
            let place = |of: Option<&Transfer>| of.map(|transfer| transfer.id.to_string()).unwrap_or_default();
            RecordsAsked { after: place(after), before: place(before), ..asked.clone() }.address()
        };
        Ok(Self {
            tabs: Tab::ALL.iter().map(|tab| tab_view(*tab, &filter)).collect(),
            list: filter.tab.label(),
            stages: State::all().map(|state| Choice::of(state.label(), state.code())).collect(),
            directions: directions(filter.tab),
            narrowed: filter.narrows(),
            whole: whole.address(),
            first: from.is_some().then(|| asked.address()),
            previous: found.first().filter(|_| previous).map(|first| at(None, Some(first))),
            next: found.last().filter(|_| next).map(|last| at(Some(last), None)),
            lines: found.iter().map(|transfer| RecordView::of(&tree, transfer, &filter, now)).collect(),
            organization: filter.organization.map(|_| node.name).unwrap_or_default(),
            asked,
        })
    }
}

fn tab_view(tab: Tab, filter: &Filter) -> TabView {
    let address = Filter { tab, direction: None, ..filter.clone() }.asked().address();
    TabView { label: tab.label(), address, open: tab == filter.tab }
}

fn directions(tab: Tab) -> Vec<Choice> {
    match tab.directions() {
        [_] => Vec::new(),
        several => several.iter().map(|direction| Choice::of(direction.label(), direction.code())).collect(),
    }
}
