//! Organisation life: meetings are published, members come and vote in secret, votes are closed, records archived.

use serde_json::json;

use super::{note, one_of};
use crate::chance::Chance;
use crate::world::{Vote, World};

/// Meetings that are being held, and whose; a few at a time, so that something comes of them.
const HELD: &str = "SELECT id, organization_id FROM meeting WHERE archived_at IS NULL AND called_off_at IS NULL";
const AT_ONCE: usize = 3;
/// Branches that hold none.
const QUIET: &str = "SELECT o.id FROM organization o WHERE o.kind = 'branch' AND NOT EXISTS (SELECT 1 FROM meeting m
     WHERE m.organization_id = o.id AND m.archived_at IS NULL AND m.called_off_at IS NULL)
     AND (SELECT COUNT(*) FROM member p WHERE p.organization_id = o.id AND p.departed_at IS NULL) > 4";
/// Who is on a list and has not come.
const EXPECTED: &str = "SELECT p.meeting_id, p.member_id FROM meeting_person p JOIN meeting m ON m.id = p.meeting_id
     WHERE m.archived_at IS NULL AND p.attendance = 'unknown'";
/// Items of the agenda: which, of which meeting, whose, and whether they are being voted upon.
const ITEMS: &str = "SELECT i.id, i.meeting_id, m.organization_id, i.state FROM meeting_item i
     JOIN meeting m ON m.id = i.meeting_id WHERE m.archived_at IS NULL AND i.state IN ('coming', 'open')";
/// Who could vote now.
const VOTERS: &str = "SELECT i.id, i.meeting_id, v.member_id FROM meeting_item i
     JOIN ballot_voter v ON v.ballot_id = i.ballot_id WHERE i.state = 'open' AND NOT v.voted";
/// As many come or vote one after another.
const IN_A_ROW: usize = 4;

/// Something of a meeting.
pub(super) fn act(world: &World, chance: &mut Chance) {
    match chance.below(12) {
        0 if world.rows_if_it_answers::<String, 2>(HELD).is_ok_and(|held| held.len() < AT_ONCE) => {
            publish(world, chance);
        }
        1 => add_item(world, chance),
        2 | 3 => open_or_close(world, chance),
        4 => archive(world, chance),
        5..8 => (0..IN_A_ROW).for_each(|_| come(world, chance)),
        _ => (0..IN_A_ROW).for_each(|_| vote(world, chance)),
    }
}

/// An online meeting that is under way, with everybody on its list and a resolution on its agenda.
fn publish(world: &World, chance: &mut Chance) {
    let Some([branch]) = one_of(world, chance, QUIET) else { return };
    let Some(office) = world.session(&branch) else { return };
    let form = json!({
        "kind": "assembly", "name": "党员大会", "way": "online", "topic": "学习讨论",
        "starts_at": format!("{}T11:30", world.today), "ends_at": format!("{}T23:30", world.today),
    });
    let answer = world.program.act(office, "/office/meetings/new", &form);
    let Ok(id) = answer.as_ref().map(|answer| answer["meeting"].as_str().expect("an id").to_owned()) else { return };
    note(world, "meetings.published", &id, &answer);
    invite(world, &id, office);
    resolve(world, &id, office);
}

fn invite(world: &World, id: &str, office: &str) {
    let answer = world.program.act(office, &format!("/office/meetings/{id}/invite"), &json!({"who": "all"}));
    note(world, "meetings.list_saved", id, &answer);
}

fn resolve(world: &World, id: &str, office: &str) {
    let form = json!({"kind": "resolution", "title": "关于修缮党员活动室的决议"});
    if world.program.act(office, &format!("/office/meetings/{id}/agenda/new"), &form).is_ok() {
        *world.answered().items.entry(id.to_owned()).or_default() += 1;
    }
}

/// Also for meetings whose publisher was cut off in the middle.
fn add_item(world: &World, chance: &mut Chance) {
    let Some([id, branch]) = one_of(world, chance, HELD) else { return };
    let Some(office) = world.session(&branch) else { return };
    invite(world, &id, office);
    resolve(world, &id, office);
}

fn open_or_close(world: &World, chance: &mut Chance) {
    let Some([item, meeting, branch, state]) = one_of::<4>(world, chance, ITEMS) else { return };
    let Some(chair) = world.session(&branch) else { return };
    if state == "open" && chance.below(3) > 0 {
        return;
    }
    let (action, step) =
        if state == "open" { ("meetings.vote_closed", "close") } else { ("meetings.vote_opened", "open") };
    let path = format!("/office/meetings/{meeting}/agenda/{item}/{step}");
    note(world, action, &item, &world.program.act(chair, &path, &json!({})));
}

fn come(world: &World, chance: &mut Chance) {
    let Some([meeting, member]) = one_of(world, chance, EXPECTED) else { return };
    let Some(own) = world.session(&member) else { return };
    if world.program.act(own, &format!("/member/meetings/{meeting}/come"), &json!({})).is_ok() {
        world.answered().present.insert((meeting, member));
    }
}

/// Somebody votes; whoever hears nothing, and some who have heard, try again.
fn vote(world: &World, chance: &mut Chance) {
    let Some([item, meeting, member]) = one_of(world, chance, VOTERS) else { return };
    let Some(own) = world.session(&member) else { return };
    let path = format!("/member/meetings/{meeting}/agenda/{item}/vote");
    let Some(paper) = world.program.see(own, &path) else { return };
    let code = paper["code"].as_str().unwrap_or_default().to_owned();
    if code.is_empty() {
        return;
    }
    let chosen = chance.below(3);
    let ballot = json!({"code": code, "mark": paper["mark"], "chosen": [chosen.to_string()]});
    let mut taken = world.program.act(own, &path, &ballot).is_ok();
    if !taken || chance.below(4) == 0 {
        let again = world.program.act(own, &path, &ballot).is_ok();
        assert!(!(taken && again), "a vote was taken twice");
        taken |= again;
    }
    if taken {
        world.answered().votes.push(Vote { item, member, code, chosen });
    }
}

/// A meeting is over: its record goes into the register. Votes that go on keep it open.
fn archive(world: &World, chance: &mut Chance) {
    let Some([id, branch]) = one_of(world, chance, HELD) else { return };
    if chance.below(3) > 0 {
        return;
    }
    let Some(office) = world.session(&branch) else { return };
    let Some(record) = world.program.see(office, &format!("/office/meetings/{id}/archive")) else { return };
    let answer =
        world.program.act(office, &format!("/office/meetings/{id}/archive"), &json!({"version": record["version"]}));
    note(world, "meetings.archived", &id, &answer);
}
