//! Many members at once, as briefly as lists of other capabilities show them.

use std::collections::HashMap;

use ejia_db::{Txn, Value};
use ejia_kernel::{MemberId, Problem};

use super::{LOOKED_UP, marks, path, phone};
use crate::members::model::MemberBrief;

/// These members, those who have departed left out.
///
/// # Errors
/// A fault of the database.
pub fn member_briefs(txn: &mut Txn<'_>, ids: &[MemberId]) -> Result<HashMap<MemberId, MemberBrief>, Problem> {
    let vault = txn.vault().clone();
    let sql = format!(
        "SELECT id, organization_id, path, name, phone_sealed FROM member
         WHERE id IN ({}) AND departed_at IS NULL",
        marks(1, LOOKED_UP)
    );
    let mut found = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(LOOKED_UP) {
        let filler = chunk.last().into_iter().cycle();
        let args: Vec<Value> = chunk.iter().chain(filler).take(LOOKED_UP).map(|id| Value::from(*id)).collect();
        let briefs = txn.query(&sql, &args, |row| {
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
