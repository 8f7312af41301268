//! Many vote at once, and one tries to vote many times.

use std::sync::{Barrier, mpsc};
use std::thread;
use std::time::Duration;

use ejia_kernel::{Problem, ProblemKind};

use crate::{Cast, Sheet};

use super::course::tally;
use super::house::{House, both, why};

const THREADS: usize = 16;

/// Runs this on many threads at once; a database that was busy is asked again, as people do.
fn at_once<T: Send>(act: impl Fn(usize) -> Result<T, Problem> + Sync) -> Vec<Result<T, Problem>> {
    let start = Barrier::new(THREADS);
    let run = |thread| {
        start.wait();
        loop {
            match act(thread) {
                Err(problem) if problem.kind == ProblemKind::Busy => thread::yield_now(),
                answer => return answer,
            }
        }
    };
    let run = &run;
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|thread| scope.spawn(move || run(thread))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn sealed(house: &House) -> i64 {
    house.number("SELECT COUNT(*) FROM ballot_sealed")
}

#[test]
fn one_member_at_sixteen_places_votes_once() {
    both(|house| {
        let (id, voters) = house.opened(3);
        let papers: Vec<_> = (0..THREADS).map(|thread| house.filled(id, voters[0], &[thread % 3])).collect();
        let answers = at_once(|thread| house.cast(id, voters[0], &papers[thread]));
        let (cast, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!(cast.len(), 1);
        assert!(refused.iter().all(|answer| why(answer.as_ref().unwrap_err()) == "ballots.already_voted"));
        assert_eq!((house.standing(id).voted, sealed(house)), (1, 1));
    });
}

#[test]
fn many_members_at_once_vote_once_each() {
    both(|house| {
        let (id, voters) = house.opened(48);
        let answers = at_once(|thread| {
            for voter in voters.iter().cycle().skip(thread * 3).take(6) {
                let Sheet::Blank { code, mark } = house.sheet(id, *voter)? else { continue };
                let filled = Cast { code, mark, chosen: vec![thread % 3] };
                match house.cast(id, *voter, &filled) {
                    Err(problem) if problem.code != "ballots.already_voted" => return Err(problem),
                    _ => {}
                }
            }
            Ok(())
        });
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        assert_eq!((house.standing(id).voted, sealed(house)), (48, 48));
        assert_eq!(tally(house.count(id)).valid, 48);
    });
}

#[test]
fn who_casts_while_the_vote_is_closed_is_counted_or_refused() {
    both(|house| {
        let (id, voters) = house.opened(THREADS);
        let papers: Vec<_> = voters.iter().map(|voter| house.filled(id, *voter, &[0])).collect();
        // Enough to be published, whatever the others come to.
        (0..3).for_each(|n| house.cast(id, voters[n], &papers[n]).unwrap());
        let answers = at_once(|thread| match thread {
            3 => house.close(id),
            0..3 => Ok(()),
            other => match house.cast(id, voters[other], &papers[other]) {
                Err(problem) if problem.code == "ballots.not_open" => Ok(()),
                answer => answer,
            },
        });
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        house.work();
        let standing = house.standing(id);
        assert_eq!(tally(house.outcome(id)).valid, standing.voted);
    });
}

#[test]
fn a_vote_is_not_closed_while_somebody_is_casting() {
    both(|house| {
        let (id, voters) = house.opened(4);
        for voter in &voters[..3] {
            house.vote(id, *voter, &[0]);
        }
        let (last, filled) = (voters[3], house.filled(id, voters[3], &[0]));
        let (begun, hears_begun) = mpsc::channel();
        let (counted, hears_counted) = mpsc::channel();
        thread::scope(|scope| {
            let casting = scope.spawn(move || {
                house.desk.write_now(move |txn| {
                    crate::cast(txn, id, last, &filled)?;
                    // Cast, not yet committed: for a second the other one may try to come between.
                    begun.send(()).unwrap();
                    let _ = hears_counted.recv_timeout(Duration::from_secs(1));
                    Ok(())
                })
            });
            hears_begun.recv().unwrap();
            house.close(id).unwrap();
            house.work();
            let _ = counted.send(());
            casting.join().unwrap().unwrap();
        });
        assert_eq!((tally(house.outcome(id)).valid, house.standing(id).voted), (4, 4));
    });
}
