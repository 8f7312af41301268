//! Industrial and Commercial Bank of China: its B2C paying page, query, refund and notifications on the open platform
//! (API 开放平台); and the other side of all that for trying out.
//!
//! [`Icbc`] is a channel of `payments`. The payer leaves by a signed form with creditType 0, so that the bank itself takes
//! debit cards only. We sign with RSA2, or in the bank's own way over bare SHA-1 with the certificate it issued
//! ([`Signing`]); the gateway's answers and notifications are always SHA1withRSA, over their raw text. The bank knows no
//! closing and no statement for programs: an order closes by its time, and a day's statement is made by asking for each
//! order ([`OrdersOfDay`]). What is not public of all this, and what we chose, stands in
//! `docs/decisions/0007-payment-channels.md`.
//!
//! What the bank learns: the order's number, the amount, the word 党费, the office's telephone. No name, no number of a
//! person.

mod channel;
mod gateway;
mod notification;
mod orders;
pub mod sandbox;
mod settings;
mod signature;
mod statement;

pub use channel::{Icbc, SettingsFault};
pub use settings::{IcbcSettings, Paths, Signing};
pub use statement::{KnownOrder, OrdersOfDay};
