//! 【我的下载】: what an administrator asked for, how far it has come, and taking it away.

use axum::extract::Path;
use ejia_kernel::{DocumentId, Problem};
use ejia_web::{Answer, Call, File, Input, Nothing, OfficePortal, Page, Reply, Routes, aside, page};

use crate::making::{Documents, own, remove};
use crate::model::{Document, DocumentState};
use crate::store;
use crate::views::{DocumentLine, DocumentView, DocumentsView};

const LIST: Page<OfficePortal, DocumentsView> = page!(DocumentsView, "office/documents/list.html", "我的下载");
const DOCUMENT: Page<OfficePortal, DocumentView> = page!(DocumentView, "office/documents/document.html", "下载文件");

/// So many documents are listed.
const LISTED: i64 = 100;

/// The routes of 【我的下载】.
pub(crate) fn routes() -> Routes<OfficePortal> {
    Routes::new()
        .get("/office/documents", list)
        .get("/office/documents/{id}", show)
        .get("/office/documents/{id}/file", file)
        .post("/office/documents/{id}/remove", take_off)
        .for_every_office()
}

async fn list(call: Call<OfficePortal>) -> Answer<OfficePortal, DocumentsView> {
    let by = call.caller().id();
    let documents = call.desk().read(move |txn| store::of(txn, by, LISTED)).await?;
    Ok(Reply::show(LIST, DocumentsView { documents: documents.into_iter().map(DocumentLine::of).collect() }))
}

async fn loaded(call: &Call<OfficePortal>, id: DocumentId) -> Result<Document, Problem> {
    let by = call.caller().clone();
    call.desk().read(move |txn| own(txn, &by, id)).await
}

async fn show(call: Call<OfficePortal>, Path(id): Path<DocumentId>) -> Answer<OfficePortal, DocumentView> {
    Ok(Reply::show(DOCUMENT, DocumentView::of(loaded(&call, id).await?)))
}

async fn file(call: Call<OfficePortal>, Path(id): Path<DocumentId>) -> Answer<OfficePortal, File> {
    let document = loaded(&call, id).await?;
    if document.state != DocumentState::Ready {
        return Err(Problem::conflict("documents.not_ready"));
    }
    let documents = call.site().part::<Documents>()?;
    let bytes = aside(move || documents.fetch(id)).await?;
    Ok(Reply::file(&document.file_name, mime(&document.file_name), bytes))
}

fn mime(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("pdf") => "application/pdf",
        Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Some("zip") => "application/zip",
        _ => "application/octet-stream",
    }
}

async fn take_off(
    call: Call<OfficePortal>,
    Path(id): Path<DocumentId>,
    Input(_): Input<Nothing>,
) -> Answer<OfficePortal> {
    let by = call.caller().clone();
    let documents = call.site().part::<Documents>()?;
    call.desk().write(move |txn| remove(txn, &by, id)).await?;
    let gone = aside(move || {
        // The row is gone; a file that cannot be removed now is nobody's any more.
        let _ = documents.forget(id);
        Ok(())
    });
    gone.await?;
    Ok(Reply::done("/office/documents", Nothing::default()).saying("documents.removed"))
}
