//! The addresses the companies call with delivery reports.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use ejia_db::Desk;
use ejia_kernel::{MessageId, Phone};
use ejia_messages::Report;
use serde::Deserialize;

use crate::signature::same;
use crate::tencent;

/// The most reports one call may hold.
const REPORTS: usize = 1000;
/// The most bytes one call may hold.
const BYTES: usize = 1024 * 1024;

/// One report as Aliyun sends it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SmsReport {
    phone_number: String,
    success: bool,
    err_code: String,
    biz_id: String,
    out_id: String,
}

#[derive(Clone)]
struct Door {
    desk: Desk,
    secret: String,
}

/// The routes `/notify/sms/{secret}` (Aliyun) and `/notify/sms/{secret}/tencent`. The secret stands in the addresses given
/// to the companies.
pub fn router(desk: Desk, secret: impl Into<String>) -> Router {
    Router::new()
        .route("/notify/sms/{secret}", post(take))
        .route("/notify/sms/{secret}/tencent", post(take_of_tencent))
        .layer(DefaultBodyLimit::max(BYTES))
        .with_state(Door { desk, secret: secret.into() })
}

/// Takes a list of reports. Any other answer than "taken" makes the service call again after 1, 5 and 10 minutes.
async fn take(State(door): State<Door>, Path(secret): Path<String>, body: Bytes) -> Response {
    if !same(&secret, &door.secret) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Ok(list) = serde_json::from_slice::<Vec<SmsReport>>(&body) else {
        return answer(StatusCode::BAD_REQUEST, r#"{"code":1,"msg":"格式错误"}"#);
    };
    if list.len() > REPORTS {
        return answer(StatusCode::BAD_REQUEST, r#"{"code":1,"msg":"条数过多"}"#);
    }
    let reports: Vec<Report> = list.into_iter().filter_map(read).collect();
    if written(&door.desk, reports).await {
        answer(StatusCode::OK, r#"{"code":0,"msg":"接收成功"}"#)
    } else {
        answer(StatusCode::SERVICE_UNAVAILABLE, r#"{"code":1,"msg":"稍后再试"}"#)
    }
}

/// Takes a list of Tencent's reports, whose "taken" reads otherwise.
async fn take_of_tencent(State(door): State<Door>, Path(secret): Path<String>, body: Bytes) -> Response {
    if !same(&secret, &door.secret) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Some(reports) = tencent::take(&body).filter(|reports| reports.len() <= REPORTS) else {
        return answer(StatusCode::BAD_REQUEST, r#"{"result":1,"errmsg":"format"}"#);
    };
    if written(&door.desk, reports).await {
        answer(StatusCode::OK, r#"{"result":0,"errmsg":"OK"}"#)
    } else {
        answer(StatusCode::SERVICE_UNAVAILABLE, r#"{"result":1,"errmsg":"later"}"#)
    }
}

/// Writes reports down; whether that was possible.
async fn written(desk: &Desk, reports: Vec<Report>) -> bool {
    match desk.write(move |txn| ejia_messages::record_reports(txn, &reports)).await {
        Ok(_) => true,
        Err(problem) => {
            tracing::error!(code = problem.code, detail = problem.detail, "delivery reports were not taken");
            false
        }
    }
}

/// A code or number of a company as a row may hold it.
pub(crate) fn plain(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(40).collect()
}

/// A report in our words; one that speaks of no phone is dropped.
fn read(report: SmsReport) -> Option<Report> {
    let SmsReport { phone_number, success, err_code, biz_id, out_id } = report;
    let number = match phone_number.strip_prefix("86") {
        Some(rest) if rest.len() == 11 => rest,
        _ => &phone_number,
    };
    let phone = Phone::parse(number).ok()?;
    Some(Report {
        id: out_id.parse::<MessageId>().ok(),
        number: plain(&biz_id),
        phone,
        failure: if success { None } else { Some(plain(&err_code)) },
    })
}

fn answer(status: StatusCode, body: &'static str) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response()
}
