//! The queue of members with changes that await review.

use ejia_db::{Txn, args};
use ejia_kernel::{MemberId, OrganizationId, OrganizationPath, Problem};

use crate::leafing::Way;
use crate::members::store::list::Place;

/// One member of the queue.
#[derive(Clone, Debug)]
pub(super) struct Queued {
    pub(super) member_id: MemberId,
    pub(super) organization_id: OrganizationId,
    pub(super) name: String,
    pub(super) reviewed: bool,
}

/// The members of a scope with something that awaits review, that way from a place in the queue.
pub(super) fn queue(
    txn: &mut Txn<'_>,
    scope: &OrganizationPath,
    from: Option<&Place>,
    way: Way,
    limit: i64,
) -> Result<Vec<Queued>, Problem> {
    let (sql, bound, edge) = match way {
        Way::On => (
            "SELECT m.id, m.organization_id, m.name, m.reviewed_at FROM member m
             WHERE m.departed_at IS NULL AND m.waiting > 0 AND m.path < $1 AND (m.path, m.sort_key, m.id) > ($2, $3, $4)
             ORDER BY m.path, m.sort_key, m.id LIMIT $5",
            scope.upper_bound(),
            scope.to_string(),
        ),
        Way::Back => (
            "SELECT m.id, m.organization_id, m.name, m.reviewed_at FROM member m
             WHERE m.departed_at IS NULL AND m.waiting > 0 AND m.path >= $1 AND (m.path, m.sort_key, m.id) < ($2, $3, $4)
             ORDER BY m.path DESC, m.sort_key DESC, m.id DESC LIMIT $5",
            scope.to_string(),
            scope.upper_bound(),
        ),
    };
    let (path, key, id) =
        from.map_or((edge.as_str(), "", ""), |(path, key, id)| (path.as_str(), key.as_str(), id.as_str()));
    Ok(txn.query(sql, &args![bound, path, key, id, limit], |row| {
        Ok(Queued {
            member_id: row.get(0)?,
            organization_id: row.get(1)?,
            name: row.get(2)?,
            reviewed: row.get::<Option<i64>>(3)?.is_some(),
        })
    })?)
}
