//! The gateway: who calls, whether the signature holds, and answers signed over their exact text.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::any;
use ejia_wire::{Charset, Form, stamps};
use serde_json::Value;

use super::{Company, GATEWAY_PATH, methods};
use crate::node::Node;
use crate::signature::{SIGN_TYPE, request_holds, sign_text};

/// No call is longer.
const BYTES: usize = 256 * 1024;
/// How far a call's time may lie from ours.
const SKEW: Duration = Duration::from_hours(24);

/// What a method says: its fields, or code, sub-code and sentence of a refusal.
pub(super) type Said = Result<Node, Refusal>;

/// A refusal as the platform words it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refusal {
    code: &'static str,
    sub_code: &'static str,
    sub_msg: &'static str,
}

impl Refusal {
    /// The business refuses.
    pub(super) const fn business(sub_code: &'static str, sub_msg: &'static str) -> Self {
        Self { code: "40004", sub_code, sub_msg }
    }

    /// The call is not right.
    pub(super) const fn arguments(sub_code: &'static str, sub_msg: &'static str) -> Self {
        Self { code: "40002", sub_code, sub_msg }
    }

    /// Something is missing.
    pub(super) const fn missing(sub_code: &'static str, sub_msg: &'static str) -> Self {
        Self { code: "40001", sub_code, sub_msg }
    }

    fn msg(self) -> &'static str {
        match self.code {
            "40001" => "Missing Required Arguments",
            "40002" => "Invalid Arguments",
            _ => "Business Failed",
        }
    }
}

pub(super) fn routes() -> Router<Company> {
    Router::new().route(GATEWAY_PATH, any(serve)).layer(DefaultBodyLimit::max(BYTES))
}

async fn serve(State(company): State<Company>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let Some(call) = merged(uri.query().unwrap_or_default(), &body) else {
        let refusal = Refusal::arguments("isv.invalid-parameter", "参数重复或无法解码");
        return company.signed("error", Err(refusal));
    };
    let method = call.text("method").to_owned();
    let business = match company.admit(&call) {
        Ok(business) => business,
        Err(refusal) if methods::is_page(&method) => return page(refusal),
        Err(refusal) => return company.signed(&method, Err(refusal)),
    };
    if methods::is_page(&method) {
        return methods::open(&company, &call, &business).unwrap_or_else(page);
    }
    let number = methods::order_of(&company, &business);
    if let Some(nothing) = company.counter.hear(&number).await {
        return nothing;
    }
    let origin = host(&headers).map(|host| format!("http://{host}")).unwrap_or_default();
    let said = methods::answer(&company, &method, &business, &origin);
    company.counter.answer(&number, company.signed(&method, said)).await
}

/// Query and body as one form; none when a name stands in both, since a signature covers only one of them.
fn merged(query: &str, body: &[u8]) -> Option<Form> {
    Form::decode(query.as_bytes(), Charset::Utf8)?.merged(&Form::decode(body, Charset::Utf8)?)
}

fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::HOST).and_then(|host| host.to_str().ok())
}

impl Company {
    /// Checks who calls and the signature; gives `biz_content`.
    fn admit(&self, call: &Form) -> Result<Value, Refusal> {
        let known = ["app_id", "method", "sign", "sign_type", "timestamp", "version", "biz_content"];
        if known.iter().any(|name| call.text(name).is_empty()) {
            return Err(Refusal::missing("isv.missing-parameter", "缺少必选参数"));
        }
        if call.text("app_id") != self.settings.app_id {
            return Err(Refusal::arguments("isv.invalid-app-id", "无效的AppID参数"));
        }
        if call.text("sign_type") != SIGN_TYPE {
            return Err(Refusal::arguments("isv.invalid-signature-type", "无效的签名类型"));
        }
        if !request_holds(call, &self.settings.merchant_public_key) {
            return Err(Refusal::arguments(
                "isv.invalid-signature",
                "验签出错，请确认charset放在了URL查询字符串中且各参数值使用charset编码",
            ));
        }
        let now = self.counter.now();
        let at = stamps::read_spaced(call.text("timestamp"));
        if at.is_none_or(|at| at < now.minus(SKEW) || at > now.plus(SKEW)) {
            return Err(Refusal::arguments("isv.invalid-timestamp", "非法的时间戳参数"));
        }
        if !call.text("charset").eq_ignore_ascii_case("utf-8") {
            return Err(Refusal::arguments("isv.invalid-charset", "字符集错误"));
        }
        let business = serde_json::from_str(call.text("biz_content")).ok().filter(Value::is_object);
        business.ok_or(Refusal::arguments("isv.invalid-parameter", "biz_content不是JSON对象"))
    }

    /// An answer as the platform sends it: the node's text with its slashes escaped, and the signature over that text.
    pub(super) fn signed(&self, method: &str, said: Said) -> Response {
        let node = match said {
            Ok(node) => node.with("code", "10000").with("msg", "Success"),
            Err(refusal) => Node::new()
                .with("code", refusal.code)
                .with("msg", refusal.msg())
                .with("sub_code", refusal.sub_code)
                .with("sub_msg", refusal.sub_msg),
        };
        let node = node.to_string().replace('/', "\\/");
        let Ok(sign) = sign_text(&node, &self.settings.private_key) else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let sign = Value::from(sign).to_string().replace('/', "\\/");
        let safe = method.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '.');
        let name = if safe && !method.is_empty() { method.replace('.', "_") } else { "error".to_owned() };
        let body = format!("{{\"{name}_response\":{node},\"sign\":{sign}}}");
        ([(header::CONTENT_TYPE, "text/html;charset=utf-8")], body).into_response()
    }
}

/// What a payer sees whose link is not right.
fn page(refusal: Refusal) -> Response {
    let Refusal { sub_code, sub_msg, .. } = refusal;
    let page = format!(
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>无法付款</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"stylesheet\" href=\"/sandbox/bank/counter.css\"></head><body><main><h1>无法付款</h1>\
         <p>{sub_msg}</p><p>错误代码 {sub_code}</p><p>请回到商户页面重新发起付款。</p></main></body></html>"
    );
    (StatusCode::OK, Html(page)).into_response()
}
