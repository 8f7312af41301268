//! The press against programs that behave well and badly.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::*;

fn program(folder: &Path, script: &str) -> PathBuf {
    let path = folder.join("typeset");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn paper() -> Paper {
    Paper::of("receipt", json!({}))
}

#[test]
fn a_missing_program_is_said_to_be_away() {
    let press = Press::new("/nowhere/ejia-typeset");
    assert!(matches!(press.set(&paper()), Err(TypesetFault::Away(_))));
}

#[test]
fn a_press_that_died_is_started_again_for_the_next_paper() {
    let folder = tempfile::tempdir().unwrap();
    // Answers one paper with "%PDF" and ends.
    let script = "head -c 5 > /dev/null; printf '\\000\\000\\000\\005\\000%%PDF'";
    let press = Press::new(program(folder.path(), script));
    for _ in 0..3 {
        assert_eq!(press.set(&paper()).unwrap(), b"%PDF");
    }
}

#[test]
fn a_press_that_dies_at_once_is_away_and_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let press = Press::new(program(folder.path(), "exit 3"));
    assert!(matches!(press.set(&paper()), Err(TypesetFault::Away(_))));
}

#[test]
fn a_paper_that_cannot_be_set_is_told_as_our_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let script = "head -c 5 > /dev/null; printf '\\000\\000\\000\\003\\001no'; sleep 5";
    let press = Press::new(program(folder.path(), script));
    assert_eq!(press.set(&paper()), Err(TypesetFault::Broken("no".to_owned())));
}
