//! What 【开展情况】 shows.

use ejia_db::Txn;
use ejia_directory::{Leaf, Way, asking, leaf, tree};
use ejia_kernel::{Date, OrganizationPath, Problem};
use ejia_web::{Choices, Officer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::standings::{BranchStanding, Quarter, standings};
use crate::kinds::{MeetingKind, Standing};

/// Branches of a page.
const PAGE: usize = 50;
/// What a list can be narrowed to.
const ASKED: [Standing; 3] = [Standing::Behind, Standing::Ahead, Standing::Done];

/// What is asked of the overview.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct OverviewAsked {
    /// `2026-1`; empty for this quarter.
    pub(super) quarter: String,
    /// Those that stand so with this kind; behind, when nothing else is asked.
    pub(super) kind: String,
    /// A [`Standing`] by its code.
    pub(super) standing: String,
    /// Only branches under this organization.
    pub(super) organization: String,
    /// The page after this path …
    pub(super) after: String,
    /// … or before it.
    pub(super) before: String,
}

/// How a branch stands with a kind, as a cell shows it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct CellView {
    pub(crate) kind: &'static str,
    pub(crate) held: i64,
    pub(crate) standing: &'static str,
    pub(crate) tone: &'static str,
    /// Whether it is due at all.
    pub(crate) due: bool,
    pub(crate) address: String,
}

/// A branch as a line shows it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct BranchLine {
    pub(crate) name: String,
    pub(crate) cells: Vec<CellView>,
}

/// A kind and how many branches are behind with it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct KindSum {
    pub(crate) kind: &'static str,
    pub(crate) every: String,
    pub(crate) behind: usize,
    pub(crate) address: String,
}

/// 【开展情况】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct OverviewView {
    pub(crate) quarter: String,
    pub(crate) title: String,
    pub(crate) quarters: Choices,
    pub(crate) kinds: Choices,
    pub(crate) kind: String,
    pub(crate) standings: Choices,
    pub(crate) standing: &'static str,
    /// The organization whose branches these are, when it is not the officer's own.
    pub(crate) organization: String,
    pub(crate) organization_name: String,
    pub(crate) narrowed: bool,
    pub(crate) branches: usize,
    pub(crate) sums: Vec<KindSum>,
    pub(crate) lines: Vec<BranchLine>,
    pub(crate) first: Option<String>,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
}

impl OverviewView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &Officer, asked: &OverviewAsked) -> Result<Self, Problem> {
        let this = Quarter::of(txn.now().china_date());
        let quarter = Quarter::read(&asked.quarter).unwrap_or(this);
        let tree = tree(txn)?;
        let chosen = asked.organization.parse().ok().and_then(|id| tree.get(id));
        let chosen = chosen.filter(|node| by.oversees(&node.path) && node.path != *by.path());
        let organization = chosen.map(|node| node.id.to_string()).unwrap_or_default();
        let mut all = standings(txn, chosen.map_or(by.path(), |node| &node.path), quarter)?;
        let kind = MeetingKind::from_code(&asked.kind);
        let standing = Standing::from_code(&asked.standing).or(kind.map(|_| Standing::Behind));
        let at = |kind, standing| address_of(&organization, quarter, kind, standing);
        let sums = sums(&all, quarter, |kind| at(Some(kind), Some(Standing::Behind)));
        let branches = all.len();
        if let Some(standing) = standing {
            all.retain(|branch| branch.stands(standing, kind));
        }
        let address = at(kind, standing);
        let (place, way) = if asked.before.is_empty() { (&asked.after, Way::On) } else { (&asked.before, Way::Back) };
        let from = place.parse::<OrganizationPath>().ok().map(|path| (path, way));
        let begun = from.is_some();
        let Leaf { lines, previous, next } = leaf(PAGE, from, |place, way, limit| Ok(page(&all, place, way, limit)))?;
        let to = |word: &str, branch: &&BranchStanding| format!("{address}&{word}={}", branch.path);
        let recent: Vec<Quarter> = (0..8).map(|back| this.plus(-back)).collect();
        Ok(Self {
            quarter: quarter.code(),
            title: quarter.label(),
            quarters: Choices::of(recent.iter().map(|quarter| (quarter.label(), quarter.code()))),
            kinds: Choices::of(MeetingKind::ALL.iter().map(|kind| (kind.label(), kind.code()))),
            kind: kind.map_or("", MeetingKind::code).to_owned(),
            standings: Choices::of(ASKED.iter().map(|standing| (standing.label(), standing.code()))),
            standing: standing.map_or("", Standing::code),
            narrowed: standing.is_some() || quarter != this || chosen.is_some(),
            organization_name: chosen.map(|node| node.name.clone()).unwrap_or_default(),
            branches,
            sums,
            first: begun.then(|| address.clone()),
            previous: lines.first().filter(|_| previous).map(|branch| to("before", branch)),
            next: lines.last().filter(|_| next).map(|branch| to("after", branch)),
            lines: lines.into_iter().map(|branch| line(branch, quarter)).collect(),
            organization,
        })
    }
}

/// Where the branches under an organization are listed that stand so in a quarter: with a kind or with any; all of them
/// without a standing.
pub(super) fn address_of(
    organization: &str,
    quarter: Quarter,
    kind: Option<MeetingKind>,
    standing: Option<Standing>,
) -> String {
    let (quarter, kind) = (quarter.code(), kind.map_or("", MeetingKind::code));
    let standing = standing.map_or("", Standing::code);
    let asked = [("quarter", quarter.as_str()), ("organization", organization), ("kind", kind), ("standing", standing)];
    asking("/office/meetings/overview", &asked)
}

fn page<'a>(
    all: &'a [BranchStanding],
    place: Option<&OrganizationPath>,
    way: Way,
    limit: i64,
) -> Vec<&'a BranchStanding> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    match way {
        Way::On => all.iter().filter(|branch| place.is_none_or(|place| branch.path > *place)).take(limit).collect(),
        Way::Back => {
            all.iter().rev().filter(|branch| place.is_none_or(|place| branch.path < *place)).take(limit).collect()
        }
    }
}

fn sums(all: &[BranchStanding], quarter: Quarter, address: impl Fn(MeetingKind) -> String) -> Vec<KindSum> {
    let due = MeetingKind::ALL.iter().filter_map(|kind| kind.due(quarter.first).map(|every| (*kind, every)));
    let sum = |(kind, every): (MeetingKind, crate::kinds::Every)| KindSum {
        kind: kind.label(),
        every: format!("{every}至少一次"),
        behind: all.iter().filter(|branch| branch.stands(Standing::Behind, Some(kind))).count(),
        address: address(kind),
    };
    due.map(sum).collect()
}

fn line(branch: &BranchStanding, quarter: Quarter) -> BranchLine {
    let year = quarter.first.year();
    let days = |kind: MeetingKind| match kind.due(quarter.first) {
        Some(crate::kinds::Every::Year) => (Date::new(year, 1, 1).ok(), Date::new(year, 12, 31).ok()),
        _ => (Some(quarter.first), Some(quarter.first.plus_months(3).plus_days(-1))),
    };
    let text = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let cell = |(kind, standing, held): &(MeetingKind, Standing, i64)| {
        let (from, to) = days(*kind);
        let (from, to, id, kind_code) = (text(from), text(to), branch.id, kind.code());
        CellView {
            kind: kind.label(),
            held: *held,
            standing: standing.label(),
            tone: match standing {
                Standing::Done => "good",
                Standing::Behind => "bad",
                Standing::Ahead => "wait",
                Standing::Free => "plain",
            },
            due: *standing != Standing::Free,
            address: format!("/office/meetings?organization_id={id}&kind={kind_code}&from={from}&to={to}"),
        }
    };
    BranchLine { name: branch.name.clone(), cells: branch.kinds.iter().map(cell).collect() }
}
