//! The directory: organizations, members and administrators.

mod administrators;
mod cases;
mod members;
mod organizations;
mod reviews;
mod schema;

pub use administrators::*;
pub use cases::{Claim, Claimant, Clash, ClashKind, Outcome, open_case};
pub use members::*;
pub use organizations::*;
pub use schema::MIGRATIONS;

/// The Chinese sentences of this crate's refusals, notices and audit actions.
pub const TEXTS: &str = include_str!("texts.toml");
