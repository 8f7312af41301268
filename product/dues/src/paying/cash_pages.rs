//! 【线下交纳】: pages of the organization portal, for branches.

use axum::extract::Path;
use ejia_kernel::{BillId, Date, Fen, Problem};
use ejia_payments::Cashier;
use ejia_web::{Answer, Call, Input, OfficePortal, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::cash::{RegisterCash, register_cash, reverse_cash};
use super::cash_views::{CashSum, CashView, ReversalView};

const CASH: Page<OfficePortal, CashView> = page!(CashView, "office/dues/cash.html", "线下交纳");
const SUM: Page<OfficePortal, CashSum> = page!(CashSum, "office/dues/cash_sum.html", "确认线下交纳");
const REVERSAL: Page<OfficePortal, ReversalView> =
    page!(ReversalView, "office/dues/cash_reversal.html", "冲销现金登记");

/// The routes of cash.
pub(crate) fn routes() -> Routes<OfficePortal> {
    Routes::new()
        .get("/office/dues/cash", cash)
        .post("/office/dues/cash/confirm", confirm)
        .post("/office/dues/cash", register)
        .get("/office/dues/cash/{id}/reverse", reversal)
        .post("/office/dues/cash/{id}/reverse", reverse)
}

/// What was received, as it was entered.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct CashForm {
    /// The bills, each with the amount in fen that was seen: `id.5000`.
    bill: Vec<String>,
    /// 收款日期.
    received_on: String,
    /// 备注.
    remark: String,
}

impl CashForm {
    fn read(&self) -> Result<RegisterCash, Problem> {
        let received_on = Date::parse_loose(&self.received_on)
            .map_err(|_| Problem::refused("dues.received_on_needed").on("received_on", "dues.received_on_needed"))?;
        let bill = |text: &String| -> Option<(BillId, Fen)> {
            let (id, fen) = text.split_once('.')?;
            Some((id.parse().ok()?, Fen::new(fen.parse().ok()?)))
        };
        let bills: Option<Vec<_>> = self.bill.iter().map(bill).collect();
        let bills = bills.ok_or_else(|| Problem::not_found("dues.no_such_bill"))?;
        Ok(RegisterCash { bills, received_on, remark: self.remark.clone() })
    }
}

async fn cash(call: Call<OfficePortal>) -> Answer<OfficePortal, CashView> {
    Ok(Reply::show(CASH, listed(&call, Vec::new()).await?))
}

async fn listed(call: &Call<OfficePortal>, ticked: Vec<String>) -> Result<CashView, Problem> {
    let by = call.caller().as_branch()?;
    call.desk().read(move |txn| CashView::of(txn, &by, &ticked)).await
}

/// The step that shows the sum before anything is registered; it changes nothing.
async fn confirm(call: Call<OfficePortal>, Input(input): Input<CashForm>) -> Answer<OfficePortal, CashSum> {
    match summed(&call, &input).await {
        Ok(view) => Ok(Reply::show(SUM, view)),
        Err(problem) => Reply::again(CASH, listed(&call, input.bill.clone()).await?, &input, problem),
    }
}

async fn summed(call: &Call<OfficePortal>, input: &CashForm) -> Result<CashSum, Problem> {
    let by = call.caller().as_branch()?;
    let read = input.read()?;
    call.desk().read(move |txn| CashSum::of(txn, &by, &read)).await
}

/// What programs hear of a registration.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Registered {
    order: String,
    amount: Fen,
}

async fn register(call: Call<OfficePortal>, Input(input): Input<CashForm>) -> Answer<OfficePortal, Registered> {
    match registered(&call, &input).await {
        Ok((count, view)) => {
            let args = vec![("count", count.to_string()), ("total", view.amount.to_string())];
            Ok(Reply::done("/office/dues/cash", view).saying_with("dues.cash_registered_said", args))
        }
        Err(problem) => Reply::again(CASH, listed(&call, input.bill.clone()).await?, &input, problem),
    }
}

async fn registered(call: &Call<OfficePortal>, input: &CashForm) -> Result<(usize, Registered), Problem> {
    let by = call.caller().as_branch()?;
    let (read, cashier) = (input.read()?, call.site().part::<Cashier>()?);
    let order = call.desk().write(move |txn| register_cash(txn, &cashier, &by, &read)).await?;
    Ok((order.lines.len(), Registered { order: order.id.to_string(), amount: order.amount }))
}

async fn reversal(call: Call<OfficePortal>, Path(id): Path<String>) -> Answer<OfficePortal, ReversalView> {
    Ok(Reply::show(REVERSAL, reversible(&call, bill(&id)?).await?))
}

async fn reversible(call: &Call<OfficePortal>, id: BillId) -> Result<ReversalView, Problem> {
    let by = call.caller().as_branch()?;
    call.desk().read(move |txn| ReversalView::of(txn, &by, id)).await
}

/// Why a registration is taken back.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct Reversal {
    reason: String,
}

async fn reverse(
    call: Call<OfficePortal>,
    Path(id): Path<String>,
    Input(input): Input<Reversal>,
) -> Answer<OfficePortal, CashView> {
    let id = bill(&id)?;
    let by = call.caller().as_branch()?;
    let (cashier, reason) = (call.site().part::<Cashier>()?, input.reason.clone());
    match call.desk().write(move |txn| reverse_cash(txn, &cashier, &by, id, &reason)).await {
        Ok(()) => {
            let view = listed(&call, Vec::new()).await?;
            Ok(Reply::done("/office/dues/cash", view).saying("dues.cash_reversed_said"))
        }
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => Reply::again(REVERSAL, reversible(&call, id).await?, &input, problem),
    }
}

/// The id in an address.
fn bill(text: &str) -> Result<BillId, Problem> {
    text.parse().map_err(|_| Problem::not_found("dues.no_such_bill"))
}
