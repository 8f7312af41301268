//! No application is stranded: whatever is open at the end of a sequence is brought to an end by acts that are allowed.

use ejia_documents::SignatureKind;
use ejia_kernel::{OrganizationId, Problem, TransferId};

use super::acts::{Act, Verb};
use super::laws::{self, answers_for, handler, open_at_or_above};
use super::offices::letter_entered;
use super::seen::Seen;
use super::world::World;
use crate::handling::{self, Said};
use crate::model::{Direction, Stage, Transfer};
use crate::receipts;
use crate::{departed, letters};

/// More stops than any road has.
const STOPS: usize = 40;

pub(super) fn everything_ends(world: &mut World) {
    let open = |seen: &Seen| -> Vec<TransferId> {
        seen.rows.transfers.values().filter(|one| !one.standing.stage.ended()).map(|one| one.id).collect()
    };
    for id in open(&Seen::now(&world.desk)) {
        ends(world, id);
    }
    let seen = Seen::now(&world.desk);
    laws::hold(&seen);
    assert!(open(&seen).is_empty());
}

fn ends(world: &World, id: TransferId) {
    for stop in 0..STOPS {
        world.a_minute_passes();
        let seen = Seen::now(&world.desk);
        let transfer = &seen.rows.transfers[&id];
        match transfer.standing.stage {
            stage if stage.ended() => return,
            Stage::Returned => withdraws(world, &seen, transfer),
            Stage::Receipt => receipt_comes(world, &seen, transfer),
            _ => handled(world, &seen, transfer, stop),
        }
    }
    panic!("{id} does not come to an end");
}

/// Its handler brings it on; what cannot go on he sends back, which is always possible.
fn handled(world: &World, seen: &Seen, transfer: &Transfer, stop: usize) {
    let (id, (stage, by)) = (transfer.id, handler(seen, transfer).unwrap());
    let said = Said { said: "同意".to_owned() };
    let outcome = match stage {
        Stage::Review => world.office(by, move |txn, by| handling::review(txn, by, id, &said).map(drop)),
        Stage::Issue => issues(world, by, id),
        Stage::Allocate => {
            let to = u8::try_from(stop * 4 % 256).unwrap();
            let placed = world.placed(Act { verb: Verb::Allocate, on: 0, by: 0, to }, seen, transfer, by);
            world.office(by, move |txn, by| handling::allocate(txn, &by.as_committee()?, id, &placed))
        }
        _ => world.takes_in(by, id),
    };
    let Err(problem) = outcome else { return };
    refused_for_a_reason(seen, transfer, &problem);
    let why = Said { said: "不能办理".to_owned() };
    world.office(by, move |txn, by| handling::send_back(txn, by, id, &why).map(drop)).unwrap();
}

/// Whoever's turn it is is refused only when the way ahead is closed, or the member has left.
fn refused_for_a_reason(seen: &Seen, transfer: &Transfer, problem: &Problem) {
    let code = problem.fields.first().map_or(problem.code, |field| field.code);
    let departed = transfer.member_id.is_some_and(|member| seen.rows.members[&member].departed);
    match code {
        "transfers.member_departed" => assert!(departed),
        "transfers.id_card_clash" | "transfers.phone_clash" => assert_eq!(transfer.direction, Direction::In),
        // No open branch under the committee but the one that is left.
        "transfers.branch_needed" | "transfers.same_branch" => {
            assert_eq!(handler(seen, transfer).map(|(stage, _)| stage), Some(Stage::Allocate));
        }
        other => panic!("{:?} was refused: {other}", transfer.standing),
    }
}

fn issues(world: &World, by: OrganizationId, id: TransferId) -> Result<(), Problem> {
    let (entered, kind) = (letter_entered(), SignatureKind::Ed25519);
    world.office(by, move |txn, by| letters::issue(txn, by, id, &entered, kind).map(drop))
}

/// The applicant takes it back. A member who has left the list cannot come back for it: the house ends it.
fn withdraws(world: &World, seen: &Seen, transfer: &Transfer) {
    if gone(seen, transfer) {
        return house_ends_it(world, transfer.id);
    }
    let id = transfer.id;
    if let Some(member) = transfer.member_id {
        world.member(seen, member, move |txn, by| crate::applying::withdraw(txn, by, id)).unwrap();
    } else {
        let whose = seen.rows.applicants[&id].applicant;
        let by = world.outsiders.iter().find(|one| one.applicant.id() == whose).unwrap().applicant.clone();
        world.desk.write_now(move |txn| crate::incoming::withdraw(txn, &by, id)).unwrap();
    }
}

/// The side that is left brings the receipt; where no letter counts, whoever answers for the last one issues another.
fn receipt_comes(world: &World, seen: &Seen, transfer: &Transfer) {
    let (id, letters) = (transfer.id, seen.letters_of(transfer.id));
    if letters.iter().any(|letter| letter.is_live()) {
        let branch = transfer.from.organization_id.unwrap();
        let by = open_at_or_above(&seen.tree, branch, |_| true).unwrap();
        return world.office(by, move |txn, by| receipts::bring(txn, by, id, None)).unwrap();
    }
    if gone(seen, transfer) {
        return house_ends_it(world, id);
    }
    let by = answers_for(seen, letters.last().unwrap().issuer).unwrap();
    let (entered, kind) = (letter_entered(), SignatureKind::Ed25519);
    world.office(by, move |txn, by| letters::reissue(txn, by, id, &entered, kind).map(drop)).unwrap();
}

fn gone(seen: &Seen, transfer: &Transfer) -> bool {
    transfer.member_id.is_some_and(|member| seen.rows.members[&member].departed)
}

fn house_ends_it(world: &World, id: TransferId) {
    departed::sweep(&world.desk).unwrap();
    assert_eq!(Seen::now(&world.desk).rows.transfers[&id].standing.stage, Stage::Dropped);
}
