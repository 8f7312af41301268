//! 【代交党费委托管理】 and 【批量委托】: pages of a branch.

use axum::extract::Path;
use ejia_db::Txn;
use ejia_kernel::Problem;
use ejia_web::{Answer, Asked, BranchOfficer, Call, Input, Nothing, OfficePortal, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::delegate::{Delegate, delegate, withdraw};
use super::pages::delegation;
use super::views::{BranchDelegationsView, DelegateView, EndView};

const LIST: Page<OfficePortal, BranchDelegationsView> =
    page!(BranchDelegationsView, "office/dues/delegations.html", "代交党费委托管理");
const NEW: Page<OfficePortal, DelegateView> = page!(DelegateView, "office/dues/delegate.html", "添加受托党员");
const BATCH: Page<OfficePortal, DelegateView> = page!(DelegateView, "office/dues/delegate.html", "批量委托");
const WITHDRAW: Page<OfficePortal, EndView> = page!(EndView, "office/dues/withdraw.html", "撤销委托");

/// The routes of a branch's delegations.
pub(crate) fn routes() -> Routes<OfficePortal> {
    Routes::new()
        .get("/office/dues/delegations", list)
        .get("/office/dues/delegations/new", form)
        .post("/office/dues/delegations", make)
        .get("/office/dues/delegations/{id}/withdraw", withdraw_form)
        .post("/office/dues/delegations/{id}/withdraw", withdraw_one)
}

/// Reads something for the branch.
async fn for_branch<V: Send + 'static>(
    call: &Call<OfficePortal>,
    view: impl Fn(&mut Txn<'_>, &BranchOfficer) -> Result<V, Problem> + Send + 'static,
) -> Result<V, Problem> {
    let by = call.caller().as_branch()?;
    call.desk().read(move |txn| view(txn, &by)).await
}

async fn list(call: Call<OfficePortal>) -> Answer<OfficePortal, BranchDelegationsView> {
    Ok(Reply::show(LIST, for_branch(&call, BranchDelegationsView::of).await?))
}

/// For whom a member is to be delegated.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct FormAsked {
    /// The member; none is all of the branch.
    member: String,
}

async fn delegate_view(call: &Call<OfficePortal>, member: String) -> Result<DelegateView, Problem> {
    for_branch(call, move |txn, by| {
        let one = Some(member.as_str()).filter(|member| !member.is_empty());
        DelegateView::of(txn, by, one)
    })
    .await
}

async fn form(call: Call<OfficePortal>, Asked(asked): Asked<FormAsked>) -> Answer<OfficePortal, DelegateView> {
    let page = if asked.member.is_empty() { BATCH } else { NEW };
    Ok(Reply::show(page, delegate_view(&call, asked.member).await?))
}

async fn make(call: Call<OfficePortal>, Input(input): Input<Delegate>) -> Answer<OfficePortal, BranchDelegationsView> {
    let (by, entered) = (call.caller().as_branch()?, input.clone());
    match call.desk().write(move |txn| delegate(txn, &by, &entered)).await {
        Ok(count) => {
            let said = if count == 0 { "dues.delegated_nothing_said" } else { "dues.delegated_said" };
            let view = for_branch(&call, BranchDelegationsView::of).await?;
            let count = vec![("count", count.to_string())];
            Ok(Reply::done("/office/dues/delegations", view).saying_with(said, count))
        }
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => {
            let page = if input.all { BATCH } else { NEW };
            let member = input.member.first().filter(|_| !input.all).cloned().unwrap_or_default();
            Reply::again(page, delegate_view(&call, member).await?, &input, problem)
        }
    }
}

async fn withdraw_form(call: Call<OfficePortal>, Path(id): Path<String>) -> Answer<OfficePortal, EndView> {
    let id = delegation(&id)?;
    Ok(Reply::show(WITHDRAW, for_branch(&call, move |txn, by| EndView::of_branch(txn, by, id)).await?))
}

async fn withdraw_one(
    call: Call<OfficePortal>,
    Path(id): Path<String>,
    Input(_): Input<Nothing>,
) -> Answer<OfficePortal, BranchDelegationsView> {
    let (by, id) = (call.caller().as_branch()?, delegation(&id)?);
    call.desk().write(move |txn| withdraw(txn, &by, id)).await?;
    let view = for_branch(&call, BranchDelegationsView::of).await?;
    Ok(Reply::done("/office/dues/delegations", view).saying("dues.delegation_withdrawn_said"))
}
