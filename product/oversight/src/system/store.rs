//! What the database says of itself.

use ejia_db::{Txn, args};
use ejia_kernel::{Instant, Problem};

/// How many steps of the schema were applied, and the last of them.
pub(super) fn schema(txn: &mut Txn<'_>) -> Result<(i64, String, Instant), Problem> {
    let count = txn.one("SELECT COUNT(*) FROM schema_migration", &args![], |row| row.get(0))?;
    let last = "SELECT name, applied_at FROM schema_migration ORDER BY applied_at DESC, name DESC LIMIT 1";
    let (name, at) = txn.one(last, &args![], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok((count, name, at))
}

/// The size of the database in bytes.
pub(super) fn size(txn: &mut Txn<'_>) -> Result<i64, Problem> {
    let sql = if txn.is_postgres() {
        "SELECT pg_database_size(current_database())"
    } else {
        "SELECT c.page_count * s.page_size FROM pragma_page_count() c, pragma_page_size() s"
    };
    Ok(txn.one(sql, &args![], |row| row.get(0))?)
}
