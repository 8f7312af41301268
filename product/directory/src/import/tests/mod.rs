//! Imports on both databases: invented files, the real tables where they lie beside the repository, and people's steps.

mod city;
mod defects;
mod members;
mod organizations;
mod pages;
mod steps;
mod straight;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use ejia_db::{Desk, TestDatabase, args};
use ejia_kernel::table::{CellFault, CellFaultKind, TableFault, TableRow};
use ejia_kernel::{IdCardNumber, Problem};

use super::{ImportReport, OpenTable, import_files};

/// Files that exist only in memory, by name.
#[derive(Clone, Default)]
struct Shelf(Arc<Mutex<HashMap<String, Vec<TableRow>>>>);

/// A cell with this text is a formula.
const FORMULA: &str = "=SUM";

impl Shelf {
    fn put(&self, name: &str, rows: &[Vec<String>]) {
        let rows = rows.iter().zip(1..).map(|(cells, number)| {
            let mut row = TableRow::new(number, cells.clone());
            for (column, cell) in row.cells.iter_mut().enumerate() {
                if cell == FORMULA {
                    cell.clear();
                    row.faults.push(CellFault { column, kind: CellFaultKind::Formula });
                }
            }
            row
        });
        let rows = rows.filter(|row| row.cells.iter().any(|cell| !cell.is_empty())).collect();
        self.0.lock().unwrap().insert(name.to_owned(), rows);
    }

    fn open(&self) -> OpenTable {
        let files = Arc::clone(&self.0);
        Arc::new(move |path: &Path, _: &str| {
            // A file that was fetched bears the name within.
            let name = std::fs::read_to_string(path)
                .unwrap_or_else(|_| path.file_name().unwrap().to_string_lossy().into_owned());
            let rows = files.lock().unwrap().get(&name).cloned().ok_or(TableFault::NotATable)?;
            Ok(Box::new(rows.into_iter().map(Ok)))
        })
    }

    fn import(&self, desk: &Desk, files: Files, how: How) -> ImportReport {
        self.try_import(desk, files, how).unwrap()
    }

    fn try_import(&self, desk: &Desk, files: Files, how: How) -> Result<ImportReport, Problem> {
        let organizations = (files != Files::Members).then_some(Path::new("党组织.xls"));
        let members = (files != Files::Organizations).then_some(Path::new("党员.xlsx"));
        import_files(desk, &self.open(), organizations, members, how == How::Rehearse, how == How::Accept)
    }
}

/// Which of the two files are imported.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Files {
    Organizations,
    Members,
    Both,
}

/// A rehearsal, or for good without or with the differences.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Rehearse,
    Write,
    Accept,
}

fn both(test: impl Fn(&Desk)) {
    TestDatabase::both(&[ejia_jobs::MIGRATIONS, ejia_audit::MIGRATIONS, crate::MIGRATIONS], test);
}

fn count(desk: &Desk, table: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    desk.read_now(move |txn| Ok(txn.one(&sql, &args![], |row| row.get(0))?)).unwrap()
}

fn counts(report: &ImportReport) -> Vec<(i64, i64, i64, i64)> {
    let of = |run: &super::Run| (run.counts.fresh, run.counts.changed, run.counts.unchanged, run.counts.refused);
    report.runs.iter().map(of).collect()
}

/// Any ID-card number: born on 1 January 1980, number `index` of a day, man or woman.
fn id_card(index: u32, man: bool) -> String {
    let body = format!("35020319800101{:03}", index * 2 + u32::from(man));
    IdCardNumber::complete(&body).unwrap().expose().to_owned()
}

/// Something of a table, with text cells.
fn cells(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// The sentences of all refused lines.
fn sentences(report: &ImportReport) -> Vec<&str> {
    report.refusals.iter().map(|(_, sentence)| sentence.as_str()).collect()
}
