//! How one hash follows from the last: pure arithmetic over columns.

use std::fmt::Write;

use ejia_db::{DbError, Row, Value};
use sha2::{Digest, Sha256};

/// The columns of `audit_entry` that a hash covers, in this order for ever.
pub(crate) const COVERED: [&str; 9] =
    ["id", "at", "actor_kind", "actor_id", "action", "subject_kind", "subject_id", "organization_id", "facts"];

/// A SHA-256 hash.
pub(crate) type Hash = [u8; 32];

/// What stands before the first link.
pub(crate) const BEGINNING: Hash = [0; 32];

/// The covered columns of one row.
pub(crate) struct Covered(Vec<Value>);

impl Covered {
    /// Reads them from column `first` on.
    pub(crate) fn read(row: &Row<'_>, first: usize) -> Result<Self, DbError> {
        (first..first + COVERED.len()).map(|index| row.get(index)).collect::<Result<_, _>>().map(Self)
    }

    /// The entry's id; `None` where there is no entry.
    pub(crate) fn id(&self) -> Option<&str> {
        match self.0.first() {
            Some(Value::Text(id)) => Some(id),
            _ => None,
        }
    }
}

/// `a.id, a.at, …` for a SELECT.
pub(crate) fn columns(table: &str) -> String {
    COVERED.map(|column| format!("{table}.{column}")).join(", ")
}

/// The hash of link `number`: over the last hash, the number and each column with its type and length, so that
/// nothing can be moved from one column into the next unnoticed.
pub(crate) fn next(previous: &Hash, number: i64, covered: &Covered) -> Hash {
    let mut hash = Sha256::new();
    hash.update(b"ejia.audit.1");
    hash.update(previous);
    hash.update(number.to_be_bytes());
    for value in &covered.0 {
        match value {
            Value::Null => prefixed(&mut hash, 0, &[]),
            Value::Int(v) => prefixed(&mut hash, 1, &v.to_be_bytes()),
            Value::Bool(v) => prefixed(&mut hash, 2, &[u8::from(*v)]),
            Value::Text(v) => prefixed(&mut hash, 3, v.as_bytes()),
            Value::Blob(v) => prefixed(&mut hash, 4, v),
        }
    }
    hash.finalize().into()
}

fn prefixed(hash: &mut Sha256, kind: u8, bytes: &[u8]) {
    hash.update([kind]);
    hash.update((bytes.len() as u64).to_be_bytes());
    hash.update(bytes);
}

/// In hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
