//! 【组织生活】→【会议】 of the member portal.

use axum::extract::Path;
use ejia_db::Txn;
use ejia_kernel::{MeetingId, Problem};
use ejia_web::{Answer, Call, Input, Look, MemberPortal, Nothing, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::answer::{Came, ask_leave, come};
use super::views::{CalledListView, MyMeetingView};
use crate::Done;

const LIST: Page<MemberPortal, CalledListView> = page!(CalledListView, "member/meetings/list.html", "会议");
const MEETING: Page<MemberPortal, MyMeetingView> = page!(MyMeetingView, "member/meetings/meeting.html", "会议详情");

/// The routes of answers.
pub(crate) fn routes() -> Routes<MemberPortal> {
    Routes::new()
        .page("/member/meetings", LIST, list)
        .page("/member/meetings/{id}", MEETING, meeting)
        .post("/member/meetings/{id}/come", coming)
        .post("/member/meetings/{id}/leave", leave)
}

fn list(txn: &mut Txn<'_>, look: &Look<'_, MemberPortal>, _: &Nothing) -> Result<CalledListView, Problem> {
    CalledListView::of(txn, look.caller())
}

fn meeting(
    txn: &mut Txn<'_>,
    look: &Look<'_, MemberPortal>,
    Path(id): &Path<MeetingId>,
) -> Result<MyMeetingView, Problem> {
    MyMeetingView::of(txn, look.caller(), *id)
}

async fn coming(
    call: Call<MemberPortal>,
    Path(id): Path<MeetingId>,
    Input(_): Input<Nothing>,
) -> Answer<MemberPortal, Done> {
    let by = call.caller().clone();
    let said = match call.desk().write(move |txn| come(txn, &by, id)).await? {
        Came::SignedUp => "meetings.signed_up_said",
        Came::CheckedIn => "meetings.joined_said",
    };
    Ok(Reply::done(format!("/member/meetings/{id}"), Done::of(id)).saying(said))
}

/// Why leave is asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct LeaveEntered {
    reason: String,
}

async fn leave(
    call: Call<MemberPortal>,
    Path(id): Path<MeetingId>,
    Input(entered): Input<LeaveEntered>,
) -> Answer<MemberPortal, Done> {
    let (by, reason) = (call.caller().clone(), entered.reason.clone());
    match call.desk().write(move |txn| ask_leave(txn, &by, id, &reason)).await {
        Ok(()) => Ok(Reply::done(format!("/member/meetings/{id}"), Done::of(id)).saying("meetings.leave_said")),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => {
            let by = call.caller().clone();
            let view = call.desk().read(move |txn| MyMeetingView::of(txn, &by, id)).await?;
            Reply::again(MEETING, view, &entered, problem)
        }
    }
}
