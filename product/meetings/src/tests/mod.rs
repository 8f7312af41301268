//! Tests of the crate through its pages, on both databases.

pub(crate) mod city;
pub(crate) mod house;

mod agenda;
mod answers;
mod attachments;
mod attendance;
mod calling;
mod overview;
mod records;
mod registers;
mod votes;
