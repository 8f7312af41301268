//! Over which way a request has come: an extension of the request, set by the listener that took it.

use std::sync::Arc;

/// The way of a request. Without a word of the listener it is the open one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Way {
    /// The listener that everybody reaches.
    #[default]
    Open,
    /// The encrypted channel, from the computer whose certificate has this serial number.
    Encrypted(Arc<str>),
}

impl Way {
    /// The serial number of the computer, if the way is the encrypted one.
    pub fn computer(&self) -> Option<&str> {
        match self {
            Self::Open => None,
            Self::Encrypted(serial) => Some(serial),
        }
    }
}
