//! PostgreSQL: threads of one connection each, all fed from one queue.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use ejia_kernel::Problem;
use postgres::{Client, NoTls};

use crate::task::{Ran, Work};
use crate::txn::{Connection, Statements, Surroundings, Trouble};
use crate::{DbError, Txn};

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
            let client = Client::connect(&url, NoTls)?;
            let queue: Receiver<Errand> = queue.clone();
            let around = Arc::clone(around);
            thread::Builder::new()
                .name("postgres".to_owned())
                .spawn(move || {
                    let mut seat = Seat { url, client, statements: Statements::default() };
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
    statements: Statements,
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
                Outcome::Again => thread::sleep(Duration::from_millis(1 << run)),
                Outcome::Reconnect => self.reconnect(run),
            }
        }
        work.answer(Err(Problem::busy()));
    }

    fn read(&mut self, work: &mut dyn Work, around: &Surroundings) -> Outcome {
        let mut txn = Txn::new(self.connection(), around);
        match work.run(&mut txn) {
            Ran::Well | Ran::Badly => Outcome::Done(Ok(())),
            Ran::RunAgain(trouble) => Outcome::after(trouble),
        }
    }

    fn write(&mut self, work: &mut dyn Work, around: &Surroundings) -> Outcome {
        if let Err(error) = self.client.batch_execute("BEGIN") {
            return Outcome::of_error(&error.into());
        }
        let mut txn = Txn::new(self.connection(), around);
        let ran = work.run(&mut txn);
        match ran {
            Ran::Well => match self.client.batch_execute("COMMIT").map_err(DbError::from) {
                Ok(()) => Outcome::Done(Ok(())),
                Err(DbError::Again(_)) => {
                    self.roll_back();
                    Outcome::Again
                }
                // Nobody knows whether the commit arrived; running again might do the work twice.
                Err(error) => {
                    self.roll_back();
                    Outcome::Done(Err(Problem::fault(format!("commit: {error}"))))
                }
            },
            Ran::Badly => {
                self.roll_back();
                Outcome::Done(Ok(()))
            }
            Ran::RunAgain(trouble) => {
                self.roll_back();
                Outcome::after(trouble)
            }
        }
    }

    fn connection(&mut self) -> Connection<'_> {
        Connection::Postgres { client: &mut self.client, statements: &mut self.statements }
    }

    fn roll_back(&mut self) {
        if !self.client.is_closed() {
            let _ = self.client.batch_execute("ROLLBACK");
        }
    }

    fn reconnect(&mut self, run: u32) {
        thread::sleep(Duration::from_millis(10 << run));
        match Client::connect(&self.url, NoTls) {
            Ok(client) => {
                self.client = client;
                self.statements = Statements::default();
            }
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
