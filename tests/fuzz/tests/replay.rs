//! Every target, in every run of the tests: its seeds and a fixed number of changed ones, in bounded time and memory.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use ejia_fuzz::changes::{Chance, changed};
use ejia_fuzz::{TARGETS, Target};

/// One input takes no longer, in a debug build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(10);
/// All targets together never hold more, in KiB.
const MEMORY: u64 = 1024 * 1024;

/// What the target did not keep, if anything.
fn replayed(target: &Target) -> Option<String> {
    let seeds = (target.seeds)();
    assert!(!seeds.is_empty(), "{}: no seeds", target.name);
    let mut chance = Chance::new(0x1921_0723);
    let changes = (0..target.tries).map(|_| changed(&seeds, &mut chance)).collect::<Vec<_>>();
    for bytes in seeds.iter().chain(&changes) {
        let began = Instant::now();
        let kept = catch_unwind(AssertUnwindSafe(|| (target.run)(bytes)));
        if kept.is_err() {
            return Some(format!("{}: {} — {}", target.name, target.promises, saved(target, bytes)));
        }
        if began.elapsed() > PATIENCE {
            return Some(format!("{}: {:?} for {}", target.name, began.elapsed(), saved(target, bytes)));
        }
    }
    None
}

/// Writes bytes that broke a promise where they can be tried again; where that is.
fn saved(target: &Target, bytes: &[u8]) -> String {
    let path = std::env::temp_dir().join(format!("ejia-fuzz-{}", target.name));
    let written = std::fs::write(&path, bytes);
    written.map_or_else(|error| error.to_string(), |()| path.display().to_string())
}

#[test]
fn every_target_keeps_its_promise_on_its_seeds_and_on_changed_ones() {
    let mut broken = Vec::new();
    for target in &TARGETS {
        let began = Instant::now();
        broken.extend(replayed(target));
        eprintln!("{:>12} {:>6} changed seeds in {:.1?}", target.name, target.tries, began.elapsed());
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let most =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix("kB")?.trim().parse().ok());
    let most: u64 = most.unwrap_or_default();
    eprintln!("at most {} MiB", most / 1024);
    assert!(most < MEMORY, "the targets held {most} KiB");
}

#[test]
fn a_promise_that_is_broken_is_seen() {
    let broken = Target {
        name: "broken",
        promises: "never sees a percent sign",
        run: |bytes| assert!(!bytes.contains(&b'%')),
        seeds: || vec![b"hello".to_vec()],
        tries: 500,
    };
    let seen = replayed(&broken).unwrap();
    assert!(seen.contains("never sees a percent sign"), "{seen}");
}
