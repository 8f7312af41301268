//! Whoever writes into the database while a vote goes on makes it void.

use ejia_db::{Txn, args};

use crate::code::VoterCode;
use crate::seal::{self, Marked};
use crate::{BallotId, Outcome, Voided, store};

use super::house::{House, both};

/// A closed vote in which five of six voted.
fn closed(house: &House) -> BallotId {
    let (id, voters) = house.opened(6);
    for voter in &voters[..5] {
        house.vote(id, *voter, &[0]);
    }
    house.close(id).unwrap();
    id
}

/// Does this to a closed vote and counts it.
fn tampered(house: &House, act: impl Fn(&mut Txn<'_>, BallotId) + Send + Sync + 'static) -> Outcome {
    let id = closed(house);
    house
        .desk
        .write_now(move |txn| {
            act(txn, id);
            Ok(())
        })
        .unwrap();
    house.work();
    assert_eq!(house.number("SELECT COUNT(*) FROM ballot_listed"), 0);
    assert_eq!((house.number("SELECT COUNT(*) FROM ballot_sealed"), house.key_files()), (0, 0));
    house.outcome(id)
}

const ALTERED: Outcome = Outcome::Void(Voided::Altered);

/// The first sealed ballot of a vote.
fn first(txn: &mut Txn<'_>, id: BallotId) -> store::Sealed {
    store::sealed(txn, id).unwrap().into_iter().next().unwrap()
}

fn write_over(txn: &mut Txn<'_>, id: BallotId, row: &[u8], text: &[u8]) {
    let sql = "UPDATE ballot_sealed SET sealed = $3 WHERE ballot_id = $1 AND id = $2";
    assert_eq!(txn.execute(sql, &args![id, row, text]).unwrap(), 1);
}

#[test]
fn ballots_that_were_copied_altered_or_swapped_make_a_vote_void() {
    both(|house| {
        let copied = |txn: &mut Txn<'_>, id| {
            let copy = first(txn, id).text;
            store::insert_sealed(txn, id, &seal::row_id().unwrap(), copy).unwrap();
        };
        let copied_over = |txn: &mut Txn<'_>, id| {
            let both = store::sealed(txn, id).unwrap();
            write_over(txn, id, &both[0].row, &both[1].text);
        };
        let altered = |txn: &mut Txn<'_>, id| {
            let mut one = first(txn, id);
            one.text[1_200 / 2] ^= 1;
            write_over(txn, id, &one.row, &one.text);
        };
        let cut = |txn: &mut Txn<'_>, id| {
            let one = first(txn, id);
            write_over(txn, id, &one.row, &one.text[..40]);
        };
        assert_eq!(tampered(house, copied), ALTERED, "copied");
        assert_eq!(tampered(house, copied_over), ALTERED, "copied over another");
        assert_eq!(tampered(house, altered), ALTERED, "one bit");
        assert_eq!(tampered(house, cut), ALTERED, "cut short");
    });
}

#[test]
fn ballots_that_were_taken_out_or_put_in_make_a_vote_void() {
    both(|house| {
        let deleted = |txn: &mut Txn<'_>, id| {
            let row = first(txn, id).row;
            let sql = "DELETE FROM ballot_sealed WHERE ballot_id = $1 AND id = $2";
            txn.execute(sql, &args![id, row]).unwrap();
        };
        let added = |txn: &mut Txn<'_>, id| {
            let text = vec![7; seal::SEALED];
            store::insert_sealed(txn, id, &seal::row_id().unwrap(), text).unwrap();
        };
        // The public key lies in the database: anybody may seal, but not stamp.
        let replaced = |txn: &mut Txn<'_>, id| {
            let row = first(txn, id).row;
            let key = store::load(txn, id).unwrap().public_key;
            let marked = Marked { bits: 0b10, code: VoterCode::draw().unwrap() };
            let forged = seal::seal(&ejia_kernel::Vault::new([9; 32]), &key, id, &row, &marked).unwrap();
            write_over(txn, id, &row, &forged);
        };
        let marked = |txn: &mut Txn<'_>, id| {
            let sql = "UPDATE ballot_voter SET voted = TRUE WHERE ballot_id = $1";
            txn.execute(sql, &args![id]).unwrap();
        };
        assert_eq!(tampered(house, deleted), ALTERED, "taken out");
        assert_eq!(tampered(house, added), ALTERED, "put in");
        assert_eq!(tampered(house, replaced), ALTERED, "replaced by a forged one");
        assert_eq!(tampered(house, marked), ALTERED, "a mark without a ballot");
    });
}

#[test]
fn ballots_of_another_vote_make_a_vote_void() {
    both(|house| {
        let other = closed(house);
        let moved = move |txn: &mut Txn<'_>, id| {
            let (one, another) = (first(txn, id), first(txn, other));
            write_over(txn, id, &one.row, &another.text);
        };
        let id = closed(house);
        house
            .desk
            .write_now(move |txn| {
                moved(txn, id);
                Ok(())
            })
            .unwrap();
        house.work();
        assert_eq!(house.outcome(id), ALTERED);
        assert!(matches!(house.outcome(other), Outcome::Counted(_)), "that one is whole");
    });
}
