//! The rows of groups.

use ejia_db::{DbError, Row, Txn, args};
use ejia_kernel::{GroupId, Instant, MemberId, OrganizationId, Problem};

/// A group of a branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// Which.
    pub(crate) id: GroupId,
    /// The branch.
    pub(crate) organization_id: OrganizationId,
    /// Its name.
    pub(crate) name: String,
    /// 党小组组长, if there is one.
    pub(crate) leader_id: Option<MemberId>,
    /// When it was dissolved, if it was.
    pub(crate) closed_at: Option<Instant>,
}

const COLUMNS: &str = "id, organization_id, name, leader_id, closed_at";

fn read(row: &Row<'_>) -> Result<Group, DbError> {
    Ok(Group {
        id: row.get(0)?,
        organization_id: row.get(1)?,
        name: row.get(2)?,
        leader_id: row.get(3)?,
        closed_at: row.get(4)?,
    })
}

/// The groups of a branch that are not dissolved, by name.
pub(crate) fn of_branch(txn: &mut Txn<'_>, branch: OrganizationId) -> Result<Vec<Group>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS} FROM meeting_group WHERE organization_id = $1 AND closed_at IS NULL ORDER BY name, id"
    );
    Ok(txn.query(&sql, &args![branch], read)?)
}

/// The group with this id.
pub(crate) fn group(txn: &mut Txn<'_>, id: GroupId) -> Result<Option<Group>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM meeting_group WHERE id = $1");
    Ok(txn.first(&sql, &args![id], read)?)
}

/// Whether it is a group of this branch that is not dissolved.
pub(crate) fn is_of(txn: &mut Txn<'_>, id: GroupId, branch: OrganizationId) -> Result<bool, Problem> {
    Ok(group(txn, id)?.is_some_and(|group| group.organization_id == branch && group.closed_at.is_none()))
}

/// Who belongs to it. Somebody may have left the branch since.
pub(crate) fn members(txn: &mut Txn<'_>, id: GroupId) -> Result<Vec<MemberId>, Problem> {
    Ok(txn.query("SELECT member_id FROM meeting_group_member WHERE group_id = $1", &args![id], |row| row.get(0))?)
}
