//! Reads bills and totals for lists, and keeps who was warned of.

pub(super) mod bills;
pub(super) mod totals;
pub(super) mod warnings;

/// How many ids one statement asks about.
const TOGETHER: usize = 64;
