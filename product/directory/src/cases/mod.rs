//! Cases for the help desk: a number that two records want, and who gets it.

mod model;
mod open;
pub(crate) mod pages;
mod resolve;
mod store;
mod views;

pub use model::{Claim, Claimant, Clash, ClashKind, Outcome};
pub(crate) use open::check;
pub use open::open_case;
pub(crate) use views::{CaseLine, cases_of};
