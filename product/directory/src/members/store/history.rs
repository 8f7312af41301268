//! The history of records: changes made, changes that wait, and who has read the numbers.

use ejia_db::{DbError, Row, Txn, args};
use ejia_kernel::{ChangeId, Instant, MemberId, Problem, Vault};
use ejia_web::Officer;

use crate::members::model::{Author, Member, Source};
use crate::members::record::{Difference, RecordField};

pub(crate) const CHANGE: &str = "record_change";

/// One change of one item.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) id: ChangeId,
    pub(crate) member_id: MemberId,
    pub(crate) item: Item,
    pub(crate) before: String,
    pub(crate) after: String,
    pub(crate) source: Source,
    pub(crate) by_name: String,
    pub(crate) made_at: Instant,
    pub(crate) state: ChangeState,
    pub(crate) decided_by_name: Option<String>,
    pub(crate) decided_at: Option<Instant>,
    pub(crate) reason: Option<String>,
}

/// What a line of history is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// An item of the record.
    Field(RecordField),
    /// The member says that all is right as it stands.
    Checked,
    /// The branch he belongs to.
    Branch,
    /// Taken off the list, or put back.
    Presence,
    /// Reviewed by an administrator without a change.
    Review,
}

impl Item {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Field(field) => field.code(),
            Self::Checked => "checked",
            Self::Branch => "branch",
            Self::Presence => "presence",
            Self::Review => "review",
        }
    }

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Field(field) => field.label(),
            Self::Checked => "档案核对",
            Self::Branch => "所在党支部",
            Self::Presence => "在册情况",
            Self::Review => "档案审核",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        match code {
            "checked" => Some(Self::Checked),
            "branch" => Some(Self::Branch),
            "presence" => Some(Self::Presence),
            "review" => Some(Self::Review),
            field => RecordField::from_code(field).map(Self::Field),
        }
    }
}

/// How far a change has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChangeState {
    /// Made at once.
    Made,
    /// Awaits review.
    Waiting,
    /// Reviewed and taken over.
    Accepted,
    /// Sent back with a reason.
    Returned,
    /// Taken back, or replaced by a later one.
    Withdrawn,
}

impl ChangeState {
    const ALL: [Self; 5] = [Self::Made, Self::Waiting, Self::Accepted, Self::Returned, Self::Withdrawn];

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Waiting => "waiting",
            Self::Accepted => "accepted",
            Self::Returned => "returned",
            Self::Withdrawn => "withdrawn",
        }
    }

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Made => "已修改",
            Self::Waiting => "待审核",
            Self::Accepted => "审核通过",
            Self::Returned => "已退回",
            Self::Withdrawn => "已撤回",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

const COLUMNS: &str = "id, member_id, field, before_sealed, after_sealed, source, by_name, made_at, state,
    decided_by_name, decided_at, reason";

fn understood<T>(parsed: Option<T>, name: &str) -> Result<T, DbError> {
    parsed.ok_or_else(|| DbError::Column(format!("record_change.{name} is not understood")))
}

fn change(vault: &Vault, row: &Row<'_>) -> Result<Change, DbError> {
    let opened = |index| {
        let sealed: Vec<u8> = row.get(index)?;
        vault.open(CHANGE, &sealed).map_err(|problem| DbError::Column(problem.to_string()))
    };
    Ok(Change {
        id: row.get(0)?,
        member_id: row.get(1)?,
        item: understood(Item::from_code(&row.get::<String>(2)?), "field")?,
        before: opened(3)?,
        after: opened(4)?,
        source: understood(Source::from_code(&row.get::<String>(5)?), "source")?,
        by_name: row.get(6)?,
        made_at: row.get(7)?,
        state: understood(ChangeState::from_code(&row.get::<String>(8)?), "state")?,
        decided_by_name: row.get(9)?,
        decided_at: row.get(10)?,
        reason: row.get(11)?,
    })
}

/// Writes one line of history.
pub(crate) fn insert(
    txn: &mut Txn<'_>,
    member: &Member,
    item: Item,
    values: (&str, &str),
    by: (&Author, Source),
    state: ChangeState,
) -> Result<ChangeId, Problem> {
    let id = ChangeId::new(txn.now());
    let (before, after) = values;
    let (author, source) = by;
    let vault = txn.vault();
    let (before, after) = (vault.seal(CHANGE, before), vault.seal(CHANGE, after));
    let now = txn.now();
    txn.later(
        "INSERT INTO record_change (id, member_id, organization_id, path, field, before_sealed, after_sealed, source,
             by_id, by_name, made_at, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        &args![
            id,
            member.id,
            member.organization_id,
            member.path.as_str(),
            item.code(),
            before,
            after,
            source.code(),
            author.id(),
            author.name(),
            now,
            state.code(),
        ],
    )?;
    Ok(id)
}

/// Writes what was changed at once.
pub(crate) fn insert_made(
    txn: &mut Txn<'_>,
    member: &Member,
    differences: &[Difference],
    author: &Author,
    source: Source,
) -> Result<(), Problem> {
    for Difference { field, before, after } in differences {
        insert(txn, member, Item::Field(*field), (before, after), (author, source), ChangeState::Made)?;
    }
    Ok(())
}

/// The latest lines of a member's history, newest first.
pub(crate) fn of_member(txn: &mut Txn<'_>, member: MemberId, limit: i64) -> Result<Vec<Change>, Problem> {
    let vault = txn.vault().clone();
    let sql =
        format!("SELECT {COLUMNS} FROM record_change WHERE member_id = $1 ORDER BY made_at DESC, id DESC LIMIT $2");
    Ok(txn.query(&sql, &args![member, limit], |row| change(&vault, row))?)
}

/// What awaits review of one member, oldest first.
pub(crate) fn waiting_of(txn: &mut Txn<'_>, member: MemberId) -> Result<Vec<Change>, Problem> {
    let vault = txn.vault().clone();
    let sql = format!("SELECT {COLUMNS} FROM record_change WHERE member_id = $1 AND state = 'waiting' ORDER BY id");
    Ok(txn.query(&sql, &args![member], |row| change(&vault, row))?)
}

/// How many changes of one member await review.
pub(crate) fn count_waiting(txn: &mut Txn<'_>, member: MemberId) -> Result<i64, Problem> {
    let sql = "SELECT count(*) FROM record_change WHERE member_id = $1 AND state = 'waiting'";
    Ok(txn.one(sql, &args![member], |row| row.get(0))?)
}

/// The latest word on each item that went through review, for one member.
pub(crate) fn latest_reviewed(txn: &mut Txn<'_>, member: MemberId) -> Result<Vec<Change>, Problem> {
    let vault = txn.vault().clone();
    let sql = format!(
        "SELECT {COLUMNS} FROM record_change
         WHERE member_id = $1 AND state IN ('waiting', 'accepted', 'returned') ORDER BY made_at DESC, id DESC LIMIT 200"
    );
    let mut latest: Vec<Change> = Vec::new();
    for found in txn.query(&sql, &args![member], |row| change(&vault, row))? {
        if !latest.iter().any(|known| known.item == found.item) {
            latest.push(found);
        }
    }
    Ok(latest)
}

/// One change by its id.
pub(crate) fn load(txn: &mut Txn<'_>, id: ChangeId) -> Result<Option<Change>, Problem> {
    let vault = txn.vault().clone();
    Ok(txn.first(&by_id(), &args![id], |row| change(&vault, row))?)
}

/// One change by its id with its member, whose row is locked until the transaction ends: both asked at once. The change is
/// read once the lock is held, so that it stands as whoever held it before has left it.
pub(crate) fn load_with_member(txn: &mut Txn<'_>, id: ChangeId) -> Result<Option<(Change, Member)>, Problem> {
    let vault = txn.vault().clone();
    let of_change = super::select_text(&format!(
        "WHERE m.id = (SELECT member_id FROM record_change WHERE id = $1){}",
        txn.for_update()
    ));
    let (members, changes) = txn.both(
        (&of_change, &args![id]),
        |row| super::member(&vault, row),
        (&by_id(), &args![id]),
        |row| change(&vault, row),
    )?;
    Ok(changes.into_iter().zip(members).next())
}

fn by_id() -> String {
    format!("SELECT {COLUMNS} FROM record_change WHERE id = $1")
}

/// Decides a change that was read while its member's row was locked: nobody else decides it before the transaction ends,
/// so that the outcome needs not be asked for.
///
/// # Errors
/// `directory.change_decided` when it does not wait any longer.
pub(crate) fn decide(
    txn: &mut Txn<'_>,
    change: &Change,
    state: ChangeState,
    author: &Author,
    reason: Option<&str>,
) -> Result<(), Problem> {
    if change.state != ChangeState::Waiting {
        return Err(Problem::conflict("directory.change_decided"));
    }
    let now = txn.now();
    txn.later(
        "UPDATE record_change SET state = $2, decided_by_id = $3, decided_by_name = $4, decided_at = $5, reason = $6
         WHERE id = $1 AND state = 'waiting'",
        &args![change.id, state.code(), author.id(), author.name(), now, reason],
    )?;
    Ok(())
}

/// That somebody has read the numbers of a member.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(crate) at: Instant,
    pub(crate) by_name: String,
    pub(crate) organization_name: String,
    pub(crate) reason: String,
}

/// Writes down that an administrator has read the numbers of a member, and why.
pub(crate) fn insert_reading(
    txn: &mut Txn<'_>,
    member: MemberId,
    officer: &Officer,
    reason: &str,
) -> Result<(), Problem> {
    let id = ChangeId::new(txn.now());
    let now = txn.now();
    txn.later(
        "INSERT INTO record_reading (id, member_id, read_at, administrator_id, administrator_name, organization_id,
             organization_name, reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &args![
            id,
            member,
            now,
            officer.id(),
            officer.name(),
            officer.organization_id(),
            officer.organization_name(),
            reason,
        ],
    )?;
    Ok(())
}

/// Who has read the numbers of a member, newest first.
pub(crate) fn readings(txn: &mut Txn<'_>, member: MemberId, limit: i64) -> Result<Vec<Reading>, Problem> {
    Ok(txn.query(
        "SELECT read_at, administrator_name, organization_name, reason FROM record_reading
         WHERE member_id = $1 ORDER BY read_at DESC, id DESC LIMIT $2",
        &args![member, limit],
        |row| {
            Ok(Reading { at: row.get(0)?, by_name: row.get(1)?, organization_name: row.get(2)?, reason: row.get(3)? })
        },
    )?)
}
