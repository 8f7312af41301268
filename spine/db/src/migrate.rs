//! Schema changes, each applied once and remembered by name.

use ejia_kernel::Problem;

use crate::{Txn, args};

/// One step of the schema. Never edited once released: a change is a new step.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// `crate.NNN_what`, unique for ever.
    pub name: &'static str,
    /// Statements separated by `;`, in the shared vocabulary of column types.
    pub sql: &'static str,
}

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS schema_migration (
    name TEXT PRIMARY KEY,
    applied_at BIGINT NOT NULL
)";

/// Applies what is missing, in the order given, and returns the names applied.
pub(crate) fn apply(txn: &mut Txn<'_>, steps: &[Migration]) -> Result<Vec<&'static str>, Problem> {
    txn.take_turn()?;
    txn.run_schema(LEDGER)?;
    let done = txn.query("SELECT name FROM schema_migration", &args![], |row| row.get::<String>(0))?;
    let mut applied = Vec::new();
    for step in steps {
        if done.iter().any(|name| name == step.name) {
            continue;
        }
        txn.run_schema(step.sql).map_err(|error| Problem::fault(format!("migration {}: {error}", step.name)))?;
        txn.execute("INSERT INTO schema_migration (name, applied_at) VALUES ($1, $2)", &args![step.name, txn.now()])?;
        applied.push(step.name);
    }
    Ok(applied)
}

/// The names of the steps that have been applied.
pub(crate) fn applied(txn: &mut Txn<'_>) -> Result<Vec<String>, Problem> {
    Ok(txn.query("SELECT name FROM schema_migration ORDER BY name", &args![], |row| row.get(0))?)
}
