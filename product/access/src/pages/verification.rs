//! 【登录安全】→【安全验证】: what an administrator can prove himself with beside the code to his phone.

use ejia_db::Txn;
use ejia_kernel::Problem;
use ejia_web::{Answer, Call, Input, Look, Nothing, OfficePortal, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::filled;
use crate::operations::authenticators::{begin, confirm, remove, renew_codes};
use crate::passkeys::PasskeyOrigins;
use crate::views::verification::{self, AuthenticatorView, RecoveryCodesView, VerificationView};

pub(super) const OVERVIEW: Page<OfficePortal, VerificationView> =
    page!(VerificationView, "office/verification/overview.html", "安全验证");
const SETUP: Page<OfficePortal, AuthenticatorView> =
    page!(AuthenticatorView, "office/verification/authenticator.html", "设置身份验证器");
const REMOVE: Page<OfficePortal, VerificationView> =
    page!(VerificationView, "office/verification/remove.html", "停用身份验证器");
const CODES: Page<OfficePortal, RecoveryCodesView> =
    page!(RecoveryCodesView, "office/verification/codes.html", "备用码");

pub(super) const HOME: &str = "/office/verification";
const AUTHENTICATOR: &str = "/office/verification/authenticator";

pub(super) fn routes() -> Routes<OfficePortal> {
    Routes::new()
        .page(HOME, OVERVIEW, shown)
        .post("/office/verification/authenticator/begin", begun)
        .page(AUTHENTICATOR, SETUP, setting_up)
        .post(AUTHENTICATOR, confirmed)
        .post("/office/verification/codes", renewed)
        .page("/office/verification/authenticator/remove", REMOVE, shown)
        .post("/office/verification/authenticator/remove", removed)
}

#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct CodeForm {
    #[serde(skip_serializing)]
    code: String,
}

fn shown(txn: &mut Txn<'_>, look: &Look<'_, OfficePortal>, _: &Nothing) -> Result<VerificationView, Problem> {
    let offered = look.part::<PasskeyOrigins>().is_ok_and(|origins| origins.any());
    verification::verification(txn, look.caller(), offered)
}

fn setting_up(txn: &mut Txn<'_>, look: &Look<'_, OfficePortal>, _: &Nothing) -> Result<AuthenticatorView, Problem> {
    verification::authenticator(txn, look.caller())
}

async fn begun(call: Call<OfficePortal>, _form: Input<Nothing>) -> Answer<OfficePortal> {
    let by = call.caller().clone();
    call.desk().write(move |txn| begin(txn, &by)).await?;
    Ok(Reply::done(AUTHENTICATOR, Nothing {}))
}

async fn confirmed(call: Call<OfficePortal>, Input(form): Input<CodeForm>) -> Answer<OfficePortal, RecoveryCodesView> {
    let by = call.caller().clone();
    let view = call.desk().read(move |txn| verification::authenticator(txn, &by)).await?;
    match done(&call, &form).await {
        Ok(codes) => Ok(Reply::show(CODES, RecoveryCodesView { codes, first: true })),
        Err(problem) => Reply::again(SETUP, view, &form, problem),
    }
}

async fn done(call: &Call<OfficePortal>, form: &CodeForm) -> Result<Vec<String>, Problem> {
    filled(&[("code", &form.code, "access.authenticator_code_missing")])?;
    let (by, code) = (call.caller().clone(), form.code.clone());
    call.desk().write(move |txn| confirm(txn, &by, &code)).await
}

async fn renewed(call: Call<OfficePortal>, _form: Input<Nothing>) -> Answer<OfficePortal, RecoveryCodesView> {
    let by = call.caller().clone();
    let codes = call.desk().write(move |txn| renew_codes(txn, &by)).await?;
    Ok(Reply::show(CODES, RecoveryCodesView { codes, first: false }))
}

async fn removed(call: Call<OfficePortal>, _form: Input<Nothing>) -> Answer<OfficePortal> {
    let by = call.caller().clone();
    call.desk().write(move |txn| remove(txn, &by)).await?;
    Ok(Reply::done(HOME, Nothing {}).saying("access.authenticator_removed_said"))
}
