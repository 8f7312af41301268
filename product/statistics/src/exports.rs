//! Exports as documents: asked for, made by a job, and what they said kept for the next one.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ejia_audit::{Entry, record};
use ejia_db::{Desk, Txn};
use ejia_directory::export::{Given, GivenLine, Here, Line};
use ejia_directory::import::{OpenTable, TableKind};
use ejia_directory::tree;
use ejia_documents::{Document, Documents, Making, NewDocument};
use ejia_jobs::{Handlers, JobFault};
use ejia_kernel::sheet::{Around, Column};
use ejia_kernel::{DocumentId, OrganizationId, Problem};
use ejia_web::CommitteeOfficer;

use crate::comparison::{Aside, Before, Rows, headings_of, lines_of};
use crate::model::{Content, Counts, Export};
use crate::store;

const EXPORT: &str = "statistics.export";
/// A given table that no job has fetched for so long is not needed any more.
const LEFT: Duration = Duration::from_hours(24);

/// How given tables are opened, and where one waits until it has been compared, readable by this program's user alone.
#[derive(Clone)]
pub struct GivenTables {
    open: OpenTable,
    folder: PathBuf,
}

impl GivenTables {
    /// Tables that wait in `folder`.
    pub fn new(folder: PathBuf, open: OpenTable) -> Self {
        Self { open, folder }
    }

    fn file(&self, id: DocumentId) -> PathBuf {
        self.folder.join(id.to_string())
    }

    /// Which table a file is; the sentence says why it is none.
    pub(crate) fn kind_of(&self, file: &Path, name: &str) -> Result<TableKind, String> {
        Given::open(&self.open, file, name).map(|given| given.kind())
    }

    /// Keeps a file until the export is made. Its name goes along: it tells what the file is.
    pub(crate) fn keep(&self, from: &Path, name: &str, id: DocumentId) -> Result<(), Problem> {
        fs::create_dir_all(&self.folder).map_err(Problem::fault)?;
        fs::copy(from, self.file(id)).map_err(Problem::fault)?;
        fs::write(self.file(id).with_extension("name"), name).map_err(Problem::fault)
    }

    fn given(&self, id: DocumentId) -> Result<Given, JobFault> {
        let name = fs::read_to_string(self.file(id).with_extension("name")).unwrap_or_default();
        Given::open(&self.open, &self.file(id), &name).map_err(JobFault::GiveUp)
    }

    fn forget(&self, id: DocumentId) {
        for file in [self.file(id), self.file(id).with_extension("name")] {
            let _ = fs::remove_file(file);
        }
    }

    /// Removes what no job has fetched.
    fn sweep(&self) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let kept = entry.metadata().and_then(|about| about.modified()).ok();
            if kept.and_then(|kept| kept.elapsed().ok()).is_some_and(|age| age > LEFT) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// Asks for an export of everything under the officer's organization.
///
/// # Errors
/// `statistics.nothing_exported` when there is no export to compare with; `documents.too_many`.
pub(crate) fn ask(
    txn: &mut Txn<'_>,
    by: &CommitteeOfficer,
    kind: TableKind,
    content: Content,
) -> Result<DocumentId, Problem> {
    if content == Content::SinceLast && store::last(txn, by.organization_id(), kind, None)?.is_none() {
        return Err(Problem::refused("statistics.nothing_exported"));
    }
    let today = txn.now().china_date();
    let told = match content {
        Content::Whole => "",
        Content::SinceLast => "变化",
        Content::AgainstTable => "比对",
    };
    let title = format!("{}{}信息{told} {today}", by.organization_name(), kind.label());
    let new = NewDocument { kind: EXPORT, file_name: format!("{title}.xlsx"), title, about: String::new() };
    let document_id = ejia_documents::ask(txn, by, &new)?;
    let entry = Entry::new(&by.actor(), "statistics.exported").about("document", document_id);
    let entry = entry.within(by.organization_id()).with("table", kind.code()).with("content", content.code());
    record(txn, entry)?;
    let export = Export {
        document_id,
        organization_id: by.organization_id(),
        kind,
        content,
        by_name: by.name().to_owned(),
        asked_at: txn.now(),
        done_at: None,
        counts: Counts::default(),
    };
    store::insert(txn, &export)?;
    Ok(document_id)
}

/// With the maker of exports.
#[must_use]
pub fn documents(documents: Documents, tables: &Arc<GivenTables>) -> Documents {
    let tables = Arc::clone(tables);
    documents.made_by(EXPORT, move |desk, document, making| make(desk, &tables, document, making))
}

/// Forgets given tables that no job has fetched.
#[must_use]
pub fn handlers(handlers: Handlers, tables: &Arc<GivenTables>) -> Handlers {
    let tables = Arc::clone(tables);
    handlers.every("statistics.sweep", Duration::from_hours(6), move |_| {
        tables.sweep();
        Ok(())
    })
}

fn make(desk: &Desk, tables: &GivenTables, document: &Document, making: &Making<'_>) -> Result<(), JobFault> {
    let id = document.id;
    let export = desk.read_now(move |txn| store::load(txn, id))?;
    let export = export.ok_or_else(|| JobFault::GiveUp("nobody asked for this export".to_owned()))?;
    let here = survey(desk, &export)?;
    let ended = export.clone();
    let (before, total) = before(desk, tables, &export)?;
    let total = i64::try_from(here.len()).unwrap_or(i64::MAX).saturating_add(total);
    let mut aside = Keeping { desk, making, export: &export, total, pieces: 0 };
    let differing = before.is_some();
    let mut rows = match before {
        Some(before) => Rows::differing(desk, export.kind, here, before, &mut aside),
        None => Rows::whole(desk, export.kind, here, &mut aside),
    };
    let columns: Vec<Column> =
        headings_of(export.kind, differing).into_iter().map(|(name, width)| Column::words(name, width)).collect();
    let cells = &mut rows.by_ref().map(|row| row.into_iter().map(Into::into).collect());
    making.sheet(&Around::default(), &columns, cells)?;
    let counts = rows.counts;
    rows.fault.map_or(Ok(()), Err)?;
    tables.forget(id);
    Ok(desk.write_now(move |txn| store::end(txn, &ended, counts))?)
}

fn survey(desk: &Desk, export: &Export) -> Result<Here, JobFault> {
    let (organization, kind) = (export.organization_id, export.kind);
    Ok(desk.read_now(move |txn| {
        let scope = scope_of(txn, organization)?;
        Here::survey(txn, kind, &scope)
    })?)
}

fn scope_of(txn: &mut Txn<'_>, organization: OrganizationId) -> Result<ejia_kernel::OrganizationPath, Problem> {
    Ok(tree(txn)?.find(organization)?.path.clone())
}

/// What the export is compared with, and how many lines that has at most.
fn before<'a>(desk: &'a Desk, tables: &GivenTables, export: &Export) -> Result<(Option<Before<'a>>, i64), JobFault> {
    match export.content {
        Content::Whole => Ok((None, 0)),
        Content::AgainstTable => {
            let given = tables.given(export.document_id)?;
            let total = given.total;
            Ok((Some(lines_of(desk, given)), total))
        }
        Content::SinceLast => {
            let (id, organization, kind) = (export.document_id, export.organization_id, export.kind);
            let last = desk.read_now(move |txn| store::last(txn, organization, kind, Some(id)))?;
            let last = last.ok_or_else(|| JobFault::GiveUp("there is no export before this one".to_owned()))?;
            Ok((Some(said_by(desk, last.document_id)), last.counts.lines))
        }
    }
}

/// What an export said, piece by piece.
fn said_by(desk: &Desk, id: DocumentId) -> Before<'_> {
    let mut number = 0;
    Box::new(move || {
        let asked = number;
        number += 1;
        let piece = desk.read_now(move |txn| store::piece(txn, id, asked))?;
        let line = |Line { key, cells }| GivenLine {
            key: Some(key),
            cells: cells.into_iter().map(Some).collect(),
            ..GivenLine::default()
        };
        Ok(piece.unwrap_or_default().into_iter().map(line).collect())
    })
}

/// Keeps what an export says for the next one, and tells how far it has come.
struct Keeping<'a> {
    desk: &'a Desk,
    making: &'a Making<'a>,
    export: &'a Export,
    total: i64,
    pieces: i64,
}

impl Aside for Keeping<'_> {
    fn note(&mut self, lines: &[Line]) -> Result<(), JobFault> {
        // An empty piece would read as the end.
        if !self.export.content.is_kept() || lines.is_empty() {
            return Ok(());
        }
        let (id, number, lines) = (self.export.document_id, self.pieces, lines.to_vec());
        self.pieces += 1;
        Ok(self.desk.write_now(move |txn| store::keep_piece(txn, id, number, &lines))?)
    }

    fn tell(&mut self, done: usize) -> Result<(), JobFault> {
        let done = i64::try_from(done).unwrap_or(i64::MAX);
        self.making.progress(done.min(self.total), self.total)
    }
}
