//! What becomes of jobs when their process is told to end.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use ejia_db::{Desk, args};

use crate::tests::{both, counting, wait_until, write_one};
use crate::{Handlers, Job, JobFault, Worker};

/// A job that goes on until it may not, with a pause between its chunks.
fn for_ever(job: &Job, desk: &Desk) -> Result<(), JobFault> {
    loop {
        thread::sleep(Duration::from_millis(2));
        job.renew(desk)?;
    }
}

/// The attempts of the one job there is, if it is due and nobody's.
fn attempts_when_free(desk: &Desk) -> Option<i64> {
    desk.read_now(|txn| {
        let sql = "SELECT attempts FROM job WHERE lease IS NULL AND state = 'open' AND due_at <= $1";
        Ok(txn.first(sql, &args![txn.now()], |row| row.get(0))?)
    })
    .unwrap()
}

#[test]
fn a_worker_that_is_told_to_end_leaves_a_long_job_to_another_at_once() {
    both(|desk| {
        write_one(desk);
        let worker = Worker::start(desk, &Handlers::new().on("test.number", for_ever), 1).unwrap();
        wait_until("the job is begun", || attempts_when_free(desk).is_none());
        worker.stop(Duration::from_mins(1));
        assert_eq!(attempts_when_free(desk), Some(0), "that was no attempt");
        let (handlers, runs) = counting(|_| Ok(()));
        assert_eq!((handlers.drain(desk).unwrap(), runs.load(Ordering::SeqCst)), (1, 1));
    });
}

#[test]
fn what_a_worker_cannot_end_in_time_is_given_back_and_its_late_word_does_not_count() {
    both(|desk| {
        let held = Arc::new(Mutex::new(()));
        let (holding, waits) = (held.lock().unwrap(), Arc::clone(&held));
        let turn = Arc::clone(&held);
        let handlers = Handlers::new()
            .on("test.number", move |_, _| {
                drop(waits.lock());
                Ok(())
            })
            .every("test.turn", Duration::from_hours(1), move |_| {
                drop(turn.lock());
                Ok(())
            });
        write_one(desk);
        let worker = Worker::start(desk, &handlers, 2).unwrap();
        let turns = || {
            let sql = "SELECT COUNT(*) FROM job_schedule WHERE name = 'test.turn' AND lease IS NOT NULL";
            desk.read_now(|txn| Ok(txn.one(sql, &args![], |row| row.get::<i64>(0))?)).unwrap()
        };
        wait_until("both are begun", || attempts_when_free(desk).is_none() && turns() == 1);
        worker.stop(Duration::from_millis(20));
        assert_eq!((attempts_when_free(desk), turns()), (Some(0), 0));
        drop(holding);
        thread::sleep(Duration::from_millis(100));
        assert_eq!(attempts_when_free(desk), Some(0), "it is still to be done");
    });
}
