//! The report of an import: every line of the file with what became of it, as a table file.

use std::path::Path;

use ejia_db::{Desk, Txn};
use ejia_kernel::{ImportId, Problem};

use super::model::{Change, Outcome, Run, RunState, StagedRow, WriteTable};
use super::store::{self, Which};

/// Lines loaded at a time.
const LINES: i64 = 1_000;

const HEADINGS: [(&str, u16); 5] = [("文件", 16), ("行号", 4), ("姓名或党组织名称", 20), ("结果", 6), ("说明", 40)];

/// Writes the report of these runs, in their order, as one table.
///
/// # Errors
/// `directory.import_report` when the file cannot be written; a fault of the database.
pub fn write_report(desk: &Desk, write: &WriteTable, runs: &[ImportId], path: &Path) -> Result<(), Problem> {
    let (write, runs, path) = (write.clone(), runs.to_vec(), path.to_owned());
    desk.read_now(move |txn| write_in(txn, &write, &runs, &path))
}

/// [`write_report`] inside a transaction.
pub(crate) fn write_in(txn: &mut Txn<'_>, write: &WriteTable, runs: &[ImportId], path: &Path) -> Result<(), Problem> {
    let mut lines =
        Lines { txn, runs: runs.to_vec(), run: None, loaded: Vec::new().into_iter(), after: (-1, 0), problem: None };
    let written = write(path, "导入结果", &HEADINGS, &mut lines);
    if let Some(problem) = lines.problem {
        return Err(problem);
    }
    written.map_err(|fault| {
        tracing::warn!(code = fault.code(), %fault, "a report was not written");
        Problem::refused("directory.import_report")
    })
}

/// The lines of the report, loaded a thousand at a time.
struct Lines<'a, 't> {
    txn: &'a mut Txn<'t>,
    runs: Vec<ImportId>,
    run: Option<Run>,
    loaded: std::vec::IntoIter<StagedRow>,
    after: (i64, i64),
    problem: Option<Problem>,
}

impl Lines<'_, '_> {
    fn step(&mut self) -> Result<Option<Vec<String>>, Problem> {
        loop {
            if let (Some(row), Some(run)) = (self.loaded.next(), &self.run) {
                self.after = (row.rank, i64::from(row.number));
                return Ok(Some(line(run, &row)));
            }
            if let Some(run) = &self.run {
                let rows = store::staged_after(self.txn, run.id, Which::All, self.after, LINES)?;
                if !rows.is_empty() {
                    self.loaded = rows.into_iter();
                    continue;
                }
            }
            if self.runs.is_empty() {
                return Ok(None);
            }
            let next = self.runs.remove(0);
            self.run = Some(store::load_run(self.txn, next)?);
            self.after = (-1, 0);
        }
    }
}

impl Iterator for Lines<'_, '_> {
    type Item = Vec<String>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.problem.is_some() {
            return None;
        }
        match self.step() {
            Ok(line) => line,
            Err(problem) => {
                self.problem = Some(problem);
                None
            }
        }
    }
}

fn line(run: &Run, row: &StagedRow) -> Vec<String> {
    let changes: Vec<String> = row.kept.changes.iter().map(told).collect();
    let remark = [row.sentence.clone(), changes.join("；")].into_iter().filter(|part| !part.is_empty());
    vec![
        run.file_name.clone(),
        row.number.to_string(),
        row.kept.name.clone(),
        became(run.state, row).to_owned(),
        remark.collect::<Vec<_>>().join(" "),
    ]
}

fn told(change: &Change) -> String {
    let Change { label, before, after } = change;
    let or_nothing = |text: &str| if text.is_empty() { "空".to_owned() } else { text.to_owned() };
    format!("{label}：{} → {}", or_nothing(before), or_nothing(after))
}

/// What became of a line, in a word.
pub(crate) fn became(state: RunState, row: &StagedRow) -> &'static str {
    let written = matches!(state, RunState::Writing | RunState::Done);
    match (row.outcome, written) {
        (Outcome::New, true) => "已新增",
        (Outcome::New, false) => "将新增",
        (Outcome::Changed, true) if row.accepted => "已更新",
        (Outcome::Changed, true) => "有差异，未更新",
        (Outcome::Changed, false) => "有差异",
        (Outcome::Unchanged, _) => "无变化",
        (Outcome::Refused, _) => "未导入",
    }
}
