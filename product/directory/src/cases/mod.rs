//! Cases for the help desk: a number that two records want, and who gets it.

mod model;
mod open;
mod resolve;
mod store;

pub use model::{Claim, Claimant, Clash, ClashKind, Outcome};
pub(crate) use open::check;
pub use open::open_case;
