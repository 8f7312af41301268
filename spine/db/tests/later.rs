//! What is left for later: on both databases it is done in its place or not at all, and its failure is the transaction's.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant as Stopwatch};

use ejia_db::{DbError, Desk, Migration, Row, TestDatabase, Txn, Value, args};
use ejia_kernel::Problem;
use proptest::prelude::*;

const SCHEMA: &[Migration] = &[Migration {
    name: "test.001_first",
    sql: "CREATE TABLE entry (id BIGINT PRIMARY KEY, place BIGINT NOT NULL);
          CREATE TABLE counter (id BIGINT PRIMARY KEY, value BIGINT NOT NULL);
          INSERT INTO counter (id, value) VALUES (1, 0);",
}];
const INSERT: &str = "INSERT INTO entry (id, place) VALUES ($1, (SELECT COUNT(*) FROM entry))";

fn entries(desk: &Desk) -> Vec<i64> {
    desk.read_now(|txn| Ok(txn.query("SELECT id FROM entry ORDER BY place", &[], |row| row.get(0))?)).unwrap()
}

#[test]
fn statements_keep_their_order_whether_they_are_waited_for_or_not() {
    TestDatabase::both(&[SCHEMA], |desk| {
        desk.write_now(|txn| {
            txn.later(INSERT, &args![5_i64])?;
            txn.execute(INSERT, &args![3_i64])?;
            txn.later(INSERT, &args![4_i64])?;
            txn.later(INSERT, &args![1_i64])?;
            let seen: i64 = txn.one("SELECT COUNT(*) FROM entry", &[], |row| row.get(0))?;
            assert_eq!(seen, 4);
            txn.later(INSERT, &args![2_i64])?;
            Ok(())
        })
        .unwrap();
        assert_eq!(entries(desk), [5, 3, 4, 1, 2]);
    });
}

#[test]
fn more_than_one_group_may_be_left_for_later() {
    TestDatabase::both(&[SCHEMA], |desk| {
        desk.write_now(|txn| Ok((0..5_000_i64).try_for_each(|id| txn.later(INSERT, &args![id]))?)).unwrap();
        assert!(entries(desk).into_iter().eq(0..5_000));
    });
}

#[test]
fn a_failure_that_only_the_commit_meets_fails_the_closure_and_keeps_nothing() {
    TestDatabase::both(&[SCHEMA], |desk| {
        let answer = desk.write_now(|txn| {
            txn.execute(INSERT, &args![1_i64])?;
            txn.later(INSERT, &args![1_i64])?;
            txn.later(INSERT, &args![2_i64])?;
            Ok(())
        });
        assert_eq!(answer.unwrap_err().kind.status(), 500);
        assert!(entries(desk).is_empty());
    });
}

#[test]
fn a_failure_of_something_left_for_later_is_not_taken_for_the_answer_to_another_statement() {
    let database = TestDatabase::postgres(&[SCHEMA]);
    database
        .desk
        .write_now(|txn| {
            txn.execute(INSERT, &args![1_i64])?;
            txn.later(INSERT, &args![1_i64])?;
            let error = txn.execute(INSERT, &args![2_i64]).unwrap_err();
            assert!(matches!(error, DbError::Other(_)), "{error}");
            assert!(matches!(txn.later(INSERT, &args![3_i64]), Err(DbError::Spent)));
            Ok(())
        })
        .unwrap_err();
    assert!(entries(&database.desk).is_empty());
}

#[test]
fn an_attempt_knows_its_own_failures_before_it_is_over() {
    TestDatabase::both(&[SCHEMA], |desk| {
        desk.write_now(|txn| {
            txn.later(INSERT, &args![1_i64])?;
            let failed = txn.attempt(|txn| {
                txn.later(INSERT, &args![2_i64])?;
                txn.later(INSERT, &args![1_i64])
            });
            assert!(failed.is_err());
            txn.later(INSERT, &args![3_i64])?;
            Ok(())
        })
        .unwrap();
        assert_eq!(entries(desk), [1, 3]);
    });
}

#[test]
fn what_is_left_for_later_by_a_refused_closure_is_never_done() {
    TestDatabase::both(&[SCHEMA], |desk| {
        let refused: Result<(), Problem> = desk.write_now(|txn| {
            txn.later(INSERT, &args![1_i64])?;
            Err(Problem::refused("test.refused"))
        });
        refused.unwrap_err();
        desk.write_now(|txn| Ok(txn.later(INSERT, &args![2_i64])?)).unwrap();
        assert_eq!(entries(desk), [2]);
    });
}

#[test]
fn two_questions_asked_at_once_are_answered_in_their_order() {
    TestDatabase::both(&[SCHEMA], |desk| {
        let seen = desk
            .write_now(|txn| {
                txn.later(INSERT, &args![7_i64])?;
                let more = "INSERT INTO entry (id, place) VALUES ($1, 0), ($2, 0) RETURNING id";
                let all = "SELECT COUNT(*) FROM entry";
                let id = |row: &Row<'_>| row.get::<i64>(0);
                Ok(txn.both((more, &args![8_i64, 9_i64]), id, (all, &[]), id)?)
            })
            .unwrap();
        assert_eq!(seen, (vec![8, 9], vec![3]));
        let refused = desk.write_now(|txn| {
            let count = "SELECT COUNT(*) FROM entry";
            let again = "INSERT INTO entry (id, place) VALUES (7, 0) RETURNING id";
            let answer = txn.both((count, &[]), |row| row.get::<i64>(0), (again, &[]), |row| row.get::<i64>(0));
            assert!(answer.unwrap_err().is_unique("entry_id_key"));
            Ok(())
        });
        assert!(refused.is_err());
    });
}

#[test]
fn what_is_done_once_committed_is_not_done_otherwise() {
    TestDatabase::both(&[SCHEMA], |desk| {
        let rung = Arc::new(AtomicU32::new(0));
        for (id, refused) in [(1_i64, false), (1, false), (2, true), (3, false)] {
            let rung = Arc::clone(&rung);
            let _ = desk.write_now(move |txn| {
                let rung = Arc::clone(&rung);
                txn.once_committed(move || rung.store(rung.load(Ordering::SeqCst) + 1, Ordering::SeqCst));
                txn.later(INSERT, &args![id])?;
                if refused { Err(Problem::refused("test.refused")) } else { Ok(()) }
            });
        }
        assert_eq!((entries(desk), rung.load(Ordering::SeqCst)), (vec![1, 3], 2));
    });
}

#[test]
fn a_panic_among_copied_rows_costs_no_more_than_its_transaction() {
    TestDatabase::both(&[SCHEMA], |desk| {
        for fall in [10_i64, 50_000] {
            let answer = desk.write_now(move |txn| {
                let rows = (0..100_000_i64).map(|id| {
                    assert!(id < fall, "on purpose");
                    args![id, id].to_vec()
                });
                Ok(txn.insert_many("entry", &["id", "place"], rows)?)
            });
            assert_eq!(answer.unwrap_err().kind.status(), 500);
            assert!(entries(desk).is_empty());
        }
        let odd = desk.write_now(|txn| {
            let rows =
                (0..100_000_i64).map(|id| args![id, if id < 50_000 { Value::Int(id) } else { "odd".into() }].into());
            Ok(txn.insert_many("entry", &["id", "place"], rows)?)
        });
        // SQLite takes a text where a number belongs; the schema's own words keep it out of our tables.
        assert_eq!(odd.is_ok(), desk.engine() == "SQLite");
        desk.write_now(|txn| Ok(txn.execute("DELETE FROM entry", &[])?)).unwrap();
        desk.write_now(|txn| Ok(txn.later(INSERT, &args![1_i64])?)).unwrap();
        assert_eq!(entries(desk), [1]);
    });
}

#[test]
fn a_panic_among_copied_rows_leaves_nobody_waiting_for_its_transaction() {
    let database = TestDatabase::postgres(&[SCHEMA]);
    for _ in 0..5 {
        let answer = database.desk.write_now(|txn| {
            let rows = (0..50_000_i64).map(|id| {
                assert!(id < 40_000, "on purpose");
                args![id, id].to_vec()
            });
            Ok(txn.insert_many("entry", &["id", "place"], rows)?)
        });
        assert_eq!(answer.unwrap_err().kind.status(), 500);
        let begun = "SELECT COUNT(*) FROM pg_stat_activity
                     WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'";
        let still_open = || database.desk.read_now(|txn| Ok(txn.one(begun, &[], |row| row.get::<i64>(0))?)).unwrap();
        let patience = Stopwatch::now() + Duration::from_secs(10);
        while still_open() > 0 {
            assert!(Stopwatch::now() < patience, "the transaction of the panic is still open");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn a_connection_lost_while_idle_is_noticed_before_the_commit_is_sent() {
    let database = TestDatabase::postgres(&[SCHEMA]);
    for n in 1..=20_i64 {
        let end_all = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity
                       WHERE datname = current_database() AND pid <> pg_backend_pid()";
        database.desk.read_now(move |txn| Ok(txn.one(end_all, &[], |row| row.get::<i64>(0))?)).unwrap();
        let add = "UPDATE counter SET value = value + 1 WHERE id = 1";
        database.desk.write_now(move |txn| Ok(txn.later(add, &[])?)).unwrap();
        let value = "SELECT value FROM counter WHERE id = 1";
        assert_eq!(database.desk.read_now(|txn| Ok(txn.one(value, &[], |row| row.get::<i64>(0))?)).unwrap(), n);
    }
}

/// What a closure may do.
#[derive(Clone, Debug)]
enum Act {
    Now(i64),
    Later(i64),
    Many(Vec<i64>),
    Attempt(Vec<Act>),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let id = 0..40_i64;
    let act = prop_oneof![
        3 => id.clone().prop_map(Act::Now),
        5 => id.clone().prop_map(Act::Later),
        1 => prop::collection::vec(id, 0..4).prop_map(Act::Many),
    ];
    let act = act.prop_recursive(
        2,
        12,
        4,
        |inner| prop_oneof![4 => inner.clone(), 1 => prop::collection::vec(inner, 0..4).prop_map(Act::Attempt)],
    );
    prop::collection::vec(act, 0..8)
}

fn act(txn: &mut Txn<'_>, acts: &[Act]) -> Result<(), DbError> {
    for one in acts {
        match one {
            Act::Now(id) => txn.execute(INSERT, &args![*id]).map(drop)?,
            Act::Later(id) => txn.later(INSERT, &args![*id])?,
            Act::Many(ids) => {
                txn.insert_many("entry", &["id", "place"], ids.iter().map(|id| args![*id, 0_i64].into())).map(drop)?;
            }
            Act::Attempt(acts) => drop(txn.attempt(|txn| act(txn, acts))),
        }
    }
    Ok(())
}

/// What ought to be there afterwards; none when the closure fails.
fn expected(kept: &BTreeSet<i64>, acts: &[Act]) -> Option<BTreeSet<i64>> {
    let mut kept = kept.clone();
    for one in acts {
        match one {
            Act::Now(id) | Act::Later(id) => kept.insert(*id).then_some(())?,
            Act::Many(ids) => ids.iter().try_for_each(|id| kept.insert(*id).then_some(()))?,
            Act::Attempt(acts) => kept = expected(&kept, acts).unwrap_or(kept),
        }
    }
    Some(kept)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn both_databases_keep_what_the_acts_mean(closures in prop::collection::vec(acts(), 1..6)) {
        TestDatabase::both(&[SCHEMA], |desk| {
            let mut kept = BTreeSet::new();
            for acts in closures.clone() {
                let after = expected(&kept, &acts);
                let answer = desk.write_now(move |txn| Ok(act(txn, &acts)?));
                assert_eq!(answer.is_ok(), after.is_some());
                kept = after.unwrap_or(kept);
                assert!(entries(desk).into_iter().collect::<BTreeSet<_>>() == kept);
            }
        });
    }
}
