//! The door: carries closures to the threads that own connections, and their answers back.

use std::path::PathBuf;
use std::sync::Arc;

use crossbeam_channel::TrySendError;
use ejia_kernel::{Clock, Instant, Problem, ProblemKind, Vault};

use crate::postgres::{Errand, Postgres, Replica};
use crate::sqlite::{Care, Sqlite};
use crate::task::{Purpose, Work, gone, task};
use crate::txn::Surroundings;
use crate::{Migration, Shelf, Txn, migrate};

/// The door to one database: what every handler, job and command holds. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    inner: Arc<Inner>,
    /// Whether what is written is undone at once.
    rehearses: bool,
    /// Where what may be some seconds old is read.
    replica: Option<Arc<Replica>>,
}

struct Inner {
    around: Arc<Surroundings>,
    engine: Engine,
}

enum Engine {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

/// How many connections a desk opens.
#[derive(Debug, Clone, Copy)]
pub struct Connections {
    /// SQLite readers beside the one writer.
    pub sqlite_readers: usize,
    /// PostgreSQL connections, for reads and writes.
    pub postgres: usize,
}

impl Default for Connections {
    fn default() -> Self {
        Self { sqlite_readers: 2, postgres: 16 }
    }
}

impl Desk {
    /// Opens `sqlite://PATH` or `postgres://…`. The schema is not touched; see [`Desk::migrate`].
    ///
    /// # Errors
    /// A fault when the address is of neither kind or the database does not open.
    pub fn open(url: &str, vault: Vault, clock: Clock) -> Result<Self, Problem> {
        Self::open_with(url, vault, clock, Connections::default())
    }

    /// As [`Desk::open`], with a chosen number of connections.
    ///
    /// # Errors
    /// As [`Desk::open`].
    pub fn open_with(url: &str, vault: Vault, clock: Clock, connections: Connections) -> Result<Self, Problem> {
        let around = Arc::new(Surroundings { clock, vault, shelf: Shelf::default() });
        let engine = if let Some(path) = url.strip_prefix("sqlite://") {
            let (path, care) = path.strip_suffix("?care=off").map_or((path, Care::Full), |path| (path, Care::Off));
            let path = PathBuf::from(path);
            Engine::Sqlite(Sqlite::open(&path, connections.sqlite_readers, care, &around)?)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Engine::Postgres(Postgres::open(url, connections.postgres, &around)?)
        } else {
            return Err(Problem::fault("the database address begins with sqlite:// or postgres://"));
        };
        Ok(Self { inner: Arc::new(Inner { around, engine }), rehearses: false, replica: None })
    }

    /// The same desk with a read replica of its PostgreSQL, which is asked by [`Desk::read_lately`] whenever it is near enough;
    /// it need not be there yet.
    ///
    /// # Errors
    /// A fault when this is no PostgreSQL, or the system gives no thread.
    pub fn with_replica(self, url: &str, connections: Connections) -> Result<Self, Problem> {
        let Engine::Postgres(postgres) = &self.inner.engine else {
            return Err(Problem::fault("a read replica follows a PostgreSQL"));
        };
        let replica = Replica::watched(postgres.url(), url, connections.postgres, &self.inner.around)?;
        Ok(Self { replica: Some(replica), ..self })
    }

    /// [`Desk::read`] for what may be some seconds old: from the replica while it is near enough, else from the primary. Whoever
    /// has just written would not always see it.
    ///
    /// # Errors
    /// As [`Desk::read`].
    pub async fn read_lately<T: Send + 'static>(
        &self,
        closure: impl FnMut(&mut Txn<'_>) -> Result<T, Problem> + Clone + Send + 'static,
    ) -> Result<T, Problem> {
        if let Some(replica) = self.replica.as_ref().and_then(|replica| replica.near()) {
            let (work, asked) = task(closure.clone(), Purpose::Read);
            replica.send(Errand::Read(work))?;
            match asked.soon().await {
                // It has just gone, or has too much to do.
                Err(problem) if problem.kind == ProblemKind::Busy => {}
                answer => return answer,
            }
        }
        self.read(closure).await
    }

    /// Whether there is a replica, be it near or not.
    pub fn has_replica(&self) -> bool {
        self.replica.is_some()
    }

    /// Applies the missing steps of these groups in order; answers the names applied.
    ///
    /// # Errors
    /// A fault naming the step that failed; then none of this call is applied.
    pub fn migrate(&self, groups: &[&[Migration]]) -> Result<Vec<&'static str>, Problem> {
        let steps = groups.concat();
        self.write_now(move |txn| migrate::apply(txn, &steps))
    }

    /// The names of the steps that have been applied, in the order of their names.
    ///
    /// # Errors
    /// A fault of the database; a database without a schema is one.
    pub fn schema(&self) -> Result<Vec<String>, Problem> {
        self.read_now(migrate::applied)
    }

    /// Runs a closure that only reads, on a reader's connection.
    ///
    /// # Errors
    /// The closure's own problem; busy when the queue is full; away when nothing is answered for twenty seconds; a fault of
    /// the database.
    pub async fn read<T: Send + 'static>(
        &self,
        closure: impl FnMut(&mut Txn<'_>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let (work, asked) = task(closure, Purpose::Read);
        self.send_read(work)?;
        asked.soon().await
    }

    /// Runs a closure in one transaction. It may be run again, so it has no effects outside.
    ///
    /// # Errors
    /// As [`Desk::read`]; nothing of a failed closure is kept. In doubt when it was begun and nothing is answered.
    pub async fn write<T: Send + 'static>(
        &self,
        closure: impl FnMut(&mut Txn<'_>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let (work, asked) = task(closure, self.to_write());
        self.send_write(work)?;
        asked.soon().await
    }

    /// [`Desk::read`] for threads outside the async runtime: jobs, commands, tests.
    ///
    /// # Errors
    /// As [`Desk::read`].
    pub fn read_now<T: Send + 'static>(
        &self,
        closure: impl FnMut(&mut Txn<'_>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let (work, asked) = task(closure, Purpose::Read);
        self.send_read(work)?;
        asked.now()
    }

    /// [`Desk::write`] for threads outside the async runtime: jobs, commands, tests.
    ///
    /// # Errors
    /// As [`Desk::write`].
    pub fn write_now<T: Send + 'static>(
        &self,
        closure: impl FnMut(&mut Txn<'_>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let (work, asked) = task(closure, self.to_write());
        self.send_write(work)?;
        asked.now()
    }

    /// The same desk, on which every transaction is answered as if it were kept, and undone: for tests that try what must
    /// change nothing for the next try.
    #[must_use]
    pub fn rehearsing(&self) -> Self {
        Self { inner: Arc::clone(&self.inner), rehearses: true, replica: self.replica.clone() }
    }

    /// The product's clock. Every rule follows it.
    pub fn clock(&self) -> &Clock {
        &self.inner.around.clock
    }

    /// What the clock shows.
    pub fn now(&self) -> Instant {
        self.inner.around.clock.now()
    }

    /// The keys for what is encrypted at rest.
    pub fn vault(&self) -> &Vault {
        &self.inner.around.vault
    }

    /// The one `T` kept in memory beside this database.
    pub fn shelf<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        self.inner.around.shelf.get()
    }

    /// `"SQLite"` or `"PostgreSQL"`.
    pub fn engine(&self) -> &'static str {
        match self.inner.engine {
            Engine::Sqlite(_) => "SQLite",
            Engine::Postgres(_) => "PostgreSQL",
        }
    }

    fn to_write(&self) -> Purpose {
        if self.rehearses { Purpose::Rehearsal } else { Purpose::Write }
    }

    fn send_read(&self, work: Box<dyn Work>) -> Result<(), Problem> {
        match &self.inner.engine {
            Engine::Sqlite(sqlite) => sent(&sqlite.reads.try_send(work)),
            Engine::Postgres(postgres) => postgres.send(Errand::Read(work)),
        }
    }

    fn send_write(&self, work: Box<dyn Work>) -> Result<(), Problem> {
        match &self.inner.engine {
            Engine::Sqlite(sqlite) => sent(&sqlite.writes.try_send(work)),
            Engine::Postgres(postgres) => postgres.send(Errand::Write(work)),
        }
    }
}

fn sent<T>(outcome: &Result<(), TrySendError<T>>) -> Result<(), Problem> {
    match outcome {
        Ok(()) => Ok(()),
        Err(TrySendError::Full(_)) => Err(Problem::busy()),
        Err(TrySendError::Disconnected(_)) => Err(gone()),
    }
}
