//! The bank's paying page: checks the form as the browser sends it, and leads on to the counter.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{OriginalUri, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use ejia_counter::{NewTrade, cashier_path};
use ejia_wire::{Charset, Form, from_base64, stamps};
use serde_json::Value;

use super::{CHANNEL, Sandbox};
use crate::gateway::field;
use crate::orders::fen;

/// How far an order's date may lie back, and ahead.
const BACK: Duration = Duration::from_hours(1);
const AHEAD: Duration = Duration::from_hours(12);

/// Takes the payer in.
pub(super) async fn take(State(sandbox): State<Sandbox>, OriginalUri(address): OriginalUri, body: Bytes) -> Response {
    let query = address.query().unwrap_or_default();
    match open(&sandbox, address.path(), query, &body) {
        Ok(number) => Redirect::to(&cashier_path(CHANNEL, &number)).into_response(),
        Err(why) => refusal(&why),
    }
}

fn refusal(why: &str) -> Response {
    let page = format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>中国工商银行（演示）</title>\
         <h1>无法受理这笔支付</h1><p>{why}</p></html>"
    );
    (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}

/// Opens the trade that the form asks for, or says why not.
fn open(sandbox: &Sandbox, path: &str, query: &str, body: &[u8]) -> Result<String, String> {
    let bank = &sandbox.bank;
    let form = |bytes: &[u8]| Form::decode(bytes, Charset::Utf8);
    let form = form(query.as_bytes()).zip(form(body)).and_then(|(query, body)| query.merged(&body));
    let form = form.ok_or("表单不可读")?;
    bank.admit(path, &form).map_err(|code| format!("错误码{code}"))?;
    if (form.text("interfaceName"), form.text("interfaceVersion")) != ("ICBC_PERBANK_B2C", "1.0.0.11") {
        return Err("接口名称或版本不符".to_owned());
    }
    let biz: Value = serde_json::from_str(form.text("biz_content")).map_err(|_| "业务数据不可读")?;
    let order = biz.get("orderInfo").ok_or("缺订单信息")?;
    let message = biz.get("message").ok_or("缺商品信息")?;
    if (field(order, "merID"), field(order, "merAcct")) != (bank.merchant.clone(), bank.account.clone()) {
        return Err("商户代码或账号不符".to_owned());
    }
    if (field(order, "installmentTimes"), field(order, "curType")) != ("1".to_owned(), "001".to_owned()) {
        return Err("分期或币种不符".to_owned());
    }
    let number = field(order, "orderId");
    if number.is_empty() || number.len() > 30 {
        return Err("订单号长度不符".to_owned());
    }
    let now = bank.counter.now();
    let dated = stamps::read_compact(&field(order, "orderDate")).ok_or("订单日期不符")?;
    if dated.plus(BACK) < now || now.plus(AHEAD) < dated {
        return Err("订单日期超出范围".to_owned());
    }
    let span: u64 = field(message, "payExpire").parse().map_err(|_| "有效期不符")?;
    if span == 0 || span >= 24 * 60 * 60 {
        return Err("有效期不符".to_owned());
    }
    let debit_only = match field(message, "creditType").as_str() {
        "0" => true,
        "1" | "2" => false,
        _ => return Err("支持卡种不符".to_owned()),
    };
    let subject = from_base64(&field(message, "goodsName")).and_then(|name| Charset::Gbk.decode(&name));
    let new = NewTrade {
        channel: CHANNEL.to_owned(),
        number,
        merchant: bank.merchant.clone(),
        amount: fen(&field(order, "amount")).ok_or("金额不符")?,
        subject: subject.ok_or("商品名称编码不符")?,
        expires_at: Some(now.plus(Duration::from_secs(span))),
        notify_url: form.text("notify_url").to_owned(),
        return_url: field(message, "returnUrl"),
        debit_only,
        ..NewTrade::default()
    };
    bank.counter.open(new).map(|trade| trade.number).map_err(|_| "订单已支付、已过期或金额不一致".to_owned())
}
