//! The office pages: orders with every step, and 对账 for the city committee.

use axum::extract::Path;
use ejia_kernel::{EntryId, OrderId, Problem, RefundId};
use ejia_web::{Answer, Asked, Call, Input, Nothing, OfficePortal, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cashier::Cashier;
use crate::channel::ChannelKind;
use crate::operations::{explain, look_after_refund};
use crate::views::order::{HandBackView, OrderView};
use crate::views::orders::{OrdersAsked, OrdersView};
use crate::views::reconciliation::{MonthAsked, MonthView, address};

const ORDERS: Page<OfficePortal, OrdersView> = page!(OrdersView, "office/payments/orders.html", "交纳订单查询");
const ORDER: Page<OfficePortal, OrderView> = page!(OrderView, "office/payments/order.html", "订单");
const HAND_BACK: Page<OfficePortal, HandBackView> =
    page!(HandBackView, "office/payments/hand_back.html", "确认已退还现金");
const MONTH: Page<OfficePortal, MonthView> = page!(MonthView, "office/payments/reconciliation.html", "对账");

/// The office's routes.
pub(crate) fn routes() -> Routes<OfficePortal> {
    Routes::new()
        .get("/office/payments/orders", orders)
        .get("/office/payments/orders/{id}", order)
        .get("/office/payments/refunds/{id}/handed-back", confirm_hand_back)
        .post("/office/payments/refunds/{id}/handed-back", hand_back)
        .post("/office/payments/refunds/{id}/retry", retry)
        .get("/office/payments/reconciliation", month)
        .post("/office/payments/differences/{id}/explain", explain_difference)
}

async fn orders(call: Call<OfficePortal>, Asked(asked): Asked<OrdersAsked>) -> Answer<OfficePortal, OrdersView> {
    let by = call.caller().clone();
    let view = call.desk().read(move |txn| OrdersView::of(txn, &by, &asked)).await?;
    Ok(Reply::show(ORDERS, view))
}

async fn order(call: Call<OfficePortal>, Path(id): Path<OrderId>) -> Answer<OfficePortal, OrderView> {
    let (by, site) = (call.caller().clone(), call.site().clone());
    let view = call.desk().read(move |txn| OrderView::of(txn, &site, &by, id)).await?;
    Ok(Reply::show(ORDER, view))
}

async fn confirm_hand_back(call: Call<OfficePortal>, Path(id): Path<RefundId>) -> Answer<OfficePortal, HandBackView> {
    let (by, site) = (call.caller().clone(), call.site().clone());
    let view = call.desk().read(move |txn| HandBackView::of(txn, &site, &by, id)).await?;
    Ok(Reply::show(HAND_BACK, view))
}

async fn hand_back(
    call: Call<OfficePortal>,
    Path(id): Path<RefundId>,
    Input(_): Input<Nothing>,
) -> Answer<OfficePortal> {
    let by = call.caller().clone();
    let order = call.desk().write(move |txn| look_after_refund::hand_back(txn, &by, id)).await?;
    Ok(Reply::done(order_address(order), Nothing {}).saying("payments.cash_handed_back_said"))
}

async fn retry(call: Call<OfficePortal>, Path(id): Path<RefundId>, Input(_): Input<Nothing>) -> Answer<OfficePortal> {
    let by = call.caller().clone();
    let order = call.desk().write(move |txn| look_after_refund::retry(txn, &by, id)).await?;
    Ok(Reply::done(order_address(order), Nothing {}).saying("payments.refund_retried_said"))
}

fn order_address(order: Option<OrderId>) -> String {
    order.map_or_else(|| "/office/payments/orders".to_owned(), |id| format!("/office/payments/orders/{id}"))
}

async fn month(call: Call<OfficePortal>, Asked(asked): Asked<MonthAsked>) -> Answer<OfficePortal, MonthView> {
    Ok(Reply::show(MONTH, month_view(&call, asked).await?))
}

async fn month_view(call: &Call<OfficePortal>, asked: MonthAsked) -> Result<MonthView, Problem> {
    let (by, site) = (call.caller().clone(), call.site().clone());
    let offered = site.part::<Cashier>()?.offered();
    call.desk().read(move |txn| MonthView::of(txn, &site, &by, &offered, &asked)).await
}

/// What the city committee found out about a difference, and the page it was looking at.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct Explain {
    note: String,
    month: String,
    channel: String,
}

async fn explain_difference(
    call: Call<OfficePortal>,
    Path(id): Path<EntryId>,
    Input(input): Input<Explain>,
) -> Answer<OfficePortal> {
    let (by, entered) = (call.caller().clone(), input.clone());
    let asked = MonthAsked { month: input.month.clone(), channel: input.channel.clone() };
    match call.desk().write(move |txn| explain::explain(txn, &by, id, &entered.note)).await {
        Ok(()) => {
            let to = match input.month.parse() {
                Ok(month) => address(month, ChannelKind::from_code(&input.channel)),
                Err(_) => "/office/payments/reconciliation".to_owned(),
            };
            Ok(Reply::done(to, Nothing {}).saying("payments.difference_explained_said"))
        }
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => Reply::again_in(MONTH, month_view(&call, asked).await?, id, &input, problem),
    }
}
