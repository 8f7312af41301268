//! 到会登记.

use axum::extract::Path;
use ejia_kernel::MeetingId;
use ejia_web::{Answer, Asked, Call, LongInput, OfficePortal, Page, Reply, Routes, page};

use super::mark::{MarkEntered, mark};
use super::mark_views::{MarkAsked, MarkView};
use crate::Done;

const MARK: Page<OfficePortal, MarkView> = page!(MarkView, "office/meetings/attendance.html", "到会登记");

/// The routes of noting by hand.
pub(super) fn routes() -> Routes<OfficePortal> {
    Routes::new().get("/office/meetings/{id}/attendance", list).post("/office/meetings/{id}/attendance", save)
}

async fn list(
    call: Call<OfficePortal>,
    Path(id): Path<MeetingId>,
    Asked(asked): Asked<MarkAsked>,
) -> Answer<OfficePortal, MarkView> {
    let by = call.caller().clone();
    let view = call.desk().read(move |txn| MarkView::of(txn, &by, id, asked.page)).await?;
    Ok(Reply::show(MARK, view))
}

async fn save(
    call: Call<OfficePortal>,
    Path(id): Path<MeetingId>,
    LongInput(entered): LongInput<MarkEntered>,
) -> Answer<OfficePortal, Done> {
    let (by, input) = (call.caller().clone(), entered.clone());
    match call.desk().write(move |txn| mark(txn, &by, id, &input)).await {
        Ok(marked) => {
            let to = format!("/office/meetings/{id}/attendance?page={}", entered.page);
            let counts = vec![("changed", marked.changed.to_string()), ("meanwhile", marked.passed_over.to_string())];
            let said = if marked.passed_over > 0 { "meetings.marked_but_said" } else { "meetings.marked_said" };
            Ok(Reply::done(to, Done::of(id)).saying_with(said, counts))
        }
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => {
            let (by, input) = (call.caller().clone(), entered.clone());
            let view = call.desk().read(move |txn| MarkView::again(txn, &by, id, &input)).await?;
            Reply::again(MARK, view, &entered, problem)
        }
    }
}
