//! The review queue: what members changed, old and new side by side.

mod decide;
pub(crate) mod pages;
mod store;
mod views;
