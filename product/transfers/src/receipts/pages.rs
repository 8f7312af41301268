//! 【回执】 of the member portal and of 【转出办理】→【待回执】.

use axum::extract::Path;
use ejia_db::Txn;
use ejia_documents::{FileKey, on_field};
use ejia_kernel::{Problem, ReceiptId};
use ejia_web::{
    Answer, Call, File, Input, MemberPortal, Nothing, OfficePortal, Page, Portal, Reply, Routes, Upload, aside, page,
};

use super::decide::{RefuseEntered, confirm, own_side, receipt_of, refuse};
use super::send::{bring, may_bring, may_send_own, send_own};
use super::views::ReceiptsView;
use crate::applying::{own, transfer_id};
use crate::letters::LetterDesk;
use crate::model::Transfer;

const OWN: Page<MemberPortal, ReceiptsView> = page!(ReceiptsView, "member/transfers/receipt.html", "介绍信回执");
const OFFICE: Page<OfficePortal, ReceiptsView> = page!(ReceiptsView, "office/transfers/receipt.html", "介绍信回执");

/// What the vault seals photos of receipts for.
pub(super) const PHOTO: &str = "receipt_photo";

/// The routes of a member's receipts.
pub(crate) fn member_routes() -> Routes<MemberPortal> {
    Routes::new()
        .get("/member/transfers/{id}/receipt", own_receipts)
        .post("/member/transfers/{id}/receipt", send)
        .get("/member/transfers/{id}/receipts/{receipt}/photo", own_photo)
}

/// The routes by which the side that is left handles receipts.
pub(crate) fn office_routes() -> Routes<OfficePortal> {
    Routes::new()
        .get("/office/transfers/{id}/receipt", receipts)
        .post("/office/transfers/{id}/receipt", bring_photo)
        .post("/office/transfers/{id}/receipt/post", bring_paper)
        .post("/office/transfers/{id}/receipts/{receipt}/confirm", confirm_one)
        .post("/office/transfers/{id}/receipts/{receipt}/refuse", refuse_one)
        .get("/office/transfers/{id}/receipts/{receipt}/photo", photo)
}

/// Fits and keeps the photo that was sent; what is wrong with it is said on its field.
pub(super) async fn kept<P: Portal>(call: &Call<P>, upload: Upload) -> Result<FileKey, Problem> {
    if upload.is_empty() {
        return Err(Problem::refused("kernel.check_fields").on("photo", "transfers.photo_needed"));
    }
    let (files, vault) = (call.site().part::<LetterDesk>()?.files.clone(), call.desk().vault().clone());
    let kept = aside(move || {
        let sent = std::fs::read(&upload.file).map_err(Problem::fault)?;
        files.keep_photo(&vault, PHOTO, &sent)
    });
    kept.await.map(|photo| photo.key).map_err(|problem| on_field(problem, "photo"))
}

/// Deletes a photo that was kept and that no row names, because something came between.
async fn let_go<P: Portal>(call: &Call<P>, key: FileKey, because: Problem) -> Result<(), Problem> {
    let files = call.site().part::<LetterDesk>()?.files.clone();
    aside(move || files.let_go(&key, &because)).await
}

/// Keeps the photo and writes it down; when that is refused, the photo is not kept.
pub(super) async fn taken<P: Portal>(
    call: &Call<P>,
    upload: Upload,
    write: impl Fn(&mut Txn<'_>, FileKey) -> Result<(), Problem> + Send + 'static,
) -> Result<(), Problem> {
    let key = kept(call, upload).await?;
    let written = key.clone();
    let outcome = call.desk().write(move |txn| write(txn, written.clone())).await;
    if let Err(problem) = &outcome {
        let_go(call, key, problem.clone()).await?;
    }
    outcome
}

fn receipt_id(text: &str) -> Result<ReceiptId, Problem> {
    text.parse().map_err(|_| Problem::not_found("transfers.no_such_receipt"))
}

/// The photo of a receipt, for whoever sees the transfer as `find` says.
async fn opened<P: Portal>(
    call: &Call<P>,
    receipt: &str,
    find: impl Fn(&mut Txn<'_>) -> Result<Transfer, Problem> + Send + 'static,
) -> Answer<P, File> {
    let id = receipt_id(receipt)?;
    let found = call.desk().read(move |txn| {
        let transfer = find(txn)?;
        receipt_of(txn, &transfer, id)
    });
    let key = found.await?.photo.ok_or_else(|| Problem::not_found("transfers.no_such_receipt"))?;
    let (files, vault) = (call.site().part::<LetterDesk>()?.files.clone(), call.desk().vault().clone());
    let photo = aside(move || files.open(&vault, PHOTO, &key)).await?;
    Ok(Reply::file("介绍信回执.jpg", "image/jpeg", photo))
}

async fn own_view(call: &Call<MemberPortal>, id: &str) -> Result<ReceiptsView, Problem> {
    let (id, by) = (transfer_id(id)?, call.caller().clone());
    let view = call.desk().read(move |txn| {
        let transfer = own(txn, &by, id)?;
        ReceiptsView::of(txn, &transfer)
    });
    view.await
}

async fn own_receipts(call: Call<MemberPortal>, Path(id): Path<String>) -> Answer<MemberPortal, ReceiptsView> {
    Ok(Reply::show(OWN, own_view(&call, &id).await?))
}

async fn send(call: Call<MemberPortal>, Path(id): Path<String>, upload: Upload) -> Answer<MemberPortal> {
    let (transfer, by) = (transfer_id(&id)?, call.caller().clone());
    let asking = by.clone();
    call.desk().read(move |txn| may_send_own(txn, &asking, transfer)).await?;
    match taken(&call, upload, move |txn, key| send_own(txn, &by, transfer, key)).await {
        Ok(()) => Ok(Reply::done(format!("/member/transfers/{id}/receipt"), Nothing::default())
            .saying("transfers.receipt_sent_said")),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => Reply::again(OWN, own_view(&call, &id).await?, &Nothing::default(), problem),
    }
}

async fn own_photo(
    call: Call<MemberPortal>,
    Path((id, receipt)): Path<(String, String)>,
) -> Answer<MemberPortal, File> {
    let (id, by) = (transfer_id(&id)?, call.caller().clone());
    opened(&call, &receipt, move |txn| own(txn, &by, id)).await
}

async fn view(call: &Call<OfficePortal>, id: &str) -> Result<ReceiptsView, Problem> {
    let (id, by) = (transfer_id(id)?, call.caller().clone());
    let view = call.desk().read(move |txn| {
        let transfer = own_side(txn, &by, id, false)?;
        ReceiptsView::of(txn, &transfer)
    });
    view.await
}

async fn receipts(call: Call<OfficePortal>, Path(id): Path<String>) -> Answer<OfficePortal, ReceiptsView> {
    Ok(Reply::show(OFFICE, view(&call, &id).await?))
}

/// The transfer is over: its page shows it.
fn over(id: &str) -> Reply<OfficePortal> {
    Reply::done(format!("/office/transfers/{id}"), Nothing::default()).saying("transfers.receipt_accepted_said")
}

async fn bring_photo(call: Call<OfficePortal>, Path(id): Path<String>, upload: Upload) -> Answer<OfficePortal> {
    let (transfer, by) = (transfer_id(&id)?, call.caller().clone());
    let asking = by.clone();
    call.desk().read(move |txn| may_bring(txn, &asking, transfer)).await?;
    match taken(&call, upload, move |txn, key| bring(txn, &by, transfer, Some(key))).await {
        Ok(()) => Ok(over(&id)),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => Reply::again_in(OFFICE, view(&call, &id).await?, "photo", &Nothing::default(), problem),
    }
}

async fn bring_paper(
    call: Call<OfficePortal>,
    Path(id): Path<String>,
    Input(_): Input<Nothing>,
) -> Answer<OfficePortal> {
    let (transfer, by) = (transfer_id(&id)?, call.caller().clone());
    call.desk().write(move |txn| bring(txn, &by, transfer, None)).await?;
    Ok(over(&id))
}

async fn confirm_one(
    call: Call<OfficePortal>,
    Path((id, receipt)): Path<(String, String)>,
    Input(_): Input<Nothing>,
) -> Answer<OfficePortal> {
    let (transfer, receipt, by) = (transfer_id(&id)?, receipt_id(&receipt)?, call.caller().clone());
    call.desk().write(move |txn| confirm(txn, &by, transfer, receipt)).await?;
    Ok(over(&id))
}

async fn refuse_one(
    call: Call<OfficePortal>,
    Path((id, receipt)): Path<(String, String)>,
    Input(input): Input<RefuseEntered>,
) -> Answer<OfficePortal> {
    let (transfer, which, by, entered) =
        (transfer_id(&id)?, receipt_id(&receipt)?, call.caller().clone(), input.clone());
    match call.desk().write(move |txn| refuse(txn, &by, transfer, which, &entered)).await {
        Ok(()) => Ok(Reply::done(format!("/office/transfers/{id}/receipt"), Nothing::default())
            .saying("transfers.receipt_refused_said")),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => Reply::again_in(OFFICE, view(&call, &id).await?, receipt, &input, problem),
    }
}

async fn photo(call: Call<OfficePortal>, Path((id, receipt)): Path<(String, String)>) -> Answer<OfficePortal, File> {
    let (id, by) = (transfer_id(&id)?, call.caller().clone());
    opened(&call, &receipt, move |txn| own_side(txn, &by, id, false)).await
}
