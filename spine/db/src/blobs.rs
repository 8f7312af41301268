//! What lies in the BLOB columns of a table, told beside its schema: whoever changes keys goes by it.

/// A table with BLOB columns.
#[derive(Debug, Clone, Copy)]
pub struct Blobs {
    /// Its name.
    pub table: &'static str,
    /// The columns of its primary key, in order.
    pub key: &'static [&'static str],
    /// Each of its BLOB columns.
    pub columns: &'static [(&'static str, Holds)],
}

/// What a BLOB column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Sealed by the vault for this purpose.
    Sealed(&'static str),
    /// Sealed by the vault for this word, a full stop and what the other column says.
    SealedBy(&'static str, &'static str),
    /// A blind index or another MAC under the vault's root, which stays what it is.
    Index,
    /// A hash without a key, or of chance.
    Hash,
    /// What may be read: a certificate, a public key, a signature.
    Open,
    /// Sealed with a key that is none of the vault's.
    Foreign,
}

impl Holds {
    /// Whether a change of the vault's keys concerns it.
    pub fn is_sealed(self) -> bool {
        matches!(self, Self::Sealed(_) | Self::SealedBy(..))
    }
}
