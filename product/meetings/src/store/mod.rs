//! The rows of meetings and their lists.

mod attendance;
mod listed;
mod meetings;
mod people;

pub(crate) use attendance::*;
pub(crate) use listed::*;
pub(crate) use meetings::*;
pub(crate) use people::*;
