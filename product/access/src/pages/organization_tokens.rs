//! 【接口令牌】: tokens with which programs read for the officer's organization.

use axum::extract::Path;
use ejia_db::Txn;
use ejia_kernel::{Problem, TokenId};
use ejia_web::{Answer, Call, Input, Look, Nothing, OfficePortal, Page, Reply, Routes, page};

use super::{filled, opens};
use crate::operations::organization_tokens::{TokenForm, make, prepare, revoke};
use crate::rules::folded;
use crate::views::organization_tokens::{MadeView, TokensView, list};

const LIST: Page<OfficePortal, TokensView> = page!(TokensView, "office/tokens/list.html", "接口令牌");
const MADE: Page<OfficePortal, MadeView> = page!(MadeView, "office/tokens/made.html", "令牌已创建");

pub(super) const HOME: &str = "/office/tokens";

pub(super) fn routes() -> Routes<OfficePortal> {
    Routes::new().page(HOME, LIST, shown).post(HOME, created).post("/office/tokens/{id}/revoke", ended)
}

fn shown(txn: &mut Txn<'_>, look: &Look<'_, OfficePortal>, _: &Nothing) -> Result<TokensView, Problem> {
    list(txn, look.caller(), &[])
}

async fn created(call: Call<OfficePortal>, Input(form): Input<TokenForm>) -> Answer<OfficePortal, MadeView> {
    match made(&call, &form).await {
        Ok(token) => Ok(Reply::show(MADE, MadeView { token })),
        Err(problem) => {
            let (by, ticked) = (call.caller().clone(), form.scope.clone());
            let view = call.desk().read(move |txn| list(txn, &by, &ticked)).await?;
            Reply::again(LIST, view, &form, problem)
        }
    }
}

async fn made(call: &Call<OfficePortal>, form: &TokenForm) -> Result<String, Problem> {
    let wanted = form.wanted()?;
    filled(&[("password", &form.password, "access.password_missing")])?;
    let by = call.caller().clone();
    let known = call.desk().write(move |txn| prepare(txn, &by)).await?;
    let right = opens(call.desk(), known.secret.clone(), folded(&form.password)).await?;
    let by = call.caller().clone();
    call.desk().write(move |txn| make(txn, &by, &known, right, &wanted)).await?.answer()
}

async fn ended(call: Call<OfficePortal>, Path(id): Path<TokenId>, _form: Input<Nothing>) -> Answer<OfficePortal> {
    let by = call.caller().clone();
    call.desk().write(move |txn| revoke(txn, &by, id)).await?;
    Ok(Reply::done(HOME, Nothing {}).saying("access.token_revoked_said"))
}
