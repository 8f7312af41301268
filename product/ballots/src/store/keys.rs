//! Which private keys lie in the store of keys, and which of them are to be destroyed.

use ejia_db::{DbError, Row, Txn, args};
use ejia_documents::FileKey;
use ejia_kernel::{Instant, Problem};

use crate::BallotId;

/// Writes a key down that is about to be put.
pub(crate) fn insert(txn: &mut Txn<'_>, key_file: &FileKey) -> Result<(), Problem> {
    let now = txn.now();
    let sql = "INSERT INTO ballot_key (key_file, prepared_at, doomed) VALUES ($1, $2, $3)";
    txn.execute(sql, &args![key_file.as_str(), now, false])?;
    Ok(())
}

/// Gives a key to a vote; `false` when another has it or it has been swept away.
pub(crate) fn claim(txn: &mut Txn<'_>, key_file: &FileKey, id: BallotId) -> Result<bool, Problem> {
    let sql = "UPDATE ballot_key SET ballot_id = $2 WHERE key_file = $1 AND ballot_id IS NULL AND doomed = $3";
    Ok(txn.execute(sql, &args![key_file.as_str(), id, false])? == 1)
}

/// The key of a vote, until it is destroyed.
pub(crate) fn of(txn: &mut Txn<'_>, id: BallotId) -> Result<Option<FileKey>, Problem> {
    Ok(txn.first("SELECT key_file FROM ballot_key WHERE ballot_id = $1", &args![id], key_file)?)
}

/// The key of a vote is to be destroyed.
pub(crate) fn doom(txn: &mut Txn<'_>, id: BallotId) -> Result<(), Problem> {
    txn.execute("UPDATE ballot_key SET doomed = $2 WHERE ballot_id = $1", &args![id, true])?;
    Ok(())
}

/// The keys that were prepared before and that no vote was opened with are to be destroyed; answers how many.
pub(crate) fn doom_unused(txn: &mut Txn<'_>, before: Instant) -> Result<u64, Problem> {
    let sql = "UPDATE ballot_key SET doomed = $2 WHERE ballot_id IS NULL AND doomed = $3 AND prepared_at < $1";
    Ok(txn.execute(sql, &args![before, true, false])?)
}

/// The keys that are to be destroyed, each with its vote if it had one.
pub(crate) fn doomed(txn: &mut Txn<'_>) -> Result<Vec<(FileKey, Option<BallotId>)>, Problem> {
    let sql = "SELECT key_file, ballot_id FROM ballot_key WHERE doomed = $1";
    Ok(txn.query(sql, &args![true], |row| Ok((key_file(row)?, row.get(1)?)))?)
}

/// Strikes a key that was destroyed; `false` when another did.
pub(crate) fn forget(txn: &mut Txn<'_>, key_file: &FileKey) -> Result<bool, Problem> {
    let sql = "DELETE FROM ballot_key WHERE key_file = $1 AND doomed = $2";
    Ok(txn.execute(sql, &args![key_file.as_str(), true])? == 1)
}

fn key_file(row: &Row<'_>) -> Result<FileKey, DbError> {
    let text: String = row.get(0)?;
    text.parse().map_err(|fault| DbError::Column(format!("ballot_key.key_file: {fault}")))
}
