//! The queue on both databases: nothing twice, nothing lost, failures visible.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant as Stopwatch};

use ejia_db::{Desk, TestDatabase};
use ejia_kernel::Problem;
use serde::{Deserialize, Serialize};

use crate::bell::Bell;
use crate::{
    FIRST_PAUSE, Handlers, JobFault, LEASE, MAX_ATTEMPTS, MIGRATIONS, Worker, counts, enqueue, enqueue_at,
    enqueue_once, failed, queue, try_again,
};

#[derive(Serialize, Deserialize)]
struct Numbered {
    number: u32,
}

pub(crate) fn both(test: impl Fn(&Desk)) {
    TestDatabase::both(&[MIGRATIONS], test);
}

fn pass(desk: &Desk, time: Duration) {
    desk.clock().set(desk.now().plus(time));
}

pub(crate) fn write_one(desk: &Desk) {
    desk.write_now(|txn| enqueue(txn, "test.number", Numbered { number: 1 })).unwrap();
}

pub(crate) fn wait_until(what: &str, mut reached: impl FnMut() -> bool) {
    let started = Stopwatch::now();
    while !reached() {
        assert!(started.elapsed() < Duration::from_mins(1), "waited too long until {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Handlers that count their runs and answer what `outcome` says.
pub(crate) fn counting(
    outcome: impl Fn(u32) -> Result<(), JobFault> + Send + Sync + 'static,
) -> (Handlers, Arc<AtomicU32>) {
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let handlers = Handlers::new().on("test.number", move |_, _| outcome(counted.fetch_add(1, Ordering::SeqCst) + 1));
    (handlers, runs)
}

#[test]
fn eight_workers_run_a_thousand_jobs_and_none_twice() {
    both(|desk| {
        for first in (0..1_000).step_by(100) {
            desk.write_now(move |txn| {
                (first..first + 100).try_for_each(|number| enqueue(txn, "test.number", Numbered { number }).map(drop))
            })
            .unwrap();
        }
        let seen = Arc::new(Mutex::new(BTreeMap::<u32, u32>::new()));
        let noted = Arc::clone(&seen);
        let handlers = Handlers::new().on("test.number", move |job, _| {
            let Numbered { number } = job.payload()?;
            *noted.lock().unwrap().entry(number).or_default() += 1;
            Ok(())
        });
        let workers: Vec<Worker> = (0..8).map(|_| Worker::start(desk, &handlers, 1).unwrap()).collect();
        wait_until("all have run", || seen.lock().unwrap().len() == 1_000);
        drop(workers);
        assert!(seen.lock().unwrap().values().all(|runs| *runs == 1));
        assert_eq!(desk.read_now(counts).unwrap(), crate::Counts::default());
    });
}

#[test]
fn a_job_of_a_transaction_that_was_undone_never_runs() {
    both(|desk| {
        let undone: Result<(), Problem> = desk.write_now(|txn| {
            enqueue(txn, "test.number", Numbered { number: 1 })?;
            Err(Problem::refused("test.undone"))
        });
        assert!(undone.is_err());
        let (handlers, runs) = counting(|_| Ok(()));
        assert_eq!(handlers.drain(desk).unwrap(), 0);
        assert_eq!(runs.load(Ordering::SeqCst), 0);
    });
}

#[test]
fn an_enqueue_rings_and_a_ring_wakes_a_sleeper_of_its_process() {
    both(|desk| {
        let bell = desk.shelf::<Bell>();
        let seen = bell.rings();
        let sleeper = thread::spawn({
            let bell = Arc::clone(&bell);
            move || bell.sleep(seen, Duration::from_mins(1))
        });
        write_one(desk);
        assert!(sleeper.join().unwrap());
    });
}

#[test]
fn a_started_worker_does_what_is_enqueued() {
    both(|desk| {
        let (handlers, runs) = counting(|_| Ok(()));
        let worker = Worker::start(desk, &handlers, 2).unwrap();
        write_one(desk);
        wait_until("it has run", || runs.load(Ordering::SeqCst) == 1);
        worker.stop(Duration::from_mins(1));
    });
}

#[test]
fn a_job_whose_worker_died_runs_again_after_its_lease() {
    both(|desk| {
        write_one(desk);
        let lost = desk.write_now(|txn| queue::lease(txn, &["test.number"])).unwrap().unwrap();
        let (handlers, runs) = counting(|_| Ok(()));
        assert_eq!(handlers.drain(desk).unwrap(), 0, "the lease holds");
        pass(desk, LEASE);
        assert_eq!(handlers.drain(desk).unwrap(), 1, "the lease is over");
        assert_eq!(runs.load(Ordering::SeqCst), 1);
        // The dead man's word no longer counts.
        let late = Err(JobFault::GiveUp("late".into()));
        let (held, next) = desk.write_now(move |txn| queue::end(txn, &lost, &late, &[])).unwrap();
        assert!(!held && next.is_none());
        assert_eq!(desk.read_now(counts).unwrap().failed, 0);
    });
}

#[test]
fn a_renewed_lease_holds_longer_and_a_lost_one_says_so() {
    both(|desk| {
        write_one(desk);
        let job = desk.write_now(|txn| queue::lease(txn, &["test.number"])).unwrap().unwrap();
        pass(desk, LEASE / 2);
        job.renew(desk).unwrap();
        pass(desk, LEASE / 2);
        let (handlers, _) = counting(|_| Ok(()));
        assert_eq!(handlers.drain(desk).unwrap(), 0);
        pass(desk, LEASE);
        assert_eq!(handlers.drain(desk).unwrap(), 1);
        assert!(matches!(job.renew(desk), Err(JobFault::GiveUp(_))));
    });
}

#[test]
fn a_failing_job_backs_off_and_ends_where_it_is_seen() {
    both(|desk| {
        write_one(desk);
        let (handlers, runs) = counting(|_| Err(JobFault::Retry("the line is dead".into())));
        let mut pause = FIRST_PAUSE;
        for attempt in 1..=MAX_ATTEMPTS {
            handlers.drain(desk).unwrap();
            assert_eq!(runs.load(Ordering::SeqCst), attempt);
            pass(desk, pause.saturating_sub(Duration::from_secs(1)));
            handlers.drain(desk).unwrap();
            assert_eq!(runs.load(Ordering::SeqCst), attempt, "not before its pause is over");
            pass(desk, Duration::from_secs(1));
            pause *= 2;
        }
        let given_up = desk.read_now(|txn| failed(txn, 10)).unwrap();
        assert_eq!(given_up.len(), 1);
        assert_eq!((given_up[0].fault.as_str(), given_up[0].attempts), ("the line is dead", i64::from(MAX_ATTEMPTS)));
        assert_eq!(desk.read_now(counts).unwrap().failed, 1);
    });
}

#[test]
fn a_failed_job_gets_a_second_chance() {
    both(|desk| {
        write_one(desk);
        let (handlers, runs) =
            counting(|run| if run == 1 { Err(JobFault::GiveUp("no such number".into())) } else { Ok(()) });
        handlers.drain(desk).unwrap();
        let id = desk.read_now(|txn| failed(txn, 10)).unwrap()[0].id;
        assert!(desk.write_now(move |txn| try_again(txn, id)).unwrap());
        handlers.drain(desk).unwrap();
        assert_eq!(runs.load(Ordering::SeqCst), 2);
        assert_eq!(desk.read_now(counts).unwrap(), crate::Counts::default());
        assert!(!desk.write_now(move |txn| try_again(txn, id)).unwrap(), "it is done");
    });
}

#[test]
fn a_panicking_handler_costs_its_job_an_attempt_and_nothing_else() {
    both(|desk| {
        write_one(desk);
        let (handlers, runs) = counting(|run| if run == 1 { panic!("on purpose") } else { Ok(()) });
        handlers.drain(desk).unwrap();
        pass(desk, FIRST_PAUSE);
        handlers.drain(desk).unwrap();
        assert_eq!(runs.load(Ordering::SeqCst), 2);
        assert_eq!(desk.read_now(counts).unwrap(), crate::Counts::default());
    });
}

#[test]
fn a_job_that_kills_every_worker_is_given_up() {
    both(|desk| {
        write_one(desk);
        for _ in 0..MAX_ATTEMPTS {
            assert!(desk.write_now(|txn| queue::lease(txn, &["test.number"])).unwrap().is_some());
            pass(desk, LEASE);
        }
        let (handlers, runs) = counting(|_| Ok(()));
        handlers.drain(desk).unwrap();
        assert_eq!(runs.load(Ordering::SeqCst), 0);
        assert_eq!(desk.read_now(counts).unwrap().failed, 1);
    });
}

#[test]
fn the_same_key_a_second_time_writes_nothing() {
    both(|desk| {
        let [first, second] = [1, 2].map(|number| {
            desk.write_now(move |txn| enqueue_once(txn, "test.number", Numbered { number }, "bill 42")).unwrap()
        });
        assert_eq!(first, second);
        let (handlers, runs) = counting(|_| Ok(()));
        handlers.drain(desk).unwrap();
        assert_eq!(runs.load(Ordering::SeqCst), 1);
    });
}

#[test]
fn a_job_for_later_waits_for_its_time() {
    both(|desk| {
        desk.write_now(|txn| {
            let later = txn.now().plus(Duration::from_hours(1));
            enqueue_at(txn, "test.number", Numbered { number: 1 }, later)
        })
        .unwrap();
        let (handlers, runs) = counting(|_| Ok(()));
        handlers.drain(desk).unwrap();
        assert_eq!(runs.load(Ordering::SeqCst), 0);
        pass(desk, Duration::from_hours(1));
        handlers.drain(desk).unwrap();
        assert_eq!(runs.load(Ordering::SeqCst), 1);
    });
}

#[test]
fn a_kind_without_handler_here_is_left_to_others() {
    both(|desk| {
        write_one(desk);
        assert_eq!(Handlers::new().on("test.other", |_, _| Ok(())).drain(desk).unwrap(), 0);
        assert_eq!(desk.read_now(counts).unwrap().waiting, 1);
    });
}

#[test]
fn work_at_intervals_runs_once_an_interval_with_four_processes() {
    both(|desk| {
        let runs = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&runs);
        let handlers = Handlers::new().every("test.tick", Duration::from_hours(1), move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
            Ok(())
        });
        for interval in 1..=3 {
            thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| handlers.drain(desk).unwrap());
                }
            });
            assert_eq!(runs.load(Ordering::SeqCst), interval);
            pass(desk, Duration::from_hours(1));
        }
    });
}

#[test]
fn work_at_intervals_goes_on_after_a_fault_and_when_the_clock_is_set_back() {
    both(|desk| {
        let runs = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&runs);
        let handlers = Handlers::new().every("test.tick", Duration::from_secs(2), move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
            Err(JobFault::Retry("not today".into()))
        });
        handlers.drain(desk).unwrap();
        desk.clock().set(desk.now().minus(Duration::from_hours(48)));
        handlers.drain(desk).unwrap();
        assert_eq!(runs.load(Ordering::SeqCst), 2);
    });
}

#[test]
fn jobs_done_long_ago_are_swept_out() {
    both(|desk| {
        write_one(desk);
        let (handlers, _) = counting(|_| Ok(()));
        handlers.drain(desk).unwrap();
        let rows = |desk: &Desk| {
            desk.read_now(|txn| Ok(txn.one("SELECT COUNT(*) FROM job", &[], |row| row.get::<i64>(0))?)).unwrap()
        };
        assert_eq!(rows(desk), 1);
        pass(desk, Duration::from_hours(8 * 24));
        handlers.drain(desk).unwrap();
        assert_eq!(rows(desk), 0);
    });
}

#[test]
fn a_stopping_worker_finishes_the_job_in_its_hands() {
    both(|desk| {
        write_one(desk);
        let (handlers, runs) = counting(|_| {
            thread::sleep(Duration::from_millis(300));
            Ok(())
        });
        let worker = Worker::start(desk, &handlers, 1).unwrap();
        wait_until("it has begun", || runs.load(Ordering::SeqCst) == 1);
        worker.stop(Duration::from_mins(1));
        assert_eq!(desk.read_now(counts).unwrap(), crate::Counts::default());
    });
}
