//! A vote from its opening to its list.

use std::collections::BTreeMap;

use ejia_kernel::MemberId;

use crate::store::listed::PER_PAGE;
use crate::{BallotId, Cast, Outcome, Sheet, Standing, State, Tally};

use super::house::{House, both, members, why};

pub(crate) fn tally(outcome: Outcome) -> Tally {
    match outcome {
        Outcome::Counted(tally) => tally,
        other => panic!("{other:?}"),
    }
}

fn votes(tally: &Tally) -> Vec<u64> {
    tally.votes.iter().map(|votes| votes.votes).collect()
}

fn listed(house: &House, id: BallotId, page: u64) -> Vec<(String, Vec<usize>)> {
    let page = house.desk.read_now(move |txn| crate::published(txn, id, page)).unwrap();
    page.ballots.into_iter().map(|ballot| (ballot.code, ballot.chosen)).collect()
}

#[test]
fn a_vote_is_opened_cast_closed_and_counted() {
    both(|house| {
        let (id, voters) = house.opened(5);
        let mut expected = BTreeMap::new();
        for (voter, place) in voters.iter().zip([0, 2, 0, 1]) {
            assert_eq!(house.outcome(id), Outcome::Hidden);
            expected.insert(house.vote(id, *voter, &[place]), vec![place]);
        }
        assert_eq!(house.standing(id), Standing { state: State::Open, voters: 5, voted: 4, locked: false });
        assert_eq!(voters.iter().map(|voter| house.voted(id, *voter)).filter(|voted| *voted == Some(true)).count(), 4);
        house.close(id).unwrap();
        assert_eq!((house.standing(id).state, house.outcome(id)), (State::Closed, Outcome::Hidden));
        assert!(listed(house, id, 1).is_empty());
        house.work();
        let tally = tally(house.outcome(id));
        assert_eq!((votes(&tally), tally.valid), (vec![2, 1, 1], 4));
        assert_eq!(listed(house, id, 1), expected.into_iter().collect::<Vec<_>>(), "sorted by code");
        assert_eq!(house.told(), [id]);
        assert_eq!(house.key_files(), 0, "the key is destroyed");
        assert_eq!(house.number("SELECT COUNT(*) FROM ballot_key"), 0);
        assert_eq!(house.number("SELECT COUNT(*) FROM ballot_sealed"), 0);
        let recorded = "SELECT COUNT(*) FROM audit_entry";
        assert_eq!(house.number(recorded), 4, "opened, closed, counted, key destroyed: no casting");
    });
}

#[test]
fn a_voter_gets_a_blank_paper_until_he_has_voted() {
    both(|house| {
        let (id, voters) = house.opened(3);
        assert_eq!(why(&house.sheet(id, members(1)[0]).unwrap_err()), "ballots.no_such_ballot");
        assert_eq!(why(&house.sheet(BallotId::random(), voters[0]).unwrap_err()), "ballots.no_such_ballot");
        let (first, second) = (house.filled(id, voters[0], &[0]), house.filled(id, voters[0], &[1]));
        assert_ne!(first.code, second.code, "each paper has a code of its own");
        house.cast(id, voters[0], &first).unwrap();
        assert!(house.sheet(id, voters[0]).unwrap() == Sheet::Cast);
        house.close(id).unwrap();
        assert!(house.sheet(id, voters[1]).unwrap() == Sheet::Closed(State::Closed));
        assert!(house.sheet(id, voters[0]).unwrap() == Sheet::Cast);
    });
}

#[test]
fn what_is_not_cast_and_why() {
    both(|house| {
        let ((id, voters), (other, _)) = (house.opened(4), house.opened(3));
        let filled = house.filled(id, voters[0], &[0]);
        let refused = |id, member, cast: &Cast| why(&house.cast(id, member, cast).unwrap_err());
        let changed = |change: fn(&mut Cast)| {
            let mut changed = filled.clone();
            change(&mut changed);
            changed
        };
        assert_eq!(refused(id, members(1)[0], &filled), "ballots.no_such_ballot", "no voter");
        assert_eq!(refused(other, voters[0], &filled), "ballots.no_such_ballot", "no voter there");
        assert_eq!(refused(id, voters[1], &filled), "ballots.no_such_paper", "another's paper");
        let made_up = changed(|cast| cast.code = "0000-0000-0000".to_owned());
        assert_eq!(refused(id, voters[0], &made_up), "ballots.no_such_paper");
        let unmarked = changed(|cast| cast.mark.clear());
        assert_eq!(refused(id, voters[0], &unmarked), "ballots.no_such_paper");
        assert_eq!(refused(id, voters[0], &changed(|cast| cast.chosen.clear())), "ballots.choose_one");
        assert_eq!(refused(id, voters[0], &changed(|cast| cast.chosen.push(1))), "ballots.choose_fewer");
        assert_eq!(refused(id, voters[0], &changed(|cast| cast.chosen = vec![3])), "ballots.no_such_option");
        assert_eq!(house.standing(id).voted, 0);
        house.cast(id, voters[0], &filled).unwrap();
        assert_eq!(refused(id, voters[0], &filled), "ballots.already_voted", "sent twice");
        let late = house.filled(id, voters[1], &[0]);
        house.close(id).unwrap();
        assert_eq!(refused(id, voters[1], &late), "ballots.not_open");
        assert_eq!(refused(id, voters[0], &filled), "ballots.already_voted", "sent again after the end");
        assert_eq!(why(&house.close(id).unwrap_err()), "ballots.not_open");
        assert_eq!(house.number("SELECT COUNT(*) FROM ballot_sealed"), 1);
    });
}

#[test]
fn who_knows_his_code_finds_his_ballot() {
    both(|house| {
        let many = usize::try_from(PER_PAGE).unwrap() + 2;
        let (id, voters) = house.opened(many);
        let codes: Vec<(String, usize)> =
            voters.iter().enumerate().map(|(n, voter)| (house.vote(id, *voter, &[n % 3]), n % 3)).collect();
        let find = |code: String| house.desk.read_now(move |txn| crate::find(txn, id, &code));
        assert_eq!(why(&find(codes[0].0.clone()).unwrap_err()), "ballots.not_listed", "not yet");
        assert_eq!(tally(house.count(id)).list.pages, 2);
        for (code, chosen) in &codes {
            let found = find(code.to_lowercase().replace('-', " ")).unwrap();
            assert_eq!((&found.code, &found.chosen), (code, &vec![*chosen]));
            assert!(listed(house, id, found.page).iter().any(|(listed, _)| listed == code), "on the page it names");
        }
        assert_eq!(why(&find("0000-0000-0000".to_owned()).unwrap_err()), "ballots.not_listed");
        assert_eq!(why(&find("我的票".to_owned()).unwrap_err()), "ballots.no_code");
        let whole = [listed(house, id, 1), listed(house, id, 2)].concat();
        assert_eq!(whole.len(), many);
        assert!(whole.is_sorted_by(|one, next| one.0 < next.0));
        assert_eq!(listed(house, id, 9), listed(house, id, 2), "the last page, where there are not so many");
    });
}

#[test]
fn several_may_be_chosen_where_the_paper_says_so() {
    both(|house| {
        let voters = members(3);
        let mut new = House::asked(&voters);
        new.most = 2;
        let id = house.open(new, None).unwrap();
        for (voter, chosen) in voters.iter().zip([&[0, 2][..], &[2], &[1, 2]]) {
            house.vote(id, *voter, chosen);
        }
        assert_eq!(votes(&tally(house.count(id))), [1, 1, 3]);
    });
}

#[test]
fn where_fewer_than_three_voted_nothing_is_published() {
    both(|house| {
        for voted in 0..3 {
            let (id, voters) = house.opened(5);
            let codes: Vec<String> = voters[..voted].iter().map(|voter| house.vote(id, *voter, &[0])).collect();
            assert_eq!(house.count(id), Outcome::Withheld);
            assert!(listed(house, id, 1).is_empty());
            for code in codes {
                let found = house.desk.read_now(move |txn| crate::find(txn, id, &code));
                assert_eq!(why(&found.unwrap_err()), "ballots.not_listed");
            }
        }
        let left = "SELECT (SELECT COUNT(*) FROM ballot_listed) + (SELECT COUNT(*) FROM ballot_sealed)
            + (SELECT COUNT(votes) FROM ballot_option) + (SELECT COUNT(valid) FROM ballot)";
        assert_eq!((house.number(left), house.key_files()), (0, 0));
        assert_eq!(house.told().len(), 3);
    });
}

#[test]
fn a_vote_may_be_called_off_until_it_has_ended() {
    both(|house| {
        let (open, voters) = house.opened(3);
        house.vote(open, voters[0], &[0]);
        house.abandon(open).unwrap();
        let (closed, voters) = house.opened(3);
        house.vote(closed, voters[0], &[0]);
        house.close(closed).unwrap();
        house.abandon(closed).unwrap();
        house.work();
        for id in [open, closed] {
            assert_eq!(house.outcome(id), Outcome::Void(crate::Voided::Abandoned));
            assert_eq!(why(&house.abandon(id).unwrap_err()), "ballots.has_ended");
        }
        assert_eq!((house.key_files(), house.number("SELECT COUNT(*) FROM ballot_sealed")), (0, 0));
        assert_eq!(house.told(), [open, closed]);
    });
}

#[test]
fn several_standings_are_asked_for_at_once() {
    both(|house| {
        let opened: Vec<(BallotId, Vec<MemberId>)> = (3..63).map(|voters| house.opened(voters)).collect();
        house.vote(opened[7].0, opened[7].1[3], &[0]);
        house.close(opened[8].0).unwrap();
        let asked: Vec<BallotId> = opened.iter().map(|(id, _)| *id).chain([BallotId::random()]).collect();
        let standings = house.desk.read_now(move |txn| crate::standings(txn, &asked)).unwrap();
        assert_eq!(standings.len(), opened.len(), "but for the one that is not there");
        for (id, voters) in &opened {
            assert_eq!(standings[id], house.standing(*id));
            assert_eq!(standings[id].voters, voters.len() as u64);
        }
        assert_eq!((standings[&opened[7].0].voted, standings[&opened[8].0].state), (1, State::Closed));
        assert!(house.desk.read_now(|txn| crate::standings(txn, &[])).unwrap().is_empty());
    });
}
