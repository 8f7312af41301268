//! 【党员登录】 and 【忘记密码】.

use ejia_kernel::Problem;
use ejia_web::{Answer, Asked, Call, Either, Front, Input, Nothing, Opening, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::phone::{entering, on_phone, way_in};
use super::{came, filled, hashed, new_password, onward, opens};
use crate::model::Side;
use crate::operations::challenges::{Purpose, find};
use crate::operations::finish_first_login::finish_first_login;
use crate::operations::log_in::{Step, another_code, awaited};
use crate::operations::{knock, log_in, reset_password};
use crate::rules::folded;
use crate::views::{FirstLoginView, LoggedIn, LoginView, NextView, ResetView};

const LOGIN: Page<Front, LoginView> = page!(LoginView, "member/access/login.html", "党员登录");
const FIRST: Page<Front, FirstLoginView> = page!(FirstLoginView, "member/access/first_login.html", "首次登录");
const FORGOTTEN: Page<Front, NextView> = page!(NextView, "member/access/forgotten.html", "忘记密码");
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

/// What the address of the login says.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Login {
    /// Where its caller wanted to go.
    next: String,
    /// `password` where he wants to type one, though WeChat knows him.
    by: String,
}

#[derive(Default, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct LoginForm {
    login: String,
    #[serde(skip_serializing)]
    password: String,
    next: String,
}

#[derive(Default, Serialize, Deserialize, JsonSchema)]
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
    next: String,
}

#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct ForgottenForm {
    login: String,
    next: String,
}

#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct ResetForm {
    pending: String,
    code: String,
    #[serde(skip_serializing)]
    password: String,
    #[serde(skip_serializing)]
    again: String,
    /// Another code is wanted.
    want: String,
    next: String,
}

/// Where a login goes on.
fn going(call: &Call<Front>, next: &str) -> String {
    if call.on_phone() { on_phone(next) } else { onward(next, &["/member"], HOME) }
}

/// The login page, for a caller who wants to go on to `next`.
fn login_view(call: &Call<Front>, next: &str) -> LoginView {
    LoginView { next: next.to_owned(), by_wechat: call.on_phone() && call.inside_wechat() && way_in(call).is_some() }
}

async fn login(call: Call<Front>, Asked(asked): Asked<Login>) -> Answer<Front, Either<LoginView, Nothing>> {
    let view = login_view(&call, &asked.next);
    if view.by_wechat && asked.by != "password" {
        return Ok(Reply::done(entering(&on_phone(&asked.next)), Nothing {}).right());
    }
    Ok(Reply::show(LOGIN, view).left())
}

/// A login: done, or a step further.
type Begun = Either<Opening<LoggedIn>, FirstLoginView>;

async fn log_in(call: Call<Front>, Input(form): Input<LoginForm>) -> Answer<Front, Begun> {
    match tried(&call, &form).await {
        Ok(Step::In(token)) => Ok(inside(going(&call, &form.next), token).left()),
        Ok(Step::Code(awaited)) => Ok(Reply::show(FIRST, FirstLoginView::of(awaited, true, &form.next)).right()),
        Ok(Step::NewPassword(awaited)) => {
            Ok(Reply::show(FIRST, FirstLoginView::of(awaited, false, &form.next)).right())
        }
        Ok(Step::Factor(_) | Step::Computer(_)) => Err(Problem::fault("a member was taken for an administrator")),
        Err(problem) => {
            // What passes WeChat's browser holds no number.
            let login = if call.on_phone() { String::new() } else { form.login.clone() };
            Reply::again(LOGIN, login_view(&call, &form.next), &LoginForm { login, ..form.clone() }, problem)
        }
    }
}

async fn tried(call: &Call<Front>, form: &LoginForm) -> Result<Step, Problem> {
    filled(&[("login", &form.login, "access.login_missing"), ("password", &form.password, "access.password_missing")])?;
    let (login, address) = (form.login.clone(), call.address().to_owned());
    let knock = call.desk().write(move |txn| knock::knock(txn, Side::Member, &login, &address)).await?;
    let (right, came) = (opens(call.desk(), knock.secret(), folded(&form.password)).await?, came(call));
    call.desk().write(move |txn| log_in::member(txn, &knock, right, &came)).await?.answer()
}

async fn finish(call: Call<Front>, Input(form): Input<FirstForm>) -> Answer<Front, Begun> {
    if !form.want.is_empty() {
        let pending = form.pending.clone();
        return match call.desk().write(move |txn| another_code(txn, &pending, Purpose::FirstLogin)).await {
            Ok(awaited) => Ok(Reply::show(FIRST, FirstLoginView::of(awaited, true, &form.next)).right()),
            Err(problem) => first_again(&call, &form, problem).await,
        };
    }
    match finished(&call, &form).await {
        Ok(token) => {
            // What there is to check and complete stands on the web.
            let said = if call.on_phone() { "access.first_login_done_on_phone" } else { "access.first_login_done" };
            Ok(inside(going(&call, &form.next), token).saying(said).left())
        }
        Err(problem) => first_again(&call, &form, problem).await,
    }
}

async fn finished(call: &Call<Front>, form: &FirstForm) -> Result<String, Problem> {
    let pending = form.pending.clone();
    call.desk().read(move |txn| find(txn, &pending, Purpose::FirstLogin, false).map(drop)).await?;
    let password = new_password(&form.password, &form.again, "")?;
    let hash = hashed(call.desk(), password.clone()).await?;
    let (pending, code, came) = (form.pending.clone(), form.code.clone(), came(call));
    let finish = move |txn: &mut ejia_db::Txn<'_>| {
        finish_first_login(txn, &pending, Purpose::FirstLogin, &came, &code, &password, &hash)
    };
    call.desk().write(finish).await?.answer()
}

/// The page again, or, when the login was begun too long ago, the page it begins at.
async fn first_again(call: &Call<Front>, form: &FirstForm, problem: Problem) -> Answer<Front, Begun> {
    let pending = form.pending.clone();
    match call.desk().read(move |txn| awaited(txn, &pending, Purpose::FirstLogin)).await {
        Ok(Step::NewPassword(awaited)) => {
            Reply::again(FIRST, FirstLoginView::of(awaited, false, &form.next), form, problem)
        }
        Ok(Step::Code(awaited)) => Reply::again(FIRST, FirstLoginView::of(awaited, true, &form.next), form, problem),
        _ => Reply::again(LOGIN, login_view(call, &form.next), &LoginForm::default(), problem),
    }
}

async fn forgotten(_call: Call<Front>, Asked(asked): Asked<Login>) -> Answer<Front, NextView> {
    Ok(Reply::show(FORGOTTEN, NextView { next: asked.next }))
}

async fn request_reset(call: Call<Front>, Input(form): Input<ForgottenForm>) -> Answer<Front, ResetView> {
    let next = form.next.clone();
    match requested(&call, &form).await {
        Ok(pending) => Ok(Reply::show(RESET, ResetView { pending, next })),
        Err(problem) => {
            let login = if call.on_phone() { String::new() } else { form.login };
            Reply::again(FORGOTTEN, NextView { next: next.clone() }, &ForgottenForm { login, next }, problem)
        }
    }
}

async fn requested(call: &Call<Front>, form: &ForgottenForm) -> Result<String, Problem> {
    filled(&[("login", &form.login, "access.login_missing")])?;
    let (login, address) = (form.login.clone(), call.address().to_owned());
    call.desk().write(move |txn| reset_password::request(txn, &login, &address)).await
}

async fn reset(call: Call<Front>, Input(form): Input<ResetForm>) -> Answer<Front, Either<Nothing, ResetView>> {
    let view = ResetView { pending: form.pending.clone(), next: form.next.clone() };
    let answer = if form.want.is_empty() { done(&call, &form).await } else { sent_again(&call, &form).await };
    match answer {
        Ok(()) if form.want.is_empty() => {
            let login = ejia_directory::asking("/member/login", &[("next", &form.next)]);
            Ok(Reply::done(login, Nothing {}).saying("access.password_reset_done").left())
        }
        Ok(()) => Ok(Reply::show(RESET, view).right()),
        Err(problem) if problem.code == "access.login_begun_too_long_ago" => {
            let next = form.next.clone();
            Reply::again(
                FORGOTTEN,
                NextView { next: next.clone() },
                &ForgottenForm { next, ..Default::default() },
                problem,
            )
        }
        Err(problem) => Reply::again(RESET, view, &form, problem),
    }
}

async fn sent_again(call: &Call<Front>, form: &ResetForm) -> Result<(), Problem> {
    let pending = form.pending.clone();
    call.desk().write(move |txn| reset_password::request_again(txn, &pending)).await
}

async fn done(call: &Call<Front>, form: &ResetForm) -> Result<(), Problem> {
    let pending = form.pending.clone();
    call.desk().read(move |txn| find(txn, &pending, Purpose::Reset, false).map(drop)).await?;
    let password = new_password(&form.password, &form.again, "")?;
    let hash = hashed(call.desk(), password.clone()).await?;
    let (pending, code) = (form.pending.clone(), form.code.clone());
    let finish = move |txn: &mut ejia_db::Txn<'_>| reset_password::finish(txn, &pending, &code, &password, &hash);
    call.desk().write(finish).await?.answer()
}

fn inside(go: String, token: String) -> Reply<Front, Opening<LoggedIn>> {
    Reply::done(go.clone(), LoggedIn { go }).opening_session(token)
}
