//! Loads and saves passkeys. Public keys are no secrets.

use ejia_db::{DbError, Row, Txn, args};
use ejia_kernel::{AdministratorId, Instant};

use crate::passkeys::Passkey;

/// A passkey as its owner sees it.
pub(crate) struct Named {
    pub(crate) credential: Vec<u8>,
    pub(crate) name: String,
    pub(crate) added_at: Instant,
    pub(crate) used_at: Option<Instant>,
}

/// The passkeys of an administrator, the last one first.
pub(crate) fn of(txn: &mut Txn<'_>, id: AdministratorId) -> Result<Vec<Named>, DbError> {
    txn.query(
        "SELECT credential_id, name, added_at, used_at FROM passkey WHERE administrator_id = $1
         ORDER BY added_at DESC, credential_id",
        &args![id],
        |row| Ok(Named { credential: row.get(0)?, name: row.get(1)?, added_at: row.get(2)?, used_at: row.get(3)? }),
    )
}

fn passkey(row: &Row<'_>) -> Result<Passkey, DbError> {
    let counter: i64 = row.get(2)?;
    let counter = u32::try_from(counter).map_err(|error| DbError::Other(error.to_string()))?;
    Ok(Passkey { credential: row.get(0)?, key: row.get(1)?, counter })
}

/// One passkey of an administrator; others keep from using it until the transaction ends.
pub(crate) fn find(txn: &mut Txn<'_>, id: AdministratorId, credential: &[u8]) -> Result<Option<Passkey>, DbError> {
    let sql = format!(
        "SELECT credential_id, public_key, counter FROM passkey WHERE credential_id = $1 AND administrator_id = $2{}",
        txn.for_update()
    );
    txn.first(&sql, &args![credential, id], passkey)
}

/// Keeps a passkey; answers whether it was not there before.
pub(crate) fn insert(txn: &mut Txn<'_>, id: AdministratorId, name: &str, passkey: &Passkey) -> Result<bool, DbError> {
    let now = txn.now();
    let Passkey { credential, key, counter } = passkey;
    let rows = txn.execute(
        "INSERT INTO passkey (credential_id, administrator_id, public_key, counter, name, added_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (credential_id) DO NOTHING",
        &args![credential.as_slice(), id, key.as_slice(), i64::from(*counter), name, now],
    )?;
    Ok(rows == 1)
}

/// Notes that a passkey was used, and what its counter says.
pub(crate) fn used(txn: &mut Txn<'_>, credential: &[u8], counter: u32) -> Result<(), DbError> {
    let now = txn.now();
    let sql = "UPDATE passkey SET counter = $2, used_at = $3 WHERE credential_id = $1";
    txn.execute(sql, &args![credential, i64::from(counter), now]).map(drop)
}

/// Takes a passkey of an administrator away; answers whether he had it.
pub(crate) fn remove(txn: &mut Txn<'_>, id: AdministratorId, credential: &[u8]) -> Result<bool, DbError> {
    let sql = "DELETE FROM passkey WHERE credential_id = $1 AND administrator_id = $2";
    Ok(txn.execute(sql, &args![credential, id])? == 1)
}

/// Forgets all passkeys of an administrator.
pub(crate) fn forget(txn: &mut Txn<'_>, id: AdministratorId) -> Result<(), DbError> {
    txn.execute("DELETE FROM passkey WHERE administrator_id = $1", &args![id]).map(drop)
}
