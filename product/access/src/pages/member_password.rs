//! 党员档案管理 → 【修改密码】: an administrator sets a member's password.

use axum::extract::Path;
use ejia_kernel::{MemberId, Problem};
use ejia_web::{Answer, Call, Input, Nothing, OfficePortal, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{hashed, new_password};
use crate::operations::set_member_password::{check, set_member_password};
use crate::views::{self, MemberPasswordView};

const PAGE: Page<OfficePortal, MemberPasswordView> =
    page!(MemberPasswordView, "office/access/member_password.html", "修改党员密码");

pub(super) fn routes() -> Routes<OfficePortal> {
    Routes::new().get("/office/members/{id}/password", page).post("/office/members/{id}/password", set)
}

#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct Form {
    #[serde(skip_serializing)]
    password: String,
    #[serde(skip_serializing)]
    again: String,
}

async fn view(call: &Call<OfficePortal>, id: MemberId) -> Result<MemberPasswordView, Problem> {
    let by = call.caller().clone();
    call.desk().read(move |txn| views::member_password(txn, &by, id)).await
}

async fn page(call: Call<OfficePortal>, Path(id): Path<MemberId>) -> Answer<OfficePortal, MemberPasswordView> {
    Ok(Reply::show(PAGE, view(&call, id).await?))
}

async fn set(call: Call<OfficePortal>, Path(id): Path<MemberId>, Input(form): Input<Form>) -> Answer<OfficePortal> {
    let shown = view(&call, id).await?;
    match done(&call, id, &form).await {
        Ok(()) => {
            Ok(Reply::done(format!("/office/members/{id}"), Nothing {}).saying("access.member_password_set_said"))
        }
        Err(problem) => Reply::again(PAGE, shown, &form, problem),
    }
}

async fn done(call: &Call<OfficePortal>, id: MemberId, form: &Form) -> Result<(), Problem> {
    let password = new_password(&form.password, &form.again, "")?;
    let (by, weighed) = (call.caller().clone(), password.clone());
    call.desk().read(move |txn| check(txn, &by, id, &weighed)).await?;
    let hash = hashed(call.desk(), password).await?;
    let by = call.caller().clone();
    call.desk().write(move |txn| set_member_password(txn, &by, id, &hash)).await
}
