//! The other side of the counter for trying out: books, moods and a page for people, whatever the protocol.
//!
//! [`Counter`] is a handle on the books of all the sandboxes of a process. A protocol [joins](Counter::join) with how it
//! [`Speaks`]; its gateway [opens](Counter::open), [closes](Counter::close) and [refunds](Counter::refund) trades as the
//! merchant's calls ask for. The payer stands at a page ([`cashier_path`], served by [`router`]), a program at
//! `/sandbox/api/bank/…`: both [settle](Counter::settle) or [refuse](Counter::refuse). What happened is notified by real
//! HTTP calls from threads of the counter's own, sent again as the protocol's schedule says, and every answer stands in
//! the trade's history.
//!
//! A [`Mood`], of one order or of everything, makes the other side unpleasant: silent, slow, deaf, forgetful of its
//! answers, notifying twice, late or with something forged.
//!
//! Instants are the product's clock; delays are the machine's.

mod acts;
mod api;
mod books;
mod desk;
mod mood;
mod page;
mod post;
mod refunds;
mod server;
#[cfg(test)]
mod tests;
mod trade;

pub use acts::{ActFault, NotifyAsk, SettleAsk};
pub use api::OrderLine;
pub use books::{Counter, NewTrade, OpenFault};
pub use desk::{cashier_path, router};
pub use mood::{Mood, Tamper};
pub use post::{Outgoing, Sending, Speaks};
pub use refunds::{BookEntry, NewRefund, RefundFault, RefundTaken};
pub use server::Server;
pub use trade::{Card, Event, Homeward, Refund, RefundStep, Told, Trade, TradeState};
