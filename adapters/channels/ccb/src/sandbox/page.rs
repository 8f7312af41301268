//! The bank's paying page: checks the order as it comes in the address, and leads on to the counter.

use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use ejia_counter::{NewTrade, cashier_path};
use ejia_kernel::{Fen, Instant};
use ejia_wire::{same, stamps};

use super::{CHANNEL, SANDBOX_PUBLIC, Sandbox};
use crate::payment;

/// Takes the payer in.
pub(super) async fn take(State(sandbox): State<Sandbox>, RawQuery(query): RawQuery) -> Response {
    match open(&sandbox, &query.unwrap_or_default()) {
        Ok(number) => Redirect::to(&cashier_path(CHANNEL, &number)).into_response(),
        Err(why) => refusal(why),
    }
}

fn refusal(why: &str) -> Response {
    let page = format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>中国建设银行（演示）</title>\
         <h1>无法受理这笔支付</h1><p>{why}</p></html>"
    );
    (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}

/// Opens the trade that the address asks for, or says why not.
fn open(sandbox: &Sandbox, query: &str) -> Result<String, &'static str> {
    let pairs: Vec<(&str, &str)> = query.split('&').map(|part| part.split_once('=').unwrap_or((part, ""))).collect();
    let [("CCB_IBSVersion", "V6"), signed @ .., ("MAC", mac)] = pairs.as_slice() else {
        return Err("接口版本或MAC缺失");
    };
    let tail = SANDBOX_PUBLIC.len().checked_sub(30).and_then(|start| SANDBOX_PUBLIC.get(start..)).unwrap_or_default();
    if !same(&payment::mac(signed.iter().copied(), tail), mac) {
        return Err("MAC校验失败");
    }
    let text =
        |name: &str| signed.iter().find(|(known, _)| *known == name).map(|(_, value)| *value).unwrap_or_default();
    let contract = &sandbox.bank.contract;
    if (text("MERCHANTID"), text("POSID"), text("BRANCHID"))
        != (&*contract.merchant, &*contract.counter, &*contract.branch)
    {
        return Err("商户、柜台或分行代码不符");
    }
    if (text("CURCODE"), text("TXCODE"), text("TYPE")) != ("01", payment::PAYING, "1") {
        return Err("币种、交易码或接口类型不符");
    }
    let number = text("ORDERID");
    if number.is_empty() || number.len() > 30 || text("REMARK1").len() > 30 || text("REMARK2").len() > 30 {
        return Err("订单号或备注长度不符");
    }
    let amount: Fen = text("PAYMENT").parse().map_err(|_| "金额格式不符")?;
    let expires_at: Option<Instant> = match text("TIMEOUT") {
        "" => None,
        time => Some(stamps::read_compact(time).ok_or("TIMEOUT格式不符")?),
    };
    let new = NewTrade {
        channel: CHANNEL.to_owned(),
        number: number.to_owned(),
        merchant: contract.merchant.clone(),
        amount,
        subject: unescape(text("PROINFO")).ok_or("PROINFO编码不符")?,
        expires_at,
        notify_url: contract.notify_url.clone(),
        return_url: contract.return_url.clone(),
        debit_only: contract.debit_only,
        ..NewTrade::default()
    };
    sandbox.bank.counter.open(new).map(|trade| trade.number).map_err(|_| "订单已支付、已过期或金额不一致")
}

/// Undoes JavaScript's `escape()`.
fn unescape(text: &str) -> Option<String> {
    let mut units = Vec::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let (digits, from) = match rest.strip_prefix("%u") {
            Some(_) => (rest.get(2..6)?, 6),
            None if letter == '%' => (rest.get(1..3)?, 3),
            None => {
                units.extend(letter.encode_utf16(&mut [0; 2]).iter());
                rest = rest.get(letter.len_utf8()..)?;
                continue;
            }
        };
        units.push(u16::from_str_radix(digits, 16).ok()?);
        rest = rest.get(from..)?;
    }
    String::from_utf16(&units).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn what_is_escaped_is_undone(text in ".{0,20}") {
            prop_assert_eq!(unescape(&payment::escape(&text)), Some(text));
        }
    }

    #[test]
    fn half_an_escape_is_none() {
        for text in ["%", "%u12", "%zz", "%uD83D", "%党x"] {
            assert_eq!(unescape(text), None, "{text}");
        }
    }
}
