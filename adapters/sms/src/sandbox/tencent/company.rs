//! What the company does: SendSms and PullSmsSendStatusByPhoneNumber, answered as the real one answers.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Router, routing::post};
use ejia_kernel::Phone;
use ejia_messages::Template;
use serde::Deserialize;
use serde_json::{Value, json};

use super::door::{self, Refusal};
use super::{Letter, MEMORY, TencentMood, TencentSandbox, reports};
use crate::tencent::own_id;

/// How long a silent company holds the line.
const SILENCE: Duration = Duration::from_mins(1);
/// How slow a slow one is.
const SLOWNESS: Duration = Duration::from_secs(3);
/// The most numbers of one call.
const NUMBERS: usize = 200;
/// The longest SessionContext.
const CONTEXT: usize = 512;

/// The company's door.
pub fn router(sandbox: TencentSandbox) -> Router {
    Router::new().route("/", post(serve)).layer(DefaultBodyLimit::max(1024 * 1024)).with_state(sandbox)
}

async fn serve(State(sandbox): State<TencentSandbox>, headers: HeaderMap, body: Bytes) -> Response {
    let mood = sandbox.mood();
    match mood {
        TencentMood::Broken => return refusal(("InternalError", "内部错误。")),
        TencentMood::Throttling => return refusal(("RequestLimitExceeded", "请求的次数超过了频率限制。")),
        TencentMood::Deaf => tokio::time::sleep(SILENCE).await,
        _ => {}
    }
    let action = match door::admit(&sandbox, &headers, &body) {
        Ok(action) => action,
        Err(told) => return refusal(told),
    };
    let told = match action.as_str() {
        "SendSms" => read(&body).and_then(|asked| send(&sandbox, &asked)),
        "PullSmsSendStatusByPhoneNumber" => read(&body).and_then(|asked| statuses(&sandbox, &asked)),
        _ => return refusal(("InvalidAction", "接口不存在。")),
    };
    match mood {
        TencentMood::Slow => tokio::time::sleep(SLOWNESS).await,
        TencentMood::Silent if action == "SendSms" => tokio::time::sleep(SILENCE).await,
        _ => {}
    }
    told.map_or_else(refusal, |told| answer(&told))
}

fn read<T: for<'a> Deserialize<'a>>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|_| ("InvalidParameter", "参数错误。"))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendAsked {
    phone_number_set: Vec<String>,
    sms_sdk_app_id: String,
    sign_name: String,
    template_id: String,
    #[serde(default)]
    template_param_set: Vec<String>,
    #[serde(default)]
    session_context: String,
}

/// SendSms: each number is answered by itself.
fn send(sandbox: &TencentSandbox, asked: &SendAsked) -> Result<Value, Refusal> {
    let SendAsked { phone_number_set, session_context, .. } = asked;
    if phone_number_set.is_empty() || phone_number_set.len() > NUMBERS {
        return Err(("LimitExceeded.PhoneNumberCountLimit", "号码个数超过 200 个。"));
    }
    if session_context.len() > CONTEXT {
        return Err(("InvalidParameterValue.ContentLengthLimit", "SessionContext 过长。"));
    }
    let set: Vec<Value> = phone_number_set
        .iter()
        .map(|phone| {
            let (serial, code, message) = match take(sandbox, asked, phone) {
                Ok(serial) => (serial, "Ok", "send success"),
                Err((code, message)) => (String::new(), code, message),
            };
            json!({
                "SerialNo": serial, "PhoneNumber": phone, "Fee": i32::from(code == "Ok"), "IsoCode": "CN",
                "SessionContext": session_context, "Code": code, "Message": message,
            })
        })
        .collect();
    Ok(json!({ "SendStatusSet": set }))
}

/// Takes a letter and gives its number.
fn take(sandbox: &TencentSandbox, asked: &SendAsked, phone: &str) -> Result<String, Refusal> {
    let text = check(sandbox, asked, phone)?;
    let now = sandbox.now();
    let letter = {
        let mut books = sandbox.books();
        books.counter += 1;
        let serial = format!("2640:{}{:06}", now.ms(), books.counter);
        let context = asked.session_context.clone();
        let letter = Letter { to: phone.to_owned(), text, serial, context, at: now, fate: None };
        if books.letters.len() == MEMORY {
            books.letters.pop_front();
        }
        books.letters.push_back(letter.clone());
        letter
    };
    let serial = letter.serial.clone();
    reports::schedule(sandbox, letter);
    Ok(serial)
}

/// The text to send.
fn check(sandbox: &TencentSandbox, asked: &SendAsked, phone: &str) -> Result<String, Refusal> {
    let SendAsked { sms_sdk_app_id, sign_name, template_id, template_param_set, .. } = asked;
    if *sms_sdk_app_id != sandbox.settings().app_id {
        return Err(("UnauthorizedOperation.SmsSdkAppIdVerifyFail", "SmsSdkAppId 校验失败。"));
    }
    if *sign_name != sandbox.settings().sign_name {
        return Err(("FailedOperation.SignatureIncorrectOrUnapproved", "签名未审批或格式错误。"));
    }
    let template = Template::ALL.into_iter().find(|template| own_id(*template) == template_id);
    let template = template.ok_or((
        "FailedOperation.TemplateIncorrectOrUnapproved",
        "模板未审批或请求的内容与审核通过的模板内容不匹配。",
    ))?;
    if template_param_set.len() != template.params().len() {
        return Err((
            "FailedOperation.TemplateParamSetNotMatchApprovedTemplate",
            "请求内容与审核通过的模板内容不匹配。",
        ));
    }
    if phone.strip_prefix("+86").is_none_or(|number| Phone::parse(number).is_err()) {
        return Err(("InvalidParameterValue.IncorrectPhoneNumber", "手机号格式错误。"));
    }
    match sandbox.mood() {
        TencentMood::Limiting => {
            Err(("LimitExceeded.PhoneNumberThirtySecondLimit", "单个手机号30秒内下发短信条数超过设定的上限。"))
        }
        TencentMood::Poor => Err(("FailedOperation.InsufficientBalanceInSmsPackage", "套餐包余量不足。")),
        _ => {
            let names = template.params().iter().map(|name| (*name).to_owned());
            let params: Vec<(String, String)> = names.zip(template_param_set.iter().cloned()).collect();
            Ok(format!("【{sign_name}】{}", template.render(&params)))
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StatusAsked {
    begin_time: i64,
    offset: usize,
    limit: usize,
    phone_number: String,
    sms_sdk_app_id: String,
    #[serde(default)]
    end_time: Option<i64>,
}

/// PullSmsSendStatusByPhoneNumber: the letters to one number that have arrived or are lost.
fn statuses(sandbox: &TencentSandbox, asked: &StatusAsked) -> Result<Value, Refusal> {
    let StatusAsked { begin_time, offset, limit, phone_number, sms_sdk_app_id, end_time } = asked;
    if *sms_sdk_app_id != sandbox.settings().app_id {
        return Err(("UnauthorizedOperation.SmsSdkAppIdVerifyFail", "SmsSdkAppId 校验失败。"));
    }
    if *limit > 100 || end_time.is_some_and(|end| end < *begin_time) {
        return Err(("InvalidParameterValue.BeginTimeVerifyFail", "参数 BeginTime 校验失败。"));
    }
    let books = sandbox.books();
    let within = |letter: &&Letter| {
        let at = letter.at.ms().div_euclid(1000);
        letter.to == *phone_number && at >= *begin_time && end_time.is_none_or(|end| at <= end)
    };
    let line = |letter: &Letter| {
        let fate = letter.fate?;
        Some(json!({
            "UserReceiveTime": letter.at.ms().div_euclid(1000), "CountryCode": "86",
            "SubscriberNumber": letter.to.trim_start_matches("+86"), "PhoneNumber": letter.to,
            "SerialNo": letter.serial, "ReportStatus": if fate.is_ok() { "SUCCESS" } else { "FAIL" },
            "Description": fate.err().unwrap_or("DELIVRD"),
            "SessionContext": if sandbox.settings().gives_context_back { letter.context.as_str() } else { "" },
        }))
    };
    let list: Vec<Value> = books.letters.iter().filter(within).filter_map(line).skip(*offset).take(*limit).collect();
    Ok(json!({ "PullSmsSendStatusSet": list }))
}

fn refusal((code, message): Refusal) -> Response {
    answer(&json!({ "Error": { "Code": code, "Message": message } }))
}

/// The platform answers 200 whatever it says.
fn answer(told: &Value) -> Response {
    let mut told = told.clone();
    if let Some(told) = told.as_object_mut() {
        told.insert("RequestId".to_owned(), json!("3c2c6ce3-0000-4000-8000-000000000000"));
    }
    let body = json!({ "Response": told }).to_string();
    (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
