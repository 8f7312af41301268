//! The database is gone and comes back: while it is away everybody hears it in words, nothing is half done, and the house
//! goes on by itself.

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use ejia::house;
use ejia_db::{PostgresCluster, TestDatabase};
use serde_json::json;

use crate::chance::Chance;
use crate::world::World;
use crate::{come_to_rest, oracle, under_load};

/// How long the house may take to find a database that is back, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest quiet time between two misfortunes, in milliseconds.
const QUIET: usize = 1_500;

/// proves: R6
#[test]
fn a_database_that_is_gone_is_waited_for_and_nothing_is_half_done() {
    let mut cluster = PostgresCluster::start(true);
    let mut world = World::new(TestDatabase::on(&cluster, house::MIGRATIONS));
    let mut chance = Chance::new();
    world.begin_month("2026-03");
    let mut house = world.start();
    house.wait_until(|| world.program.is_answered());
    world.set_dues("2026-03");
    for misfortune in 1..=4 {
        under_load(&world, &mut chance, |chance| {
            thread::sleep(chance.pause(QUIET));
            if misfortune % 2 == 1 {
                kill_a_backend(&world, chance);
            } else {
                cluster.fall();
                words_are_found(&world);
                cluster.rise();
            }
            comes_back(&world);
            thread::sleep(chance.pause(QUIET));
        });
        oracle::nothing_is_lost(&world, &format!("misfortune {misfortune}"));
    }
    house.kill();
    come_to_rest(&world);
    oracle::all_is_settled(&world);
}

/// `kill -9`: PostgreSQL takes it for a crash, ends every other connection and recovers.
fn kill_a_backend(world: &World, chance: &mut Chance) {
    let sql = "SELECT CAST(pid AS TEXT) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
    let backends: Vec<[String; 1]> = world.rows(sql);
    let [pid] = chance.one_of(&backends).expect("somebody is connected");
    // Its connection may have ended by itself.
    let _ = Command::new("kill").args(["-9", pid]).status();
}

/// Pages and acts are answered 503 with a sentence, and not after a long wait.
fn words_are_found(world: &World) {
    assert!(world.program.is_answered(), "the house itself is well");
    assert!(!world.program.is_ready(), "it is not ready without its database");
    for _ in 0..10 {
        let started = Instant::now();
        let branch = &world.branches[0];
        let refused = world.program.act(&branch.token, "/office/meetings/new", &json!({}));
        let refused = refused.expect_err("nothing can be written");
        assert!(refused.starts_with("503") && refused.contains("kernel.away"), "{refused}");
        assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    }
}

fn comes_back(world: &World) {
    let started = Instant::now();
    while !world.program.is_ready() || world.rows_if_it_answers::<String, 1>("SELECT id FROM organization").is_err() {
        assert!(started.elapsed() < PATIENCE, "the database is not found again");
        thread::sleep(Duration::from_millis(20));
    }
}
