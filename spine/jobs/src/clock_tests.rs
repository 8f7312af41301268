//! The clock is set forward and back while jobs are done: none is done twice at the same time, none waits for ever.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use ejia_db::{Desk, TestDatabase};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{Counts, Handlers, JobFault, MIGRATIONS, counts, enqueue, enqueue_at, queue};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Numbered {
    number: u32,
    /// How often it fails before it succeeds.
    fails: u32,
}

fn jump(desk: &Desk, by: i64) {
    desk.clock().set(ejia_kernel::Instant::from_ms(desk.now().ms() + by));
}

/// Handlers that note whether a job was ever done beside itself.
fn watched() -> (Handlers, Arc<AtomicU32>) {
    let beside = Arc::new(AtomicU32::new(0));
    let noted = Arc::clone(&beside);
    let under_way = Mutex::new(BTreeSet::new());
    let ticking = AtomicU32::new(0);
    let ticked = Arc::clone(&beside);
    let handlers = Handlers::new()
        .on("test.number", move |job, _| {
            let Numbered { number, fails } = job.payload()?;
            if !under_way.lock().unwrap().insert(number) {
                noted.fetch_add(1, Ordering::SeqCst);
            }
            thread::sleep(Duration::from_millis(3));
            under_way.lock().unwrap().remove(&number);
            if job.attempt() <= fails { Err(JobFault::Retry("not yet".into())) } else { Ok(()) }
        })
        .every("test.tick", Duration::from_hours(1), move |_| {
            if ticking.fetch_add(1, Ordering::SeqCst) > 0 {
                ticked.fetch_add(1, Ordering::SeqCst);
            }
            thread::sleep(Duration::from_millis(3));
            ticking.fetch_sub(1, Ordering::SeqCst);
            Ok(())
        });
    (handlers, beside)
}

fn jumps() -> impl Strategy<Value = Vec<i64>> {
    let jump = prop_oneof![Just(-YEAR), Just(-HOUR), Just(-90_000), Just(61_000), Just(HOUR), Just(DAY), Just(YEAR)];
    prop::collection::vec(jump, 1..8)
}

fn hold(desk: &Desk, jumps: &[i64]) {
    let (handlers, beside) = watched();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    for _ in 0..jumps.len() * 4 {
                        handlers.drain(desk).unwrap();
                        thread::sleep(Duration::from_millis(1));
                    }
                })
            })
            .collect();
        for (number, by) in (0..).zip(jumps) {
            desk.write_now(move |txn| {
                let later = txn.now().plus(Duration::from_mins(7));
                enqueue(txn, "test.number", Numbered { number: number * 2, fails: number % 3 })?;
                enqueue_at(txn, "test.number", Numbered { number: number * 2 + 1, fails: 0 }, later)
            })
            .unwrap();
            thread::sleep(Duration::from_millis(2));
            jump(desk, *by);
        }
        for worker in workers {
            worker.join().unwrap();
        }
    });
    // A quarter of an hour after the clock is right, and all is done.
    for _ in 0..15 {
        handlers.drain(desk).unwrap();
        jump(desk, 61_000);
    }
    assert_eq!(desk.read_now(counts).unwrap(), Counts::default());
    assert_eq!(beside.load(Ordering::SeqCst), 0, "done beside itself");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn however_the_clock_is_set_no_job_is_done_beside_itself_and_none_waits_for_ever(jumps in jumps()) {
        TestDatabase::both(&[MIGRATIONS], |desk| hold(desk, &jumps));
    }
}

#[test]
fn a_lease_of_a_year_ahead_ends_soon_after_the_clock_was_set_back() {
    TestDatabase::both(&[MIGRATIONS], |desk| {
        desk.write_now(|txn| enqueue(txn, "test.number", Numbered { number: 1, fails: 0 })).unwrap();
        // Its worker dies while the clock is wrong.
        assert!(desk.write_now(|txn| queue::lease(txn, &["test.number"])).unwrap().is_some());
        jump(desk, -YEAR);
        let (handlers, _) = watched();
        assert_eq!(handlers.drain(desk).unwrap(), 1);
        assert_eq!(desk.read_now(counts).unwrap(), Counts::default());
    });
}

#[test]
fn what_is_meant_for_a_later_day_still_waits_for_it() {
    TestDatabase::both(&[MIGRATIONS], |desk| {
        desk.write_now(|txn| {
            let later = txn.now().plus(Duration::from_hours(30 * 24));
            enqueue_at(txn, "test.number", Numbered { number: 1, fails: 0 }, later)
        })
        .unwrap();
        let (handlers, _) = watched();
        for _ in 0..3 {
            assert_eq!(handlers.drain(desk).unwrap(), 0);
            jump(desk, DAY);
        }
    });
}

#[test]
fn a_job_without_room_waits_without_losing_an_attempt() {
    TestDatabase::both(&[MIGRATIONS], |desk| {
        desk.write_now(|txn| enqueue(txn, "test.number", Numbered { number: 1, fails: 0 })).unwrap();
        let tries = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&tries);
        let handlers = Handlers::new().on("test.number", move |job, _| {
            assert_eq!(job.attempt(), 1);
            if counted.fetch_add(1, Ordering::SeqCst) < 40 { Err(JobFault::NoRoom("full".into())) } else { Ok(()) }
        });
        for _ in 0..41 {
            handlers.drain(desk).unwrap();
            jump(desk, 61_000);
        }
        assert_eq!(tries.load(Ordering::SeqCst), 41);
        assert_eq!(desk.read_now(counts).unwrap(), Counts::default());
    });
}
