//! Bare statements with values made beforehand: what an operation is compared with.

use ejia_db::{Row, Txn, Value};
use ejia_kernel::Problem;

/// A text and its values.
type Statement = (&'static str, Vec<Value>);

/// A statement, or two, as the product takes them through the doors of the database.
pub(super) enum Step {
    /// Its rows are needed before it goes on.
    Rows(Statement),
    /// The rows of both.
    Both(Statement, Statement),
    /// How many rows it has written is needed.
    Counted(Statement),
    /// Nothing of it is needed.
    Later(Statement),
}

impl Step {
    /// Runs it; of rows that are fetched the first column is read.
    pub(super) fn run(&self, txn: &mut Txn<'_>) -> Result<(), Problem> {
        let read = |row: &Row<'_>| row.get::<String>(0);
        Ok(match self {
            Self::Rows((sql, values)) => txn.query(sql, values, read).map(drop),
            Self::Both((first, one), (second, two)) => txn.both((first, one), read, (second, two), read).map(drop),
            Self::Counted((sql, values)) => txn.execute(sql, values).map(drop),
            Self::Later((sql, values)) => txn.later(sql, values),
        }?)
    }
}
