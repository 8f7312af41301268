//! PostgreSQL: threads of one connection each, all fed from one queue. Each thread speaks the protocol itself, in groups
//! of statements (`client.rs`); `docs/decisions/0009` says why.

mod cells;
mod client;
mod copy;
mod opening;

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use ejia_kernel::Problem;

use crate::task::{Ran, Work};
use crate::txn::{Connection, Surroundings, Trouble};
use crate::{DbError, Txn};

pub(crate) use cells::Cells;
pub(crate) use client::Client;
use client::Uncommitted;

const QUEUE: usize = 4096;
/// A closure is run at most this often before its caller is told that the database is busy.
const RUNS: u32 = 8;

pub(crate) enum Errand {
    Read(Box<dyn Work>),
    Write(Box<dyn Work>),
}

/// The channel to the threads. Dropping it ends them.
pub(crate) struct Postgres {
    pub(crate) errands: Sender<Errand>,
}

impl Postgres {
    pub(crate) fn open(url: &str, connections: usize, around: &Arc<Surroundings>) -> Result<Self, DbError> {
        let (errands, queue) = bounded(QUEUE);
        for _ in 0..connections {
            let url = url.to_owned();
            let client = Client::connect(&url)?;
            let queue: Receiver<Errand> = queue.clone();
            let around = Arc::clone(around);
            thread::Builder::new()
                .name("postgres".to_owned())
                .spawn(move || {
                    let mut seat = Seat { url, client };
                    while let Ok(errand) = queue.recv() {
                        seat.serve(errand, &around);
                    }
                })
                .map_err(|error| DbError::Other(error.to_string()))?;
        }
        Ok(Self { errands })
    }
}

/// One thread's connection.
struct Seat {
    url: String,
    client: Client,
}

impl Seat {
    fn serve(&mut self, errand: Errand, around: &Surroundings) {
        let (mut work, writes) = match errand {
            Errand::Read(work) => (work, false),
            Errand::Write(work) => (work, true),
        };
        for run in 0..RUNS {
            let outcome = if writes { self.write(work.as_mut(), around) } else { self.read(work.as_mut(), around) };
            match outcome {
                Outcome::Done(commit) => return work.answer(commit),
                // Whoever lost against several others waits until they are through.
                Outcome::Again => thread::sleep(Duration::from_millis(1 << (run * 3).min(9))),
                Outcome::Reconnect => self.reconnect(run),
            }
        }
        work.answer(Err(Problem::busy()));
    }

    fn read(&mut self, work: &mut dyn Work, around: &Surroundings) -> Outcome {
        let outcome = match work.run(&mut Txn::new(Connection::Postgres(&mut self.client), around)) {
            // Should a read have left something for later, it is done now, as every statement of a read is.
            Ran::Well => self.client.flush().map_or_else(|error| Outcome::of_error(&error), |()| Outcome::Done(Ok(()))),
            Ran::Badly => Outcome::Done(Ok(())),
            Ran::RunAgain(trouble) => Outcome::after(trouble),
        };
        self.client.roll_back();
        outcome
    }

    fn write(&mut self, work: &mut dyn Work, around: &Surroundings) -> Outcome {
        if let Err(error) = self.client.begin() {
            return Outcome::of_error(&error);
        }
        let outcome = match work.run(&mut Txn::new(Connection::Postgres(&mut self.client), around)) {
            Ran::Well => match self.client.commit() {
                Ok(()) => return Outcome::Done(Ok(())),
                Err(Uncommitted::Surely(error)) => Outcome::of_error(&error),
                // Running again might do the work twice.
                Err(Uncommitted::Perhaps(error)) => Outcome::Done(Err(Problem::fault(format!("commit: {error}")))),
            },
            Ran::Badly => Outcome::Done(Ok(())),
            Ran::RunAgain(trouble) => Outcome::after(trouble),
        };
        self.client.roll_back();
        outcome
    }

    fn reconnect(&mut self, run: u32) {
        thread::sleep(Duration::from_millis(10 << run));
        match Client::connect(&self.url) {
            Ok(client) => self.client = client,
            Err(error) => tracing::warn!(%error, "PostgreSQL does not answer"),
        }
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

    fn of_error(error: &DbError) -> Self {
        match error {
            DbError::Lost(_) => Self::Reconnect,
            DbError::Again(_) => Self::Again,
            other => Self::Done(Err(Problem::fault(other))),
        }
    }
}
