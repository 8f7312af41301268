//! How much waits for an organization, and how much of it is late.

use ejia_db::{DbError, Txn, args, filled, places};
use ejia_kernel::{Date, Instant, OrganizationId, Problem};

use crate::model::Stage;

/// What lies at an organization to be done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lying {
    pub(crate) at: OrganizationId,
    pub(crate) stage: Stage,
    pub(crate) count: i64,
    /// What came there before the instant that was asked about.
    pub(crate) late: i64,
}

/// About so many organizations is asked at once.
const ASKED: usize = 16;

/// What lies at these organizations, and how much of it since before `late_before`.
pub(crate) fn lying_at(
    txn: &mut Txn<'_>,
    organizations: &[OrganizationId],
    late_before: Instant,
) -> Result<Vec<Lying>, Problem> {
    let sql = format!(
        "SELECT at_organization_id, stage, count(*), count(CASE WHEN since < $1 THEN 1 END) FROM transfer
         WHERE at_organization_id IN ({}) AND ended_at IS NULL GROUP BY at_organization_id, stage",
        places(2, ASKED)
    );
    let mut found = Vec::new();
    for chunk in organizations.chunks(ASKED) {
        let mut args = args![late_before].to_vec();
        args.extend(filled(chunk, ASKED));
        found.extend(txn.query(&sql, &args, |row| {
            let stage = Stage::from_code(&row.get::<String>(1)?);
            Ok(Lying {
                at: row.get(0)?,
                stage: stage.ok_or_else(|| DbError::Column("transfer.stage is not understood".to_owned()))?,
                count: row.get(2)?,
                late: row.get(3)?,
            })
        })?);
    }
    Ok(found)
}

/// How many receipts are still to come for members at or under an organization, by the day until which their letters are
/// good; none for one whose letter is void and was not issued again.
pub(crate) fn receipts_to_come(
    txn: &mut Txn<'_>,
    organization: OrganizationId,
) -> Result<Vec<(Option<Date>, i64)>, Problem> {
    let sql = "SELECT l.valid_until, count(*) FROM transfer_party p
               LEFT JOIN transfer_letter l ON l.transfer_id = p.transfer_id AND l.void_at IS NULL
               WHERE p.organization_id = $1 AND p.leaves AND p.stage = 'receipt' GROUP BY l.valid_until";
    Ok(txn.query(sql, &args![organization], |row| Ok((row.get(0)?, row.get(1)?)))?)
}
