//! Loads and saves transfers, what was done on the way, and who sees them.

mod lists;
mod parties;
mod steps;
mod transfers;

pub(crate) use lists::{Awaiting, awaiting, of_member};
pub(crate) use parties::{Party, is_party, set_parties};
pub(crate) use steps::{add_step, steps};
pub(crate) use transfers::{insert, issuers, load, load_locked, open_of_member, save, set_issuer};
