//! The directory: organizations, members and administrators.

use ejia_web::RouteSet;

mod administrators;
mod cases;
mod choice;
pub mod import;
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

/// The pages of this crate, a set for each portal.
pub fn routes() -> Vec<RouteSet> {
    let office = organizations::pages::routes()
        .merge(members::pages::routes())
        .merge(reviews::pages::routes())
        .merge(cases::pages::routes())
        .merge(import::routes());
    vec![members::own_pages::routes().into(), office.into()]
}

#[cfg(test)]
mod tests;
