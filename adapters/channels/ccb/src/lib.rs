//! China Construction Bank: its paying page on the web (网上银行支付), its notifications, and its merchant platform
//! (外联平台) for queries, refunds and statements; and the other side of all that for trying out.
//!
//! [`Ccb`] is a channel of `payments`. The payer leaves by an address whose parameters carry a MAC; the bank notifies
//! with RSA-MD5 over GBK bytes; the platform is asked in XML over the bank's client on the intranet. An order is known
//! by its number alone, here and there, so a payment's trade number is the order's number. The protocol has no closing:
//! an order closes by TIMEOUT. What is not public of all this, and what we chose, stands in
//! `docs/decisions/0007-payment-channels.md`.
//!
//! What the bank learns: the order's number, the amount, the word 党费. No name, no number of a person.

mod channel;
mod flows;
mod key;
mod notification;
mod payment;
mod platform;
pub mod sandbox;
mod settings;
mod statement;

pub use channel::{Ccb, SettingsFault};
pub use settings::{CcbSettings, StatementFiles};
