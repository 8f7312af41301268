//! Orders, channels, notifications, refunds, the journal and reconciliation: knows money, not what it is for.
//!
//! An **order** is what somebody is about to pay, over one **channel**, in lines that name what each pays for. Its
//! **purpose** (another crate) says to each line, in the transaction that marks the order paid, whether it counts.
//!
//! A channel's word that money came in may arrive twice, late, in any order, with another amount, or never; then the
//! channel is asked, and in the end its statement of the day tells. All of it goes through [`Cashier::take`]: the
//! unique key of (channel, trade) admits each trade once, and a pure rule decides what becomes of its money: it settles
//! its order, or it goes **back** by itself under one number that never changes, or (for no order of ours) it stays to
//! be looked at. So every unit of money is settled once or gone back (R5), and every step can be read by the
//! administrators.
//!
//! Under it lies a **journal** of double entry: an entry that does not balance cannot be made. Every day each channel's
//! **statement** is compared with the books; a difference that does not repair itself is listed until somebody explains
//! it.

mod cashier;
mod channel;
mod events;
mod jobs;
mod journal;
mod model;
mod of_day;
mod operations;
mod pages;
mod reconciliation;
mod returned;
mod rules;
mod schema;
mod store;
mod views;

#[cfg(test)]
mod tests;

use ejia_db::Txn;
use ejia_kernel::{OrderId, Problem};
use ejia_web::RouteSet;

pub use cashier::Cashier;
pub use channel::{
    Channel, ChannelFault, ChannelKind, Charge, Closing, Departure, Device, Disbelief, Found, Means, Notice, Paid,
    RawAnswer, RawCall, RefundAsk, RefundState, StatementKind, StatementLine,
};
pub use jobs::{MONEY_BACK, handlers};
pub use model::{
    HowLearned, LineState, LineVerdict, NewOrder, Order, OrderLine, OrderState, Payer, Purpose, Settle, SettledOrder,
};
pub use of_day::{DayOrder, orders_of_day};
pub use returned::{Returned, returned, returned_of};
pub use rules::RefundProgress;
pub use schema::MIGRATIONS;

/// The Chinese sentences of this crate's refusals, reasons and audit actions.
pub const TEXTS: &str = include_str!("texts.toml");

/// The pages of this crate.
pub fn routes() -> Vec<RouteSet> {
    vec![pages::routes().into()]
}

/// The order with its lines.
///
/// # Errors
/// A fault of the database.
pub fn order(txn: &mut Txn<'_>, id: OrderId) -> Result<Option<Order>, Problem> {
    store::orders::load(txn, id)
}

/// Has the channel asked at once what became of an open order (its payer has come back from the counter); at most once
/// in ten seconds.
///
/// # Errors
/// A fault of the database.
pub fn ask_soon(txn: &mut Txn<'_>, id: OrderId) -> Result<(), Problem> {
    let moment = txn.now().ms() / 10_000;
    let key = format!("{}.{id}.{moment}", jobs::ASK);
    ejia_jobs::enqueue_once(txn, jobs::ASK, jobs::About { order: id }, &key).map(drop)
}
