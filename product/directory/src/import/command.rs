//! The same import from the command line: read, compare, write, at once and without limits of authority.

use std::collections::HashSet;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use ejia_db::Desk;
use ejia_jobs::JobFault;
use ejia_kernel::{ImportId, Problem};

use super::columns::TableKind;
use super::model::{OpenTable, Outcome, Run, RunState};
use super::operations::{confirmed, new_run};
use super::pace::{Haste, Pace};
use super::store::{self, Which};
use super::{reading, writing};
use crate::sums::gather_sums;

/// What became of the files of a command.
#[derive(Clone, Debug, Default)]
pub struct ImportReport {
    /// The runs, organizations before members.
    pub runs: Vec<Run>,
    /// The sentence of each refused line, and the file it stands in.
    pub refusals: Vec<(String, String)>,
    /// Whether nothing was to be written.
    pub dry_run: bool,
}

impl ImportReport {
    /// How many lines were refused.
    pub fn refused(&self) -> u64 {
        self.runs.iter().map(|run| u64::try_from(run.counts.refused).unwrap_or_default()).sum()
    }

    /// The ids of the runs, for [`super::write_report`].
    pub fn ids(&self) -> Vec<ImportId> {
        self.runs.iter().map(|run| run.id).collect()
    }
}

impl fmt::Display for ImportReport {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.dry_run {
            writeln!(to, "试运行，没有写入任何内容。")?;
        }
        for run in &self.runs {
            let counts = &run.counts;
            writeln!(
                to,
                "{}（{}）：新增 {}，有差异 {}，无变化 {}，未导入 {}。",
                run.file_name,
                run.kind.map_or("", TableKind::label),
                counts.fresh,
                counts.changed,
                counts.unchanged,
                counts.refused
            )?;
            if !run.unknown_columns.is_empty() {
                writeln!(to, "  没有读取的栏目：{}", run.unknown_columns.join("、"))?;
            }
            if !run.missing_columns.is_empty() {
                writeln!(to, "  文件中没有的栏目：{}", run.missing_columns.join("、"))?;
            }
        }
        for (file, sentence) in &self.refusals {
            writeln!(to, "  {file} {sentence}")?;
        }
        Ok(())
    }
}

/// How many refused lines a command prints; all of them stand in the report file.
const PRINTED: i64 = 200;

/// Imports tables of organizations and members. With `dry_run` everything is compared and nothing is written; with
/// `accept_changes` differences are taken over, otherwise they are only reported.
///
/// # Errors
/// `directory.import_file` with the sentence when a file cannot be read, `directory.import_other_table`: then nothing of
/// either is written; a fault of the database.
pub fn import_files(
    desk: &Desk,
    open: &OpenTable,
    organizations: Option<&Path>,
    members: Option<&Path>,
    dry_run: bool,
    accept_changes: bool,
) -> Result<ImportReport, Problem> {
    let mut report = ImportReport { dry_run, ..ImportReport::default() };
    let mut coming = Arc::new(HashSet::new());
    let files = [(organizations, TableKind::Organizations), (members, TableKind::Members)];
    for (file, expected) in files {
        file.map_or(Ok(()), |file| check(open, file, expected))?;
    }
    for (file, expected) in files {
        let Some(file) = file else { continue };
        let run = compare(desk, open, file, &coming)?;
        let id = run.id;
        if dry_run {
            if expected == TableKind::Organizations {
                coming = Arc::new(desk.read_now(move |txn| names_coming(txn, id))?);
            }
            desk.write_now(move |txn| store::move_run(txn, id, RunState::Preview, RunState::Cancelled))?;
        } else {
            desk.write_now(move |txn| {
                store::accept_all(txn, id, accept_changes)?;
                confirmed(txn, id)
            })?;
            writing::write(desk, id, Pace::new(Haste::Brisk, &|| Ok(()))).map_err(unjobbed)?;
            gather_sums(desk)?;
        }
        let (run, sentences) = desk.read_now(move |txn| {
            let run = store::load_run(txn, id)?;
            let refused = store::staged_after(txn, id, Which::Refused, (-1, 0), PRINTED)?;
            Ok((run, refused.into_iter().map(|row| row.sentence).collect::<Vec<_>>()))
        })?;
        report.refusals.extend(sentences.into_iter().map(|sentence| (run.file_name.clone(), sentence)));
        report.runs.push(run);
    }
    Ok(report)
}

fn compare(desk: &Desk, open: &OpenTable, file: &Path, coming: &Arc<HashSet<String>>) -> Result<Run, Problem> {
    let name = name_of(file);
    let id = desk.write_now(move |txn| {
        let run = new_run(txn, ImportId::new(txn.now()), None, &name);
        store::insert_run(txn, &run)?;
        Ok(run.id)
    })?;
    reading::read(desk, open, id, file, coming, &mut Pace::new(Haste::Brisk, &|| Ok(()))).map_err(unjobbed)?;
    let run = desk.read_now(move |txn| store::load_run(txn, id))?;
    match &run.failure {
        Some(failure) => Err(unreadable(&run.file_name, failure)),
        None => Ok(run),
    }
}

fn name_of(file: &Path) -> String {
    file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

pub(super) fn unreadable(file: &str, reason: &str) -> Problem {
    Problem::refused("directory.import_file").with("file", file).with("reason", reason)
}

/// Every file is looked through before anything of any of them is written.
fn check(open: &OpenTable, file: &Path, expected: TableKind) -> Result<(), Problem> {
    let name = name_of(file);
    match reading::check(open, file, &name) {
        Err(sentence) => Err(unreadable(&name, &sentence)),
        Ok(kind) if kind != expected => Err(Problem::refused("directory.import_other_table")
            .with("file", name)
            .with("table", kind.label())
            .with("expected", expected.label())),
        Ok(_) => Ok(()),
    }
}

/// Names and codes of the organizations that a rehearsal would bring.
fn names_coming(txn: &mut ejia_db::Txn<'_>, id: ImportId) -> Result<HashSet<String>, Problem> {
    let mut names = HashSet::new();
    let mut after = (-1, 0);
    loop {
        let rows = store::staged_after(txn, id, Which::ToWrite, after, 1_000)?;
        let Some(last) = rows.last() else { return Ok(names) };
        after = (last.rank, i64::from(last.number));
        for row in rows.iter().filter(|row| row.outcome == Outcome::New) {
            names.insert(row.kept.cells.text("code").to_owned());
            names.insert(row.kept.name.clone());
        }
    }
}

fn unjobbed(fault: JobFault) -> Problem {
    match fault {
        JobFault::NoRoom(text) => Problem::no_room(text),
        JobFault::Retry(text) | JobFault::GiveUp(text) => Problem::fault(text),
        JobFault::Closing => Problem::busy(),
    }
}
