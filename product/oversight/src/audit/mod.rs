//! 【操作记录】 and 【记录校验】, for the audit office.

mod asked;
mod exports;
mod lines;
mod pages;
mod store;
mod verification;
mod views;

pub(crate) use exports::made;
pub(crate) use pages::routes;
pub(crate) use verification::handlers;
