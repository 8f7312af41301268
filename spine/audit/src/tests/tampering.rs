//! Every way to tamper with the record with all rights in the database, tried at chance places.

use ejia_db::{Desk, Txn, Value, args};
use ejia_kernel::Problem;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::{both, write_entries};
use crate::chain::{self, BEGINNING, Covered, Hash};
use crate::{Actor, Broken, Entry, record, seal, verify};

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
    LayAnew { row: i64 },
    InsertWaiting { mac: Option<Vec<u8>> },
    EditWaiting,
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
        1 => row().prop_map(|row| LayAnew { row }),
        1 => prop::option::of(prop::collection::vec(any::<u8>(), 32)).prop_map(|mac| InsertWaiting { mac }),
        1 => Just(EditWaiting),
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

/// Changes an entry and computes every hash from there on, and the end, anew: all that can be done without a key.
fn lay_anew(txn: &mut Txn<'_>, row: i64) -> Result<(), Problem> {
    let id = entry_at(txn, row)?;
    txn.execute("UPDATE audit_entry SET action = 'test.whitewashed' WHERE id = $1", &args![id])?;
    let before: Option<Vec<u8>> =
        txn.first("SELECT hash FROM audit_link WHERE number = $1", &args![row - 1], |found| found.get(0))?;
    let mut hash: Hash = before.map_or(BEGINNING, |hash| hash.try_into().unwrap());
    let sql = format!(
        "SELECT {} FROM audit_link l JOIN audit_entry e ON e.id = l.entry_id WHERE l.number >= $1 ORDER BY l.number",
        chain::columns("e")
    );
    let entries = txn.query(&sql, &args![row], |found| Covered::read(found, 0))?;
    for (number, entry) in (row..).zip(&entries) {
        hash = chain::next(&hash, number, entry);
        let values: [Value; 3] = args![number, hash.to_vec(), entry.digests()];
        txn.execute("UPDATE audit_link SET hash = $2, digests = $3 WHERE number = $1", &values)?;
    }
    txn.execute("UPDATE audit_head SET hash = $1", &args![hash.to_vec()])?;
    Ok(())
}

/// Of entries and links that were sealed.
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
        other => tamper_around(txn, other)?,
    })
}

/// Of the ends of the chain, its signatures, and what waits to be sealed.
fn tamper_around(txn: &mut Txn<'_>, how: &Tampering) -> Result<(u64, Option<i64>), Problem> {
    Ok(match how {
        Tampering::CutEnd { keep } => (cut(txn, *keep)?, Some(keep + 1)),
        Tampering::CutEndAndHead { keep } => {
            cut(txn, *keep)?;
            let sql = "UPDATE audit_head SET number = $1,
                hash = (SELECT hash FROM audit_link WHERE number = $1)";
            (txn.execute(sql, &args![*keep])?, Some(*keep))
        }
        Tampering::InsertSealed => {
            record(txn, Entry::new(&Actor::Visitor, "test.invented"))?;
            (txn.execute("UPDATE audit_entry SET sealed = TRUE WHERE sealed = FALSE", &args![])?, None)
        }
        Tampering::Unmark { row } => {
            let id = entry_at(txn, *row)?;
            (txn.execute("UPDATE audit_entry SET sealed = FALSE WHERE id = $1", &args![id])?, Some(*row))
        }
        Tampering::EditHead => (txn.execute("UPDATE audit_head SET at = at + 1", &args![])?, Some(LENGTH)),
        Tampering::DropCheckpoint => (txn.execute("DELETE FROM audit_checkpoint", &args![])?, Some(1_000)),
        Tampering::EditCheckpoint => (txn.execute("UPDATE audit_checkpoint SET at = at + 1", &args![])?, Some(1_000)),
        Tampering::LayAnew { row } => {
            lay_anew(txn, *row)?;
            (1, Some(if *row <= 1_000 { 1_000 } else { LENGTH }))
        }
        Tampering::InsertWaiting { mac } => {
            let sql = "INSERT INTO audit_entry (id, at, actor_kind, action, facts, sealed, mac)
                 VALUES ('01k0000000000000000000000a', 0, 'system', 'test.invented', '{}', FALSE, $1)";
            (txn.execute(sql, &args![mac.clone()])?, None)
        }
        Tampering::EditWaiting => {
            record(txn, Entry::new(&Actor::Visitor, "test.done"))?;
            (txn.execute("UPDATE audit_entry SET action = 'test.invented' WHERE sealed = FALSE", &args![])?, None)
        }
        other => unreachable!("{other:?}"),
    })
}

fn place(broken: &Broken) -> Option<i64> {
    match broken {
        Broken::Altered { number, .. }
        | Broken::Missing { number, .. }
        | Broken::Checkpoint { number }
        | Broken::End { number, .. } => Some(*number),
        _ => None,
    }
}

/// The columns that must be named.
fn columns(how: &Tampering) -> Option<Vec<&'static str>> {
    match how {
        Tampering::Edit { column, .. } => Some(vec![EDITABLE[*column]]),
        Tampering::EditTime { .. } => Some(vec!["at"]),
        Tampering::MoveAcross { .. } => Some(vec!["action", "subject_kind"]),
        Tampering::EditHash { .. } => Some(Vec::new()),
        Tampering::Unmark { .. } => Some(vec!["sealed"]),
        _ => None,
    }
}

pub(super) const COPIES: [&str; 4] = ["audit_entry", "audit_link", "audit_checkpoint", "audit_head"];

pub(super) fn each_table(desk: &Desk, statements: impl Fn(&str) -> Vec<String> + Send + 'static) {
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
                prop_assert_eq!(where_, place(&broken), "{}", broken);
                if let Some(expected) = columns(&how) {
                    let Broken::Altered { columns, .. } = &broken else {
                        return Err(TestCaseError::fail(broken.to_string()));
                    };
                    prop_assert_eq!(&expected, columns, "{}", broken);
                }
                Ok(())
            })
            .unwrap();
        verify(desk).unwrap();
    });
}
