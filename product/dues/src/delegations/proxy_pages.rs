//! 【代交党费】: choose, see the sum, pay once for all.

use ejia_kernel::{Fen, Problem};
use ejia_payments::{Cashier, ChannelKind};
use ejia_web::{Answer, Asked, Call, Choice, Input, MemberPortal, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::proxy::{Chosen, ProxyView, SumView, ids};
use crate::paying::{PayAsk, open_order};

const PROXY: Page<MemberPortal, ProxyView> = page!(ProxyView, "member/dues/proxy.html", "代交党费");
const SUM: Page<MemberPortal, SumView> = page!(SumView, "member/dues/proxy_sum.html", "确认代交党费");

/// The routes of paying for others.
pub(crate) fn routes() -> Routes<MemberPortal> {
    Routes::new()
        .get("/member/dues/proxy", proxy)
        .post("/member/dues/proxy", choose)
        .post("/member/dues/proxy/pay", pay)
}

/// How the list begins.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct ProxyAsked {
    /// 全选.
    all: bool,
}

async fn proxy(call: Call<MemberPortal>, Asked(asked): Asked<ProxyAsked>) -> Answer<MemberPortal, ProxyView> {
    Ok(Reply::show(PROXY, list(&call, asked.all, Chosen::default()).await?))
}

async fn list(call: &Call<MemberPortal>, all: bool, chosen: Chosen) -> Result<ProxyView, Problem> {
    let by = call.caller().clone();
    call.desk().read(move |txn| ProxyView::of(txn, &by, all, &chosen)).await
}

async fn sum(call: &Call<MemberPortal>, chosen: Chosen) -> Result<SumView, Problem> {
    let by = call.caller().clone();
    let offered = call.site().part::<Cashier>()?.offered();
    let channels: Vec<Choice> = offered.iter().map(|kind| Choice::of(kind.label(), kind.code())).collect();
    call.desk().read(move |txn| SumView::of(txn, &by, &chosen, channels.clone())).await
}

/// The step that shows the sum before anything is paid; it changes nothing.
async fn choose(call: Call<MemberPortal>, Input(chosen): Input<Chosen>) -> Answer<MemberPortal, SumView> {
    match sum(&call, chosen.clone()).await {
        Ok(view) => Ok(Reply::show(SUM, view)),
        Err(problem) => Reply::again(PROXY, list(&call, false, chosen.clone()).await?, &chosen, problem),
    }
}

/// What is to be paid, as it was seen.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct PayFor {
    /// The members whose dues are to be paid.
    member: Vec<String>,
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

async fn pay(call: Call<MemberPortal>, Input(input): Input<PayFor>) -> Answer<MemberPortal, Opened> {
    let chosen = Chosen { member: input.member.clone() };
    let problem = match open(&call, &chosen, &input).await {
        Ok(order) => return Ok(Reply::done(format!("/member/dues/orders/{order}"), Opened { order })),
        Err(problem) => problem,
    };
    match sum(&call, chosen.clone()).await {
        Ok(view) => Reply::again(SUM, view, &input, problem),
        // Meanwhile somebody can no longer be chosen: back to the list.
        Err(_) => Reply::again(PROXY, list(&call, false, chosen.clone()).await?, &chosen, problem),
    }
}

async fn open(call: &Call<MemberPortal>, chosen: &Chosen, input: &PayFor) -> Result<String, Problem> {
    let channel = ChannelKind::from_code(&input.channel)
        .ok_or_else(|| Problem::refused("dues.choose_channel").on("channel", "dues.choose_channel"))?;
    let ask = PayAsk {
        members: ids(chosen).into_iter().collect(),
        channel,
        remark: input.remark.clone(),
        expected: Fen::new(input.expected),
    };
    let (by, cashier) = (call.caller().clone(), call.site().part::<Cashier>()?);
    let order = call.desk().write(move |txn| open_order(txn, &cashier, &by, &ask)).await?;
    Ok(order.id.to_string())
}
