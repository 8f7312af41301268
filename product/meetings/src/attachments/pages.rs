//! The pages of attachments: the office adds them, whoever is on the list takes them away.

use axum::extract::Path;
use ejia_db::Txn;
use ejia_documents::Files;
use ejia_kernel::{AttachmentId, MeetingId, Problem};
use ejia_web::{
    Answer, Call, File, Input, Look, MemberPortal, Nothing, OfficePortal, Page, Portal, Reply, Routes, Upload, aside,
    page,
};

use super::change::{self, checked};
use super::store::Attachment;
use super::views::AttachmentsView;
use crate::Done;
use crate::answers::called_to;
use crate::authority::seen;

const FILES: Page<OfficePortal, AttachmentsView> = page!(AttachmentsView, "office/meetings/attachments.html", "附件");

/// The routes by which the office keeps attachments.
pub(crate) fn routes() -> Routes<OfficePortal> {
    Routes::new()
        .page("/office/meetings/{id}/files", FILES, files)
        .post("/office/meetings/{id}/files", add)
        .get("/office/meetings/{id}/files/{file}", take)
        .post("/office/meetings/{id}/files/{file}/remove", remove)
}

/// The routes by which members read them.
pub(crate) fn member_routes() -> Routes<MemberPortal> {
    Routes::new().get("/member/meetings/{id}/files/{file}", take_own)
}

type Which = Path<(MeetingId, AttachmentId)>;

fn files(
    txn: &mut Txn<'_>,
    look: &Look<'_, OfficePortal>,
    Path(id): &Path<MeetingId>,
) -> Result<AttachmentsView, Problem> {
    AttachmentsView::of(txn, look.caller(), *id)
}

async fn add(call: Call<OfficePortal>, Path(id): Path<MeetingId>, upload: Upload) -> Answer<OfficePortal, Done> {
    let added = match checked(&upload.name, upload.bytes) {
        Ok(name) => {
            let (kept, desk, by) = (call.site().part::<Files>()?, call.desk().clone(), call.caller().clone());
            aside(move || change::add(&desk, &kept, &by, id, (&name, &upload.file))).await
        }
        Err(problem) => Err(problem),
    };
    match added {
        Ok(()) => Ok(back(id, "meetings.file_added_said")),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => {
            let by = call.caller().clone();
            let view = call.desk().read(move |txn| AttachmentsView::of(txn, &by, id)).await?;
            Reply::again(FILES, view, &Nothing::default(), problem)
        }
    }
}

fn back(id: MeetingId, said: &'static str) -> Reply<OfficePortal, Done> {
    Reply::done(format!("/office/meetings/{id}/files"), Done::of(id)).saying(said)
}

async fn remove(
    call: Call<OfficePortal>,
    Path((id, file)): Which,
    Input(_): Input<Nothing>,
) -> Answer<OfficePortal, Done> {
    let by = call.caller().clone();
    call.desk().write(move |txn| change::remove(txn, &by, id, file)).await?;
    Ok(back(id, "meetings.file_removed_said"))
}

async fn take(call: Call<OfficePortal>, Path((id, file)): Which) -> Answer<OfficePortal, File> {
    let by = call.caller().clone();
    let attachment = call.desk().read(move |txn| {
        seen(txn, &by, id)?;
        change::one(txn, id, file)
    });
    handed_out(&call, attachment.await?).await
}

async fn take_own(call: Call<MemberPortal>, Path((id, file)): Which) -> Answer<MemberPortal, File> {
    let by = call.caller().clone();
    let attachment = call.desk().read(move |txn| {
        called_to(txn, &by, id)?;
        change::one(txn, id, file)
    });
    handed_out(&call, attachment.await?).await
}

async fn handed_out<P: Portal>(call: &Call<P>, attachment: Attachment) -> Answer<P, File> {
    let (files, desk) = (call.site().part::<Files>()?, call.desk().clone());
    let name = attachment.name.clone();
    let bytes = aside(move || change::open(&desk, &files, &attachment)).await?;
    // Taken away as a file, never shown in our pages, whatever is in it.
    Ok(Reply::file(&name, "application/octet-stream", bytes))
}
