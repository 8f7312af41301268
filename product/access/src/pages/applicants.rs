//! 【组织关系转入】: a phone, the code that came to it, and leaving again.

use ejia_kernel::{Phone, Problem};
use ejia_web::{
    Answer, ApplicantPortal, Asked, Call, Either, Front, Input, Nothing, Opening, Page, Reply, Routes, page,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Onward, came, filled, onward};
use crate::model::Account;
use crate::operations::on_field;
use crate::operations::prove_phone::{awaited, prove_phone, request, request_again};
use crate::operations::sessions::log_out;
use crate::views::{LoggedIn, NextView, PhoneCodeView};

const PHONE: Page<Front, NextView> = page!(NextView, "applicant/access/phone.html", "验证手机号");
const CODE: Page<Front, PhoneCodeView> = page!(PhoneCodeView, "applicant/access/code.html", "输入验证码");
const HOME: &str = "/transfers/in/applications";

pub(super) fn front() -> Routes<Front> {
    Routes::new()
        .get("/transfers/in/phone", phone)
        .post("/transfers/in/phone", send_code)
        .post("/transfers/in/code", come_in)
}

pub(super) fn applicant() -> Routes<ApplicantPortal> {
    Routes::new().post("/transfers/in/logout", leave)
}

#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct PhoneForm {
    phone: String,
    next: String,
}

#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct CodeForm {
    pending: String,
    #[serde(skip_serializing)]
    code: String,
    /// Another code is wanted.
    want: String,
    next: String,
}

async fn phone(_call: Call<Front>, Asked(question): Asked<Onward>) -> Answer<Front, NextView> {
    Ok(Reply::show(PHONE, NextView { next: question.next }))
}

async fn send_code(call: Call<Front>, Input(form): Input<PhoneForm>) -> Answer<Front, PhoneCodeView> {
    match sent(&call, &form).await {
        Ok(view) => Ok(Reply::show(CODE, view)),
        Err(problem) => Reply::again(PHONE, NextView { next: form.next.clone() }, &form, problem),
    }
}

async fn sent(call: &Call<Front>, form: &PhoneForm) -> Result<PhoneCodeView, Problem> {
    filled(&[("phone", &form.phone, "access.phone_missing")])?;
    let phone = Phone::parse(&form.phone).map_err(|fault| on_field("phone", fault.code()))?;
    let (masked, address) = (phone.masked(), call.address().to_owned());
    let pending = call.desk().write(move |txn| request(txn, &phone, &address)).await?;
    Ok(PhoneCodeView { pending, phone: masked, next: form.next.clone() })
}

/// In, or another code sent.
type ComingIn = Either<Opening<LoggedIn>, PhoneCodeView>;

async fn come_in(call: Call<Front>, Input(form): Input<CodeForm>) -> Answer<Front, ComingIn> {
    if !form.want.is_empty() {
        return match sent_again(&call, &form).await {
            Ok(view) => Ok(Reply::show(CODE, view).right()),
            Err(problem) => code_again(&call, &form, problem).await,
        };
    }
    match proven(&call, &form).await {
        Ok(token) => {
            let go = onward(&form.next, &["/transfers/in", "/wechat/transfers/in"], HOME);
            Ok(Reply::done(go.clone(), LoggedIn { go }).opening_session(token).left())
        }
        Err(problem) => code_again(&call, &form, problem).await,
    }
}

async fn sent_again(call: &Call<Front>, form: &CodeForm) -> Result<PhoneCodeView, Problem> {
    let (pending, address) = (form.pending.clone(), call.address().to_owned());
    let phone = call.desk().write(move |txn| request_again(txn, &pending, &address)).await?;
    Ok(PhoneCodeView { pending: form.pending.clone(), phone: phone.masked(), next: form.next.clone() })
}

async fn proven(call: &Call<Front>, form: &CodeForm) -> Result<String, Problem> {
    filled(&[("code", &form.code, "access.code_missing")])?;
    let (pending, code, address) = (form.pending.clone(), form.code.clone(), call.address().to_owned());
    let came = came(call);
    call.desk().write(move |txn| prove_phone(txn, &pending, &code, &address, &came)).await?.answer()
}

/// The page again, or, when it was begun too long ago, the page it begins at.
async fn code_again(call: &Call<Front>, form: &CodeForm, problem: Problem) -> Answer<Front, ComingIn> {
    let (pending, next) = (form.pending.clone(), form.next.clone());
    match call.desk().read(move |txn| awaited(txn, &pending)).await {
        Ok(phone) => {
            let view = PhoneCodeView { pending: form.pending.clone(), phone: phone.masked(), next };
            Reply::again(CODE, view, form, problem)
        }
        Err(_) => Reply::again(PHONE, NextView { next }, &PhoneForm::default(), problem),
    }
}

async fn leave(call: Call<ApplicantPortal>, _form: Input<Nothing>) -> Answer<ApplicantPortal> {
    let (account, session) = (Account::Applicant(call.caller().id()), call.caller().session_id());
    call.desk().write(move |txn| log_out(txn, account, session)).await?;
    Ok(Reply::done("/transfers/in", Nothing {}).closing_session().saying("access.logged_out_said"))
}
