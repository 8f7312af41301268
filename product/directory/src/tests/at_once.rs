//! A change is decided once, whoever decides at the same moment, on both databases.

use std::sync::Barrier;

use super::records::{change, counts};
use super::{add, caller, in_city, officer, reload};
use crate::members::store::history::{self, ChangeState};
use crate::members::{RecordField, withdraw};
use crate::reviews::{SendBack, accept, accept_all, send_back};

/// How many decide at once.
const AT_ONCE: usize = 8;

#[test]
fn of_several_who_decide_on_a_change_at_once_one_does() {
    in_city(|desk, city| {
        for round in 0..6 {
            let member = add(desk, city.first, "陈建国");
            change(desk, &member, &[(RecordField::Name, "陈建军")]).unwrap();
            let id = member.id;
            let waits = desk.read_now(move |txn| history::waiting_of(txn, id)).unwrap().remove(0).id;
            let barrier = Barrier::new(AT_ONCE);
            let outcomes: Vec<Result<(), &str>> = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..AT_ONCE)
                    .map(|number| {
                        let (barrier, by, member) = (&barrier, officer(desk, city.first), caller(&member));
                        scope.spawn(move || {
                            barrier.wait();
                            let why = SendBack { reason: "请核对".to_owned() };
                            let done = desk.write_now(move |txn| match (number + round) % 4 {
                                0 => accept(txn, &by, waits).map(drop),
                                1 => send_back(txn, &by, waits, &why).map(drop),
                                2 => withdraw(txn, &member, waits),
                                _ => accept_all(txn, &by, id).map(drop),
                            });
                            done.map_err(|problem| problem.code)
                        })
                    })
                    .collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
            assert!(outcomes.iter().all(|outcome| outcome.is_ok() || *outcome == Err("directory.change_decided")));
            let after = reload(desk, &member);
            let decided = desk.read_now(move |txn| history::load(txn, waits)).unwrap().unwrap();
            assert_eq!(decided.state == ChangeState::Accepted, after.record.name.as_str() == "陈建军");
            assert_eq!((after.waiting, counts(desk, city.first).waiting), (0, 0));
            let lines = desk.read_now(move |txn| ejia_audit::about(txn, "member", id, 10)).unwrap();
            assert_eq!(lines.len(), 2, "the change and one decision: {lines:?}");
        }
    });
}
