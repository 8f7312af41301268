//! 客服工作台: the help desk's pages.

use axum::extract::Path;
use ejia_kernel::{CaseId, Problem};
use ejia_web::{Answer, Asked, Call, Input, OfficePortal, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::resolve::{Resolve, help_desk_only, resolve_case};
use super::store;
use super::views::{CaseView, CasesView};

pub(super) const LIST: Page<OfficePortal, CasesView> = page!(CasesView, "office/cases/list.html", "客服工作台");
pub(super) const CASE: Page<OfficePortal, CaseView> = page!(CaseView, "office/cases/case.html", "处理工单");

/// The help desk's routes.
pub(crate) fn routes() -> Routes<OfficePortal> {
    Routes::new().get("/office/cases", list).get("/office/cases/{id}", case).post("/office/cases/{id}/resolve", resolve)
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct CasesAsked {
    pub(crate) q: String,
    pub(crate) resolved: bool,
    pub(crate) after: String,
    pub(crate) before: String,
}

async fn list(call: Call<OfficePortal>, Asked(asked): Asked<CasesAsked>) -> Answer<OfficePortal, CasesView> {
    help_desk_only(call.caller())?;
    let view = call.desk().read(move |txn| CasesView::of(txn, &asked)).await?;
    Ok(Reply::show(LIST, view))
}

async fn case(call: Call<OfficePortal>, Path(id): Path<CaseId>) -> Answer<OfficePortal, CaseView> {
    help_desk_only(call.caller())?;
    Ok(Reply::show(CASE, view(&call, id).await?))
}

async fn view(call: &Call<OfficePortal>, id: CaseId) -> Result<CaseView, Problem> {
    call.desk()
        .read(move |txn| {
            let case = store::load(txn, id, false)?.ok_or_else(|| Problem::not_found("directory.no_such_case"))?;
            CaseView::of(txn, &case)
        })
        .await
}

async fn resolve(
    call: Call<OfficePortal>,
    Path(id): Path<CaseId>,
    Input(input): Input<Resolve>,
) -> Answer<OfficePortal, CaseView> {
    let (officer, entered) = (call.caller().clone(), input.clone());
    match call.desk().write(move |txn| resolve_case(txn, &officer, id, &entered)).await {
        Ok(()) => {
            Ok(Reply::done(format!("/office/cases/{id}"), view(&call, id).await?)
                .saying("directory.case_resolved_said"))
        }
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => Reply::again(CASE, view(&call, id).await?, &input, problem),
    }
}
