//! Tables out (M9): organizations and members in the layout in which they come in, so that what goes out comes in again
//! unchanged; and what differs between a table somebody else keeps and what is here.
//!
//! `layout.rs` puts what is kept into cells; `here.rs` reads what is here, piece by piece; `given.rs` reads a table that is
//! compared with it. Who may take a table away, what the last one said, and the files are `product/statistics`' business.

mod given;
mod here;
mod layout;

pub use given::{Given, GivenLine};
pub use here::{Here, Line};
pub use layout::{column_names, headings};
