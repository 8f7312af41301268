//! PostgreSQL: threads of one connection each, all fed from one queue. Each thread speaks the protocol itself, in groups
//! of statements (`client.rs`); `docs/decisions/0009` says why.

mod answer;
mod cells;
mod client;
mod copy;
mod opening;
mod queue;
mod replica;
mod stream;

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant as Stopwatch};

use crossbeam_channel::{Receiver, Sender, bounded};
use ejia_kernel::Problem;

use crate::task::{Ran, Work};
use crate::txn::{Connection, Surroundings, Trouble};
use crate::{DbError, Txn};

pub(crate) use cells::Cells;
pub(crate) use client::Client;
use client::Uncommitted;
use queue::{Next, Queue};
pub(crate) use replica::Replica;

/// A closure is run at most this often before its caller is told that the database is busy …
const RUNS: u32 = 8;
/// … and not again after so long: it may have waited for a lock each time.
const PATIENCE: Duration = Duration::from_secs(15);
/// A server that was not to be had is looked for again after so long; who comes before is told so at once.
const PAUSE: Duration = Duration::from_secs(1);

pub(crate) enum Errand {
    Read(Box<dyn Work>),
    Write(Box<dyn Work>),
    End,
}

/// The way to the threads. Dropping it ends them.
pub(crate) struct Postgres {
    url: String,
    queue: Arc<Queue>,
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.queue.close();
    }
}

impl Postgres {
    pub(crate) fn open(url: &str, connections: usize, around: &Arc<Surroundings>) -> Result<Self, DbError> {
        let queue = Arc::<Queue>::default();
        let opened = Self { url: url.to_owned(), queue: Arc::clone(&queue) };
        for _ in 0..connections {
            let seat = Seat { url: url.to_owned(), client: Client::connect(url)?, away_since: None };
            let (queue, around) = (Arc::clone(&queue), Arc::clone(around));
            thread::Builder::new()
                .name("postgres".to_owned())
                .spawn(move || seat.serve_all(&queue, &around))
                .map_err(|error| DbError::Other(error.to_string()))?;
        }
        Ok(opened)
    }

    /// Its address.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Hands an errand over.
    pub(crate) fn send(&self, errand: Errand) -> Result<(), Problem> {
        self.queue.bring(errand)
    }
}

/// One thread's connection.
struct Seat {
    url: String,
    client: Client,
    /// When the server was last looked for in vain.
    away_since: Option<Stopwatch>,
}

impl Seat {
    fn serve_all(mut self, queue: &Queue, around: &Surroundings) {
        let (free, brought): (Sender<Errand>, Receiver<Errand>) = bounded(1);
        loop {
            let errand = match queue.take(&free) {
                Next::Serve(errand) => errand,
                Next::Wait => brought.recv().unwrap_or(Errand::End),
                Next::End => return,
            };
            match errand {
                Errand::Read(work) => self.serve(work, false, around),
                Errand::Write(work) => self.serve(work, true, around),
                Errand::End => return,
            }
        }
    }

    fn serve(&mut self, mut work: Box<dyn Work>, writes: bool, around: &Surroundings) {
        // Known to be away, the server is not waited for: those behind in the queue want an answer too.
        if let Some(since) = self.away_since
            && (since.elapsed() < PAUSE || !self.reconnect(0))
        {
            return work.answer(Err(Problem::away("PostgreSQL does not answer")));
        }
        let started = Stopwatch::now();
        for run in 0..RUNS {
            let outcome = if writes { self.write(work.as_mut(), around) } else { self.read(work.as_mut(), around) };
            match outcome {
                Outcome::Done(commit) => return work.answer(commit),
                // Whoever lost against several others waits until they are through.
                Outcome::Again => thread::sleep(Duration::from_millis(1 << (run * 3).min(9))),
                Outcome::Reconnect => drop(self.reconnect(run)),
            }
            if started.elapsed() > PATIENCE {
                break;
            }
        }
        let away = self.away_since.is_some();
        work.answer(Err(if away { Problem::away("PostgreSQL does not answer") } else { Problem::busy() }));
    }

    fn read(&mut self, work: &mut dyn Work, around: &Surroundings) -> Outcome {
        let outcome = match work.run(&mut Txn::new(Connection::Postgres(&mut self.client), around)) {
            // Should a read have left something for later, it is done now, as every statement of a read is.
            Ran::Well => self.client.flush().map_or_else(Outcome::of_error, |()| Outcome::Done(Ok(()))),
            Ran::Badly => Outcome::Done(Ok(())),
            Ran::RunAgain(trouble) => Outcome::after(trouble),
        };
        self.client.roll_back();
        outcome
    }

    fn write(&mut self, work: &mut dyn Work, around: &Surroundings) -> Outcome {
        if let Err(error) = self.client.begin() {
            return Outcome::of_error(error);
        }
        let outcome = match work.run(&mut Txn::new(Connection::Postgres(&mut self.client), around)) {
            Ran::Well => match self.client.commit() {
                Ok(()) => return Outcome::Done(Ok(())),
                Err(Uncommitted::Surely(error)) => Outcome::of_error(error),
                // Running again might do the work twice.
                Err(Uncommitted::Perhaps(error)) => {
                    tracing::warn!(%error, "nobody knows whether a commit arrived");
                    Outcome::Done(Err(Problem::in_doubt(error)))
                }
            },
            Ran::Badly => Outcome::Done(Ok(())),
            Ran::RunAgain(trouble) => Outcome::after(trouble),
        };
        self.client.roll_back();
        outcome
    }

    /// Opens the connection again; answers whether it is open.
    fn reconnect(&mut self, run: u32) -> bool {
        thread::sleep(Duration::from_millis(10 << run));
        match Client::connect(&self.url) {
            Ok(client) => (self.client, self.away_since) = (client, None),
            Err(error) => {
                tracing::warn!(%error, "PostgreSQL does not answer");
                self.away_since = Some(Stopwatch::now());
            }
        }
        self.away_since.is_none()
    }
}

enum Outcome {
    Done(Result<(), Problem>),
    Again,
    Reconnect,
}

impl Outcome {
    fn after(trouble: Trouble) -> Self {
        if trouble == Trouble::Lost { Self::Reconnect } else { Self::Again }
    }

    fn of_error(error: DbError) -> Self {
        match error {
            DbError::Lost(_) => Self::Reconnect,
            DbError::Again(_) => Self::Again,
            other => Self::Done(Err(other.into())),
        }
    }
}
