//! What the chain alone cannot show: an older state of everything, and what the sealer itself would be made to sign.

use ejia_db::{Desk, TestDatabase, args};
use ejia_kernel::{Clock, Vault};

use super::tampering::each_table;
use super::{GROUPS, both, change, count, write_entries};
use crate::{Actor, Broken, Checkpoint, Entry, PublicKey, keep, read_kept, record, seal, verify, verify_with};

fn now(desk: &Desk) -> Checkpoint {
    desk.read_now(Checkpoint::now).unwrap().unwrap()
}

fn sealed(desk: &Desk, count: u32) -> Checkpoint {
    write_entries(desk, count);
    seal(desk).unwrap();
    now(desk)
}

fn compared(desk: &Desk, kept: &[Checkpoint]) -> Result<usize, Broken> {
    verify_with(desk, kept, &mut |_, _| Ok(())).map(|verified| verified.kept)
}

fn copy(desk: &Desk) {
    each_table(desk, |table| vec![format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")]);
}

fn put_back(desk: &Desk) {
    each_table(desk, |table| {
        vec![format!("DELETE FROM {table}"), format!("INSERT INTO {table} SELECT * FROM kept_{table}")]
    });
}

/// The same house after a restart: it remembers nothing.
fn restarted(database: &TestDatabase) -> Desk {
    Desk::open(&database.url, database.desk.vault().clone(), Clock::starting_at(database.desk.now())).unwrap()
}

fn on_each(test: impl Fn(&TestDatabase)) {
    for database in [TestDatabase::sqlite(GROUPS), TestDatabase::postgres(GROUPS)] {
        test(&database);
    }
}

#[test]
fn an_older_state_of_the_whole_database_agrees_with_itself_but_not_with_what_was_kept() {
    both(|desk| {
        let first = sealed(desk, 10);
        copy(desk);
        let second = sealed(desk, 10);
        let kept = [first, second];
        assert_eq!(compared(desk, &kept).unwrap(), 2);
        put_back(desk);
        verify(desk).unwrap();
        let broken = compared(desk, &kept).unwrap_err();
        assert!(matches!(broken, Broken::Behind { number: 10, kept: 20, .. }), "{broken}");
        assert!(broken.to_string().contains("第 11 条起"), "{broken}");
        // Nor does the running house go on from there.
        write_entries(desk, 1);
        assert!(seal(desk).unwrap_err().detail.unwrap().contains("went back from 20"));
    });
}

#[test]
fn a_chain_that_the_house_itself_was_made_to_lay_anew_does_not_meet_what_was_kept() {
    on_each(|database| {
        let desk = &database.desk;
        let kept = [sealed(desk, 10), sealed(desk, 10)];
        let gone = "DELETE FROM audit_entry WHERE id = (SELECT entry_id FROM audit_link WHERE number = 15)";
        change(desk, gone, &[]);
        change(desk, "UPDATE audit_entry SET sealed = FALSE", &[]);
        change(desk, "DELETE FROM audit_link", &[]);
        change(desk, "UPDATE audit_head SET number = 0, hash = NULL, signature = NULL", &[]);
        let again = restarted(database);
        seal(&again).unwrap();
        verify(&again).unwrap();
        assert!(matches!(compared(&again, &kept), Err(Broken::Behind { number: 19, kept: 20, .. })));
        sealed(&again, 5);
        let broken = compared(&again, &kept).unwrap_err();
        assert!(matches!(broken, Broken::Elsewhere { after: 10, kept: 20, .. }), "{broken}");
    });
}

#[test]
fn the_sealer_signs_nothing_behind_an_end_that_it_has_not_signed() {
    on_each(|database| {
        sealed(&database.desk, 10);
        change(&database.desk, "UPDATE audit_head SET hash = (SELECT hash FROM audit_link WHERE number = 9)", &[]);
        let again = restarted(database);
        write_entries(&again, 1);
        assert!(seal(&again).unwrap_err().detail.unwrap().contains("does not bear our signature"));
        assert!(again.read_now(Checkpoint::now).is_err(), "nor is it written down as ours");
        assert!(matches!(verify(&again), Err(Broken::End { number: 10, .. })));
    });
}

#[test]
fn what_the_house_has_not_written_is_never_sealed() {
    both(|desk| {
        sealed(desk, 3);
        write_entries(desk, 2);
        change(
            desk,
            "INSERT INTO audit_entry (id, at, actor_kind, action, facts, sealed)
             VALUES ('01k0000000000000000000000a', 0, 'system', 'test.invented', '{}', FALSE)",
            &[],
        );
        assert_eq!(seal(desk).unwrap(), 2);
        assert_eq!(count(desk, "SELECT COUNT(*) FROM audit_link"), 5);
        let broken = verify(desk).unwrap_err();
        assert!(matches!(&broken, Broken::Foreign { entry, .. } if entry == "01k0000000000000000000000a"), "{broken}");
    });
}

#[test]
fn a_checkpoint_is_checked_without_vault_and_database() {
    let database = TestDatabase::sqlite(GROUPS);
    let line = sealed(&database.desk, 7).to_string();
    let pem = PublicKey::of(database.desk.vault()).pem();
    // Elsewhere, with nothing but the two texts.
    let (checkpoint, key) = (Checkpoint::parse(&line).unwrap(), PublicKey::parse(&pem).unwrap());
    assert!(checkpoint.is_signed_by(&key) && checkpoint.number == 7);
    let changed = |change: fn(&mut Checkpoint)| {
        let mut other = checkpoint.clone();
        change(&mut other);
        other
    };
    let forged = [
        changed(|it| it.number += 1),
        changed(|it| it.hash = it.hash.replace('a', "b").replace('0', "1")),
        changed(|it| it.at = it.at.replace("2026", "2025")),
        changed(|it| it.installation = "0".repeat(16)),
        changed(|it| it.signature = String::new()),
    ];
    for one in &forged {
        assert!(!one.is_signed_by(&key), "{one}");
        assert!(matches!(
            compared(&database.desk, &[checkpoint.clone(), one.clone()]),
            Err(Broken::NotOurs { line: 2 })
        ));
    }
    assert!(!checkpoint.is_signed_by(&PublicKey::of(&Vault::new([8; 32]))), "another house");
    assert!(PublicKey::parse("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n").is_none());
}

#[test]
fn checkpoints_are_added_to_a_file_as_the_chain_grows_and_never_after_tampering() {
    both(|desk| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("checkpoints.jsonl");
        assert_eq!(keep(desk, &file), Ok(None), "nothing is sealed yet");
        sealed(desk, 4);
        assert_eq!(keep(desk, &file).unwrap().unwrap().number, 4);
        assert_eq!(keep(desk, &file), Ok(None), "the chain has not grown");
        sealed(desk, 4);
        keep(desk, &file).unwrap();
        let kept = read_kept(&file).unwrap();
        assert_eq!(kept.iter().map(|one| one.number).collect::<Vec<_>>(), [4, 8]);
        assert_eq!(compared(desk, &kept).unwrap(), 2);
        change(desk, "UPDATE audit_link SET hash = $1 WHERE number = 8", &args![vec![7_u8; 32]]);
        desk.write_now(|txn| record(txn, Entry::new(&Actor::System, "test.done"))).unwrap();
        assert!(keep(desk, &file).unwrap_err().contains("checkpoint at 8"));
        assert_eq!(read_kept(&file).unwrap().len(), 2, "the file stays evidence");
    });
}
