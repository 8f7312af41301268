//! A running transaction: statements in, rows out, on either database.

use std::sync::Arc;

use ejia_kernel::{Instant, Problem, Vault};

use crate::postgres::Client;
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
    /// What is done in memory once the transaction stands.
    afterwards: Vec<Afterwards>,
}

pub(crate) type Afterwards = Box<dyn FnOnce() + Send>;

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
    Postgres(&'a mut Client),
}

impl<'a> Txn<'a> {
    pub(crate) fn new(connection: Connection<'a>, around: &'a Surroundings) -> Self {
        Self { connection, around, now: around.clock.now(), trouble: None, afterwards: Vec::new() }
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
        matches!(self.connection, Connection::Postgres(_))
    }

    /// Runs a statement; answers how many rows it touched.
    ///
    /// # Errors
    /// [`DbError`]; the transaction is spent afterwards.
    pub fn execute(&mut self, sql: &str, args: &[Value]) -> Result<u64, DbError> {
        self.guarded(|connection| match connection {
            Connection::Sqlite(c) => sqlite_execute(c, sql, args),
            Connection::Postgres(client) => Ok(client.ask(sql, args)?.touched),
        })
    }

    /// Runs a statement whose outcome nobody needs to know before the end: a trace, a job, a line of a journal. SQLite
    /// runs it at once; to PostgreSQL it goes together with the next statement that is asked for an answer, or with the
    /// commit. Statements keep their order, and one that fails spends the transaction as any other does. A unique key
    /// that is an expected answer belongs into [`Txn::execute`].
    ///
    /// # Errors
    /// [`DbError`], here or at a later statement; the transaction is spent afterwards.
    pub fn later(&mut self, sql: &str, args: &[Value]) -> Result<(), DbError> {
        self.guarded(|connection| match connection {
            Connection::Sqlite(c) => sqlite_execute(c, sql, args).map(drop),
            Connection::Postgres(client) => client.later(sql, args),
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
        map: impl FnMut(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<Vec<T>, DbError> {
        self.guarded(|connection| match connection {
            Connection::Sqlite(c) => sqlite_query(c, sql, args, map),
            Connection::Postgres(client) => client.ask(sql, args)?.rows(map),
        })
    }

    /// The rows of two statements of which neither waits for the other's answer. They are run in this order; to
    /// PostgreSQL they go together.
    ///
    /// # Errors
    /// [`DbError`]; the transaction is spent afterwards.
    pub fn both<A, B>(
        &mut self,
        (first, first_args): (&str, &[Value]),
        read_first: impl FnMut(&Row<'_>) -> Result<A, DbError>,
        (second, second_args): (&str, &[Value]),
        read_second: impl FnMut(&Row<'_>) -> Result<B, DbError>,
    ) -> Result<(Vec<A>, Vec<B>), DbError> {
        self.guarded(|connection| match connection {
            Connection::Sqlite(c) => Ok((
                sqlite_query(c, first, first_args, read_first)?,
                sqlite_query(c, second, second_args, read_second)?,
            )),
            Connection::Postgres(client) => {
                let [first, second] = client.ask_both([(first, first_args), (second, second_args)])?;
                Ok((first.rows(read_first)?, second.rows(read_second)?))
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
            Connection::Postgres(client) => client.copy(table, columns, rows),
        })
    }

    /// Runs `work` so that its failure undoes only itself and the transaction goes on.
    ///
    /// # Errors
    /// What `work` answers; a failing savepoint is a fault.
    pub fn attempt<T, E: From<DbError>>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E> {
        self.execute("SAVEPOINT attempt", &[])?;
        // With the release everything is done that `work` left for later.
        let answer = work(self).and_then(|value| {
            self.execute("RELEASE SAVEPOINT attempt", &[])?;
            Ok(value)
        });
        if answer.is_err() {
            if self.trouble == Some(Trouble::Failed) {
                self.trouble = None;
            }
            self.later("ROLLBACK TO SAVEPOINT attempt", &[])?;
            self.execute("RELEASE SAVEPOINT attempt", &[])?;
        }
        answer
    }

    /// Has something done in memory once the transaction stands, and never if it does not stand: a bell is rung, a
    /// thing on a shelf forgotten. It must be quick, for the database's thread does it.
    pub fn once_committed(&mut self, act: impl FnOnce() + Send + 'static) {
        self.afterwards.push(Box::new(act));
    }

    pub(crate) fn take_afterwards(&mut self) -> Vec<Afterwards> {
        std::mem::take(&mut self.afterwards)
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

    /// Waits without limit until no other transaction applies schema steps, and keeps the others waiting until this one ends.
    /// A table would not do: the first one that does it makes the first table.
    pub(crate) fn take_turn(&mut self) -> Result<(), DbError> {
        if !self.is_postgres() {
            return Ok(());
        }
        self.batch(
            "SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock(20230023)",
        )
    }

    /// Runs statements without parameters.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), DbError> {
        self.guarded(|connection| match connection {
            Connection::Sqlite(c) => Ok(c.execute_batch(sql)?),
            Connection::Postgres(client) => client.batch(sql),
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

fn sqlite_execute(connection: &rusqlite::Connection, sql: &str, args: &[Value]) -> Result<u64, DbError> {
    with_sqlite_text(sql, |sql| {
        let mut statement = connection.prepare_cached(sql)?;
        Ok(statement.execute(rusqlite::params_from_iter(args))? as u64)
    })
}

fn sqlite_query<T>(
    connection: &rusqlite::Connection,
    sql: &str,
    args: &[Value],
    mut map: impl FnMut(&Row<'_>) -> Result<T, DbError>,
) -> Result<Vec<T>, DbError> {
    with_sqlite_text(sql, |sql| {
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(args))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(map(&Row(AnyRow::Sqlite(row)))?);
        }
        Ok(found)
    })
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
