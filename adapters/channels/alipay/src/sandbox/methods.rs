//! What the methods do with the books.

use axum::response::{IntoResponse, Redirect, Response};
use ejia_counter::{
    ActFault, Card, NewRefund, NewTrade, OpenFault, RefundFault, RefundStep, Trade, TradeState, cashier_path,
};
use ejia_kernel::Fen;
use ejia_wire::{Form, stamps};
use serde_json::Value;

use super::gateway::{Refusal, Said};
use super::{CHANNEL, Company, bills};
use crate::node::Node;

const NOT_THERE: Refusal = Refusal::business("ACQ.TRADE_NOT_EXIST", "交易不存在");
const STATUS: Refusal = Refusal::business("ACQ.TRADE_STATUS_ERROR", "交易状态不合法");

/// Whether a method is called by the payer's browser.
pub(super) fn is_page(method: &str) -> bool {
    matches!(method, "alipay.trade.page.pay" | "alipay.trade.wap.pay")
}

/// The order a call is about, empty when it does not tell.
pub(super) fn order_of(company: &Company, business: &Value) -> String {
    trade_of(company, business).map_or_else(|_| text(business, "out_trade_no").to_owned(), |trade| trade.number)
}

/// Opens a trade and leads the payer to its page.
pub(super) fn open(company: &Company, call: &Form, business: &Value) -> Result<Response, Refusal> {
    let wrong = |what| Refusal::arguments("isv.invalid-parameter", what);
    let number = text(business, "out_trade_no");
    if number.is_empty() || number.len() > 64 {
        return Err(wrong("out_trade_no 不正确"));
    }
    let amount: Fen = text(business, "total_amount").parse().map_err(|_| wrong("total_amount 不正确"))?;
    let subject = text(business, "subject");
    if amount <= Fen::ZERO || subject.is_empty() || subject.chars().count() > 256 {
        return Err(wrong("total_amount 或 subject 不正确"));
    }
    let products: &[&str] = match call.text("method") {
        "alipay.trade.page.pay" => &["FAST_INSTANT_TRADE_PAY"],
        _ => &["QUICK_WAP_WAY", "QUICK_WAP_PAY"],
    };
    if !products.contains(&text(business, "product_code")) {
        return Err(wrong("product_code 不正确"));
    }
    let expires_at = match text(business, "time_expire") {
        "" => None,
        told => Some(stamps::read_spaced(told).ok_or(wrong("time_expire 不正确"))?),
    };
    let (shut, opened) = (text(business, "disable_pay_channels"), text(business, "enable_pay_channels"));
    if !shut.is_empty() && !opened.is_empty() {
        return Err(wrong("disable_pay_channels 与 enable_pay_channels 不能同时使用"));
    }
    let credit_shut = shut.split(',').any(|channel| channel == "credit_group");
    let only_debit = !opened.is_empty() && !opened.to_ascii_lowercase().contains("credit");
    let new = NewTrade {
        channel: CHANNEL.to_owned(),
        number: number.to_owned(),
        merchant: company.settings.merchant.clone(),
        amount,
        subject: subject.to_owned(),
        expires_at,
        notify_url: call.text("notify_url").to_owned(),
        return_url: call.text("return_url").to_owned(),
        debit_only: credit_shut || only_debit,
        notes: [("method".to_owned(), call.text("method").to_owned())].into(),
    };
    match company.counter.open(new) {
        // One that is paid or closed shows its state.
        Ok(_) | Err(OpenFault::Paid) => Ok(Redirect::to(&cashier_path(CHANNEL, number)).into_response()),
        Err(OpenFault::Closed) if company.counter.find(CHANNEL, number).is_some() => {
            Ok(Redirect::to(&cashier_path(CHANNEL, number)).into_response())
        }
        Err(OpenFault::Closed) => Err(Refusal::business("ACQ.TRADE_HAS_CLOSE", "交易已经关闭")),
        Err(OpenFault::AmountDiffers) => Err(Refusal::business("ACQ.CONTEXT_INCONSISTENT", "交易信息被篡改")),
    }
}

/// What a call between the servers says.
pub(super) fn answer(company: &Company, method: &str, business: &Value, origin: &str) -> Said {
    match method {
        "alipay.trade.query" => Ok(query(&trade_of(company, business)?, business)),
        "alipay.trade.refund" => refund(company, business),
        "alipay.trade.fastpay.refund.query" => Ok(refund_query(&trade_of(company, business)?, business)),
        "alipay.trade.close" => close(company, business),
        "alipay.data.dataservice.bill.downloadurl.query" => {
            bills::address(company, text(business, "bill_type"), text(business, "bill_date"), origin)
        }
        _ => Err(Refusal::arguments("isv.invalid-method", "不存在的方法名")),
    }
}

fn query(trade: &Trade, business: &Value) -> Node {
    let node = Node::new()
        .with("trade_no", trade.trade.as_str())
        .with("out_trade_no", trade.number.as_str())
        .with("trade_status", status(trade.state))
        .with("total_amount", trade.amount.to_string())
        .with("buyer_logon_id", "159****5620");
    let Some(at) = trade.paid_at else { return node.with("buyer_pay_amount", "0.00").with("receipt_amount", "0.00") };
    let node = node
        .with("send_pay_date", stamps::spaced(at))
        .with("buyer_pay_amount", trade.amount.to_string())
        .with("receipt_amount", trade.amount.to_string());
    let options = business.get("query_options").and_then(Value::as_array);
    if options.is_some_and(|asked| asked.iter().any(|option| option == "fund_bill_list")) {
        let (channel, kind) = fund(trade.card);
        let fund = Node::new().with("amount", trade.amount.to_string()).with("fund_channel", channel);
        return node.with("fund_bill_list", vec![Value::from(fund.with_some("fund_type", kind))]);
    }
    node
}

fn refund(company: &Company, business: &Value) -> Said {
    let trade = trade_of(company, business)?;
    let amount = text(business, "refund_amount").parse();
    let amount = amount.map_err(|_| Refusal::arguments("isv.invalid-parameter", "refund_amount 不正确"))?;
    // Without a number of its own a refund is known by the order's.
    let number = Some(text(business, "out_request_no")).filter(|number| !number.is_empty()).unwrap_or(&trade.number);
    let new = NewRefund { number: number.to_owned(), amount, ..NewRefund::default() };
    let taken = company.counter.refund(CHANNEL, &trade.number, new).map_err(|fault| match fault {
        RefundFault::Unknown => NOT_THERE,
        RefundFault::NotPaid => STATUS,
        RefundFault::TooMuch => Refusal::business("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限"),
        RefundFault::Differs => Refusal::business("ACQ.REASON_TRADE_REFUND_FEE_ERR", "退款金额无效"),
        RefundFault::Refused => Refusal::business("ACQ.SELLER_BALANCE_NOT_ENOUGH", "卖家余额不足"),
    })?;
    let moved = taken.fresh && taken.refund.step == RefundStep::Done;
    Ok(Node::new()
        .with("trade_no", taken.trade.trade.as_str())
        .with("out_trade_no", taken.trade.number.as_str())
        .with("buyer_logon_id", "159****5620")
        .with("fund_change", if moved { "Y" } else { "N" })
        .with("refund_fee", taken.trade.given_back().to_string())
        .with("gmt_refund_pay", stamps::spaced(taken.refund.asked_at)))
}

fn refund_query(trade: &Trade, business: &Value) -> Node {
    let number = text(business, "out_request_no");
    let node = Node::new()
        .with("trade_no", trade.trade.as_str())
        .with("out_trade_no", trade.number.as_str())
        .with("out_request_no", number);
    let Some(refund) = trade.refund(number) else { return node };
    let status = if refund.step == RefundStep::Done { "REFUND_SUCCESS" } else { "" };
    node.with("refund_amount", refund.amount.to_string())
        .with("total_amount", trade.amount.to_string())
        .with_some("refund_status", status)
}

fn close(company: &Company, business: &Value) -> Said {
    let trade = trade_of(company, business)?;
    if trade.state == TradeState::Closed {
        return Err(Refusal::business("ACQ.TRADE_HAS_CLOSE", "交易已经关闭"));
    }
    match company.counter.close(CHANNEL, &trade.number) {
        Ok((trade, _)) => Ok(Node::new().with("trade_no", trade.trade).with("out_trade_no", trade.number)),
        Err(ActFault::Unknown) => Err(NOT_THERE),
        Err(ActFault::State(_)) => Err(STATUS),
    }
}

/// The trade a call names by the merchant's number or by ours; ours counts when both are told.
fn trade_of(company: &Company, business: &Value) -> Result<Trade, Refusal> {
    let (ours, theirs) = (text(business, "trade_no"), text(business, "out_trade_no"));
    let found = match (ours, theirs) {
        ("", "") => return Err(Refusal::missing("isv.missing-parameter", "out_trade_no 和 trade_no 不能同时为空")),
        ("", number) => company.counter.find(CHANNEL, number),
        (trade, _) => company.counter.find_trade(CHANNEL, trade),
    };
    found.filter(|trade| theirs.is_empty() || trade.number == theirs).ok_or(NOT_THERE)
}

/// `trade_status` of a state of the books.
pub(super) fn status(state: TradeState) -> &'static str {
    match state {
        TradeState::Waiting | TradeState::Refused => "WAIT_BUYER_PAY",
        TradeState::Paid => "TRADE_SUCCESS",
        TradeState::Closed | TradeState::Refunded => "TRADE_CLOSED",
    }
}

/// The channel, and the type, that money of a card comes by.
pub(super) fn fund(card: Option<Card>) -> (&'static str, &'static str) {
    match card {
        Some(Card::Credit) => ("BANKCARD", "CREDIT_CARD"),
        Some(Card::Debit) => ("BANKCARD", "DEBIT_CARD"),
        Some(Card::Balance) | None => ("ALIPAYACCOUNT", ""),
    }
}

fn text<'a>(business: &'a Value, name: &str) -> &'a str {
    business.get(name).and_then(Value::as_str).unwrap_or_default()
}
