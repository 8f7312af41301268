//! Loads and saves exports, and what each of them said.

use ejia_db::{DbError, Row, Txn, args};
use ejia_directory::export::Line;
use ejia_directory::import::TableKind;
use ejia_kernel::{DocumentId, OrganizationId, Problem};

use crate::model::{Content, Counts, Export};

/// What lines are sealed as.
pub(crate) const LINES: &str = "statistics.lines";

const COLUMNS: &str = "document_id, organization_id, kind, content, by_name, asked_at, done_at, lines, added, gone,
    changed, refused";

fn export(row: &Row<'_>) -> Result<Export, DbError> {
    let unknown = |name: &str| DbError::Column(format!("statistics_export.{name} is not understood"));
    Ok(Export {
        document_id: row.get(0)?,
        organization_id: row.get(1)?,
        kind: TableKind::from_code(&row.get::<String>(2)?).ok_or_else(|| unknown("kind"))?,
        content: Content::from_code(&row.get::<String>(3)?).ok_or_else(|| unknown("content"))?,
        by_name: row.get(4)?,
        asked_at: row.get(5)?,
        done_at: row.get(6)?,
        counts: Counts {
            lines: row.get(7)?,
            added: row.get(8)?,
            gone: row.get(9)?,
            changed: row.get(10)?,
            refused: row.get(11)?,
        },
    })
}

/// Writes down that an export was asked for.
pub(crate) fn insert(txn: &mut Txn<'_>, export: &Export) -> Result<(), Problem> {
    let Export { document_id, organization_id, kind, content, by_name, asked_at, .. } = export;
    txn.execute(
        "INSERT INTO statistics_export (document_id, organization_id, kind, content, by_name, asked_at, done_at, lines,
             added, gone, changed, refused)
         VALUES ($1, $2, $3, $4, $5, $6, NULL, 0, 0, 0, 0, 0)",
        &args![*document_id, *organization_id, kind.code(), content.code(), by_name, *asked_at],
    )?;
    Ok(())
}

/// One export.
pub(crate) fn load(txn: &mut Txn<'_>, id: DocumentId) -> Result<Option<Export>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM statistics_export WHERE document_id = $1");
    Ok(txn.first(&sql, &args![id], export)?)
}

/// The latest exports of an organization, newest first.
pub(crate) fn latest(txn: &mut Txn<'_>, organization: OrganizationId, limit: i64) -> Result<Vec<Export>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS} FROM statistics_export WHERE organization_id = $1 ORDER BY asked_at DESC, document_id DESC LIMIT $2"
    );
    Ok(txn.query(&sql, &args![organization, limit], export)?)
}

/// The last export of a table, made whole before this one, that the next is compared with.
pub(crate) fn last(
    txn: &mut Txn<'_>,
    organization: OrganizationId,
    kind: TableKind,
    before: Option<DocumentId>,
) -> Result<Option<Export>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS} FROM statistics_export
         WHERE organization_id = $1 AND kind = $2 AND content <> $3 AND done_at IS NOT NULL AND document_id <> $4
         ORDER BY done_at DESC, document_id DESC LIMIT 1"
    );
    let not = before.map(|id| id.to_string()).unwrap_or_default();
    let args = args![organization, kind.code(), Content::AgainstTable.code(), not];
    Ok(txn.first(&sql, &args, export)?)
}

/// Ends an export: what it said is now what the next one is compared with, and what older ones said is forgotten.
pub(crate) fn end(txn: &mut Txn<'_>, export: &Export, counts: Counts) -> Result<(), Problem> {
    let now = txn.now();
    let Counts { lines, added, gone, changed, refused } = counts;
    txn.execute(
        "UPDATE statistics_export SET done_at = $2, lines = $3, added = $4, gone = $5, changed = $6, refused = $7
         WHERE document_id = $1",
        &args![export.document_id, now, lines, added, gone, changed, refused],
    )?;
    if export.content.is_kept() {
        // The one before is kept as well: should this one be made again, it is compared with it again.
        let before = last(txn, export.organization_id, export.kind, Some(export.document_id))?;
        let before = before.map(|export| export.document_id.to_string()).unwrap_or_default();
        txn.execute(
            "DELETE FROM statistics_piece WHERE document_id IN
                 (SELECT document_id FROM statistics_export
                  WHERE organization_id = $1 AND kind = $2 AND document_id <> $3 AND document_id <> $4
                      AND done_at IS NOT NULL)",
            &args![export.organization_id, export.kind.code(), export.document_id, before],
        )?;
    }
    Ok(())
}

/// Keeps a piece of what an export says. An export that is made again keeps its pieces anew.
pub(crate) fn keep_piece(txn: &mut Txn<'_>, id: DocumentId, number: i64, lines: &[Line]) -> Result<(), Problem> {
    let lines: Vec<(&String, &Vec<String>)> = lines.iter().map(|line| (&line.key, &line.cells)).collect();
    let text = serde_json::to_string(&lines).map_err(Problem::fault)?;
    let sealed = txn.vault().seal(LINES, &text);
    txn.execute(
        "INSERT INTO statistics_piece (document_id, number, sealed) VALUES ($1, $2, $3)
         ON CONFLICT (document_id, number) DO UPDATE SET sealed = excluded.sealed",
        &args![id, number, sealed],
    )?;
    Ok(())
}

/// A piece of what an export said; none after the last.
pub(crate) fn piece(txn: &mut Txn<'_>, id: DocumentId, number: i64) -> Result<Option<Vec<Line>>, Problem> {
    let sql = "SELECT sealed FROM statistics_piece WHERE document_id = $1 AND number = $2";
    let Some(sealed) = txn.first(sql, &args![id, number], |row| row.get::<Vec<u8>>(0))? else { return Ok(None) };
    let text = txn.vault().open(LINES, &sealed)?;
    let lines: Vec<(String, Vec<String>)> = serde_json::from_str(&text).map_err(Problem::fault)?;
    Ok(Some(lines.into_iter().map(|(key, cells)| Line { key, cells }).collect()))
}
