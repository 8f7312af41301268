//! What breaks in between leaves nothing half done.

use ejia_jobs::{Handlers, enqueue};
use ejia_kernel::Problem;

use crate::ending::{COUNT, DESTROY};
use crate::model::Ended;
use crate::{Outcome, counting, store};

use super::course::tally;
use super::house::{both, why};

#[test]
fn a_ballot_that_cannot_be_laid_in_leaves_no_mark() {
    both(|house| {
        let (id, voters) = house.opened(3);
        let filled = house.filled(id, voters[0], &[0]);
        let key = "UPDATE ballot SET public_key = x'00' WHERE id = $1";
        let key_on_postgres = "UPDATE ballot SET public_key = '\\x00' WHERE id = $1";
        let whole: Vec<u8> = house.desk.read_now(move |txn| Ok(store::load(txn, id)?.public_key)).unwrap();
        // The mark is turned before the ballot is sealed, and sealing fails.
        house.meddle(if house.desk.engine() == "SQLite" { key } else { key_on_postgres }, id);
        assert!(house.cast(id, voters[0], &filled).is_err());
        assert_eq!((house.voted(id, voters[0]), house.standing(id).voted), (Some(false), 0));
        let back = move |txn: &mut ejia_db::Txn<'_>| {
            let sql = "UPDATE ballot SET public_key = $2 WHERE id = $1";
            Ok(txn.execute(sql, &ejia_db::args![id, &whole])?)
        };
        house.desk.write_now(back).unwrap();
        house.cast(id, voters[0], &filled).unwrap();
    });
}

#[test]
fn a_transaction_that_fails_after_casting_keeps_nothing() {
    both(|house| {
        let (id, voters) = house.opened(3);
        let (voter, filled) = (voters[0], house.filled(id, voters[0], &[0]));
        let again = filled.clone();
        let broken = house.desk.write_now(move |txn| {
            crate::cast(txn, id, voter, &again)?;
            Err::<(), _>(Problem::fault("the caller's own work failed"))
        });
        assert!(broken.is_err());
        let half = house.desk.write_now(move |txn| {
            assert!(store::mark_voted(txn, id, voter)?);
            Err::<(), _>(Problem::fault("the machine dies between the two writes"))
        });
        assert!(half.is_err());
        assert_eq!(house.voted(id, voter), Some(false));
        assert_eq!(house.number("SELECT COUNT(*) FROM ballot_sealed"), 0);
        house.cast(id, voter, &filled).unwrap();
    });
}

#[test]
fn a_vote_that_is_counted_again_is_counted_once() {
    both(|house| {
        let (id, voters) = house.opened(3);
        for voter in &voters {
            house.vote(id, *voter, &[1]);
        }
        let first = house.count(id);
        for kind in [COUNT, COUNT, DESTROY] {
            house.desk.write_now(move |txn| enqueue(txn, kind, Ended { ballot: id })).unwrap();
        }
        house.work();
        assert_eq!(house.outcome(id), first);
        assert_eq!(tally(first).votes[1].votes, 3);
        assert_eq!(house.told(), [id]);
        assert_eq!(house.number("SELECT COUNT(*) FROM audit_entry WHERE action = 'ballots.counted'"), 1);
        assert_eq!(house.number("SELECT COUNT(*) FROM audit_entry WHERE action = 'ballots.key_destroyed'"), 1);
        assert_eq!(house.number("SELECT COUNT(*) FROM job WHERE state = 'failed'"), 0);
    });
}

#[test]
fn a_count_that_dies_before_its_commit_is_done_again() {
    both(|house| {
        let (id, voters) = house.opened(3);
        for voter in &voters {
            house.vote(id, *voter, &[2]);
        }
        house.close(id).unwrap();
        // What it decided is lost with it: nothing is kept before the one transaction that ends the vote.
        let (ballots, verdict) = (house.ballots.clone(), crate::rules::Verdict::Withheld);
        let dies = house.desk.write_now(move |txn| {
            ballots.end(txn, &ejia_audit::Actor::System, id, verdict.clone())?;
            Err::<(), _>(Problem::fault("the machine dies"))
        });
        assert!(dies.is_err());
        assert_eq!((house.outcome(id), house.key_files()), (Outcome::Hidden, 1));
        house.work();
        assert_eq!(tally(house.outcome(id)).votes[2].votes, 3);
    });
}

#[test]
fn a_key_whose_destroyer_died_is_destroyed_later() {
    both(|house| {
        for file_was_gone in [false, true] {
            let (id, voters) = house.opened(3);
            for voter in &voters {
                house.vote(id, *voter, &[0]);
            }
            house.close(id).unwrap();
            // The count stands; whoever did it died before he came to the key, or between its file and its row.
            let ballots = house.ballots.clone();
            let counting = Handlers::new().on(COUNT, move |job, desk| counting::run(&ballots, job, desk));
            counting.drain(&house.desk).unwrap();
            assert_eq!((tally(house.outcome(id)).valid, house.key_files()), (3, 1));
            if file_was_gone {
                house.lose_keys();
            }
            house.work();
            assert_eq!((house.key_files(), house.number("SELECT COUNT(*) FROM ballot_key")), (0, 0));
        }
    });
}

#[test]
fn keys_that_are_away_are_waited_for() {
    both(|house| {
        let (id, voters) = house.opened(3);
        for voter in &voters {
            house.vote(id, *voter, &[0]);
        }
        house.keys_are_away(true);
        assert_eq!(house.count(id), Outcome::Hidden);
        let opened = house.open(super::house::House::asked(&voters), None);
        assert_eq!(why(&opened.unwrap_err()), "ballots.keys_away");
        house.keys_are_away(false);
        house.wait(std::time::Duration::from_secs(5));
        house.work();
        assert_eq!(tally(house.outcome(id)).valid, 3);
        assert_eq!(house.key_files(), 0);
    });
}
