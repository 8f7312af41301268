//! `ejia checkpoint` and `ejia verify-audit`: what is kept elsewhere shows an older database up.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::process::Command;

use ejia::settings::DEMO_SECRET;
use ejia_audit::{Actor, Checkpoint, Entry, PublicKey, record};
use ejia_db::Desk;
use ejia_kernel::{Clock, Vault};

fn ejia(words: &[&str]) -> (bool, String) {
    let ran = Command::new(env!("CARGO_BIN_EXE_ejia")).env_remove("EJIA_SECRET_FILE").args(words).output().unwrap();
    (ran.status.success(), String::from_utf8([ran.stdout, ran.stderr].concat()).unwrap())
}

fn act(url: &str) {
    let desk = Desk::open(url, Vault::new(DEMO_SECRET), Clock::system()).unwrap();
    desk.write_now(|txn| record(txn, Entry::new(&Actor::System, "test.done"))).unwrap();
}

/// proves: R4
#[test]
fn an_older_database_is_found_by_the_checkpoints_that_were_kept_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ejia.db");
    let (url, kept) = (format!("sqlite://{}", path.display()), folder.path().join("elsewhere.jsonl"));
    let kept = kept.to_str().unwrap();
    assert!(ejia(&["migrate", "--database", &url]).0);
    assert!(ejia(&["checkpoint", "--database", &url]).1.contains("nothing is sealed yet"));
    act(&url);
    let (well, line) = ejia(&["checkpoint", "--database", &url]);
    let key = PublicKey::parse(&ejia(&["checkpoint", "--database", &url, "--public-key"]).1).unwrap();
    assert!(well && Checkpoint::parse(&line).unwrap().is_signed_by(&key), "{line}");
    for end in ["", "-wal"] {
        let of = |name: &str| folder.path().join(format!("{name}.db{end}"));
        if of("ejia").exists() {
            std::fs::copy(of("ejia"), of("older")).unwrap();
        }
    }
    act(&url);
    assert!(ejia(&["checkpoint", "--database", &url, "--append", kept]).1.contains("added the checkpoint at 2"));
    assert!(ejia(&["checkpoint", "--database", &url, "--append", kept]).1.contains("has not grown"));
    let (well, said) = ejia(&["verify-audit", "--database", &url, "--checkpoints", kept]);
    assert!(well && said.contains("2 entries sealed") && said.contains("1 kept checkpoints lie on it"), "{said}");

    let older = format!("sqlite://{}", folder.path().join("older.db").display());
    assert!(ejia(&["verify-audit", "--database", &older]).0, "it agrees with itself");
    let (well, said) = ejia(&["verify-audit", "--database", &older, "--checkpoints", kept]);
    assert!(!well && said.contains("第 2 条起"), "{said}");
    let (well, said) = ejia(&["checkpoint", "--database", &older, "--append", kept]);
    assert!(!well && said.contains("does not lie on the audit chain"), "{said}");
}
