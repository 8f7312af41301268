//! The guide to the API says nothing that does not hold: its lines are run as they stand there.

use std::process::Command;

use ejia_acceptance::House;
use ejia_web::Scope;

const GUIDE: &str = include_str!("../../../../../docs/api.md");

/// What stands between ```` ```sh ```` and ```` ``` ````.
fn lines_to_run() -> Vec<&'static str> {
    GUIDE.split("```sh\n").skip(1).filter_map(|rest| rest.split("\n```").next()).collect()
}

/// proves: R2
#[test]
fn the_lines_of_the_guide_do_what_it_says() {
    let house = House::start(ejia_acceptance::Database::Sqlite);
    let branch = house.branch_with_members();
    let all: Vec<&str> = Scope::ALL.iter().map(|scope| scope.code()).collect();
    let token = super::tokens::token_of(&house, &branch, &all, "");
    let member = house.a_member_of(&branch).to_string();
    let lines = lines_to_run();
    assert!(lines.len() >= 5, "{lines:?}");
    for line in lines {
        let mut shell = Command::new("bash");
        shell.args(["-euo", "pipefail", "-c", line]).env("EJIA", house.origin());
        let ran = shell.env("TOKEN", &token).env("MEMBER", &member).output().expect("a shell");
        let said = String::from_utf8_lossy(&ran.stdout);
        assert!(ran.status.success(), "{line}\n{said}{}", String::from_utf8_lossy(&ran.stderr));
        assert!(!said.trim().is_empty(), "{line}");
    }
    let handed_out =
        "SELECT COUNT(*) FROM audit_entry WHERE action = 'transfers.records_taken' AND facts LIKE '%\"token\"%'";
    assert_eq!(house.count(handed_out), 1, "what was taken away with a token names it");
    for scope in Scope::ALL {
        assert!(GUIDE.contains(&format!("`{}`", scope.code())), "{scope:?} is not in the guide");
    }
}
