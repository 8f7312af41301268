//! What a database does that is full, gone, or in somebody's hands: everybody is answered in words, and soon.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant as Stopwatch};

use ejia_db::{Desk, Migration, PostgresCluster, TestDatabase, args};
use ejia_kernel::{Problem, ProblemKind};
use tokio::runtime::Builder;

const SCHEMA: &[Migration] =
    &[Migration { name: "test.001_first", sql: "CREATE TABLE entry (id BIGINT PRIMARY KEY, part TEXT NOT NULL);" }];

fn add(desk: &Desk, id: i64) -> Result<(), Problem> {
    desk.write_now(move |txn| {
        txn.execute("INSERT INTO entry (id, part) VALUES ($1, $2)", &args![id, "x".repeat(3_000)])?;
        Ok(())
    })
}

fn entries(desk: &Desk) -> Result<i64, Problem> {
    desk.read_now(|txn| Ok(txn.one("SELECT COUNT(*) FROM entry", &args![], |row| row.get(0))?))
}

/// What a setting of a connection is.
fn setting(desk: &Desk, name: &'static str) -> String {
    desk.read_now(move |txn| {
        let sql = "SELECT CAST(current_setting($1) AS TEXT)";
        Ok(txn.one(sql, &args![name], |row| row.get(0))?)
    })
    .unwrap()
}

#[test]
fn a_full_sqlite_file_refuses_writes_is_read_and_goes_on_when_there_is_room() {
    let database = TestDatabase::sqlite(&[SCHEMA]);
    let desk = &database.desk;
    let limit = |pages: i64| {
        let sql = format!("PRAGMA max_page_count = {pages}");
        desk.write_now(move |txn| Ok(txn.query(&sql, &args![], |_| Ok(()))?)).unwrap();
    };
    limit(20);
    let kept = (0..40).take_while(|id| add(desk, *id).is_ok()).count();
    assert!((1..40).contains(&kept), "{kept}");
    let full = add(desk, 100).unwrap_err();
    assert_eq!((full.kind, full.code, full.status()), (ProblemKind::NoRoom, "kernel.no_room", 507));
    // Many at once, in groups: each hears it, and who needs no room is served.
    thread::scope(|scope| {
        let callers: Vec<_> = (200..216).map(|id| scope.spawn(move || add(desk, id))).collect();
        for caller in callers {
            assert_eq!(caller.join().unwrap().unwrap_err().kind, ProblemKind::NoRoom);
        }
    });
    assert_eq!(entries(desk).unwrap(), i64::try_from(kept).unwrap());
    limit(10_000);
    add(desk, 100).unwrap();
    assert_eq!(entries(desk).unwrap(), i64::try_from(kept).unwrap() + 1);
}

#[test]
fn a_full_disk_under_postgresql_is_said_to_be_full() {
    let database = TestDatabase::postgres(&[SCHEMA]);
    let full = database.desk.write_now(|txn| {
        let sql = "DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$";
        Ok(txn.execute(sql, &args![])?)
    });
    assert_eq!(full.unwrap_err().code, "kernel.no_room");
    add(&database.desk, 1).unwrap();
}

#[test]
fn a_server_that_is_gone_is_said_to_be_gone_at_once_and_is_found_again() {
    let mut cluster = PostgresCluster::start(true);
    let database = TestDatabase::on(&cluster, &[SCHEMA]);
    let desk = &database.desk;
    add(desk, 0).unwrap();
    cluster.fall();
    // All connections learn of it; then nobody waits any more.
    thread::scope(|scope| {
        for id in 1..=16 {
            scope.spawn(move || assert_eq!(add(desk, id).unwrap_err().code, "kernel.away"));
        }
    });
    let started = Stopwatch::now();
    for id in 1..=64 {
        assert_eq!(add(desk, id).unwrap_err().code, "kernel.away");
    }
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
    cluster.rise();
    let started = Stopwatch::now();
    while let Err(problem) = add(desk, 1) {
        assert!(started.elapsed() < Duration::from_secs(10), "it is not found again: {problem:?}");
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(entries(desk).unwrap(), 2);
}

#[test]
fn a_server_that_falls_while_a_transaction_runs_keeps_nothing_of_it() {
    let mut cluster = PostgresCluster::start(true);
    let database = TestDatabase::on(&cluster, &[SCHEMA]);
    thread::scope(|scope| {
        let desk = &database.desk;
        let cut = scope.spawn(move || {
            desk.write_now(|txn| {
                txn.execute("INSERT INTO entry (id, part) VALUES (1, '')", &args![])?;
                thread::sleep(Duration::from_millis(400));
                txn.execute("INSERT INTO entry (id, part) VALUES (2, '')", &args![])?;
                Ok(())
            })
        });
        thread::sleep(Duration::from_millis(150));
        cluster.fall();
        assert_eq!(cut.join().unwrap().unwrap_err().code, "kernel.away");
    });
    cluster.rise();
    thread::sleep(Duration::from_millis(1_100));
    assert_eq!(entries(&database.desk).unwrap(), 0);
}

#[test]
fn nobody_waits_for_ever_for_a_lock_that_another_program_holds() {
    let database = TestDatabase::postgres(&[SCHEMA]);
    add(&database.desk, 1).unwrap();
    let other = Desk::open(&database.url, ejia_kernel::Vault::new([7; 32]), database.desk.clock().clone()).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            other.write_now(|txn| {
                txn.execute("UPDATE entry SET part = '' WHERE id = 1", &args![])?;
                thread::sleep(Duration::from_secs(25));
                Ok(())
            })
        });
        thread::sleep(Duration::from_millis(300));
        let started = Stopwatch::now();
        let waited = database.desk.write_now(|txn| Ok(txn.execute("UPDATE entry SET part = 'y'", &args![])?));
        assert_eq!(waited.unwrap_err().kind, ProblemKind::Busy);
        assert!(started.elapsed() < Duration::from_secs(22), "{:?}", started.elapsed());
    });
}

/// The processes that serve this database's connections.
fn backends(desk: &Desk) -> Vec<String> {
    let sql = "SELECT CAST(pid AS TEXT) FROM pg_stat_activity
               WHERE datname = current_database() AND backend_type = 'client backend'";
    desk.read_now(|txn| Ok(txn.query(sql, &args![], |row| row.get(0))?)).unwrap()
}

fn signal(backends: &[String], which: &str) {
    assert!(Command::new("kill").arg(which).args(backends).status().unwrap().success());
}

#[test]
fn a_server_that_says_nothing_at_all_holds_nobody_for_ever_and_what_was_not_begun_never_is() {
    const CALLERS: i64 = 60;
    let cluster = PostgresCluster::start(true);
    let database = TestDatabase::on(&cluster, &[SCHEMA]);
    let desk = &database.desk;
    let stopped = backends(desk);
    signal(&stopped, "-STOP");
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap();
    let started = Stopwatch::now();
    let heard = runtime.block_on(async {
        let written = |id| {
            let desk = desk.clone();
            let sql = "INSERT INTO entry (id, part) VALUES ($1, '')";
            tokio::spawn(async move { desk.write(move |txn| Ok(txn.execute(sql, &args![id])?)).await })
        };
        let callers: Vec<_> = (0..CALLERS).map(written).collect();
        let mut heard = Vec::new();
        for caller in callers {
            heard.push(caller.await.unwrap().unwrap_err());
        }
        heard
    });
    assert!(started.elapsed() < Duration::from_secs(25), "{:?}", started.elapsed());
    signal(&stopped, "-CONT");
    assert!(heard.iter().all(|problem| problem.status() == 503));
    let doubted = heard.iter().filter(|problem| problem.is_in_doubt()).count();
    let at_most = i64::try_from(doubted).unwrap();
    assert!((1..CALLERS).contains(&at_most), "{doubted} in doubt");
    add(desk, CALLERS).unwrap();
    assert!(entries(desk).unwrap() <= at_most + 1, "{doubted} in doubt");
}

#[test]
fn a_connection_has_limits_unless_its_address_says_otherwise() {
    let database = TestDatabase::postgres(&[SCHEMA]);
    let desk = &database.desk;
    assert_eq!(setting(desk, "lock_timeout"), "5s");
    assert_eq!(setting(desk, "idle_in_transaction_session_timeout"), "1min");
    assert_eq!(setting(desk, "statement_timeout"), "5min");
    assert_eq!(setting(desk, "tcp_keepalives_idle"), "30");
    let address = format!("{}?options=-c%20statement_timeout%3D100ms", database.url);
    let hasty = Desk::open(&address, ejia_kernel::Vault::new([7; 32]), desk.clock().clone()).unwrap();
    assert_eq!(setting(&hasty, "statement_timeout"), "100ms");
    assert_eq!(setting(&hasty, "lock_timeout"), "5s");
    let slow = hasty
        .read_now(|txn| Ok(txn.one("SELECT CAST(COUNT(pg_sleep(5)) AS BIGINT)", &args![], |row| row.get::<i64>(0))?));
    assert_eq!(slow.unwrap_err().kind, ProblemKind::Busy);
}

#[test]
fn what_is_done_after_a_commit_may_fail_without_harm_to_others() {
    TestDatabase::both(&[SCHEMA], |desk| {
        for id in 0..20 {
            let written = desk.write_now(move |txn| {
                txn.once_committed(|| panic!("on purpose"));
                txn.execute("INSERT INTO entry (id, part) VALUES ($1, '')", &args![id])?;
                Ok(())
            });
            assert!(written.is_ok());
        }
        assert_eq!(entries(desk).unwrap(), 20);
    });
}
