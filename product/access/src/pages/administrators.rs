//! 【党组织管理】→【管理员信息】.

use axum::extract::Path;
use ejia_kernel::{AdministratorId, OrganizationId, Problem};
use ejia_web::{Answer, Asked, Call, Input, Nothing, OfficePortal, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::Deserialize;

use super::computers;
use crate::operations::administrators::{AdministratorForm, add, correct, remove, reset};
use crate::views::{self, AdministratorView, AdministratorsView};

const LIST: Page<OfficePortal, AdministratorsView> =
    page!(AdministratorsView, "office/administrators/list.html", "管理员信息");
const NEW: Page<OfficePortal, AdministratorsView> =
    page!(AdministratorsView, "office/administrators/new.html", "新增管理员");
const ONE: Page<OfficePortal, AdministratorView> =
    page!(AdministratorView, "office/administrators/edit.html", "修改管理员信息");

pub(super) fn routes() -> Routes<OfficePortal> {
    Routes::new()
        .get("/office/administrators", list)
        .post("/office/administrators", create)
        .get("/office/administrators/new", new)
        .get("/office/administrators/{id}", one)
        .post("/office/administrators/{id}", change)
        .post("/office/administrators/{id}/reset", set_back)
        .post("/office/administrators/{id}/remove", take_away)
}

#[derive(Default, Clone, Deserialize, JsonSchema)]
#[serde(default)]
struct Question {
    organization: String,
    name: String,
}

async fn view(call: &Call<OfficePortal>, question: Question) -> Result<AdministratorsView, Problem> {
    let by = call.caller().clone();
    let organization: Option<OrganizationId> = match question.organization.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| Problem::not_found("access.no_such_organization"))?),
    };
    call.desk().read(move |txn| views::administrators(txn, &by, organization, &question.name)).await
}

async fn list(call: Call<OfficePortal>, Asked(question): Asked<Question>) -> Answer<OfficePortal, AdministratorsView> {
    let channel = computers::channel(call.site()).is_kept();
    Ok(Reply::show(LIST, AdministratorsView { channel, ..view(&call, question).await? }))
}

async fn new(call: Call<OfficePortal>, Asked(question): Asked<Question>) -> Answer<OfficePortal, AdministratorsView> {
    let view = view(&call, question).await?;
    if !view.may_add {
        return Err(Problem::conflict("access.third_administrator"));
    }
    Ok(Reply::show(NEW, view))
}

async fn create(call: Call<OfficePortal>, Input(form): Input<AdministratorForm>) -> Answer<OfficePortal> {
    let (by, sent) = (call.caller().clone(), form.clone());
    match call.desk().write(move |txn| add(txn, &by, &sent)).await {
        Ok(_) => Ok(Reply::done(listed(&form.organization_id), Nothing {}).saying("access.administrator_added_said")),
        Err(problem) => {
            let question = Question { organization: form.organization_id.clone(), ..Question::default() };
            Reply::again(NEW, view(&call, question).await?, &form, problem)
        }
    }
}

async fn shown(call: &Call<OfficePortal>, id: AdministratorId) -> Result<AdministratorView, Problem> {
    let by = call.caller().clone();
    call.desk().read(move |txn| views::administrator(txn, &by, id)).await
}

async fn one(call: Call<OfficePortal>, Path(id): Path<AdministratorId>) -> Answer<OfficePortal, AdministratorView> {
    Ok(Reply::show(ONE, shown(&call, id).await?))
}

async fn change(
    call: Call<OfficePortal>,
    Path(id): Path<AdministratorId>,
    Input(form): Input<AdministratorForm>,
) -> Answer<OfficePortal> {
    let before = shown(&call, id).await?;
    let (by, sent) = (call.caller().clone(), form.clone());
    match call.desk().write(move |txn| correct(txn, &by, id, &sent)).await {
        Ok(()) => {
            Ok(Reply::done(listed(&before.organization.id), Nothing {}).saying("access.administrator_corrected_said"))
        }
        Err(problem) => Reply::again(ONE, before, &form, problem),
    }
}

async fn set_back(
    call: Call<OfficePortal>,
    Path(id): Path<AdministratorId>,
    _form: Input<Nothing>,
) -> Answer<OfficePortal> {
    let (before, by) = (shown(&call, id).await?, call.caller().clone());
    call.desk().write(move |txn| reset(txn, &by, id)).await?;
    Ok(Reply::done(listed(&before.organization.id), Nothing {}).saying("access.administrator_password_reset_said"))
}

async fn take_away(
    call: Call<OfficePortal>,
    Path(id): Path<AdministratorId>,
    _form: Input<Nothing>,
) -> Answer<OfficePortal> {
    let (before, by) = (shown(&call, id).await?, call.caller().clone());
    call.desk().write(move |txn| remove(txn, &by, id)).await?;
    Ok(Reply::done(listed(&before.organization.id), Nothing {}).saying("access.administrator_removed_said"))
}

fn listed(organization: &str) -> String {
    format!("/office/administrators?organization={organization}")
}
