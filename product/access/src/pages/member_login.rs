//! 【党员登录】 and 【忘记密码】.

use ejia_kernel::Problem;
use ejia_web::{Answer, Asked, Call, Front, Input, Page, Reply, Routes, page};
use serde::{Deserialize, Serialize};

use super::{Onward, filled, hashed, new_password, onward, opens};
use crate::model::Side;
use crate::operations::challenges::{Purpose, find};
use crate::operations::finish_first_login::finish_first_login;
use crate::operations::log_in::{Step, another_code, awaited};
use crate::operations::{knock, log_in, reset_password};
use crate::rules::folded;
use crate::views::{Blank, FirstLoginView, LoggedIn, LoginView, ResetView};

const LOGIN: Page<Front, LoginView> = page!(LoginView, "member/access/login.html", "党员登录");
const FIRST: Page<Front, FirstLoginView> = page!(FirstLoginView, "member/access/first_login.html", "首次登录");
const FORGOTTEN: Page<Front, Blank> = page!(Blank, "member/access/forgotten.html", "忘记密码");
const RESET: Page<Front, ResetView> = page!(ResetView, "member/access/reset.html", "重设密码");
const HOME: &str = "/member/record";

pub(super) fn routes() -> Routes<Front> {
    Routes::new()
        .get("/member/login", login)
        .post("/member/login", log_in)
        .post("/member/login/first", finish)
        .get("/member/forgotten", forgotten)
        .post("/member/forgotten", request_reset)
        .post("/member/reset", reset)
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct LoginForm {
    login: String,
    #[serde(skip_serializing)]
    password: String,
    next: String,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct FirstForm {
    pending: String,
    code: String,
    #[serde(skip_serializing)]
    password: String,
    #[serde(skip_serializing)]
    again: String,
    /// Another code is wanted.
    want: String,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct ResetForm {
    pending: String,
    login: String,
    code: String,
    #[serde(skip_serializing)]
    password: String,
    #[serde(skip_serializing)]
    again: String,
}

async fn login(_call: Call<Front>, Asked(question): Asked<Onward>) -> Answer<Front> {
    Ok(Reply::show(LOGIN, LoginView { next: question.next }))
}

async fn log_in(call: Call<Front>, Input(form): Input<LoginForm>) -> Answer<Front> {
    match tried(&call, &form).await {
        Ok(Step::In(token)) => Ok(inside(onward(&form.next, &["/member", "/wechat"], HOME), token)),
        Ok(Step::Code(awaited)) => Ok(Reply::show(FIRST, FirstLoginView::of(awaited, true))),
        Ok(Step::NewPassword(awaited)) => Ok(Reply::show(FIRST, FirstLoginView::of(awaited, false))),
        Err(problem) => Reply::again(LOGIN, LoginView { next: form.next.clone() }, &form, problem),
    }
}

async fn tried(call: &Call<Front>, form: &LoginForm) -> Result<Step, Problem> {
    filled(&[("login", &form.login, "access.login_missing"), ("password", &form.password, "access.password_missing")])?;
    let (login, address) = (form.login.clone(), call.address().to_owned());
    let knock = call.desk().write(move |txn| knock::knock(txn, Side::Member, &login, &address)).await?;
    let right = opens(call.desk(), knock.secret(), folded(&form.password)).await?;
    call.desk().write(move |txn| log_in::member(txn, &knock, right)).await?.answer()
}

async fn finish(call: Call<Front>, Input(form): Input<FirstForm>) -> Answer<Front> {
    if !form.want.is_empty() {
        let pending = form.pending.clone();
        return match call.desk().write(move |txn| another_code(txn, &pending, Purpose::FirstLogin)).await {
            Ok(awaited) => Ok(Reply::show(FIRST, FirstLoginView::of(awaited, true))),
            Err(problem) => first_again(&call, &form, problem).await,
        };
    }
    match finished(&call, &form).await {
        Ok(token) => Ok(inside(HOME.to_owned(), token).saying("access.first_login_done")),
        Err(problem) => first_again(&call, &form, problem).await,
    }
}

async fn finished(call: &Call<Front>, form: &FirstForm) -> Result<String, Problem> {
    let pending = form.pending.clone();
    call.desk().read(move |txn| find(txn, &pending, Purpose::FirstLogin, false).map(drop)).await?;
    let password = new_password(&form.password, &form.again, "")?;
    let hash = hashed(call.desk(), password.clone()).await?;
    let (pending, code) = (form.pending.clone(), form.code.clone());
    let finish = move |txn: &mut ejia_db::Txn<'_>| {
        finish_first_login(txn, &pending, Purpose::FirstLogin, &code, &password, &hash)
    };
    call.desk().write(finish).await?.answer()
}

/// The page again, or, when the login was begun too long ago, the page it begins at.
async fn first_again(call: &Call<Front>, form: &FirstForm, problem: Problem) -> Answer<Front> {
    let pending = form.pending.clone();
    match call.desk().read(move |txn| awaited(txn, &pending, Purpose::FirstLogin)).await {
        Ok(Step::NewPassword(awaited)) => Reply::again(FIRST, FirstLoginView::of(awaited, false), form, problem),
        Ok(Step::Code(awaited)) => Reply::again(FIRST, FirstLoginView::of(awaited, true), form, problem),
        _ => Reply::again(LOGIN, LoginView::default(), &LoginForm::default(), problem),
    }
}

async fn forgotten(_call: Call<Front>) -> Answer<Front> {
    Ok(Reply::show(FORGOTTEN, Blank {}))
}

async fn request_reset(call: Call<Front>, Input(form): Input<ResetForm>) -> Answer<Front> {
    match requested(&call, &form).await {
        Ok(pending) => Ok(Reply::show(RESET, ResetView { pending, login: form.login })),
        Err(problem) => Reply::again(FORGOTTEN, Blank {}, &form, problem),
    }
}

async fn requested(call: &Call<Front>, form: &ResetForm) -> Result<String, Problem> {
    filled(&[("login", &form.login, "access.login_missing")])?;
    let (login, address) = (form.login.clone(), call.address().to_owned());
    call.desk().write(move |txn| reset_password::request(txn, &login, &address)).await
}

async fn reset(call: Call<Front>, Input(form): Input<ResetForm>) -> Answer<Front> {
    match done(&call, &form).await {
        Ok(()) => Ok(Reply::done("/member/login", Blank {}).saying("access.password_reset_done")),
        Err(problem) if problem.code == "access.login_begun_too_long_ago" => {
            Reply::again(FORGOTTEN, Blank {}, &form, problem)
        }
        Err(problem) => {
            let view = ResetView { pending: form.pending.clone(), login: form.login.clone() };
            Reply::again(RESET, view, &form, problem)
        }
    }
}

async fn done(call: &Call<Front>, form: &ResetForm) -> Result<(), Problem> {
    let pending = form.pending.clone();
    call.desk().read(move |txn| find(txn, &pending, Purpose::Reset, false).map(drop)).await?;
    let password = new_password(&form.password, &form.again, &form.login)?;
    let hash = hashed(call.desk(), password.clone()).await?;
    let (pending, login, code) = (form.pending.clone(), form.login.clone(), form.code.clone());
    let finish =
        move |txn: &mut ejia_db::Txn<'_>| reset_password::finish(txn, &pending, &login, &code, &password, &hash);
    call.desk().write(finish).await?.answer()
}

fn inside(go: String, token: String) -> Reply<Front> {
    Reply::done(go.clone(), LoggedIn { go }).opening_session(token)
}
