//! Tests of the crate through its pages, on both databases.

pub(crate) mod city;
pub(crate) mod house;

mod calling;
mod records;
mod registers;
