//! The second half of an import, after it was confirmed: lines are written piece by piece, each piece one transaction.
//!
//! Every line is compared again in the transaction that writes it. What was shown is what is done: if it is not true any
//! more, the line is refused and the report says so.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use ejia_audit::Entry;
use ejia_db::{Desk, Txn};
use ejia_jobs::JobFault;
use ejia_kernel::{
    AdministratorId, ImportId, MemberId, OrganizationCode, OrganizationId, OrganizationPath, Problem, ProblemKind,
};

use super::columns::TableKind;
use super::members::MemberRow;
use super::model::{Outcome, Run, RunState, StagedRow};
use super::organization_plan::adopter;
use super::organizations::OrganizationRow;
use super::pace::Pace;
use super::plan::{Branch, Branches, Known, Verdict, compare};
use super::refusals::Refusal;
use super::store::{self, Which};
use crate::administrators::{NewAdministrator, Seat, insert_administrator};
use crate::cases::{Claim, Claimant, ClashKind, open_case};
use crate::members::store::{self as member_store, history};
use crate::members::{self, Member, NewMember, Source};
use crate::organizations::{NewOrganization, insert_organizations, organization, tree, update_organization};

/// How often a piece is tried again when somebody else was faster.
const TRIES: u32 = 5;

/// Writes a confirmed run to its end. Run again, it goes on where it stopped.
pub(crate) fn write(desk: &Desk, id: ImportId, mut pace: Pace<'_>) -> Result<(), JobFault> {
    loop {
        pace.begin();
        if !write_piece(desk, id, pace.lines())? {
            return Ok(());
        }
        pace.end()?;
    }
}

/// Writes one piece; false when there is nothing more to write.
pub(crate) fn write_piece(desk: &Desk, id: ImportId, lines: usize) -> Result<bool, Problem> {
    let mut tries = 0;
    loop {
        match desk.write_now(move |txn| piece(txn, id, lines)) {
            // Between looking and writing somebody else entered the same number: look again.
            Err(problem) if tries < TRIES && matches!(problem.kind, ProblemKind::Refused | ProblemKind::Conflict) => {
                tries += 1;
            }
            answer => return answer,
        }
    }
}

fn piece(txn: &mut Txn<'_>, id: ImportId, lines: usize) -> Result<bool, Problem> {
    let run = store::load_run(txn, id)?;
    if run.state != RunState::Writing {
        return Ok(false);
    }
    let limit = i64::try_from(lines).unwrap_or(i64::MAX);
    let rows = store::staged_after(txn, id, Which::ToWrite, run.cursor, limit)?;
    let Some(last) = rows.last() else {
        store::move_run(txn, id, RunState::Writing, RunState::Done)?;
        record_end(txn, &run)?;
        return Ok(false);
    };
    let (cursor, count) = ((last.rank, i64::from(last.number)), i64::try_from(rows.len()).unwrap_or(i64::MAX));
    match run.kind {
        Some(TableKind::Members) => write_members(txn, &run, &rows)?,
        Some(TableKind::Organizations) => write_organizations(txn, &run, &rows)?,
        None => return Err(Problem::fault("a confirmed import without a table")),
    }
    store::advance(txn, id, cursor, count)?;
    Ok(true)
}

pub(super) fn record_end(txn: &mut Txn<'_>, run: &Run) -> Result<(), Problem> {
    let actor = run.actor();
    let mut entry = Entry::new(&actor, "directory.import_written")
        .about("import", run.id)
        .with("table", run.kind.map_or("", TableKind::code))
        .with("new", run.counts.fresh)
        .with("written", run.done)
        .with("refused", run.counts.refused);
    if let Some(organization) = run.organization_id {
        entry = entry.within(organization);
    }
    ejia_audit::record(txn, entry)
}

fn refuse(txn: &mut Txn<'_>, run: &Run, staged: &StagedRow, refusal: &Refusal) -> Result<(), Problem> {
    store::refuse(txn, run.id, staged, refusal.code, &refusal.sentence(staged.number))
}

/// A line of the piece with what it will do.
struct Decided<'a> {
    staged: &'a StagedRow,
    row: MemberRow,
    branch: Branch,
}

fn write_members(txn: &mut Txn<'_>, run: &Run, rows: &[StagedRow]) -> Result<(), Problem> {
    let branches = Branches::new(txn, run, &Arc::new(HashSet::new()))?;
    let mut decided = Vec::with_capacity(rows.len());
    for staged in rows {
        let read = MemberRow::parse(&staged.kept.cells)
            .and_then(|row| branches.find(&row.branch).map(|branch| Decided { staged, row, branch }));
        match read {
            Ok(line) => decided.push(line),
            Err(refusal) => refuse(txn, run, staged, &refusal)?,
        }
    }
    let known = Known::look_up(txn, decided.iter().map(|line| &line.row))?;
    let mut fresh = Vec::new();
    for line in &decided {
        let Decided { staged, row, branch } = line;
        let Branch::Known { id, path } = branch else {
            refuse(
                txn,
                run,
                staged,
                &Refusal::new("directory.import_unknown_branch", "所在党支部").with("name", &row.branch),
            )?;
            continue;
        };
        match (compare(run, &branches, &known, row, branch), staged.outcome, known.holder(&row.id_card)) {
            (Err(refusal), ..) => refuse_taken(txn, run, line, &known, *id, &refusal)?,
            (Ok(Verdict::New(record)), Outcome::New, _) => fresh.push(NewMember {
                id: MemberId::new(txn.now()),
                organization_id: *id,
                path: path.clone(),
                record: *record,
            }),
            (Ok(Verdict::Known { record, .. }), Outcome::Changed, Some(member))
                if staged.version == Some(member.version) =>
            {
                change_member(txn, run, member, &branches, (*id, path), &record)?;
            }
            _ => refuse(txn, run, staged, &Refusal::new("directory.import_changed_meanwhile", ""))?,
        }
    }
    members::insert_members(txn, &fresh)
}

fn change_member(
    txn: &mut Txn<'_>,
    run: &Run,
    member: &Member,
    branches: &Branches,
    (branch, path): (OrganizationId, &OrganizationPath),
    record: &members::MemberRecord,
) -> Result<(), Problem> {
    let author = run.author();
    let fields = members::update_member(txn, member, record, &author, Source::Import)?;
    let mut entry = Entry::new(&run.actor(), "directory.import_changed")
        .about("member", member.id)
        .within(branch)
        .with("import", run.id)
        .with("fields", fields.iter().map(|field| field.code()).collect::<Vec<_>>().join(","));
    if branch != member.organization_id {
        let current = members::load(txn, member.id)?.ok_or_else(|| Problem::conflict("directory.changed_meanwhile"))?;
        member_store::move_member(txn, &current, branch, path)?;
        let names = (branches.tree().name(member.organization_id), branches.tree().name(branch));
        let by = (&author, Source::Import);
        history::insert(txn, &current, history::Item::Branch, (&names.0, &names.1), by, history::ChangeState::Made)?;
        entry = entry.with("from", member.organization_id);
    }
    ejia_audit::record(txn, entry)
}

/// A line that was good when it was shown, and whose number another bears by now: a case for the help desk.
fn refuse_taken(
    txn: &mut Txn<'_>,
    run: &Run,
    line: &Decided<'_>,
    known: &Known,
    branch: OrganizationId,
    refusal: &Refusal,
) -> Result<(), Problem> {
    match open_clash(txn, run, (&line.row, branch), known, refusal)? {
        Some(refusal) => refuse(txn, run, line.staged, &refusal),
        None => refuse(txn, run, line.staged, refusal),
    }
}

/// Opens a case where a number is taken; the refusal then tells the number of the case (M5).
pub(crate) fn open_clash(
    txn: &mut Txn<'_>,
    run: &Run,
    (row, branch): (&MemberRow, OrganizationId),
    known: &Known,
    refusal: &Refusal,
) -> Result<Option<Refusal>, Problem> {
    let (kind, claim, holder) = match (refusal.code, &row.phone) {
        ("directory.import_id_card_taken", _) => (ClashKind::IdCard, row.id_card.expose(), known.holder(&row.id_card)),
        ("directory.import_phone_taken", Some(phone)) => (ClashKind::Phone, phone.expose(), known.other_bearer(row)),
        _ => return Ok(None),
    };
    let Some(holder) = holder else { return Ok(None) };
    let own = known.holder(&row.id_card).filter(|own| own.id != holder.id);
    let claim = Claim {
        kind,
        claim,
        claimant: own.map_or(Claimant::Newcomer, |own| Claimant::Member(own.id)),
        claimant_name: row.name.as_str(),
        claimant_organization_id: branch,
        holder: holder.id,
        holder_organization_id: holder.organization_id,
    };
    let number = open_case(txn, &claim, &run.author())?.number;
    let code = match kind {
        ClashKind::IdCard => "directory.import_id_card_case",
        ClashKind::Phone => "directory.import_phone_case",
    };
    Ok(Some(Refusal::new(code, refusal.column).with("number", number)))
}

pub(super) fn write_organizations(txn: &mut Txn<'_>, run: &Run, rows: &[StagedRow]) -> Result<(), Problem> {
    let tree = tree(txn)?;
    let mut ids: HashMap<String, OrganizationId> = HashMap::new();
    let mut fresh: Vec<NewOrganization> = Vec::new();
    for staged in rows {
        let row = match OrganizationRow::parse(&staged.kept.cells) {
            Ok(row) => row,
            Err(refusal) => {
                refuse(txn, run, staged, &refusal)?;
                continue;
            }
        };
        let known = tree.by_code(row.card.code.as_str());
        match (staged.outcome, known) {
            (Outcome::New, None) => {
                let parent_id = match row.parent.as_ref().map(OrganizationCode::as_str) {
                    Some(code) => ids.get(code).copied().or_else(|| tree.by_code(code).map(|node| node.id)),
                    None => adopter(run, &tree).map(|node| node.id),
                };
                if row.parent.is_some() && parent_id.is_none() {
                    let refusal = Refusal::new("directory.import_parent_refused", "上级党组织代码");
                    refuse(txn, run, staged, &refusal)?;
                    continue;
                }
                let id = OrganizationId::new(txn.now());
                ids.insert(row.card.code.to_string(), id);
                fresh.push(NewOrganization { id, parent_id, level: None, card: row.card });
            }
            (Outcome::Changed, Some(node)) => {
                let before = organization(txn, node.id)?;
                if staged.version != Some(before.version) {
                    refuse(txn, run, staged, &Refusal::new("directory.import_changed_meanwhile", ""))?;
                    continue;
                }
                update_organization(txn, node.id, &row.onto(&before.card))?;
                let entry = Entry::new(&run.actor(), "directory.import_organization_changed")
                    .about("organization", node.id)
                    .within(node.id)
                    .with("import", run.id);
                ejia_audit::record(txn, entry)?;
            }
            _ => refuse(txn, run, staged, &Refusal::new("directory.import_changed_meanwhile", ""))?,
        }
    }
    insert_organizations(txn, &fresh)?;
    for organization in &fresh {
        insert_administrator(txn, &first_administrator(txn, organization))?;
    }
    Ok(())
}

/// Every organization begins with one administrator: its contact, who logs in by the organization's code.
fn first_administrator(txn: &Txn<'_>, new: &NewOrganization) -> NewAdministrator {
    let card = &new.card;
    let name = [card.contact.as_str(), card.secretary.as_str(), "管理员"].into_iter().find(|name| !name.is_empty());
    NewAdministrator {
        id: AdministratorId::new(txn.now()),
        organization_id: new.id,
        seat: Seat::First,
        user_name: None,
        name: name.unwrap_or_default().to_owned(),
        phone: card.contact_phone.clone(),
    }
}
