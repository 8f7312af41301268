//! Loads and saves computers of the encrypted channel and the authorities that issue their certificates.

use ejia_db::{DbError, Row, Txn, args};
use ejia_kernel::{AdministratorId, Instant, OrganizationId, Problem};

use crate::channel::{AuthorityKeys, RevokedComputer};

pub(crate) const KEY: &str = "access.authority_key";
pub(crate) const FILE: &str = "access.computer_file";

/// An authority as it is kept.
pub(crate) struct Authority {
    pub(crate) generation: i64,
    pub(crate) keys: AuthorityKeys,
    pub(crate) expires_at: Instant,
}

/// The authorities that hold, oldest first.
pub(crate) fn authorities(txn: &mut Txn<'_>) -> Result<Vec<Authority>, Problem> {
    let now = txn.now();
    let rows: Vec<(i64, Vec<u8>, Vec<u8>, Instant)> = txn.query(
        "SELECT generation, certificate, key_sealed, expires_at FROM channel_authority
         WHERE retired_at IS NULL AND expires_at > $1 ORDER BY generation",
        &args![now],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
    )?;
    rows.into_iter()
        .map(|(generation, certificate, sealed, expires_at)| {
            let key = txn.vault().open_bytes(KEY, &sealed)?;
            Ok(Authority { generation, keys: AuthorityKeys { certificate, key }, expires_at })
        })
        .collect()
}

/// The number of the last authority there ever was; 0 before the first.
pub(crate) fn last_generation(txn: &mut Txn<'_>) -> Result<i64, DbError> {
    txn.one("SELECT COALESCE(MAX(generation), 0) FROM channel_authority", &[], |row| row.get(0))
}

/// Keeps an authority, unless another has taken its number meanwhile.
pub(crate) fn insert_authority(
    txn: &mut Txn<'_>,
    generation: i64,
    keys: &AuthorityKeys,
    expires_at: Instant,
) -> Result<bool, DbError> {
    let (now, sealed) = (txn.now(), txn.vault().seal_bytes(KEY, &keys.key));
    txn.execute(
        "INSERT INTO channel_authority (generation, certificate, key_sealed, issued_at, expires_at, retired_at)
         VALUES ($1, $2, $3, $4, $5, NULL) ON CONFLICT DO NOTHING",
        &args![generation, keys.certificate.clone(), sealed, now, expires_at],
    )
    .map(|rows| rows == 1)
}

/// Believes an authority no more, and forgets its key.
pub(crate) fn retire(txn: &mut Txn<'_>, generation: i64) -> Result<(), DbError> {
    let now = txn.now();
    txn.execute(
        "UPDATE channel_authority SET retired_at = $2, key_sealed = $3 WHERE generation = $1 AND retired_at IS NULL",
        &args![generation, now, Vec::<u8>::new()],
    )
    .map(drop)
}

/// Generations that hold, before `newest`, and have no computer left that could come in.
pub(crate) fn left_behind(txn: &mut Txn<'_>, newest: i64) -> Result<Vec<i64>, DbError> {
    let now = txn.now();
    txn.query(
        "SELECT generation FROM channel_authority a
         WHERE retired_at IS NULL AND generation < $1 AND (expires_at <= $2 OR NOT EXISTS (
           SELECT 1 FROM computer c
           WHERE c.generation = a.generation AND c.revoked_at IS NULL AND c.expires_at > $2))",
        &args![newest, now],
        |row| row.get(0),
    )
}

/// Which state of computers and authorities this is.
pub(crate) fn version(txn: &mut Txn<'_>) -> Result<i64, DbError> {
    txn.one("SELECT version FROM channel_version WHERE id = 1", &[], |row| row.get(0))
}

/// Says that listeners must go by something new.
pub(crate) fn raise_version(txn: &mut Txn<'_>) -> Result<(), DbError> {
    txn.execute("UPDATE channel_version SET version = version + 1 WHERE id = 1", &[]).map(drop)
}

/// Computers that were shut out and whose certificates have not run out.
pub(crate) fn revoked(txn: &mut Txn<'_>) -> Result<Vec<RevokedComputer>, DbError> {
    let now = txn.now();
    txn.query(
        "SELECT serial, generation, revoked_at FROM computer WHERE revoked_at IS NOT NULL AND expires_at > $1
         ORDER BY serial",
        &args![now],
        |row| Ok(RevokedComputer { serial: row.get(0)?, generation: row.get(1)?, at: row.get(2)? }),
    )
}

/// A computer as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Computer {
    pub(crate) serial: String,
    pub(crate) administrator_id: AdministratorId,
    pub(crate) name: String,
    pub(crate) issued_at: Instant,
    pub(crate) expires_at: Instant,
    pub(crate) revoked_at: Option<Instant>,
    pub(crate) used_at: Option<Instant>,
    /// The certificate of the same computer that this one follows.
    pub(crate) renews: Option<String>,
}

const COMPUTER: &str = "serial, administrator_id, name, issued_at, expires_at, revoked_at, used_at, renews";

fn computer_of(row: &Row<'_>) -> Result<Computer, DbError> {
    Ok(Computer {
        serial: row.get(0)?,
        administrator_id: row.get(1)?,
        name: row.get(2)?,
        issued_at: row.get(3)?,
        expires_at: row.get(4)?,
        revoked_at: row.get(5)?,
        used_at: row.get(6)?,
        renews: row.get(7)?,
    })
}

/// The computer with this serial number.
pub(crate) fn computer(txn: &mut Txn<'_>, serial: &str) -> Result<Option<Computer>, DbError> {
    let sql = format!("SELECT {COMPUTER} FROM computer WHERE serial = $1");
    txn.first(&sql, &args![serial], computer_of)
}

/// The computers of an administrator, newest first.
pub(crate) fn computers_of(txn: &mut Txn<'_>, id: AdministratorId) -> Result<Vec<Computer>, DbError> {
    let sql = format!(
        "SELECT {COMPUTER} FROM computer WHERE administrator_id = $1 ORDER BY issued_at DESC, serial LIMIT 100"
    );
    txn.query(&sql, &args![id], computer_of)
}

/// Whose administrator the computer belongs to, if it may come in. One point select: it runs on every request over the
/// channel.
pub(crate) fn standing(txn: &mut Txn<'_>, serial: &str) -> Result<Option<OrganizationId>, DbError> {
    let now = txn.now();
    txn.first(
        "SELECT a.organization_id FROM computer c JOIN administrator a ON a.id = c.administrator_id
         WHERE c.serial = $1 AND c.revoked_at IS NULL AND c.expires_at > $2 AND a.removed_at IS NULL",
        &args![serial, now],
        |row| row.get(0),
    )
}

/// Keeps a computer, with its file until it was taken.
pub(crate) fn insert(
    txn: &mut Txn<'_>,
    computer: &Computer,
    generation: i64,
    file: &[u8],
    token_hash: &[u8],
    file_until: Instant,
) -> Result<(), DbError> {
    let sealed = txn.vault().seal_bytes(FILE, file);
    let Computer { serial, administrator_id, name, issued_at, expires_at, renews, .. } = computer;
    txn.execute(
        "INSERT INTO computer (serial, administrator_id, generation, name, issued_at, expires_at, renews,
             file_sealed, file_token_hash, file_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &args![
            serial.as_str(),
            *administrator_id,
            generation,
            name.as_str(),
            *issued_at,
            *expires_at,
            renews.clone(),
            sealed,
            token_hash.to_vec(),
            file_until
        ],
    )
    .map(drop)
}

/// The file that waits under this token.
pub(crate) fn file(txn: &mut Txn<'_>, token_hash: &[u8]) -> Result<Option<Vec<u8>>, Problem> {
    let now = txn.now();
    let sealed = txn.first(
        "SELECT file_sealed FROM computer WHERE file_token_hash = $1 AND file_until > $2 AND revoked_at IS NULL",
        &args![token_hash.to_vec(), now],
        |row| row.get::<Vec<u8>>(0),
    )?;
    sealed.map(|sealed| txn.vault().open_bytes(FILE, &sealed)).transpose()
}

/// Shuts a computer out: its sessions end, and its file is gone. Answers whether it was in.
pub(crate) fn revoke(txn: &mut Txn<'_>, serial: &str) -> Result<bool, DbError> {
    let now = txn.now();
    let rows = txn.execute(
        "UPDATE computer SET revoked_at = $2, file_sealed = NULL, file_token_hash = NULL, file_until = NULL
         WHERE serial = $1 AND revoked_at IS NULL",
        &args![serial, now],
    )?;
    txn.execute("DELETE FROM session WHERE computer = $1", &args![serial])?;
    raise_version(txn)?;
    Ok(rows == 1)
}

/// The computers of an administrator, or of everybody, that could come in.
pub(crate) fn live(txn: &mut Txn<'_>, of: Option<AdministratorId>) -> Result<Vec<String>, DbError> {
    let now = txn.now();
    let of = of.map(|id| id.to_string()).unwrap_or_default();
    txn.query(
        "SELECT serial FROM computer
         WHERE (administrator_id = $1 OR $1 = '') AND revoked_at IS NULL AND expires_at > $2",
        &args![of, now],
        |row| row.get(0),
    )
}

/// Notes that somebody has logged in from a computer; its file is not needed any more.
pub(crate) fn used(txn: &mut Txn<'_>, serial: &str) -> Result<(), DbError> {
    let now = txn.now();
    txn.execute(
        "UPDATE computer SET used_at = $2, file_sealed = NULL, file_token_hash = NULL, file_until = NULL
         WHERE serial = $1",
        &args![serial, now],
    )
    .map(drop)
}

/// Forgets files that nobody has come for.
pub(crate) fn sweep_files(txn: &mut Txn<'_>) -> Result<u64, DbError> {
    let now = txn.now();
    txn.execute(
        "UPDATE computer SET file_sealed = NULL, file_token_hash = NULL, file_until = NULL WHERE file_until <= $1",
        &args![now],
    )
}
