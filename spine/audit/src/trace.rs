//! Reads the record: what was done to one subject.

use std::collections::BTreeMap;

use ejia_db::{DbError, Row, Txn, args};
use ejia_kernel::{AuditId, Instant, OrganizationId, Problem};

use crate::Actor;

/// One act as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    /// Its row.
    pub id: AuditId,
    /// When.
    pub at: Instant,
    /// Who.
    pub actor: Actor,
    /// What: `directory.record_read`.
    pub action: String,
    /// In which organization.
    pub organization_id: Option<OrganizationId>,
    /// The small facts.
    pub facts: BTreeMap<String, String>,
}

/// What was done to one subject, the latest first.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::needless_pass_by_value, reason = "callers hand over ids and literals alike")]
pub fn about(
    txn: &mut Txn<'_>,
    subject_kind: &str,
    subject_id: impl ToString,
    limit: u32,
) -> Result<Vec<AuditLine>, Problem> {
    Ok(txn.query(
        "SELECT id, at, actor_kind, actor_id, action, organization_id, facts FROM audit_entry
         WHERE subject_kind = $1 AND subject_id = $2 ORDER BY id DESC LIMIT $3",
        &args![subject_kind, subject_id.to_string(), limit],
        line,
    )?)
}

fn line(row: &Row<'_>) -> Result<AuditLine, DbError> {
    let (kind, id): (String, Option<String>) = (row.get(2)?, row.get(3)?);
    let actor = Actor::from_columns(&kind, id.as_deref())
        .ok_or_else(|| DbError::Column("an audit entry by nobody".to_owned()))?;
    let facts: String = row.get(6)?;
    Ok(AuditLine {
        id: row.get(0)?,
        at: row.get(1)?,
        actor,
        action: row.get(4)?,
        organization_id: row.get(5)?,
        facts: serde_json::from_str(&facts).map_err(|error| DbError::Column(error.to_string()))?,
    })
}
