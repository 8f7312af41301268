//! 【转接记录查询】 (T11): what left an organization, what came to it, what stayed within it, the newest first.
//!
//! An organization's lists are ranges of `transfer_party`, which has a row for every organization at or above either end.
//! That row also bears what a list is narrowed by, and each list has an index of its own that holds all of it: however
//! rare what is asked for, the transfers themselves are read only for the lines of one page. The days an application was
//! handed in on are a range of ids. Nothing is counted but for the progress bar of a long export.

mod asked;
mod exports;
mod pages;
pub(crate) mod schema;
mod sheets;
mod views;

#[cfg(test)]
mod tests;

pub(crate) use asked::{Filter, Tab};
pub(crate) use exports::made;
pub(crate) use pages::routes;
