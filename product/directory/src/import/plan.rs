//! Compares lines with what is known: new, changed, unchanged or refused. Writes nothing.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use ejia_db::Txn;
use ejia_kernel::{IdCardNumber, OrganizationId, OrganizationKind, OrganizationPath, Phone, Problem};

use super::cells::Cells;
use super::members::MemberRow;
use super::model::{Change, Kept, Outcome, Run, StagedRow};
use super::refusals::Refusal;
use crate::members::{self, Member, MemberRecord, RecordField, mask};
use crate::organizations::{Node, Tree, tree};

/// The branches a file may name: those of the tree under the run, and those another file is about to bring.
pub(crate) struct Branches {
    tree: Arc<Tree>,
    scope: Option<OrganizationPath>,
    coming: Arc<HashSet<String>>,
}

/// Which branch a line means.
#[derive(Clone, Debug)]
pub(crate) enum Branch {
    /// One of the tree.
    Known { id: OrganizationId, path: OrganizationPath },
    /// One that comes with the table of organizations of the same rehearsal.
    Coming,
}

impl Branches {
    pub(crate) fn new(txn: &mut Txn<'_>, run: &Run, coming: &Arc<HashSet<String>>) -> Result<Self, Problem> {
        Ok(Self { tree: tree(txn)?, scope: run.path.clone(), coming: Arc::clone(coming) })
    }

    pub(crate) fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The branch with this name or code.
    pub(crate) fn find(&self, text: &str) -> Result<Branch, Refusal> {
        let refusal = |code| Refusal::new(code, "所在党支部").with("name", text);
        let named: Vec<&Node> = match self.tree.by_code(text) {
            Some(node) => vec![node],
            None => self.tree.by_name(text),
        };
        if named.is_empty() && self.coming.contains(text) {
            return Ok(Branch::Coming);
        }
        let covered = |node: &&&Node| self.scope.as_ref().is_none_or(|scope| scope.contains(&node.path));
        let branch = |node: &&&Node| node.kind == OrganizationKind::Branch && !node.closed;
        let fitting: Vec<&&Node> = named.iter().filter(branch).filter(covered).collect();
        match fitting.as_slice() {
            [node] => Ok(Branch::Known { id: node.id, path: node.path.clone() }),
            [_, _, ..] => Err(refusal("directory.import_branch_ambiguous")),
            [] if named.is_empty() => Err(refusal("directory.import_unknown_branch")),
            [] if named.iter().any(|node| branch(&node)) => Err(refusal("directory.import_branch_outside")),
            [] => Err(refusal("directory.import_not_a_branch")),
        }
    }
}

/// What was met earlier in the same file.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    id_cards: HashMap<IdCardNumber, u32>,
    phones: HashMap<Phone, u32>,
}

impl Seen {
    /// Refuses a line that says an ID-card number or a phone of an earlier line again.
    pub(crate) fn note(&mut self, number: u32, row: &MemberRow) -> Result<(), Refusal> {
        let again = |code, column, first: &u32| Err(Refusal::new(code, column).with("first", first));
        if let Some(first) = self.id_cards.get(&row.id_card) {
            return again("directory.import_id_card_again", "公民身份证号", first);
        }
        if let Some(first) = row.phone.as_ref().and_then(|phone| self.phones.get(phone)) {
            return again("directory.import_phone_again", "手机号", first);
        }
        self.id_cards.insert(row.id_card.clone(), number);
        if let Some(phone) = &row.phone {
            self.phones.insert(phone.clone(), number);
        }
        Ok(())
    }
}

/// The members that the lines of one chunk are about.
#[derive(Default)]
pub(crate) struct Known {
    by_id_card: HashMap<IdCardNumber, Member>,
    by_phone: HashMap<Phone, Member>,
}

impl Known {
    /// Looks them up together, never one by one.
    pub(crate) fn look_up<'a>(
        txn: &mut Txn<'_>,
        rows: impl Iterator<Item = &'a MemberRow> + Clone,
    ) -> Result<Self, Problem> {
        let id_cards: Vec<IdCardNumber> = rows.clone().map(|row| row.id_card.clone()).collect();
        let phones: Vec<Phone> = rows.filter_map(|row| row.phone.clone()).collect();
        Ok(Self {
            by_id_card: members::members_by_id_cards(txn, &id_cards)?,
            by_phone: members::members_by_phones(txn, &phones)?,
        })
    }

    pub(crate) fn holder(&self, id_card: &IdCardNumber) -> Option<&Member> {
        self.by_id_card.get(id_card)
    }

    /// The member who bears the phone of this line, if it is another person.
    pub(crate) fn other_bearer(&self, row: &MemberRow) -> Option<&Member> {
        let bearer = row.phone.as_ref().and_then(|phone| self.by_phone.get(phone))?;
        (bearer.record.id_card != row.id_card).then_some(bearer)
    }
}

/// What a line means for what is known.
pub(crate) enum Verdict {
    /// A new member.
    New(Box<MemberRecord>),
    /// A known member; `None` for the branch when it stays.
    Known { record: Box<MemberRecord>, changes: Vec<Change> },
}

/// Compares one line.
pub(crate) fn compare(
    run: &Run,
    branches: &Branches,
    known: &Known,
    row: &MemberRow,
    branch: &Branch,
) -> Result<Verdict, Refusal> {
    let holder = known.holder(&row.id_card);
    if holder.is_some_and(|member| !run.covers(&member.path)) {
        return Err(Refusal::new("directory.import_id_card_taken", "公民身份证号"));
    }
    if known.other_bearer(row).is_some() {
        return Err(Refusal::new("directory.import_phone_taken", "手机号"));
    }
    let Some(member) = holder else { return row.fresh().map(|record| Verdict::New(Box::new(record))) };
    let record = row.onto(&member.record);
    Ok(Verdict::Known { changes: changes(branches, member, &record, branch), record: Box::new(record) })
}

fn changes(branches: &Branches, member: &Member, record: &MemberRecord, branch: &Branch) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    let name = |id| branches.tree().name(id);
    match branch {
        Branch::Known { id, .. } if *id != member.organization_id => changes.push(Change {
            label: "所在党支部".to_owned(),
            before: name(member.organization_id),
            after: name(*id),
        }),
        _ => {}
    }
    for field in RecordField::ALL {
        let (before, after) = (member.record.text(field), record.text(field));
        if before != after {
            changes.push(Change {
                label: field.label().to_owned(),
                before: mask(field, &before),
                after: mask(field, &after),
            });
        }
    }
    changes
}

/// A line of the table of members, read but not compared.
pub(crate) struct ReadMember {
    pub(crate) number: u32,
    pub(crate) cells: Cells,
    pub(crate) row: Result<MemberRow, Refusal>,
}

/// Compares a chunk of lines.
pub(crate) fn plan_members(
    txn: &mut Txn<'_>,
    run: &Run,
    coming: &Arc<HashSet<String>>,
    lines: &[ReadMember],
) -> Result<Vec<StagedRow>, Problem> {
    let branches = Branches::new(txn, run, coming)?;
    let known = Known::look_up(txn, lines.iter().filter_map(|line| line.row.as_ref().ok()))?;
    Ok(lines.iter().map(|line| plan_member(run, &branches, &known, line)).collect())
}

fn plan_member(run: &Run, branches: &Branches, known: &Known, line: &ReadMember) -> StagedRow {
    let ReadMember { number, cells, row } = line;
    let verdict = row.clone().and_then(|row| {
        let branch = branches.find(&row.branch)?;
        Ok((compare(run, branches, known, &row, &branch)?, row))
    });
    let staged = |outcome, version, changes, cells, name| StagedRow {
        rank: 0,
        number: *number,
        outcome,
        code: None,
        sentence: String::new(),
        version,
        accepted: false,
        kept: Kept { name, changes, cells },
    };
    match verdict {
        Err(refusal) => {
            let mut refused = StagedRow::refused(*number, cells.name(), &refusal);
            if matches!(refusal.code, "directory.import_id_card_taken" | "directory.import_phone_taken") {
                // Kept for the case that is opened when the import is confirmed.
                refused.kept.cells = cells.clone();
            }
            refused
        }
        Ok((Verdict::New(_), row)) => {
            staged(Outcome::New, None, Vec::new(), cells.clone(), row.name.as_str().to_owned())
        }
        Ok((Verdict::Known { changes, .. }, row)) if changes.is_empty() => {
            staged(Outcome::Unchanged, None, changes, Cells::default(), row.name.as_str().to_owned())
        }
        Ok((Verdict::Known { changes, .. }, row)) => {
            let version = known.holder(&row.id_card).map(|member| member.version);
            staged(Outcome::Changed, version, changes, cells.clone(), row.name.as_str().to_owned())
        }
    }
}
