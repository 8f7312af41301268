//! 【开展情况】: which branch has held what in a quarter, and which is behind; 【会议】: the same month by month, as a calendar.

mod calendar;
mod pages;
mod reminders;
mod standings;
mod store;
mod views;

pub(crate) use pages::routes;
pub use reminders::reminders;
