//! Loads and saves tokens of organizations.

use ejia_db::{DbError, Row, Txn, args};
use ejia_kernel::{AdministratorId, Instant, OrganizationId, TokenId};

/// A token as its organization sees it.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) id: TokenId,
    pub(crate) name: String,
    /// Codes of scopes, with blanks between them.
    pub(crate) scopes: String,
    /// Addresses and networks, with blanks between them; none is everywhere.
    pub(crate) addresses: String,
    pub(crate) made_by: String,
    pub(crate) made_at: Instant,
    pub(crate) expires_at: Instant,
    pub(crate) revoked_at: Option<Instant>,
    pub(crate) used_at: Option<Instant>,
    pub(crate) uses: i64,
    /// Whether whoever made it still acts for the organization: without him it opens nothing.
    pub(crate) maker_sits: bool,
}

impl Kept {
    fn of(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get(0)?,
            name: row.get(1)?,
            scopes: row.get(2)?,
            addresses: row.get(3)?,
            made_by: row.get(4)?,
            made_at: row.get(5)?,
            expires_at: row.get(6)?,
            revoked_at: row.get(7)?,
            used_at: row.get(8)?,
            uses: row.get(9)?,
            maker_sits: row.get(10)?,
        })
    }
}

/// The tokens of an organization, the last one first.
pub(crate) fn of(txn: &mut Txn<'_>, organization: OrganizationId) -> Result<Vec<Kept>, DbError> {
    txn.query(
        "SELECT t.id, t.name, t.scopes, t.addresses, a.name, t.made_at, t.expires_at, t.revoked_at, t.used_at, t.uses,
           a.removed_at IS NULL AND a.organization_id = t.organization_id
         FROM organization_token t JOIN administrator a ON a.id = t.administrator_id
         WHERE t.organization_id = $1 ORDER BY t.made_at DESC, t.id DESC",
        &args![organization],
        Kept::of,
    )
}

/// A token that is made.
pub(crate) struct New<'a> {
    pub(crate) id: TokenId,
    pub(crate) organization_id: OrganizationId,
    pub(crate) administrator_id: AdministratorId,
    pub(crate) name: &'a str,
    pub(crate) scopes: &'a str,
    pub(crate) addresses: &'a str,
    pub(crate) expires_at: Instant,
}

/// Keeps a new token.
pub(crate) fn insert(txn: &mut Txn<'_>, new: &New<'_>, token_hash: Vec<u8>) -> Result<(), DbError> {
    let now = txn.now();
    txn.execute(
        "INSERT INTO organization_token (token_hash, id, organization_id, administrator_id, name, scopes, addresses,
           made_at, expires_at, uses)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)",
        &args![
            token_hash,
            new.id,
            new.organization_id,
            new.administrator_id,
            new.name,
            new.scopes,
            new.addresses,
            now,
            new.expires_at
        ],
    )
    .map(drop)
}

/// Ends a token of an organization; answers whether it had it and it was not ended before.
pub(crate) fn revoke(txn: &mut Txn<'_>, organization: OrganizationId, id: TokenId) -> Result<bool, DbError> {
    let now = txn.now();
    let sql = "UPDATE organization_token SET revoked_at = $3 WHERE id = $1 AND organization_id = $2
               AND revoked_at IS NULL";
    Ok(txn.execute(sql, &args![id, organization, now])? == 1)
}

/// A token as the doorkeeper finds it, with the administrator in whose name it speaks and his organization.
pub(crate) struct Found {
    pub(crate) id: TokenId,
    pub(crate) scopes: String,
    pub(crate) addresses: String,
    pub(crate) administrator_id: AdministratorId,
    pub(crate) administrator: String,
    pub(crate) organization_id: OrganizationId,
    pub(crate) organization: String,
    pub(crate) kind: String,
    pub(crate) path: String,
}

/// The token with this hash, if it holds. One point select: it runs on every request.
pub(crate) fn live(txn: &mut Txn<'_>, token_hash: Vec<u8>) -> Result<Option<Found>, DbError> {
    let now = txn.now();
    txn.first(
        "SELECT t.id, t.scopes, t.addresses, a.id, a.name, o.id, o.name, o.kind, o.path
         FROM organization_token t
         JOIN administrator a ON a.id = t.administrator_id AND a.organization_id = t.organization_id
         JOIN organization o ON o.id = t.organization_id
         WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND t.expires_at > $2 AND a.removed_at IS NULL
           AND o.closed_at IS NULL",
        &args![token_hash, now],
        |row| {
            Ok(Found {
                id: row.get(0)?,
                scopes: row.get(1)?,
                addresses: row.get(2)?,
                administrator_id: row.get(3)?,
                administrator: row.get(4)?,
                organization_id: row.get(5)?,
                organization: row.get(6)?,
                kind: row.get(7)?,
                path: row.get(8)?,
            })
        },
    )
}

/// Counts so many uses, the last of them at this moment.
pub(crate) fn used(txn: &mut Txn<'_>, id: TokenId, times: i64, last: Instant) -> Result<(), DbError> {
    let sql = "UPDATE organization_token SET uses = uses + $2, used_at = $3 WHERE id = $1";
    txn.execute(sql, &args![id, times, last]).map(drop)
}

/// Forgets tokens that were over before this moment.
pub(crate) fn sweep(txn: &mut Txn<'_>, before: Instant) -> Result<u64, DbError> {
    txn.execute("DELETE FROM organization_token WHERE expires_at < $1 OR revoked_at < $1", &args![before])
}
