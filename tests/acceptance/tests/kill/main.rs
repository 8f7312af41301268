//! The house is killed at any point of paying: nothing that was answered with success is lost, and no bill is paid twice.
//!
//! The house runs as a process of its own; banks, text message company and people live here. Members pay over four
//! channels, some of them twice; branches register cash; banks repeat themselves; and again and again the house is
//! killed (`SIGKILL`) at a random moment, while it starts too, and started anew. After every kill the books are looked
//! at; in the end every job is done and every trade of the banks must have settled its order or gone back.
//!
//! `EJIA_KILLS` says how often on each database (25), `EJIA_KILL_SEED` repeats a run's chance (not the machine's).

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "tests may panic")]

mod chance;
mod load;
mod oracle;
mod process;
mod program;
mod world;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use ejia::house::{self, Plan};
use ejia::sandbox::bank::Bank;
use ejia_db::TestDatabase;
use ejia_press::Press;
use ejia_sms::sandbox::SandboxSettings;
use ejia_sms::{Aliyun, AliyunSettings};
use ejia_web::Proxies;

use chance::Chance;
use process::Process;
use world::World;

/// Kills on each database when nothing else is said.
const KILLS: usize = 25;
/// Kills in one month of the product; then there are new bills.
const IN_A_MONTH: usize = 5;
/// The longest life of a house, in milliseconds.
const LIFE: usize = 700;
/// The months that are paid.
const FIRST_YEAR: usize = 2026;

/// proves: R5
#[test]
fn a_house_that_is_killed_while_people_pay_loses_nothing_and_takes_nothing_twice() {
    let kills = std::env::var("EJIA_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    let mut chance = Chance::new();
    for open in world::databases() {
        kill_often(open(), kills, &mut chance);
    }
}

fn kill_often(database: TestDatabase, kills: usize, chance: &mut Chance) {
    let started = Instant::now();
    let engine = database.desk.engine();
    let mut world = World::new(database);
    let mut done = 0;
    for number in 0.. {
        if done >= kills {
            break;
        }
        let month = format!("{}-{:02}", FIRST_YEAR + (number + 2) / 12, (number + 2) % 12 + 1);
        world.begin_month(&month);
        let now = IN_A_MONTH.min(kills - done);
        kill_in_a_month(&world, &month, now, chance);
        done += now;
    }
    come_to_rest(&world);
    oracle::all_is_settled(&world);
    let answered = world.answered();
    eprintln!(
        "-- {engine}: {done} kills in {:.0} s; {} orders opened, {} seen paid, {} of cash, {} trades",
        started.elapsed().as_secs_f64(),
        answered.opened.len(),
        answered.paid.len(),
        answered.cash.len(),
        world.counter.newest(usize::MAX).len(),
    );
    // Otherwise nothing was proved.
    assert!(answered.paid.len() > kills && answered.cash.len() > kills / 5, "hardly anybody paid");
}

/// A month's dues are set, and then it goes to and fro.
fn kill_in_a_month(world: &World, month: &str, kills: usize, chance: &mut Chance) {
    let mut house = world.start();
    house.wait_until(|| world.program.is_answered());
    world.set_dues(month);
    world.busy.store(true, Ordering::SeqCst);
    thread::scope(|scope| {
        for _ in 0..load::CLIENTS {
            let chance = chance.branch();
            scope.spawn(move || load::act(world, chance));
        }
        let fallen = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for kill in 1..=kills {
                house = kill_and_start(world, house, chance, &format!("{month}, kill {kill}"));
            }
            thread::sleep(chance.pause(LIFE));
            house.kill();
        }));
        world.busy.store(false, Ordering::SeqCst);
        if let Err(panic) = fallen {
            std::panic::resume_unwind(panic);
        }
    });
}

fn kill_and_start(world: &World, house: Process, chance: &mut Chance, which: &str) -> Process {
    thread::sleep(chance.pause(LIFE));
    house.kill();
    oracle::nothing_is_lost(world, which);
    let mut house = world.start();
    // One in five does not even live until it answers.
    if chance.below(5) > 0 {
        house.wait_until(|| world.program.is_answered());
    }
    house
}

/// Every job is done, as time goes by: who was not heard of is asked after, what is to go back goes back.
fn come_to_rest(world: &World) {
    let desk = &world.database.desk;
    let settings = SandboxSettings::demo();
    let mut account = AliyunSettings::new(&settings.access_key_id, &settings.access_key_secret, &settings.sign_name);
    account.endpoint.clone_from(&world.place.sms);
    let origin = format!("http://{}", world.place.listen);
    let house = house::build(Plan {
        desk: desk.clone(),
        carriers: vec![Arc::new(Aliyun::new(account, desk.clock().clone()))],
        wechat: None,
        channels: Bank::open(desk, &world.place.bank, &origin).expect("channels").channels,
        typesetter: Arc::new(Press::beside()),
        folder: world.folder.path().to_owned(),
        public_origin: origin,
        signature: house::SignatureKind::Ed25519,
        proxies: Proxies::none(),
        limits: None,
        metrics_for: Vec::new(),
        secure_cookies: false,
        secure: None,
    })
    .expect("a house");
    for _ in 0..24 {
        house.handlers.drain(desk).expect("the queue");
        desk.clock().set(desk.now().plus(Duration::from_mins(11)));
    }
}
