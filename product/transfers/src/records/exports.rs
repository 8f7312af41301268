//! Lists as files: short ones while somebody waits, long ones by a job.

use ejia_audit::{Entry, record};
use ejia_db::{Desk, Txn};
use ejia_directory::{Way, tree};
use ejia_documents::{Document, Documents, Form, Making, NewDocument, Paper};
use ejia_jobs::JobFault;
use ejia_kernel::{DocumentId, Problem};
use ejia_web::Officer;

use super::asked::{Filter, RecordsAsked};
use super::sheets::{Rows, Sheet, around, columns, sheet, title};
use super::whose;
use crate::store;

/// A long list of records, made by a job.
const RECORDS: &str = "transfers.records";
/// So many rows are handed out at once; more are made by a job.
const AT_ONCE: usize = 500;

/// What became of an export.
pub(super) enum HandedOut {
    /// The sheet and its name.
    Now(Box<Sheet>, String),
    /// A job makes this document.
    Later(DocumentId),
}

/// Hands out what is asked of this officer's records, and notes that he took it.
///
/// # Errors
/// `transfers.too_many_on_paper` and `transfers.too_many_of_a_name` when a long list is asked for in a way that a job
/// cannot make.
pub(super) fn hand_out(
    txn: &mut Txn<'_>,
    by: &Officer,
    asked: &RecordsAsked,
    form: Form,
) -> Result<HandedOut, Problem> {
    let filter = Filter::of(asked);
    let node = whose(txn, by.organization_id(), &filter)?;
    let most = i64::try_from(AT_ONCE).unwrap_or(i64::MAX);
    let found = store::records(txn, node.id, &filter, None, Way::On, most.saturating_add(1))?;
    if found.len() > AT_ONCE {
        return ask(txn, by, &node.name, &filter, form).map(HandedOut::Later);
    }
    let entry = Entry::new(&by.actor(), "transfers.records_taken").about("organization", node.id);
    let entry = entry.within(by.organization_id()).with("list", filter.tab.code()).with("form", form.code());
    record(txn, by.noted(entry))?;
    let sheet = sheet(&*tree(txn)?, &node.name, &filter, &found);
    Ok(HandedOut::Now(Box::new(sheet), name(&node.name, &filter)))
}

fn name(organization: &str, filter: &Filter) -> String {
    format!("{organization}{}", title(filter))
}

fn ask(
    txn: &mut Txn<'_>,
    by: &Officer,
    organization: &str,
    filter: &Filter,
    form: Form,
) -> Result<DocumentId, Problem> {
    if form == Form::Paper {
        return Err(Problem::refused("transfers.too_many_on_paper"));
    }
    // What a job must know is written down, and names of people are not.
    if !filter.name.is_empty() {
        return Err(Problem::refused("transfers.too_many_of_a_name"));
    }
    let title = name(organization, filter);
    let new = NewDocument {
        kind: RECORDS,
        file_name: format!("{title}.xlsx"),
        title,
        about: serde_json::to_string(&filter.asked()).map_err(Problem::fault)?,
    };
    ejia_documents::ask(txn, by, &new)
}

/// The sheet as a file. Blocks: called aside.
///
/// # Errors
/// Those of [`Documents::write`] and [`Documents::set`].
pub(super) fn file(documents: &Documents, sheet: Sheet, form: Form) -> Result<Vec<u8>, Problem> {
    let Sheet { around, columns, rows } = sheet;
    match form {
        Form::Table => documents.write(&around, &columns, rows),
        Form::Paper => documents.set(&Paper::sheet(&around, &columns, &rows)),
    }
}

/// Registers who makes the long lists.
#[must_use]
pub(crate) fn made(documents: Documents) -> Documents {
    documents.made_by(RECORDS, make)
}

fn make(desk: &Desk, document: &Document, making: &Making<'_>) -> Result<(), JobFault> {
    let asked: RecordsAsked =
        serde_json::from_str(&document.about).map_err(|error| JobFault::GiveUp(error.to_string()))?;
    let (filter, own) = (Filter::of(&asked), document.organization_id);
    let counted = filter.clone();
    let (organization, name, total) = desk.read_now(move |txn| {
        let node = whose(txn, own, &counted)?;
        Ok((node.id, node.name, store::records_count(txn, node.id, &counted)?))
    })?;
    let mut problem: Option<JobFault> = None;
    let mut rows = Rows {
        desk,
        organization,
        filter: &filter,
        told: |done: i64| making.progress(done, total.max(done)),
        problem: &mut problem,
        last: None,
        loaded: Vec::new().into_iter(),
        done: 0,
    };
    making.sheet(&around(&name, &filter, total), &columns(), &mut rows)?;
    problem.map_or(Ok(()), Err)
}
