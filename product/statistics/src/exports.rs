//! Exports as documents: asked for, made by a job, and what they said kept for the next one.

use std::path::Path;
use std::sync::Arc;

use ejia_audit::{Entry, record};
use ejia_db::{Desk, Txn};
use ejia_directory::export::{Given, GivenLine, Here, Line};
use ejia_directory::import::{OpenTable, TableKind};
use ejia_directory::tree;
use ejia_documents::{Document, Documents, Making, NewDocument};
use ejia_jobs::{Depot, JobFault};
use ejia_kernel::sheet::{Around, Column};
use ejia_kernel::{DocumentId, Instant, OrganizationId, Problem, UploadId};
use ejia_web::CommitteeOfficer;
use serde::{Deserialize, Serialize};
use tempfile::TempPath;

use crate::comparison::{Aside, Before, Rows, headings_of, lines_of};
use crate::model::{Content, Counts, Export};
use crate::store;

const EXPORT: &str = "statistics.export";
/// How given tables are opened, and where one waits until it has been compared.
#[derive(Clone)]
pub struct GivenTables {
    open: OpenTable,
    depot: Arc<dyn Depot>,
}

/// A table that waits: where, and the name under which it is opened.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Waiting {
    key: String,
    name: String,
}

impl GivenTables {
    /// Tables that wait in `depot`.
    pub fn new(depot: Arc<dyn Depot>, open: OpenTable) -> Self {
        Self { open, depot }
    }

    /// Which table a file is; the sentence says why it is none.
    pub(crate) fn kind_of(&self, file: &Path, name: &str) -> Result<TableKind, String> {
        Given::open(&self.open, file, name).map(|given| given.kind())
    }

    /// Keeps a file until the export is made. Of its name the ending goes along, which tells what the file is.
    pub(crate) fn keep(&self, from: &Path, name: &str, now: Instant) -> Result<Waiting, Problem> {
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        let waiting = Waiting { key: format!("given_table/{}", UploadId::new(now)), name: format!("table.{ending}") };
        self.depot.keep(&waiting.key, from)?;
        Ok(waiting)
    }

    /// The file from which a table that waits is read.
    fn fetch(&self, waiting: &Waiting) -> Result<TempPath, JobFault> {
        let file = self.depot.fetch(&waiting.key)?;
        file.ok_or_else(|| JobFault::GiveUp("the given table is gone".to_owned()))
    }

    /// Removes what waits no more.
    pub(crate) fn forget(&self, waiting: &Waiting) -> Result<(), Problem> {
        self.depot.forget(&waiting.key)
    }
}

/// Asks for an export of everything under the officer's organization, compared with a table that waits where one is given.
///
/// # Errors
/// `statistics.nothing_exported` when there is no export to compare with; `documents.too_many`.
pub(crate) fn ask(
    txn: &mut Txn<'_>,
    by: &CommitteeOfficer,
    kind: TableKind,
    content: Content,
    given: Option<&Waiting>,
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
    let about = serde_json::to_string(&given).map_err(Problem::fault)?;
    let new = NewDocument { kind: EXPORT, file_name: format!("{title}.xlsx"), title, about };
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

fn make(desk: &Desk, tables: &GivenTables, document: &Document, making: &Making<'_>) -> Result<(), JobFault> {
    let waiting: Option<Waiting> = serde_json::from_str(&document.about).unwrap_or_default();
    let Some(waiting) = waiting else { return make_from(desk, None, document, making) };
    // It holds people's numbers: it goes as soon as it is not needed.
    making.consumes(&waiting.key);
    let file = tables.fetch(&waiting)?;
    let given = Given::open(&tables.open, &file, &waiting.name).map_err(JobFault::GiveUp)?;
    make_from(desk, Some(given), document, making)
}

fn make_from(desk: &Desk, given: Option<Given>, document: &Document, making: &Making<'_>) -> Result<(), JobFault> {
    let id = document.id;
    let export = desk.read_now(move |txn| store::load(txn, id))?;
    let export = export.ok_or_else(|| JobFault::GiveUp("nobody asked for this export".to_owned()))?;
    let here = survey(desk, &export)?;
    let ended = export.clone();
    let (before, total) = before(desk, given, &export)?;
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
fn before<'a>(desk: &'a Desk, given: Option<Given>, export: &Export) -> Result<(Option<Before<'a>>, i64), JobFault> {
    match export.content {
        Content::Whole => Ok((None, 0)),
        Content::AgainstTable => {
            let given = given.ok_or_else(|| JobFault::GiveUp("no table was given".to_owned()))?;
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
