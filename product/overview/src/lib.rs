//! 数据概览: what an organization and everything under it comes to, in numbers that each lead to the list they count.
//!
//! The rules are those of the rooms below: members by age, sex, education, kind and ethnic group (`ejia_directory`), dues of
//! the payable month and what is owed (`ejia_dues`), what was held and what is behind (`ejia_meetings`), transfers under way
//! (`ejia_transfers`). Each answers figures of single organizations; this crate keeps them, a row an organization, with the sum
//! of everything under it beside them, so that a page reads a row and those right under it, however many members there
//! are.
//!
//! Kept figures are brought in line by a job every minute ([`counting`]): it takes the marks that writers left in their own
//! transactions, counts those organizations anew and adds the differences to all above. What moves with the days alone
//! (ages, months, what is late) is counted anew for everybody once a day. The page says as of when.

use ejia_db::Migration;
use ejia_jobs::Handlers;
use ejia_web::RouteSet;

mod asked;
mod chart;
mod counting;
mod pages;
mod schema;
mod sections;
mod sheets;
mod store;
mod views;

#[cfg(test)]
mod tests;

pub use counting::count;

/// The migrations of this crate, in order.
pub const MIGRATIONS: &[Migration] = &[schema::FIRST];

/// The Chinese sentences of this crate's audit actions.
pub const TEXTS: &str = include_str!("texts.toml");

/// The pages of this crate.
pub fn routes() -> Vec<RouteSet> {
    vec![pages::routes().into()]
}

/// With the job that keeps the figures.
#[must_use]
pub fn handlers(handlers: Handlers) -> Handlers {
    counting::handlers(handlers)
}
