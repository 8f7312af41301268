//! The first half of an import: the file is read twice, once to count and find the headings, once to compare each line.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use ejia_db::Desk;
use ejia_jobs::JobFault;
use ejia_kernel::table::{TableFault, TableRow};
use ejia_kernel::{ImportId, Problem};

use super::cells::Cells;
use super::columns::{Headings, HeadingsFault, TITLE_ROWS, TableKind};
use super::members::MemberRow;
use super::model::{OpenTable, Run, RunState, StagedRow, TableRows};
use super::organization_plan::{ReadOrganization, plan_organizations};
use super::organizations::OrganizationRow;
use super::pace::Pace;
use super::plan::{ReadMember, Seen, plan_members};
use super::refusals::said;
use super::store;

/// The most organizations one file may bring: they are compared together, because parents may come after children.
const ORGANIZATIONS: usize = 100_000;

/// Why a file is not read to its end.
enum Stop {
    /// The file is at fault; the sentence says so.
    File(String),
    /// Something else.
    Job(JobFault),
}

impl From<TableFault> for Stop {
    fn from(fault: TableFault) -> Self {
        if let TableFault::Damaged(detail) | TableFault::Unreadable(detail) = &fault {
            tracing::info!(code = fault.code(), detail, "an imported file cannot be read");
        }
        Self::File(fault.sentence())
    }
}

impl From<JobFault> for Stop {
    fn from(fault: JobFault) -> Self {
        Self::Job(fault)
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Job(problem.into())
    }
}

/// Reads and compares the file of a run that is waiting for it. Run again, it begins anew.
pub(crate) fn read(
    desk: &Desk,
    open: &OpenTable,
    id: ImportId,
    file: &Path,
    coming: &Arc<HashSet<String>>,
    pace: &mut Pace<'_>,
) -> Result<(), JobFault> {
    let run = desk.read_now(move |txn| store::load_run(txn, id))?;
    if run.state != RunState::Reading {
        return Ok(());
    }
    match read_file(desk, open, &run, file, coming, pace) {
        Ok(()) => {
            desk.write_now(move |txn| store::move_run(txn, id, RunState::Reading, RunState::Preview))?;
            Ok(())
        }
        Err(Stop::File(failure)) => {
            desk.write_now(move |txn| store::fail_run(txn, id, &failure))?;
            Ok(())
        }
        Err(Stop::Job(fault)) => Err(fault),
    }
}

fn read_file(
    desk: &Desk,
    open: &OpenTable,
    run: &Run,
    file: &Path,
    coming: &Arc<HashSet<String>>,
    pace: &mut Pace<'_>,
) -> Result<(), Stop> {
    let (headings, total) = survey(open(file, &run.file_name)?)?;
    let id = run.id;
    let first = headings.clone();
    desk.write_now(move |txn| store::set_reading(txn, id, first.kind, total, &first.unknown, &first.missing))?;
    let rows = open(file, &run.file_name)?;
    match headings.kind {
        TableKind::Members => read_members(desk, run, &headings, rows, coming, pace),
        TableKind::Organizations => read_organizations(desk, run, &headings, rows, pace),
    }
}

/// Whether a file can be read to its end, and which table it is; the sentence says why not.
pub(crate) fn check(open: &OpenTable, file: &Path, name: &str) -> Result<TableKind, String> {
    surveyed(open, file, name).map(|(headings, _)| headings.kind)
}

/// The headings of a file, and how many lines stand under them; the sentence says why there are none.
pub(crate) fn surveyed(open: &OpenTable, file: &Path, name: &str) -> Result<(Headings, i64), String> {
    open(file, name).map_err(Stop::from).and_then(survey).map_err(|stop| match stop {
        Stop::File(sentence) => sentence,
        Stop::Job(_) => TableFault::Unreadable(String::new()).sentence(),
    })
}

/// Finds the headings and counts the lines under them.
fn survey(mut rows: TableRows) -> Result<(Headings, i64), Stop> {
    let mut first: Vec<TableRow> = Vec::new();
    for row in rows.by_ref().take(TITLE_ROWS) {
        first.push(row?);
    }
    let headings = Headings::find(&first).map_err(|fault| Stop::File(no_headings(&fault)))?;
    let mut total = first.iter().filter(|row| is_line(row, &headings)).count();
    for row in rows {
        total += usize::from(is_line(&row?, &headings));
    }
    if total == 0 {
        return Err(Stop::File(said("directory.import_no_lines", &[])));
    }
    Ok((headings, i64::try_from(total).unwrap_or(i64::MAX)))
}

fn no_headings(fault: &HeadingsFault) -> String {
    match fault {
        HeadingsFault::None => said("directory.import_no_headings", &[]),
        HeadingsFault::Lacking(kind, missing) => said(
            "directory.import_headings_lacking",
            &[("table", kind.label().to_owned()), ("columns", missing.join("、"))],
        ),
    }
}

/// Under the headings, not the headings again, and with something in a column that is read.
pub(crate) fn is_line(row: &TableRow, headings: &Headings) -> bool {
    row.number > headings.row
        && !headings.repeated_in(row)
        && headings
            .places
            .iter()
            .flatten()
            .skip(1)
            .any(|place| !row.cell(*place).is_empty() || row.fault(*place).is_some())
}

fn read_members(
    desk: &Desk,
    run: &Run,
    headings: &Headings,
    rows: TableRows,
    coming: &Arc<HashSet<String>>,
    pace: &mut Pace<'_>,
) -> Result<(), Stop> {
    let mut seen = Seen::default();
    let mut piece = Vec::new();
    for row in rows {
        let row = row?;
        if !is_line(&row, headings) {
            continue;
        }
        piece.push(read_member(&row, headings, &mut seen));
        if piece.len() >= pace.lines() {
            pace.begin();
            stage_members(desk, run, std::mem::take(&mut piece), coming)?;
            pace.end()?;
        }
    }
    stage_members(desk, run, piece, coming)?;
    Ok(())
}

fn read_member(row: &TableRow, headings: &Headings, seen: &mut Seen) -> ReadMember {
    let (cells, parsed) = match Cells::of(row, headings) {
        Ok(cells) => {
            let parsed = MemberRow::read(&cells);
            (cells, parsed)
        }
        Err((cells, refusal)) => (cells, Err(refusal)),
    };
    // A number of an earlier line comes first: what else is wrong with the line is then of no interest.
    let parsed = parsed.and_then(|parsed| {
        seen.note(row.number, &parsed)?;
        parsed.agreeing(&cells)?;
        Ok(parsed)
    });
    ReadMember { number: row.number, cells, row: parsed }
}

fn stage_members(desk: &Desk, run: &Run, piece: Vec<ReadMember>, coming: &Arc<HashSet<String>>) -> Result<(), Problem> {
    if piece.is_empty() {
        return Ok(());
    }
    let (run, coming, piece) = (run.clone(), Arc::clone(coming), Arc::new(piece));
    let id = run.id;
    let staged = desk.read_now(move |txn| plan_members(txn, &run, &coming, &piece))?;
    desk.write_now(move |txn| store::stage(txn, id, &staged))
}

fn read_organizations(
    desk: &Desk,
    run: &Run,
    headings: &Headings,
    rows: TableRows,
    pace: &mut Pace<'_>,
) -> Result<(), Stop> {
    let mut lines = Vec::new();
    for row in rows {
        let row = row?;
        if !is_line(&row, headings) {
            continue;
        }
        if lines.len() >= ORGANIZATIONS {
            return Err(Stop::File(said(
                "directory.import_too_many_organizations",
                &[("most", ORGANIZATIONS.to_string())],
            )));
        }
        let (cells, parsed) = match Cells::of(&row, headings) {
            Ok(cells) => {
                let parsed = OrganizationRow::parse(&cells);
                (cells, parsed)
            }
            Err((cells, refusal)) => (cells, Err(refusal)),
        };
        lines.push(ReadOrganization { number: row.number, cells, row: parsed });
    }
    let (run, id) = (run.clone(), run.id);
    let staged = desk.read_now(move |txn| plan_organizations(txn, &run, &lines))?;
    let mut rest: &[StagedRow] = &staged;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(pace.lines().min(rest.len()));
        pace.begin();
        let piece = piece.to_vec();
        desk.write_now(move |txn| store::stage(txn, id, &piece))?;
        pace.end()?;
        rest = after;
    }
    Ok(())
}
