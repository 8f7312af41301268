//! The rows of credentials: read by everybody, renewed by whoever has a row in hand.

use std::time::Duration;

use ejia_db::{Txn, args};
use ejia_kernel::{Instant, Problem};

/// How long a row stays in hand at most: longer than the one or two calls that renew it, so that only a refresher that
/// died is overtaken.
const HOLD: Duration = Duration::from_secs(20);

/// A credential as the database keeps it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) text: String,
    pub(crate) fetched_at: Instant,
    pub(crate) expires_at: Instant,
}

/// A credential is sealed for this word and its kind.
pub(crate) const PURPOSE: &str = "wechat";

fn purpose(kind: &str) -> String {
    format!("{PURPOSE}.{kind}")
}

/// The credential of this kind. One that does not open, as after a change of the vault's key, counts as none.
pub(crate) fn kept(txn: &mut Txn<'_>, account: &str, kind: &str) -> Result<Option<Kept>, Problem> {
    let row = txn.first(
        "SELECT sealed, fetched_at, expires_at FROM wechat_credential WHERE account = $1 AND kind = $2",
        &args![account, kind],
        |row| Ok((row.get::<Option<Vec<u8>>>(0)?, row.get(1)?, row.get(2)?)),
    )?;
    let Some((Some(sealed), fetched_at, expires_at)) = row else { return Ok(None) };
    Ok(txn.vault().open(&purpose(kind), &sealed).ok().map(|text| Kept { text, fetched_at, expires_at }))
}

/// Takes the row in hand. False when somebody else has it.
pub(crate) fn take_in_hand(txn: &mut Txn<'_>, account: &str, kind: &str, holder: &str) -> Result<bool, Problem> {
    let now = txn.now();
    let until = now.plus(HOLD);
    txn.execute(
        "INSERT INTO wechat_credential (account, kind, fetched_at, expires_at, held_until) VALUES ($1, $2, 0, 0, 0)
         ON CONFLICT (account, kind) DO NOTHING",
        &args![account, kind],
    )?;
    // A hold that ends much later than any that is taken now was taken before the clock was set back. Much: transactions
    // that run at once, in one process or another, do not agree on the millisecond.
    let too_far = until.plus(HOLD);
    let taken = txn.execute(
        "UPDATE wechat_credential SET holder = $3, held_until = $4
         WHERE account = $1 AND kind = $2 AND (holder IS NULL OR held_until <= $5 OR held_until > $6)",
        &args![account, kind, holder, until, now, too_far],
    )?;
    Ok(taken == 1)
}

/// Keeps what was fetched and lets go of the row. Whoever has been overtaken meanwhile changes nothing.
pub(crate) fn keep(
    txn: &mut Txn<'_>,
    account: &str,
    kind: &str,
    holder: &str,
    Kept { text, fetched_at, expires_at }: &Kept,
) -> Result<(), Problem> {
    let sealed = txn.vault().seal(&purpose(kind), text);
    txn.execute(
        "UPDATE wechat_credential SET sealed = $4, fetched_at = $5, expires_at = $6, holder = NULL, held_until = 0
         WHERE account = $1 AND kind = $2 AND holder = $3",
        &args![account, kind, holder, sealed, *fetched_at, *expires_at],
    )?;
    Ok(())
}

/// Lets go of the row after a renewal that failed.
pub(crate) fn let_go(txn: &mut Txn<'_>, account: &str, kind: &str, holder: &str) -> Result<(), Problem> {
    txn.execute(
        "UPDATE wechat_credential SET holder = NULL, held_until = 0 WHERE account = $1 AND kind = $2 AND holder = $3",
        &args![account, kind, holder],
    )?;
    Ok(())
}
