//! How one hash follows from the last: pure arithmetic over columns.

use std::fmt::Write;

use ejia_db::{DbError, Row, Value};
use ejia_kernel::{Instant, Vault};
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

/// Bytes kept of the hash of one column.
const DIGEST: usize = 8;

impl Covered {
    /// Those of an entry that is being written: its values, in the order of [`COVERED`].
    pub(crate) fn of(values: &[Value; COVERED.len()]) -> Self {
        Self(values.to_vec())
    }

    pub(crate) fn values(self) -> Vec<Value> {
        self.0
    }

    /// Shows that this house has written the entry: whoever cannot ask the vault cannot make one.
    pub(crate) fn mac(&self, vault: &Vault) -> Vec<u8> {
        let mut hash = Sha256::new();
        hash.update(b"ejia.audit.entry.1");
        self.0.iter().for_each(|value| absorb(&mut hash, value));
        vault.index("audit.entry", &hex(&hash.finalize()))
    }

    /// A few bytes of the hash of each column, one after the other: they tell later which of them was changed.
    pub(crate) fn digests(&self) -> Vec<u8> {
        let of_column = |value: &Value| {
            let mut hash = Sha256::new();
            hash.update(b"ejia.audit.column.1");
            absorb(&mut hash, value);
            hash.finalize().into_iter().take(DIGEST).collect::<Vec<u8>>()
        };
        self.0.iter().flat_map(of_column).collect()
    }

    /// The columns that are not what they were when these digests were made.
    pub(crate) fn changed(&self, digests: &[u8]) -> Vec<&'static str> {
        let now = self.digests();
        let pairs = now.chunks(DIGEST).zip(digests.chunks(DIGEST)).zip(COVERED);
        pairs.filter(|((now, then), _)| now != then).map(|(_, column)| column).collect()
    }

    /// The entry's time, as it stands there now.
    pub(crate) fn at(&self) -> Option<Instant> {
        match self.0.get(1) {
            Some(Value::Int(at)) => Some(Instant::from_ms(*at)),
            _ => None,
        }
    }

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
    covered.0.iter().for_each(|value| absorb(&mut hash, value));
    hash.finalize().into()
}

fn absorb(hash: &mut Sha256, value: &Value) {
    match value {
        Value::Null => prefixed(hash, 0, &[]),
        Value::Int(v) => prefixed(hash, 1, &v.to_be_bytes()),
        Value::Bool(v) => prefixed(hash, 2, &[u8::from(*v)]),
        Value::Text(v) => prefixed(hash, 3, v.as_bytes()),
        Value::Blob(v) => prefixed(hash, 4, v),
    }
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
