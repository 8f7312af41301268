//! Tables of cases and properties of the nouns.

mod ids;
mod lists;
mod money_and_time;
mod persons;
mod problems;
mod tree;
