//! 介绍信验真: anybody may ask whether a letter is true. The page says nothing about the person.

use axum::extract::Path;
use ejia_kernel::Problem;
use ejia_web::{Answer, Asked, Call, Either, Front, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::store;
use super::token::Token;
use super::views::CheckView;

const ASK: Page<Front, CodeAsked> = page!(CodeAsked, "front/letters/ask.html", "介绍信验真");
const CHECK: Page<Front, CheckView> = page!(CheckView, "front/letters/check.html", "介绍信验真");

/// 校验码, as it is typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct CodeAsked {
    pub(crate) code: String,
}

/// The routes of verifying.
pub(crate) fn routes() -> Routes<Front> {
    Routes::new().get("/letters", ask).get("/letters/{token}", check)
}

async fn ask(call: Call<Front>, Asked(asked): Asked<CodeAsked>) -> Answer<Front, Either<CheckView, CodeAsked>> {
    if asked.code.trim().is_empty() {
        return Ok(Reply::show(ASK, asked).right());
    }
    match checked(&call, &asked.code).await {
        Ok(view) => Ok(Reply::show(CHECK, view).left()),
        Err(problem) if problem.fields.is_empty() && problem.status() != 404 => Err(problem),
        Err(problem) => Reply::again(ASK, asked.clone(), &asked, problem.on("code", "transfers.no_such_code")),
    }
}

async fn check(call: Call<Front>, Path(token): Path<String>) -> Answer<Front, CheckView> {
    Ok(Reply::show(CHECK, checked(&call, &token).await?))
}

async fn checked(call: &Call<Front>, code: &str) -> Result<CheckView, Problem> {
    let no_such_code = || Problem::not_found("transfers.no_such_code");
    let token = Token::read(code).ok_or_else(no_such_code)?;
    let found = call.desk().read(move |txn| {
        let letter = store::by_check_token(txn, &token)?.ok_or_else(no_such_code)?;
        Ok(CheckView::of(txn, &letter))
    });
    found.await
}
