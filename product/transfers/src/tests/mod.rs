//! What the tests of this crate stand on.

pub(crate) mod city;
mod departed;
pub(crate) mod house;
mod moved;
mod sequences;
