//! A read replica: a second PostgreSQL that follows the first, for what may be some seconds old.
//!
//! A watcher compares twice a second how far the primary has written and how far the replica has followed. Only while that
//! is known, and the replica is where the primary was a few seconds ago at most, is anything read there.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant as Stopwatch};

use super::{Client, Postgres};
use crate::txn::{Connection, Surroundings};
use crate::{DbError, Txn};

/// How often the watcher looks.
const LOOK: Duration = Duration::from_millis(500);
/// What it saw holds for so long.
const HOLDS: Duration = Duration::from_secs(2);
/// So far behind the replica may be.
const BEHIND: Duration = Duration::from_secs(5);
/// A server that does not answer for so long is not waited for.
const PATIENCE: Duration = Duration::from_secs(2);

const WRITTEN: &str = "SELECT CAST(pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS BIGINT)";
const FOLLOWED: &str = "SELECT CAST(pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0') AS BIGINT)";

/// The replica of a primary.
pub(crate) struct Replica {
    primary: String,
    url: String,
    connections: usize,
    around: Arc<Surroundings>,
    seen: Mutex<Seen>,
}

/// What the watcher has seen.
#[derive(Default)]
struct Seen {
    pool: Option<Arc<Postgres>>,
    /// When it was last near enough.
    near_at: Option<Stopwatch>,
}

impl Replica {
    /// A replica that is watched from now on; it need not be there yet.
    pub(crate) fn watched(
        primary: &str,
        url: &str,
        connections: usize,
        around: &Arc<Surroundings>,
    ) -> Result<Arc<Self>, DbError> {
        let (primary, url, around) = (primary.to_owned(), url.to_owned(), Arc::clone(around));
        let replica = Arc::new(Self { primary, url, connections, around, seen: Mutex::default() });
        let watched = Arc::downgrade(&replica);
        thread::Builder::new()
            .name("replica".to_owned())
            .spawn(move || watch(&watched))
            .map_err(|error| DbError::Other(error.to_string()))?;
        Ok(replica)
    }

    /// Its connections, if it is near enough.
    pub(crate) fn near(&self) -> Option<Arc<Postgres>> {
        let seen = self.seen();
        let near = seen.near_at.is_some_and(|at| at.elapsed() < HOLDS);
        seen.pool.clone().filter(|_| near)
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the replica is near enough now; where it is for the first time, its connections are opened.
    fn look(&self, eyes: &mut Eyes) -> Result<bool, DbError> {
        let written = number(eyes.primary.get(&self.primary)?, WRITTEN, &self.around)?;
        let followed = number(eyes.replica.get(&self.url)?, FOLLOWED, &self.around)?;
        let near = eyes.is_near(written, followed, Stopwatch::now());
        if near && self.seen().pool.is_none() {
            let pool = Postgres::open(&self.url, self.connections, &self.around)?;
            self.seen().pool = Some(Arc::new(pool));
        }
        Ok(near)
    }
}

fn watch(replica: &Weak<Replica>) {
    let (mut eyes, mut known) = (Eyes::default(), None);
    while let Some(replica) = replica.upgrade() {
        let looked = replica.look(&mut eyes);
        if let Err(error) = &looked {
            tracing::debug!(%error, "the replica cannot be watched");
            eyes.close();
        }
        let near = looked.unwrap_or_default();
        if near {
            replica.seen().near_at = Some(Stopwatch::now());
        }
        if known.replace(near) != Some(near) {
            if near {
                tracing::info!("the read replica is near enough and is read from");
            } else {
                tracing::warn!("the read replica is away or too far behind; the primary is asked instead");
            }
        }
        drop(replica);
        thread::sleep(LOOK);
    }
}

/// What the watcher looks with, and what it remembers.
#[derive(Default)]
struct Eyes {
    primary: Line,
    replica: Line,
    /// How far the primary had written, and when.
    written: VecDeque<(Stopwatch, i64)>,
}

impl Eyes {
    /// Whether the replica has followed as far as the primary was a few seconds ago.
    fn is_near(&mut self, written: i64, followed: i64, now: Stopwatch) -> bool {
        self.written.push_back((now, written));
        while self.written.front().is_some_and(|(at, _)| now.duration_since(*at) > BEHIND) {
            self.written.pop_front();
        }
        self.written.front().is_some_and(|(_, written)| *written <= followed)
    }

    fn close(&mut self) {
        (self.primary, self.replica) = (Line::default(), Line::default());
    }
}

/// A connection that is opened when it is needed.
#[derive(Default)]
struct Line(Option<Client>);

impl Line {
    fn get(&mut self, url: &str) -> Result<&mut Client, DbError> {
        let client = match self.0.take() {
            Some(client) if !client.is_closed() => client,
            _ => {
                let client = Client::connect(url)?;
                client.wait_at_most(Some(PATIENCE))?;
                client
            }
        };
        Ok(self.0.insert(client))
    }
}

fn number(client: &mut Client, sql: &str, around: &Surroundings) -> Result<i64, DbError> {
    Txn::new(Connection::Postgres(client), around).one(sql, &[], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replica_is_near_while_it_is_where_the_primary_was_a_few_seconds_ago() {
        let (start, mut eyes) = (Stopwatch::now(), Eyes::default());
        let mut at =
            |second: u64, written, followed| eyes.is_near(written, followed, start + Duration::from_secs(second));
        assert!(!at(0, 100, 90), "it may be behind by any time");
        assert!(at(1, 150, 100) && at(4, 400, 100) && at(5, 500, 100));
        assert!(!at(6, 600, 100), "the primary was there six seconds ago");
        assert!(at(7, 600, 450) && at(60, 600, 600), "idle, the primary says nothing new");
    }
}
