//! A running transaction: statements in, rows out, on either database.

use std::collections::HashMap;
use std::sync::Arc;

use ejia_kernel::{Instant, Problem, Vault};
use postgres::types::ToSql;

use crate::value::AnyRow;
use crate::{DbError, Row, Shelf, Value, dialect};

/// What every transaction of one database shares.
pub(crate) struct Surroundings {
    pub(crate) clock: ejia_kernel::Clock,
    pub(crate) vault: Vault,
    pub(crate) shelf: Shelf,
}

/// A transaction (or, for reads, a run of statements) on one connection.
pub struct Txn<'a> {
    connection: Connection<'a>,
    around: &'a Surroundings,
    now: Instant,
    /// The first failure; after it the transaction can only be rolled back.
    trouble: Option<Trouble>,
}

/// Why a transaction is spent, as far as it decides what happens next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Run the closure again on the same connection.
    Again,
    /// Open the connection again, then run the closure again.
    Lost,
    /// The closure's own answer stands.
    Failed,
}

pub(crate) enum Connection<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres { client: &'a mut postgres::Client, statements: &'a mut Statements },
}

/// The prepared statements of one PostgreSQL connection, by their text.
#[derive(Default)]
pub(crate) struct Statements(HashMap<String, postgres::Statement>);

/// More texts than this on one connection are dynamic SQL: forget and start again.
const STATEMENTS_KEPT: usize = 500;

impl Statements {
    fn prepare(&mut self, client: &mut postgres::Client, sql: &str) -> Result<postgres::Statement, DbError> {
        if let Some(statement) = self.0.get(sql) {
            return Ok(statement.clone());
        }
        let statement = client.prepare(sql)?;
        if self.0.len() >= STATEMENTS_KEPT {
            self.0.clear();
        }
        self.0.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

impl<'a> Txn<'a> {
    pub(crate) fn new(connection: Connection<'a>, around: &'a Surroundings) -> Self {
        Self { connection, around, now: around.clock.now(), trouble: None }
    }

    /// The instant of this transaction: the same for all that it does.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// The keys for what is encrypted at rest.
    pub fn vault(&self) -> &Vault {
        &self.around.vault
    }

    /// The one `T` kept in memory beside this database.
    pub fn shelf<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        self.around.shelf.get()
    }

    /// Appended to a `SELECT`, locks the rows it finds until the end of the transaction. SQLite needs
    /// none: it has one writer.
    pub fn for_update(&self) -> &'static str {
        if self.is_postgres() { dialect::POSTGRES_FOR_UPDATE } else { "" }
    }

    /// Whether this is PostgreSQL. For the few statements whose plan needs another form there.
    pub fn is_postgres(&self) -> bool {
        matches!(self.connection, Connection::Postgres { .. })
    }

    /// Runs a statement; answers how many rows it touched.
    ///
    /// # Errors
    /// [`DbError`]; the transaction is spent afterwards.
    pub fn execute(&mut self, sql: &str, args: &[Value]) -> Result<u64, DbError> {
        self.guarded(|connection| match connection {
            Connection::Sqlite(c) => with_sqlite_text(sql, |sql| {
                let mut statement = c.prepare_cached(sql)?;
                Ok(statement.execute(rusqlite::params_from_iter(args))? as u64)
            }),
            Connection::Postgres { client, statements } => {
                let statement = statements.prepare(client, sql)?;
                Ok(client.execute(&statement, &parameters(args))?)
            }
        })
    }

    /// All rows of a query, each turned into a `T`.
    ///
    /// # Errors
    /// [`DbError`]; the transaction is spent afterwards.
    pub fn query<T>(
        &mut self,
        sql: &str,
        args: &[Value],
        mut map: impl FnMut(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<Vec<T>, DbError> {
        self.guarded(|connection| match connection {
            Connection::Sqlite(c) => with_sqlite_text(sql, |sql| {
                let mut statement = c.prepare_cached(sql)?;
                let mut rows = statement.query(rusqlite::params_from_iter(args))?;
                let mut found = Vec::new();
                while let Some(row) = rows.next()? {
                    found.push(map(&Row(AnyRow::Sqlite(row)))?);
                }
                Ok(found)
            }),
            Connection::Postgres { client, statements } => {
                let statement = statements.prepare(client, sql)?;
                let rows = client.query(&statement, &parameters(args))?;
                rows.iter().map(|row| map(&Row(AnyRow::Postgres(row)))).collect()
            }
        })
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// [`DbError`]; the transaction is spent afterwards.
    pub fn first<T>(
        &mut self,
        sql: &str,
        args: &[Value],
        map: impl FnMut(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<Option<T>, DbError> {
        Ok(self.query(sql, args, map)?.into_iter().next())
    }

    /// The row that must be there.
    ///
    /// # Errors
    /// [`DbError::NoRow`] when there is none.
    pub fn one<T>(
        &mut self,
        sql: &str,
        args: &[Value],
        map: impl FnMut(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        self.first(sql, args, map)?.ok_or(DbError::NoRow)
    }

    /// Inserts many rows at the speed of the database: `COPY` or one prepared statement.
    ///
    /// # Errors
    /// [`DbError`]; the transaction is spent afterwards.
    pub fn insert_many(
        &mut self,
        table: &str,
        columns: &[&str],
        rows: impl IntoIterator<Item = Vec<Value>>,
    ) -> Result<u64, DbError> {
        let names = columns.join(", ");
        self.guarded(|connection| match connection {
            Connection::Sqlite(c) => {
                let marks: Vec<String> = (1..=columns.len()).map(|n| format!("?{n}")).collect();
                let sql = format!("INSERT INTO {table} ({names}) VALUES ({})", marks.join(", "));
                let mut statement = c.prepare_cached(&sql)?;
                let mut count = 0;
                for row in rows {
                    count += statement.execute(rusqlite::params_from_iter(row))? as u64;
                }
                Ok(count)
            }
            Connection::Postgres { client, statements } => {
                let shape = statements.prepare(client, &format!("SELECT {names} FROM {table} LIMIT 0"))?;
                let types: Vec<_> = shape.columns().iter().map(|c| c.type_().clone()).collect();
                let sink = client.copy_in(&format!("COPY {table} ({names}) FROM STDIN BINARY"))?;
                let mut writer = postgres::binary_copy::BinaryCopyInWriter::new(sink, &types);
                for row in rows {
                    writer.write(&parameters(&row))?;
                }
                Ok(writer.finish()?)
            }
        })
    }

    /// Runs `work` so that its failure undoes only itself and the transaction goes on.
    ///
    /// # Errors
    /// What `work` answers; a failing savepoint is a fault.
    pub fn attempt<T, E: From<DbError>>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E> {
        self.batch("SAVEPOINT attempt")?;
        match work(self) {
            Ok(value) => {
                self.batch("RELEASE SAVEPOINT attempt")?;
                Ok(value)
            }
            Err(error) => {
                if self.trouble == Some(Trouble::Failed) {
                    self.trouble = None;
                }
                self.batch("ROLLBACK TO SAVEPOINT attempt")?;
                self.batch("RELEASE SAVEPOINT attempt")?;
                Err(error)
            }
        }
    }

    /// Runs schema text, in this database's words.
    pub(crate) fn run_schema(&mut self, sql: &str) -> Result<(), DbError> {
        if self.is_postgres() {
            let text = dialect::postgres_schema(sql);
            self.batch(&text)
        } else {
            self.batch(sql)
        }
    }

    /// Keeps other processes out of a table until the end of the transaction.
    pub(crate) fn lock_table(&mut self, table: &str) -> Result<(), DbError> {
        if self.is_postgres() { self.batch(&format!("LOCK TABLE {table} IN EXCLUSIVE MODE")) } else { Ok(()) }
    }

    /// Runs statements without parameters.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), DbError> {
        self.guarded(|connection| match connection {
            Connection::Sqlite(c) => Ok(c.execute_batch(sql)?),
            Connection::Postgres { client, .. } => Ok(client.batch_execute(sql)?),
        })
    }

    /// The verdict on a closure's answer: a spent transaction cannot have succeeded.
    pub(crate) fn verdict<T>(&self, answer: Result<T, Problem>) -> (Result<T, Problem>, Option<Trouble>) {
        match (answer, self.trouble) {
            (Ok(_), Some(trouble)) => (Err(Problem::fault(DbError::Spent)), Some(trouble)),
            (answer, trouble) => (answer, trouble),
        }
    }

    fn guarded<T>(&mut self, work: impl FnOnce(&mut Connection<'a>) -> Result<T, DbError>) -> Result<T, DbError> {
        if self.trouble.is_some() {
            return Err(DbError::Spent);
        }
        work(&mut self.connection).inspect_err(|error| {
            self.trouble = Some(match error {
                DbError::Again(_) => Trouble::Again,
                DbError::Lost(_) => Trouble::Lost,
                _ => Trouble::Failed,
            });
        })
    }
}

fn parameters(args: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    args.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

/// Calls `work` with the statement as SQLite wants it, without a new allocation each time.
fn with_sqlite_text<T>(sql: &str, work: impl FnOnce(&str) -> T) -> T {
    thread_local! {
        static TEXT: std::cell::RefCell<String> = const { std::cell::RefCell::new(String::new()) };
    }
    let mut text = TEXT.take();
    dialect::sqlite_parameters(sql, &mut text);
    let answer = work(&text);
    TEXT.set(text);
    answer
}
