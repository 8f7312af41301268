//! What holds after every act, said once more and in other words than the rules of the crate say it.

use std::collections::{BTreeMap, BTreeSet};

use ejia_directory::{Node, Tree};
use ejia_kernel::{AdministratorId, OrganizationId, OrganizationKind, ProblemKind, TransferId};

use super::acts::{Outcome, Verb};
use super::seen::{Rows, Seen};
use super::world::World;
use crate::handling::at_desk::seen as sees;
use crate::handling::to_handle;
use crate::model::{Act, Direction, Stage, Transfer};
use crate::tests::city::officer_in;

/// The nearest open organization of the way up from this one of which `fits` is true.
pub(super) fn open_at_or_above(
    tree: &Tree,
    id: OrganizationId,
    fits: impl Fn(&Node) -> bool,
) -> Option<OrganizationId> {
    let way = tree.way(&tree.get(id)?.path);
    way.into_iter().rev().find(|node| !node.closed && fits(node)).map(|node| node.id)
}

/// The organizations that may allocate and are open.
pub(super) fn open_committees(tree: &Tree, organizations: &[OrganizationId]) -> Vec<OrganizationId> {
    let fits = |id: &OrganizationId| tree.get(*id).is_some_and(|node| !node.closed && node.kind.may_allocate());
    organizations.iter().copied().filter(fits).collect()
}

/// The organizations under which others may stand.
pub(super) fn may_stand_above(tree: &Tree, organizations: &[OrganizationId]) -> Vec<OrganizationId> {
    let fits = |id: &OrganizationId| {
        tree.get(*id).is_some_and(|node| node.kind != OrganizationKind::Branch && node.path.depth() < 10)
    };
    organizations.iter().copied().filter(fits).collect()
}

/// Who has to act on a transfer now, and what he has to do.
pub(super) fn handler(seen: &Seen, transfer: &Transfer) -> Option<(Stage, OrganizationId)> {
    let (at, stage) = (transfer.standing.at?, transfer.standing.stage);
    let found = match stage {
        Stage::Issue => (stage, answers_for(seen, at)?),
        Stage::Accept | Stage::Allocate if seen.tree.get(at)?.closed => {
            (Stage::Allocate, open_at_or_above(&seen.tree, at, |node| node.kind.may_allocate())?)
        }
        _ => (stage, open_at_or_above(&seen.tree, at, |_| true)?),
    };
    Some(found)
}

/// Who answers for the letters of an organization.
pub(super) fn answers_for(seen: &Seen, issuer: OrganizationId) -> Option<OrganizationId> {
    open_at_or_above(&seen.tree, issuer, |node| seen.issuers.may(node))
}

/// What was refused has changed nothing and is nobody's fault; what was done was allowed, and has changed only what it
/// was about.
pub(super) fn changed_rightly(before: &Seen, after: &Seen, outcome: &Outcome) {
    let verb = outcome.verb;
    if let Err(problem) = &outcome.answer {
        assert!(!matches!(problem.kind, ProblemKind::Fault | ProblemKind::Busy), "{verb:?}: {problem:?}");
        // A clash of numbers is written down for the help desk.
        let clashed = problem.code.ends_with("_clash");
        let same = if clashed {
            without_traces(&before.rows) == without_traces(&after.rows)
        } else {
            before.rows == after.rows
        };
        assert!(same, "{verb:?} was refused ({}) and has changed something", problem.code);
        return;
    }
    assert!(outcome.allowed, "{verb:?} was done by somebody who may not");
    let others = |rows: &Rows| {
        let mut rows = without_traces(rows);
        if let Some(id) = outcome.transfer {
            rows.transfers.remove(&id);
            rows.steps.remove(&id);
            rows.seats.remove(&id);
            rows.applicants.remove(&id);
            rows.letters.retain(|letter| letter.transfer != id);
            rows.receipts.retain(|slip| slip.transfer != id);
        }
        if let Some(id) = outcome.member {
            rows.members.remove(&id);
        }
        rows.counters.clear();
        // A place in the tree is not a branch: organizations are moved.
        rows.members.values_mut().for_each(|home| home.path.clear());
        rows
    };
    let (mut was, mut is) = (others(&before.rows), others(&after.rows));
    // Who was not there before has come with this act.
    let arrived = outcome.transfer.and_then(|id| after.rows.transfers[&id].member_id);
    if let Some(member) = arrived.filter(|_| verb == Verb::Accept) {
        was.members.remove(&member);
        is.members.remove(&member);
    }
    assert_eq!(was, is, "{verb:?} has changed something that it was not about");
    for (id, steps) in &before.rows.steps {
        assert!(after.rows.steps[id].starts_with(steps), "history was written anew");
    }
    if let Some(transfer) = outcome.transfer.and_then(|id| before.rows.transfers.get(&id)) {
        assert!(!transfer.standing.stage.ended(), "{verb:?} with a transfer that had ended");
    }
    homes_changed_rightly(before, after, outcome);
}

/// A member has another branch only by his arrival there, or by the hand of a committee.
fn homes_changed_rightly(before: &Seen, after: &Seen, outcome: &Outcome) {
    for (id, home) in &after.rows.members {
        let was = before.rows.members.get(id);
        if was.is_some_and(|was| (was.branch, was.departed) == (home.branch, home.departed)) {
            continue;
        }
        if matches!(outcome.verb, Verb::Place | Verb::Leave) {
            continue;
        }
        let transfer = outcome.transfer.map(|id| &after.rows.transfers[&id]).unwrap();
        assert_eq!((transfer.member_id, transfer.standing.stage), (Some(*id), Stage::Done));
        match outcome.verb {
            Verb::Accept => {
                assert_eq!(outcome.office, Some(home.branch), "the branch that takes him in is his");
                assert!(!home.departed && transfer.direction != Direction::Out);
            }
            Verb::Confirm | Verb::Bring => {
                assert!(home.departed && transfer.direction == Direction::Out);
                assert_eq!(was.map(|was| was.branch), Some(home.branch), "his old branch is the last one");
            }
            other => panic!("{other:?} has given a member another branch"),
        }
    }
}

fn without_traces(rows: &Rows) -> Rows {
    Rows { traces: (0, 0), ..rows.clone() }
}

/// What is true of all rows at every instant.
pub(super) fn hold(seen: &Seen) {
    let mut open = BTreeSet::new();
    for (id, home) in &seen.rows.members {
        let branch = seen.tree.get(home.branch).unwrap();
        assert_eq!(branch.kind, OrganizationKind::Branch, "member {id} belongs to something else");
        assert_eq!(home.path, branch.path.as_str(), "member {id} stands elsewhere than his branch");
    }
    for transfer in seen.rows.transfers.values() {
        if let Some(member) = transfer.member_id.filter(|_| !transfer.standing.stage.ended()) {
            assert!(open.insert(member), "two open transfers of one member");
        }
        lies_somewhere(seen, transfer);
        steps_agree(seen, transfer);
        seats_agree(seen, transfer);
        letters_agree(seen, transfer);
    }
    numbers_run(seen);
}

/// Ended, or with exactly one organization, or with the applicant, or waiting for a receipt that can come.
fn lies_somewhere(seen: &Seen, transfer: &Transfer) {
    let stage = transfer.standing.stage;
    assert_eq!(transfer.ended_at.is_some(), stage.ended());
    let handled = matches!(stage, Stage::Review | Stage::Issue | Stage::Allocate | Stage::Accept);
    assert_eq!(transfer.standing.at.is_some(), handled, "{stage:?} at {:?}", transfer.standing.at);
    assert_eq!(handler(seen, transfer).is_some(), handled, "nobody can act on it");
    if let Some(kept) = seen.rows.applicants.get(&transfer.id) {
        assert_eq!((kept.ended, kept.told), (stage.ended(), !stage.ended()), "what he told is kept as long as needed");
    }
    if transfer.direction == Direction::In {
        assert_eq!(transfer.member_id.is_some(), stage == Stage::Done);
    }
}

/// The last act that moves a transfer is the one that leads to where it stands; every one was a write of its row.
fn steps_agree(seen: &Seen, transfer: &Transfer) {
    let beside = [Act::LetterPrinted, Act::LetterVoided, Act::ReceiptSent, Act::ReceiptRefused];
    let moves: Vec<Act> =
        seen.rows.steps[&transfer.id].iter().map(|step| step.act).filter(|act| !beside.contains(act)).collect();
    assert_eq!(moves.first(), Some(&Act::Applied));
    assert_eq!(i64::try_from(moves.len()), Ok(transfer.version), "as many steps as writes");
    let before: &[Act] = match transfer.standing.stage {
        Stage::Issue => &[Act::Reviewed],
        Stage::Review | Stage::Allocate => &[Act::Applied, Act::Mended, Act::Reviewed],
        Stage::Accept => &[Act::Allocated],
        Stage::Receipt => &[Act::LetterIssued, Act::LetterReissued],
        Stage::Returned => &[Act::Returned],
        Stage::Done if transfer.direction == Direction::Out => &[Act::ReceiptAccepted],
        Stage::Done => &[Act::Accepted],
        Stage::Withdrawn => &[Act::Withdrew],
        Stage::Dropped => &[Act::Dropped],
    };
    assert!(moves.last().is_some_and(|last| before.contains(last)), "{:?} after {moves:?}", transfer.standing.stage);
}

/// Who sees it: both ends, with the words that lists are narrowed by; while the tree stands still, everybody above them.
fn seats_agree(seen: &Seen, transfer: &Transfer) {
    let seats = &seen.rows.seats[&transfer.id];
    for seat in seats {
        assert_eq!((seat.stage.as_str(), &seat.name), (transfer.standing.stage.code(), &transfer.name));
    }
    let side = |id: Option<OrganizationId>, on: &dyn Fn(&super::seen::Seat) -> bool| {
        id.is_none_or(|id| seats.iter().any(|seat| seat.organization == id && on(seat)))
    };
    assert!(side(transfer.from.organization_id, &|seat| seat.leaves), "the branch that is left sees it");
    assert!(side(transfer.to.organization_id, &|seat| seat.enters), "the branch that is gone to sees it");
    assert!(side(transfer.committee_id, &|seat| seat.enters), "the committee that was chosen sees it");
    assert!(seats.iter().all(|seat| !(seat.leaves && seat.enters) || seat.internal));
}

/// One letter counts while a receipt is awaited, and none is out before; the one that was answered is the last.
fn letters_agree(seen: &Seen, transfer: &Transfer) {
    let (letters, stage) = (seen.letters_of(transfer.id), transfer.standing.stage);
    let live = letters.iter().filter(|letter| letter.is_live()).count();
    let answered = letters.iter().filter(|letter| letter.answered).count();
    assert!(live <= 1, "two letters count");
    let slips = |state: &str| {
        let of = seen.rows.receipts.iter().filter(|slip| slip.transfer == transfer.id && slip.state == state);
        of.map(|slip| slip.letter).collect::<Vec<_>>()
    };
    let gone = stage == Stage::Done && transfer.direction == Direction::Out;
    assert_eq!(answered, usize::from(gone), "a letter is answered when he has arrived");
    assert_eq!(slips("accepted").len(), usize::from(gone), "one receipt ends it");
    match stage {
        Stage::Receipt => assert!(!letters.is_empty()),
        Stage::Done | Stage::Dropped => {}
        _ => assert!(letters.is_empty(), "a letter is out at {stage:?}"),
    }
    for letter in slips("waiting") {
        assert_eq!(stage, Stage::Receipt, "a receipt waits for nobody");
        assert!(letters.iter().any(|one| one.id == letter && one.is_live()), "a receipt of a letter that is void");
    }
}

/// Numbers run from one, by organization and year, without a gap or a double.
fn numbers_run(seen: &Seen) {
    let mut numbers: BTreeMap<(OrganizationId, i64), Vec<i64>> = BTreeMap::new();
    for letter in &seen.rows.letters {
        numbers.entry((letter.issuer, letter.year)).or_default().push(letter.sequence);
    }
    for (issuer, numbers) in &mut numbers {
        numbers.sort_unstable();
        assert!(numbers.iter().copied().eq(1..=i64::try_from(numbers.len()).unwrap()), "{issuer:?}: {numbers:?}");
        assert_eq!(seen.rows.counters[issuer], i64::try_from(numbers.len()).unwrap());
    }
    assert_eq!(numbers.len(), seen.rows.counters.len());
}

/// What is to be handled lies in the list of exactly one organization, which sees it. Asked of those that should have
/// something, and of one more; of all with `usize::MAX`.
pub(super) fn lies_with_one_desk(world: &World, seen: &Seen, also: usize) {
    let mut expected: BTreeSet<(OrganizationId, TransferId, Stage)> = BTreeSet::new();
    for transfer in seen.rows.transfers.values() {
        expected.extend(handler(seen, transfer).map(|(stage, at)| (at, transfer.id, stage)));
    }
    let asked: BTreeSet<OrganizationId> = if also == usize::MAX {
        world.organizations.iter().copied().collect()
    } else {
        let more = world.organizations[also % world.organizations.len()];
        expected.iter().map(|(at, ..)| *at).chain([more]).collect()
    };
    let found = world.desk.read_now(move |txn| {
        let mut found = BTreeSet::new();
        for at in &asked {
            let by = officer_in(txn, *at, AdministratorId::random())?;
            for (stage, transfer) in to_handle(txn, &by)? {
                sees(txn, &by, transfer.id)?;
                found.insert((*at, transfer.id, stage));
            }
        }
        Ok(found)
    });
    assert_eq!(found.unwrap(), expected, "what the lists show is not what is to be done");
}
