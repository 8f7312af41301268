//! What may be some seconds old is read from a replica that follows by streaming, as long as it is near enough.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::thread;
use std::time::{Duration, Instant as Stopwatch};

use ejia_db::{Connections, Desk, Migration, PostgresCluster, TestDatabase, args};
use ejia_kernel::{Clock, Vault};

const NOTED: &[Migration] =
    &[Migration { name: "replica.001_noted", sql: "CREATE TABLE noted (number BIGINT PRIMARY KEY);" }];
const FEW: Connections = Connections { sqlite_readers: 1, postgres: 2 };

/// Where it was read, and how much was there.
#[derive(Debug, PartialEq, Eq)]
enum Read {
    AtThePrimary(i64),
    AtTheReplica(i64),
}

struct House {
    desk: Desk,
    runtime: tokio::runtime::Runtime,
    noted: i64,
}

impl House {
    fn note(&mut self) {
        self.noted += 1;
        let number = self.noted;
        let sql = "INSERT INTO noted (number) VALUES ($1)";
        self.desk.write_now(move |txn| Ok(txn.execute(sql, &args![number])?)).unwrap();
    }

    fn read(&self) -> Read {
        let sql = "SELECT pg_is_in_recovery(), COUNT(*) FROM noted";
        let read = self
            .desk
            .read_lately(|txn| Ok(txn.one(sql, &args![], |row| Ok((row.get::<bool>(0)?, row.get::<i64>(1)?)))?));
        match self.runtime.block_on(read).unwrap() {
            (true, count) => Read::AtTheReplica(count),
            (false, count) => Read::AtThePrimary(count),
        }
    }

    fn read_until(&mut self, wanted: impl Fn(i64) -> Read) {
        let started = Stopwatch::now();
        while self.read() != wanted(self.noted) {
            assert!(started.elapsed() < Duration::from_secs(30), "{:?} is not {:?}", self.read(), wanted(self.noted));
            thread::sleep(Duration::from_millis(50));
        }
    }
}

#[test]
fn a_replica_is_read_while_it_is_near_and_the_primary_while_it_is_not() {
    let primary = PostgresCluster::start(false);
    let database = TestDatabase::on(&primary, &[NOTED]);
    let mut replica = primary.start_replica();
    let url = replica.url(database.url.rsplit('/').next().unwrap());
    let desk = Desk::open_with(&database.url, Vault::new([7; 32]), Clock::system(), FEW).unwrap();
    let desk = desk.with_replica(&url, FEW).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let mut house = House { desk, runtime, noted: 0 };
    house.note();
    house.read_until(Read::AtTheReplica);

    // It falls behind: for some seconds it is read as it is, then the primary is.
    let there = Desk::open_with(&url, Vault::new([7; 32]), Clock::system(), FEW).unwrap();
    let say = |sql: &'static str| there.read_now(move |txn| Ok(txn.query(sql, &args![], |_| Ok(()))?)).unwrap();
    say("SELECT pg_wal_replay_pause()");
    house.note();
    assert_eq!(house.read(), Read::AtTheReplica(1));
    house.read_until(Read::AtThePrimary);
    say("SELECT pg_wal_replay_resume()");
    house.read_until(Read::AtTheReplica);

    // It is gone: nobody notices.
    replica.fall();
    house.note();
    assert_eq!(house.read(), Read::AtThePrimary(3));
    replica.rise();
    house.read_until(Read::AtTheReplica);
}
