//! Whom to tell what, and whether it arrived.
//!
//! A capability that wants a person told something writes a [`Letter`] in its own transaction with [`send`]: the
//! message row and the job that delivers it are committed together with what they announce, so nothing is announced
//! that did not happen and nothing that happened is left unannounced.
//!
//! The job `messages.deliver` hands the letter over outside any transaction. What concerns a member and is no code goes by
//! WeChat first, when `Reach` knows an OpenID of his; everything else, and what WeChat certainly has not brought to
//! him, goes by text message; a member whom neither reaches reads it on the platform, as all members can.
//!
//! Whoever carries a letter is a company with a network in between, so four things can happen and each has its own answer:
//! taken (`sent`), refused for good (by WeChat: the text message is next; by the SMS company: `failed`), not now (tried again
//! later; WeChat for a few minutes, then the text message is next), and *nobody knows*: the line broke after the question
//! and before the answer. Then the SMS company is asked what became of the letter before it is sent a second time. WeChat
//! cannot be asked, but knows an id again for ten minutes: within them the same push is asked for again; after them the
//! message is `unknown`, and no text message follows: better one letter that may be missing (it stands in the reader's
//! messages) than two. Reports come back through [`record_reports`] and [`record_push`]; they may come twice, late or
//! never (`messages.sweep` asks the SMS company after those, and ends what has outlived its life).
//!
//! Text messages have more than one company. The next one is tried when the one before has certainly not taken a letter (out of
//! reach, out of money, too many letters), never after *nobody knows*. The row names the company that has the letter in
//! hand before the letter goes there; that one is asked.
//!
//! Between ten at night and seven in the morning only codes and a few others go out (`hours`).
//!
//! What lower crates want told they announce as a job of their own (`messages.record_reviewed`), which is turned into a
//! letter here.
//!
//! What lies at rest: the phone number and the parameters are sealed. The phone number is wiped as soon as the letter has
//! ended; the parameters (a code, for one) as soon as the carrier has taken the letter or the letter has ended, unless a
//! member can read them in his messages. An OpenID is asked for when it is needed and never kept here. A letter has a
//! life: a code that has run out is never sent. What a carrier sees is a number or an OpenID, a template and its parameters;
//! [`send`] refuses parameters that look like an ID-card number or a phone number.

mod carrier;
mod hours;
mod inbox;
mod jobs;
mod letter;
mod operations;
mod overview;
mod pusher;
mod rules;
mod schema;
mod store;
mod template;

#[cfg(test)]
mod tests;

use ejia_web::RouteSet;

pub use carrier::{Carrier, CarryFault, Delivery, Outgoing, Receipt, Report};
pub use jobs::handlers;
pub use letter::{About, Fate, Letter, Route, State};
pub use operations::record_push::record_push;
pub use operations::record_reports::record_reports;
pub use operations::send::send;
pub use pusher::{Post, Push, Pusher, Reach};
pub use schema::{BLOBS, MIGRATIONS};
pub use store::{state_of, states_of};
pub use template::Template;

/// The pages of this crate, a set for each portal.
pub fn routes() -> Vec<RouteSet> {
    vec![inbox::routes().into(), overview::routes().into()]
}

/// The Chinese sentences of this crate's refusals, notices and audit actions.
pub const TEXTS: &str = include_str!("texts.toml");
