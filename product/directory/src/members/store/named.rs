//! Finds a member by his full name and the end of his ID-card number: for those who know him, not for a look around.

use ejia_db::{Txn, args};
use ejia_kernel::{PersonName, Problem};

use super::{ID_CARD, opened, path, phone};
use crate::members::model::MemberBrief;
use crate::members::terms;

/// Of at most so many members of one name the numbers are looked at.
const LOOKED_AT: i64 = 2000;

/// The members of the whole city who bear exactly this name and whose ID-card number ends so, without those who have
/// departed. Ordinarily one or none.
///
/// # Errors
/// A fault of the database.
pub fn members_named(txn: &mut Txn<'_>, name: &PersonName, ending: &str) -> Result<Vec<MemberBrief>, Problem> {
    let vault = txn.vault().clone();
    let ending = ending.to_ascii_uppercase();
    let found = txn.query(
        "SELECT m.id, m.organization_id, m.path, m.name, m.phone_sealed, m.id_card_sealed
         FROM member_term t JOIN member m ON m.id = t.member_id
         WHERE t.term = $1 AND m.name = $2 AND m.departed_at IS NULL LIMIT $3",
        &args![terms::whole(name.as_str()), name.as_str(), LOOKED_AT],
        |row| {
            if !opened(&vault, ID_CARD, row.get(5)?)?.ends_with(&ending) {
                return Ok(None);
            }
            Ok(Some(MemberBrief {
                id: row.get(0)?,
                organization_id: row.get(1)?,
                path: path(row, 2)?,
                name: row.get(3)?,
                phone: phone(&vault, row.get(4)?)?,
            }))
        },
    )?;
    Ok(found.into_iter().flatten().collect())
}
