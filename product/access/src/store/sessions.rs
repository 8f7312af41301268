//! Loads and saves sessions, and finds who stands behind one.

use ejia_db::{DbError, Row, Txn, args};
use ejia_kernel::{AdministratorId, ApplicantId, Instant, MemberId, OrganizationId, Problem, SessionId};

use crate::model::{Account, Came, Door};
use crate::rules::SESSIONS;

/// A session as the doorkeeper finds it, with its subject.
pub(crate) struct Found<T> {
    pub(crate) id: SessionId,
    pub(crate) opened: Instant,
    pub(crate) seen: Instant,
    pub(crate) subject: T,
}

impl<T> Found<T> {
    fn of(row: &Row<'_>, subject: T) -> Result<Self, DbError> {
        Ok(Self { id: row.get(0)?, opened: row.get(1)?, seen: row.get(2)?, subject })
    }
}

/// The member behind a session.
pub(crate) struct MemberSubject {
    pub(crate) id: MemberId,
    pub(crate) organization_id: OrganizationId,
    pub(crate) name: String,
}

/// The administrator behind a session, and his organization.
pub(crate) struct OfficerSubject {
    pub(crate) id: AdministratorId,
    pub(crate) organization_id: OrganizationId,
    pub(crate) organization: String,
    pub(crate) kind: String,
    pub(crate) path: String,
    pub(crate) name: String,
    pub(crate) remind: bool,
    /// The computer that the session was opened from, over the encrypted channel …
    pub(crate) computer: Option<String>,
    /// … and whether that computer is his and may still come in.
    pub(crate) computer_stands: bool,
}

/// The applicant behind a session.
pub(crate) struct ApplicantSubject {
    pub(crate) id: ApplicantId,
    pub(crate) phone_sealed: Vec<u8>,
}

/// The session with this token, opened at this door, and its member. One point select: it runs on every request.
pub(crate) fn of_member(
    txn: &mut Txn<'_>,
    token_hash: Vec<u8>,
    door: Door,
) -> Result<Option<Found<MemberSubject>>, DbError> {
    txn.first(
        "SELECT s.id, s.opened_at, s.seen_at, m.id, m.organization_id, m.name
         FROM session s JOIN member m ON m.id = s.account_id
         WHERE s.token_hash = $1 AND s.account_kind = 'member' AND s.door = $2 AND m.departed_at IS NULL",
        &args![token_hash, door.code()],
        |row| {
            let subject = MemberSubject { id: row.get(3)?, organization_id: row.get(4)?, name: row.get(5)? };
            Found::of(row, subject)
        },
    )
}

/// The session with this token and its administrator. One point select: it runs on every request.
pub(crate) fn of_officer(txn: &mut Txn<'_>, token_hash: Vec<u8>) -> Result<Option<Found<OfficerSubject>>, DbError> {
    let now = txn.now();
    txn.first(
        "SELECT s.id, s.opened_at, s.seen_at, a.id, a.organization_id, o.name, o.kind, o.path, a.name, p.remind,
           s.computer, c.serial
         FROM session s
         JOIN administrator a ON a.id = s.account_id
         JOIN organization o ON o.id = a.organization_id
         LEFT JOIN administrator_password p ON p.administrator_id = a.id
         LEFT JOIN computer c ON c.serial = s.computer AND c.administrator_id = a.id AND c.revoked_at IS NULL
           AND c.expires_at > $2
         WHERE s.token_hash = $1 AND s.account_kind = 'administrator' AND a.removed_at IS NULL
           AND o.closed_at IS NULL",
        &args![token_hash, now],
        |row| {
            let subject = OfficerSubject {
                id: row.get(3)?,
                organization_id: row.get(4)?,
                organization: row.get(5)?,
                kind: row.get(6)?,
                path: row.get(7)?,
                name: row.get(8)?,
                remind: row.get::<Option<bool>>(9)?.unwrap_or(true),
                computer: row.get(10)?,
                computer_stands: row.get::<Option<String>>(11)?.is_some(),
            };
            Found::of(row, subject)
        },
    )
}

/// The session with this token and its applicant. One point select: it runs on every request.
pub(crate) fn of_applicant(txn: &mut Txn<'_>, token_hash: Vec<u8>) -> Result<Option<Found<ApplicantSubject>>, DbError> {
    txn.first(
        "SELECT s.id, s.opened_at, s.seen_at, a.id, a.phone_sealed
         FROM session s JOIN applicant a ON a.id = s.account_id
         WHERE s.token_hash = $1 AND s.account_kind = 'applicant'",
        &args![token_hash],
        |row| Found::of(row, ApplicantSubject { id: row.get(3)?, phone_sealed: row.get(4)? }),
    )
}

/// Opens a session from where somebody came; the oldest ones beyond the limit of this door end.
pub(crate) fn open(
    txn: &mut Txn<'_>,
    account: Account,
    came: &Came,
    id: SessionId,
    token_hash: Vec<u8>,
) -> Result<(), DbError> {
    let Came { door, device, computer, .. } = came;
    let now = txn.now();
    let older: Vec<String> = txn.query(
        "SELECT id FROM session WHERE account_id = $1 AND account_kind = $2 AND door = $3
         ORDER BY opened_at DESC, id DESC",
        &args![account.id(), account.kind(), door.code()],
        |row| row.get(0),
    )?;
    for id in older.into_iter().skip(SESSIONS - 1) {
        txn.execute("DELETE FROM session WHERE id = $1", &args![id])?;
    }
    txn.execute(
        "INSERT INTO session (token_hash, id, account_kind, account_id, opened_at, seen_at, door, computer, device)
         VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8)",
        &args![token_hash, id, account.kind(), account.id(), now, door.code(), computer.clone(), device.as_str()],
    )
    .map(drop)
}

/// A session as its owner sees it.
pub(crate) struct Open {
    pub(crate) id: SessionId,
    pub(crate) opened: Instant,
    pub(crate) seen: Instant,
    pub(crate) door: Door,
    pub(crate) device: String,
    /// Whether it was opened over the encrypted channel …
    pub(crate) encrypted: bool,
    /// … and the name of the computer, while that is known.
    pub(crate) computer: String,
}

/// The sessions of an account, the last one first; some of them may have run out.
pub(crate) fn of(txn: &mut Txn<'_>, account: Account) -> Result<Vec<Open>, Problem> {
    let rows = txn.query(
        "SELECT s.id, s.opened_at, s.seen_at, s.door, s.device, s.computer IS NOT NULL, c.name
         FROM session s LEFT JOIN computer c ON c.serial = s.computer
         WHERE s.account_id = $1 AND s.account_kind = $2 ORDER BY s.opened_at DESC, s.id DESC",
        &args![account.id(), account.kind()],
        |row| {
            let open = Open {
                id: row.get(0)?,
                opened: row.get(1)?,
                seen: row.get(2)?,
                door: Door::Web,
                device: row.get(4)?,
                encrypted: row.get(5)?,
                computer: row.get::<Option<String>>(6)?.unwrap_or_default(),
            };
            Ok((open, row.get::<String>(3)?))
        },
    )?;
    rows.into_iter().map(|(open, door)| Ok(Open { door: Door::from_code(&door)?, ..open })).collect()
}

/// Ends one session of an account; answers whether it had it.
pub(crate) fn end_of(txn: &mut Txn<'_>, account: Account, id: SessionId) -> Result<bool, DbError> {
    let sql = "DELETE FROM session WHERE id = $1 AND account_id = $2 AND account_kind = $3";
    Ok(txn.execute(sql, &args![id, account.id(), account.kind()])? == 1)
}

/// Ends one session.
pub(crate) fn end(txn: &mut Txn<'_>, id: SessionId) -> Result<(), DbError> {
    txn.execute("DELETE FROM session WHERE id = $1", &args![id]).map(drop)
}

/// Ends the sessions of an account, all or all but one; answers how many.
pub(crate) fn end_all(txn: &mut Txn<'_>, account: Account, but: Option<SessionId>) -> Result<u64, DbError> {
    let but = but.map_or_else(String::new, |id| id.to_string());
    txn.execute(
        "DELETE FROM session WHERE account_id = $1 AND account_kind = $2 AND id <> $3",
        &args![account.id(), account.kind(), but],
    )
}

/// Ends the sessions of an account that were opened at one door; answers how many.
pub(crate) fn end_all_at(txn: &mut Txn<'_>, account: Account, door: Door) -> Result<u64, DbError> {
    txn.execute(
        "DELETE FROM session WHERE account_id = $1 AND account_kind = $2 AND door = $3",
        &args![account.id(), account.kind(), door.code()],
    )
}

/// Notes that a session was used.
pub(crate) fn touch(txn: &mut Txn<'_>, id: SessionId, seen: Instant) -> Result<(), DbError> {
    txn.execute("UPDATE session SET seen_at = $2 WHERE id = $1 AND seen_at < $2", &args![id, seen]).map(drop)
}
