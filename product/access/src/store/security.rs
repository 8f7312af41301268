//! Finds accounts of administrators, their open sessions and their computers in the whole city, a page at a time.

use std::collections::HashSet;

use ejia_db::{DbError, Row, Txn, Value, args};
use ejia_directory::Way;
use ejia_kernel::{AdministratorId, Instant, SessionId};

use crate::rules::{OFFICER_IDLE, SESSION_LIFE};

/// Whose account it is.
#[derive(Debug, Clone)]
pub(crate) struct Whose {
    pub(crate) administrator_id: AdministratorId,
    pub(crate) name: String,
    /// What he logs in by.
    pub(crate) login: String,
    pub(crate) organization: String,
    /// The code of the organization's kind.
    pub(crate) kind: String,
}

/// The account of an administrator.
#[derive(Debug, Clone)]
pub(crate) struct AccountRow {
    /// Its place in the list.
    pub(crate) key: String,
    pub(crate) whose: Whose,
    /// Open sessions.
    pub(crate) sessions: i64,
    /// Computers that may come in.
    pub(crate) computers: i64,
}

/// An open session of an administrator.
#[derive(Debug, Clone)]
pub(crate) struct SessionRow {
    pub(crate) id: SessionId,
    pub(crate) whose: Whose,
    pub(crate) opened_at: Instant,
    pub(crate) seen_at: Instant,
    /// What it was opened with, in the words of `device`; empty when nothing is known.
    pub(crate) device: String,
    /// The name of the computer it was opened from, over the encrypted channel.
    pub(crate) computer: Option<String>,
}

/// A computer that may come in.
#[derive(Debug, Clone)]
pub(crate) struct ComputerRow {
    /// Its place in the list.
    pub(crate) key: String,
    pub(crate) serial: String,
    pub(crate) whose: Whose,
    pub(crate) name: String,
    pub(crate) issued_at: Instant,
    pub(crate) expires_at: Instant,
    pub(crate) used_at: Option<Instant>,
}

/// What a page of a list is read by: what was typed to find some, the place it lies at and the way from there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) typed: &'a str,
    pub(crate) place: Option<&'a str>,
    pub(crate) way: Way,
    pub(crate) limit: i64,
}

const WHOSE: &str = "a.id, a.name, COALESCE(a.user_name, o.code), o.name, o.kind";

/// Reads [`WHOSE`], the first columns of a row.
fn whose(row: &Row<'_>) -> Result<Whose, DbError> {
    Ok(Whose {
        administrator_id: row.get(0)?,
        name: row.get(1)?,
        login: row.get(2)?,
        organization: row.get(3)?,
        kind: row.get(4)?,
    })
}

/// Which lines are looked for; $1 and $2 are the first of [`Asked::values`].
const WANTED: &str = "a.removed_at IS NULL AND o.closed_at IS NULL
    AND ($1 = '' OR o.code = $1 OR a.user_name = $1 OR o.name LIKE $2 ESCAPE '\\' OR a.name LIKE $2 ESCAPE '\\')";

impl Asked<'_> {
    /// The part of a statement that chooses the page of a list by its key, the newest first; $1 to $4 are
    /// [`Asked::values`].
    fn page(&self, key: &str) -> String {
        let (after, order) = if self.way == Way::On { ("<", "DESC") } else { (">", "ASC") };
        format!("AND {WANTED} AND ($3 = '' OR {key} {after} $3) ORDER BY {key} {order} LIMIT $4")
    }

    /// As [`Asked::page`], of a list in the order of the tree and, within an organization, of an id; $1 to $5 are
    /// [`Asked::values_of_tree`]. The range of paths is said apart, so that an index begins at it.
    fn page_of_tree(&self, id: &str) -> String {
        let (after, order) = if self.way == Way::On { (">", "ASC") } else { ("<", "DESC") };
        format!(
            "AND {WANTED} AND o.path {after}= $3 AND ($3 = '' OR (o.path, {id}) {after} ($3, $5))
             ORDER BY o.path {order}, {id} {order} LIMIT $4"
        )
    }

    fn values(&self) -> Vec<Value> {
        let typed = self.typed.trim().to_lowercase();
        let part = typed.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        args![typed, format!("%{part}%"), self.place.unwrap_or_default(), self.limit].to_vec()
    }

    fn values_of_tree(&self) -> Vec<Value> {
        let (path, id) = self.place.and_then(|place| place.split_once(':')).unwrap_or_default();
        let mut values = Asked { place: Some(path), ..*self }.values();
        values.push(id.into());
        values
    }
}

/// From which moment on a session of an administrator must have been seen, and opened, to live.
fn alive(txn: &Txn<'_>) -> [Value; 2] {
    let now = txn.now();
    args![now.minus(OFFICER_IDLE), now.minus(SESSION_LIFE)]
}

/// Accounts in the order of the tree.
pub(crate) fn accounts(txn: &mut Txn<'_>, asked: Asked<'_>) -> Result<Vec<AccountRow>, DbError> {
    let sql = format!(
        "SELECT {WHOSE}, o.path || ':' || a.id,
           (SELECT COUNT(*) FROM session s WHERE s.account_id = a.id AND s.account_kind = 'administrator'
             AND s.seen_at > $6 AND s.opened_at > $7),
           (SELECT COUNT(*) FROM computer c WHERE c.administrator_id = a.id AND c.revoked_at IS NULL AND c.expires_at > $8)
         FROM administrator a JOIN organization o ON o.id = a.organization_id
         WHERE 1 = 1 {}",
        asked.page_of_tree("a.id")
    );
    let mut values = asked.values_of_tree();
    values.extend(alive(txn));
    values.push(txn.now().into());
    txn.query(&sql, &values, |row| {
        Ok(AccountRow { whose: whose(row)?, key: row.get(5)?, sessions: row.get(6)?, computers: row.get(7)? })
    })
}

/// Open sessions of administrators, the last opened first.
pub(crate) fn sessions(txn: &mut Txn<'_>, asked: Asked<'_>) -> Result<Vec<SessionRow>, DbError> {
    let sql = format!(
        "SELECT {WHOSE}, s.id, s.opened_at, s.seen_at, s.device, c.name
         FROM session s
         JOIN administrator a ON a.id = s.account_id JOIN organization o ON o.id = a.organization_id
         LEFT JOIN computer c ON c.serial = s.computer
         WHERE s.account_kind = 'administrator' AND s.seen_at > $5 AND s.opened_at > $6 {}",
        asked.page("s.id")
    );
    let mut values = asked.values();
    values.extend(alive(txn));
    txn.query(&sql, &values, |row| {
        Ok(SessionRow {
            whose: whose(row)?,
            id: row.get(5)?,
            opened_at: row.get(6)?,
            seen_at: row.get(7)?,
            device: row.get(8)?,
            computer: row.get(9)?,
        })
    })
}

/// Computers that may come in, in the order of the tree.
pub(crate) fn computers(txn: &mut Txn<'_>, asked: Asked<'_>) -> Result<Vec<ComputerRow>, DbError> {
    let sql = format!(
        "SELECT {WHOSE}, o.path || ':' || c.serial, c.serial, c.name, c.issued_at, c.expires_at, c.used_at
         FROM computer c
         JOIN administrator a ON a.id = c.administrator_id JOIN organization o ON o.id = a.organization_id
         WHERE c.revoked_at IS NULL AND c.expires_at > $6 {}",
        asked.page_of_tree("c.serial")
    );
    let mut values = asked.values_of_tree();
    values.push(txn.now().into());
    txn.query(&sql, &values, |row| {
        Ok(ComputerRow {
            whose: whose(row)?,
            key: row.get(5)?,
            serial: row.get(6)?,
            name: row.get(7)?,
            issued_at: row.get(8)?,
            expires_at: row.get(9)?,
            used_at: row.get(10)?,
        })
    })
}

/// The administrator whose session this is.
pub(crate) fn session_of(txn: &mut Txn<'_>, id: SessionId) -> Result<Option<AdministratorId>, DbError> {
    let sql = "SELECT account_id FROM session WHERE id = $1 AND account_kind = 'administrator'";
    txn.first(sql, &args![id], |row| row.get(0))
}

/// The doors that are locked now, whosever they are.
pub(crate) fn locked_doors(txn: &mut Txn<'_>) -> Result<HashSet<Vec<u8>>, DbError> {
    let now = txn.now();
    let doors = txn.query("SELECT door FROM login_failures WHERE locked_until > $1", &args![now], |row| row.get(0))?;
    Ok(doors.into_iter().collect())
}
