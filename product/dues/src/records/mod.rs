//! Records (D12, D13): who has not paid, who has paid when and how, what it comes to up the tree, and the sheets of it.
//!
//! All lists are read from bills, a branch at a time and in the order of names within it ([`walk`]): a page costs the
//! branches it shows, however many there are. Sums are read from `dues_total`. An officer sees what was billed by his
//! organization and those under it, and the whole record of a member who stands there now.

pub(crate) mod arrears;
pub(crate) mod exports;
mod figures;
mod history;
mod pages;
mod paid_to;
mod remind;
pub(crate) mod schema;
mod scope;
mod sheets;
mod store;
mod totals;
mod totals_views;
mod unpaid;
mod views;
mod walk;
pub(crate) mod warn;

#[cfg(test)]
mod tests;

pub use figures::{BRANCHES_SET, DuesLine, dues_figures, payable_month};
pub(crate) use pages::routes;
pub use paid_to::paid_to;
pub use remind::reminders;
pub use totals_views::paid_rate;
