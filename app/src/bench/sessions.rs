//! Sessions without logging in, so that what is measured is the page and not the door.

use std::collections::HashMap;

use ejia_access::{Account, Hash};
use ejia_db::{Desk, FromValue, Value, args};
use ejia_kernel::{AdministratorId, OrganizationId};

use crate::commands::explained;

/// The password that everybody in the measurements has set.
const PASSWORD: &str = "Bench2026pass";

/// Somebody with an open session.
#[derive(Clone)]
pub(super) struct Session {
    token: String,
    /// The account's id.
    pub(super) account: String,
}

impl Session {
    /// The session's token.
    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// The header that a browser of the member portal sends.
    pub(super) fn member_cookie(&self) -> String {
        format!("ejia_member={}", self.token)
    }

    /// The header that a program sends.
    pub(super) fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }

    /// The header that a browser of the organisation portal sends.
    pub(super) fn office_cookie(&self) -> String {
        format!("ejia_office={}", self.token)
    }
}

/// Opens sessions for some members.
pub(super) fn of_members(desk: &Desk, count: u32) -> Result<Vec<Session>, String> {
    let sql = "SELECT id FROM member WHERE departed_at IS NULL ORDER BY id LIMIT $1";
    found(desk, sql, args![count].to_vec(), Account::Member)
}

/// Opens sessions for members from everywhere: the last part of an id is drawn at random.
pub(super) fn of_members_anywhere(desk: &Desk, count: u32) -> Result<Vec<Session>, String> {
    let sql = "SELECT id FROM member WHERE departed_at IS NULL ORDER BY substr(id, 20), id LIMIT $1";
    found(desk, sql, args![count].to_vec(), Account::Member)
}

/// Opens sessions for administrators of branches from everywhere.
pub(super) fn of_branches_anywhere(desk: &Desk, count: u32) -> Result<Vec<Session>, String> {
    let sql = "SELECT a.id FROM administrator a JOIN organization o ON o.id = a.organization_id
               WHERE o.kind = 'branch' AND a.removed_at IS NULL ORDER BY substr(a.id, 20), a.id LIMIT $1";
    found(desk, sql, args![count].to_vec(), Account::Administrator)
}

/// Opens a session for the first administrator of each of these organizations.
pub(super) fn of_organizations(
    desk: &Desk,
    organizations: Vec<OrganizationId>,
) -> Result<HashMap<OrganizationId, Session>, String> {
    let found: HashMap<OrganizationId, AdministratorId> = desk
        .read_now(move |txn| {
            let sql = "SELECT id FROM administrator WHERE organization_id = $1 AND seat = 1 AND removed_at IS NULL";
            let one = |id: &OrganizationId| Ok((*id, txn.one(sql, &args![*id], |row| row.get(0))?));
            organizations.iter().map(one).collect()
        })
        .map_err(|problem| explained(&problem))?;
    let sessions = open(desk, found.values().copied().map(Account::Administrator).collect())?;
    Ok(found.keys().copied().zip(sessions).collect())
}

/// Opens one for the administrator of the city committee.
pub(super) fn of_city(desk: &Desk) -> Result<Session, String> {
    let mut found = of_kind(desk, "city_committee", 1)?;
    found.pop().ok_or_else(|| "the city committee has no administrator".to_owned())
}

/// Opens sessions for administrators of branches.
pub(super) fn of_branches(desk: &Desk, count: u32) -> Result<Vec<Session>, String> {
    of_kind(desk, "branch", count)
}

/// Opens sessions for administrators of organizations of a kind, in the order of the tree.
pub(super) fn of_kind(desk: &Desk, kind: &'static str, count: u32) -> Result<Vec<Session>, String> {
    let sql = "SELECT a.id FROM administrator a JOIN organization o ON o.id = a.organization_id
               WHERE o.kind = $1 AND a.removed_at IS NULL ORDER BY o.path LIMIT $2";
    found(desk, sql, args![kind, count].to_vec(), Account::Administrator)
}

/// Opens sessions for those whose ids a statement finds.
fn found<I: FromValue + Send + 'static>(
    desk: &Desk,
    sql: &'static str,
    values: Vec<Value>,
    account: fn(I) -> Account,
) -> Result<Vec<Session>, String> {
    let ids = desk.read_now(move |txn| Ok(txn.query(sql, &values, |row| row.get(0))?));
    open(desk, ids.map_err(|problem| explained(&problem))?.into_iter().map(account).collect())
}

fn open(desk: &Desk, accounts: Vec<Account>) -> Result<Vec<Session>, String> {
    let hash = Hash::of(PASSWORD).map_err(|problem| explained(&problem))?;
    desk.write_now(move |txn| {
        let mut sessions = Vec::new();
        for account in &accounts {
            // Setting it ends the sessions of whoever has one already.
            if ejia_access::first_password_stands(txn, *account)? {
                ejia_access::set_password(txn, *account, &hash)?;
            }
            let token = ejia_access::open_session(txn, *account)?;
            sessions.push(Session { token, account: account.id() });
        }
        Ok(sessions)
    })
    .map_err(|problem| explained(&problem))
}
