//! Many members at once: who they are, and as much of each as is asked for.

use std::collections::HashMap;

use ejia_db::{Txn, args, filled, places};
use ejia_kernel::{MemberId, OrganizationPath, Problem};

use super::{LOOKED_UP, path, phone, select};
use crate::members::model::{Member, MemberBrief};

/// These members, those who have departed left out.
///
/// # Errors
/// A fault of the database.
pub fn member_briefs(txn: &mut Txn<'_>, ids: &[MemberId]) -> Result<HashMap<MemberId, MemberBrief>, Problem> {
    let vault = txn.vault().clone();
    let sql = format!(
        "SELECT id, organization_id, path, name, phone_sealed FROM member
         WHERE id IN ({}) AND departed_at IS NULL",
        places(1, LOOKED_UP)
    );
    let mut found = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(LOOKED_UP) {
        let briefs = txn.query(&sql, &filled(chunk, LOOKED_UP), |row| {
            Ok(MemberBrief {
                id: row.get(0)?,
                organization_id: row.get(1)?,
                path: path(row, 2)?,
                name: row.get(3)?,
                phone: phone(&vault, row.get(4)?)?,
            })
        })?;
        found.extend(briefs.into_iter().map(|brief| (brief.id, brief)));
    }
    Ok(found)
}

/// Who belongs to an organization and to all that lies under it, in the order of the tree and by name.
pub(crate) fn ids_under(txn: &mut Txn<'_>, path: &OrganizationPath) -> Result<Vec<MemberId>, Problem> {
    let sql =
        "SELECT id FROM member WHERE path >= $1 AND path < $2 AND departed_at IS NULL ORDER BY path, sort_key, id";
    Ok(txn.query(sql, &args![path.as_str(), path.upper_bound()], |row| row.get(0))?)
}

/// These members, departed or not, in no order.
pub(crate) fn members_by_ids(txn: &mut Txn<'_>, ids: &[MemberId]) -> Result<Vec<Member>, Problem> {
    let rest = format!("WHERE m.id IN ({})", places(1, LOOKED_UP));
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(LOOKED_UP) {
        found.extend(select(txn, &rest, &filled(chunk, LOOKED_UP))?);
    }
    Ok(found)
}
