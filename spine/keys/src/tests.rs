//! Keys changed on both databases: while people come and go, and while the process is killed.

mod house;
mod killed;

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant as Stopwatch};

use ejia_db::{Connections, Desk, TestDatabase};
use ejia_jobs::{Handlers, JobFault};
use ejia_kernel::{Cipher, Vault};
use house::{Folder, GROUPS, People, places};

use crate::{Progress, check, progress, recognise, rotation, start};

const ROOT: [u8; 32] = [7; 32];

/// The vault with these keys before the root.
fn vault(keys: &[(Cipher, u8)]) -> Vault {
    Vault::with_keys(ROOT, keys.iter().map(|(cipher, byte)| (*cipher, [*byte; 32]))).unwrap()
}

/// The same database, opened with other keys.
fn reopened(database: &TestDatabase, vault: Vault) -> Desk {
    let connections = Connections { sqlite_readers: 2, postgres: 6 };
    Desk::open_with(&database.url, vault, database.desk.clock().clone(), connections).unwrap()
}

fn state(desk: &Desk) -> Progress {
    desk.read_now(progress).unwrap().unwrap()
}

/// Pauses are over.
fn later(desk: &Desk) {
    desk.clock().set(desk.now().plus(Duration::from_secs(30)));
}

/// Does jobs until the change of keys has ended.
fn work(desk: &Desk, handlers: &Handlers) -> Progress {
    loop {
        handlers.drain(desk).unwrap();
        let state = state(desk);
        if state.ended_at.is_some() {
            return state;
        }
        later(desk);
    }
}

fn both(test: impl Fn(&TestDatabase, &Folder)) {
    for database in [TestDatabase::sqlite(GROUPS), TestDatabase::postgres(GROUPS)] {
        eprintln!("-- on {}", database.desk.engine());
        test(&database, &Folder::new());
    }
}

#[test]
fn everything_is_sealed_with_the_current_key_in_the_end_and_the_former_one_may_go() {
    both(|database, folder| {
        let old = reopened(database, vault(&[(Cipher::Aes, 1)]));
        let people = People::settle(&old, 1_200);
        folder.fill(old.vault(), 130);
        let new = reopened(database, vault(&[(Cipher::Sm4, 2), (Cipher::Aes, 1)]));
        let places = places(folder);
        start(&new, &places).unwrap();
        let ended = work(&new, &rotation::handlers(places.clone()));
        for place in &ended.places {
            assert!(place.ended && place.done == place.total && place.unreadable == 0, "{place:?}");
        }
        assert_eq!(ended.places.iter().map(|place| place.done).sum::<u64>(), 1_200 + 3 + 2 + 2 + 130);
        let alone = reopened(database, vault(&[(Cipher::Sm4, 2)]));
        people.all_open(&alone);
        folder.all_open(alone.vault(), 130);
        let held = check(&alone, &places).unwrap();
        assert!(held.iter().all(|one| one.opens), "{held:?}");
        assert_eq!(held[0].places["person"], 2_400 - People::WITHOUT_PHONE);
        assert!(held[1..].iter().all(|one| one.places.is_empty()), "{held:?}");
    });
}

#[test]
fn what_a_key_has_sealed_that_is_not_there_is_told_and_left_alone() {
    both(|database, folder| {
        let lost = reopened(database, vault(&[(Cipher::Aes, 1)]));
        People::settle(&lost, 20);
        folder.fill(lost.vault(), 3);
        let new = reopened(database, vault(&[(Cipher::Sm4, 2)]));
        let places = places(folder);
        let held = check(&new, &places).unwrap();
        let unknown = held.iter().find(|one| !one.opens).unwrap();
        assert_eq!((unknown.key, unknown.places["person"]), (lost.vault().current(), 40 - People::WITHOUT_PHONE));
        start(&new, &places).unwrap();
        let ended = work(&new, &rotation::handlers(places.clone()));
        assert_eq!(ended.places.iter().map(|place| place.unreadable).sum::<u64>(), 20 + 3 + 2 + 2 + 3);
        People::of(20).all_open(&lost);
        folder.all_open(lost.vault(), 3);
    });
}

#[test]
fn a_process_with_former_settings_does_not_do_the_work_and_what_it_seals_meanwhile_is_found() {
    both(|database, folder| {
        let old = reopened(database, vault(&[(Cipher::Aes, 1)]));
        let people = People::settle(&old, 600);
        let new = reopened(database, vault(&[(Cipher::Aes, 2), (Cipher::Aes, 1)]));
        let places = places(folder);
        let handlers = rotation::handlers(places.clone());
        start(&new, &places).unwrap();
        handlers.drain(&old).unwrap();
        assert!(state(&new).places.iter().all(|place| place.done == 0));
        later(&new);
        let written = AtomicBool::new(false);
        let (beside, at_the_end) = (places.clone(), old.clone());
        let beaten = Handlers::new().on(rotation::ROTATE, move |job, desk| {
            // The walk is behind the first two people when the former process writes to them.
            if state(desk).places.iter().all(|place| place.ended) && !written.swap(true, Ordering::SeqCst) {
                People::edit(&at_the_end, 0);
                People::edit(&at_the_end, 1);
            }
            rotation::step(&beside, desk, job.payload::<rotation::Step>()?.step)
        });
        let ended = work(&new, &beaten);
        assert_eq!(ended.places[0].done, 2, "walked once more, for two");
        people.all_open(&reopened(database, vault(&[(Cipher::Aes, 2)])));
    });
}

#[test]
fn a_step_that_is_run_twice_and_a_second_start_change_nothing() {
    both(|database, folder| {
        let old = reopened(database, Vault::new(ROOT));
        let people = People::settle(&old, 1_100);
        let new = reopened(database, vault(&[(Cipher::Sm4, 2)]));
        let places = places(folder);
        let before = places.clone();
        let twice = Handlers::new().on(rotation::ROTATE, move |job, desk| {
            let step = job.payload::<rotation::Step>()?.step;
            rotation::step(&before, desk, step)?;
            rotation::step(&before, desk, step)?;
            if job.attempt() == 1 { Err(JobFault::Retry("dies before its word is kept".to_owned())) } else { Ok(()) }
        });
        start(&new, &places).unwrap();
        start(&new, &places).unwrap();
        assert_eq!(work(&new, &twice).places[0].done, 1_100);
        start(&new, &places).unwrap();
        assert_eq!(work(&new, &twice).places[0].total, 0);
        people.all_open(&new);
    });
}

#[test]
fn people_come_in_and_are_entered_and_changed_all_the_while() {
    both(|database, folder| {
        let old = reopened(database, vault(&[(Cipher::Aes, 1)]));
        let people = People::settle(&old, 10_000);
        folder.fill(old.vault(), 250);
        let new = reopened(database, vault(&[(Cipher::Sm4, 2), (Cipher::Aes, 1)]));
        let places = places(folder);
        start(&new, &places).unwrap();
        let (handlers, begun) = (rotation::handlers(places.clone()), Stopwatch::now());
        let ended = thread::scope(|scope| {
            let load = scope.spawn(|| people.live(&new, || state(&new).ended_at.is_some()));
            let ended = work(&new, &handlers);
            let lived = load.join().unwrap();
            assert!(lived > 30, "only {lived} acts beside the change of keys");
            ended
        });
        assert!(ended.places.iter().all(|place| place.unreadable == 0), "{ended:?}");
        eprintln!("10000 people and 250 files in {:.1} s", begun.elapsed().as_secs_f64());
        let alone = reopened(database, vault(&[(Cipher::Sm4, 2)]));
        people.all_open(&alone);
        folder.all_open(alone.vault(), 250);
    });
}

#[test]
fn another_root_is_noticed() {
    both(|database, _| {
        assert!(recognise(&database.desk).unwrap());
        assert!(recognise(&reopened(database, vault(&[(Cipher::Sm4, 2)]))).unwrap());
        assert!(!recognise(&reopened(database, Vault::new([8; 32]))).unwrap());
        assert!(recognise(&database.desk).unwrap());
    });
}
