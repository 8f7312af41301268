//! Table files, good and bad, through the front door of the crate.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may panic")]

mod bad_input;
mod fixtures;
mod reading;
