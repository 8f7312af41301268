//! 【消息发送情况】 of the organization portal.

use ejia_db::Txn;
use ejia_kernel::{OrganizationKind, Problem};
use ejia_web::{Look, Nothing, OfficePortal, Page, Routes, page};

use super::views::OverviewView;

const OVERVIEW: Page<OfficePortal, OverviewView> = page!(OverviewView, "office/messages/overview.html", "消息发送情况");

/// The routes of the overview.
pub(crate) fn routes() -> Routes<OfficePortal> {
    Routes::new().page("/office/messages", OVERVIEW, overview)
}

fn overview(txn: &mut Txn<'_>, look: &Look<'_, OfficePortal>, _: &Nothing) -> Result<OverviewView, Problem> {
    if look.caller().kind() != OrganizationKind::CityCommittee {
        return Err(Problem::forbidden("messages.city_only"));
    }
    OverviewView::of(txn)
}
