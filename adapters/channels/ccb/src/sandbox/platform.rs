//! The merchant platform: one question in, one answer out.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use ejia_counter::{BookEntry, NewRefund, RefundStep, Trade, TradeState};
use ejia_kernel::{Fen, Instant};
use ejia_wire::xml::{self, Element};
use ejia_wire::{Charset, stamps};

use super::{CHANNEL, Sandbox};
use crate::platform::{NO_SUCH_FLOW, WELL};

/// How many serial numbers are remembered.
const SERIALS: usize = 100_000;
/// Refusals of the sandbox's own: the bank's table of them is not public.
const NOT_LET_IN: &str = "SANDBOX0001";
const NOT_UNDERSTOOD: &str = "SANDBOX0002";
const NOT_REFUNDED: &str = "SANDBOX0003";

/// A code with TX_INFO written out.
type Said = (&'static str, String);

pub(super) async fn answer(State(sandbox): State<Sandbox>, body: Bytes) -> Response {
    let Some(question) = Charset::Gbk.decode(&body).and_then(|text| Element::read(&text)) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let nothing = Element::default();
    let info = question.child("TX_INFO").unwrap_or(&nothing);
    let order = info.text("ORDER").to_owned();
    let counter = sandbox.bank.counter.clone();
    if let Some(silence) = counter.hear(&order).await {
        return silence;
    }
    let (code, said) = if let Err(code) = admit(&sandbox, &question) {
        (code, String::new())
    } else {
        match question.text("TX_CODE") {
            "5W1002" => payments(&sandbox, info),
            "5W1003" => refunds(&sandbox, info),
            "5W1004" => refund(&sandbox, info),
            "5W1005" => make_file(&sandbox, info),
            "6W0111" => fetch_file(&sandbox, info),
            _ => (NOT_UNDERSTOOD, String::new()),
        }
    };
    let mut text = "<?xml version=\"1.0\" encoding=\"GB18030\"?><TX>".to_owned();
    let message = if code == WELL { "交易成功" } else { "交易失败" };
    for (name, value) in [
        ("REQUEST_SN", question.text("REQUEST_SN")),
        ("CUST_ID", question.text("CUST_ID")),
        ("TX_CODE", question.text("TX_CODE")),
        ("RETURN_CODE", code),
        ("RETURN_MSG", message),
        ("LANGUAGE", "CN"),
    ] {
        xml::write(&mut text, name, value);
    }
    text.extend(["<TX_INFO>", &said, "</TX_INFO></TX>"]);
    let body = Charset::Gbk.encode(&text).into_owned();
    counter.answer(&order, ([(header::CONTENT_TYPE, "text/xml; charset=GB18030")], body).into_response()).await
}

/// A file that was fetched before.
pub(super) async fn file(State(sandbox): State<Sandbox>, Path(name): Path<String>) -> Response {
    match sandbox.desk().files.get(&name) {
        Some(file) => file.clone().into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Lets a question in: the contract's operator, and a serial number that is new.
fn admit(sandbox: &Sandbox, question: &Element) -> Result<(), &'static str> {
    let contract = &sandbox.bank.contract;
    let who = (question.text("CUST_ID"), question.text("USER_ID"), question.text("PASSWORD"));
    if who != (&*contract.merchant, &*contract.user, &*contract.password) {
        return Err(NOT_LET_IN);
    }
    let serial = question.text("REQUEST_SN");
    if serial.is_empty() || serial.len() > 16 || !serial.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NOT_UNDERSTOOD);
    }
    let mut desk = sandbox.desk();
    if desk.serials.len() >= SERIALS {
        desk.serials.clear();
    }
    if desk.serials.insert(serial.to_owned()) { Ok(()) } else { Err(NOT_UNDERSTOOD) }
}

/// Whether what happened then stands among the settled flows (1) or those of today (0).
fn in_kind(sandbox: &Sandbox, info: &Element, at: Instant) -> bool {
    let settled = at.china_date() < sandbox.bank.counter.now().china_date();
    info.text("KIND") == if settled { "1" } else { "0" }
}

fn list(lines: &[Vec<(&str, String)>]) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str("<LIST>");
        for (name, value) in line {
            xml::write(&mut text, name, value);
        }
        text.push_str("</LIST>");
    }
    text
}

fn payments(sandbox: &Sandbox, info: &Element) -> Said {
    let found = sandbox.bank.counter.find(CHANNEL, info.text("ORDER"));
    let Some((trade, at)) = found.and_then(|trade| trade.paid_at.map(|at| (trade, at))) else {
        return (NO_SUCH_FLOW[0], String::new());
    };
    if !in_kind(sandbox, info, at) {
        return (NO_SUCH_FLOW[0], String::new());
    }
    let back = trade.given_back();
    let state = match trade.state {
        TradeState::Refunded => "4",
        _ if back > Fen::ZERO => "3",
        _ => "1",
    };
    let line = vec![
        ("TRAN_DATE", stamps::spaced(at)),
        ("ACC_DATE", stamps::compact_day(at.china_date())),
        ("ORDER", trade.number.clone()),
        ("ACCOUNT", String::new()),
        ("PAYMENT_MONEY", trade.amount.to_string()),
        ("REFUND_MONEY", back.to_string()),
        ("POS_ID", sandbox.bank.contract.counter.clone()),
        ("REM1", String::new()),
        ("REM2", String::new()),
        ("ORDER_STATUS", state.to_owned()),
        ("PAY_MODE", "BHK".to_owned()),
        ("OriOvrlsttnEV_Trck_No", trade.trade.clone()),
    ];
    (WELL, format!("<CUR_PAGE>1</CUR_PAGE><PAGE_COUNT>1</PAGE_COUNT><NOTICE></NOTICE>{}", list(&[line])))
}

fn refunds(sandbox: &Sandbox, info: &Element) -> Said {
    let Some(trade) = sandbox.bank.counter.find(CHANNEL, info.text("ORDER")) else {
        return (NO_SUCH_FLOW[1], String::new());
    };
    let lines: Vec<_> = trade
        .refunds
        .iter()
        .filter(|refund| in_kind(sandbox, info, refund.done_at.unwrap_or(refund.asked_at)))
        .map(|refund| {
            let state = match refund.step {
                RefundStep::Done => "1",
                RefundStep::Underway => "2",
                RefundStep::Refused => "0",
            };
            vec![
                ("TRAN_DATE", stamps::spaced(trade.paid_at.unwrap_or(refund.asked_at))),
                ("REFUND_DATE", stamps::spaced(refund.done_at.unwrap_or(refund.asked_at))),
                ("ORDER_NUMBER", trade.number.clone()),
                ("PAY_AMOUNT", trade.amount.to_string()),
                ("REFUNDEMENT_AMOUNT", refund.amount.to_string()),
                ("POS_CODE", sandbox.bank.contract.counter.clone()),
                ("STATUS", state.to_owned()),
                ("REFUND_CODE", refund.number.clone()),
                ("OriOvrlsttnEV_Trck_No", refund.trade.clone()),
            ]
        })
        .collect();
    if lines.is_empty() {
        return (NO_SUCH_FLOW[1], String::new());
    }
    (WELL, format!("<TPAGE>1</TPAGE><CUR_PAGE>1</CUR_PAGE>{}", list(&lines)))
}

fn refund(sandbox: &Sandbox, info: &Element) -> Said {
    let (order, code) = (info.text("ORDER"), info.text("REFUND_CODE"));
    let Ok(amount) = info.text("MONEY").parse::<Fen>() else { return (NOT_UNDERSTOOD, String::new()) };
    if code.len() > 15 {
        return (NOT_UNDERSTOOD, String::new());
    }
    let new = NewRefund { number: code.to_owned(), amount, ..NewRefund::default() };
    let Ok(taken) = sandbox.bank.counter.refund(CHANNEL, order, new) else { return (NOT_REFUNDED, String::new()) };
    let mut said = String::new();
    xml::write(&mut said, "ORDER_NUM", order);
    xml::write(&mut said, "PAY_AMOUNT", &taken.trade.amount.to_string());
    xml::write(&mut said, "AMOUNT", &amount.to_string());
    (WELL, said)
}

fn make_file(sandbox: &Sandbox, info: &Element) -> Said {
    let Some(day) = stamps::read_compact_day(info.text("DATE")) else { return (NOT_UNDERSTOOD, String::new()) };
    if day >= sandbox.bank.counter.now().china_date() {
        return (NOT_UNDERSTOOD, String::new());
    }
    let refunds = info.text("TYPE") == "1";
    let entries = sandbox.bank.counter.day(CHANNEL, day);
    let lines: Vec<&BookEntry> = entries.iter().filter(|entry| entry.refund.is_some() == refunds).collect();
    if lines.is_empty() {
        return (NO_SUCH_FLOW[0], String::new());
    }
    let kind = if refunds { "REFUND" } else { "PAY" };
    let name = format!("SHOP.{}.{}.{kind}.txt", sandbox.bank.contract.merchant, stamps::compact_day(day));
    let mut text = format!(
        "出单日期[{}]\t交易日期[{}]\t交易笔数[{}]\t交易金额[]\t手续费[0.00]\t结算金额[]\r\n\
         交易时间\t记账日期\t银行流水号\t商户流水号\t订单号\t订单状态\t付款方账号\t付款方户名\t订单金额\t交易金额\t手续费\
         \t结算金额\t柜台代码\t发卡行/通道\t支付卡种\r\n",
        stamps::compact_day(sandbox.bank.counter.now().china_date()),
        stamps::compact_day(day),
        lines.len()
    );
    for entry in lines {
        text.push_str(&row(sandbox, entry));
    }
    let file = Charset::Gbk.encode(&text).into_owned();
    sandbox.desk().files.insert(name.clone(), file);
    let mut said = String::new();
    xml::write(&mut said, "FILE_NAME", &name);
    (WELL, said)
}

fn row(sandbox: &Sandbox, entry: &BookEntry) -> String {
    let BookEntry { trade, refund, at } = entry;
    let Trade { number, amount, .. } = trade;
    let (serial, state, moved) = match refund {
        Some(refund) => (&refund.trade, "退款成功", refund.amount),
        None => (&trade.trade, "成功", *amount),
    };
    let counter = &sandbox.bank.contract.counter;
    let card = trade.card.map_or("", |card| card.label());
    format!(
        "{}\t{}\t{serial}\t\t{number}\t{state}\t\t\t{amount}\t{moved}\t0.00\t{moved}\t{counter}\t建行\t{card}\r\n",
        stamps::spaced(*at),
        stamps::compact_day(at.china_date())
    )
}

fn fetch_file(sandbox: &Sandbox, info: &Element) -> Said {
    let known = sandbox.desk().files.contains_key(info.text("SOURCE"));
    let asked = (info.text("FILEPATH"), info.text("LOCAL_REMOTE"));
    if known && asked == ("merchant/shls", "0") { (WELL, String::new()) } else { (NOT_UNDERSTOOD, String::new()) }
}
