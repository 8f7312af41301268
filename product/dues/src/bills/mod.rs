//! Bills: what a member owes for a month, why, and what became of it.

mod issue;
mod model;
pub(crate) mod schema;

pub(crate) use issue::issue;
pub(crate) use model::{Bill, BillState, Issued, NewBill, Payment, Why};
