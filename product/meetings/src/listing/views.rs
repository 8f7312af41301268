//! What the list of meetings shows.

use ejia_db::Txn;
use ejia_directory::{Leaf, Tree, Way, asking, leaf, tree};
use ejia_kernel::{Date, Instant, MeetingId, OrganizationId, Problem, folded};
use ejia_web::{Choice, Choices, Officer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::head::tone;
use crate::kinds::MeetingKind;
use crate::model::{Meeting, Phase};
use crate::store::{self, Narrowed, Place};

/// Meetings of a page.
const PAGE: usize = 30;

/// What is asked of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct ListAsked {
    /// 会议类型, by its code.
    pub(crate) kind: String,
    /// Part of the name.
    pub(crate) q: String,
    /// Held from this day …
    pub(crate) from: String,
    /// … to this one.
    pub(crate) to: String,
    /// 党组织: the name of one under the officer's, or part of it.
    pub(crate) organization: String,
    /// The one that was chosen.
    pub(crate) organization_id: String,
    /// The page after this place, as [`LineView::place`] writes it …
    pub(crate) after: String,
    /// … or before it.
    pub(crate) before: String,
}

impl ListAsked {
    /// The address that asks this, at a place (`after` or `before` it) or, with an empty one, from the beginning.
    fn address(&self, side: &str, place: &str) -> String {
        let Self { kind, q, from, to, organization, organization_id, after: _, before: _ } = self;
        let asked = [
            ("kind", kind.as_str()),
            ("q", q),
            ("from", from),
            ("to", to),
            ("organization", organization),
            ("organization_id", organization_id),
            (side, place),
        ];
        asking("/office/meetings", &asked)
    }

    fn narrowed(&self) -> Narrowed {
        let day = |text: &str| Date::parse_loose(text).ok();
        Narrowed {
            kind: MeetingKind::from_code(&self.kind),
            name: folded(&self.q),
            from: day(&self.from).map(Instant::start_of),
            to: day(&self.to).map(|day| Instant::start_of(day.plus_days(1))),
        }
    }
}

/// A meeting as a line shows it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct LineView {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    pub(crate) time: String,
    pub(crate) place: String,
    pub(crate) way: &'static str,
    pub(crate) phase: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) due: i64,
    pub(crate) present: i64,
    /// Whether 【编辑】 leads to who was there: once it has begun; before, to what was published.
    pub(crate) begun: bool,
    pub(crate) open: bool,
}

impl LineView {
    pub(crate) fn of(meeting: &Meeting, (due, present): (i64, i64), now: Instant) -> Self {
        let phase = meeting.phase(now);
        Self {
            id: meeting.id.to_string(),
            kind: meeting.kind.label(),
            name: meeting.name.clone(),
            time: meeting.time(),
            place: meeting.place.clone(),
            way: meeting.way.label(),
            phase: phase.label(),
            tone: tone(phase),
            due,
            present,
            begun: meeting.starts_at <= now,
            open: !matches!(phase, Phase::Archived | Phase::CalledOff),
        }
    }

    /// A place in the list, as an address holds it: milliseconds and id.
    fn place(meeting: &Meeting) -> String {
        format!("{}-{}", meeting.starts_at.ms(), meeting.id)
    }
}

fn place(text: &str) -> Option<Place> {
    let (ms, id) = text.split_once('-')?;
    Some((Instant::from_ms(ms.parse().ok()?), id.parse::<MeetingId>().ok()?))
}

/// 【会议管理】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ListView {
    pub(crate) asked: ListAsked,
    pub(crate) kinds: Choices,
    /// Whose meetings these are.
    pub(crate) organization: String,
    /// Whether they are the officer's own organization's.
    pub(crate) own: bool,
    /// Organizations that the name typed fits, to choose one of.
    pub(crate) found: Vec<Choice>,
    pub(crate) lines: Vec<LineView>,
    pub(crate) narrowed: bool,
    pub(crate) first: Option<String>,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
}

impl ListView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &Officer, asked: &ListAsked) -> Result<Self, Problem> {
        let (tree, now) = (tree(txn)?, txn.now());
        let (organization, found) = meant(&tree, by, &asked.organization, &asked.organization_id);
        let narrowed = asked.narrowed();
        let (at, way) = if asked.before.is_empty() { (&asked.after, Way::On) } else { (&asked.before, Way::Back) };
        let from = place(at).map(|place| (place, way));
        let begun = from.is_some();
        let Leaf { lines, previous, next } = leaf(PAGE, from, |place, way, limit| {
            store::of_organization(txn, organization, &narrowed, place, way, limit)
        })?;
        let ids: Vec<MeetingId> = lines.iter().map(|meeting| meeting.id).collect();
        let presences = store::presences(txn, &ids)?;
        let at = |side: &str, meeting: &Meeting| asked.address(side, &LineView::place(meeting));
        Ok(Self {
            kinds: Choices::of(MeetingKind::ALL.iter().map(|kind| (kind.label(), kind.code()))),
            organization: tree.name(organization),
            own: organization == by.organization_id(),
            found,
            first: begun.then(|| asked.address("", "")),
            previous: lines.first().filter(|_| previous).map(|meeting| at("before", meeting)),
            next: lines.last().filter(|_| next).map(|meeting| at("after", meeting)),
            lines: lines
                .iter()
                .map(|meeting| LineView::of(meeting, presences.get(&meeting.id).copied().unwrap_or_default(), now))
                .collect(),
            narrowed: *asked != ListAsked::default(),
            asked: asked.clone(),
        })
    }
}

/// The organization whose meetings are asked for: the one chosen, the only one of that name, or the officer's own; beside
/// it those that fit a name which is not anybody's in full.
pub(crate) fn meant(tree: &Tree, by: &Officer, typed: &str, chosen: &str) -> (OrganizationId, Vec<Choice>) {
    let typed = folded(typed);
    let under = |id: &OrganizationId| tree.get(*id).is_some_and(|node| by.oversees(&node.path));
    let chosen = chosen.parse::<OrganizationId>().ok().filter(under);
    if typed.is_empty() {
        return (chosen.unwrap_or_else(|| by.organization_id()), Vec::new());
    }
    if let Some(chosen) = chosen.filter(|id| tree.name(*id) == typed) {
        return (chosen, Vec::new());
    }
    let found = tree.named(by.path(), &typed);
    match found.as_slice() {
        [only] => (only.id, Vec::new()),
        [exact, ..] if exact.name == typed => (exact.id, Vec::new()),
        _ => (
            by.organization_id(),
            found.iter().map(|node| Choice::of(node.name.clone(), node.id.to_string())).collect(),
        ),
    }
}
