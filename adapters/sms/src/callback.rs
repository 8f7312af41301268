//! The address the service calls with delivery reports (SmsReport).

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

/// The most reports one call may hold.
const REPORTS: usize = 1000;
/// The most bytes one call may hold.
const BYTES: usize = 1024 * 1024;

/// One report as the service sends it.
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

/// The route `/notify/sms/{secret}`. The secret stands in the address given to the service.
pub fn router(desk: Desk, secret: impl Into<String>) -> Router {
    Router::new()
        .route("/notify/sms/{secret}", post(take))
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
    match door.desk.write(move |txn| ejia_messages::record_reports(txn, &reports)).await {
        Ok(_) => answer(StatusCode::OK, r#"{"code":0,"msg":"接收成功"}"#),
        Err(problem) => {
            tracing::error!(code = problem.code, detail = problem.detail, "delivery reports were not taken");
            answer(StatusCode::SERVICE_UNAVAILABLE, r#"{"code":1,"msg":"稍后再试"}"#)
        }
    }
}

/// A report in our words; one that speaks of no phone is dropped.
fn read(report: SmsReport) -> Option<Report> {
    let SmsReport { phone_number, success, err_code, biz_id, out_id } = report;
    let number = match phone_number.strip_prefix("86") {
        Some(rest) if rest.len() == 11 => rest,
        _ => &phone_number,
    };
    let phone = Phone::parse(number).ok()?;
    let plain = |text: String| text.chars().filter(|letter| !letter.is_control()).take(40).collect::<String>();
    Some(Report {
        id: out_id.parse::<MessageId>().ok(),
        number: plain(biz_id),
        phone,
        failure: if success { None } else { Some(plain(err_code)) },
    })
}

fn answer(status: StatusCode, body: &'static str) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response()
}
