//! Files made for somebody to take away: papers set as PDF, and long tables made by a job with a progress bar that is
//! true.

mod capitals;
mod paper;

pub use capitals::{capital_amount, capital_number};
pub use paper::{Paper, Receipt, TypesetFault, Typesetter};
