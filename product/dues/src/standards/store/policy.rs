//! Loads and saves what organizations have chosen for rounding.

use ejia_db::{DbError, Row, Txn, args, filled, places};
use ejia_kernel::{Month, OrganizationId, Problem};

use crate::rules::{Mode, Rounding, Scale};

/// A choice, and the month it holds from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::standards) struct Choice {
    pub(in crate::standards) organization_id: OrganizationId,
    pub(in crate::standards) from: Month,
    pub(in crate::standards) rounding: Rounding,
    pub(in crate::standards) set_by: String,
}

/// The deepest tree there is, filled up so that one prepared statement serves.
const DEEPEST: usize = 8;

fn choice(row: &Row<'_>) -> Result<Choice, DbError> {
    let (scale, mode): (String, String) = (row.get(2)?, row.get(3)?);
    let rounding = Scale::from_code(&scale).zip(Mode::from_code(&mode)).map(|(scale, mode)| Rounding { scale, mode });
    Ok(Choice {
        organization_id: row.get(0)?,
        from: row.get(1)?,
        rounding: rounding.ok_or_else(|| DbError::Column(format!("rounding {mode}/{scale}")))?,
        set_by: row.get(4)?,
    })
}

/// Every choice of these organizations, the latest first.
pub(in crate::standards) fn choices(
    txn: &mut Txn<'_>,
    organizations: &[OrganizationId],
) -> Result<Vec<Choice>, Problem> {
    let mut found = Vec::new();
    for asked in organizations.chunks(DEEPEST) {
        let sql = format!(
            "SELECT organization_id, from_month, scale, mode, set_by FROM dues_rounding
             WHERE organization_id IN ({}) ORDER BY from_month DESC",
            places(1, DEEPEST)
        );
        found.extend(txn.query(&sql, &filled(asked, DEEPEST), choice)?);
    }
    Ok(found)
}

/// Writes a choice down; a second one for the same month takes the place of the first.
pub(in crate::standards) fn choose(txn: &mut Txn<'_>, choice: &Choice) -> Result<(), Problem> {
    let Choice { organization_id, from, rounding, set_by } = choice;
    let now = txn.now();
    txn.execute(
        "INSERT INTO dues_rounding (organization_id, from_month, scale, mode, set_at, set_by)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (organization_id, from_month) DO UPDATE SET
             scale = excluded.scale, mode = excluded.mode, set_at = excluded.set_at, set_by = excluded.set_by",
        &args![organization_id, *from, rounding.scale.code(), rounding.mode.code(), now, set_by],
    )?;
    Ok(())
}
