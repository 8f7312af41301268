//! Loads and saves documents: the only file here that speaks SQL.

use ejia_db::{DbError, Row, Txn, args};
use ejia_kernel::{AdministratorId, DocumentId, Instant, Problem};

use crate::model::{Document, DocumentState};

const COLUMNS: &str = "id, kind, title, file_name, about, administrator_id, organization_id, state, done, total, bytes, \
                       asked_at, ended_at";

fn document(row: &Row<'_>) -> Result<Document, DbError> {
    let state: String = row.get(7)?;
    Ok(Document {
        id: row.get(0)?,
        kind: row.get(1)?,
        title: row.get(2)?,
        file_name: row.get(3)?,
        about: row.get(4)?,
        administrator_id: row.get(5)?,
        organization_id: row.get(6)?,
        state: DocumentState::from_code(&state).ok_or_else(|| DbError::Column(format!("state {state}")))?,
        done: row.get(8)?,
        total: row.get(9)?,
        bytes: row.get(10)?,
        asked_at: row.get(11)?,
        ended_at: row.get(12)?,
    })
}

/// Writes a new document down.
pub(crate) fn insert(txn: &mut Txn<'_>, document: &Document) -> Result<(), Problem> {
    let Document { id, kind, title, file_name, about, administrator_id, organization_id, state, .. } = document;
    txn.execute(
        "INSERT INTO document (id, kind, title, file_name, about, administrator_id, organization_id, state, done,
             total, bytes, asked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, $9)",
        &args![
            id,
            kind.as_str(),
            title.as_str(),
            file_name.as_str(),
            about.as_str(),
            administrator_id,
            organization_id,
            state.code(),
            document.asked_at,
        ],
    )?;
    Ok(())
}

/// One document.
pub(crate) fn load(txn: &mut Txn<'_>, id: DocumentId) -> Result<Option<Document>, Problem> {
    Ok(txn.first(&format!("SELECT {COLUMNS} FROM document WHERE id = $1"), &args![id], document)?)
}

/// What somebody asked for, newest first.
pub(crate) fn of(txn: &mut Txn<'_>, by: AdministratorId, limit: i64) -> Result<Vec<Document>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM document WHERE administrator_id = $1 ORDER BY id DESC LIMIT $2");
    Ok(txn.query(&sql, &args![by, limit], document)?)
}

/// How many of somebody's documents are still to come.
pub(crate) fn underway(txn: &mut Txn<'_>, by: AdministratorId) -> Result<i64, Problem> {
    Ok(txn.one(
        "SELECT COUNT(*) FROM document WHERE administrator_id = $1 AND state IN ('waiting', 'making')",
        &args![by],
        |row| row.get(0),
    )?)
}

/// Notes how many rows are made.
pub(crate) fn progress(txn: &mut Txn<'_>, id: DocumentId, done: i64, total: i64) -> Result<(), Problem> {
    txn.execute(
        "UPDATE document SET state = 'making', done = $2, total = $3
         WHERE id = $1 AND state IN ('waiting', 'making')",
        &args![id, done, total],
    )?;
    Ok(())
}

/// Ends a document: ready with its size, or failed.
pub(crate) fn end(txn: &mut Txn<'_>, id: DocumentId, state: DocumentState, bytes: i64) -> Result<(), Problem> {
    let now = txn.now();
    txn.execute(
        "UPDATE document SET state = $2, bytes = $3, ended_at = $4 WHERE id = $1 AND state IN ('waiting', 'making')",
        &args![id, state.code(), bytes, now],
    )?;
    Ok(())
}

/// Documents asked for before an instant, a few hundred at a time.
pub(crate) fn older(txn: &mut Txn<'_>, than: Instant) -> Result<Vec<DocumentId>, Problem> {
    Ok(txn.query("SELECT id FROM document WHERE asked_at < $1 ORDER BY asked_at LIMIT 200", &args![than], |row| {
        row.get(0)
    })?)
}

/// Forgets a document.
pub(crate) fn forget(txn: &mut Txn<'_>, id: DocumentId) -> Result<(), Problem> {
    txn.execute("DELETE FROM document WHERE id = $1", &args![id])?;
    Ok(())
}
