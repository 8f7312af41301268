//! PostgreSQL being itself: conflicts, lost connections, a queue that is full.

use std::thread;

use ejia_db::{Migration, TestDatabase, args};
use ejia_kernel::ProblemKind;

const SCHEMA: &[Migration] = &[Migration {
    name: "test.001_first",
    sql: "CREATE TABLE counter (id BIGINT PRIMARY KEY, value BIGINT NOT NULL);
          INSERT INTO counter (id, value) VALUES (1, 0), (2, 0);",
}];

#[test]
fn a_lost_connection_is_opened_again_and_the_closure_run_again() {
    let database = TestDatabase::postgres(&[SCHEMA]);
    for n in 1..=20 {
        let end_all = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity
                       WHERE datname = current_database() AND pid <> pg_backend_pid()";
        database.desk.read_now(move |txn| Ok(txn.one(end_all, &[], |row| row.get::<i64>(0))?)).unwrap();
        database
            .desk
            .write_now(|txn| Ok(txn.execute("UPDATE counter SET value = value + 1 WHERE id = 1", &[])?))
            .unwrap();
        let value = database
            .desk
            .read_now(|txn| Ok(txn.one("SELECT value FROM counter WHERE id = 1", &[], |row| row.get::<i64>(0))?))
            .unwrap();
        assert_eq!(value, n);
    }
}

#[test]
fn deadlocks_are_run_again_until_both_are_done() {
    let database = TestDatabase::postgres(&[SCHEMA]);
    let callers: Vec<_> = (0..4_i64)
        .map(|caller| {
            let desk = database.desk.clone();
            thread::spawn(move || {
                let (first, second) = if caller % 2 == 0 { (1_i64, 2_i64) } else { (2, 1) };
                for _ in 0..5 {
                    desk.write_now(move |txn| {
                        let add = "UPDATE counter SET value = value + 1 WHERE id = $1";
                        txn.execute(add, &args![first])?;
                        thread::sleep(std::time::Duration::from_millis(20));
                        txn.execute(add, &args![second])?;
                        Ok(())
                    })
                    .unwrap();
                }
            })
        })
        .collect();
    for caller in callers {
        caller.join().unwrap();
    }
    let values = database
        .desk
        .read_now(|txn| Ok(txn.query("SELECT value FROM counter ORDER BY id", &[], |row| row.get::<i64>(0))?))
        .unwrap();
    assert_eq!(values, [20, 20]);
}

#[test]
fn whoever_asks_one_thing_after_another_is_served_by_one_connection() {
    let database = TestDatabase::postgres(&[SCHEMA]);
    let mut served: Vec<i64> = (0..20)
        .map(|_| {
            // The connection is free a moment after its answer was sent.
            thread::sleep(std::time::Duration::from_millis(5));
            let sql = "SELECT CAST(pg_backend_pid() AS BIGINT)";
            database.desk.read_now(|txn| Ok(txn.one(sql, &[], |row| row.get(0))?)).unwrap()
        })
        .collect();
    served.dedup();
    assert!(served.len() < 5, "{served:?}");
}

#[test]
fn more_than_there_are_connections_are_served_in_turn() {
    let database = TestDatabase::postgres(&[SCHEMA]);
    let callers: Vec<_> = (0..64)
        .map(|_| {
            let desk = database.desk.clone();
            let add = "UPDATE counter SET value = value + 1 WHERE id = 1";
            thread::spawn(move || desk.write_now(move |txn| Ok(txn.execute(add, &[])?)).unwrap())
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.join().unwrap(), 1);
    }
    let value = "SELECT value FROM counter WHERE id = 1";
    assert_eq!(database.desk.read_now(|txn| Ok(txn.one(value, &[], |row| row.get::<i64>(0))?)).unwrap(), 64);
}

#[test]
fn a_full_queue_answers_busy_at_once() {
    let database = TestDatabase::sqlite(&[SCHEMA]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let desk = database.desk.clone();
    runtime.block_on(async {
        let mut waiting = Vec::new();
        let mut busy = 0;
        for _ in 0..6000 {
            let mut call = Box::pin(desk.write(|_| {
                thread::sleep(std::time::Duration::from_millis(1));
                Ok(())
            }));
            // Polled once, the closure stands in the queue or is refused.
            match poll_once(call.as_mut()) {
                Some(answer) => busy += usize::from(answer.unwrap_err().kind == ProblemKind::Busy),
                None => waiting.push(call),
            }
        }
        assert!(busy > 1000, "{busy} of 6000 were refused");
        assert!(waiting.len() >= 4096);
    });
}

fn poll_once<F: Future>(call: std::pin::Pin<&mut F>) -> Option<F::Output> {
    let waker = std::task::Waker::noop();
    match call.poll(&mut std::task::Context::from_waker(waker)) {
        std::task::Poll::Ready(output) => Some(output),
        std::task::Poll::Pending => None,
    }
}
