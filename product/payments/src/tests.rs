//! R5 on both databases, with banks that do what the test tells them.

mod bank;
mod house;
mod money;
mod pages;
mod reconciling;
mod refunds;
mod storm;
