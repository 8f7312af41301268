//! Where the codes lead: one page with one button.

use axum::extract::Path;
use ejia_db::Txn;
use ejia_kernel::Problem;
use ejia_web::{Answer, Call, Input, Look, MemberPortal, Nothing, Page, Reply, Routes, page};

use super::check_in::{CheckInView, check_in};
use crate::Done;

const CHECK_IN: Page<MemberPortal, CheckInView> = page!(CheckInView, "member/meetings/check_in.html", "会议签到");

/// The routes of checking in.
pub(crate) fn routes() -> Routes<MemberPortal> {
    Routes::new().page("/member/check-in/{code}", CHECK_IN, scanned).post("/member/check-in/{code}", here)
}

fn scanned(
    txn: &mut Txn<'_>,
    look: &Look<'_, MemberPortal>,
    Path(code): &Path<String>,
) -> Result<CheckInView, Problem> {
    CheckInView::of(txn, look.caller(), code)
}

async fn here(
    call: Call<MemberPortal>,
    Path(code): Path<String>,
    Input(_): Input<Nothing>,
) -> Answer<MemberPortal, Done> {
    let by = call.caller().clone();
    let checked_in = call.desk().write(move |txn| check_in(txn, &by, &code)).await?;
    let id = checked_in.meeting.id;
    let done = Reply::done(format!("/member/meetings/{id}"), Done::of(id));
    Ok(match checked_in.before {
        None => done.saying("meetings.checked_in_said"),
        Some(at) => done.saying_with("meetings.checked_in_before_said", vec![("time", at.to_string())]),
    })
}
