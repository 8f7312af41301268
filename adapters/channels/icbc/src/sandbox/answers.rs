//! The platform's services: an order, a refund, what became of it.

use axum::body::Bytes;
use axum::extract::{OriginalUri, Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use ejia_counter::{NewRefund, Refund, RefundFault, RefundStep, TradeState};
use ejia_wire::{Charset, Form, Scheme, base64, stamps};
use serde_json::{Value, json};

use super::{Bank, CHANNEL, ILLEGAL, Sandbox};
use crate::gateway::field;
use crate::orders::fen;

/// No such order, as samples know it.
const NO_ORDER: i64 = 5_940_021;
/// Refusals of the sandbox's own.
const NOT_REFUNDED: i64 = 99_001;

pub(super) async fn answer(
    State(sandbox): State<Sandbox>,
    Path(service): Path<String>,
    OriginalUri(address): OriginalUri,
    body: Bytes,
) -> Response {
    let bank = &sandbox.bank;
    let form = Form::decode(&body, Charset::Utf8).unwrap_or_default();
    let biz: Value = serde_json::from_str(form.text("biz_content")).unwrap_or(Value::Null);
    let order = Some(field(&biz, "orderid")).filter(|order| !order.is_empty()).unwrap_or(field(&biz, "orderNum"));
    let counter = bank.counter.clone();
    if let Some(silence) = counter.hear(&order).await {
        return silence;
    }
    let mut said = match bank.admit(address.path(), &form) {
        Err(code) => json!({ "return_code": code, "return_msg": "illegal call" }),
        Ok(()) => match service.as_str() {
            "b2c/orderqry/search/V1" => query(bank, &biz, &order),
            "enterprise/merctserv/refund/V1" => refund(bank, &biz, &order),
            "enterprise/merctserv/qryrefund/V1" => refund_query(bank, &biz),
            _ => json!({ "return_code": ILLEGAL, "return_msg": "no such service" }),
        },
    };
    if let Some(fields) = said.as_object_mut() {
        fields.insert("msg_id".to_owned(), json!(form.text("msg_id")));
    }
    let said = said.to_string();
    // As the platform does: SHA1withRSA, whatever the question was signed with.
    let sign = bank.key.sign(Scheme::Sha1, said.as_bytes()).map(|sign| base64(&sign)).unwrap_or_default();
    let body = format!(r#"{{"response_biz_content":{said},"sign":"{sign}"}}"#);
    let headers = [(header::CONTENT_TYPE, "application/json; charset=UTF-8")];
    counter.answer(&order, (headers, body).into_response()).await
}

fn query(bank: &Bank, biz: &Value, order: &str) -> Value {
    let ours = field(biz, "merid") == bank.merchant;
    let Some(trade) = bank.counter.find(CHANNEL, order).filter(|_| ours) else {
        return json!({ "return_code": NO_ORDER, "return_msg": "order not found" });
    };
    let status = match trade.state {
        TradeState::Paid | TradeState::Refunded => "2",
        TradeState::Refused | TradeState::Closed => "3",
        TradeState::Waiting => "4",
    };
    let at = trade.paid_at.unwrap_or(trade.opened_at);
    let (day, time) = (at.china_date().to_string(), stamps::spaced(at));
    let time = time.split(' ').next_back().unwrap_or_default().replace(':', ".");
    json!({
        "return_code": 0,
        "return_msg": "success",
        "order_no": trade.number,
        "order_sum": trade.amount.fen().to_string(),
        "status": status,
        "tdate": day,
        "ttime": time,
        "rjsum": trade.given_back().fen().to_string(),
        "trx_serno": trade.trade,
    })
}

fn refund(bank: &Bank, biz: &Value, order: &str) -> Value {
    let refused = |code: i64| json!({ "return_code": code, "return_msg": "refused" });
    let Some(trade) = bank.counter.find(CHANNEL, order) else { return refused(NO_ORDER) };
    let paid_on = trade.paid_at.map(|at| stamps::compact_day(at.china_date()));
    if field(biz, "onLine_merID") != bank.merchant || Some(field(biz, "payDate")) != paid_on {
        return refused(NO_ORDER);
    }
    let Some(amount) = fen(&field(biz, "rejectAmt")) else { return refused(ILLEGAL) };
    let new = NewRefund { number: field(biz, "emallRejectId"), amount, ..NewRefund::default() };
    match bank.counter.refund(CHANNEL, order, new) {
        Ok(taken) => told(&taken.refund),
        Err(RefundFault::Unknown) => refused(NO_ORDER),
        Err(_) => refused(NOT_REFUNDED),
    }
}

fn refund_query(bank: &Bank, biz: &Value) -> Value {
    match bank.counter.find_refund(CHANNEL, &field(biz, "emallRejectId")) {
        Some((_, refund)) => told(&refund),
        None => json!({ "return_code": NO_ORDER, "return_msg": "refund not found" }),
    }
}

fn told(refund: &Refund) -> Value {
    let status = match refund.step {
        RefundStep::Done => "1",
        RefundStep::Underway => "2",
        RefundStep::Refused => "0",
    };
    json!({
        "return_code": 0,
        "return_msg": "success",
        "emallRejectId": refund.number,
        "status": status,
        "serialNo": refund.trade,
        "rejectCashAmt": refund.amount.fen().to_string(),
    })
}
