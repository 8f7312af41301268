//! Delegations (D8, D9): who may pay whose dues.
//!
//! A member authorises another, who confirms or declines (manual lines 93–116), or the branch delegates one of its
//! members (254–260). Either side and the branch end it at any time; once is enough for all months. Several may be
//! allowed to pay for the same member: the first to pay pays, and a bill is never paid twice.

mod answer;
mod authorise;
mod delegate;
pub(crate) mod jobs;
mod model;
pub(crate) mod schema;
mod store;

#[cfg(test)]
mod tests;

pub(crate) use model::Principal;
pub(crate) use store::payable_for;
