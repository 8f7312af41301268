//! Several houses on one database and one bucket, as on machines of their own: each is stopped and started anew in its turn,
//! and nobody notices.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use ejia::house;
use ejia::sandbox::{DemoAccount, DemoPortal};
use ejia_buckets::testing::Server;
use ejia_db::{TestDatabase, Txn, args};
use serde_json::json;

use crate::chance::Chance;
use crate::process::Process;
use crate::program::Program;
use crate::proxy::Proxy;
use crate::world::{World, free_address};
use crate::{come_to_rest, oracle, under_load};

/// How long a house announces its end: longer than nginx keeps a connection, and leaves out who was away.
const DRAIN: Duration = Duration::from_secs(4);
/// Once a house is back, before the other goes.
const BETWEEN: Duration = Duration::from_secs(1);

/// proves: R6
#[test]
fn two_houses_behind_nginx_are_started_anew_in_turn_and_no_request_fails() {
    let mut world = World::new(TestDatabase::postgres(house::MIGRATIONS));
    let bucket = Server::start();
    world.place.bucket = Some(bucket.account.clone());
    let mut chance = Chance::new();
    world.begin_month("2026-03");
    let places = [free_address(), free_address()];
    let proxy = Proxy::start(world.place.listen, places);
    let mut houses: Vec<Process> = places.iter().map(|place| started(&world, *place)).collect();
    houses.iter_mut().zip(places).for_each(|(house, place)| house.wait_until(|| at(place).is_ready()));
    world.set_dues("2026-03");
    under_load(&world, &mut chance, |_| {
        thread::scope(|scope| {
            scope.spawn(|| come_and_go(&world));
            in_turn(&world, &mut houses, places);
            world.busy.store(false, std::sync::atomic::Ordering::SeqCst);
        });
    });
    assert_eq!(world.program.failures(), Vec::<String>::new(), "requests failed");
    assert_eq!(proxy.complaints(), Vec::<String>::new(), "nginx had to try something twice");
    for place in places {
        assert!(proxy.answered_by(place) > 100, "{place} had hardly anything to do");
    }
    houses.into_iter().for_each(Process::end);
    oracle::nothing_is_lost(&world, "after the rolling restart");
    come_to_rest(&world);
    oracle::all_is_settled(&world);
    let answered = world.answered();
    eprintln!(
        "-- {} answers, {} seen paid, acts {:?}",
        world.program.done(),
        answered.paid.len(),
        answered.by_action()
    );
    // Otherwise nothing was proved.
    assert!(answered.paid.len() > 5 && answered.acts.values().sum::<i64>() > 50, "hardly anything was done");
}

fn started(world: &World, place: SocketAddr) -> Process {
    // No house sees another's folder.
    let (now, folder) = (world.database.desk.now().ms(), world.folder.path().join(place.port().to_string()));
    Process::start_at(place, &world.place, &folder, now, DRAIN)
}

fn at(place: SocketAddr) -> Program {
    Program::new(&format!("http://{place}"))
}

/// Each house is told to stop, says so while it goes on answering, ends, and is started anew.
fn in_turn(world: &World, houses: &mut Vec<Process>, places: [SocketAddr; 2]) {
    for place in places {
        let house = houses.remove(0);
        thread::sleep(BETWEEN);
        let told = Instant::now();
        house.tell();
        let program = at(place);
        while program.is_ready() {
            assert!(told.elapsed() < DRAIN, "a house that ends calls itself ready");
        }
        assert!(program.is_answered(), "a house that ends answers yet");
        house.ended();
        assert!(told.elapsed() >= DRAIN, "a house ended without a time to leave it");
        let mut house = started(world, place);
        house.wait_until(|| at(place).is_ready());
        houses.push(house);
    }
}

/// People log in, and their sessions hold at whichever house answers, until they are taken off the list of members.
fn come_and_go(world: &World) {
    let list = std::fs::read_to_string(world.folder.path().join("accounts.json")).expect("the city's accounts");
    let accounts: Vec<DemoAccount> = serde_json::from_str(&list).expect("the city's accounts");
    let known = |account: &&DemoAccount| account.portal == DemoPortal::Member && !account.first_login;
    let members: Vec<&DemoAccount> = accounts.iter().filter(known).collect();
    for member in members.iter().cycle().take_while(|_| world.is_busy()) {
        let ask = json!({"login": member.login, "password": member.password});
        let inside = match world.program.act("", "/member/login", &ask) {
            Ok(inside) => inside,
            Err(_) if was_gone(world, &member.name) => continue,
            Err(refused) => panic!("a login: {refused}"),
        };
        let token = inside["token"].as_str().expect("a session").to_owned();
        for _ in 0..10 {
            match world.program.see(&token, "/member/record") {
                Some(record) => assert_eq!(record["name"], member.name),
                None if was_gone(world, &member.name) => break,
                None => panic!("no record of who has logged in"),
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Whether somebody of this name is no member any more, or was none for a while.
fn was_gone(world: &World, name: &str) -> bool {
    let sql = "SELECT m.id FROM member m WHERE m.name = $1 AND (m.departed_at IS NOT NULL OR EXISTS
                   (SELECT 1 FROM audit_entry a WHERE a.subject_id = m.id AND a.action = 'directory.member_restored'))";
    let name = name.to_owned();
    let found = move |txn: &mut Txn<'_>| Ok(txn.first(sql, &args![name.as_str()], |row| row.get::<String>(0))?);
    world.database.desk.read_now(found).expect("the list of members").is_some()
}
