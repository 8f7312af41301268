//! Reads the record: what was done to one subject, and what was done at all, by time, actor, act and subject.

use std::collections::BTreeMap;

use ejia_db::{DbError, Row, Txn, Value, args};
use ejia_kernel::{AuditId, Instant, Problem};
use serde::{Deserialize, Serialize};

use crate::Actor;

/// One act as it is shown. Somebody may have written into the row what the house never writes, and it must be shown all
/// the same: so its ids are texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    /// Its row.
    pub id: String,
    /// When.
    pub at: Instant,
    /// Who: the word for the kind …
    pub actor_kind: String,
    /// … and the id.
    pub actor_id: Option<String>,
    /// What: `directory.record_read`.
    pub action: String,
    /// To what: the word for the kind …
    pub subject_kind: Option<String>,
    /// … and the id.
    pub subject_id: Option<String>,
    /// In which organization.
    pub organization_id: Option<String>,
    /// The small facts.
    pub facts: BTreeMap<String, String>,
}

impl AuditLine {
    /// Who; `None` where the row names nobody that acts here.
    pub fn actor(&self) -> Option<Actor> {
        Actor::from_columns(&self.actor_kind, self.actor_id.as_deref())
    }
}

/// Which acts are looked for. What is not set fits every act.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// In milliseconds since 1970: not before.
    pub from: Option<i64>,
    /// In milliseconds since 1970: before.
    pub until: Option<i64>,
    /// `administrator`, `member`, `applicant`, `visitor` or `system`.
    pub actor_kind: Option<String>,
    /// Which of them.
    pub actor_id: Option<String>,
    /// What was done.
    pub action: Option<String>,
    /// To what kind of thing.
    pub subject_kind: Option<String>,
    /// To which.
    pub subject_id: Option<String>,
}

impl Wanted {
    /// The conditions, with their values from `$1` on.
    fn conditions(&self) -> (String, Vec<Value>) {
        let mut conditions = "1 = 1".to_owned();
        let mut values: Vec<Value> = Vec::new();
        let mut and = |condition: &str, value: Value| {
            values.push(value);
            conditions.push_str(" AND ");
            conditions.push_str(&condition.replace('?', &format!("${}", values.len())));
        };
        if let Some(from) = self.from {
            // Ids begin with the time: one from just before finds the place in the index.
            and("id > ?", AuditId::new(Instant::from_ms(from.saturating_sub(1))).into());
            and("at >= ?", from.into());
        }
        if let Some(until) = self.until {
            and("id < ?", AuditId::new(Instant::from_ms(until.saturating_add(1))).into());
            and("at < ?", until.into());
        }
        let words = [
            ("actor_kind = ?", &self.actor_kind),
            ("actor_id = ?", &self.actor_id),
            ("action = ?", &self.action),
            ("subject_kind = ?", &self.subject_kind),
            ("subject_id = ?", &self.subject_id),
        ];
        for (condition, word) in words {
            if let Some(word) = word {
                and(condition, word.as_str().into());
            }
        }
        (conditions, values)
    }
}

const COLUMNS: &str = "id, at, actor_kind, actor_id, action, subject_kind, subject_id, organization_id, facts";

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
    let wanted = Wanted {
        subject_kind: Some(subject_kind.to_owned()),
        subject_id: Some(subject_id.to_string()),
        ..Wanted::default()
    };
    found(txn, &wanted, None, true, i64::from(limit))
}

/// What was done, the latest first: beyond the row `place`, or back from it (`onward` false), when the nearest comes
/// first.
///
/// # Errors
/// A fault of the database.
pub fn found(
    txn: &mut Txn<'_>,
    wanted: &Wanted,
    place: Option<&str>,
    onward: bool,
    limit: i64,
) -> Result<Vec<AuditLine>, Problem> {
    let (mut conditions, mut values) = wanted.conditions();
    let (beyond, order) = if onward { ("<", "DESC") } else { (">", "ASC") };
    if let Some(place) = place {
        values.push(place.into());
        conditions = format!("{conditions} AND id {beyond} ${}", values.len());
    }
    values.push(limit.into());
    let sql =
        format!("SELECT {COLUMNS} FROM audit_entry WHERE {conditions} ORDER BY id {order} LIMIT ${}", values.len());
    Ok(txn.query(&sql, &values, line)?)
}

/// How many acts were done.
///
/// # Errors
/// A fault of the database.
pub fn counted(txn: &mut Txn<'_>, wanted: &Wanted) -> Result<i64, Problem> {
    let (conditions, values) = wanted.conditions();
    Ok(txn.one(&format!("SELECT COUNT(*) FROM audit_entry WHERE {conditions}"), &values, |row| row.get(0))?)
}

/// Every act that was ever done, by its word.
///
/// # Errors
/// A fault of the database.
pub fn actions(txn: &mut Txn<'_>) -> Result<Vec<String>, Problem> {
    // From one word to the next by the index: there are a hundred words in millions of rows.
    Ok(txn.query(
        "WITH RECURSIVE word(action) AS (
             SELECT MIN(action) FROM audit_entry
             UNION ALL
             SELECT (SELECT MIN(e.action) FROM audit_entry e WHERE e.action > word.action) FROM word
             WHERE word.action IS NOT NULL
         )
         SELECT action FROM word WHERE action IS NOT NULL",
        &args![],
        |row| row.get(0),
    )?)
}

fn line(row: &Row<'_>) -> Result<AuditLine, DbError> {
    let facts: String = row.get(8)?;
    Ok(AuditLine {
        id: row.get(0)?,
        at: row.get(1)?,
        actor_kind: row.get(2)?,
        actor_id: row.get(3)?,
        action: row.get(4)?,
        subject_kind: row.get(5)?,
        subject_id: row.get(6)?,
        organization_id: row.get(7)?,
        facts: serde_json::from_str(&facts).unwrap_or_else(|_| BTreeMap::from([("facts".to_owned(), facts)])),
    })
}
