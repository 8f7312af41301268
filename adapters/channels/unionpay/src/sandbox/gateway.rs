//! The four addresses: cashier, refunds, questions, files.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use ejia_counter::{NewRefund, NewTrade, OpenFault, RefundFault, RefundStep, TradeState, cashier_path};
use ejia_wire::{Form, stamps};

use super::Gateway;
use super::door::{
    AMOUNT, BALANCE, Code, FAILED, FORMAT, MISSING, NO_FILE, NO_ORIGINAL, OK, TWICE, UNDERWAY, UNHEARD, notes,
};
use super::voice::moved;
use crate::answers::amount;

pub(super) fn router(gateway: Arc<Gateway>) -> Router {
    let channel = gateway.settings.channel.clone();
    let path = |name: &str| format!("/sandbox/bank/{channel}/{name}.do");
    Router::new()
        .route(&path("frontTransReq"), post(front))
        .route(&path("backTransReq"), post(back))
        .route(&path("queryTrans"), post(query))
        .route(&path("fileDownload"), post(file))
        .with_state(gateway)
}

/// The payer's browser brings an order, and is led to the cashier's page.
async fn front(State(gateway): State<Arc<Gateway>>, body: Bytes) -> Response {
    match gateway.open(&body) {
        Ok(number) => Redirect::to(&cashier_path(&gateway.settings.channel, &number)).into_response(),
        Err((code, sentence)) => {
            let page = format!(
                "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>银联在线支付</title><h1>订单未受理</h1><p>{code} {sentence}</p></html>"
            );
            (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
        }
    }
}

async fn back(State(gateway): State<Arc<Gateway>>, body: Bytes) -> Response {
    let admitted = gateway.admit(&body, ("04", "00", "000201"), &["orderId", "txnAmt", "origQryId", "backUrl"]);
    let original = admitted.as_ref().ok().and_then(|form| {
        gateway.counter.find_trade(&gateway.settings.channel, form.text("origQryId")).map(|trade| trade.number)
    });
    let number = original.clone().unwrap_or_default();
    if let Some(silence) = gateway.counter.hear(&number).await {
        return silence;
    }
    let answer = match admitted {
        Ok(form) => {
            let (code, told) = gateway.refund(&form, original.as_deref());
            gateway.reply(&form, code, told)
        }
        Err((form, code)) => gateway.reply(&form, code, Form::new()),
    };
    gateway.counter.answer(&number, raw(answer)).await
}

async fn query(State(gateway): State<Arc<Gateway>>, body: Bytes) -> Response {
    let admitted = gateway.admit(&body, ("00", "00", "000000"), &["orderId"]);
    let asked = admitted.as_ref().map(|form| form.text("orderId").to_owned()).unwrap_or_default();
    let refund = gateway.counter.find_refund(&gateway.settings.channel, &asked);
    let number = refund.map_or(asked, |(trade, _)| trade.number);
    if let Some(silence) = gateway.counter.hear(&number).await {
        return silence;
    }
    let answer = match admitted {
        Ok(form) => {
            let (code, told) = gateway.find(&form);
            gateway.reply(&form, code, told.with("orderId", form.text("orderId")))
        }
        Err((form, code)) => gateway.reply(&form, code, Form::new()),
    };
    gateway.counter.answer(&number, raw(answer)).await
}

async fn file(State(gateway): State<Arc<Gateway>>, body: Bytes) -> Response {
    if let Some(silence) = gateway.counter.hear("").await {
        return silence;
    }
    let answer = match gateway.admit(&body, ("76", "01", "000000"), &["settleDate", "fileType"]) {
        Ok(form) => {
            let today = gateway.counter.now().china_date();
            let day = stamps::read_month_day(form.text("settleDate"), today);
            let told = Form::new().with("settleDate", form.text("settleDate")).with("fileType", form.text("fileType"));
            match day.and_then(|day| gateway.day_file(day)) {
                Some((name, content)) => {
                    gateway.reply(&form, OK, told.with("fileName", name).with("fileContent", content))
                }
                None => gateway.reply(&form, NO_FILE, told),
            }
        }
        Err((form, code)) => gateway.reply(&form, code, Form::new()),
    };
    gateway.counter.answer("", raw(answer)).await
}

/// The gateway's answers call themselves HTML and are nothing of the kind.
fn raw(body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "text/html;charset=UTF-8")], body).into_response()
}

impl Gateway {
    /// Opens what a browser brought; its number.
    fn open(&self, body: &[u8]) -> Result<String, Code> {
        let needed = ["orderId", "txnAmt", "currencyCode", "channelType", "backUrl", "frontUrl"];
        let form = self.admit(body, ("01", "01", "000201"), &needed).map_err(|(_, code)| code)?;
        let amount = amount(form.text("txnAmt")).filter(|amount| amount.fen() > 0).ok_or(FORMAT)?;
        let timeout = form.text("payTimeout");
        let expires_at = stamps::read_compact(timeout);
        if form.text("currencyCode") != "156" || !matches!(form.text("channelType"), "07" | "08") {
            return Err(FORMAT);
        }
        if !timeout.is_empty() && expires_at.is_none() {
            return Err(FORMAT);
        }
        let number = form.text("orderId").to_owned();
        // One number with two times is two transactions to the real gateway; the books know one, so the second is refused.
        let known = self.counter.find(&self.settings.channel, &number);
        if known.is_some_and(|trade| trade.note("txnTime") != form.text("txnTime")) {
            return Err(TWICE);
        }
        let opened = self.counter.open(NewTrade {
            channel: self.settings.channel.clone(),
            number: number.clone(),
            merchant: self.settings.mer_id.clone(),
            amount,
            subject: "银联在线支付".to_owned(),
            expires_at,
            notify_url: form.text("backUrl").to_owned(),
            return_url: form.text("frontUrl").to_owned(),
            debit_only: self.settings.debit_only,
            notes: notes(&form, &["txnTime", "channelType", "issInsCode"]),
        });
        match opened {
            Ok(_) => Ok(number),
            Err(OpenFault::Closed) => Err(("39", "交易不在受理时间范围内[3900000]")),
            Err(OpenFault::AmountDiffers | OpenFault::Paid) => Err(TWICE),
        }
    }

    fn refund(&self, form: &Form, original: Option<&str>) -> (Code, Form) {
        let told = Form::new().with("orderId", form.text("orderId")).with("origQryId", form.text("origQryId"));
        let Some(amount) = amount(form.text("txnAmt")) else { return (FORMAT, told) };
        let Some(original) = original else { return (NO_ORIGINAL, told) };
        let number = form.text("orderId").to_owned();
        let new = NewRefund { number, amount, notes: notes(form, &["txnTime", "backUrl"]) };
        let code = match self.counter.refund(&self.settings.channel, original, new) {
            Ok(taken) if taken.fresh => {
                let told = told.with("queryId", taken.refund.trade).with("txnAmt", amount.fen().to_string());
                return (OK, told);
            }
            Ok(_) | Err(RefundFault::Differs) => TWICE,
            Err(RefundFault::Unknown | RefundFault::NotPaid) => NO_ORIGINAL,
            Err(RefundFault::TooMuch) => AMOUNT,
            Err(RefundFault::Refused) => FAILED,
        };
        (code, told)
    }

    /// What is known of a number and its time, an order's or a refund's.
    fn find(&self, form: &Form) -> (Code, Form) {
        let (number, time) = (form.text("orderId"), form.text("txnTime"));
        if number.is_empty() {
            return (MISSING, Form::new());
        }
        let channel = &self.settings.channel;
        if let Some(trade) = self.counter.find(channel, number).filter(|trade| trade.note("txnTime") == time) {
            return match trade.state {
                TradeState::Paid | TradeState::Refunded => original(OK, self.payment(&trade)),
                TradeState::Refused => original(BALANCE, Form::new()),
                TradeState::Waiting | TradeState::Closed => (UNHEARD, Form::new()),
            };
        }
        let refund = self.counter.find_refund(channel, number);
        let known = refund.filter(|(_, refund)| refund.notes.get("txnTime").is_some_and(|known| known == time));
        let Some((_, refund)) = known else { return (UNHEARD, Form::new()) };
        let told = moved(&refund.trade, refund.amount, refund.done_at.unwrap_or(refund.asked_at));
        match refund.step {
            RefundStep::Underway => original(UNDERWAY, Form::new()),
            RefundStep::Done => original(OK, told),
            RefundStep::Refused => original(FAILED, Form::new()),
        }
    }
}

/// The answer to a question that was understood: the code of what was asked about goes into fields of its own.
fn original(code: Code, told: Form) -> (Code, Form) {
    (OK, told.with("origRespCode", code.0).with("origRespMsg", code.1))
}
