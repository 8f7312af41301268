//! What is shown of members to administrators: lists, the record, the forms.

use ejia_db::Txn;
use ejia_kernel::{OrganizationKind, Problem, Sex, Standing};
use ejia_web::{Choice, Officer};
use schemars::JsonSchema;
use serde::Serialize;

use super::asked::ListAsked;
use super::list::Found;
use super::model::{DepartureReason, Member};
use super::record::{MemberRecord, RecordField, mask};
use super::sought;
use super::store::history::{self, Change, ChangeState, Item, Reading};
use super::store::list::Line;
use super::store::opened_id_card;
use super::traits::Trait;
use crate::cases::{CaseLine, cases_of};
use crate::organizations::{Tree, tree};

/// One line of a list of members.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct LineView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) sex: &'static str,
    pub(crate) branch: String,
    pub(crate) id_card: String,
    pub(crate) phone: String,
    pub(crate) kind: &'static str,
    pub(crate) standing: &'static str,
    pub(crate) normal: bool,
    pub(crate) waiting: i64,
    pub(crate) reviewed: bool,
    pub(crate) departed_on: String,
    pub(crate) departed_reason: &'static str,
}

impl LineView {
    fn of(txn: &Txn<'_>, tree: &Tree, line: &Line) -> Result<Self, Problem> {
        let reason = line.departed_reason.as_deref().and_then(DepartureReason::from_code);
        Ok(Self {
            id: line.id.to_string(),
            name: line.name.clone(),
            sex: Sex::from_code(&line.sex).map_or("", Sex::label),
            branch: tree.name(line.organization_id),
            id_card: mask(RecordField::IdCard, &opened_id_card(txn.vault(), &line.id_card_sealed)?),
            phone: line.phone.as_ref().map(ejia_kernel::Phone::masked).unwrap_or_default(),
            kind: line.kind.label(),
            standing: line.standing.label(),
            normal: line.standing == Standing::Normal,
            waiting: line.waiting,
            reviewed: line.reviewed,
            departed_on: line.departed_at.map(|at| at.china_date().to_string()).unwrap_or_default(),
            departed_reason: reason.map_or("", DepartureReason::label),
        })
    }
}

/// A page of the list of members.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ListView {
    pub(crate) asked: ListAsked,
    /// What was typed into the search box.
    pub(crate) typed: String,
    pub(crate) lines: Vec<LineView>,
    /// The organization listed.
    pub(crate) scope: String,
    /// How many members stand in the scope, unfiltered.
    pub(crate) total: i64,
    pub(crate) searching: bool,
    pub(crate) unfinished: bool,
    pub(crate) first: Option<String>,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
    pub(crate) organizations: Vec<Choice>,
    pub(crate) kinds: Vec<Choice>,
    pub(crate) standings: Vec<Choice>,
    pub(crate) sexes: Vec<Choice>,
    pub(crate) ages: Vec<Choice>,
    pub(crate) educations: Vec<Choice>,
    pub(crate) ethnic_groups: Vec<Choice>,
    pub(crate) may_allocate: bool,
}

fn choices(of: Trait) -> Vec<Choice> {
    of.values().into_iter().map(|(value, label)| Choice::of(label, value)).collect()
}

impl ListView {
    pub(crate) fn of(
        txn: &mut Txn<'_>,
        officer: &Officer,
        asked: ListAsked,
        found: &Found,
        path: &str,
    ) -> Result<Self, Problem> {
        let tree = &found.tree;
        let lines: Result<Vec<LineView>, Problem> =
            found.lines.iter().map(|line| LineView::of(txn, tree, line)).collect();
        let mut organizations: Vec<Choice> = tree
            .children(officer.path())
            .filter(|node| node.kind.is_party())
            .map(|node| Choice::of(&node.name, node.id.to_string()))
            .collect();
        let chosen = tree.at(&found.scope).filter(|node| node.path != *officer.path());
        if let Some(node) = chosen
            && !organizations.iter().any(|choice| choice.value == node.id.to_string())
        {
            organizations.insert(0, Choice::of(&node.name, node.id.to_string()));
        }
        Ok(Self {
            typed: sought::typed(txn.vault(), &asked.q),
            lines: lines?,
            scope: tree.at(&found.scope).map(|node| node.name.clone()).unwrap_or_default(),
            total: found.counts.members,
            searching: asked.searching(),
            unfinished: found.unfinished,
            first: (!(asked.after.is_empty() && asked.before.is_empty())).then(|| asked.address(path, "after", "")),
            previous: found.previous.as_ref().map(|place| asked.address(path, "before", place)),
            next: found.next.as_ref().map(|place| asked.address(path, "after", place)),
            organizations,
            kinds: choices(Trait::Kind),
            standings: STANDINGS.iter().map(|standing| Choice::of(standing.label(), standing.code())).collect(),
            sexes: choices(Trait::Sex),
            ages: choices(Trait::Age),
            educations: choices(Trait::Education),
            ethnic_groups: choices(Trait::EthnicGroup),
            may_allocate: officer.kind().may_allocate(),
            asked,
        })
    }
}

pub(super) const STANDINGS: [Standing; 5] =
    [Standing::Normal, Standing::Retained, Standing::Restored, Standing::Suspended, Standing::Expelled];

/// One item of a record as it is shown.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct FactView {
    pub(crate) code: &'static str,
    pub(crate) label: &'static str,
    pub(crate) value: String,
}

/// The items of a record; the numbers in full only when somebody has given a reason.
pub(crate) fn facts(record: &MemberRecord, in_full: bool) -> Vec<FactView> {
    RecordField::ALL
        .into_iter()
        .map(|field| FactView {
            code: field.code(),
            label: field.label(),
            value: if in_full { record.text(field) } else { record.masked(field) },
        })
        .collect()
}

/// One change of a record as it is shown.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ChangeView {
    pub(crate) id: String,
    pub(crate) field: &'static str,
    pub(crate) label: &'static str,
    pub(crate) before: String,
    pub(crate) after: String,
    pub(crate) source: &'static str,
    pub(crate) by: String,
    pub(crate) at: String,
    pub(crate) state: &'static str,
    pub(crate) state_label: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) reason: String,
    pub(crate) decided_by: String,
    pub(crate) decided_at: String,
    /// Both numbers look alike with their middle hidden.
    pub(crate) looks_alike: bool,
}

impl ChangeView {
    pub(crate) fn of(change: &Change, in_full: bool) -> Self {
        let shown = |text: &str| match change.item {
            Item::Field(field) if !in_full => mask(field, text),
            _ => text.to_owned(),
        };
        let (before, after) = (shown(&change.before), shown(&change.after));
        Self {
            id: change.id.to_string(),
            field: change.item.code(),
            label: change.item.label(),
            looks_alike: before == after && change.before != change.after,
            before,
            after,
            source: change.source.label(),
            by: change.by_name.clone(),
            at: change.made_at.to_string(),
            state: change.state.code(),
            state_label: change.state.label(),
            tone: match change.state {
                ChangeState::Made | ChangeState::Withdrawn => "plain",
                ChangeState::Waiting => "wait",
                ChangeState::Accepted => "good",
                ChangeState::Returned => "bad",
            },
            reason: change.reason.clone().unwrap_or_default(),
            decided_by: change.decided_by_name.clone().unwrap_or_default(),
            decided_at: change.decided_at.map(|at| at.to_string()).unwrap_or_default(),
        }
    }
}

/// One reading of a member's numbers as it is shown.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ReadingView {
    pub(crate) at: String,
    pub(crate) by: String,
    pub(crate) organization: String,
    pub(crate) reason: String,
}

impl ReadingView {
    pub(crate) fn of(reading: Reading) -> Self {
        let Reading { at, by_name, organization_name, reason } = reading;
        Self { at: at.to_string(), by: by_name, organization: organization_name, reason }
    }
}

/// That a member was taken off the list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct DepartedView {
    pub(crate) on: String,
    pub(crate) reason: &'static str,
    pub(crate) note: String,
}

impl DepartedView {
    /// The reason, with what was noted beside it.
    pub(crate) fn why(&self) -> String {
        if self.note.is_empty() { self.reason.to_owned() } else { format!("{}（{}）", self.reason, self.note) }
    }
}

/// The record of one member, as administrators see it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct MemberView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) branch: String,
    /// From the officer's organization down to the branch.
    pub(crate) way: Vec<String>,
    pub(crate) facts: Vec<FactView>,
    pub(crate) in_full: bool,
    pub(crate) reviewed_at: String,
    pub(crate) waiting: Vec<ChangeView>,
    pub(crate) history: Vec<ChangeView>,
    pub(crate) readings: Vec<ReadingView>,
    pub(crate) cases: Vec<CaseLine>,
    /// When and why he was taken off the list, if he was.
    pub(crate) departed: Option<DepartedView>,
    pub(crate) may_review: bool,
    pub(crate) may_allocate: bool,
}

/// How many lines of history a record page shows.
const SHOWN: i64 = 50;

impl MemberView {
    pub(crate) fn of(txn: &mut Txn<'_>, officer: &Officer, member: &Member, in_full: bool) -> Result<Self, Problem> {
        let tree = tree(txn)?;
        let past = history::of_member(txn, member.id, SHOWN)?;
        let (waiting, history): (Vec<_>, Vec<_>) = past.iter().partition(|change| change.state == ChangeState::Waiting);
        let views = |changes: Vec<&Change>| changes.into_iter().map(|change| ChangeView::of(change, in_full)).collect();
        let way = tree.way(&member.path).into_iter().filter(|node| officer.oversees(&node.path));
        Ok(Self {
            id: member.id.to_string(),
            name: member.record.name.to_string(),
            branch: tree.name(member.organization_id),
            way: way.map(|node| node.name.clone()).collect(),
            facts: facts(&member.record, in_full),
            in_full,
            reviewed_at: member.reviewed_at.map(|at| at.to_string()).unwrap_or_default(),
            waiting: views(waiting),
            history: views(history),
            readings: history::readings(txn, member.id, SHOWN)?.into_iter().map(ReadingView::of).collect(),
            cases: cases_of(txn, member.id)?,
            departed: member.departed.as_ref().map(|departure| DepartedView {
                on: departure.at.china_date().to_string(),
                reason: departure.reason.label(),
                note: departure.note.clone(),
            }),
            may_review: officer.kind() == OrganizationKind::Branch,
            may_allocate: officer.kind().may_allocate(),
        })
    }
}
