//! 【党员管理】→ 档案审核: the review queue.

use axum::extract::Path;
use ejia_kernel::{ChangeId, MemberId, Problem};
use ejia_web::{Answer, Asked, Call, Input, Nothing, OfficePortal, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::decide::{Accepted, SendBack, accept, accept_all, review_as_it_stands, send_back};
use super::views::QueueView;
use crate::members::Done;

pub(crate) const QUEUE: Page<OfficePortal, QueueView> = page!(QueueView, "office/reviews/queue.html", "档案审核");

/// The routes of the review queue.
pub(crate) fn routes() -> Routes<OfficePortal> {
    Routes::new()
        .get("/office/reviews", queue)
        .post("/office/reviews/{id}/accept", accept_one)
        .post("/office/reviews/{id}/return", return_one)
        .post("/office/reviews/members/{id}/accept", accept_member)
        .post("/office/members/{id}/reviewed", reviewed)
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct QueueAsked {
    pub(super) after: String,
    pub(super) before: String,
}

async fn queue(call: Call<OfficePortal>, Asked(asked): Asked<QueueAsked>) -> Answer<OfficePortal, QueueView> {
    Ok(Reply::show(QUEUE, view(&call, asked).await?))
}

async fn view(call: &Call<OfficePortal>, asked: QueueAsked) -> Result<QueueView, Problem> {
    let officer = call.caller().clone();
    call.desk().read(move |txn| QueueView::of(txn, &officer, &asked)).await
}

/// After a decision: back to the queue, or the queue again with what stands against it.
async fn decided(
    call: &Call<OfficePortal>,
    outcome: Result<(MemberId, Accepted), Problem>,
) -> Answer<OfficePortal, Done> {
    let problem = match outcome {
        Ok((member, Accepted::Done { changes, locked })) => {
            let said = if locked { "directory.accepted_and_locked" } else { "directory.accepted" };
            return Ok(Reply::done("/office/reviews", Done { member: member.to_string() })
                .saying_with(said, vec![("count", changes.to_string())]));
        }
        Ok((_, Accepted::Clashed(clash))) => clash.problem(),
        Err(problem) if problem.fields.is_empty() => return Err(problem),
        Err(problem) => problem,
    };
    Reply::again(QUEUE, view(call, QueueAsked::default()).await?, &Nothing {}, problem)
}

async fn accept_one(
    call: Call<OfficePortal>,
    Path(id): Path<ChangeId>,
    Input(_): Input<Nothing>,
) -> Answer<OfficePortal, Done> {
    let officer = call.caller().clone();
    let outcome = call.desk().write(move |txn| accept(txn, &officer, id)).await;
    decided(&call, outcome).await
}

async fn accept_member(
    call: Call<OfficePortal>,
    Path(id): Path<MemberId>,
    Input(_): Input<Nothing>,
) -> Answer<OfficePortal, Done> {
    let officer = call.caller().clone();
    let outcome = call.desk().write(move |txn| accept_all(txn, &officer, id)).await;
    decided(&call, outcome.map(|accepted| (id, accepted))).await
}

async fn return_one(
    call: Call<OfficePortal>,
    Path(id): Path<ChangeId>,
    Input(input): Input<SendBack>,
) -> Answer<OfficePortal, Done> {
    let (officer, entered) = (call.caller().clone(), input.clone());
    match call.desk().write(move |txn| send_back(txn, &officer, id, &entered)).await {
        Ok(member) => {
            Ok(Reply::done("/office/reviews", Done { member: member.to_string() }).saying("directory.returned"))
        }
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => Reply::again_in(QUEUE, view(&call, QueueAsked::default()).await?, id, &input, problem),
    }
}

async fn reviewed(
    call: Call<OfficePortal>,
    Path(id): Path<MemberId>,
    Input(_): Input<Nothing>,
) -> Answer<OfficePortal, Done> {
    let officer = call.caller().clone();
    call.desk().write(move |txn| review_as_it_stands(txn, &officer, id)).await?;
    Ok(Reply::done(format!("/office/members/{id}"), Done { member: id.to_string() }).saying("directory.reviewed_said"))
}
