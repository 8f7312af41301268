//! The rows of groups.

use std::collections::HashMap;

use ejia_db::{DbError, Row, Txn, args, filled, places};
use ejia_directory::mark_changed;
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

/// Which group each member of a branch belongs to.
pub(super) fn memberships(txn: &mut Txn<'_>, branch: OrganizationId) -> Result<HashMap<MemberId, GroupId>, Problem> {
    let sql = "SELECT gm.member_id, gm.group_id FROM meeting_group_member gm JOIN meeting_group g ON g.id = gm.group_id
               WHERE g.organization_id = $1 AND g.closed_at IS NULL";
    Ok(txn.query(sql, &args![branch], |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}

/// Of so many branches groups are counted by name; of more, all that there are.
const ASKED: usize = 64;

/// How many groups each of these branches has.
pub(crate) fn counts(txn: &mut Txn<'_>, branches: &[OrganizationId]) -> Result<HashMap<OrganizationId, i64>, Problem> {
    if branches.is_empty() {
        return Ok(HashMap::new());
    }
    let (narrowed, args) = if branches.len() > ASKED {
        (String::new(), Vec::new())
    } else {
        (format!(" AND organization_id IN ({})", places(1, ASKED)), filled(branches, ASKED))
    };
    let sql = format!(
        "SELECT organization_id, count(*) FROM meeting_group WHERE closed_at IS NULL{narrowed} GROUP BY organization_id"
    );
    Ok(txn.query(&sql, &args, |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}

/// Writes a group down, new or changed.
///
/// # Errors
/// A refusal on `name` when the branch has another of that name.
pub(super) fn save(txn: &mut Txn<'_>, group: &Group) -> Result<(), Problem> {
    let Group { id, organization_id, name, leader_id, closed_at } = group;
    let saved = txn.execute(
        "INSERT INTO meeting_group (id, organization_id, name, leader_id, closed_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, leader_id = excluded.leader_id,
             closed_at = excluded.closed_at",
        &args![*id, *organization_id, name, *leader_id, *closed_at],
    );
    saved.map_err(|error| {
        if error.is_unique("meeting_group_organization_id_name_key") {
            Problem::refused("kernel.check_fields").on("name", "meetings.group_name_taken")
        } else {
            error.into()
        }
    })?;
    Ok(mark_changed(txn, *organization_id)?)
}

/// Makes exactly these the members of a group; who was in another leaves that.
pub(super) fn set_members(txn: &mut Txn<'_>, group: GroupId, members: &[MemberId]) -> Result<(), Problem> {
    txn.later("DELETE FROM meeting_group_member WHERE group_id = $1", &args![group])?;
    for member in members {
        txn.later(
            "INSERT INTO meeting_group_member (member_id, group_id) VALUES ($1, $2)
             ON CONFLICT (member_id) DO UPDATE SET group_id = excluded.group_id",
            &args![*member, group],
        )?;
    }
    Ok(())
}
