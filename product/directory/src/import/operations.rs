//! What a person does with an import: start it, choose among differences, confirm, give up.

use ejia_audit::Entry;
use ejia_db::Txn;
use ejia_kernel::{ImportId, Problem};
use ejia_web::CommitteeOfficer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{Run, RunCounts, RunState};
use super::store;
use crate::members::authority::author;

/// What a job of an import is told.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RunPayload {
    pub(crate) run: ImportId,
}

/// The job that reads and compares a file.
pub(crate) const READ: &str = "directory.import_read";
/// The job that writes what was confirmed.
pub(crate) const WRITE: &str = "directory.import_write";

/// A run that is about to begin.
pub(crate) fn new_run(txn: &Txn<'_>, id: ImportId, by: Option<&CommitteeOfficer>, file_name: &str) -> Run {
    Run {
        id,
        organization_id: by.map(|by| by.organization_id()),
        path: by.map(|by| by.path().clone()),
        by_id: by.map(|by| by.id()),
        by_name: by.map_or_else(|| "系统导入".to_owned(), |by| author(by).name().to_owned()),
        file_name: file_name.to_owned(),
        kind: None,
        state: RunState::Reading,
        total: 0,
        done: 0,
        counts: RunCounts::default(),
        unknown_columns: Vec::new(),
        missing_columns: Vec::new(),
        cursor: (0, 0),
        failure: None,
        created_at: txn.now(),
    }
}

/// Starts an import for the officer's organization: the file waits under the run's id and a job reads it.
pub(crate) fn start(txn: &mut Txn<'_>, by: &CommitteeOfficer, id: ImportId, file_name: &str) -> Result<(), Problem> {
    let run = new_run(txn, id, Some(by), file_name);
    store::insert_run(txn, &run)?;
    ejia_jobs::enqueue(txn, READ, RunPayload { run: id })?;
    let entry = Entry::new(&by.actor(), "directory.import_started").about("import", id).within(by.organization_id());
    ejia_audit::record(txn, entry)
}

/// The run, if it is of the officer's organization or of one under it. For everybody else there is none.
pub(crate) fn overseen(txn: &mut Txn<'_>, by: &CommitteeOfficer, id: ImportId) -> Result<Run, Problem> {
    let run = store::load_run(txn, id)?;
    let seen = run.path.as_ref().is_some_and(|path| by.oversees(path));
    if seen { Ok(run) } else { Err(Problem::not_found("directory.no_such_import")) }
}

/// The run, if it is the officer's own organization's and waits to be decided.
fn to_decide(txn: &mut Txn<'_>, by: &CommitteeOfficer, id: ImportId) -> Result<Run, Problem> {
    let run = overseen(txn, by, id)?;
    if run.organization_id != Some(by.organization_id()) {
        return Err(Problem::forbidden("directory.import_of_others"));
    }
    if run.state != RunState::Preview {
        return Err(Problem::conflict("directory.import_decided"));
    }
    Ok(run)
}

/// Which of the differences shown on a page are accepted; a line is named `rank-number`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Choose {
    /// The lines that the page showed.
    pub(crate) shown: Vec<String>,
    /// Those of them that were ticked.
    pub(crate) accepted: Vec<String>,
}

/// Remembers which differences are accepted.
pub(crate) fn choose(txn: &mut Txn<'_>, by: &CommitteeOfficer, id: ImportId, input: &Choose) -> Result<(), Problem> {
    to_decide(txn, by, id)?;
    for line in input.shown.iter().take(500) {
        let place = place(line).ok_or_else(|| Problem::bad_request("directory.import_place"))?;
        store::accept(txn, id, place, input.accepted.contains(line))?;
    }
    Ok(())
}

/// `rank-number` as two numbers.
pub(crate) fn place(text: &str) -> Option<(i64, i64)> {
    let (rank, number) = text.split_once('-')?;
    Some((rank.parse().ok()?, number.parse().ok()?))
}

/// How the differences are taken when an import is confirmed.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Confirm {
    /// `all`, `none`, or anything else for those that were ticked.
    pub(crate) changes: String,
}

/// Confirms an import: from now on it is written.
pub(crate) fn confirm(txn: &mut Txn<'_>, by: &CommitteeOfficer, id: ImportId, input: &Confirm) -> Result<(), Problem> {
    to_decide(txn, by, id)?;
    match input.changes.as_str() {
        "all" => store::accept_all(txn, id, true)?,
        "none" => store::accept_all(txn, id, false)?,
        _ => {}
    }
    confirmed(txn, id)?;
    ejia_jobs::enqueue(txn, WRITE, RunPayload { run: id })?;
    let entry = Entry::new(&by.actor(), "directory.import_confirmed").about("import", id).within(by.organization_id());
    ejia_audit::record(txn, entry)
}

/// Moves a run from preview to writing, once.
pub(crate) fn confirmed(txn: &mut Txn<'_>, id: ImportId) -> Result<(), Problem> {
    if !store::move_run(txn, id, RunState::Preview, RunState::Writing)? {
        return Err(Problem::conflict("directory.import_decided"));
    }
    store::begin_writing(txn, id)
}

/// Gives an import up; nothing was written and nothing will be.
pub(crate) fn cancel(txn: &mut Txn<'_>, by: &CommitteeOfficer, id: ImportId) -> Result<(), Problem> {
    to_decide(txn, by, id)?;
    if !store::move_run(txn, id, RunState::Preview, RunState::Cancelled)? {
        return Err(Problem::conflict("directory.import_decided"));
    }
    let entry = Entry::new(&by.actor(), "directory.import_cancelled").about("import", id).within(by.organization_id());
    ejia_audit::record(txn, entry)
}
