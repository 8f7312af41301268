//! 【保存草稿】 and 【提交并通知交纳】: writes a sheet down, and issues it as bills.

use ejia_audit::Entry;
use ejia_db::Txn;
use ejia_kernel::{Fen, MemberId, Month, OrganizationId, Problem};
use ejia_web::BranchOfficer;

use super::entry::{self, SheetEntered, cell_id};
use super::judge::{Cell, judge};
use super::model::{Figure, Line, Origin, Sheet, SheetState};
use super::{open, store, tell};
use crate::bills::{self, Issued, NewBill};
use crate::rules::{Basis, reckon};

/// What came of submitting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Submitted {
    pub(crate) month: Month,
    pub(crate) issued: Issued,
    /// Lines that were billed, and what they come to.
    pub(crate) lines: usize,
    pub(crate) total: Fen,
}

/// The month that a form names.
///
/// # Errors
/// `dues.month_needed`.
pub(crate) fn month_of(text: &str) -> Result<Month, Problem> {
    let needed = || Problem::refused("dues.month_needed").on("month", "dues.month_needed");
    text.trim().parse().map_err(|_| needed())
}

/// Keeps what was filled in. The members hear nothing; bills that were issued before stay as they are until the sheet is
/// submitted again.
///
/// # Errors
/// `dues.sheet_not_saved` with the cells that cannot be read; `dues.sheet_changed_meanwhile`.
pub(crate) fn save_draft(txn: &mut Txn<'_>, by: &BranchOfficer, entered: &SheetEntered) -> Result<Month, Problem> {
    let month = month_of(&entered.month)?;
    let sheet = read(txn, by, month, entered)?;
    let unreadable =
        sheet.faults.iter().fold(Problem::refused("dues.sheet_not_saved"), |problem, (line, cell, code)| {
            problem.on_with(&cell_id(*cell, line), code, vec![("name", line.member.name.clone())])
        });
    if !unreadable.fields.is_empty() {
        return Err(unreadable);
    }
    keep(txn, by, &sheet.sheet, entered, SheetState::Draft)?;
    record(txn, by, &sheet.sheet, "dues.standards_saved")?;
    Ok(month)
}

/// Submits what was filled in: every member of the branch has a figure, the bills say what the sheet says, and the
/// members are told. Submitted again, it corrects: unpaid bills change, paid ones get a difference entry.
///
/// # Errors
/// `dues.sheet_incomplete` with what each line lacks; `dues.sheet_empty`; `dues.sheet_changed_meanwhile`.
pub(crate) fn submit(txn: &mut Txn<'_>, by: &BranchOfficer, entered: &SheetEntered) -> Result<Submitted, Problem> {
    let month = month_of(&entered.month)?;
    let read = read(txn, by, month, entered)?;
    complete(&read)?;
    let sheet = read.sheet;
    keep(txn, by, &sheet, entered, SheetState::Submitted)?;
    let bills = bills_of(&sheet)?;
    let total = bills.iter().try_fold(Fen::ZERO, |sum, bill| sum.checked_plus(bill.amount));
    let total = total.ok_or_else(|| Problem::refused("dues.amount_too_large"))?;
    let issued = bills::issue(txn, sheet.organization_id, month, &bills)?;
    record(txn, by, &sheet, "dues.standards_set")?;
    let to_tell: Vec<MemberId> = issued.new.iter().chain(&issued.changed).chain(&issued.differences).copied().collect();
    tell::announce(txn, sheet.organization_id, month, entered_version(entered) + 1, &to_tell)?;
    Ok(Submitted { month, issued, lines: bills.len(), total })
}

/// A sheet as it was filled in, and the cells that cannot be read.
pub(super) struct Read {
    pub(super) sheet: Sheet,
    pub(super) faults: Vec<(Line, Cell, &'static str)>,
}

/// Lays what was filled in over the sheet as it stands. Lines that were not sent stay as they are.
fn read(txn: &mut Txn<'_>, by: &BranchOfficer, month: Month, entered: &SheetEntered) -> Result<Read, Problem> {
    let sheet = open::open(txn, by.organization_id(), month)?;
    overlay(sheet, entered)
}

/// As [`read`], over a sheet that has been opened.
pub(super) fn overlay(mut sheet: Sheet, entered: &SheetEntered) -> Result<Read, Problem> {
    let lines = entered.lines();
    let mut faults = Vec::new();
    for line in sheet.lines.iter_mut().filter(|line| line.is_ours()) {
        let Some(entered) = lines.get(&line.member.id) else { continue };
        let (figure, reckoned, wrong) = entry::read(entered, sheet.month, sheet.rounding)?;
        (line.figure, line.reckoned) = (figure, reckoned);
        faults.extend(wrong.into_iter().map(|(cell, code)| (line.clone(), cell, code)));
    }
    Ok(Read { sheet, faults })
}

/// Refuses a sheet in which a line lacks something, with what each lacks.
fn complete(read: &Read) -> Result<(), Problem> {
    let mut problem = Problem::refused("dues.sheet_incomplete");
    for line in read.sheet.lines.iter().filter(|line| line.is_ours()) {
        let unreadable = read.faults.iter().find(|(other, _, _)| other.member.id == line.member.id);
        let lacking = unreadable.map(|(_, cell, code)| (*cell, *code)).or_else(|| judge(&line.figure, &line.reckoned));
        if let Some((cell, code)) = lacking {
            problem = problem.on_with(&cell_id(cell, line), code, vec![("name", line.member.name.clone())]);
        }
    }
    if !problem.fields.is_empty() {
        let count = problem.fields.len();
        return Err(problem.with("count", count));
    }
    if read.sheet.lines.iter().any(Line::is_ours) { Ok(()) } else { Err(Problem::refused("dues.sheet_empty")) }
}

fn entered_version(entered: &SheetEntered) -> i64 {
    entered.version.trim().parse().unwrap_or(0)
}

fn keep(
    txn: &mut Txn<'_>,
    by: &BranchOfficer,
    sheet: &Sheet,
    entered: &SheetEntered,
    state: SheetState,
) -> Result<(), Problem> {
    let known = |line: &&Line| line.is_ours() && (!line.figure.is_empty() || line.origin == Origin::Known);
    let figures: Vec<(MemberId, &Figure)> =
        sheet.lines.iter().filter(known).map(|line| (line.member.id, &line.figure)).collect();
    let count = i64::try_from(figures.len()).map_err(Problem::fault)?;
    let (branch, month) = (sheet.organization_id, sheet.month);
    if !store::advance(txn, branch, month, entered_version(entered), state, count, by.name())? {
        return Err(Problem::conflict("dues.sheet_changed_meanwhile").on("version", "dues.sheet_changed_meanwhile"));
    }
    let submitted = |state| i64::from(state == SheetState::Submitted);
    let before = sheet.row.as_ref().map_or(0, |row| submitted(row.state));
    store::count_submitted(txn, branch, month, submitted(state) - before)?;
    store::replace(txn, branch, month, &figures)
}

fn bills_of(sheet: &Sheet) -> Result<Vec<NewBill>, Problem> {
    let approved = reckon(Basis::Hardship, None, sheet.month, sheet.rounding)?.article;
    let bill = |line: &Line| {
        let amount = line.figure.amount?;
        let why = line.figure.why(&line.reckoned, &approved);
        Some(NewBill { member_id: line.member.id, member_name: line.member.name.clone(), amount, why })
    };
    Ok(sheet.lines.iter().filter(|line| line.is_ours()).filter_map(bill).collect())
}

fn record(txn: &mut Txn<'_>, by: &BranchOfficer, sheet: &Sheet, action: &'static str) -> Result<(), Problem> {
    let branch: OrganizationId = sheet.organization_id;
    let entry = Entry::new(&by.actor(), action).about("organization", branch).within(branch);
    ejia_audit::record(txn, entry.with("month", sheet.month).with("lines", sheet.lines.len()))
}
