//! 【安全管理】: administrators' accounts, sessions and computers of the whole city, for the security office alone.

use axum::extract::Path;
use ejia_db::Txn;
use ejia_kernel::{AdministratorId, OrganizationKind, Problem, SessionId};
use ejia_web::{Answer, Asked, Call, Input, Look, Nothing, OfficePortal, Page, Reply, Routes, page};

use crate::operations::security;
use crate::views::security::{self as views, AccountLine, ListAsked, ListView, MachineLine, SessionLine};

type Accounts = ListView<AccountLine>;
type Sessions = ListView<SessionLine>;
type Machines = ListView<MachineLine>;

const ACCOUNTS: Page<OfficePortal, Accounts> = page!(Accounts, "office/security/accounts.html", "管理员账号");
const SESSIONS: Page<OfficePortal, Sessions> = page!(Sessions, "office/security/sessions.html", "登录会话");
const MACHINES: Page<OfficePortal, Machines> = page!(Machines, "office/security/computers.html", "已登记电脑");

pub(super) fn routes() -> Routes<OfficePortal> {
    Routes::new()
        .page("/office/security/accounts", ACCOUNTS, accounts)
        .post("/office/security/administrators/{id}/unlock", unlock)
        .page("/office/security/sessions", SESSIONS, sessions)
        .post("/office/security/sessions/{id}/end", end)
        .page("/office/security/computers", MACHINES, machines)
        .post("/office/security/computers/{serial}/revoke", revoke)
        .only_for(&[OrganizationKind::SecurityOffice])
}

type Looked<'a> = Look<'a, OfficePortal>;

fn accounts(txn: &mut Txn<'_>, look: &Looked<'_>, asked: &Asked<ListAsked>) -> Result<Accounts, Problem> {
    views::accounts(txn, look.caller(), asked.0.clone())
}

fn sessions(txn: &mut Txn<'_>, look: &Looked<'_>, asked: &Asked<ListAsked>) -> Result<Sessions, Problem> {
    views::sessions(txn, look.caller(), asked.0.clone())
}

fn machines(txn: &mut Txn<'_>, look: &Looked<'_>, asked: &Asked<ListAsked>) -> Result<Machines, Problem> {
    views::machines(txn, look.caller(), asked.0.clone())
}

async fn unlock(
    call: Call<OfficePortal>,
    Path(id): Path<AdministratorId>,
    _form: Input<Nothing>,
) -> Answer<OfficePortal> {
    let by = call.caller().clone();
    call.desk().write(move |txn| security::unlock(txn, &by, id)).await?;
    Ok(Reply::done("/office/security/accounts", Nothing {}).saying("access.login_unlocked_said"))
}

async fn end(call: Call<OfficePortal>, Path(id): Path<SessionId>, _form: Input<Nothing>) -> Answer<OfficePortal> {
    let by = call.caller().clone();
    call.desk().write(move |txn| security::end_session(txn, &by, id)).await?;
    Ok(Reply::done("/office/security/sessions", Nothing {}).saying("access.session_ended_said"))
}

async fn revoke(call: Call<OfficePortal>, Path(serial): Path<String>, _form: Input<Nothing>) -> Answer<OfficePortal> {
    let by = call.caller().clone();
    call.desk().write(move |txn| security::shut_out(txn, &by, &serial)).await?;
    Ok(Reply::done("/office/security/computers", Nothing {}).saying("access.computer_revoked_said"))
}
