//! Who makes documents, and the job that lets them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ejia_db::{Desk, Txn};
use ejia_jobs::{Depot, Handlers, Job, JobFault};
use ejia_kernel::sheet::{Around, Cell, Column};
use ejia_kernel::table::TableFault;
use ejia_kernel::{DocumentId, Problem};
use ejia_web::Officer;
use serde::{Deserialize, Serialize};

use crate::model::{Document, DocumentState};
use crate::paper::{Paper, TypesetFault, Typesetter};
use crate::store;
use crate::under_way::Making;

/// Makes one document.
pub(crate) const MAKE: &str = "documents.make";
/// Removes what is old.
const SWEEP: &str = "documents.sweep";

/// A document is kept for a week.
pub(crate) const KEPT: Duration = Duration::from_hours(7 * 24);
/// What a file is called while it is made.
const PART: &str = ".part";
/// A file that nobody has written to for so long is not being made any more.
const LEFT: Duration = Duration::from_hours(24);
/// So many documents of one administrator may be under way.
const UNDERWAY: i64 = 3;

/// Writes a sheet as a table file: around, columns, rows.
pub type WriteSheet =
    Arc<dyn Fn(&Path, &Around, &[Column], &mut dyn Iterator<Item = Vec<Cell>>) -> Result<(), TableFault> + Send + Sync>;

type Maker = Arc<dyn Fn(&Desk, &Document, &Making<'_>) -> Result<(), JobFault> + Send + Sync>;

/// What documents need from outside, and who makes which kind. A part of the site.
#[derive(Clone)]
pub struct Documents {
    folder: PathBuf,
    depot: Arc<dyn Depot>,
    pub(crate) write: WriteSheet,
    pub(crate) typesetter: Arc<dyn Typesetter>,
    makers: BTreeMap<&'static str, Maker>,
}

/// What the job knows: the document's id and nothing else.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct ToMake {
    document: DocumentId,
}

/// A document as it is asked for.
#[derive(Clone, Debug)]
pub struct NewDocument {
    /// What makes it.
    pub kind: &'static str,
    /// What it is, for people: 党费交纳记录 2026年3月.
    pub title: String,
    /// The name it is taken away under.
    pub file_name: String,
    /// What its maker must know, as JSON: ids and choices, no names and no numbers of people.
    pub about: String,
}

impl Documents {
    /// Documents that are made in `folder` and wait in `depot` to be taken away, written and set by these.
    pub fn new(
        folder: impl Into<PathBuf>,
        depot: Arc<dyn Depot>,
        write: WriteSheet,
        typesetter: Arc<dyn Typesetter>,
    ) -> Self {
        Self { folder: folder.into(), depot, write, typesetter, makers: BTreeMap::new() }
    }

    /// With a maker for a kind of document. It may run twice for one document, so it writes the whole file anew.
    #[must_use]
    pub fn made_by(
        mut self,
        kind: &'static str,
        maker: impl Fn(&Desk, &Document, &Making<'_>) -> Result<(), JobFault> + Send + Sync + 'static,
    ) -> Self {
        self.makers.insert(kind, Arc::new(maker));
        self
    }

    /// Sets a small paper while somebody waits. Blocks: a handler calls it by [`ejia_web::aside`].
    ///
    /// # Errors
    /// `documents.typesetter_away` when the typesetter cannot be had; a fault when the paper is broken.
    pub fn set(&self, paper: &Paper) -> Result<Vec<u8>, Problem> {
        self.typesetter.set(paper).map_err(|fault| match fault {
            TypesetFault::Away(why) => {
                tracing::error!(why, "the typesetter is away");
                Problem::new(ejia_kernel::ProblemKind::Busy, "documents.typesetter_away")
            }
            TypesetFault::Broken(why) => Problem::fault(format!("a paper cannot be set: {why}")),
        })
    }

    /// Writes a small table file while somebody waits. Blocks, as [`Documents::set`].
    ///
    /// # Errors
    /// A fault when it cannot be written.
    pub fn write(&self, around: &Around, columns: &[Column], rows: Vec<Vec<Cell>>) -> Result<Vec<u8>, Problem> {
        fs::create_dir_all(&self.folder).map_err(|error| Problem::of_disk(&error))?;
        let path = self.folder.join(format!("now-{}", DocumentId::random()));
        let written = (self.write)(&path, around, columns, &mut rows.into_iter())
            .map_err(Problem::fault)
            .and_then(|()| fs::read(&path).map_err(Problem::fault));
        let _ = fs::remove_file(&path);
        written
    }

    /// What a document holds, once it is made. Blocks.
    pub(crate) fn fetch(&self, id: DocumentId) -> Result<Vec<u8>, Problem> {
        let file = self.depot.fetch(&key(id))?.ok_or_else(|| Problem::not_found("documents.no_such_document"))?;
        fs::read(&file).map_err(Problem::fault)
    }

    /// Removes a document's file. Blocks.
    pub(crate) fn forget(&self, id: DocumentId) -> Result<(), Problem> {
        self.depot.forget(&key(id))
    }

    /// The jobs that make documents and remove old ones.
    pub fn handlers(&self) -> Handlers {
        let (making, sweeping) = (self.clone(), self.clone());
        Handlers::new().on(MAKE, move |job, desk| making.make(desk, job)).every(
            SWEEP,
            Duration::from_hours(1),
            move |desk| sweeping.sweep(desk),
        )
    }

    fn make(&self, desk: &Desk, job: &Job) -> Result<(), JobFault> {
        let ToMake { document: id } = job.payload()?;
        let Some(document) = desk.read_now(move |txn| store::load(txn, id))? else { return Ok(()) };
        if !document.state.underway() {
            return Ok(());
        }
        let consumed = RefCell::default();
        let made = self.make_file(desk, job, &document, &consumed);
        let (state, bytes) = match &made {
            Ok(bytes) => (DocumentState::Ready, *bytes),
            Err(fault) if job.is_ended_by(fault) => (DocumentState::Failed, 0),
            Err(_) => return made.map(drop),
        };
        desk.write_now(move |txn| store::end(txn, id, state, bytes))?;
        for key in consumed.take() {
            // What cannot be removed now is swept later.
            if let Err(problem) = self.depot.forget(&key) {
                tracing::warn!(?problem, "what a document was made from is not removed");
            }
        }
        made.map(drop)
    }

    /// Makes the file in the folder and lays it into the depot when it is whole; says what it was made from.
    fn make_file(
        &self,
        desk: &Desk,
        job: &Job,
        document: &Document,
        consumed: &RefCell<Vec<String>>,
    ) -> Result<i64, JobFault> {
        let maker = self.makers.get(document.kind.as_str());
        let maker = maker.ok_or_else(|| JobFault::GiveUp(format!("nobody makes {}", document.kind)))?;
        let in_folder = |error: std::io::Error| JobFault::from(Problem::of_disk(&error));
        fs::create_dir_all(&self.folder).map_err(in_folder)?;
        // Whoever lost his lease writes into a file of his own.
        let path = self.folder.join(format!("{}-{}{PART}", document.id, job.attempt()));
        let making = Making { documents: self, job, desk, id: document.id, path: &path, consumed };
        let made = maker(desk, document, &making);
        let kept = made.and_then(|()| {
            let bytes = fs::metadata(&path).map_err(in_folder)?.len();
            self.depot.keep(&key(document.id), &path)?;
            Ok(i64::try_from(bytes).unwrap_or(i64::MAX))
        });
        // What was begun is made anew or never: half an archive may be large.
        let _ = fs::remove_file(&path);
        kept
    }

    fn sweep(&self, desk: &Desk) -> Result<(), JobFault> {
        let than = desk.now().minus(KEPT);
        self.sweep_parts();
        for id in desk.read_now(move |txn| store::older(txn, than))? {
            self.forget(id)?;
            desk.write_now(move |txn| store::forget(txn, id))?;
        }
        Ok(())
    }

    /// Removes what a worker left behind who died over it.
    fn sweep_parts(&self) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let part = entry.file_name().to_string_lossy().ends_with(PART);
            let touched = entry.metadata().and_then(|about| about.modified()).ok();
            if part && touched.and_then(|touched| touched.elapsed().ok()).is_some_and(|age| age > LEFT) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// Under what a document waits to be taken away.
fn key(id: DocumentId) -> String {
    format!("document/{id}")
}

/// Asks for a document: a job makes it.
///
/// # Errors
/// `documents.too_many` while three of his are under way.
pub fn ask(txn: &mut Txn<'_>, by: &Officer, new: &NewDocument) -> Result<DocumentId, Problem> {
    let NewDocument { kind, title, file_name, about } = new;
    if store::underway(txn, by.id())? >= UNDERWAY {
        return Err(Problem::too_many("documents.too_many"));
    }
    let id = DocumentId::new(txn.now());
    let document = Document {
        id,
        kind: (*kind).to_owned(),
        title: title.clone(),
        file_name: file_name.clone(),
        about: about.clone(),
        administrator_id: by.id(),
        organization_id: by.organization_id(),
        state: DocumentState::Waiting,
        done: 0,
        total: 0,
        bytes: 0,
        asked_at: txn.now(),
        ended_at: None,
    };
    store::insert(txn, &document)?;
    let entry = ejia_audit::Entry::new(&by.actor(), "documents.asked").about("document", id);
    ejia_audit::record(txn, by.noted(entry.within(by.organization_id()).with("kind", *kind)))?;
    ejia_jobs::enqueue(txn, MAKE, ToMake { document: id })?;
    Ok(id)
}

/// A document of this administrator.
///
/// # Errors
/// `documents.no_such_document` for somebody else's, too.
pub(crate) fn own(txn: &mut Txn<'_>, by: &Officer, id: DocumentId) -> Result<Document, Problem> {
    let found = store::load(txn, id)?.filter(|document| document.administrator_id == by.id());
    found.ok_or_else(|| Problem::not_found("documents.no_such_document"))
}

/// An administrator removes a document of his.
///
/// # Errors
/// As [`own`]; `documents.underway` while it is being made.
pub(crate) fn remove(txn: &mut Txn<'_>, by: &Officer, id: DocumentId) -> Result<(), Problem> {
    if own(txn, by, id)?.state.underway() {
        return Err(Problem::conflict("documents.underway"));
    }
    store::forget(txn, id)
}
