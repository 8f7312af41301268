//! Everybody at once: who pays, who moves, who votes, whoever answers.

mod meetings;
mod members;
mod money;
mod transfers;

use std::time::Duration;

use serde_json::Value;

use crate::chance::Chance;
use crate::world::World;

/// How many act at once.
pub(crate) const CLIENTS: usize = 8;

/// One of the clients, until the load ends.
pub(crate) fn act(world: &World, mut chance: Chance) {
    while world.is_busy() {
        match chance.below(10) {
            0..3 => money::act(world, &mut chance),
            3..6 => transfers::act(world, &mut chance),
            6..9 => meetings::act(world, &mut chance),
            _ => members::act(world, &mut chance),
        }
        // A house that is down is knocked at, but not all the time.
        std::thread::sleep(Duration::from_millis(3));
    }
}

/// One of the rows that a statement finds, as texts.
fn one_of<const COLUMNS: usize>(world: &World, chance: &mut Chance, sql: &str) -> Option<[String; COLUMNS]> {
    let found: Vec<[String; COLUMNS]> = world.rows_if_it_answers(sql).unwrap_or_default();
    chance.one_of(&found).cloned()
}

/// What was answered with success is remembered: it stands in the record of acts, about this subject.
fn note(world: &World, action: &'static str, subject: &str, answer: &Result<Value, String>) {
    if answer.is_ok() {
        *world.answered().acts.entry((action, subject.to_owned())).or_default() += 1;
    }
}
