//! `ejia rotate-keys`: has everything sealed with the current key, and says which keys are needed.

use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant as Stopwatch};

use clap::Args;
use ejia_db::Desk;
use ejia_kernel::{Clock, Problem};
use ejia_keys::{Held, Progress};

use super::explained;
use crate::sealed;
use crate::settings::Settings;

/// How often the work is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// After so long without a step nobody seems to be at work.
const PATIENCE: Duration = Duration::from_secs(20);

/// Seals everything with the current key.
#[derive(Args)]
pub struct RotateKeys {
    /// Settings file of `ejia serve`, which does the work
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Changes nothing: says how much each key has sealed, and fails when something is sealed with a key that is not there
    #[arg(long)]
    check: bool,
}

impl RotateKeys {
    pub(super) fn run(self) -> Result<(), String> {
        let settings = Settings::read(&self.config)?;
        let told = |problem: Problem| explained(&problem);
        let desk = Desk::open(&settings.database, settings.vault()?, Clock::system()).map_err(told)?;
        let places = sealed::places(&settings.data, settings.bucket()?.as_ref()).map_err(told)?;
        if !self.check {
            ejia_keys::start(&desk, &places).map_err(told)?;
            watch(&desk)?;
        }
        let held = ejia_keys::check(&desk, &places).map_err(told)?;
        print!("{}", report(&held));
        verdict(&held)
    }
}

/// Shows how far it is, until everything is done.
fn watch(desk: &Desk) -> Result<(), String> {
    let (mut shown, mut step, mut moved) = (String::new(), 0, Stopwatch::now());
    loop {
        let progress = desk.read_now(ejia_keys::progress).map_err(|problem| explained(&problem))?;
        let progress = progress.ok_or("the change of keys was taken out of the database")?;
        let line = how_far(&progress);
        if line != shown {
            println!("{line}");
            shown = line;
        }
        if progress.ended_at.is_some() {
            return Ok(());
        }
        if let Some(why) = progress.stopped {
            return Err(format!("the work was given up: {why}. Mend that and start it again; it goes on where it was"));
        }
        if progress.step > step {
            (step, moved) = (progress.step, Stopwatch::now());
        } else if moved.elapsed() > PATIENCE {
            println!("nobody is at work: `ejia serve` does it, once it was started again with these settings");
            moved = Stopwatch::now();
        }
        thread::sleep(LOOK);
    }
}

/// The place that is being done, and how much of all is.
fn how_far(progress: &Progress) -> String {
    let (done, total) = progress
        .places
        .iter()
        .fold((0, 0), |(done, total), place| (done + place.done + place.unreadable, total + place.total));
    match progress.places.iter().find(|place| !place.ended) {
        Some(place) => {
            format!("{done} of {total}: {} {} of {}", place.name, place.done + place.unreadable, place.total)
        }
        None => format!("{done} of {total}"),
    }
}

/// A line for each key and place.
fn report(held: &[Held]) -> String {
    let mut lines = Vec::new();
    for (turn, one) in held.iter().enumerate() {
        let which = match (turn, one.opens) {
            (0, _) => "seals",
            (_, true) => "opens what it has sealed",
            (_, false) => "IS NOT IN THE SETTINGS",
        };
        lines.push(format!("key {:02x} {which}: {} values\n", one.key, one.places.values().sum::<u64>()));
        lines.extend(one.places.iter().map(|(place, count)| format!("  {place}: {count}\n")));
    }
    lines.concat()
}

fn verdict(held: &[Held]) -> Result<(), String> {
    let lost: Vec<String> = held.iter().filter(|one| !one.opens).map(|one| format!("{:02x}", one.key)).collect();
    if !lost.is_empty() {
        return Err(format!(
            "something is sealed with a key that is not in the settings ({}): put it back, or it cannot be read",
            lost.join(", ")
        ));
    }
    let unused: Vec<String> =
        held.iter().skip(1).filter(|one| one.places.is_empty()).map(|one| format!("{:02x}", one.key)).collect();
    if held.iter().skip(1).any(|one| !one.places.is_empty()) {
        println!("former keys are still needed");
    } else if !unused.is_empty() {
        println!(
            "no former key is needed; [[keys]] behind the first may be removed. The root secret (secret_file) stays: it finds and signs"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(key: u8, opens: bool, count: u64) -> Held {
        let places = (count > 0).then(|| ("member".to_owned(), count)).into_iter().collect();
        Held { key, opens, places }
    }

    #[test]
    fn a_key_that_is_needed_and_not_there_is_a_failure() {
        assert!(verdict(&[held(1, true, 5), held(2, true, 0)]).is_ok());
        assert!(verdict(&[held(1, true, 5), held(2, true, 3)]).is_ok());
        let told = verdict(&[held(1, true, 5), held(171, false, 3)]).unwrap_err();
        assert!(told.contains("(ab)"), "{told}");
        assert_eq!(
            report(&[held(1, true, 5), held(171, false, 3)]),
            "key 01 seals: 5 values\n  member: 5\nkey ab IS NOT IN THE SETTINGS: 3 values\n  member: 3\n"
        );
    }
}
