//! 【党组织管理】: the first page, and the tree of organizations.

use axum::extract::Path;
use ejia_db::Txn;
use ejia_kernel::{OrganizationId, Problem};
use ejia_web::{Answer, Asked, Call, Look, Nothing, OfficePortal, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::reminders::Reminders;
use super::tree::tree;
use super::views::{HomeView, OrganizationView};

pub(crate) const HOME: Page<OfficePortal, HomeView> = page!(HomeView, "office/organizations/home.html", "首页");
pub(crate) const ORGANIZATION: Page<OfficePortal, OrganizationView> =
    page!(OrganizationView, "office/organizations/organization.html", "组织架构");

/// The routes of the tree.
pub(crate) fn routes() -> Routes<OfficePortal> {
    Routes::new().page("/office", HOME, home).for_every_office().merge(tree_routes())
}

fn tree_routes() -> Routes<OfficePortal> {
    Routes::new().get("/office/organizations", own).get("/office/organizations/{id}", organization)
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct TreeAsked {
    q: String,
}

fn home(txn: &mut Txn<'_>, look: &Look<'_, OfficePortal>, _: &Nothing) -> Result<HomeView, Problem> {
    let reminders = look.part::<Reminders>()?;
    HomeView::of(txn, look.caller(), &reminders)
}

async fn own(call: Call<OfficePortal>, Asked(asked): Asked<TreeAsked>) -> Answer<OfficePortal, OrganizationView> {
    let officer = call.caller().clone();
    let view = call.desk().read(move |txn| OrganizationView::of(txn, &officer, officer.path(), &asked.q)).await?;
    Ok(Reply::show(ORGANIZATION, view))
}

async fn organization(
    call: Call<OfficePortal>,
    Path(id): Path<OrganizationId>,
    Asked(asked): Asked<TreeAsked>,
) -> Answer<OfficePortal, OrganizationView> {
    let officer = call.caller().clone();
    let view = call.desk().read(move |txn| {
        let tree = tree(txn)?;
        let node = tree.find(id)?;
        if !officer.oversees(&node.path) {
            return Err(Problem::not_found("directory.no_such_organization"));
        }
        OrganizationView::of(txn, &officer, &node.path, &asked.q)
    });
    Ok(Reply::show(ORGANIZATION, view.await?))
}
