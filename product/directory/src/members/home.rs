//! 首页 of a member: what waits for him. Inside WeChat it is where he begins.

use ejia_db::Txn;
use ejia_kernel::Problem;
use ejia_web::{Look, MemberPortal, Nothing, Page, Routes, page};
use schemars::JsonSchema;
use serde::Serialize;

use super::waiting::{Rooms, Waiting};
use crate::organizations::tree;

pub(crate) const HOME: Page<MemberPortal, HomeView> = page!(HomeView, "member/home.html", "首页");

/// The route of 首页.
pub(crate) fn routes() -> Routes<MemberPortal> {
    Routes::new().page("/member", HOME, home)
}

/// 首页.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct HomeView {
    pub(crate) branch: String,
    pub(crate) waiting: Vec<Waiting>,
}

fn home(txn: &mut Txn<'_>, look: &Look<'_, MemberPortal>, _: &Nothing) -> Result<HomeView, Problem> {
    let by = look.caller();
    let branch = tree(txn)?.name(by.organization_id());
    Ok(HomeView { branch, waiting: look.part::<Rooms>()?.of(txn, by)? })
}
