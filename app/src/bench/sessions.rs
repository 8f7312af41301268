//! Sessions without logging in: rows as access writes them, so that what is measured is the page and not the door.

use ejia_db::{Desk, Txn, args};
use ejia_kernel::{Problem, SessionId};
use sha2::{Digest, Sha256};

use crate::commands::explained;

/// Somebody with an open session.
#[derive(Clone)]
pub(super) struct Session {
    /// What the browser holds.
    pub(super) token: String,
    /// The account's id.
    pub(super) account: String,
}

impl Session {
    /// The header that a browser of the member portal sends.
    pub(super) fn member_cookie(&self) -> String {
        format!("ejia_member={}", self.token)
    }

    /// The header that a browser of the organisation portal sends.
    pub(super) fn office_cookie(&self) -> String {
        format!("ejia_office={}", self.token)
    }
}

/// Opens sessions for the first `count` members by id, each with a password of his own set.
pub(super) fn of_members(desk: &Desk, count: u32) -> Result<Vec<Session>, String> {
    open(desk, "member", "SELECT id FROM member WHERE departed_at IS NULL ORDER BY id LIMIT $1", count)
}

/// Opens one for the administrator of the city committee.
pub(super) fn of_city(desk: &Desk) -> Result<Session, String> {
    let sql = "SELECT a.id FROM administrator a JOIN organization o ON o.id = a.organization_id
               WHERE o.kind = 'city_committee' LIMIT $1";
    open(desk, "administrator", sql, 1)?.pop().ok_or_else(|| "the city committee has no administrator".to_owned())
}

/// Opens sessions for administrators of branches.
pub(super) fn of_branches(desk: &Desk, count: u32) -> Result<Vec<Session>, String> {
    let sql = "SELECT a.id FROM administrator a JOIN organization o ON o.id = a.organization_id
               WHERE o.kind = 'branch' ORDER BY o.path LIMIT $1";
    open(desk, "administrator", sql, count)
}

fn open(desk: &Desk, kind: &'static str, accounts: &'static str, count: u32) -> Result<Vec<Session>, String> {
    desk.write_now(move |txn| {
        let found: Vec<String> = txn.query(accounts, &args![count], |row| row.get(0))?;
        found.into_iter().map(|account| open_one(txn, kind, account)).collect()
    })
    .map_err(|problem| explained(&problem))
}

fn open_one(txn: &mut Txn<'_>, kind: &'static str, account: String) -> Result<Session, Problem> {
    let id = SessionId::random();
    let token: String = Sha256::digest(id.to_string()).iter().map(|byte| format!("{byte:02x}")).collect();
    let hash = Sha256::digest(token.as_bytes()).to_vec();
    let now = txn.now();
    txn.execute(
        "INSERT INTO session (token_hash, id, account_kind, account_id, opened_at, seen_at)
         VALUES ($1, $2, $3, $4, $5, $5)",
        &args![hash, id, kind, account.as_str(), now],
    )?;
    // Whoever is inside has left the first password behind; nobody logs in with this hash.
    txn.execute(
        &format!(
            "INSERT INTO {kind}_password ({kind}_id, hash, {}, set_at) VALUES ($1, 'none', $2, $3)
             ON CONFLICT ({kind}_id) DO NOTHING",
            if kind == "member" { "must_change" } else { "remind" }
        ),
        &args![account.as_str(), false, now],
    )?;
    Ok(Session { token, account })
}
