//! Loads and saves authenticator apps and recovery codes.

use ejia_db::{DbError, Txn, args};
use ejia_kernel::{AdministratorId, Problem};

use crate::model::spelled;
use crate::totp::TotpSecret;

pub(crate) const SECRET: &str = "access.authenticator";
const CODE: &str = "access.recovery_code";

/// An administrator's app.
#[derive(Debug, Clone)]
pub(crate) struct Authenticator {
    pub(crate) secret: TotpSecret,
    /// Whether he has shown that his app knows the secret; before that it opens nothing.
    pub(crate) confirmed: bool,
    /// The last step whose code was used.
    pub(crate) last_step: i64,
}

/// The app of an administrator, begun or confirmed; `locked` keeps others from using the same code meanwhile.
pub(crate) fn find(txn: &mut Txn<'_>, id: AdministratorId, locked: bool) -> Result<Option<Authenticator>, Problem> {
    let lock = if locked { txn.for_update() } else { "" };
    let sql = format!(
        "SELECT secret_sealed, confirmed_at IS NOT NULL, last_step FROM authenticator WHERE administrator_id = $1{lock}"
    );
    let row = txn.first(&sql, &args![id], |row| Ok((row.get::<Vec<u8>>(0)?, row.get(1)?, row.get(2)?)))?;
    let Some((sealed, confirmed, last_step)) = row else { return Ok(None) };
    let secret = TotpSecret::kept(txn.vault().open_bytes(SECRET, &sealed)?);
    Ok(Some(Authenticator { secret, confirmed, last_step }))
}

/// Whether an administrator has an app that counts.
pub(crate) fn counts(txn: &mut Txn<'_>, id: AdministratorId) -> Result<bool, DbError> {
    let sql = "SELECT 1 FROM authenticator WHERE administrator_id = $1 AND confirmed_at IS NOT NULL";
    Ok(txn.first(sql, &args![id], |_| Ok(()))?.is_some())
}

/// Keeps a secret that is still to be confirmed, in place of one that never was.
pub(crate) fn begin(txn: &mut Txn<'_>, id: AdministratorId, secret: &TotpSecret) -> Result<(), DbError> {
    let sealed = txn.vault().seal_bytes(SECRET, secret.expose());
    txn.execute(
        "INSERT INTO authenticator (administrator_id, secret_sealed, confirmed_at, last_step) VALUES ($1, $2, NULL, 0)
         ON CONFLICT (administrator_id) DO UPDATE SET secret_sealed = $2, confirmed_at = NULL, last_step = 0",
        &args![id, sealed],
    )
    .map(drop)
}

/// Lets an app count from now on; the code that confirmed it is used.
pub(crate) fn confirm(txn: &mut Txn<'_>, id: AdministratorId, step: i64) -> Result<(), DbError> {
    let now = txn.now();
    let sql = "UPDATE authenticator SET confirmed_at = $2, last_step = $3 WHERE administrator_id = $1";
    txn.execute(sql, &args![id, now, step]).map(drop)
}

/// Notes that the code of a step was used.
pub(crate) fn used(txn: &mut Txn<'_>, id: AdministratorId, step: i64) -> Result<(), DbError> {
    let sql = "UPDATE authenticator SET last_step = $2 WHERE administrator_id = $1";
    txn.execute(sql, &args![id, step]).map(drop)
}

/// Forgets an administrator's app and its recovery codes.
pub(crate) fn forget(txn: &mut Txn<'_>, id: AdministratorId) -> Result<(), DbError> {
    txn.execute("DELETE FROM recovery_code WHERE administrator_id = $1", &args![id])?;
    txn.execute("DELETE FROM authenticator WHERE administrator_id = $1", &args![id]).map(drop)
}

/// What is kept of a recovery code: keyed, and bound to whose it is.
fn index(txn: &Txn<'_>, id: AdministratorId, code: &str) -> Vec<u8> {
    txn.vault().index(CODE, &format!("{id} {}", spelled(code)))
}

/// Keeps recovery codes, in place of those that were left.
pub(crate) fn set_recovery_codes(txn: &mut Txn<'_>, id: AdministratorId, codes: &[String]) -> Result<(), DbError> {
    txn.execute("DELETE FROM recovery_code WHERE administrator_id = $1", &args![id])?;
    for code in codes {
        let index = index(txn, id, code);
        txn.execute("INSERT INTO recovery_code (code_index, administrator_id) VALUES ($1, $2)", &args![index, id])?;
    }
    Ok(())
}

/// Uses a recovery code up; answers whether there was one.
pub(crate) fn take_recovery_code(txn: &mut Txn<'_>, id: AdministratorId, typed: &str) -> Result<bool, DbError> {
    let index = index(txn, id, typed);
    let sql = "DELETE FROM recovery_code WHERE code_index = $1 AND administrator_id = $2";
    Ok(txn.execute(sql, &args![index, id])? == 1)
}

/// How many recovery codes are left.
pub(crate) fn recovery_codes_left(txn: &mut Txn<'_>, id: AdministratorId) -> Result<i64, DbError> {
    txn.one("SELECT count(*) FROM recovery_code WHERE administrator_id = $1", &args![id], |row| row.get(0))
}
