//! 【组织关系转移】 of the member portal, on the web and inside WeChat.

use axum::extract::Path;
use ejia_db::Txn;
use ejia_kernel::{Problem, TransferId};
use ejia_web::{Answer, Asked, Call, Either, Input, Member, MemberPortal, Nothing, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::Serialize;

use super::apply::{apply, apply_out, mend};
use super::change::{own, withdraw};
use super::entered::{OutEntered, WithinEntered};
use super::forms::{ChooseView, OutView, WithinView, returned};
use crate::model::Direction;
use crate::store;
use crate::views::{LineView, TransferView};

const CHOOSE: Page<MemberPortal, ChooseView> = page!(ChooseView, "member/transfers/choose.html", "我要转移组织关系");
const WITHIN: Page<MemberPortal, WithinView> = page!(WithinView, "member/transfers/within.html", "平台内转移");
const OUT: Page<MemberPortal, OutView> = page!(OutView, "member/transfers/out.html", "平台外转移");
const RECORDS: Page<MemberPortal, RecordsView> =
    page!(RecordsView, "member/transfers/records.html", "组织关系转移记录");
const TRANSFER: Page<MemberPortal, TransferView> =
    page!(TransferView, "member/transfers/transfer.html", "组织关系转移");

/// 【组织关系转移记录】: a member's own.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct RecordsView {
    pub(crate) lines: Vec<LineView>,
}

/// What programs hear: which transfer it was.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Done {
    transfer: String,
}

/// The routes of a member's transfers.
pub(crate) fn routes() -> Routes<MemberPortal> {
    Routes::new()
        .get("/member/transfers", records)
        .get("/member/transfers/new", choose)
        .get("/member/transfers/new/within", within_form)
        .post("/member/transfers/new/within", within)
        .get("/member/transfers/new/out", out_form)
        .post("/member/transfers/new/out", out)
        .get("/member/transfers/{id}", transfer)
        .get("/member/transfers/{id}/mend", mend_form)
        .post("/member/transfers/{id}/mend/within", mend_within)
        .post("/member/transfers/{id}/mend/out", mend_out)
        .post("/member/transfers/{id}/withdraw", take_back)
}

/// The id in an address.
pub(crate) fn transfer_id(text: &str) -> Result<TransferId, Problem> {
    text.parse().map_err(|_| Problem::not_found("transfers.no_such_transfer"))
}

/// Reads something for the caller.
pub(crate) async fn for_caller<V: Send + 'static>(
    call: &Call<MemberPortal>,
    view: impl Fn(&mut Txn<'_>, &Member) -> Result<V, Problem> + Send + 'static,
) -> Result<V, Problem> {
    let caller = call.caller().clone();
    call.desk().read(move |txn| view(txn, &caller)).await
}

/// Does something for the caller.
pub(crate) async fn by_caller<T: Send + 'static>(
    call: &Call<MemberPortal>,
    act: impl Fn(&mut Txn<'_>, &Member) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let caller = call.caller().clone();
    call.desk().write(move |txn| act(txn, &caller)).await
}

async fn records(call: Call<MemberPortal>) -> Answer<MemberPortal, RecordsView> {
    let view = for_caller(&call, |txn, by| {
        let tree = ejia_directory::tree(txn)?;
        let now = txn.now();
        let lines = store::of_member(txn, by.id())?;
        Ok(RecordsView { lines: lines.iter().map(|transfer| LineView::of(&tree, transfer, now)).collect() })
    });
    Ok(Reply::show(RECORDS, view.await?))
}

async fn choose(call: Call<MemberPortal>) -> Answer<MemberPortal, ChooseView> {
    Ok(Reply::show(CHOOSE, for_caller(&call, ChooseView::of).await?))
}

async fn transfer(call: Call<MemberPortal>, Path(id): Path<String>) -> Answer<MemberPortal, TransferView> {
    let id = transfer_id(&id)?;
    let view = for_caller(&call, move |txn, by| {
        let transfer = own(txn, by, id)?;
        TransferView::of(txn, &transfer)
    });
    Ok(Reply::show(TRANSFER, view.await?))
}

async fn within_view(
    call: &Call<MemberPortal>,
    mends: Option<TransferId>,
    entered: WithinEntered,
) -> Result<WithinView, Problem> {
    for_caller(call, move |txn, by| {
        let entered = WithinView::taken(txn, entered.clone())?;
        WithinView::of(txn, by, mends, entered)
    })
    .await
}

async fn within_form(call: Call<MemberPortal>, Asked(asked): Asked<WithinEntered>) -> Answer<MemberPortal, WithinView> {
    Ok(Reply::show(WITHIN, within_view(&call, None, asked).await?))
}

async fn within(
    call: Call<MemberPortal>,
    Input(input): Input<WithinEntered>,
) -> Answer<MemberPortal, Either<Done, WithinView>> {
    if input.searches() {
        return Ok(Reply::show(WITHIN, within_view(&call, None, input).await?).right());
    }
    let entered = input.clone();
    match by_caller(&call, move |txn, by| apply(txn, by, |tree| entered.wanted(tree))).await {
        Ok(id) => Ok(handed_in(id).left()),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => Reply::again(WITHIN, within_view(&call, None, input.clone()).await?, &input, problem),
    }
}

fn handed_in(id: TransferId) -> Reply<MemberPortal, Done> {
    Reply::done(format!("/member/transfers/{id}"), Done { transfer: id.to_string() }).saying("transfers.applied_said")
}

async fn out_view(
    call: &Call<MemberPortal>,
    mends: Option<TransferId>,
    entered: OutEntered,
) -> Result<OutView, Problem> {
    for_caller(call, move |txn, by| OutView::of(txn, by, mends, entered.clone())).await
}

async fn out_form(call: Call<MemberPortal>) -> Answer<MemberPortal, OutView> {
    Ok(Reply::show(OUT, out_view(&call, None, OutEntered::default()).await?))
}

async fn out(call: Call<MemberPortal>, Input(input): Input<OutEntered>) -> Answer<MemberPortal, Done> {
    let entered = input.clone();
    match by_caller(&call, move |txn, by| apply_out(txn, by, &entered)).await {
        Ok(id) => Ok(handed_in(id)),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => Reply::again(OUT, out_view(&call, None, input.clone()).await?, &input, problem),
    }
}

async fn mend_form(
    call: Call<MemberPortal>,
    Path(id): Path<String>,
    Asked(asked): Asked<WithinEntered>,
) -> Answer<MemberPortal, Either<WithinView, OutView>> {
    let id = transfer_id(&id)?;
    let transfer = for_caller(&call, move |txn, by| returned(txn, by, id)).await?;
    if transfer.direction == Direction::Out {
        return Ok(Reply::show(OUT, out_view(&call, Some(id), OutEntered::from(&transfer)).await?).right());
    }
    // What was typed to search for another branch goes before what the application says.
    let searching = asked != WithinEntered::default();
    let entered = if searching { asked } else { WithinEntered::from(&transfer) };
    Ok(Reply::show(WITHIN, within_view(&call, Some(id), entered).await?).left())
}

async fn mend_within(
    call: Call<MemberPortal>,
    Path(id): Path<String>,
    Input(input): Input<WithinEntered>,
) -> Answer<MemberPortal, Either<Done, WithinView>> {
    let (id, entered) = (transfer_id(&id)?, input.clone());
    if input.searches() {
        return Ok(Reply::show(WITHIN, within_view(&call, Some(id), input).await?).right());
    }
    match by_caller(&call, move |txn, by| mend(txn, by, id, |tree| entered.wanted(tree))).await {
        Ok(()) => Ok(handed_in(id).left()),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => Reply::again(WITHIN, within_view(&call, Some(id), input.clone()).await?, &input, problem),
    }
}

async fn mend_out(
    call: Call<MemberPortal>,
    Path(id): Path<String>,
    Input(input): Input<OutEntered>,
) -> Answer<MemberPortal, Done> {
    let (id, entered) = (transfer_id(&id)?, input.clone());
    match by_caller(&call, move |txn, by| mend(txn, by, id, |_| entered.wanted())).await {
        Ok(()) => Ok(handed_in(id)),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => Reply::again(OUT, out_view(&call, Some(id), input.clone()).await?, &input, problem),
    }
}

async fn take_back(
    call: Call<MemberPortal>,
    Path(id): Path<String>,
    Input(_): Input<Nothing>,
) -> Answer<MemberPortal, Done> {
    let id = transfer_id(&id)?;
    by_caller(&call, move |txn, by| withdraw(txn, by, id)).await?;
    let done = Done { transfer: id.to_string() };
    Ok(Reply::done(format!("/member/transfers/{id}"), done).saying("transfers.withdrawn_said"))
}
