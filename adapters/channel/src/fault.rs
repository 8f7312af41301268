//! What goes wrong: a certificate that cannot be made or read, a file, a key that does not fit.

use std::fmt;

/// Why something of the channel failed, for the log and the operator.
#[derive(Debug, thiserror::Error)]
#[error("{what}: {reason}")]
pub struct ChannelFault {
    what: &'static str,
    reason: String,
}

impl ChannelFault {
    /// A fault of this step, for this reason.
    pub fn because(what: &'static str, reason: impl Into<String>) -> Self {
        Self { what, reason: reason.into() }
    }

    /// A fault of this step.
    pub(crate) fn of<E: fmt::Display>(what: &'static str) -> impl FnOnce(E) -> Self {
        move |error| Self { what, reason: error.to_string() }
    }
}
