//! One verb a file.

pub(crate) mod deliver;
pub(crate) mod record_reports;
pub(crate) mod send;
pub(crate) mod sweep;
pub(crate) mod tell_reviewed;
