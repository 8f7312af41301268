//! The bare inserts that an import is compared with: the same rows, one transaction, the bare driver.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// Tables that an import fills, parents first.
const TABLES: [&str; 6] = ["organization", "administrator", "member", "member_term", "branch_count", "tree_sum"];

/// What the bare inserts took.
pub(super) struct Inserted {
    pub(super) time: Duration,
    pub(super) rows: u64,
}

/// Takes the rows out of `full` and inserts them into a new database with the same schema. Only the inserts and the
/// commit are timed.
pub(super) fn insert(full: &Path, empty: &Path) -> Result<Inserted, String> {
    insert_again(full, empty).map_err(|error| error.to_string())
}

fn insert_again(full: &Path, empty: &Path) -> rusqlite::Result<Inserted> {
    let from = Connection::open(full)?;
    let into = Connection::open(empty)?;
    for pragma in ["journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "cache_size = -64000"] {
        into.execute_batch(&format!("PRAGMA {pragma}"))?;
    }
    let mut schema =
        from.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type = 'index', rowid")?;
    let texts: Vec<String> = schema.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for text in texts.iter().filter(|text| !text.contains("sqlite_")) {
        into.execute_batch(text)?;
    }
    let mut inserted = Inserted { time: Duration::ZERO, rows: 0 };
    into.execute_batch("BEGIN IMMEDIATE")?;
    for table in TABLES {
        copy(&from, &into, table, &mut inserted)?;
    }
    let started = Instant::now();
    into.execute_batch("COMMIT")?;
    inserted.time += started.elapsed();
    Ok(inserted)
}

/// Rows are read in lots and held while the clock stands.
fn copy(from: &Connection, into: &Connection, table: &str, inserted: &mut Inserted) -> rusqlite::Result<()> {
    // In the order in which they were entered, where the table keeps it.
    let order = if matches!(table, "member_term" | "branch_count") { "member_id" } else { "rowid" };
    let order = if matches!(table, "branch_count" | "tree_sum") { "path" } else { order };
    let mut select = from.prepare(&format!("SELECT * FROM {table} ORDER BY {order}"))?;
    let columns = select.column_count();
    let marks: Vec<String> = (1..=columns).map(|n| format!("?{n}")).collect();
    let mut insert = into.prepare(&format!("INSERT INTO {table} VALUES ({})", marks.join(", ")))?;
    let mut rows = select.query([])?;
    let mut lot: Vec<Vec<Value>> = Vec::new();
    loop {
        lot.clear();
        while lot.len() < 5_000 {
            let Some(row) = rows.next()? else { break };
            lot.push((0..columns).map(|index| row.get(index)).collect::<rusqlite::Result<_>>()?);
        }
        if lot.is_empty() {
            return Ok(());
        }
        let started = Instant::now();
        for row in &lot {
            insert.execute(params_from_iter(row))?;
        }
        inserted.time += started.elapsed();
        inserted.rows += lot.len() as u64;
    }
}
