//! Paying: what a member owes, the order he opens for himself and for those he may pay for, what becomes of its bills
//! when the money has come, and cash.
//!
//! A bill is paid by one statement that asks for everything the payer saw (still due, the same amount, the same branch);
//! whoever comes second finds it changed, and the money of that line goes back by itself. So it does not matter how
//! many orders were opened for a bill, by whom, over which channel, or in what order their money comes.

mod cash;
pub(crate) mod cash_pages;
mod cash_views;
mod jobs;
pub(crate) mod member_pages;
mod model;
mod open;
mod order_views;
mod owed;
mod settle;
mod store;
mod views;
mod waiting;

#[cfg(test)]
pub(crate) mod tests;

pub(crate) use jobs::handlers;
pub(crate) use model::{Owed, WindowBill};
pub use open::{PayAsk, open_order};
pub(crate) use owed::owed;
pub use settle::purpose;
pub use waiting::waiting;
