//! 【通知党员】: who is on the list of a meeting, and telling them. 【未确认人员】: who has not answered.

mod choose;
mod pages;
mod tell;
mod views;

pub(crate) use pages::routes;
pub(crate) use tell::{Told, handlers, tell_those_told};
