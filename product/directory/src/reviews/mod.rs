//! The review queue: what members changed, old and new side by side.

mod decide;
pub(crate) mod pages;
mod store;
mod views;

#[cfg(test)]
pub(crate) use decide::{Accepted, SendBack, accept, accept_all, review_as_it_stands, send_back};
