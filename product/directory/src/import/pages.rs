//! The pages of imports in the organisation portal.

use std::sync::Arc;

use axum::extract::Path;
use ejia_db::Txn;
use ejia_kernel::{ImportId, Problem};
use ejia_web::{
    Answer, Asked, Call, CommitteeOfficer, File, Input, Nothing, OfficePortal, Page, Reply, Routes, Upload, aside, page,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::columns::TableKind;
use super::model::{ImportDesk, Run, RunState};
use super::operations::{self, Choose, Confirm};
use super::report;
use super::store::{self, Which};
use super::views::{ChangeLine, ImportsView, ProblemLine, RunLine, RunView, place_of};

/// 数据导入.
pub const IMPORTS: Page<OfficePortal, ImportsView> = page!(ImportsView, "office/import/list.html", "数据导入");
/// One run.
pub const RUN: Page<OfficePortal, RunView> = page!(RunView, "office/import/run.html", "数据导入");

/// Runs in the list.
const RUNS: i64 = 20;
/// Refused lines, and differences, on one page.
const LINES: i64 = 50;
/// Remarks shown at most; the report holds them all.
const REMARKS: i64 = 20;
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The routes of imports.
pub fn routes() -> Routes<OfficePortal> {
    Routes::<OfficePortal>::new()
        .get("/office/import", list)
        .post("/office/import", upload)
        .get("/office/import/{id}", show)
        .post("/office/import/{id}/choices", choose)
        .post("/office/import/{id}/confirm", confirm)
        .post("/office/import/{id}/cancel", cancel)
        .get("/office/import/{id}/report", download)
}

async fn list(call: Call<OfficePortal>) -> Answer<OfficePortal, ImportsView> {
    let by = call.caller().as_committee()?;
    let view = call.desk().read(move |txn| imports_view(txn, &by)).await?;
    Ok(Reply::show(IMPORTS, view))
}

fn imports_view(txn: &mut Txn<'_>, by: &CommitteeOfficer) -> Result<ImportsView, Problem> {
    let runs = store::runs_under(txn, by.path(), RUNS)?;
    Ok(ImportsView { runs: runs.iter().map(RunLine::of).collect() })
}

async fn upload(call: Call<OfficePortal>, upload: Upload) -> Answer<OfficePortal, Started> {
    let by = call.caller().as_committee()?;
    let imports = call.site().part::<Arc<ImportDesk>>()?;
    match take_in(&call, &by, &imports, &upload).await {
        Ok(id) => Ok(Reply::done(format!("/office/import/{id}"), Started { id: id.to_string() })),
        Err(problem) => {
            let again = by.clone();
            let view = call.desk().read(move |txn| imports_view(txn, &again)).await?;
            Reply::again(IMPORTS, view, &Nothing::default(), problem)
        }
    }
}

/// What a program is answered that has sent a file.
#[derive(Debug, Serialize, JsonSchema)]
struct Started {
    id: String,
}

async fn take_in(
    call: &Call<OfficePortal>,
    by: &CommitteeOfficer,
    imports: &Arc<ImportDesk>,
    upload: &Upload,
) -> Result<ImportId, Problem> {
    if upload.is_empty() {
        return Err(Problem::refused("directory.import_choose_file").on("file", "directory.import_choose_file"));
    }
    // A file that is no table is refused at once; what else is wrong with it the job finds.
    let (open, file, name) = (imports.open.clone(), upload.file.clone(), upload.name.clone());
    let first = call.desk().read(move |_| Ok(open(&file, &name).map(drop))).await?;
    if let Err(fault) = first {
        let args = vec![("reason", fault.sentence())];
        return Err(Problem::refused("directory.import_no_table").with("reason", fault.sentence()).on_with(
            "file",
            "directory.import_no_table",
            args,
        ));
    }
    let id = ImportId::new(call.desk().now());
    let (keeping, file) = (Arc::clone(imports), upload.file.clone());
    aside(move || keeping.keep(&file, id)).await?;
    let (by, name) = (by.clone(), upload.name.clone());
    call.desk().write(move |txn| operations::start(txn, &by, id, &name)).await?;
    Ok(id)
}

/// Where the lists of a run's page begin.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Places {
    problems: String,
    changes: String,
}

async fn show(
    call: Call<OfficePortal>,
    Path(id): Path<String>,
    Asked(places): Asked<Places>,
) -> Answer<OfficePortal, RunView> {
    let (by, id) = (call.caller().as_committee()?, run_id(&id)?);
    let view = call.desk().read(move |txn| run_view(txn, &by, id, &places)).await?;
    Ok(Reply::show(RUN, view))
}

fn run_id(text: &str) -> Result<ImportId, Problem> {
    text.parse().map_err(|_| Problem::not_found("directory.no_such_import"))
}

fn run_view(txn: &mut Txn<'_>, by: &CommitteeOfficer, id: ImportId, places: &Places) -> Result<RunView, Problem> {
    let run = operations::overseen(txn, by, id)?;
    let working = matches!(run.state, RunState::Reading | RunState::Writing);
    let mut view = RunView {
        run: RunLine::of(&run),
        working,
        mine: run.organization_id == Some(by.organization_id()),
        total: run.total,
        done: run.done,
        failure: run.failure.clone(),
        unknown_columns: run.unknown_columns.clone(),
        missing_columns: run.missing_columns.clone(),
        ..RunView::default()
    };
    if working {
        return Ok(view);
    }
    let (rows, more) = page_of(txn, &run, Which::Refused, &places.problems)?;
    view.problems = rows.into_iter().map(ProblemLine::of).collect();
    // Only lines of organizations bear remarks.
    if run.kind == Some(TableKind::Organizations) {
        let rows = store::staged_after(txn, run.id, Which::Remarked, (-1, 0), REMARKS)?;
        view.remarks = rows.into_iter().map(ProblemLine::of).collect();
    }
    view.more_problems = more.map(|place| format!("/office/import/{id}?problems={place}"));
    let (rows, more) = page_of(txn, &run, Which::Changed, &places.changes)?;
    view.changes = rows.into_iter().map(ChangeLine::of).collect();
    view.more_changes = more.map(|place| format!("/office/import/{id}?changes={place}"));
    view.changes_after.clone_from(&places.changes);
    view.accepted = store::accepted(txn, id)?;
    Ok(view)
}

type Lines = (Vec<super::model::StagedRow>, Option<String>);

fn page_of(txn: &mut Txn<'_>, run: &Run, which: Which, after: &str) -> Result<Lines, Problem> {
    let after = operations::place(after).unwrap_or((-1, 0));
    let mut rows = store::staged_after(txn, run.id, which, after, LINES + 1)?;
    let full = i64::try_from(rows.len()).is_ok_and(|count| count > LINES);
    if full {
        rows.pop();
    }
    let more = rows.last().filter(|_| full).map(place_of);
    Ok((rows, more))
}

async fn choose(call: Call<OfficePortal>, Path(id): Path<String>, Input(input): Input<Choose>) -> Answer<OfficePortal> {
    let (by, id) = (call.caller().as_committee()?, run_id(&id)?);
    call.desk().write(move |txn| operations::choose(txn, &by, id, &input)).await?;
    Ok(Reply::done(format!("/office/import/{id}"), Nothing::default()).saying("directory.import_chosen"))
}

async fn confirm(
    call: Call<OfficePortal>,
    Path(id): Path<String>,
    Input(input): Input<Confirm>,
) -> Answer<OfficePortal> {
    let (by, id) = (call.caller().as_committee()?, run_id(&id)?);
    call.desk().write(move |txn| operations::confirm(txn, &by, id, &input)).await?;
    Ok(Reply::done(format!("/office/import/{id}"), Nothing::default()))
}

async fn cancel(call: Call<OfficePortal>, Path(id): Path<String>, _: Input<Nothing>) -> Answer<OfficePortal> {
    let (by, id) = (call.caller().as_committee()?, run_id(&id)?);
    call.desk().write(move |txn| operations::cancel(txn, &by, id)).await?;
    Ok(Reply::done("/office/import", Nothing::default()).saying("directory.import_given_up"))
}

async fn download(call: Call<OfficePortal>, Path(id): Path<String>) -> Answer<OfficePortal, File> {
    let (by, id) = (call.caller().as_committee()?, run_id(&id)?);
    let imports = call.site().part::<Arc<ImportDesk>>()?;
    let bytes = call
        .desk()
        .read(move |txn| {
            let run = operations::overseen(txn, &by, id)?;
            std::fs::create_dir_all(&imports.folder).map_err(|error| Problem::of_disk(&error))?;
            let path = imports.folder.join(format!("{}.xlsx", ImportId::random()));
            let written = report::write_in(txn, &imports.write, &[run.id], &path);
            let bytes = written.and_then(|()| std::fs::read(&path).map_err(Problem::fault));
            let _ = std::fs::remove_file(&path);
            bytes
        })
        .await?;
    Ok(Reply::file("导入结果.xlsx", XLSX, bytes))
}
