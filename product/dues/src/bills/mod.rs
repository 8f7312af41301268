//! Bills: what a member owes for a month, why, and what became of it.
//!
//! A branch's sheet is issued as often as the branch likes ([`issue`]); [`plan`](plan::plan) decides member by member,
//! the store writes many at a time. `dues_total` holds what a branch's bills of a month come to, exactly, in the
//! transaction of whoever changes a bill.

mod issue;
mod model;
mod plan;
pub(crate) mod schema;
pub(crate) mod store;

#[cfg(test)]
pub(crate) mod tests;

pub(crate) use issue::{GIVE_BACK, ToGiveBack, issue};
pub(crate) use model::{Bill, BillState, Issued, NewBill, Total, Why};
