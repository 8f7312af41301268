//! What must be the same on SQLite and PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ejia_db::{DbError, Desk, Migration, TestDatabase, Value, args};
use ejia_kernel::{Date, Instant, MemberId, Problem};

const SCHEMA: &[Migration] = &[Migration {
    name: "test.001_first",
    sql: "CREATE TABLE thing (
        id TEXT PRIMARY KEY, number BIGINT, flag BOOLEAN, raw BLOB, day TEXT, label TEXT NOT NULL
    );
    CREATE UNIQUE INDEX thing_label_key ON thing (label) WHERE flag = TRUE;",
}];

fn insert(desk: &Desk, label: &'static str, flag: bool) -> Result<(), Problem> {
    desk.write_now(move |txn| {
        let id = MemberId::new(txn.now());
        txn.execute(
            "INSERT INTO thing (id, number, flag, raw, day, label) VALUES ($1, $2, $3, $4, $5, $6)",
            &args![id, txn.now(), flag, vec![0_u8, 255], None::<String>, label],
        )?;
        Ok(())
    })
}

fn count(desk: &Desk) -> i64 {
    desk.read_now(|txn| Ok(txn.one("SELECT COUNT(*) FROM thing", &[], |row| row.get(0))?)).unwrap()
}

#[test]
fn every_kind_of_value_comes_back_as_it_went_in() {
    TestDatabase::both(&[SCHEMA], |desk| {
        let id = MemberId::new(desk.now());
        let day: Date = "2026-03-20".parse().unwrap();
        let read = desk
            .write_now(move |txn| {
                txn.execute(
                    "INSERT INTO thing (id, number, flag, raw, day, label) VALUES ($1, $2, $3, $4, $5, $6)",
                    &args![id, i64::MIN, true, vec![0_u8, 1, 255], day, "𬱖㛃·' $1 ?2"],
                )?;
                Ok(txn.one(
                    "SELECT id, number, flag, raw, day, label, NULL FROM thing WHERE label = $1",
                    &args!["𬱖㛃·' $1 ?2"],
                    |row| {
                        Ok((
                            row.get::<MemberId>(0)?,
                            row.get::<i64>(1)?,
                            row.get::<bool>(2)?,
                            row.get::<Vec<u8>>(3)?,
                            row.get::<Date>(4)?,
                            row.get::<String>(5)?,
                            row.get::<Option<String>>(6)?,
                        ))
                    },
                )?)
            })
            .unwrap();
        assert_eq!(read, (id, i64::MIN, true, vec![0, 1, 255], day, "𬱖㛃·' $1 ?2".to_owned(), None));
    });
}

#[test]
fn a_taken_unique_key_has_the_same_name() {
    TestDatabase::both(&[SCHEMA], |desk| {
        insert(desk, "one", true).unwrap();
        insert(desk, "one", false).unwrap();
        let key = desk
            .write_now(|txn| {
                let id = MemberId::new(txn.now());
                let error = txn
                    .attempt(|txn| {
                        txn.execute("INSERT INTO thing (id, flag, label) VALUES ($1, $2, $3)", &args![id, true, "one"])
                    })
                    .unwrap_err();
                Ok(error.is_unique("thing_label_key"))
            })
            .unwrap();
        assert!(key);
    });
}

#[test]
fn after_a_failed_statement_nothing_of_the_closure_is_kept_even_if_it_claims_success() {
    TestDatabase::both(&[SCHEMA], |desk| {
        let answer = desk.write_now(|txn| {
            let id = MemberId::new(txn.now());
            txn.execute("INSERT INTO thing (id, label) VALUES ($1, $2)", &args![id, "kept?"])?;
            let _ = txn.execute("INSERT INTO thing (id, label) VALUES ($1, $2)", &args![id, "twice"]);
            let spent = txn.execute("SELECT 1", &[]);
            assert!(matches!(spent, Err(DbError::Spent)));
            Ok(())
        });
        assert!(answer.is_err());
        assert_eq!(count(desk), 0);
    });
}

#[test]
fn an_attempt_that_fails_undoes_only_itself() {
    TestDatabase::both(&[SCHEMA], |desk| {
        desk.write_now(|txn| {
            let id = MemberId::new(txn.now());
            let insert = "INSERT INTO thing (id, label) VALUES ($1, $2)";
            txn.execute(insert, &args![id, "before"])?;
            let failed: Result<(), DbError> = txn.attempt(|txn| {
                txn.execute(insert, &args![MemberId::new(txn.now()), "within"])?;
                txn.execute(insert, &args![id, "clash"])?;
                Ok(())
            });
            assert!(failed.is_err());
            txn.execute(insert, &args![MemberId::new(txn.now()), "after"])?;
            Ok(())
        })
        .unwrap();
        assert_eq!(count(desk), 2);
    });
}

#[test]
fn a_panic_is_a_fault_and_leaves_nothing_behind() {
    TestDatabase::both(&[SCHEMA], |desk| {
        let answer: Result<(), Problem> = desk.write_now(|txn| {
            let id = MemberId::new(txn.now());
            txn.execute("INSERT INTO thing (id, label) VALUES ($1, $2)", &args![id, "panic"])?;
            panic!("on purpose");
        });
        assert_eq!(answer.unwrap_err().kind.status(), 500);
        assert_eq!(count(desk), 0);
        insert(desk, "still served", false).unwrap();
    });
}

#[test]
fn many_rows_go_in_at_once() {
    TestDatabase::both(&[SCHEMA], |desk| {
        let rows = desk
            .write_now(|txn| {
                let rows = (0..1000_i64).map(|n| {
                    vec![
                        MemberId::random().into(),
                        n.into(),
                        Value::Bool(n % 2 == 0),
                        Value::Null,
                        Value::Null,
                        format!("第{n}行\t\\N").into(),
                    ]
                });
                Ok(txn.insert_many("thing", &["id", "number", "flag", "raw", "day", "label"], rows)?)
            })
            .unwrap();
        assert_eq!((rows, count(desk)), (1000, 1000));
    });
}

#[test]
fn texts_are_ordered_by_bytes() {
    TestDatabase::both(&[SCHEMA], |desk| {
        for label in ["b", "B", "中", "a", "_", "𬱖"] {
            insert(desk, label, false).unwrap();
        }
        let order = desk
            .read_now(|txn| Ok(txn.query("SELECT label FROM thing ORDER BY label", &[], |r| r.get::<String>(0))?))
            .unwrap();
        assert_eq!(order, ["B", "_", "a", "b", "中", "𬱖"]);
    });
}

#[test]
fn a_migration_is_applied_once() {
    TestDatabase::both(&[SCHEMA], |desk| {
        let second: &[Migration] =
            &[Migration { name: "test.002_second", sql: "ALTER TABLE thing ADD COLUMN more TEXT" }];
        assert_eq!(desk.migrate(&[SCHEMA, second]).unwrap(), ["test.002_second"]);
        assert!(desk.migrate(&[SCHEMA, second]).unwrap().is_empty());
    });
}

#[test]
fn a_failing_migration_leaves_nothing() {
    TestDatabase::both(&[SCHEMA], |desk| {
        let broken: &[Migration] =
            &[Migration { name: "test.003_broken", sql: "CREATE TABLE half (id TEXT); CREATE TABLE thing (id TEXT);" }];
        assert!(desk.migrate(&[broken]).is_err());
        let none = desk.read_now(|txn| Ok(txn.query("SELECT id FROM half", &[], |r| r.get::<String>(0))?));
        assert!(none.is_err());
    });
}

#[test]
fn the_transaction_knows_its_instant() {
    TestDatabase::both(&[SCHEMA], |desk| {
        let later = Instant::from_ms(desk.now().ms() + 86_400_000);
        desk.clock().set(later);
        let seen = desk.read_now(|txn| Ok(txn.now())).unwrap();
        assert!(seen >= later && seen.ms() < later.ms() + 60_000);
    });
}

#[test]
fn a_rehearsal_is_answered_and_nothing_of_it_is_kept() {
    TestDatabase::both(&[SCHEMA], |desk| {
        let rehearsal = desk.rehearsing();
        let (rung, bell) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        for (desk, rung) in [(&rehearsal, &rung), (desk, &bell)] {
            let rung = Arc::clone(rung);
            let seen = desk.write_now(move |txn| {
                let rung = Arc::clone(&rung);
                txn.once_committed(move || rung.store(true, Ordering::Relaxed));
                txn.execute("INSERT INTO thing (id, label) VALUES ('1', 'rehearsed')", &[])?;
                Ok(txn.one("SELECT COUNT(*) FROM thing", &[], |row| row.get::<i64>(0))?)
            });
            // What is kept by the second desk would stand in its way if the first had kept it.
            assert_eq!(seen.unwrap(), 1);
        }
        assert_eq!((rung.load(Ordering::Relaxed), bell.load(Ordering::Relaxed)), (false, true));
        assert!(insert(&rehearsal, "a", true).and_then(|()| insert(&rehearsal, "a", true)).is_ok());
        assert_eq!(count(desk), 1);
    });
}
