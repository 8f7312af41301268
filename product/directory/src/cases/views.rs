//! What is shown of cases.

use ejia_db::Txn;
use ejia_kernel::{MemberId, Problem};
use schemars::JsonSchema;
use serde::Serialize;

use super::model::{Case, Claimant};
use super::pages::CasesAsked;
use super::{resolve, store};
use crate::leafing::{Leaf, Way, leaf};
use crate::members::{Member, RecordField};
use crate::organizations::{Tree, tree};

/// A case in a line, without anything of the other party.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct CaseLine {
    pub(crate) id: String,
    pub(crate) number: String,
    pub(crate) kind: &'static str,
    pub(crate) claimant: String,
    pub(crate) branch: String,
    pub(crate) opened_at: String,
    pub(crate) opened_by: String,
    pub(crate) open: bool,
    pub(crate) outcome: &'static str,
    pub(crate) note: String,
    pub(crate) resolved_at: String,
    pub(crate) resolved_by: String,
}

impl CaseLine {
    fn of(tree: &Tree, case: &Case) -> Self {
        Self {
            id: case.id.to_string(),
            number: case.number.clone(),
            kind: case.kind.label(),
            claimant: case.claimant_name.clone(),
            branch: tree.name(case.claimant_organization_id),
            opened_at: case.opened_at.to_string(),
            opened_by: case.opened_by_name.clone(),
            open: case.outcome.is_none(),
            outcome: case.outcome.map_or("待处理", super::Outcome::label),
            note: case.note.clone(),
            resolved_at: case.resolved_at.map(|at| at.to_string()).unwrap_or_default(),
            resolved_by: case.resolved_by_name.clone().unwrap_or_default(),
        }
    }
}

/// The latest cases in which a member claims or holds a number.
pub(crate) fn cases_of(txn: &mut Txn<'_>, member: MemberId) -> Result<Vec<CaseLine>, Problem> {
    let tree = tree(txn)?;
    let cases = store::of_member(txn, member, 10)?;
    Ok(cases
        .iter()
        .filter(|case| case.claimant == Claimant::Member(member))
        .map(|case| CaseLine::of(&tree, case))
        .collect())
}

/// A page of cases.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct CasesView {
    /// What was typed to find one.
    pub(crate) q: String,
    /// Whether the resolved ones are listed.
    pub(crate) resolved: bool,
    pub(crate) cases: Vec<CaseLine>,
    pub(crate) first: Option<String>,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
}

/// How many cases a page shows.
const PAGE: usize = 50;

impl CasesView {
    pub(crate) fn of(txn: &mut Txn<'_>, asked: &CasesAsked) -> Result<Self, Problem> {
        let tree = tree(txn)?;
        let q = ejia_kernel::narrow(&asked.q).trim().to_ascii_uppercase();
        let CasesAsked { q: _, resolved, after, before } = asked;
        let (resolved, begun) = (*resolved, !(after.is_empty() && before.is_empty()));
        let (place, way) = if before.is_empty() { (after, Way::On) } else { (before, Way::Back) };
        let from = begun.then(|| (place.clone(), way));
        let Leaf { lines: cases, previous, next } = if q.is_empty() {
            leaf(PAGE, from, |place, way, limit| store::listed(txn, !resolved, place, way, limit))?
        } else {
            Leaf { lines: store::by_number(txn, &q)?.into_iter().collect(), previous: false, next: false }
        };
        let here = if resolved { "/office/cases?resolved=true" } else { "/office/cases?resolved=" };
        Ok(Self {
            first: begun.then(|| here.to_owned()),
            previous: cases.first().filter(|_| previous).map(|case| format!("{here}&before={}", case.number)),
            next: cases.last().filter(|_| next).map(|case| format!("{here}&after={}", case.number)),
            cases: cases.iter().map(|case| CaseLine::of(&tree, case)).collect(),
            q,
            resolved,
        })
    }
}

/// One item of both records, side by side.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct PairView {
    pub(crate) label: &'static str,
    pub(crate) claimant: String,
    pub(crate) holder: String,
    pub(crate) same: bool,
    /// Whether this is the number both want.
    pub(crate) claimed: bool,
}

/// One case with both records.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct CaseView {
    pub(crate) case: CaseLine,
    /// The number both want, masked.
    pub(crate) claim: String,
    pub(crate) claimant_branch: String,
    pub(crate) holder_branch: String,
    pub(crate) claimant_present: bool,
    pub(crate) holder_present: bool,
    pub(crate) about_id_card: bool,
    pub(crate) pairs: Vec<PairView>,
}

impl CaseView {
    pub(super) fn of(txn: &mut Txn<'_>, case: &Case) -> Result<Self, Problem> {
        let tree = tree(txn)?;
        let (claimant, holder) = resolve::parties(txn, case)?;
        let present = |member: &Option<Member>| member.as_ref().is_some_and(|member| member.departed.is_none());
        let text = |member: &Option<Member>, field: RecordField| {
            member.as_ref().map(|member| member.record.text(field)).unwrap_or_default()
        };
        let pairs = RecordField::ALL.map(|field| {
            let (left, right) = (text(&claimant, field), text(&holder, field));
            PairView {
                label: field.label(),
                same: left == right,
                claimed: field == case.kind.field(),
                claimant: crate::members::mask(field, &left),
                holder: crate::members::mask(field, &right),
            }
        });
        Ok(Self {
            case: CaseLine::of(&tree, case),
            claim: crate::members::mask(case.kind.field(), &case.claim),
            claimant_branch: tree.name(case.claimant_organization_id),
            holder_branch: tree.name(case.holder_organization_id),
            claimant_present: present(&claimant),
            holder_present: present(&holder),
            about_id_card: case.kind == super::ClashKind::IdCard,
            pairs: pairs.into(),
        })
    }
}
