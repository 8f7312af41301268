//! Compares lines of the table of organizations with the tree: parents first, whatever their order in the file.

use std::collections::{HashMap, VecDeque};

use ejia_db::Txn;
use ejia_kernel::{OrganizationCode, OrganizationKind, OrganizationPath, Problem};

use super::cells::Cells;
use super::model::{Change, Kept, Outcome, Run, StagedRow};
use super::organizations::{OrganizationRow, differences};
use super::refusals::{Refusal, said};
use crate::organizations::{Node, Tree, organization, tree};

/// How many levels the tree may have.
const LEVELS: usize = 16;

/// A line of the table of organizations, read but not compared.
pub(crate) struct ReadOrganization {
    pub(crate) number: u32,
    pub(crate) cells: Cells,
    pub(crate) row: Result<OrganizationRow, Refusal>,
}

/// The place a line gets: under whom, how deep.
#[derive(Clone, Debug)]
struct Place {
    kind: OrganizationKind,
    depth: usize,
    rank: i64,
}

/// Compares all lines of the file; answers them in the order in which they were read.
pub(crate) fn plan_organizations(
    txn: &mut Txn<'_>,
    run: &Run,
    lines: &[ReadOrganization],
) -> Result<Vec<StagedRow>, Problem> {
    let tree = tree(txn)?;
    let mut verdicts: Vec<Option<Result<Place, Refusal>>> = vec![None; lines.len()];
    let mut children: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut by_code: HashMap<&str, usize> = HashMap::new();
    let mut ready = VecDeque::new();
    for (index, line) in lines.iter().enumerate() {
        let (Some(slot), Ok(row)) = (verdicts.get_mut(index), &line.row) else { continue };
        if let Some(first) = by_code.get(row.card.code.as_str()).and_then(|first| lines.get(*first)) {
            let refusal = Refusal::new("directory.import_code_again", "党组织代码").with("first", first.number);
            *slot = Some(Err(refusal));
            continue;
        }
        by_code.insert(row.card.code.as_str(), index);
        match &row.parent {
            Some(parent) if tree.by_code(parent.as_str()).is_none() => {
                children.entry(parent.as_str()).or_default().push(index);
            }
            _ => ready.push_back(index),
        }
    }
    let mut places: HashMap<&str, Place> = HashMap::new();
    while let Some(index) = ready.pop_front() {
        let (Some(line), Some(slot)) = (lines.get(index), verdicts.get_mut(index)) else { continue };
        let Ok(row) = &line.row else { continue };
        let verdict = place(run, &tree, &places, row);
        if let Ok(place) = &verdict {
            places.insert(row.card.code.as_str(), place.clone());
            ready.extend(children.remove(row.card.code.as_str()).unwrap_or_default());
        }
        *slot = Some(verdict);
    }
    let mut staged = Vec::with_capacity(lines.len());
    for (line, verdict) in lines.iter().zip(verdicts) {
        let verdict = match (&line.row, verdict) {
            (Err(refusal), _) => Err(refusal.clone()),
            (Ok(row), Some(verdict)) => verdict.map(|place| (row, place)),
            (Ok(row), None) => {
                let parent = row.parent.as_ref().map(OrganizationCode::as_str).unwrap_or_default();
                let known = by_code.contains_key(parent);
                let code = if known { "directory.import_parent_refused" } else { "directory.import_unknown_parent" };
                Err(Refusal::new(code, "上级党组织代码").with("code", parent))
            }
        };
        staged.push(stage_one(txn, run, &tree, line, verdict)?);
    }
    Ok(staged)
}

/// Where a line stands, once its parent is known.
fn place(run: &Run, tree: &Tree, places: &HashMap<&str, Place>, row: &OrganizationRow) -> Result<Place, Refusal> {
    let refusal = |code| Refusal::new(code, "上级党组织代码");
    let known = tree.by_code(row.card.code.as_str());
    let parent = row.parent.as_ref().map(OrganizationCode::as_str);
    if let Some(node) = known {
        // An empty cell says nothing.
        let same =
            parent.is_none() || node.parent_id.and_then(|id| tree.get(id)).map(|node| node.code.as_str()) == parent;
        return match (run.covers(&node.path), same) {
            (false, _) => Err(Refusal::new("directory.import_organization_outside", "党组织代码")),
            (true, false) => Err(refusal("directory.import_parent_differs")),
            (true, true) => Ok(Place { kind: row.card.kind, depth: node.path.depth(), rank: rank(node.path.depth()) }),
        };
    }
    refuse_rank_above(run, tree, row.card.kind)?;
    let adopter = adopter(run, tree).map(|node| node.code.as_str());
    let Some(parent) = parent.or(adopter) else {
        let first = places.values().all(|place| place.depth > 1);
        return if first {
            Ok(Place { kind: row.card.kind, depth: 1, rank: 1 })
        } else {
            Err(refusal("directory.import_no_parent"))
        };
    };
    let (kind, depth) = match (places.get(parent), tree.by_code(parent)) {
        (Some(place), _) => (place.kind, place.depth),
        (None, Some(node)) if node.closed => return Err(refusal("directory.import_parent_closed")),
        (None, Some(node)) if !run.covers(&node.path) => return Err(refusal("directory.import_parent_outside")),
        (None, Some(node)) => (node.kind, node.path.depth()),
        (None, None) => return Err(refusal("directory.import_unknown_parent").with("code", parent)),
    };
    if kind == OrganizationKind::Branch || !kind.is_party() {
        return Err(refusal("directory.import_parent_is_branch"));
    }
    if row.card.kind.is_separate() && kind != OrganizationKind::CityCommittee {
        return Err(refusal("directory.import_under_city_only"));
    }
    if depth >= LEVELS {
        return Err(refusal("directory.import_too_deep"));
    }
    Ok(Place { kind: row.card.kind, depth: depth + 1, rank: rank(depth + 1) })
}

/// Under whom a line without a superior stands: under the organization that imports; the command acts for the top one.
/// Nobody but the command begins a tree, and only where there is none.
pub(crate) fn adopter<'t>(run: &Run, tree: &'t Tree) -> Option<&'t Node> {
    run.path.as_ref().map_or_else(|| tree.root(), |path| tree.at(path))
}

fn rank(depth: usize) -> i64 {
    i64::try_from(depth).unwrap_or(i64::MAX)
}

/// Nobody makes an organization that stands above his own, and only a command makes what looks after the platform.
fn refuse_rank_above(run: &Run, tree: &Tree, kind: OrganizationKind) -> Result<(), Refusal> {
    let Some(own) = run.path.as_ref().and_then(|path| tree.at(path)) else { return Ok(()) };
    let above = kind.authority_level().is_some_and(|level| own.level.is_none_or(|own| level < own));
    if above || !kind.is_party() {
        return Err(Refusal::new("directory.import_kind_above", "组织类别"));
    }
    Ok(())
}

fn stage_one(
    txn: &mut Txn<'_>,
    run: &Run,
    tree: &Tree,
    line: &ReadOrganization,
    verdict: Result<(&OrganizationRow, Place), Refusal>,
) -> Result<StagedRow, Problem> {
    let (row, place) = match verdict {
        Ok(placed) => placed,
        Err(refusal) => return Ok(StagedRow::refused(line.number, line.cells.name(), &refusal)),
    };
    let mut staged = StagedRow {
        rank: place.rank,
        number: line.number,
        outcome: Outcome::New,
        code: None,
        sentence: remarks(row, adopter(run, tree)),
        version: None,
        accepted: false,
        kept: Kept { name: row.card.name.clone(), changes: Vec::new(), cells: line.cells.clone() },
    };
    let Some(node) = tree.by_code(row.card.code.as_str()) else { return Ok(staged) };
    let known = organization(txn, node.id)?;
    let changes = differences(&known.card, &row.onto(&known.card));
    if let Some(refusal) = refuse_change(run, tree, node, row, changes.is_empty()) {
        return Ok(StagedRow::refused(line.number, line.cells.name(), &refusal));
    }
    staged.sentence.clear();
    staged.version = Some(known.version);
    staged.outcome = if changes.is_empty() { Outcome::Unchanged } else { Outcome::Changed };
    staged.kept.changes = changes.into_iter().map(|(label, before, after)| Change { label, before, after }).collect();
    if staged.outcome == Outcome::Unchanged {
        staged.kept.cells = Cells::default();
    }
    Ok(staged)
}

/// What may not be changed by a table: one's own organization, whether members belong to it, and whether its
/// administrators see the pages of a separate office.
fn refuse_change(run: &Run, tree: &Tree, node: &Node, row: &OrganizationRow, same: bool) -> Option<Refusal> {
    let own = run.path.as_ref().is_some_and(|path: &OrganizationPath| *path == node.path);
    if own && !same {
        return Some(Refusal::new("directory.import_own_organization", "党组织代码"));
    }
    let branch = OrganizationKind::Branch;
    if node.kind != row.card.kind {
        let fixed = |kind: OrganizationKind| kind == branch || kind.is_separate();
        if fixed(node.kind) || fixed(row.card.kind) {
            return Some(Refusal::new("directory.import_kind_fixed", "组织类别"));
        }
        return refuse_rank_above(run, tree, row.card.kind).err();
    }
    None
}

/// What should be known about a new line that is taken: under whom it comes to stand by itself, and that nobody can log
/// in for it yet.
fn remarks(row: &OrganizationRow, adopter: Option<&Node>) -> String {
    let under = adopter
        .filter(|_| row.parent.is_none())
        .map(|node| said("directory.import_stands_under", &[("organization", node.name.clone())]));
    let contact = match (&row.card.contact_phone, row.phone_not_mobile) {
        (Some(_), _) => None,
        (None, true) => Some(said("directory.import_contact_not_mobile", &[])),
        (None, false) => Some(said("directory.import_contact_without_phone", &[])),
    };
    under.into_iter().chain(contact).collect()
}
