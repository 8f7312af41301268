//! A house that is killed again and again while it changes its keys and people come and go.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use ejia_db::{Connections, Desk, TestDatabase};
use ejia_jobs::Worker;
use ejia_kernel::{Cipher, Clock, Instant};

use super::house::{Files, Folder, People, places};
use super::{both, reopened, state, vault};
use crate::{Places, handlers, start};

const FIRST: i64 = 4_000;
const FILES: usize = 200;

/// The house, in a process of its own: lives until everything is sealed anew, or until it is killed.
#[test]
#[ignore = "is started by the test below"]
fn the_house() {
    let told = |name| std::env::var(name).unwrap();
    let clock = Clock::starting_at(Instant::from_ms(told("KEYS_NOW").parse().unwrap()));
    let keys = vault(&[(Cipher::Sm4, 2), (Cipher::Aes, 1)]);
    let connections = Connections { sqlite_readers: 2, postgres: 6 };
    let desk = Desk::open_with(&told("KEYS_DATABASE"), keys, clock, connections).unwrap();
    let places = Places::of(&[super::house::BLOBS])
        .with_folder("files", std::sync::Arc::new(Files::at(Path::new(&told("KEYS_FILES")))));
    let worker = Worker::start(&desk, &handlers(places), 2).unwrap();
    People::of(FIRST).live(&desk, || state(&desk).ended_at.is_some());
    drop(worker);
}

fn killed_until_it_is_done(database: &TestDatabase, folder: &Folder) {
    let watch = reopened(database, vault(&[(Cipher::Sm4, 2), (Cipher::Aes, 1)]));
    start(&watch, &places(folder)).unwrap();
    let (mut kills, mut now) = (0, watch.now());
    loop {
        // A lease of the one that was killed is over.
        now = now.plus(Duration::from_mins(3));
        let mut house = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "tests::killed::the_house"])
            .env("KEYS_NOW", now.ms().to_string())
            .env("KEYS_DATABASE", &database.url)
            .env("KEYS_FILES", folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let begun = state(&watch).step;
        let ended = loop {
            if let Some(ended) = house.try_wait().unwrap() {
                break Some(ended);
            }
            // In the midst of the next step.
            if kills < 6 && state(&watch).step > begun {
                break None;
            }
            thread::sleep(Duration::from_millis(2));
        };
        if let Some(ended) = ended {
            assert!(ended.success());
            break;
        }
        house.kill().unwrap();
        house.wait().unwrap();
        kills += 1;
    }
    assert!(kills >= 3, "killed {kills} times only");
    assert!(state(&watch).ended_at.is_some());
    eprintln!("killed {kills} times");
}

#[test]
fn killed_at_any_moment_it_goes_on_and_loses_nothing() {
    both(|database, folder| {
        let old = reopened(database, vault(&[(Cipher::Aes, 1)]));
        let people = People::settle(&old, FIRST);
        folder.fill(old.vault(), FILES);
        killed_until_it_is_done(database, folder);
        let alone = reopened(database, vault(&[(Cipher::Sm4, 2)]));
        people.all_open(&alone);
        folder.all_open(alone.vault(), FILES);
    });
}
