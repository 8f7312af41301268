//! 【会议记录】, 【归档】 and 【更正】.

use axum::extract::Path;
use ejia_db::Txn;
use ejia_kernel::{MeetingId, Problem};
use ejia_web::{Answer, Call, Input, LongInput, Look, OfficePortal, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::archive::{CorrectionEntered, MinutesEntered, archive, correct, write_minutes};
use super::photo_pages;
use super::views::{ArchiveView, CorrectView, RecordView};
use crate::Done;

pub(super) const RECORD: Page<OfficePortal, RecordView> = page!(RecordView, "office/meetings/record.html", "会议记录");
const ARCHIVE: Page<OfficePortal, ArchiveView> = page!(ArchiveView, "office/meetings/archive.html", "归档");
const CORRECT: Page<OfficePortal, CorrectView> = page!(CorrectView, "office/meetings/correct.html", "更正会议记录");

/// The routes of records.
pub(crate) fn routes() -> Routes<OfficePortal> {
    let routes = Routes::new()
        .page("/office/meetings/{id}/record", RECORD, record)
        .post("/office/meetings/{id}/record", save)
        .page("/office/meetings/{id}/archive", ARCHIVE, archive_form)
        .post("/office/meetings/{id}/archive", put_into_register)
        .page("/office/meetings/{id}/correct", CORRECT, correct_form)
        .post("/office/meetings/{id}/correct", add_correction);
    routes.merge(photo_pages::routes())
}

type OfficeLook<'a> = Look<'a, OfficePortal>;

fn record(txn: &mut Txn<'_>, look: &OfficeLook<'_>, Path(id): &Path<MeetingId>) -> Result<RecordView, Problem> {
    RecordView::of(txn, look.caller(), *id)
}

fn archive_form(txn: &mut Txn<'_>, look: &OfficeLook<'_>, Path(id): &Path<MeetingId>) -> Result<ArchiveView, Problem> {
    ArchiveView::of(txn, look.caller(), *id)
}

fn correct_form(txn: &mut Txn<'_>, look: &OfficeLook<'_>, Path(id): &Path<MeetingId>) -> Result<CorrectView, Problem> {
    CorrectView::of(txn, look.caller(), *id)
}

/// The page of a record, to be shown again.
pub(super) async fn view(call: &Call<OfficePortal>, id: MeetingId) -> Result<RecordView, Problem> {
    let by = call.caller().clone();
    call.desk().read(move |txn| RecordView::of(txn, &by, id)).await
}

/// Back to the record.
pub(super) fn back(id: MeetingId, said: &'static str) -> Reply<OfficePortal, Done> {
    Reply::done(format!("/office/meetings/{id}/record"), Done::of(id)).saying(said)
}

async fn save(
    call: Call<OfficePortal>,
    Path(id): Path<MeetingId>,
    LongInput(entered): LongInput<MinutesEntered>,
) -> Answer<OfficePortal, Done> {
    let (by, input) = (call.caller().clone(), entered.clone());
    match call.desk().write(move |txn| write_minutes(txn, &by, id, &input)).await {
        Ok(()) => Ok(back(id, "meetings.minutes_written_said")),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => Reply::again_in(RECORD, view(&call, id).await?, "minutes", &entered, problem),
    }
}

/// Which version of the record was seen.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct ArchiveEntered {
    version: i64,
}

async fn put_into_register(
    call: Call<OfficePortal>,
    Path(id): Path<MeetingId>,
    Input(ArchiveEntered { version }): Input<ArchiveEntered>,
) -> Answer<OfficePortal, Done> {
    let by = call.caller().clone();
    call.desk().write(move |txn| archive(txn, &by, id, version)).await?;
    Ok(back(id, "meetings.archived_said"))
}

async fn add_correction(
    call: Call<OfficePortal>,
    Path(id): Path<MeetingId>,
    LongInput(entered): LongInput<CorrectionEntered>,
) -> Answer<OfficePortal, Done> {
    let (by, input) = (call.caller().clone(), entered.clone());
    match call.desk().write(move |txn| correct(txn, &by, id, &input)).await {
        Ok(()) => Ok(back(id, "meetings.corrected_said")),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => {
            let by = call.caller().clone();
            let view = call.desk().read(move |txn| CorrectView::of(txn, &by, id)).await?;
            Reply::again(CORRECT, view, &entered, problem)
        }
    }
}
