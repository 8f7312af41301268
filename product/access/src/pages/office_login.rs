//! 【党组织登录】: code or user name, password, and the code from the phone.

use ejia_kernel::Problem;
use ejia_web::{Answer, Asked, Call, Either, Front, Input, Opening, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::computers::{ENROL, second_login};
use super::passkeys::origins;
use super::{Onward, came, filled, hashed, new_password, onward, opens};
use crate::model::Side;
use crate::operations::challenges::{Purpose, find};
use crate::operations::factors::by_authenticator;
use crate::operations::finish_first_login::finish_office_login;
use crate::operations::knock;
use crate::operations::log_in::{Awaited, Beside, Step, another_code, awaited, officer, officer_code};
use crate::operations::passkeys::by_passkey;
use crate::passkeys::{self, Used};
use crate::rules::folded;
use crate::views::computers::EnrolView;
use crate::views::{BesideView, FirstLoginView, LoggedIn, OfficeLoginView};

const LOGIN: Page<Front, OfficeLoginView> = page!(OfficeLoginView, "office/access/login.html", "党组织登录");
const FIRST: Page<Front, FirstLoginView> = page!(FirstLoginView, "office/access/first_login.html", "设置新的密码");
const HOME: &str = "/office";
/// What the page calls the code of an app …
const AUTHENTICATOR: &str = "authenticator";
/// … a passkey …
const PASSKEY: &str = "passkey";
/// … and something else than the phone.
const OTHER: &str = "other";

pub(super) fn routes() -> Routes<Front> {
    Routes::new().get("/office/login", login).post("/office/login", log_in).post("/office/login/first", finish)
}

#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct LoginForm {
    login: String,
    #[serde(skip_serializing)]
    password: String,
    #[serde(skip_serializing)]
    code: String,
    pending: String,
    /// What is sent: the phone's code, or `authenticator`, or `passkey`.
    by: String,
    /// 【获取验证码】 (`code`) or 【改用其他验证方式】 (`other`) was pressed.
    want: String,
    next: String,
    /// What a browser sends of a passkey, in base64url: this …
    #[serde(skip_serializing)]
    credential: String,
    #[serde(skip_serializing)]
    client: String,
    #[serde(skip_serializing)]
    authenticator: String,
    /// … to this.
    #[serde(skip_serializing)]
    signature: String,
}

#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct FirstForm {
    pending: String,
    #[serde(skip_serializing)]
    password: String,
    #[serde(skip_serializing)]
    again: String,
}

/// The page that asks for the phone's code.
fn code_page(form: &LoginForm, awaited: Awaited) -> OfficeLoginView {
    let Awaited { pending, phone, sent, factors } = awaited;
    let (login, next) = (form.login.clone(), form.next.clone());
    let passkeys: Vec<String> = factors.passkeys.iter().map(|id| passkeys::text(id)).collect();
    let beside = BesideView { wanted: false, authenticator: factors.authenticator, passkeys: passkeys.join(" ") };
    OfficeLoginView { wants_code: true, pending, login, phone, sent, next, beside, encrypted: false }
}

/// The page that asks for what else he has.
fn factor_page(form: &LoginForm, awaited: Awaited) -> OfficeLoginView {
    let mut page = code_page(form, awaited);
    page.wants_code = false;
    page.beside.wanted = true;
    page
}

/// The page before anything was typed.
fn blank(call: &Call<Front>, next: &str) -> OfficeLoginView {
    let encrypted = call.way().computer().is_some();
    OfficeLoginView { next: next.to_owned(), encrypted, ..OfficeLoginView::default() }
}

/// The page on which an administrator above branch level goes on.
fn enrol_page(call: &Call<Front>, awaited: Awaited) -> Reply<Front, EnrolView> {
    Reply::show(ENROL, EnrolView { pending: awaited.pending, login: second_login(call.site()) })
}

async fn login(call: Call<Front>, Asked(question): Asked<Onward>) -> Answer<Front, OfficeLoginView> {
    Ok(Reply::show(LOGIN, blank(&call, &question.next)))
}

/// A login: done, a step further, to a password of one's own, or to a certificate for this computer.
type Begun = Either<Opening<LoggedIn>, Either<OfficeLoginView, Either<FirstLoginView, EnrolView>>>;

async fn log_in(call: Call<Front>, Input(form): Input<LoginForm>) -> Answer<Front, Begun> {
    let step = if form.pending.is_empty() { with_password(&call, &form).await } else { with_code(&call, &form).await };
    match step {
        Ok(Step::In(token)) => {
            let go = onward(&form.next, &["/office"], HOME);
            Ok(Reply::done(go.clone(), LoggedIn { go }).opening_session(token).left())
        }
        Ok(Step::Code(awaited)) => Ok(Reply::show(LOGIN, code_page(&form, awaited)).left().right()),
        Ok(Step::Factor(awaited)) => Ok(Reply::show(LOGIN, factor_page(&form, awaited)).left().right()),
        Ok(Step::NewPassword(awaited)) => {
            Ok(Reply::show(FIRST, FirstLoginView::of(awaited, false, "")).left().right().right())
        }
        Ok(Step::Computer(awaited)) => Ok(enrol_page(&call, awaited).right().right().right()),
        Err(problem) => again(&call, &form, problem).await,
    }
}

async fn with_password(call: &Call<Front>, form: &LoginForm) -> Result<Step, Problem> {
    filled(&[
        ("login", &form.login, "access.office_login_missing"),
        ("password", &form.password, "access.password_missing"),
    ])?;
    let (login, address) = (form.login.clone(), call.address().to_owned());
    let knock = call.desk().write(move |txn| knock::knock(txn, Side::Office, &login, &address)).await?;
    let right = opens(call.desk(), knock.secret(), folded(&form.password)).await?;
    let beside = Beside { code: form.code.clone(), wants_code: !form.want.is_empty() };
    let came = came(call);
    call.desk().write(move |txn| officer(txn, &knock, right, &beside, &came)).await?.answer()
}

async fn with_code(call: &Call<Front>, form: &LoginForm) -> Result<Step, Problem> {
    let (pending, code) = (form.pending.clone(), form.code.clone());
    if form.want == OTHER {
        return match call.desk().read(move |txn| awaited(txn, &pending, Purpose::OfficeLogin)).await? {
            Step::Code(awaited) if awaited.factors.any() => Ok(Step::Factor(awaited)),
            step => Ok(step),
        };
    }
    if !form.want.is_empty() {
        let another = move |txn: &mut ejia_db::Txn<'_>| another_code(txn, &pending, Purpose::OfficeLogin);
        return call.desk().write(another).await.map(Step::Code);
    }
    let came = came(call);
    if form.by == AUTHENTICATOR {
        filled(&[("code", &form.code, "access.authenticator_code_missing")])?;
        return call.desk().write(move |txn| by_authenticator(txn, &pending, &code, &came)).await?.answer();
    }
    if form.by == PASSKEY {
        let used = Used {
            credential: passkeys::bytes(&form.credential),
            client: passkeys::bytes(&form.client),
            authenticator: passkeys::bytes(&form.authenticator),
            signature: passkeys::bytes(&form.signature),
        };
        let origins = origins(call);
        return call.desk().write(move |txn| by_passkey(txn, &origins, &pending, &used, &came)).await?.answer();
    }
    filled(&[("code", &form.code, "access.code_missing")])?;
    call.desk().write(move |txn| officer_code(txn, &pending, &code, &came)).await?.answer()
}

/// The page again as far as the login had come.
async fn again(call: &Call<Front>, form: &LoginForm, problem: Problem) -> Answer<Front, Begun> {
    let begun = if form.pending.is_empty() {
        None
    } else {
        let pending = form.pending.clone();
        call.desk().read(move |txn| awaited(txn, &pending, Purpose::OfficeLogin)).await.ok()
    };
    let view = match begun {
        Some(Step::Code(awaited)) if form.by == AUTHENTICATOR || form.by == PASSKEY => factor_page(form, awaited),
        Some(Step::Code(awaited)) => code_page(form, awaited),
        _ => blank(call, &form.next),
    };
    Reply::again(LOGIN, view, form, problem)
}

async fn finish(
    call: Call<Front>,
    Input(form): Input<FirstForm>,
) -> Answer<Front, Either<Opening<LoggedIn>, EnrolView>> {
    match finished(&call, &form).await {
        Ok(Step::Computer(awaited)) => Ok(enrol_page(&call, awaited).right()),
        Ok(Step::Code(_) | Step::Factor(_) | Step::NewPassword(_)) => {
            Err(Problem::fault("a finished login asks for more"))
        }
        Ok(Step::In(token)) => {
            let done = Reply::done(HOME, LoggedIn { go: HOME.to_owned() });
            Ok(done.opening_session(token).saying("access.password_changed_said").left())
        }
        Err(problem) if problem.code == "access.login_begun_too_long_ago" => {
            Reply::again(LOGIN, blank(&call, ""), &LoginForm::default(), problem)
        }
        Err(problem) => {
            let view = FirstLoginView { pending: form.pending.clone(), ..FirstLoginView::default() };
            Reply::again(FIRST, view, &form, problem)
        }
    }
}

async fn finished(call: &Call<Front>, form: &FirstForm) -> Result<Step, Problem> {
    let pending = form.pending.clone();
    call.desk().read(move |txn| find(txn, &pending, Purpose::OfficeLogin, false).map(drop)).await?;
    let password = new_password(&form.password, &form.again, "")?;
    let hash = hashed(call.desk(), password.clone()).await?;
    let pending = form.pending.clone();
    let came = came(call);
    let finish = move |txn: &mut ejia_db::Txn<'_>| finish_office_login(txn, &pending, &password, &hash, &came);
    call.desk().write(finish).await?.answer()
}
