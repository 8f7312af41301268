//! 【消息发送情况】 of the organization portal.

use ejia_db::Txn;
use ejia_kernel::{OrganizationKind, Problem};
use ejia_web::{Look, Nothing, OfficePortal, Page, Routes, page};

use super::views::OverviewView;

const OVERVIEW: Page<OfficePortal, OverviewView> = page!(OverviewView, "office/messages/overview.html", "消息发送情况");

/// The routes of the overview.
pub(crate) fn routes() -> Routes<OfficePortal> {
    const READERS: &[OrganizationKind] = &[OrganizationKind::CityCommittee, OrganizationKind::SystemOffice];
    Routes::new().overview("/office/messages", OVERVIEW, overview).only_for(READERS)
}

fn overview(txn: &mut Txn<'_>, _: &Look<'_, OfficePortal>, _: &Nothing) -> Result<OverviewView, Problem> {
    OverviewView::of(txn)
}
