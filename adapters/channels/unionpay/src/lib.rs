//! UnionPay's gateway (银联全渠道, ACP 5.1.0) as a way money comes in: any bank's debit card.
//!
//! [`UnionPay`] is the client: it leads the payer's browser to the gateway's cashier, believes notifications whose
//! signature and certificate hold, asks, sends money back and fetches the day's file. [`sandbox`] is the other side of the
//! wire for trying out; the client does not know which of the two it speaks to.
//!
//! What public material does not tell, and what was decided then, stands in `docs/decisions/0007-payment-channels.md`.

mod answers;
mod client;
mod packets;
pub mod sandbox;
mod settings;
mod signature;
mod statement;
mod trust;

pub use client::UnionPay;
pub use settings::{SettingsFault, UnionPaySettings};

#[cfg(test)]
mod tests;
