//! The photos of 【会议记录】.

use axum::extract::Path;
use ejia_documents::Files;
use ejia_kernel::{AttachmentId, MeetingId};
use ejia_web::{Answer, Call, File, Input, Nothing, OfficePortal, Reply, Routes, Upload, aside};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::pages::{RECORD, back, view};
use super::photos::{self, PhotoEntered, Step};
use crate::Done;

/// The routes of photos.
pub(super) fn routes() -> Routes<OfficePortal> {
    Routes::new()
        .post("/office/meetings/{id}/photos", add)
        .get("/office/meetings/{id}/photos/{photo}", show)
        .post("/office/meetings/{id}/photos/{photo}/caption", name)
        .post("/office/meetings/{id}/photos/{photo}/up", up)
        .post("/office/meetings/{id}/photos/{photo}/down", down)
        .post("/office/meetings/{id}/photos/{photo}/remove", remove)
}

type Which = Path<(MeetingId, AttachmentId)>;

async fn add(call: Call<OfficePortal>, Path(id): Path<MeetingId>, upload: Upload) -> Answer<OfficePortal, Done> {
    let entered =
        PhotoEntered { caption: upload.field("caption").to_owned(), reason: upload.field("reason").to_owned() };
    let (by, asking) = (call.caller().clone(), entered.clone());
    let added = match call.desk().read(move |txn| photos::may_add(txn, &by, id, &asking)).await {
        Ok(entered) => kept(&call, id, entered, upload).await,
        Err(problem) => Err(problem),
    };
    match added {
        Ok(()) => Ok(back(id, "meetings.photo_added_said")),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => Reply::again_in(RECORD, view(&call, id).await?, "photo", &entered, problem),
    }
}

/// Keeps what was sent, aside: a large photo takes a while.
async fn kept(
    call: &Call<OfficePortal>,
    id: MeetingId,
    entered: PhotoEntered,
    upload: Upload,
) -> Result<(), ejia_kernel::Problem> {
    if upload.is_empty() {
        return Err(ejia_kernel::Problem::refused("kernel.check_fields").on("photo", "meetings.photo_needed"));
    }
    let (files, desk, by) = (call.site().part::<Files>()?, call.desk().clone(), call.caller().clone());
    aside(move || photos::add(&desk, &files, &by, id, (&entered, &upload.file))).await
}

async fn show(call: Call<OfficePortal>, Path((id, photo)): Which) -> Answer<OfficePortal, File> {
    let by = call.caller().clone();
    let photo = call.desk().read(move |txn| photos::seen_photo(txn, &by, id, photo)).await?;
    let (files, desk) = (call.site().part::<Files>()?, call.desk().clone());
    let jpeg = aside(move || photos::open(&desk, &files, &photo.key)).await?;
    Ok(Reply::file("会议照片.jpg", "image/jpeg", jpeg))
}

/// What a photo shows.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct CaptionEntered {
    caption: String,
}

async fn name(
    call: Call<OfficePortal>,
    Path((id, photo)): Which,
    Input(entered): Input<CaptionEntered>,
) -> Answer<OfficePortal, Done> {
    let (by, caption) = (call.caller().clone(), entered.caption.clone());
    match call.desk().write(move |txn| photos::name(txn, &by, id, photo, &caption)).await {
        Ok(()) => Ok(back(id, "meetings.photo_named_said")),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => Reply::again_in(RECORD, view(&call, id).await?, photo, &entered, problem),
    }
}

async fn up(call: Call<OfficePortal>, which: Which, Input(_): Input<Nothing>) -> Answer<OfficePortal, Done> {
    moved(&call, which, Step::Up).await
}

async fn down(call: Call<OfficePortal>, which: Which, Input(_): Input<Nothing>) -> Answer<OfficePortal, Done> {
    moved(&call, which, Step::Down).await
}

async fn moved(call: &Call<OfficePortal>, Path((id, photo)): Which, step: Step) -> Answer<OfficePortal, Done> {
    let by = call.caller().clone();
    call.desk().write(move |txn| photos::step(txn, &by, id, photo, step)).await?;
    Ok(Reply::done(format!("/office/meetings/{id}/record"), Done::of(id)))
}

async fn remove(
    call: Call<OfficePortal>,
    Path((id, photo)): Which,
    Input(_): Input<Nothing>,
) -> Answer<OfficePortal, Done> {
    let by = call.caller().clone();
    call.desk().write(move |txn| photos::remove(txn, &by, id, photo)).await?;
    Ok(back(id, "meetings.photo_removed_said"))
}
