//! Whom to tell what, and whether it arrived.
//!
//! A capability that wants a person told something writes a [`Letter`] in its own transaction with [`send`]: the
//! message row and the job that delivers it are committed together with what they announce, so nothing is announced
//! that did not happen and nothing that happened is left unannounced.
//!
//! The job `messages.deliver` hands the letter to a [`Carrier`] outside any transaction. A carrier is a company with
//! a network in between, so four things can happen and each has its own answer: taken (`sent`), refused for good
//! (`failed`), not now (tried again later), and *nobody knows*: the line broke after the question and before the
//! answer. Then the carrier is asked what became of the letter before it is sent a second time. Delivery reports
//! come back through [`record_reports`]; they may come twice, late or never (`messages.sweep` asks after those, and ends
//! what has outlived its life).
//!
//! What lower crates want told they announce as a job of their own (`messages.record_reviewed`), which is turned into a
//! letter here.
//!
//! What lies at rest: the phone number and the parameters are sealed; the parameters (a code, for one) are wiped as
//! soon as the carrier has taken the letter or the letter has ended, the phone number as soon as it has ended. A
//! letter has a life: a code that has run out is never sent. What the carrier sees is a number, a template and its
//! parameters; [`send`] refuses parameters that look like an ID-card number or a phone number.

mod carrier;
mod jobs;
mod letter;
mod operations;
mod schema;
mod store;
mod template;

#[cfg(test)]
mod tests;

pub use carrier::{Carrier, CarryFault, Delivery, Outgoing, Receipt, Report};
pub use jobs::handlers;
pub use letter::{About, Letter, State};
pub use operations::record_reports::record_reports;
pub use operations::send::send;
pub use schema::MIGRATIONS;
pub use store::state_of;
pub use template::Template;

/// The Chinese sentences of this crate's audit actions.
pub const TEXTS: &str = include_str!("texts.toml");
