//! The house is killed at any moment: nothing that was answered with success is lost, and nothing is done twice.
//!
//! The house runs as a process of its own; banks, text message company and people live here. Members pay over four
//! channels, some of them twice, banks repeat themselves; members move on all roads, people from outside come in,
//! committees place, remove and import; branches hold meetings, members vote in secret; and again and again the house is
//! killed (`SIGKILL`) at a random moment, while it starts too, and started anew. After every kill everything is looked
//! at; in the end every job is done, every trade of the banks must have settled its order or gone back, every vote that
//! was closed is counted.
//!
//! `EJIA_KILLS` says how often on each database (20), `EJIA_KILL_SEED` repeats a run's chance (not the machine's).

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "tests may panic")]

mod chance;
mod full;
mod gone;
mod load;
mod oracle;
mod process;
mod program;
mod proxy;
mod rolling;
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
const KILLS: usize = 20;
/// Kills in one month of the product; then there are new bills.
const IN_A_MONTH: usize = 5;
/// A house dies after so many answers at most, and some milliseconds; or after this long if nobody gets on.
const ANSWERS: usize = 50;
const MOMENT: usize = 100;
const LIFE: Duration = Duration::from_secs(10);
/// The months that are paid.
const FIRST_YEAR: usize = 2026;

/// proves: R5 R6
#[test]
fn a_house_that_is_killed_at_any_moment_loses_nothing_and_does_nothing_twice() {
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
        "-- {engine}: {done} kills in {:.0} s; {} orders opened, {} seen paid, {} of cash, {} trades, {} came, {} voted, \
         acts {:?}",
        started.elapsed().as_secs_f64(),
        answered.opened.len(),
        answered.paid.len(),
        answered.cash.len(),
        world.counter.newest(usize::MAX).len(),
        answered.present.len(),
        answered.votes.len(),
        answered.by_action(),
    );
    // Otherwise nothing was proved.
    assert!(answered.paid.len() > kills / 2 && answered.cash.len() > kills / 5, "hardly anybody paid");
    assert!(answered.acts.values().sum::<i64>() > i64::try_from(kills).unwrap_or(0), "hardly anybody moved");
    assert!(answered.votes.len() > kills / 4, "hardly anybody voted");
}

/// A month's dues are set, and then it goes to and fro.
fn kill_in_a_month(world: &World, month: &str, kills: usize, chance: &mut Chance) {
    let mut house = world.start();
    house.wait_until(|| world.program.is_answered());
    world.set_dues(month);
    under_load(world, chance, |chance| {
        for kill in 1..=kills {
            house = kill_and_start(world, house, chance, &format!("{month}, kill {kill}"));
        }
        live(world, chance);
        house.kill();
    });
}

/// Waits until something was done, as quick or slow as the machine may be.
fn live(world: &World, chance: &mut Chance) {
    let (started, enough) = (Instant::now(), world.program.done() + chance.below(ANSWERS));
    while world.program.done() < enough && started.elapsed() < LIFE {
        thread::sleep(Duration::from_millis(2));
    }
    thread::sleep(chance.pause(MOMENT));
}

/// Does something while everybody acts, and waits until all have gone home.
fn under_load(world: &World, chance: &mut Chance, doing: impl FnOnce(&mut Chance)) {
    world.busy.store(true, Ordering::SeqCst);
    thread::scope(|scope| {
        for _ in 0..load::CLIENTS {
            let chance = chance.branch();
            scope.spawn(move || load::act(world, chance));
        }
        let fallen = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| doing(chance)));
        world.busy.store(false, Ordering::SeqCst);
        if let Err(panic) = fallen {
            std::panic::resume_unwind(panic);
        }
    });
}

fn kill_and_start(world: &World, house: Process, chance: &mut Chance, which: &str) -> Process {
    live(world, chance);
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
        city: house::CITY.to_owned(),
        desk: desk.clone(),
        carriers: vec![Arc::new(Aliyun::new(account, desk.clock().clone()))],
        wechat: None,
        channels: Bank::open(desk, &world.place.bank, &origin).expect("channels").channels,
        typesetter: Arc::new(Press::beside()),
        folder: world.folder.path().to_owned(),
        bucket: world.place.bucket.clone(),
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
