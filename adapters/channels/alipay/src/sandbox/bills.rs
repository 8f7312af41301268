//! Statements: an address that holds for half a minute, and behind it a zip of GBK tables.

use std::fmt::Write;
use std::time::Duration;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use ejia_counter::BookEntry;
use ejia_kernel::{Date, Fen, Instant};
use ejia_wire::{Charset, packed, same, sha256_hex, stamps};
use serde::Deserialize;

use super::gateway::{Refusal, Said};
use super::{CHANNEL, Company};
use crate::node::Node;

const PATH: &str = "/sandbox/bank/alipay/bill";
/// From when on, in the next day, a statement is there.
const READY: Duration = Duration::from_hours(10);
/// How long its address holds.
const HOLDS: Duration = Duration::from_secs(30);

const HEADING: &str = "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,\
                       订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,\
                       券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注";

pub(super) fn routes() -> Router<Company> {
    Router::new().route(PATH, get(download))
}

/// The answer to the question for a statement's address.
pub(super) fn address(company: &Company, kind: &str, day: &str, origin: &str) -> Said {
    if kind != "trade" {
        return Err(Refusal::arguments("isv.invalid-arguments", "bill_type 不支持"));
    }
    let day: Date = day.parse().map_err(|_| Refusal::arguments("isv.invalid-arguments", "bill_date 不正确"))?;
    let now = company.counter.now();
    let ready = Instant::start_of(day.plus_days(1)).plus(READY);
    // A day on which nothing happened has no statement either.
    if now < ready || company.counter.day(CHANNEL, day).is_empty() {
        return Err(Refusal::business("isp.bill_not_exist", "账单不存在"));
    }
    let until = now.plus(HOLDS).ms();
    let token = token(company, day, until);
    Ok(Node::new().with("bill_download_url", format!("{origin}{PATH}?day={day}&until={until}&token={token}")))
}

#[derive(Deserialize)]
struct Asked {
    day: Date,
    until: i64,
    token: String,
}

async fn download(State(company): State<Company>, Query(asked): Query<Asked>) -> Response {
    let Asked { day, until, token: told } = asked;
    if !same(&token(&company, day, until), &told) || company.counter.now().ms() > until {
        return (StatusCode::FORBIDDEN, "链接已失效").into_response();
    }
    let entries = company.counter.day(CHANNEL, day);
    let (list, summary) = (list(&company, day, &entries), summary(&company, day, &entries));
    let seller = &company.settings.seller_id;
    let names = [
        format!("{seller}_{}_业务明细.csv", stamps::compact_day(day)),
        format!("{seller}_{}_业务明细(汇总).csv", stamps::compact_day(day)),
    ];
    let (list, summary) = (Charset::Gbk.encode(&list), Charset::Gbk.encode(&summary));
    let [list_name, summary_name] = &names;
    match packed::zip(&[(summary_name.as_str(), &summary), (list_name.as_str(), &list)]) {
        Some(package) => ([(header::CONTENT_TYPE, "application/octet-stream")], package).into_response(),
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The table of the single transactions, with the tabs that keep spreadsheets from rounding long numbers.
fn list(company: &Company, day: Date, entries: &[BookEntry]) -> String {
    let mut table = top(company, day, "业务明细查询");
    let _ = write!(
        table,
        "#-----------------------------------------业务明细列表----------------------------------------\r\n{HEADING}\r\n"
    );
    for BookEntry { trade, refund, at } in entries {
        let (kind, amount, number) = match refund {
            None => ("交易", trade.amount, ""),
            Some(refund) => ("退款", Fen::new(-refund.amount.fen()), refund.number.as_str()),
        };
        let _ = write!(
            table,
            "{}\t,{}\t,{kind}     ,{},{},{},,,,,159****5620,{amount},{amount},0.00,0.00,0.00,0.00,0.00,,0.00,0.00,\
             {number}\t,0.00,0.00,\r\n",
            trade.trade,
            trade.number,
            trade.subject.replace([',', '"', '\r', '\n'], " "),
            stamps::spaced(trade.opened_at),
            stamps::spaced(*at),
        );
    }
    table
        .push_str("#-----------------------------------------业务明细列表结束------------------------------------\r\n");
    table + &bottom(company)
}

fn summary(company: &Company, day: Date, entries: &[BookEntry]) -> String {
    let mut table = top(company, day, "业务汇总查询");
    let back = entries.iter().filter(|entry| entry.refund.is_some()).count();
    let _ = write!(
        table,
        "#-----------------------------------------业务汇总列表----------------------------------------\r\n\
         门店编号,门店名称,交易订单总笔数,退款订单总笔数\r\n合计,,{},{back}\r\n\
         #-----------------------------------------业务汇总列表结束------------------------------------\r\n",
        entries.len() - back
    );
    table + &bottom(company)
}

fn top(company: &Company, day: Date, what: &str) -> String {
    let day = day.chinese();
    let seller = &company.settings.seller_id;
    format!("#支付宝{what}\r\n#账号：[{seller}0156]\r\n#起始日期：[{day} 00:00:00]   终止日期：[{day} 24:00:00]\r\n")
}

fn bottom(company: &Company) -> String {
    format!("#导出时间：[{}]\r\n", company.counter.now().to_the_second())
}

/// What proves that an address was given out here.
fn token(company: &Company, day: Date, until: i64) -> String {
    sha256_hex(format!("{} {day} {until}", company.settings.seller_id).as_bytes())
}
