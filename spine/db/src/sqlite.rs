//! SQLite: one writer that commits in groups, and readers beside it.

use std::path::Path;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant as Stopwatch};

use crossbeam_channel::{Receiver, Sender, bounded};
use ejia_kernel::Problem;
use rusqlite::{Connection, OpenFlags};

use crate::task::{Ran, Work};
use crate::txn::{self, Surroundings};
use crate::{DbError, Txn};

/// At most this many closures in one commit.
const GROUP: usize = 64;
/// A group that has run this long is committed before more are taken in.
const GROUP_TIME: Duration = Duration::from_millis(25);
/// Closures that may wait; one more is answered "busy" at once.
const QUEUE: usize = 4096;
const STATEMENTS_KEPT: usize = 256;

/// Pages the writer keeps, in KiB (the minus says so): keys that are drawn at random, as those of sealed numbers, touch
/// every page of their index, and one that is not kept is read again for each. Memory is taken as pages come.
const WRITERS_PAGES: i32 = -64_000;

/// How careful the writer is with the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Care {
    /// Every commit is on the disk before it is answered.
    Full,
    /// For tests, whose data nobody misses after a power cut.
    Off,
}

/// The channels to the threads of one SQLite file. Dropping it ends them.
pub(crate) struct Sqlite {
    pub(crate) writes: Sender<Box<dyn Work>>,
    pub(crate) reads: Sender<Box<dyn Work>>,
}

impl Sqlite {
    pub(crate) fn open(path: &Path, readers: usize, care: Care, around: &Arc<Surroundings>) -> Result<Self, DbError> {
        let connection = connect(path, care)?;
        connection.pragma_update(None, "cache_size", WRITERS_PAGES)?;
        let (writes, to_write) = bounded(QUEUE);
        let (reads, to_read) = bounded(QUEUE);
        let mut reading = Vec::with_capacity(readers);
        for _ in 0..readers {
            let connection = connect(path, care)?;
            connection.pragma_update(None, "query_only", true)?;
            let queue: Receiver<Box<dyn Work>> = to_read.clone();
            let theirs = Arc::clone(around);
            reading.push(spawn("sqlite-reader", move || read_one_by_one(&connection, &queue, &theirs))?);
        }
        let theirs = Arc::clone(around);
        spawn("sqlite-writer", move || {
            write_in_groups(&connection, &to_write, &theirs);
            // The last to close folds the log into the database; of two that close at once neither does.
            for reader in reading {
                let _ = reader.join();
            }
        })?;
        Ok(Self { writes, reads })
    }
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, DbError> {
    thread::Builder::new().name(name.to_owned()).spawn(run).map_err(|error| DbError::Other(error.to_string()))
}

fn connect(path: &Path, care: Care) -> Result<Connection, DbError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let synchronous = if care == Care::Full { "FULL" } else { "OFF" };
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -16_000)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    Ok(connection)
}

fn read_one_by_one(connection: &Connection, queue: &Receiver<Box<dyn Work>>, around: &Surroundings) {
    while let Ok(mut work) = queue.recv() {
        // One snapshot for all statements of a page.
        let answer = run_text(connection, "BEGIN").map(|()| {
            work.run(&mut Txn::new(txn::Connection::Sqlite(connection), around));
        });
        if !connection.is_autocommit() {
            let _ = run_text(connection, "ROLLBACK");
        }
        work.answer(answer.map_err(|error| DbError::from(error).into()));
    }
}

fn write_in_groups(connection: &Connection, queue: &Receiver<Box<dyn Work>>, around: &Surroundings) {
    while let Ok(first) = queue.recv() {
        if let Err(group) = run_group(connection, first, queue, around) {
            // The whole transaction was lost (disk full, commit refused): each once more, alone.
            for work in group {
                run_alone(connection, work, around);
            }
        }
    }
    let _ = connection.execute_batch("PRAGMA optimize");
}

/// Runs the first and what waits behind it in one transaction and answers all after the commit.
/// When the transaction as a whole fails, hands the closures back unanswered.
fn run_group(
    connection: &Connection,
    first: Box<dyn Work>,
    queue: &Receiver<Box<dyn Work>>,
    around: &Surroundings,
) -> Result<(), Vec<Box<dyn Work>>> {
    if run_text(connection, "BEGIN IMMEDIATE").is_err() {
        return Err(vec![first]);
    }
    let started = Stopwatch::now();
    let mut group = Vec::new();
    let mut next = Some(first);
    while let Some(mut work) = next.take() {
        let kept = run_in_savepoint(connection, work.as_mut(), around);
        group.push(work);
        if kept.is_err() || connection.is_autocommit() {
            if !connection.is_autocommit() {
                let _ = connection.execute_batch("ROLLBACK");
            }
            return Err(group);
        }
        if group.len() < GROUP && started.elapsed() < GROUP_TIME {
            next = queue.try_recv().ok();
        }
    }
    if run_text(connection, "COMMIT").is_err() {
        let _ = connection.execute_batch("ROLLBACK");
        return Err(group);
    }
    for work in group {
        work.answer(Ok(()));
    }
    Ok(())
}

fn run_in_savepoint(
    connection: &Connection,
    work: &mut dyn Work,
    around: &Surroundings,
) -> Result<(), rusqlite::Error> {
    run_text(connection, "SAVEPOINT closure")?;
    let ran = work.run(&mut Txn::new(txn::Connection::Sqlite(connection), around));
    if connection.is_autocommit() {
        return Ok(()); // SQLite rolled everything back by itself; the caller sees it.
    }
    if ran != Ran::Well {
        run_text(connection, "ROLLBACK TO closure")?;
    }
    run_text(connection, "RELEASE closure")
}

/// Runs a statement that comes again and again, prepared once.
fn run_text(connection: &Connection, sql: &str) -> Result<(), rusqlite::Error> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}

fn run_alone(connection: &Connection, mut work: Box<dyn Work>, around: &Surroundings) {
    let outcome = (|| -> Result<(), DbError> {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        let ran = work.run(&mut Txn::new(txn::Connection::Sqlite(connection), around));
        if connection.is_autocommit() {
            return Err(DbError::Other("the database rolled back by itself".to_owned()));
        }
        connection.execute_batch(if ran == Ran::Well { "COMMIT" } else { "ROLLBACK" })?;
        Ok(())
    })();
    if outcome.is_err() && !connection.is_autocommit() {
        let _ = connection.execute_batch("ROLLBACK");
    }
    work.answer(outcome.map_err(Problem::from));
}
