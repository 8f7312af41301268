//! 【工作台账】: what was put into the register in a year, by kind, of an organization or of all under it; handed out as a
//! table or on paper, made by a job.
//!
//! What is listed and counted is an index of the meetings that stand in the register. What is handed out is read from
//! the entries themselves, one organization at a time, and its photos one paper at a time: however many branches there
//! are, no more is in memory than one of them needs.

mod asked;
mod exports;
mod pages;
mod papers;
mod parts;
mod sheets;
mod store;
mod views;
mod year;

pub(crate) use exports::made;
pub(crate) use pages::routes;
