//! Loads and saves phones on their way in.

use ejia_db::{DbError, Row, Txn, args};
use ejia_kernel::{Instant, OpenId, Problem};

use super::bindings;

/// A phone on its way in.
pub(crate) struct Entry {
    /// Where it wants to go.
    pub(crate) onward: String,
    /// Its WeChat, once that is known.
    pub(crate) open_id: Option<OpenId>,
}

/// Notes a phone on its way.
pub(crate) fn insert(txn: &mut Txn<'_>, key: &[u8], entry: &Entry, until: Instant) -> Result<(), DbError> {
    let sealed = entry.open_id.as_ref().map(|open_id| bindings::sealed(txn.vault(), open_id));
    txn.execute(
        "INSERT INTO wechat_entry (key_hash, onward, open_id_sealed, until) VALUES ($1, $2, $3, $4)",
        &args![key, entry.onward.as_str(), sealed, until],
    )
    .map(drop)
}

type Raw = (String, Option<Vec<u8>>);

fn raw(row: &Row<'_>) -> Result<Raw, DbError> {
    Ok((row.get(0)?, row.get(1)?))
}

fn entry(txn: &Txn<'_>, (onward, sealed): Raw) -> Result<Entry, Problem> {
    let open_id = sealed.map(|sealed| bindings::opened(txn.vault(), &sealed)).transpose()?;
    Ok(Entry { onward, open_id })
}

/// The phone behind a key, while its time lasts.
pub(crate) fn find(txn: &mut Txn<'_>, key: &[u8]) -> Result<Option<Entry>, Problem> {
    let now = txn.now();
    let sql = "SELECT onward, open_id_sealed FROM wechat_entry WHERE key_hash = $1 AND until > $2";
    let found = txn.first(sql, &args![key, now], raw)?;
    found.map(|found| entry(txn, found)).transpose()
}

/// As [`find`], for one caller and nobody after him.
pub(crate) fn take(txn: &mut Txn<'_>, key: &[u8]) -> Result<Option<Entry>, Problem> {
    let now = txn.now();
    let sql = "DELETE FROM wechat_entry WHERE key_hash = $1 AND until > $2 RETURNING onward, open_id_sealed";
    let found = txn.first(sql, &args![key, now], raw)?;
    found.map(|found| entry(txn, found)).transpose()
}
