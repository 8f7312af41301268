//! Records over transfers written by hand, on both databases.

mod export;
mod lists;
mod plans;
mod reminders;
