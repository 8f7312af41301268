//! The disk is full: whoever writes hears it in words, what can be read is read, and when there is room again everything
//! goes on by itself.

use serde_json::{Value, json};

use crate::world::World;
use crate::{come_to_rest, oracle, world};

/// Less than any of our files needs.
const FULL: u64 = 256;
const NO_ROOM: &str = "507";

/// proves: R6
#[test]
fn on_a_full_disk_everybody_hears_it_and_all_goes_on_when_there_is_room() {
    for open in world::databases() {
        let mut world = World::new(open());
        world.begin_month("2026-03");
        fill_up(&world);
        come_to_rest(&world);
        oracle::all_is_settled(&world);
    }
}

fn fill_up(world: &World) {
    let within = world.database.desk.engine() == "SQLite";
    let mut house = world.start();
    house.wait_until(|| world.program.is_answered());
    let leaving: Vec<Leaving> = (0..3).map(|place| leaving(world, place)).collect();
    house.limit(Some(FULL));
    for place in 0..20 {
        let refused = publish(world, place);
        // PostgreSQL has a disk of its own, which is not full.
        assert_eq!(refused.is_err(), within, "{refused:?}");
        assert!(refused.map_or_else(|why| why.starts_with(NO_ROOM), |_| true), "another refusal than that of no room");
    }
    for leaving in &leaving {
        let path = format!("/member/transfers/{}/receipt", leaving.transfer);
        assert!(world.program.see(&leaving.member, &path).is_some(), "what can be read is read");
        let refused = world.program.send(&leaving.member, &path, ("photo", "回执.jpg"), &world.photo);
        let refused = refused.expect_err("there is no room for a photo");
        assert!(refused.starts_with(NO_ROOM) && refused.contains("kernel.no_room"), "{refused}");
    }
    house.limit(None);
    for (place, leaving) in leaving.iter().enumerate() {
        publish(world, place).expect("there is room again");
        let path = format!("/member/transfers/{}/receipt", leaving.transfer);
        world.program.send(&leaving.member, &path, ("photo", "回执.jpg"), &world.photo).expect("there is room again");
    }
    oracle::nothing_is_lost(world, "after the disk was full");
    house.kill();
}

/// Somebody whose letter is out.
struct Leaving {
    member: String,
    transfer: String,
}

/// A member of some branch applies out of the city, and everybody whose turn it is says yes until his letter is out.
fn leaving(world: &World, place: usize) -> Leaving {
    let member = world.members[place * 7].clone();
    let entered = json!({
        "addressee": "中共福州市鼓楼区委组织部", "organization": "中共福州市鼓楼区东街街道第一支部委员会",
        "unit": "东街街道办事处", "reason": "工作调动", "paid_to": "", "days": "30",
    });
    let applied = world.program.act(&member, "/member/transfers/new/out", &entered).expect("an application");
    let transfer = applied["transfer"].as_str().expect("an id").to_owned();
    loop {
        let sql = format!("SELECT stage, COALESCE(at_organization_id, '') FROM transfer WHERE id = '{transfer}'");
        let [stage, at]: [String; 2] = world.rows(&sql).pop().expect("it is there");
        let step = match stage.as_str() {
            "review" => "review",
            "issue" => "letter",
            _ => return Leaving { member, transfer },
        };
        let office = world.session(&at).expect("an administrator");
        let done = world.program.act(office, &format!("/office/transfers/{transfer}/{step}"), &entered);
        done.unwrap_or_else(|why| panic!("{step}: {why}"));
    }
}

fn publish(world: &World, place: usize) -> Result<Value, String> {
    let form = json!({
        "kind": "assembly", "name": format!("第{place}次党员大会"), "way": "online", "topic": "学习讨论".repeat(60),
        "starts_at": format!("{}T11:30", world.today), "ends_at": format!("{}T23:30", world.today),
    });
    let branch = &world.branches[place % world.branches.len()];
    world.program.act(&branch.token, "/office/meetings/new", &form)
}
