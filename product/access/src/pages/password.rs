//! 【修改密码】 and logging out, in both portals.

use ejia_kernel::{Problem, SessionId};
use ejia_web::{Answer, Call, Input, MemberPortal, Nothing, OfficePortal, Page, Portal, Reply, Routes, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::phone::by_password;
use super::{filled, hashed, new_password, opens};
use crate::model::Account;
use crate::operations::change_password::{begin, finish, off_limits, refuse_weak};
use crate::operations::on_field;
use crate::operations::sessions::log_out;
use crate::rules::folded;

const MEMBER: Page<MemberPortal, Nothing> = page!(Nothing, "member/access/password.html", "修改密码");
const OFFICE: Page<OfficePortal, Nothing> = page!(Nothing, "office/access/password.html", "修改密码");

pub(super) fn member() -> Routes<MemberPortal> {
    let change = Routes::new().get("/member/password", member_page).post("/member/password", change_member);
    change.web_only().merge(Routes::new().post("/member/logout", member_out))
}

pub(super) fn office() -> Routes<OfficePortal> {
    Routes::new()
        .get("/office/password", office_page)
        .post("/office/password", change_office)
        .post("/office/logout", office_out)
}

#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct ChangeForm {
    #[serde(skip_serializing)]
    old: String,
    #[serde(skip_serializing)]
    password: String,
    #[serde(skip_serializing)]
    again: String,
}

async fn member_page(_call: Call<MemberPortal>) -> Answer<MemberPortal, Nothing> {
    Ok(Reply::show(MEMBER, Nothing {}))
}

async fn office_page(_call: Call<OfficePortal>) -> Answer<OfficePortal, Nothing> {
    Ok(Reply::show(OFFICE, Nothing {}))
}

async fn change_member(call: Call<MemberPortal>, Input(form): Input<ChangeForm>) -> Answer<MemberPortal> {
    let (account, session) = (Account::Member(call.caller().id()), call.caller().session_id());
    match changed(&call, account, session, &form).await {
        Ok(()) => Ok(Reply::done("/member/record", Nothing {}).saying("access.password_changed_said")),
        Err(problem) => Reply::again(MEMBER, Nothing {}, &form, problem),
    }
}

async fn change_office(call: Call<OfficePortal>, Input(form): Input<ChangeForm>) -> Answer<OfficePortal> {
    let (account, session) = (Account::Administrator(call.caller().id()), call.caller().session_id());
    match changed(&call, account, session, &form).await {
        Ok(()) => Ok(Reply::done("/office", Nothing {}).saying("access.password_changed_said")),
        Err(problem) => Reply::again(OFFICE, Nothing {}, &form, problem),
    }
}

async fn changed<P: Portal>(
    call: &Call<P>,
    account: Account,
    session: SessionId,
    form: &ChangeForm,
) -> Result<(), Problem> {
    filled(&[("old", &form.old, "access.password_missing")])?;
    let password = new_password(&form.password, &form.again, "")?;
    let (desk, old) = (call.desk(), folded(&form.old));
    if old == password {
        return Err(on_field("password", "access.password_same"));
    }
    let weighed = password.clone();
    desk.read(move |txn| refuse_weak(&weighed, &off_limits(txn, account)?)).await?;
    let known = desk.write(move |txn| begin(txn, account)).await?;
    let right = opens(desk, known.secret.clone(), old).await?;
    let hash = hashed(desk, password).await?;
    desk.write(move |txn| finish(txn, &known, session, right, &hash)).await?.answer()
}

async fn member_out(call: Call<MemberPortal>, _form: Input<Nothing>) -> Answer<MemberPortal> {
    let (account, session) = (Account::Member(call.caller().id()), call.caller().session_id());
    call.desk().write(move |txn| log_out(txn, account, session)).await?;
    // Inside WeChat the login itself would let him in again at once.
    let to = if call.on_phone() { by_password("") } else { "/member/login".to_owned() };
    Ok(Reply::done(to, Nothing {}).closing_session().saying("access.logged_out_said"))
}

async fn office_out(call: Call<OfficePortal>, _form: Input<Nothing>) -> Answer<OfficePortal> {
    let (account, session) = (Account::Administrator(call.caller().id()), call.caller().session_id());
    call.desk().write(move |txn| log_out(txn, account, session)).await?;
    Ok(Reply::done("/office/login", Nothing {}).closing_session().saying("access.logged_out_said"))
}
