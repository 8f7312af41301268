//! The page of 【数据导出】.

use std::sync::Arc;

use ejia_directory::import::TableKind;
use ejia_kernel::{DocumentId, Problem};
use ejia_web::{Answer, Call, CommitteeOfficer, Input, OfficePortal, Page, Reply, Routes, Upload, aside, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::exports::{self, GivenTables};
use crate::model::Content;
use crate::views::ExportsView;

const EXPORTS: Page<OfficePortal, ExportsView> = page!(ExportsView, "office/statistics/exports.html", "数据导出");

/// The routes of exports.
pub(crate) fn routes() -> Routes<OfficePortal> {
    Routes::new()
        .get("/office/statistics", list)
        .post("/office/statistics", export)
        .post("/office/statistics/compare", compare)
}

async fn list(call: Call<OfficePortal>) -> Answer<OfficePortal, ExportsView> {
    let by = call.caller().as_committee()?;
    let view = call.desk().read(move |txn| ExportsView::of(txn, &by)).await?;
    Ok(Reply::show(EXPORTS, view))
}

/// Which table, and what of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct Wanted {
    table: String,
    content: String,
}

/// What programs hear: the document that is being made.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Making {
    document: String,
}

fn making(id: DocumentId) -> Reply<OfficePortal, Making> {
    Reply::done(format!("/office/documents/{id}"), Making { document: id.to_string() })
}

async fn export(call: Call<OfficePortal>, Input(wanted): Input<Wanted>) -> Answer<OfficePortal, Making> {
    let by = call.caller().as_committee()?;
    match ask(&call, &by, &wanted).await {
        Ok(id) => Ok(making(id)),
        Err(problem) => again(&call, by, &wanted, problem).await,
    }
}

async fn ask(call: &Call<OfficePortal>, by: &CommitteeOfficer, wanted: &Wanted) -> Result<DocumentId, Problem> {
    let chosen = |code: &'static str, field: &'static str| Problem::refused(code).on(field, code);
    let kind = TableKind::from_code(&wanted.table).ok_or_else(|| chosen("statistics.choose_table", "table"))?;
    let content = Content::from_code(&wanted.content).filter(|content| content.is_kept());
    let content = content.ok_or_else(|| chosen("statistics.choose_content", "content"))?;
    let by = by.clone();
    call.desk().write(move |txn| exports::ask(txn, &by, kind, content, None)).await
}

async fn again(
    call: &Call<OfficePortal>,
    by: CommitteeOfficer,
    wanted: &Wanted,
    problem: Problem,
) -> Answer<OfficePortal, Making> {
    let view = call.desk().read(move |txn| ExportsView::of(txn, &by)).await?;
    Reply::again(EXPORTS, view, wanted, problem)
}

async fn compare(call: Call<OfficePortal>, upload: Upload) -> Answer<OfficePortal, Making> {
    let by = call.caller().as_committee()?;
    let tables = call.site().part::<Arc<GivenTables>>()?;
    match take_in(&call, &by, &tables, &upload).await {
        Ok(id) => Ok(making(id)),
        Err(problem) => again(&call, by, &Wanted::default(), problem).await,
    }
}

async fn take_in(
    call: &Call<OfficePortal>,
    by: &CommitteeOfficer,
    tables: &Arc<GivenTables>,
    upload: &Upload,
) -> Result<DocumentId, Problem> {
    if upload.is_empty() {
        return Err(Problem::refused("statistics.choose_file").on("file", "statistics.choose_file"));
    }
    let (looked, file, name) = (Arc::clone(tables), upload.file.clone(), upload.name.clone());
    let kind = aside(move || Ok(looked.kind_of(&file, &name))).await?.map_err(|sentence| {
        let args = vec![("reason", sentence.clone())];
        Problem::refused("statistics.given_table").with("reason", sentence).on_with(
            "file",
            "statistics.given_table",
            args,
        )
    })?;
    // The file is there before the job can look for it.
    let (keeping, file, name, now) = (Arc::clone(tables), upload.file.clone(), upload.name.clone(), call.desk().now());
    let waiting = aside(move || keeping.keep(&file, &name, now)).await?;
    let (by, given) = (by.clone(), waiting.clone());
    let asked = call.desk().write(move |txn| exports::ask(txn, &by, kind, Content::AgainstTable, Some(&given))).await;
    if asked.as_ref().is_err_and(|problem| !problem.is_in_doubt()) {
        let forgetting = Arc::clone(tables);
        // What cannot be removed now is swept later; why nothing was asked for is what counts.
        let _ = aside(move || forgetting.forget(&waiting)).await;
    }
    asked
}
