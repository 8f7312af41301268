//! 【我要交党费】, the page of an order, its receipt, and 【交纳记录】.

use axum::extract::Path;
use ejia_documents::{Documents, Paper};
use ejia_kernel::{Fen, OrderId, Problem};
use ejia_payments::{Cashier, ChannelKind, Device, Order};
use ejia_web::{Answer, Asked, Call, Face, File, Input, MemberPortal, Page, Reply, Routes, aside, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::open::{PayAsk, open_order};
use super::order_views::{BackView, LeaveView, OrderStep, OrderView, ReceiptView, order_view, own_order};
use super::views::{DuesView, HistoryView};

const DUES: Page<MemberPortal, DuesView> = page!(DuesView, "member/dues/dues.html", "我要交党费");
const ORDER: Page<MemberPortal, OrderView> = page!(OrderView, "member/dues/order.html", "党费订单");
const RECEIPT: Page<MemberPortal, ReceiptView> = page!(ReceiptView, "member/dues/receipt.html", "党费交纳收据");
const HISTORY: Page<MemberPortal, HistoryView> = page!(HistoryView, "member/dues/history.html", "交纳记录");

/// The routes of paying.
pub(crate) fn routes() -> Routes<MemberPortal> {
    Routes::new()
        .get("/member/dues", dues)
        .post("/member/dues", pay)
        .get("/member/dues/orders/{id}", order)
        .get("/member/dues/receipts/{id}", receipt)
        .get("/member/dues/receipts/{id}/file", receipt_file)
        .get("/member/dues/history", history)
}

async fn dues(call: Call<MemberPortal>) -> Answer<MemberPortal, DuesView> {
    Ok(Reply::show(DUES, owing(&call).await?))
}

async fn owing(call: &Call<MemberPortal>) -> Result<DuesView, Problem> {
    let (by, offered) = (call.caller().clone(), call.site().part::<Cashier>()?.offered());
    call.desk().read(move |txn| DuesView::of(txn, &by, &offered)).await
}

/// What is to be paid, as it was seen.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct Pay {
    /// Over which channel, by its code.
    channel: String,
    /// 备注.
    remark: String,
    /// The total that was seen, in fen.
    expected: i64,
}

/// What programs hear: the order that was opened.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Opened {
    order: String,
}

async fn pay(call: Call<MemberPortal>, Input(input): Input<Pay>) -> Answer<MemberPortal, Opened> {
    match open(&call, &input).await {
        Ok(order) => {
            let order = order.id.to_string();
            Ok(Reply::done(format!("/member/dues/orders/{order}"), Opened { order }))
        }
        Err(problem) => Reply::again(DUES, owing(&call).await?, &input, problem),
    }
}

async fn open(call: &Call<MemberPortal>, input: &Pay) -> Result<Order, Problem> {
    let channel = ChannelKind::from_code(&input.channel)
        .ok_or_else(|| Problem::refused("dues.choose_channel").on("channel", "dues.choose_channel"))?;
    let (by, cashier) = (call.caller().clone(), call.site().part::<Cashier>()?);
    let ask =
        PayAsk { members: vec![by.id()], channel, remark: input.remark.clone(), expected: Fen::new(input.expected) };
    call.desk().write(move |txn| open_order(txn, &cashier, &by, &ask)).await
}

/// How the page of an order is asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct OrderAsked {
    /// 【查看支付结果】: the channel is asked.
    result: bool,
}

async fn order(
    call: Call<MemberPortal>,
    Path(id): Path<String>,
    Asked(asked): Asked<OrderAsked>,
) -> Answer<MemberPortal, OrderView> {
    let id: OrderId = id.parse().map_err(|_| Problem::not_found("dues.no_such_order"))?;
    let by = call.caller().clone();
    if asked.result {
        let by = by.clone();
        call.desk()
            .write(move |txn| {
                let order = own_order(txn, &by, id)?;
                match OrderStep::of(&order, txn.now()) {
                    OrderStep::Waiting | OrderStep::Checking => ejia_payments::ask_soon(txn, id),
                    _ => Ok(()),
                }
            })
            .await?;
    }
    let (order, mut view) = call.desk().read(move |txn| order_view(txn, &by, id)).await?;
    say_reasons(&call, &mut view.back);
    if view.step == OrderStep::Waiting {
        let device = if call.face() == Face::Phone { Device::Phone } else { Device::Desktop };
        match call.site().part::<Cashier>()?.depart(&order, device) {
            Ok(departure) => view.leave = Some(LeaveView::from(departure)),
            Err(problem) => view.no_way = call.site().problem_sentence(&problem),
        }
    }
    Ok(Reply::show(ORDER, view))
}

/// Puts the sentences of reasons in the place of their codes.
fn say_reasons(call: &Call<MemberPortal>, back: &mut [BackView]) {
    for back in back {
        back.reason = call.site().sentence(&back.reason, &[]);
    }
}

async fn seen_receipt(call: &Call<MemberPortal>, id: &str) -> Result<ReceiptView, Problem> {
    let id: OrderId = id.parse().map_err(|_| Problem::not_found("dues.no_such_receipt"))?;
    let by = call.caller().clone();
    let mut view = call.desk().read(move |txn| ReceiptView::of(txn, &by, id)).await?;
    say_reasons(call, &mut view.back);
    Ok(view)
}

async fn receipt(call: Call<MemberPortal>, Path(id): Path<String>) -> Answer<MemberPortal, ReceiptView> {
    Ok(Reply::show(RECEIPT, seen_receipt(&call, &id).await?))
}

async fn receipt_file(call: Call<MemberPortal>, Path(id): Path<String>) -> Answer<MemberPortal, File> {
    let view = seen_receipt(&call, &id).await?;
    let documents = call.site().part::<Documents>()?;
    let paper = Paper::receipt(&view.paper());
    let bytes = aside(move || documents.set(&paper)).await?;
    Ok(Reply::file("党费交纳电子收据.pdf", "application/pdf", bytes))
}

/// Which year.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct HistoryAsked {
    year: Option<i16>,
}

async fn history(call: Call<MemberPortal>, Asked(asked): Asked<HistoryAsked>) -> Answer<MemberPortal, HistoryView> {
    let by = call.caller().clone();
    let view = call.desk().read(move |txn| HistoryView::of(txn, &by, asked.year)).await?;
    Ok(Reply::show(HISTORY, view))
}
