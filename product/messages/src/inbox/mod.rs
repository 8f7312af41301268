//! 【消息】: everything that was written to a member, to be read again on the platform.

mod pages;
mod views;

pub(crate) use pages::routes;
#[cfg(test)]
pub(crate) use views::{InboxAsked, InboxView};
