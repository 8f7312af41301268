//! 【党费标准录入】 (D1–D3): the branch alone sets what its members pay in a month (manual, lines 244–250).
//!
//! A month has one **sheet** for each branch, with a line for each member: basis, base, what the rule makes of it, and
//! the amount. A sheet begins with the figures of the month before ([`open`]; for all branches at once on the first of a
//! month, [`opening`]); who has left is not in it, who has come is empty. It is saved as a draft or submitted ([`save`]);
//! submitted, it becomes bills, and the members are told ([`tell`]). The same form submitted again corrects them.
//!
//! An amount that nobody typed follows its base: in the form, and from month to month when a rule or the rounding
//! changes. What was typed by hand stays, with its reason, beside the computed figure. Two administrators cannot
//! overwrite one another: a sheet has a version, and whoever saves must have seen the last one.

mod columns;
mod compute;
mod entry;
mod fill;
mod judge;
mod model;
mod open;
mod opening;
mod overview;
pub(crate) mod pages;
mod policy_view;
mod rounding;
mod save;
pub(crate) mod schema;
mod store;
mod tell;
mod views;

#[cfg(test)]
mod tests;

use std::time::Duration;

use ejia_jobs::Handlers;

pub use opening::open_month;

/// Looks whether a new month is to be opened.
const OPEN_MONTH: &str = "dues.open_month";

/// The jobs of standards.
pub(crate) fn handlers(handlers: Handlers) -> Handlers {
    handlers
        .on(tell::TELL, |job, desk| {
            let to_tell = job.payload()?;
            Ok(desk.write_now(move |txn| tell::tell(txn, &to_tell))?)
        })
        .every(OPEN_MONTH, Duration::from_hours(1), |desk| Ok(opening::open_this_month(desk).map(drop)?))
}
