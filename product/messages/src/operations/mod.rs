//! One verb a file.

mod carry;
pub(crate) mod deliver;
pub(crate) mod forget;
mod push;
pub(crate) mod record_push;
pub(crate) mod record_reports;
pub(crate) mod send;
pub(crate) mod sweep;
pub(crate) mod tell_reviewed;
