//! Sheets as files: small ones while somebody waits, a committee's by a job.

use ejia_db::{Desk, Txn};
use ejia_directory::tree;
use ejia_documents::{Document, Documents, Form, Making, NewDocument, Paper};
use ejia_jobs::JobFault;
use ejia_kernel::{DocumentId, Month, OrganizationId, OrganizationKind, Problem};
use ejia_web::Officer;
use serde::{Deserialize, Serialize};

use super::scope::Scope;
use super::sheets::{LongNotice, Sheet, spelt};

/// A committee's notice of a month, made by a job.
const NOTICE: &str = "dues.notice";

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

/// What a committee's notice is about.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct About {
    organization: OrganizationId,
    month: Month,
}

/// Asks for the notice of everything in the scope as a table file.
///
/// # Errors
/// `documents.too_many` while too many of his are under way.
pub(super) fn ask_notice(txn: &mut Txn<'_>, by: &Officer, scope: &Scope, month: Month) -> Result<DocumentId, Problem> {
    let about = About { organization: scope.id, month };
    let title = format!("{}{}党费交纳情况公示表", scope.name, spelt(month));
    let new = NewDocument {
        kind: NOTICE,
        file_name: format!("{title}.xlsx"),
        title,
        about: serde_json::to_string(&about).map_err(Problem::fault)?,
    };
    ejia_documents::ask(txn, by, &new)
}

/// Registers who makes the documents of this crate's records.
#[must_use]
pub(crate) fn made(documents: Documents) -> Documents {
    documents.made_by(NOTICE, make_notice)
}

fn make_notice(desk: &Desk, document: &Document, making: &Making<'_>) -> Result<(), JobFault> {
    let About { organization, month } =
        serde_json::from_str(&document.about).map_err(|error| JobFault::GiveUp(error.to_string()))?;
    let notice = desk.read_now(move |txn| {
        let tree = tree(txn)?;
        let node = tree.find(organization)?;
        let scope = Scope {
            id: node.id,
            path: node.path.clone(),
            name: node.name.clone(),
            is_branch: node.kind == OrganizationKind::Branch,
            tree: tree.clone(),
        };
        LongNotice::of(txn, &scope, month)
    })?;
    let total = notice.total;
    let mut problem: Option<JobFault> = None;
    let told = |done: i64| making.progress(done, total.max(done));
    making.sheet(&notice.around, &notice.columns, &mut notice.rows(desk, told, &mut problem))?;
    problem.map_or(Ok(()), Err)
}
