//! The chain on both databases: it never forks, and whatever is done to a row is found.

mod kept;
mod tampering;

use std::thread;

use ejia_db::{Desk, TestDatabase, Value, args};
use ejia_kernel::{AdministratorId, ApplicantId, MemberId, OrganizationId, Problem};

use crate::chain::{self, Covered};
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
    let entries = format!("SELECT {} FROM audit_entry", chain::columns("audit_entry"));
    let written = forger.write_now(move |txn| {
        for entry in txn.query(&entries, &args![], |row| Covered::read(row, 0))? {
            let mac = entry.mac(txn.vault());
            txn.execute("UPDATE audit_entry SET mac = $2 WHERE id = $1", &args![entry.id().unwrap(), mac])?;
        }
        Ok(())
    });
    written.unwrap();
    seal(&forger).unwrap();
    verify(&forger).unwrap();
    assert!(matches!(verify(&database.desk), Err(Broken::End { number: 10, .. })));
}
