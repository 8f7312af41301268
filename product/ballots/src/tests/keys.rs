//! Keys that are lost, laid in another's place, locked, or never used.

use std::time::Duration;

use ejia_audit::Actor;

use crate::{BallotId, Outcome, State, Voided};

use super::course::tally;
use super::house::{House, both, members, why};

const PASSPHRASE: &str = "东山街道监票人 2026";

/// An open vote in which three voted.
fn cast(house: &House, passphrase: Option<&str>) -> BallotId {
    let voters = members(4);
    let id = house.open(House::asked(&voters), passphrase).unwrap();
    for voter in &voters[..3] {
        house.vote(id, *voter, &[1]);
    }
    id
}

#[test]
fn a_key_that_is_lost_makes_a_vote_void() {
    both(|house| {
        let id = cast(house, None);
        house.lose_keys();
        assert_eq!(house.count(id), Outcome::Hidden, "it may still come back");
        house.work_to_the_last();
        assert_eq!(house.outcome(id), Outcome::Void(Voided::KeyLost));
        assert_eq!(house.number("SELECT COUNT(*) FROM ballot_sealed"), 0);
        assert_eq!(house.told(), [id]);
    });
}

#[test]
fn a_key_that_comes_back_in_time_counts_its_vote() {
    both(|house| {
        let id = cast(house, None);
        let keys = house.lose_keys();
        assert_eq!(house.count(id), Outcome::Hidden);
        house.lay_keys(keys);
        house.wait(Duration::from_secs(5));
        house.work();
        assert_eq!(tally(house.outcome(id)).valid, 3);
    });
}

#[test]
fn a_key_that_was_laid_in_the_place_of_another_opens_nothing() {
    both(|house| {
        let (id, _) = (cast(house, None), cast(house, None));
        let mut keys = house.lose_keys();
        let files: Vec<Vec<u8>> = keys.values().rev().cloned().collect();
        keys.values_mut().zip(files).for_each(|(file, other)| *file = other);
        house.lay_keys(keys);
        house.close(id).unwrap();
        house.work_to_the_last();
        assert_eq!(house.outcome(id), Outcome::Hidden, "a person must look at it");
        assert_eq!(house.number("SELECT COUNT(*) FROM job WHERE state = 'failed'"), 1);
        house.abandon(id).unwrap();
    });
}

#[test]
fn a_locked_vote_is_counted_by_who_knows_the_passphrase() {
    both(|house| {
        let id = cast(house, Some(PASSPHRASE));
        assert!(house.standing(id).locked);
        let count = |passphrase| house.ballots.count(&house.desk, &Actor::System, id, passphrase);
        assert_eq!(why(&count(PASSPHRASE).unwrap_err()), "ballots.not_closed");
        assert_eq!(house.count(id), Outcome::Hidden);
        house.work_to_the_last();
        assert_eq!((house.standing(id).state, house.key_files()), (State::Closed, 1), "no job can count it");
        for wrong in ["", "东山街道监票人 2025"] {
            assert_eq!(why(&count(wrong).unwrap_err()), "ballots.passphrase_wrong");
        }
        let keys = house.lose_keys();
        assert_eq!(why(&count(PASSPHRASE).unwrap_err()), "ballots.keys_away");
        house.lay_keys(keys);
        count(PASSPHRASE).unwrap();
        assert_eq!(tally(house.outcome(id)).votes[1].votes, 3);
        assert_eq!(house.key_files(), 0, "destroyed at once");
        assert_eq!(why(&count(PASSPHRASE).unwrap_err()), "ballots.not_closed");
        house.work();
        assert_eq!(house.told(), [id]);
    });
}

#[test]
fn a_short_passphrase_is_refused_and_leaves_no_key() {
    both(|house| {
        let refused = house.open(House::asked(&members(3)), Some("1234567")).unwrap_err();
        assert_eq!(why(&refused), "ballots.passphrase_short");
        assert_eq!((house.key_files(), house.number("SELECT COUNT(*) FROM ballot_key")), (0, 0));
    });
}

#[test]
fn a_key_opens_one_vote_and_is_swept_away_when_it_opens_none() {
    both(|house| {
        let open = |prepared: &crate::Prepared| {
            let (ballots, prepared, new) = (house.ballots.clone(), prepared.clone(), House::asked(&members(3)));
            house.desk.write_now(move |txn| ballots.open(txn, &Actor::System, &prepared, &new))
        };
        let used = house.ballots.prepare(&house.desk, None).unwrap();
        let id = open(&used).unwrap();
        assert_eq!(why(&open(&used).unwrap_err()), "ballots.key_stale");
        let unused = house.ballots.prepare(&house.desk, None).unwrap();
        house.wait(Duration::from_mins(59));
        house.work();
        assert_eq!(house.key_files(), 2);
        house.wait(Duration::from_mins(11));
        house.work();
        assert_eq!(house.key_files(), 1);
        assert_eq!(why(&open(&unused).unwrap_err()), "ballots.key_stale");
        assert_eq!(house.standing(id).state, State::Open, "the vote that was opened keeps its key");
    });
}
