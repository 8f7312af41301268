//! What the code of a meeting holds: chance alone.

use ejia_kernel::UploadId;

/// 26 letters that tell nothing of the meeting they lead to.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Token(String);

impl Token {
    /// A new one.
    pub(crate) fn fresh() -> Self {
        Self(UploadId::random().to_string())
    }

    /// A token as an address holds it.
    pub(crate) fn read(text: &str) -> Option<Self> {
        text.parse::<UploadId>().ok().map(|id| Self(id.to_string()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}
