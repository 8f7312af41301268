//! 组织关系转移, on all its roads: every application is pushed on by whoever's turn it is, and sometimes another way.

use serde_json::{Value, json};

use super::{note, one_of};
use crate::chance::Chance;
use crate::world::World;

/// Open transfers: which, whose, where it stands, with whom, and where to.
const OPEN: &str = "SELECT id, COALESCE(member_id, ''), stage, COALESCE(at_organization_id, ''), to_name
     FROM transfer WHERE ended_at IS NULL";
const BRANCHES: &str = "SELECT id, name FROM organization WHERE kind = 'branch' AND closed_at IS NULL";
/// A branch and the committee above it.
const PLACES: &str = "SELECT b.name, c.name, c.id FROM organization b JOIN organization c ON b.parent_id = c.id
     WHERE b.kind = 'branch' AND c.kind = 'committee'";
const MEMBERS: &str = "SELECT id FROM member WHERE departed_at IS NULL";
const AWAY: &str = "中共福州市鼓楼区东街街道第一支部委员会";

/// One step of somebody's transfer.
pub(super) fn act(world: &World, chance: &mut Chance) {
    match chance.below(9) {
        0 => apply_within(world, chance),
        1 => apply_out(world, chance),
        2 => apply_in(world, chance),
        _ => go_on(world, chance),
    }
}

fn apply_within(world: &World, chance: &mut Chance) {
    let Some([to, name]) = one_of(world, chance, BRANCHES) else { return };
    apply(world, chance, "within", &json!({"branch": name, "branch_id": to, "reason": "工作调动"}));
}

fn apply_out(world: &World, chance: &mut Chance) {
    let form = json!({
        "addressee": "中共福州市鼓楼区委组织部", "organization": AWAY, "unit": "东街街道办事处", "reason": "工作调动",
    });
    apply(world, chance, "out", &form);
}

fn apply(world: &World, chance: &mut Chance, road: &str, form: &Value) {
    let Some([member]) = one_of(world, chance, MEMBERS) else { return };
    let Some(token) = world.session(&member) else { return };
    applied(world, &world.program.act(token, &format!("/member/transfers/new/{road}"), form));
}

fn applied(world: &World, answer: &Result<Value, String>) {
    let id = answer.as_ref().map(|answer| answer["transfer"].as_str().expect("an id").to_owned());
    note(world, "transfers.applied", &id.unwrap_or_default(), answer);
}

/// Somebody from outside wants to become a member.
fn apply_in(world: &World, chance: &mut Chance) {
    let Some([branch, committee, committee_id]) = one_of(world, chance, PLACES) else { return };
    let Some(applicant) = chance.one_of(&world.applicants) else { return };
    let form = json!({
        "name": "欧阳晓云", "id_card": world.nobody_yet(), "ethnic_group": "汉族", "kind": "full",
        "admitted_on": "2010-07-01", "full_on": "2011-07-01", "from": AWAY,
        "committee": committee, "committee_id": committee_id, "branch": branch, "unit": "一厂", "reason": "工作调动",
    });
    applied(world, &world.program.act(applicant, "/transfers/in/new", &form));
}

/// Whoever's turn it is does what is next; now and then somebody thinks better of it.
fn go_on(world: &World, chance: &mut Chance) {
    let Some([id, member, stage, at, to]) = one_of(world, chance, OPEN) else { return };
    let back = chance.below(10) == 0;
    match (stage.as_str(), world.session(&at), world.session(&member)) {
        ("receipt", _, own) => at_the_letter(world, chance, &id, own),
        (_, _, Some(own)) if back || stage == "returned" => {
            let answer = world.program.act(own, &format!("/member/transfers/{id}/withdraw"), &json!({}));
            note(world, "transfers.withdrawn", &id, &answer);
        }
        (_, Some(office), _) => handle(world, chance, (&id, &stage, &to), office),
        _ => {}
    }
}

fn handle(world: &World, chance: &mut Chance, (id, stage, to): (&str, &str, &str), office: &str) {
    let (action, path, form) = match stage {
        "review" if chance.below(8) == 0 => ("transfers.returned", "return", json!({"said": "请写清原因"})),
        "review" => ("transfers.reviewed", "review", json!({"said": "同意"})),
        "issue" => ("transfers.letter_issued", "letter", letter("")),
        "allocate" => ("transfers.allocated", "allocate", json!({"branch": to})),
        "accept" => ("transfers.accepted", "accept", json!({})),
        _ => return,
    };
    let answer = world.program.act(office, &format!("/office/transfers/{id}/{path}"), &form);
    note(world, action, id, &answer);
}

fn letter(reason: &str) -> Value {
    json!({"addressee": "中共福州市鼓楼区委组织部", "organization": AWAY, "paid_to": "", "days": "30", "reason": reason})
}

/// The letter is out: it is printed, void and issued again, its receipt comes as a photo or by post.
fn at_the_letter(world: &World, chance: &mut Chance, id: &str, member: Option<&str>) {
    let sql = format!("SELECT id, organization_id FROM transfer_letter WHERE transfer_id = '{id}' AND void_at IS NULL");
    let Some([letter_id, issuer]) = one_of(world, chance, &sql) else { return };
    let Some(office) = world.session(&issuer) else { return };
    let program = &world.program;
    let (action, answer) = match (chance.below(6), member) {
        (0 | 1, Some(own)) => {
            ("transfers.letter_printed", program.take_file(own, &format!("/member/transfers/{id}/letter/print")))
        }
        (2, Some(own)) => {
            let path = format!("/member/transfers/{id}/receipt");
            ("transfers.receipt_sent", program.send(own, &path, ("photo", "回执.jpg"), &world.photo))
        }
        (3, _) => {
            let path = format!("/office/transfers/{id}/letter/again");
            ("transfers.letter_reissued", program.act(office, &path, &letter("信息有误")))
        }
        (4, _) => {
            let path = format!("/office/transfers/letters/{letter_id}/void");
            ("transfers.letter_voided", program.act(office, &path, &json!({"reason": "打印成了黑白"})))
        }
        _ => {
            let path = format!("/office/transfers/{id}/receipt/post");
            ("transfers.receipt_accepted", program.act(office, &path, &json!({})))
        }
    };
    note(world, action, id, &answer);
}
