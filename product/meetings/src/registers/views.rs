//! What 【工作台账】 shows.

use ejia_db::Txn;
use ejia_directory::{Leaf, Way, leaf, tree};
use ejia_kernel::{Instant, MeetingId, Problem};
use ejia_web::{Choice, Choices, Officer};
use schemars::JsonSchema;
use serde::Serialize;

use super::asked::{Filter, RegisterAsked, Whose};
use super::store::{self, Place};
use super::year::{Held, held};
use crate::kinds::MeetingKind;
use crate::records::{Chain, verify};

/// Meetings of a page.
const PAGE: usize = 30;
/// So many years back can be chosen.
const YEARS: i16 = 15;

/// A meeting of the register, as a line shows it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct HeldView {
    pub(super) id: String,
    pub(super) organization: String,
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) time: String,
    pub(super) due: i64,
    pub(super) present: i64,
    pub(super) recorded: &'static str,
    pub(super) corrections: usize,
    pub(super) code: String,
}

/// A kind, and how often it was held.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct CountView {
    pub(super) label: &'static str,
    pub(super) held: i64,
}

/// 【工作台账】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct RegisterView {
    pub(super) asked: RegisterAsked,
    pub(super) year: String,
    pub(super) years: Choices,
    pub(super) kinds: Choices,
    /// Whose register it is.
    pub(super) organization: String,
    pub(super) own: bool,
    pub(super) all: bool,
    /// Organizations that the name typed fits, to choose one of.
    pub(super) found: Vec<Choice>,
    pub(super) counts: Vec<CountView>,
    pub(super) lines: Vec<HeldView>,
    /// Whether the chain holds, in words; empty for the register of many.
    pub(super) check: String,
    pub(super) broken: bool,
    pub(super) first: Option<String>,
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
}

impl RegisterView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &Officer, asked: &RegisterAsked) -> Result<Self, Problem> {
        let (filter, found) = Filter::of(txn, by, asked)?;
        let tree = tree(txn)?;
        let (at, way) = if asked.before.is_empty() { (&asked.after, Way::On) } else { (&asked.before, Way::Back) };
        let from = place(at).map(|place| (place, way));
        let begun = from.is_some();
        let Leaf { lines, previous, next } =
            leaf(PAGE, from, |place, way, limit| store::places(txn, &filter, place, way, limit))?;
        let ids: Vec<MeetingId> = lines.iter().map(|(_, id)| *id).collect();
        let at = |side: &str, (starts, id): &Place| asked.address(side, &format!("{}-{id}", starts.ms()));
        let (check, broken) = checked(txn, &filter)?;
        let line = |held: &Held| HeldView::of(held, tree.name(held.organization_id));
        Ok(Self {
            year: filter.year.to_string(),
            years: years(txn.now(), filter.year),
            kinds: Choices::of(MeetingKind::ALL.iter().map(|kind| (kind.label(), kind.code()))),
            organization: filter.owner(&tree),
            own: filter.whose == Whose::One(by.organization_id()),
            all: asked.all,
            found,
            counts: counts(txn, &filter)?,
            first: begun.then(|| asked.address("", "")),
            previous: lines.first().filter(|_| previous).map(|place| at("before", place)),
            next: lines.last().filter(|_| next).map(|place| at("after", place)),
            lines: held(txn, &ids)?.iter().map(line).collect(),
            check,
            broken,
            asked: asked.clone(),
        })
    }
}

impl HeldView {
    fn of(held: &Held, organization: String) -> Self {
        let Held { meeting, content, code, corrections, .. } = held;
        Self {
            id: meeting.to_string(),
            organization,
            kind: content.what(),
            name: content.name.clone(),
            time: content.time(),
            due: content.turnout.due,
            present: content.turnout.present,
            recorded: content.recorded.label(),
            corrections: corrections.len(),
            code: code.clone(),
        }
    }
}

fn place(text: &str) -> Option<Place> {
    let (ms, id) = text.split_once('-')?;
    Some((Instant::from_ms(ms.parse().ok()?), id.parse().ok()?))
}

/// The years that can be chosen, this one first, and the one that is shown.
fn years(now: Instant, shown: i16) -> Choices {
    let this = now.china_date().year();
    let mut years: Vec<i16> = (this.saturating_sub(YEARS)..=this).rev().collect();
    if !years.contains(&shown) {
        years.push(shown);
    }
    Choices::of(years.into_iter().map(|year| (format!("{year}年"), year.to_string())))
}

/// How often each kind was held in the year, also those that were not.
fn counts(txn: &mut Txn<'_>, filter: &Filter) -> Result<Vec<CountView>, Problem> {
    let counts = store::counts(txn, &Filter { kind: None, ..filter.clone() })?;
    let view =
        |kind: &MeetingKind| CountView { label: kind.label(), held: counts.get(kind).copied().unwrap_or_default() };
    Ok(MeetingKind::ALL.iter().map(view).collect())
}

/// 校验: the chain of one organization, gone through from its beginning.
fn checked(txn: &mut Txn<'_>, filter: &Filter) -> Result<(String, bool), Problem> {
    let Whose::One(organization) = filter.whose else { return Ok((String::new(), false)) };
    Ok(match verify(txn, organization)? {
        Chain::Sound(entries) => (format!("{entries} 条，完整"), false),
        Chain::Broken(number) => (format!("第 {number} 条不符"), true),
    })
}
