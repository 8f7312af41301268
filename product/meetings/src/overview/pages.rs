//! The pages of 【开展情况】 and 【会议】.

use ejia_db::Txn;
use ejia_kernel::Problem;
use ejia_web::{Asked, Look, OfficePortal, Page, Routes, page};

use super::calendar::{CalendarAsked, CalendarView};
use super::views::{OverviewAsked, OverviewView};

const OVERVIEW: Page<OfficePortal, OverviewView> = page!(OverviewView, "office/meetings/overview.html", "开展情况");
const CALENDAR: Page<OfficePortal, CalendarView> = page!(CalendarView, "office/meetings/calendar.html", "会议");

/// The routes of the overview and the calendar.
pub(crate) fn routes() -> Routes<OfficePortal> {
    Routes::new().overview("/office/meetings/overview", OVERVIEW, overview).page(
        "/office/meetings/calendar",
        CALENDAR,
        calendar,
    )
}

type OfficeLook<'a> = Look<'a, OfficePortal>;

fn overview(
    txn: &mut Txn<'_>,
    look: &OfficeLook<'_>,
    Asked(asked): &Asked<OverviewAsked>,
) -> Result<OverviewView, Problem> {
    OverviewView::of(txn, look.caller(), asked)
}

fn calendar(
    txn: &mut Txn<'_>,
    look: &OfficeLook<'_>,
    Asked(asked): &Asked<CalendarAsked>,
) -> Result<CalendarView, Problem> {
    CalendarView::of(txn, look.caller(), asked)
}
