//! Registers handed out: a table, a paper, or a ZIP of papers, each made by a job.

use ejia_db::{Desk, Txn};
use ejia_directory::tree;
use ejia_documents::{Document, Documents, Files, Form, Making, NewDocument};
use ejia_jobs::JobFault;
use ejia_kernel::{DocumentId, MeetingId, Problem};
use ejia_web::Officer;

use super::asked::{Filter, RegisterAsked, Whose};
use super::papers::{of_parts, paper};
use super::parts::parts;
use super::sheets::{Rows, around, columns, each, in_order};
use super::store;
use super::year::held;

const TABLE: &str = "meetings.register_table";
const PAPER: &str = "meetings.register_paper";
const ARCHIVE: &str = "meetings.register_archive";

/// Asks for a register.
///
/// # Errors
/// `meetings.register_empty` when there is nothing in it; `documents.too_many`.
pub(super) fn ask(txn: &mut Txn<'_>, by: &Officer, asked: &RegisterAsked, form: Form) -> Result<DocumentId, Problem> {
    let (filter, _) = Filter::of(txn, by, asked)?;
    if store::counts(txn, &filter)?.is_empty() {
        return Err(Problem::refused("meetings.register_empty"));
    }
    let (kind, ending) = match (form, &filter.whose) {
        (Form::Table, _) => (TABLE, "xlsx"),
        // What is too much for one paper becomes several, which go together.
        (Form::Paper, Whose::One(_)) if parts(store::weights(txn, &filter)?).len() <= 1 => (PAPER, "pdf"),
        (Form::Paper, _) => (ARCHIVE, "zip"),
    };
    let title = filter.title(&filter.owner(&*tree(txn)?));
    let new = NewDocument {
        kind,
        file_name: format!("{title}.{ending}"),
        title,
        about: serde_json::to_string(&filter).map_err(Problem::fault)?,
    };
    ejia_documents::ask(txn, by, &new)
}

/// Registers who makes registers.
#[must_use]
pub(crate) fn made(documents: Documents, files: &Files) -> Documents {
    let (for_paper, for_archive) = (files.clone(), files.clone());
    documents
        .made_by(TABLE, table)
        .made_by(PAPER, move |desk, document, making| one_paper(desk, &for_paper, document, making))
        .made_by(ARCHIVE, move |desk, document, making| archive(desk, &for_archive, document, making))
}

fn filter_of(document: &Document) -> Result<Filter, JobFault> {
    serde_json::from_str(&document.about).map_err(|error| JobFault::GiveUp(error.to_string()))
}

/// The name of whose register it is.
fn owner(desk: &Desk, filter: &Filter) -> Result<String, Problem> {
    let filter = filter.clone();
    desk.read_now(move |txn| Ok(filter.owner(&*tree(txn)?)))
}

fn table(desk: &Desk, document: &Document, making: &Making<'_>) -> Result<(), JobFault> {
    let filter = filter_of(document)?;
    let asked = filter.clone();
    let counts = in_order(&desk.read_now(move |txn| store::counts(txn, &asked))?);
    let total: i64 = counts.iter().map(|(_, count)| count).sum();
    let around = around(&filter, &owner(desk, &filter)?, &counts);
    let mut rows = Rows::of(desk, each(desk, &filter)?, |done| making.progress(done, total.max(done)));
    making.sheet(&around, &columns(), &mut rows)?;
    rows.problem.map_or(Ok(()), Err)
}

/// The meetings of one organization's register, part by part.
fn meetings(desk: &Desk, filter: &Filter) -> Result<Vec<Vec<MeetingId>>, Problem> {
    let filter = filter.clone();
    desk.read_now(move |txn| {
        let places = store::places(txn, &filter, None, ejia_directory::Way::On, i64::MAX)?;
        let mut ids = places.into_iter().map(|(_, id)| id);
        let parts = parts(store::weights(txn, &filter)?);
        Ok(parts.into_iter().map(|count| ids.by_ref().take(count).collect()).collect())
    })
}

/// The papers of one organization's register, each set when it is asked for.
struct Papers<'a> {
    desk: &'a Desk,
    files: &'a Files,
    making: &'a Making<'a>,
    filter: Filter,
    owner: String,
    parts: Vec<Vec<MeetingId>>,
    /// How many of them are set.
    set: usize,
    /// How many meetings stand on those.
    before: usize,
}

impl<'a> Papers<'a> {
    fn of(desk: &'a Desk, files: &'a Files, making: &'a Making<'a>, filter: Filter) -> Result<Self, JobFault> {
        let (owner, parts) = (owner(desk, &filter)?, meetings(desk, &filter)?);
        Ok(Self { desk, files, making, filter, owner, parts, set: 0, before: 0 })
    }

    fn next_paper(&mut self) -> Result<Option<(String, Vec<u8>)>, JobFault> {
        let Some(ids) = self.parts.get(self.set).cloned() else { return Ok(None) };
        let held = self.desk.read_now(move |txn| held(txn, &ids))?;
        let part = (self.set + 1, self.parts.len());
        let whose = (&self.filter, self.owner.as_str());
        let paper = paper(self.desk, self.files, whose, (&held, self.before), part)?;
        let name = format!("{}{}.pdf", self.filter.title(&self.owner), of_parts(part));
        self.set += 1;
        self.before += held.len();
        Ok(Some((name, self.making.set(&paper)?)))
    }
}

fn one_paper(desk: &Desk, files: &Files, document: &Document, making: &Making<'_>) -> Result<(), JobFault> {
    let filter = filter_of(document)?;
    let (owner, mut parts) = (owner(desk, &filter)?, meetings(desk, &filter)?);
    if parts.len() != 1 {
        // It has grown since it was asked for, and would need another kind of file.
        return Err(JobFault::GiveUp("the register has become too much for one paper".to_owned()));
    }
    let ids = parts.pop().unwrap_or_default();
    let held = desk.read_now(move |txn| held(txn, &ids))?;
    making.paper(&paper(desk, files, (&filter, &owner), (&held, 0), (1, 1))?)
}

fn archive(desk: &Desk, files: &Files, document: &Document, making: &Making<'_>) -> Result<(), JobFault> {
    let filters = each(desk, &filter_of(document)?)?;
    let total = i64::try_from(filters.len()).unwrap_or(i64::MAX);
    let mut filters = filters.into_iter();
    let mut now: Option<Papers<'_>> = None;
    let mut next = move || loop {
        if let Some(papers) = &mut now
            && let Some(paper) = papers.next_paper()?
        {
            return Ok(Some(paper));
        }
        let Some(filter) = filters.next() else { return Ok(None) };
        now = Some(Papers::of(desk, files, making, filter)?);
    };
    making.archive(total, &mut std::iter::from_fn(move || next().transpose()))
}
