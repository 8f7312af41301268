//! Marks of organizations to be counted anew, and what the members of some organizations come to.

use std::collections::HashMap;

use ejia_db::{DbError, Txn, args, filled, places};
use ejia_kernel::{Date, OrganizationId, OrganizationPath, Problem};

use super::Figures;
use crate::members::{AgeBand, MEMBERS, Trait};

/// Says that something of an organization is to be counted anew. Belongs into the transaction that changes it.
///
/// # Errors
/// A fault of the database.
pub fn mark_changed(txn: &mut Txn<'_>, organization: OrganizationId) -> Result<(), DbError> {
    txn.later("INSERT INTO organization_changed (organization_id) VALUES ($1)", &args![organization])
}

/// How many organizations one statement asks about.
pub(super) const TOGETHER: usize = 64;

/// Takes the marks of some organizations: whoever takes them counts these anew in the same transaction, by statements
/// after this one. On PostgreSQL a statement sees what was committed before it began, so what marks were taken of is
/// seen by whatever counts.
///
/// # Errors
/// A fault of the database.
pub fn take_changed(txn: &mut Txn<'_>) -> Result<Vec<OrganizationId>, Problem> {
    let most = i64::try_from(TOGETHER).unwrap_or(i64::MAX);
    let sql = "SELECT DISTINCT organization_id FROM organization_changed ORDER BY organization_id LIMIT $1";
    let found: Vec<OrganizationId> = txn.query(sql, &args![most], |row| row.get(0))?;
    if !found.is_empty() {
        let sql = format!("DELETE FROM organization_changed WHERE organization_id IN ({})", places(1, TOGETHER));
        txn.execute(&sql, &filled(&found, TOGETHER))?;
    }
    Ok(found)
}

/// What the members of each of these organizations come to on a day, by its path: those of its own, not of the ones
/// under it. [`MEMBERS`] and the names of [`Trait::figure`].
///
/// # Errors
/// A fault of the database.
pub fn member_figures(
    txn: &mut Txn<'_>,
    paths: &[OrganizationPath],
    today: Date,
) -> Result<HashMap<String, Figures>, Problem> {
    let sql = format!(
        "SELECT m.path, m.sex, m.kind, m.education, m.ethnic_group, m.born_on FROM member m
         WHERE m.path IN ({}) AND m.departed_at IS NULL",
        places(1, TOGETHER)
    );
    let texts: Vec<&str> = paths.iter().map(OrganizationPath::as_str).collect();
    let mut all: HashMap<String, Figures> = HashMap::new();
    for chunk in texts.chunks(TOGETHER) {
        txn.query(&sql, &filled(chunk, TOGETHER), |row| {
            let text = |index: usize| row.get::<String>(index);
            let figures = all.entry(text(0)?).or_default();
            figures.add(MEMBERS, 1);
            figures.add(&Trait::Sex.figure(&text(1)?), 1);
            figures.add(&Trait::Kind.figure(&text(2)?), 1);
            figures.add(&Trait::Education.figure(&text(3)?), 1);
            figures.add(&Trait::EthnicGroup.figure(&text(4)?), 1);
            figures.add(&Trait::Age.figure(AgeBand::of(row.get(5)?, today).code()), 1);
            Ok(())
        })?;
    }
    Ok(all)
}
