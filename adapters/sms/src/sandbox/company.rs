//! What the company does: SendSms and QuerySendDetails, answered as the real one answers.

use std::collections::HashMap;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::{Router, routing::any};
use ejia_kernel::Phone;
use ejia_messages::Template;
use serde_json::{Value, json};

use super::door::{self, Call};
use super::inbox::{self, Letter};
use super::{Mood, Sandbox, reports};

/// How long a silent company holds the line.
const SILENCE: Duration = Duration::from_mins(1);
/// How slow a slow one is.
const SLOWNESS: Duration = Duration::from_secs(3);
/// The longest parameter that is let through.
const PARAM_CHARS: usize = 35;

/// The company's door.
pub fn router(sandbox: Sandbox) -> Router {
    Router::new().route("/", any(serve)).layer(DefaultBodyLimit::max(1024 * 1024)).with_state(sandbox)
}

async fn serve(State(sandbox): State<Sandbox>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let mood = sandbox.mood();
    match mood {
        Mood::Broken => return answer(StatusCode::INTERNAL_SERVER_ERROR, &error("InternalError", "internal error")),
        Mood::Deaf => tokio::time::sleep(SILENCE).await,
        _ => {}
    }
    let query = pairs(uri.query().unwrap_or_default());
    let call = Call { method: method.as_str(), path: uri.path(), query: &query, headers: &headers, body: &body };
    let action = match door::admit(&sandbox, &call) {
        Ok(action) => action,
        Err((status, code, message)) => return answer(status, &error(code, message)),
    };
    let mut asked: HashMap<String, String> = query.into_iter().collect();
    asked.extend(pairs(&String::from_utf8_lossy(&body)));
    let told = match action.as_str() {
        "SendSms" => send(&sandbox, &asked),
        "QuerySendDetails" => details(&sandbox, &asked),
        _ => return answer(StatusCode::NOT_FOUND, &error("InvalidAction.NotFound", "Specified api is not found.")),
    };
    match mood {
        Mood::Slow => tokio::time::sleep(SLOWNESS).await,
        Mood::Silent if action == "SendSms" => tokio::time::sleep(SILENCE).await,
        _ => {}
    }
    answer(StatusCode::OK, &told)
}

/// SendSms: everything is checked for every number before the first letter is taken.
fn send(sandbox: &Sandbox, asked: &HashMap<String, String>) -> Value {
    let (text, phones) = match check(sandbox, asked) {
        Ok(checked) => checked,
        Err((code, message)) => return error(code, message),
    };
    let now = sandbox.now();
    let field = |name: &str| asked.get(name).cloned().unwrap_or_default();
    let mut taken = Vec::new();
    let biz_id = {
        let mut books = sandbox.books();
        books.counter += 1;
        let biz_id = format!("{}{:06}^0", now.ms(), books.counter);
        for to in phones {
            let letter = Letter {
                to,
                text: text.clone(),
                template_code: field("TemplateCode"),
                out_id: field("OutId"),
                biz_id: biz_id.clone(),
                at: now,
                status: 1,
                err_code: String::new(),
            };
            inbox::remember(&mut books.letters, letter.clone());
            taken.push(letter);
        }
        biz_id
    };
    for letter in taken {
        reports::schedule(sandbox, letter);
    }
    json!({ "Code": "OK", "Message": "OK", "BizId": biz_id, "RequestId": request_id(sandbox) })
}

type Fault = (&'static str, &'static str);

/// The text to send and the numbers to send it to.
fn check(sandbox: &Sandbox, asked: &HashMap<String, String>) -> Result<(String, Vec<String>), Fault> {
    let field = |name: &str| asked.get(name).map_or("", String::as_str);
    if field("SignName") != sandbox.settings().sign_name {
        return Err(("isv.SMS_SIGNATURE_ILLEGAL", "该账号下找不到对应签名"));
    }
    let template = Template::ALL
        .into_iter()
        .find(|template| template.sms_code() == field("TemplateCode"))
        .ok_or(("isv.SMS_TEMPLATE_ILLEGAL", "该账号下找不到对应模板"))?;
    let phones: Vec<String> = field("PhoneNumbers").split(',').map(str::to_owned).collect();
    if phones.len() > 1000 {
        return Err(("isv.MOBILE_COUNT_OVER_LIMIT", "手机号码数量超过限制"));
    }
    if !phones.iter().all(|phone| Phone::parse(phone).is_ok_and(|known| known.expose() == phone)) {
        return Err(("isv.MOBILE_NUMBER_ILLEGAL", "非法手机号"));
    }
    let params = params(template, field("TemplateParam"))?;
    let text = format!("【{}】{}", sandbox.settings().sign_name, template.render(&params));
    if sandbox.mood() == Mood::Limiting {
        return Err(("isv.BUSINESS_LIMIT_CONTROL", "触发分钟级流控Permits:1"));
    }
    if sandbox.settings().limits {
        let now = sandbox.now();
        let books = sandbox.books();
        if let Some(message) = phones.iter().find_map(|phone| inbox::limit(&books.letters, phone, now)) {
            return Err(("isv.BUSINESS_LIMIT_CONTROL", message));
        }
    }
    Ok((text, phones))
}

/// The parameters of a template out of their JSON.
fn params(template: Template, text: &str) -> Result<Vec<(String, String)>, Fault> {
    let text = if text.is_empty() { "{}" } else { text };
    let given: HashMap<String, Value> =
        serde_json::from_str(text).map_err(|_| ("isv.INVALID_JSON_PARAM", "参数格式错误，请修改为字符串值"))?;
    let mut params = Vec::new();
    for name in template.params() {
        let value = match given.get(*name) {
            Some(Value::String(value)) => value.clone(),
            Some(Value::Number(value)) => value.to_string(),
            _ => return Err(("isv.TEMPLATE_MISSING_PARAMETERS", "模板变量中存在未赋值变量")),
        };
        if value.chars().count() > PARAM_CHARS {
            return Err(("isv.PARAM_LENGTH_LIMIT", "参数超过长度限制"));
        }
        params.push(((*name).to_owned(), value));
    }
    Ok(params)
}

/// QuerySendDetails: the letters of one number and day, a page at a time.
fn details(sandbox: &Sandbox, asked: &HashMap<String, String>) -> Value {
    let field = |name: &str| asked.get(name).map_or("", String::as_str);
    let number = |name: &str| field(name).parse::<usize>().ok().filter(|number| *number > 0);
    let (Some(size), Some(page)) = (number("PageSize").filter(|size| *size <= 50), number("CurrentPage")) else {
        return error("isv.INVALID_PARAMETERS", "参数异常");
    };
    let books = sandbox.books();
    let found: Vec<&Letter> = books
        .letters
        .iter()
        .rev()
        .filter(|letter| {
            letter.to == field("PhoneNumber")
                && letter.at.china_date().to_string().replace('-', "") == field("SendDate")
                && (field("BizId").is_empty() || letter.biz_id == field("BizId"))
        })
        .collect();
    let list: Vec<Value> = found
        .iter()
        .skip((page - 1).saturating_mul(size))
        .take(size)
        .map(|letter| {
            json!({
                "PhoneNum": letter.to, "OutId": letter.out_id, "TemplateCode": letter.template_code,
                "Content": letter.text, "SendStatus": letter.status, "ErrCode": letter.err_code,
                "SendDate": letter.at.to_the_second(), "ReceiveDate": letter.at.to_the_second(),
            })
        })
        .collect();
    json!({
        "Code": "OK", "Message": "OK", "RequestId": "query", "TotalCount": found.len().to_string(),
        "SmsSendDetailDTOs": { "SmsSendDetailDTO": list },
    })
}

fn request_id(sandbox: &Sandbox) -> String {
    let books = sandbox.books();
    format!("{:08X}-0000-4000-8000-{:012X}", books.counter, sandbox.now().ms())
}

fn error(code: &str, message: &str) -> Value {
    json!({ "Code": code, "Message": message, "RequestId": "refused", "HostId": "dysmsapi.aliyuncs.com" })
}

fn answer(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], body.to_string()).into_response()
}

/// A query or a form: a plus sign is a blank on the wire.
fn pairs(text: &str) -> Vec<(String, String)> {
    serde_urlencoded::from_str(text).unwrap_or_default()
}
