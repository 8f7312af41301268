//! What the tests of this crate stand on.

pub(crate) mod city;
pub(crate) mod house;
