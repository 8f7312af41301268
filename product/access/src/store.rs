//! Loads and saves passwords, failures and challenges; sessions, applicants, bindings and ways in are in files of their own. Only
//! here SQL is spoken.

pub(crate) mod applicants;
pub(crate) mod authenticators;
pub(crate) mod bindings;
pub(crate) mod computers;
pub(crate) mod entries;
pub(crate) mod organization_tokens;
pub(crate) mod passkeys;
pub(crate) mod security;
pub(crate) mod sessions;

use std::time::Duration;

use ejia_db::{DbError, Row, Txn, args};
use ejia_kernel::{AdministratorId, Instant, OrganizationId, Problem};

use crate::model::Account;
use crate::passwords::Hash;
use crate::rules::{EVENTS_KEPT, Failures};

/// A password that somebody has set.
pub(crate) struct Kept {
    pub(crate) hash: Hash,
    /// A member must change it at the first use; an administrator is reminded to.
    pub(crate) flagged: bool,
}

/// The password of an account, if one was ever set; `locked` keeps others from changing it meanwhile.
pub(crate) fn password(txn: &mut Txn<'_>, account: Account, locked: bool) -> Result<Option<Kept>, DbError> {
    let sql = match account {
        Account::Member(_) => "SELECT hash, must_change FROM member_password WHERE member_id = $1",
        Account::Administrator(_) => "SELECT hash, remind FROM administrator_password WHERE administrator_id = $1",
        Account::Applicant(_) => return Ok(None),
    };
    let sql = format!("{sql}{}", if locked { txn.for_update() } else { "" });
    txn.first(&sql, &args![account.id()], |row| Ok(Kept { hash: Hash::kept(row.get(0)?), flagged: row.get(1)? }))
}

/// Sets the password of an account.
pub(crate) fn set_password(txn: &mut Txn<'_>, account: Account, hash: &Hash, flagged: bool) -> Result<(), DbError> {
    let sql = match account {
        Account::Member(_) => {
            "INSERT INTO member_password (member_id, hash, must_change, set_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (member_id) DO UPDATE SET hash = $2, must_change = $3, set_at = $4"
        }
        Account::Administrator(_) => {
            "INSERT INTO administrator_password (administrator_id, hash, remind, set_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (administrator_id) DO UPDATE SET hash = $2, remind = $3, set_at = $4"
        }
        Account::Applicant(_) => return Err(DbError::Other("an applicant has no password".to_owned())),
    };
    let now = txn.now();
    txn.execute(sql, &args![account.id(), hash.as_str(), flagged, now]).map(drop)
}

/// Takes an administrator's password away: the first password stands again.
pub(crate) fn forget_password(txn: &mut Txn<'_>, id: AdministratorId) -> Result<(), DbError> {
    txn.execute("DELETE FROM administrator_password WHERE administrator_id = $1", &args![id]).map(drop)
}

/// Has an administrator reminded to change his password.
pub(crate) fn remind(txn: &mut Txn<'_>, id: AdministratorId) -> Result<(), DbError> {
    let sql = "UPDATE administrator_password SET remind = TRUE WHERE administrator_id = $1";
    txn.execute(sql, &args![id]).map(drop)
}

fn instants(text: &str) -> Vec<Instant> {
    text.split(',').filter_map(|ms| ms.parse().ok()).map(Instant::from_ms).collect()
}

fn text(instants: &[Instant]) -> String {
    instants.iter().map(|at| at.ms().to_string()).collect::<Vec<_>>().join(",")
}

/// The failures at a door, locked until the transaction ends.
pub(crate) fn failures(txn: &mut Txn<'_>, door: &[u8]) -> Result<Failures, DbError> {
    let now = txn.now();
    txn.one(
        "INSERT INTO login_failures (door, failed_at, locked_until, touched_at) VALUES ($1, '', NULL, $2)
         ON CONFLICT (door) DO UPDATE SET touched_at = $2 RETURNING failed_at, locked_until",
        &args![door, now],
        |row| Ok(Failures { at: instants(&row.get::<String>(0)?), until: row.get(1)? }),
    )
}

/// Keeps the failures at a door; none is no row.
pub(crate) fn save_failures(txn: &mut Txn<'_>, door: &[u8], failures: &Failures) -> Result<(), DbError> {
    if failures.at.is_empty() {
        return forget_failures(txn, door);
    }
    txn.execute(
        "UPDATE login_failures SET failed_at = $2, locked_until = $3 WHERE door = $1",
        &args![door, text(&failures.at), failures.until],
    )
    .map(drop)
}

/// Opens a door again.
pub(crate) fn forget_failures(txn: &mut Txn<'_>, door: &[u8]) -> Result<(), DbError> {
    txn.execute("DELETE FROM login_failures WHERE door = $1", &args![door]).map(drop)
}

/// When codes went to a receiver, locked until the transaction ends.
pub(crate) fn codes_sent(txn: &mut Txn<'_>, receiver: &[u8]) -> Result<Vec<Instant>, DbError> {
    let now = txn.now();
    txn.one(
        "INSERT INTO codes_sent (receiver, sent_at, touched_at) VALUES ($1, '', $2)
         ON CONFLICT (receiver) DO UPDATE SET touched_at = $2 RETURNING sent_at",
        &args![receiver, now],
        |row| Ok(instants(&row.get::<String>(0)?)),
    )
}

/// Keeps when codes went to a receiver.
pub(crate) fn save_codes_sent(txn: &mut Txn<'_>, receiver: &[u8], sent: &[Instant]) -> Result<(), DbError> {
    txn.execute("UPDATE codes_sent SET sent_at = $2 WHERE receiver = $1", &args![receiver, text(sent)]).map(drop)
}

/// A login that was begun and waits for its code, its new password, or both.
#[derive(Debug, Clone)]
pub(crate) struct Challenge {
    pub(crate) token_hash: Vec<u8>,
    pub(crate) purpose: String,
    /// Nobody's when it was made only to look like somebody's, or for a phone.
    pub(crate) account: Option<Account>,
    /// The phone whose holder has no account before he has proven that it is his.
    pub(crate) phone_sealed: Option<Vec<u8>>,
    pub(crate) code_index: Option<Vec<u8>>,
    pub(crate) code_until: Instant,
    pub(crate) tries: i64,
    pub(crate) passed_at: Option<Instant>,
    pub(crate) until: Instant,
}

const CHALLENGE: &str =
    "token_hash, purpose, account_kind, account_id, code_index, code_until, tries, passed_at, until, phone_sealed";

type RawChallenge = (Challenge, Option<String>, Option<String>);

fn raw_challenge(row: &Row<'_>) -> Result<RawChallenge, DbError> {
    let challenge = Challenge {
        token_hash: row.get(0)?,
        purpose: row.get(1)?,
        account: None,
        phone_sealed: row.get(9)?,
        code_index: row.get(4)?,
        code_until: row.get(5)?,
        tries: row.get(6)?,
        passed_at: row.get(7)?,
        until: row.get(8)?,
    };
    Ok((challenge, row.get(2)?, row.get(3)?))
}

fn with_account((challenge, kind, id): RawChallenge) -> Result<Challenge, Problem> {
    let account = kind.zip(id).map(|(kind, id)| Account::from_columns(&kind, &id)).transpose()?;
    Ok(Challenge { account, ..challenge })
}

/// The live challenge behind a token, its row locked when this is a write.
pub(crate) fn challenge(txn: &mut Txn<'_>, token_hash: &[u8], locked: bool) -> Result<Option<Challenge>, Problem> {
    let lock = if locked { txn.for_update() } else { "" };
    let now = txn.now();
    let sql = format!("SELECT {CHALLENGE} FROM challenge WHERE token_hash = $1 AND until > $2{lock}");
    txn.first(&sql, &args![token_hash, now], raw_challenge)?.map(with_account).transpose()
}

/// The live challenge of an account for one purpose, its row locked.
pub(crate) fn challenge_of(txn: &mut Txn<'_>, account: Account, purpose: &str) -> Result<Option<Challenge>, Problem> {
    let lock = txn.for_update();
    let now = txn.now();
    let sql = format!(
        "SELECT {CHALLENGE} FROM challenge
         WHERE account_id = $1 AND account_kind = $2 AND purpose = $3 AND until > $4
         ORDER BY until DESC LIMIT 1{lock}"
    );
    txn.first(&sql, &args![account.id(), account.kind(), purpose, now], raw_challenge)?.map(with_account).transpose()
}

/// Writes a new challenge.
pub(crate) fn insert_challenge(txn: &mut Txn<'_>, challenge: &Challenge) -> Result<(), DbError> {
    let Challenge { token_hash, purpose, account, phone_sealed, code_index, code_until, tries, passed_at, until } =
        challenge;
    txn.execute(
        "INSERT INTO challenge (token_hash, purpose, account_kind, account_id, code_index, code_until, tries,
             passed_at, until, phone_sealed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &args![
            token_hash.as_slice(),
            purpose,
            account.map(Account::kind),
            account.map(Account::id),
            code_index.clone(),
            *code_until,
            *tries,
            *passed_at,
            *until,
            phone_sealed.clone()
        ],
    )
    .map(drop)
}

/// Keeps what has changed of a challenge: its code, how often it was tried, whether it was passed.
pub(crate) fn update_challenge(txn: &mut Txn<'_>, challenge: &Challenge) -> Result<(), DbError> {
    let Challenge { token_hash, code_index, code_until, tries, passed_at, until, .. } = challenge;
    txn.execute(
        "UPDATE challenge SET code_index = $2, code_until = $3, tries = $4, passed_at = $5, until = $6
         WHERE token_hash = $1",
        &args![token_hash.as_slice(), code_index.clone(), *code_until, *tries, *passed_at, *until],
    )
    .map(drop)
}

/// Ends a challenge.
pub(crate) fn end_challenge(txn: &mut Txn<'_>, token_hash: &[u8]) -> Result<(), DbError> {
    txn.execute("DELETE FROM challenge WHERE token_hash = $1", &args![token_hash]).map(drop)
}

/// Ends all challenges of an account.
pub(crate) fn end_challenges(txn: &mut Txn<'_>, account: Account) -> Result<(), DbError> {
    txn.execute(
        "DELETE FROM challenge WHERE account_id = $1 AND account_kind = $2",
        &args![account.id(), account.kind()],
    )
    .map(drop)
}

/// Keeps others from giving an organization an administrator until the transaction ends.
pub(crate) fn lock_organization(txn: &mut Txn<'_>, id: OrganizationId) -> Result<(), DbError> {
    let sql = format!("SELECT id FROM organization WHERE id = $1{}", txn.for_update());
    txn.first(&sql, &args![id], |_| Ok(())).map(drop)
}

/// Deletes what has run out: sessions unused since `idle`, challenges, phones that never came back from WeChat, failures
/// and codes older than a day, events that will not be told again.
pub(crate) fn sweep(txn: &mut Txn<'_>, idle: Duration, life: Duration) -> Result<u64, DbError> {
    let now = txn.now();
    let day = now.minus(Duration::from_hours(24));
    let sessions = txn.execute(
        "DELETE FROM session WHERE seen_at < $1 OR opened_at < $2",
        &args![now.minus(idle), now.minus(life)],
    )?;
    let challenges = txn.execute("DELETE FROM challenge WHERE until < $1", &args![now])?;
    let failures = txn.execute("DELETE FROM login_failures WHERE touched_at < $1", &args![day])?;
    let codes = txn.execute("DELETE FROM codes_sent WHERE touched_at < $1", &args![day])?;
    let events = txn.execute("DELETE FROM wechat_event WHERE heard_at < $1", &args![now.minus(EVENTS_KEPT)])?;
    let entries = txn.execute("DELETE FROM wechat_entry WHERE until < $1", &args![now])?;
    let files = computers::sweep_files(txn)?;
    Ok(files + sessions + challenges + failures + codes + events + entries)
}
