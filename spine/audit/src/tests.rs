//! The chain on both databases: it never forks, and whatever is done to a row is found.

use std::thread;

use ejia_db::{Desk, TestDatabase, Txn, Value, args};
use ejia_kernel::{AdministratorId, ApplicantId, MemberId, OrganizationId, Problem};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::{Actor, AuditLine, Broken, Entry, MIGRATIONS, about, record, seal, verify};

const GROUPS: &[&[ejia_db::Migration]] = &[ejia_jobs::MIGRATIONS, MIGRATIONS];

fn both(test: impl Fn(&Desk)) {
    TestDatabase::both(GROUPS, test);
}

fn write_entries(desk: &Desk, count: u32) {
    desk.write_now(move |txn| {
        (0..count).try_for_each(|number| {
            let entry = Entry::new(&Actor::System, "test.done")
                .about("member", MemberId::random())
                .within(OrganizationId::random())
                .with("number", number);
            record(txn, entry)
        })
    })
    .unwrap();
}

fn count(desk: &Desk, sql: &'static str) -> i64 {
    desk.read_now(move |txn| Ok(txn.one(sql, &args![], |row| row.get(0))?)).unwrap()
}

fn change(desk: &Desk, sql: &'static str, values: &[Value]) {
    let values = values.to_vec();
    let touched = desk.write_now(move |txn| Ok(txn.execute(sql, &values)?)).unwrap();
    assert!(touched > 0, "the test changed nothing");
}

#[test]
fn an_untouched_record_is_verified() {
    both(|desk| {
        assert_eq!(verify(desk).unwrap().sealed, 0);
        write_entries(desk, 1_234);
        assert_eq!(verify(desk).unwrap().unsealed, 1_234);
        assert_eq!(seal(desk).unwrap(), 1_234);
        let first = verify(desk).unwrap();
        assert_eq!((first.sealed, first.unsealed), (1_234, 0));
        write_entries(desk, 1);
        assert_eq!(seal(desk).unwrap(), 1);
        assert_ne!(verify(desk).unwrap().last_hash, first.last_hash);
        assert_eq!(count(desk, "SELECT COUNT(*) FROM audit_checkpoint"), 1);
    });
}

#[test]
fn an_act_that_was_undone_leaves_no_trace() {
    both(|desk| {
        let undone: Result<(), Problem> = desk.write_now(|txn| {
            record(txn, Entry::new(&Actor::Visitor, "test.done"))?;
            Err(Problem::refused("test.undone"))
        });
        assert!(undone.is_err());
        assert_eq!(seal(desk).unwrap(), 0);
    });
}

#[test]
fn the_trace_of_one_subject_comes_latest_first() {
    both(|desk| {
        let (member, branch) = (MemberId::random(), OrganizationId::random());
        for field in ["post", "phone", "address"] {
            desk.write_now(move |txn| {
                let entry = Entry::new(&Actor::Member(member), "test.changed").about("member", member);
                record(txn, entry.within(branch).with("field", field))
            })
            .unwrap();
            desk.clock().set(desk.now().plus(std::time::Duration::from_secs(1)));
        }
        write_entries(desk, 3);
        let trace = desk.read_now(move |txn| about(txn, "member", member, 2)).unwrap();
        let fields: Vec<&str> = trace.iter().map(|line| line.facts["field"].as_str()).collect();
        assert_eq!(fields, ["address", "phone"]);
        assert_eq!(trace[0].actor(), Some(Actor::Member(member)));
        assert_eq!(trace[0].organization_id, Some(branch.to_string()));
    });
}

#[test]
fn every_kind_of_actor_is_read_back_as_it_was_written() {
    both(|desk| {
        let (id, now) = (MemberId::random(), desk.now());
        let administrator = Actor::Administrator(AdministratorId::new(now));
        let actors =
            [Actor::Member(id), administrator, Actor::Applicant(ApplicantId::new(now)), Actor::Visitor, Actor::System];
        for actor in actors {
            desk.write_now(move |txn| record(txn, Entry::new(&actor, "test.done").about("member", id))).unwrap();
            desk.clock().set(desk.now().plus(std::time::Duration::from_secs(1)));
        }
        let trace = desk.read_now(move |txn| about(txn, "member", id, 5)).unwrap();
        assert!(trace.iter().rev().map(AuditLine::actor).eq(actors.map(Some)));
    });
}

#[test]
fn eight_writers_and_four_sealers_make_one_chain() {
    both(|desk| {
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..50).for_each(|_| write_entries(desk, 1)));
            }
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        seal(desk).unwrap();
                    }
                });
            }
        });
        seal(desk).unwrap();
        assert_eq!(verify(desk).unwrap().sealed, 400);
        assert_eq!(count(desk, "SELECT COUNT(DISTINCT entry_id) FROM audit_link"), 400);
        assert_eq!(count(desk, "SELECT MAX(number) FROM audit_link"), 400);
    });
}

/// What somebody with every right in the database might do. Numbers choose rows; the chain has `LENGTH` links.
#[derive(Debug, Clone)]
enum Tampering {
    Edit { row: i64, column: usize, value: String },
    EditTime { row: i64, by: i64 },
    MoveAcross { row: i64 },
    DeleteEntry { row: i64 },
    DeleteLink { row: i64 },
    DeleteBoth { row: i64 },
    Swap { row: i64, other: i64 },
    EditHash { row: i64, byte: usize },
    CutEnd { keep: i64 },
    CutEndAndHead { keep: i64 },
    InsertSealed,
    Unmark { row: i64 },
    EditHead,
    DropCheckpoint,
    EditCheckpoint,
}

const LENGTH: i64 = 1_005;
const EDITABLE: [&str; 7] =
    ["actor_kind", "actor_id", "action", "subject_kind", "subject_id", "organization_id", "facts"];

fn tampering() -> impl Strategy<Value = Tampering> {
    use Tampering::*;
    let row = || 1..=LENGTH;
    prop_oneof![
        3 => (row(), 0..EDITABLE.len(), ".{0,20}").prop_map(|(row, column, value)| {
            Edit { row, column, value: value.replace('\0', "") }
        }),
        1 => (row(), prop_oneof![-1_000_i64..0, 1_i64..1_000]).prop_map(|(row, by)| EditTime { row, by }),
        1 => row().prop_map(|row| MoveAcross { row }),
        1 => row().prop_map(|row| DeleteEntry { row }),
        1 => row().prop_map(|row| DeleteLink { row }),
        1 => row().prop_map(|row| DeleteBoth { row }),
        1 => (row(), row()).prop_filter("two rows", |(a, b)| a != b).prop_map(|(row, other)| Swap { row, other }),
        1 => (row(), 0..32_usize).prop_map(|(row, byte)| EditHash { row, byte }),
        1 => (0..LENGTH).prop_map(|keep| CutEnd { keep }),
        1 => (1..LENGTH).prop_map(|keep| CutEndAndHead { keep }),
        1 => Just(InsertSealed),
        1 => row().prop_map(|row| Unmark { row }),
        1 => Just(EditHead),
        1 => Just(DropCheckpoint),
        1 => Just(EditCheckpoint),
    ]
}

fn entry_at(txn: &mut Txn<'_>, number: i64) -> Result<String, Problem> {
    Ok(txn.one("SELECT entry_id FROM audit_link WHERE number = $1", &args![number], |row| row.get(0))?)
}

fn cut(txn: &mut Txn<'_>, keep: i64) -> Result<u64, Problem> {
    txn.execute(
        "DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_link WHERE number > $1)",
        &args![keep],
    )?;
    txn.execute("DELETE FROM audit_checkpoint WHERE number > $1", &args![keep])?;
    Ok(txn.execute("DELETE FROM audit_link WHERE number > $1", &args![keep])?)
}

/// Does it; answers how many rows it touched and, where it is known, the place that must be named.
fn tamper(txn: &mut Txn<'_>, how: &Tampering) -> Result<(u64, Option<i64>), Problem> {
    Ok(match how {
        Tampering::Edit { row, column, value } => {
            let id = entry_at(txn, *row)?;
            let column = EDITABLE[*column];
            let sql =
                format!("UPDATE audit_entry SET {column} = $1 WHERE id = $2 AND ({column} IS NULL OR {column} <> $1)");
            (txn.execute(&sql, &args![value, id])?, Some(*row))
        }
        Tampering::EditTime { row, by } => {
            let id = entry_at(txn, *row)?;
            (txn.execute("UPDATE audit_entry SET at = at + $1 WHERE id = $2", &args![*by, id])?, Some(*row))
        }
        Tampering::MoveAcross { row } => {
            let id = entry_at(txn, *row)?;
            let sql = "UPDATE audit_entry SET action = action || 'm', subject_kind = 'ember' WHERE id = $1";
            (txn.execute(sql, &args![id])?, Some(*row))
        }
        Tampering::DeleteEntry { row } => {
            let id = entry_at(txn, *row)?;
            (txn.execute("DELETE FROM audit_entry WHERE id = $1", &args![id])?, Some(*row))
        }
        Tampering::DeleteLink { row } => {
            (txn.execute("DELETE FROM audit_link WHERE number = $1", &args![*row])?, Some(*row))
        }
        Tampering::DeleteBoth { row } => {
            let id = entry_at(txn, *row)?;
            txn.execute("DELETE FROM audit_entry WHERE id = $1", &args![id])?;
            (txn.execute("DELETE FROM audit_link WHERE number = $1", &args![*row])?, Some(*row))
        }
        Tampering::Swap { row, other } => {
            let (one, two) = (entry_at(txn, *row)?, entry_at(txn, *other)?);
            let sql = "UPDATE audit_link SET entry_id = $1 WHERE number = $2";
            txn.execute(sql, &args!["meanwhile", *row])?;
            txn.execute(sql, &args![one, *other])?;
            (txn.execute(sql, &args![two, *row])?, Some(*row.min(other)))
        }
        Tampering::EditHash { row, byte } => {
            let sql = "SELECT hash FROM audit_link WHERE number = $1";
            let mut hash: Vec<u8> = txn.one(sql, &args![*row], |found| found.get(0))?;
            hash[*byte] ^= 1;
            (txn.execute("UPDATE audit_link SET hash = $1 WHERE number = $2", &args![hash, *row])?, Some(*row))
        }
        Tampering::CutEnd { keep } => (cut(txn, *keep)?, None),
        Tampering::CutEndAndHead { keep } => {
            cut(txn, *keep)?;
            let sql = "UPDATE audit_head SET number = $1,
                hash = (SELECT hash FROM audit_link WHERE number = $1)";
            (txn.execute(sql, &args![*keep])?, None)
        }
        Tampering::InsertSealed => {
            record(txn, Entry::new(&Actor::Visitor, "test.invented"))?;
            (txn.execute("UPDATE audit_entry SET sealed = TRUE WHERE sealed = FALSE", &args![])?, None)
        }
        Tampering::Unmark { row } => {
            let id = entry_at(txn, *row)?;
            (txn.execute("UPDATE audit_entry SET sealed = FALSE WHERE id = $1", &args![id])?, Some(*row))
        }
        Tampering::EditHead => (txn.execute("UPDATE audit_head SET at = at + 1", &args![])?, None),
        Tampering::DropCheckpoint => (txn.execute("DELETE FROM audit_checkpoint", &args![])?, Some(1_000)),
        Tampering::EditCheckpoint => (txn.execute("UPDATE audit_checkpoint SET at = at + 1", &args![])?, Some(1_000)),
    })
}

fn place(broken: &Broken) -> Option<i64> {
    match broken {
        Broken::Altered { number, .. } | Broken::Missing { number } | Broken::Checkpoint { number } => Some(*number),
        Broken::Unlinked { .. } | Broken::End { .. } | Broken::Unreadable(_) => None,
    }
}

const COPIES: [&str; 4] = ["audit_entry", "audit_link", "audit_checkpoint", "audit_head"];

fn each_table(desk: &Desk, statements: impl Fn(&str) -> Vec<String> + Send + 'static) {
    desk.write_now(move |txn| {
        for sql in COPIES.iter().flat_map(|table| statements(table)) {
            txn.execute(&sql, &args![])?;
        }
        Ok(())
    })
    .unwrap();
}

#[test]
fn any_tampering_is_found_and_its_place_named() {
    both(|desk| {
        write_entries(desk, u32::try_from(LENGTH).unwrap());
        seal(desk).unwrap();
        each_table(desk, |table| vec![format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")]);
        let cases = if desk.engine() == "SQLite" { 200 } else { 60 };
        let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(cases) });
        runner
            .run(&tampering(), |how| {
                let doing = how.clone();
                let (touched, where_) = desk.write_now(move |txn| tamper(txn, &doing)).unwrap();
                prop_assume!(touched > 0);
                let verdict = verify(desk);
                each_table(desk, |table| {
                    vec![format!("DELETE FROM {table}"), format!("INSERT INTO {table} SELECT * FROM kept_{table}")]
                });
                let Err(broken) = verdict else {
                    return Err(TestCaseError::fail("it was not noticed"));
                };
                if let (Some(expected), Some(named)) = (where_, place(&broken)) {
                    prop_assert_eq!(expected, named, "{}", broken);
                }
                Ok(())
            })
            .unwrap();
        verify(desk).unwrap();
    });
}

#[test]
fn a_chain_laid_anew_with_another_key_is_refused() {
    let database = TestDatabase::sqlite(GROUPS);
    write_entries(&database.desk, 10);
    seal(&database.desk).unwrap();
    change(&database.desk, "UPDATE audit_entry SET action = $1", &args!["test.whitewashed"]);
    change(&database.desk, "UPDATE audit_entry SET sealed = FALSE", &[]);
    change(&database.desk, "DELETE FROM audit_link", &[]);
    change(&database.desk, "UPDATE audit_head SET number = 0, hash = NULL, signature = NULL", &[]);
    let clock = ejia_kernel::Clock::starting_at(database.desk.now());
    let forger = Desk::open(&database.url, ejia_kernel::Vault::new([8; 32]), clock).unwrap();
    seal(&forger).unwrap();
    verify(&forger).unwrap();
    assert!(matches!(verify(&database.desk), Err(Broken::End { number: 10 })));
}
