//! SQLite's group commit, seen from outside: neighbours never touch one another, and nothing is
//! answered before it can be read on another connection.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use ejia_db::{Connections, Desk, Migration, TestDatabase, args};
use ejia_kernel::{Clock, Problem, Vault};
use proptest::prelude::*;

const SCHEMA: &[Migration] =
    &[Migration { name: "test.001_first", sql: "CREATE TABLE entry (id BIGINT PRIMARY KEY, part BIGINT NOT NULL);" }];

#[derive(Debug, Clone, Copy)]
enum Fate {
    Well,
    Refused,
    BrokenStatement,
    Panic,
}

fn fates() -> impl Strategy<Value = Vec<Fate>> {
    let fate = prop_oneof![
        4 => Just(Fate::Well),
        1 => Just(Fate::Refused),
        1 => Just(Fate::BrokenStatement),
        1 => Just(Fate::Panic),
    ];
    prop::collection::vec(fate, 1..80)
}

fn run(desk: &Desk, id: i64, fate: Fate) -> Result<(), Problem> {
    desk.write_now(move |txn| {
        txn.execute("INSERT INTO entry (id, part) VALUES ($1, 0)", &args![id])?;
        txn.execute("UPDATE entry SET part = 1 WHERE id = $1", &args![id])?;
        match fate {
            Fate::Well => Ok(()),
            Fate::Refused => Err(Problem::refused("test.refused")),
            Fate::BrokenStatement => {
                txn.execute("INSERT INTO entry (id, part) VALUES ($1, 0)", &args![id])?;
                Ok(())
            }
            Fate::Panic => panic!("on purpose"),
        }
    })
}

fn entries(path: &str) -> Vec<(i64, i64)> {
    let connection = rusqlite::Connection::open(path).unwrap();
    let mut statement = connection.prepare("SELECT id, part FROM entry ORDER BY id").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

fn path_of(database: &TestDatabase) -> String {
    database.url.trim_start_matches("sqlite://").trim_end_matches("?care=off").to_owned()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_failing_closure_never_touches_its_neighbours(fates in fates()) {
        let database = TestDatabase::sqlite(&[SCHEMA]);
        let barrier = Arc::new(Barrier::new(fates.len()));
        let callers: Vec<_> = fates.iter().copied().enumerate().map(|(n, fate)| {
            let (desk, barrier) = (database.desk.clone(), Arc::clone(&barrier));
            thread::spawn(move || {
                barrier.wait();
                run(&desk, i64::try_from(n).unwrap(), fate).is_ok()
            })
        }).collect();
        let answered: Vec<bool> = callers.into_iter().map(|t| t.join().unwrap()).collect();
        let expected: Vec<(i64, i64)> = fates.iter().enumerate()
            .filter(|(_, fate)| matches!(fate, Fate::Well))
            .map(|(n, _)| (i64::try_from(n).unwrap(), 1)).collect();
        prop_assert_eq!(answered.iter().filter(|ok| **ok).count(), expected.len());
        prop_assert_eq!(entries(&path_of(&database)), expected);
    }
}

#[test]
fn nothing_is_answered_before_another_connection_can_read_it() {
    let database = TestDatabase::sqlite(&[SCHEMA]);
    let path = path_of(&database);
    let callers: Vec<_> = (0..16_i64)
        .map(|caller| {
            let (desk, path) = (database.desk.clone(), path.clone());
            thread::spawn(move || {
                let outside = rusqlite::Connection::open(path).unwrap();
                for n in 0..50 {
                    let id = caller * 1000 + n;
                    run(&desk, id, Fate::Well).unwrap();
                    let seen: i64 =
                        outside.query_row("SELECT COUNT(*) FROM entry WHERE id = ?1", [id], |row| row.get(0)).unwrap();
                    assert_eq!(seen, 1);
                }
            })
        })
        .collect();
    for caller in callers {
        caller.join().unwrap();
    }
}

#[test]
fn a_commit_that_fails_fails_everyone_in_it_and_then_each_alone_is_judged() {
    // Deferred foreign keys are checked at the commit: the commit of the group fails.
    const DEFERRED: &[Migration] = &[Migration {
        name: "test.001_first",
        sql: "CREATE TABLE parent (id BIGINT PRIMARY KEY);
              CREATE TABLE entry (id BIGINT PRIMARY KEY,
                  part BIGINT REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED);",
    }];
    let database = TestDatabase::sqlite(&[DEFERRED]);
    let callers: Vec<_> = (0..32_i64)
        .map(|id| {
            let desk = database.desk.clone();
            thread::spawn(move || {
                let part = (id % 4 == 0).then_some(99_i64);
                desk.write_now(move |txn| {
                    txn.execute("INSERT INTO entry (id, part) VALUES ($1, $2)", &args![id, part])?;
                    Ok(())
                })
                .is_ok()
            })
        })
        .collect();
    let answered: Vec<bool> = callers.into_iter().map(|t| t.join().unwrap()).collect();
    let expected: Vec<bool> = (0..32).map(|id| id % 4 != 0).collect();
    assert_eq!(answered, expected);
}

#[test]
fn who_closes_a_database_leaves_no_log_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("closed.db");
    let url = format!("sqlite://{}?care=off", path.display());
    let readers = Connections { sqlite_readers: 4, ..Connections::default() };
    for turn in 0..60_i64 {
        let desk = Desk::open_with(&url, Vault::new([7; 32]), Clock::system(), readers).unwrap();
        desk.migrate(&[SCHEMA]).unwrap();
        desk.write_now(move |txn| Ok(txn.execute("INSERT INTO entry (id, part) VALUES ($1, 1)", &args![turn])?))
            .unwrap();
        for _ in 0..8 {
            desk.read_now(|txn| Ok(txn.one("SELECT COUNT(*) FROM entry", &[], |row| row.get::<i64>(0))?)).unwrap();
        }
        drop(desk);
        let log = folder.path().join("closed.db-wal");
        let closed = (0..5_000).any(|_| {
            thread::sleep(Duration::from_millis(1));
            !log.exists()
        });
        assert!(closed, "the log is still there after turn {turn}");
    }
}
