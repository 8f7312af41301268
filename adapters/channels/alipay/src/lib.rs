//! Alipay's open platform: page.pay and wap.pay by debit means only, query, refund, close, statement, notifications.
//!
//! [`Alipay`] is a [`ejia_payments::Channel`]. The payer's browser leaves by a signed link; everything else is a POST to
//! one gateway, public parameters in the query and `biz_content` in the body, signed with SHA256withRSA over the sorted
//! parameters. Answers are signed over their exact text and are believed only when that signature holds; of an answer
//! without one nobody knows. A notification counts when signature, application and seller are right, and is answered with
//! exactly `success`.
//!
//! Credit is kept out twice: the link asks for `disable_pay_channels: credit_group`, and what was paid with is read from
//! `fund_bill_list` of notification and query ([`ejia_payments::Means::Credit`]).
//!
//! [`sandbox`] is a real HTTP server in Alipay's place. The client knows nothing of it: only address and keys differ.
//!
//! What the company sees: our random order number, amount, the word 党费, and who pays at its own counter. No name, no
//! number of a person.

mod answers;
mod channel;
mod means;
mod node;
mod notices;
pub mod sandbox;
mod settings;
mod signature;
mod statement;
#[cfg(test)]
mod tests;

pub use channel::Alipay;
pub use settings::AlipaySettings;
