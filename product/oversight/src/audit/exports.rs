//! The record as a table file, made by a job.

use std::sync::Arc;

use ejia_audit::{AuditLine, Wanted, counted, found};
use ejia_db::{Desk, Txn};
use ejia_documents::{Document, Documents, Making, NewDocument};
use ejia_jobs::JobFault;
use ejia_kernel::sheet::{Around, Cell, Column};
use ejia_kernel::{DocumentId, Problem};
use ejia_web::{Officer, Texts};

use super::lines::{ActLine, Namer};

const SHEET: &str = "oversight.record_sheet";
/// Acts on one sheet: a table file holds little more.
const MOST: i64 = 1_000_000;
/// Acts read at a time.
const CHUNK: i64 = 1_000;

/// Asks for the acts that are wanted as a table file.
///
/// # Errors
/// `oversight.record_empty`, `oversight.record_too_long`, `documents.too_many`.
pub(super) fn ask(txn: &mut Txn<'_>, by: &Officer, wanted: &Wanted) -> Result<DocumentId, Problem> {
    match counted(txn, wanted)? {
        0 => return Err(Problem::refused("oversight.record_empty")),
        count if count > MOST => return Err(Problem::refused("oversight.record_too_long").with("most", MOST)),
        _ => {}
    }
    let title = format!("操作记录（{}导出）", txn.now().china_date());
    let new = NewDocument {
        kind: SHEET,
        file_name: format!("{title}.xlsx"),
        title,
        about: serde_json::to_string(wanted).map_err(Problem::fault)?,
    };
    ejia_documents::ask(txn, by, &new)
}

/// Registers who makes these sheets.
#[must_use]
pub(crate) fn made(documents: Documents, texts: Arc<Texts>) -> Documents {
    documents.made_by(SHEET, move |desk, document, making| make(desk, &texts, document, making))
}

fn make(desk: &Desk, texts: &Arc<Texts>, document: &Document, making: &Making<'_>) -> Result<(), JobFault> {
    let wanted: Wanted = serde_json::from_str(&document.about).map_err(|error| JobFault::GiveUp(error.to_string()))?;
    let (asked, asked_at) = (wanted.clone(), document.asked_at);
    let total = desk.read_now(move |txn| counted(txn, &asked))?;
    let around = Around {
        title: "操作记录".to_owned(),
        facts: vec![("导出时间".to_owned(), asked_at.to_the_second())],
        ..Around::default()
    };
    let columns = [
        Column::words("时间", 12),
        Column::words("操作人", 20),
        Column::words("操作", 12),
        Column::words("对象", 18),
        Column::words("党组织", 18),
        Column::words("内容", 20).wide(),
        Column::words("记录编号", 16),
    ];
    let mut rows = Rows { desk, texts, making, wanted, total, done: 0, place: None, chunk: Vec::new(), fault: None };
    making.sheet(&around, &columns, &mut rows)?;
    rows.fault.map_or(Ok(()), Err)
}

/// The rows of a sheet, read as they are asked for.
struct Rows<'a> {
    desk: &'a Desk,
    texts: &'a Arc<Texts>,
    making: &'a Making<'a>,
    wanted: Wanted,
    total: i64,
    done: i64,
    place: Option<String>,
    /// What was read and not handed out, the last first.
    chunk: Vec<ActLine>,
    /// What has ended the rows early.
    fault: Option<JobFault>,
}

impl Rows<'_> {
    fn read(&mut self) -> Result<(), JobFault> {
        self.making.progress(self.done, self.total.max(self.done))?;
        let (wanted, place, texts) = (self.wanted.clone(), self.place.clone(), Arc::clone(self.texts));
        let lines = self.desk.read_now(move |txn| {
            let lines = found(txn, &wanted, place.as_deref(), true, CHUNK)?;
            in_words(txn, lines, &|action| texts.sentence(action, &[]))
        })?;
        self.place = lines.last().map(|line| line.id.clone());
        self.done += i64::try_from(lines.len()).unwrap_or_default();
        self.chunk = lines;
        self.chunk.reverse();
        Ok(())
    }
}

fn in_words(txn: &mut Txn<'_>, lines: Vec<AuditLine>, words: &dyn Fn(&str) -> String) -> Result<Vec<ActLine>, Problem> {
    let mut namer = Namer::new(txn)?;
    lines.into_iter().map(|line| namer.line(txn, line, words)).collect()
}

impl Iterator for Rows<'_> {
    type Item = Vec<Cell>;

    fn next(&mut self) -> Option<Vec<Cell>> {
        if self.chunk.is_empty() && self.fault.is_none() && (self.done == 0 || self.place.is_some()) {
            self.fault = self.read().err();
        }
        let ActLine { id, at, who, who_asked: _, act, action: _, subject, organization, facts } = self.chunk.pop()?;
        Some([at, who, act, subject, organization, facts, id].into_iter().map(Cell::Words).collect())
    }
}
