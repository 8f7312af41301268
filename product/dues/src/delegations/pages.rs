//! 【代交党费授权】 and 【代交党费授权确认】: pages of the member portal, on the web only.

use axum::extract::Path;
use ejia_db::Txn;
use ejia_kernel::{DelegationId, Problem};
use ejia_web::{Answer, Call, Input, Member, MemberPortal, Nothing, Page, Reply, Routes, page};

use super::answer;
use super::authorise::{Authorise, authorise};
use super::views::{AskedView, AuthorisationsView, EndView};

const AUTHORISATIONS: Page<MemberPortal, AuthorisationsView> =
    page!(AuthorisationsView, "member/dues/delegations.html", "代交党费授权");
const ASKED: Page<MemberPortal, AskedView> = page!(AskedView, "member/dues/asked.html", "代交党费授权确认");
const REVOKE: Page<MemberPortal, EndView> = page!(EndView, "member/dues/revoke.html", "撤销授权");

/// The routes of members' delegations. The manual: 授权功能只能在网页端进行，微信上不能操作.
pub(crate) fn routes() -> Routes<MemberPortal> {
    Routes::new()
        .get("/member/dues/delegations", authorisations)
        .post("/member/dues/delegations", ask)
        .get("/member/dues/delegations/asked", asked)
        .post("/member/dues/delegations/{id}/confirm", confirm)
        .post("/member/dues/delegations/{id}/decline", decline)
        .get("/member/dues/delegations/{id}/revoke", revoke_form)
        .post("/member/dues/delegations/{id}/revoke", revoke)
        .web_only()
}

/// Reads something for the caller.
async fn for_caller<V: Send + 'static>(
    call: &Call<MemberPortal>,
    view: impl Fn(&mut Txn<'_>, &Member) -> Result<V, Problem> + Send + 'static,
) -> Result<V, Problem> {
    let caller = call.caller().clone();
    call.desk().read(move |txn| view(txn, &caller)).await
}

/// Does something for the caller.
async fn by_caller<T: Send + 'static>(
    call: &Call<MemberPortal>,
    act: impl Fn(&mut Txn<'_>, &Member) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let caller = call.caller().clone();
    call.desk().write(move |txn| act(txn, &caller)).await
}

async fn authorisations(call: Call<MemberPortal>) -> Answer<MemberPortal, AuthorisationsView> {
    Ok(Reply::show(AUTHORISATIONS, for_caller(&call, AuthorisationsView::of).await?))
}

async fn ask(call: Call<MemberPortal>, Input(input): Input<Authorise>) -> Answer<MemberPortal, AuthorisationsView> {
    let entered = input.clone();
    match by_caller(&call, move |txn, by| authorise(txn, by, &entered)).await {
        Ok(_) => {
            let view = for_caller(&call, AuthorisationsView::of).await?;
            Ok(Reply::done("/member/dues/delegations", view).saying("dues.payer_asked_said"))
        }
        Err(problem) => Reply::again(AUTHORISATIONS, for_caller(&call, AuthorisationsView::of).await?, &input, problem),
    }
}

async fn asked(call: Call<MemberPortal>) -> Answer<MemberPortal, AskedView> {
    Ok(Reply::show(ASKED, for_caller(&call, AskedView::of).await?))
}

async fn confirm(
    call: Call<MemberPortal>,
    Path(id): Path<String>,
    Input(_): Input<Nothing>,
) -> Answer<MemberPortal, AskedView> {
    let id = delegation(&id)?;
    by_caller(&call, move |txn, by| answer::confirm(txn, by, id)).await?;
    let view = for_caller(&call, AskedView::of).await?;
    Ok(Reply::done("/member/dues/delegations/asked", view).saying("dues.delegation_confirmed_said"))
}

async fn decline(
    call: Call<MemberPortal>,
    Path(id): Path<String>,
    Input(_): Input<Nothing>,
) -> Answer<MemberPortal, AskedView> {
    let id = delegation(&id)?;
    by_caller(&call, move |txn, by| answer::decline(txn, by, id)).await?;
    let view = for_caller(&call, AskedView::of).await?;
    Ok(Reply::done("/member/dues/delegations/asked", view).saying("dues.delegation_declined_said"))
}

async fn revoke_form(call: Call<MemberPortal>, Path(id): Path<String>) -> Answer<MemberPortal, EndView> {
    let id = delegation(&id)?;
    Ok(Reply::show(REVOKE, for_caller(&call, move |txn, by| EndView::own(txn, by, id)).await?))
}

async fn revoke(
    call: Call<MemberPortal>,
    Path(id): Path<String>,
    Input(_): Input<Nothing>,
) -> Answer<MemberPortal, EndView> {
    let id = delegation(&id)?;
    let ended = by_caller(&call, move |txn, by| {
        let view = EndView::own(txn, by, id)?;
        answer::revoke(txn, by, id).map(|()| view)
    })
    .await?;
    let to = format!("/member{}", ended.back);
    Ok(Reply::done(to, ended).saying("dues.delegation_revoked_said"))
}

/// The id in an address.
pub(super) fn delegation(text: &str) -> Result<DelegationId, Problem> {
    text.parse().map_err(|_| Problem::not_found("dues.no_such_delegation"))
}
