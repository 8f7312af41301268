//! 【消息】 of the member portal.

use axum::extract::Path;
use ejia_db::Txn;
use ejia_kernel::{MessageId, Problem};
use ejia_web::{Answer, Asked, Call, Input, Look, MemberPortal, Nothing, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::Serialize;

use super::views::{InboxAsked, InboxView};
use crate::store;

const INBOX: Page<MemberPortal, InboxView> = page!(InboxView, "member/messages/list.html", "消息");

/// The routes of 【消息】.
pub(crate) fn routes() -> Routes<MemberPortal> {
    Routes::new()
        .page("/member/messages", INBOX, inbox)
        .post("/member/messages/read", read_all)
        .post("/member/messages/{id}/open", open)
}

fn inbox(
    txn: &mut Txn<'_>,
    look: &Look<'_, MemberPortal>,
    Asked(asked): &Asked<InboxAsked>,
) -> Result<InboxView, Problem> {
    InboxView::of(txn, look.caller().id(), asked)
}

/// What programs hear: the page the message speaks of.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Opened {
    page: String,
}

async fn open(
    call: Call<MemberPortal>,
    Path(id): Path<MessageId>,
    Input(_): Input<Nothing>,
) -> Answer<MemberPortal, Opened> {
    let reader = call.caller().id();
    let opened = call.desk().write(move |txn| store::mark_read(txn, reader, id)).await?;
    let template = opened.ok_or_else(|| Problem::not_found("messages.no_such_message"))?;
    let page = format!("/member{}", template.page());
    Ok(Reply::done(page.clone(), Opened { page }))
}

/// What programs hear: how many were unread.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct AllRead {
    read: u64,
}

async fn read_all(call: Call<MemberPortal>, Input(_): Input<Nothing>) -> Answer<MemberPortal, AllRead> {
    let reader = call.caller().id();
    let read = call.desk().write(move |txn| store::mark_all_read(txn, reader)).await?;
    Ok(Reply::done("/member/messages", AllRead { read }).saying("messages.all_read_said"))
}
