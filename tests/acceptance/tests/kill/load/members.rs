//! The list of members: placed by the committee, taken off it, brought back, imported.

use ejia::city::MEMBER_HEADINGS;
use serde_json::json;

use super::{note, one_of};
use crate::chance::Chance;
use crate::world::World;

/// A member, the committee right above his branch, and another branch of it.
const PLACED: &str = "SELECT m.id, c.id, o.id FROM member m JOIN organization b ON b.id = m.organization_id
     JOIN organization c ON c.id = b.parent_id AND c.kind = 'committee'
     JOIN organization o ON o.parent_id = c.id AND o.kind = 'branch' AND o.id <> b.id
     WHERE m.departed_at IS NULL";
/// Somebody who was taken off the list, and the committee above the branch he was in.
const GONE: &str = "SELECT m.id, c.id FROM member m JOIN organization b ON b.id = m.organization_id
     JOIN organization c ON c.id = b.parent_id AND c.kind = 'committee' WHERE m.departed_at IS NOT NULL";
/// Imports that wait for a word.
const READ: &str = "SELECT id, organization_id FROM import_run WHERE state = 'preview'";
/// A branch and the committee above it.
const BRANCHES: &str = "SELECT b.name, c.id FROM organization b JOIN organization c ON b.parent_id = c.id
     WHERE b.kind = 'branch' AND c.kind = 'committee'";

/// Something about the list of members.
pub(super) fn act(world: &World, chance: &mut Chance) {
    match chance.below(8) {
        0 => take_off(world, chance),
        1 => bring_back(world, chance),
        2 => import(world, chance),
        3..6 => confirm(world, chance),
        _ => place(world, chance),
    }
}

fn place(world: &World, chance: &mut Chance) {
    let Some([member, committee, branch]) = one_of(world, chance, PLACED) else { return };
    let Some(office) = world.session(&committee) else { return };
    let answer =
        world.program.act(office, "/office/members/allocate", &json!({"member": [member], "branch_id": branch}));
    if answer.as_ref().is_ok_and(|answer| answer["moved"] == 1) {
        note(world, "directory.member_allocated", &member, &answer);
    }
}

fn take_off(world: &World, chance: &mut Chance) {
    let Some([member, committee, _]) = one_of(world, chance, PLACED) else { return };
    let Some(office) = world.session(&committee) else { return };
    let form = json!({"reason": "other", "note": "重复登记"});
    let answer = world.program.act(office, &format!("/office/members/{member}/remove"), &form);
    note(world, "directory.member_removed", &member, &answer);
}

fn bring_back(world: &World, chance: &mut Chance) {
    let Some([member, committee]) = one_of(world, chance, GONE) else { return };
    let Some(office) = world.session(&committee) else { return };
    let answer = world.program.act(office, &format!("/office/members/{member}/restore"), &json!({}));
    note(world, "directory.member_restored", &member, &answer);
}

/// A table with three people.
fn import(world: &World, chance: &mut Chance) {
    let Some([branch, committee]) = one_of(world, chance, BRANCHES) else { return };
    let Some(office) = world.session(&committee) else { return };
    let lines = (1..=3).map(|number| {
        let id_card = world.nobody_yet();
        let sex = if id_card.as_bytes()[16] % 2 == 1 { "男" } else { "女" };
        let born = format!("{}-{}-{}", &id_card[6..10], &id_card[10..12], &id_card[12..14]);
        format!(
            "{number},林晓云,{branch},{id_card},{sex},汉族,{born},大学本科,正式党员,2010-07-01,2011-07-01,教师,,,\
             思明区环岛路8号,正常,否,,否,"
        )
    });
    let table = [MEMBER_HEADINGS.join(",")].into_iter().chain(lines).collect::<Vec<_>>().join("\n");
    let answer = world.program.send(office, "/office/import", ("file", "党员.csv"), table.as_bytes());
    let id = answer.as_ref().map(|answer| answer["id"].as_str().expect("an id").to_owned());
    note(world, "directory.import_started", &id.unwrap_or_default(), &answer);
}

fn confirm(world: &World, chance: &mut Chance) {
    let Some([id, committee]) = one_of(world, chance, READ) else { return };
    let Some(office) = world.session(&committee) else { return };
    let answer = world.program.act(office, &format!("/office/import/{id}/confirm"), &json!({}));
    note(world, "directory.import_confirmed", &id, &answer);
}
