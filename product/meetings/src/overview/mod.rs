//! 【开展情况】: which branch has held what in a quarter, and which is behind; 【会议】: the same month by month, as a calendar.

mod calendar;
mod figures;
mod pages;
mod reminders;
pub(crate) mod schema;
mod standings;
mod store;
mod views;

pub use figures::{
    BRANCHES_ASKED, BRANCHES_BEHIND, due_kinds, figure_of, held_figure, meeting_figures, meetings_ended, quarter_of,
    standing_address,
};
pub(crate) use pages::routes;
pub use reminders::reminders;
