//! 【登录设备】: one's open sessions, and ending one or all others, in both portals.

use axum::extract::Path;
use ejia_db::Txn;
use ejia_kernel::{Problem, SessionId};
use ejia_web::{Answer, Call, Input, Look, MemberPortal, Nothing, OfficePortal, Page, Portal, Reply, Routes, page};

use crate::model::Account;
use crate::operations::sessions::{end_others, end_own};
use crate::views::devices::{DevicesView, list};

const MEMBER: Page<MemberPortal, DevicesView> = page!(DevicesView, "shared/devices.html", "登录设备");
const OFFICE: Page<OfficePortal, DevicesView> = page!(DevicesView, "shared/devices.html", "登录设备");

pub(super) fn member() -> Routes<MemberPortal> {
    Routes::new()
        .page("/member/devices", MEMBER, of_member)
        .post("/member/devices/others", end_members_others)
        .post("/member/devices/{id}/end", end_members)
}

pub(super) fn office() -> Routes<OfficePortal> {
    Routes::new()
        .page("/office/devices", OFFICE, of_officer)
        .post("/office/devices/others", end_officers_others)
        .post("/office/devices/{id}/end", end_officers)
}

fn of_member(txn: &mut Txn<'_>, look: &Look<'_, MemberPortal>, _: &Nothing) -> Result<DevicesView, Problem> {
    list(txn, Account::Member(look.caller().id()), look.caller().session_id())
}

fn of_officer(txn: &mut Txn<'_>, look: &Look<'_, OfficePortal>, _: &Nothing) -> Result<DevicesView, Problem> {
    list(txn, Account::Administrator(look.caller().id()), look.caller().session_id())
}

async fn end_members(
    call: Call<MemberPortal>,
    Path(id): Path<SessionId>,
    _form: Input<Nothing>,
) -> Answer<MemberPortal> {
    let account = Account::Member(call.caller().id());
    end(&call, account, call.caller().session_id(), id, "/member/devices").await
}

async fn end_officers(
    call: Call<OfficePortal>,
    Path(id): Path<SessionId>,
    _form: Input<Nothing>,
) -> Answer<OfficePortal> {
    let account = Account::Administrator(call.caller().id());
    end(&call, account, call.caller().session_id(), id, "/office/devices").await
}

async fn end_members_others(call: Call<MemberPortal>, _form: Input<Nothing>) -> Answer<MemberPortal> {
    let account = Account::Member(call.caller().id());
    others(&call, account, call.caller().session_id(), "/member/devices").await
}

async fn end_officers_others(call: Call<OfficePortal>, _form: Input<Nothing>) -> Answer<OfficePortal> {
    let account = Account::Administrator(call.caller().id());
    others(&call, account, call.caller().session_id(), "/office/devices").await
}

/// Ends one of one's sessions; to end the one that asks is to log out.
async fn end<P: Portal>(call: &Call<P>, account: Account, this: SessionId, id: SessionId, back: &str) -> Answer<P> {
    call.desk().write(move |txn| end_own(txn, account, id)).await?;
    let done = Reply::done(back, Nothing {}).saying("access.own_session_ended_said");
    Ok(if id == this { done.closing_session() } else { done })
}

async fn others<P: Portal>(call: &Call<P>, account: Account, this: SessionId, back: &str) -> Answer<P> {
    call.desk().write(move |txn| end_others(txn, account, this).map(drop)).await?;
    Ok(Reply::done(back, Nothing {}).saying("access.other_sessions_ended_said"))
}
