//! The papers of security name what is there: every file and test, every requirement once, one of three answers.

use std::collections::BTreeSet;

use ejia_tidy::{expect_none, root};

const PAPERS: [&str; 3] = ["docs/threat-model.md", "docs/asvs.md", "docs/gbt22239.md"];
/// What a quoted word begins with when it is a path of this tree.
const ROOMS: [&str; 8] = ["spine/", "product/", "adapters/", "portals/", "app/", "tests/", "docs/", "scripts/"];
/// How many requirements of ASVS 5.0.0 are of level 1 or 2.
const ASVS: usize = 253;

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_default()
}

/// What a paper names within backquotes that is not there: a path, or a path with a test.
fn missing(paper: &str, text: &str) -> Vec<String> {
    let mut breaches = Vec::new();
    let quoted = text.split('`').skip(1).step_by(2).filter(|quoted| ROOMS.iter().any(|room| quoted.starts_with(room)));
    for quoted in quoted {
        let (path, name) = quoted.split_once(": ").unwrap_or((quoted, ""));
        if !root().join(path).exists() {
            breaches.push(format!("{paper}: {path} is not there"));
        } else if !name.is_empty() && !read(path).contains(&format!("fn {name}(")) {
            breaches.push(format!("{paper}: {path} has no test {name}"));
        }
    }
    breaches
}

/// Number and answer of each row that begins with a number.
fn rows(text: &str) -> Vec<(String, String)> {
    let numbered = |number: &str| number.starts_with(|c: char| c.is_ascii_digit()) && number.contains('.');
    text.lines()
        .filter(|line| line.starts_with("| "))
        .filter_map(|line| {
            let mut cells = line.trim_matches('|').split('|').map(str::trim);
            let number = cells.next().filter(|number| numbered(number))?;
            Some((number.to_owned(), cells.nth(1).unwrap_or_default().to_owned()))
        })
        .collect()
}

/// Rows without one of the three answers, and numbers that come twice.
fn unanswered(paper: &str, text: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut breaches = Vec::new();
    for (number, answer) in rows(text) {
        if !["met", "n.a.", "not met"].contains(&answer.as_str()) {
            breaches.push(format!("{paper}: {number} is answered {answer:?}"));
        }
        if !seen.insert(number.clone()) {
            breaches.push(format!("{paper}: {number} stands there twice"));
        }
    }
    breaches
}

#[test]
fn every_file_and_test_that_a_paper_names_is_there() {
    let breaches = PAPERS.iter().flat_map(|paper| {
        let text = read(paper);
        assert!(text.len() > 1000, "{paper} is not there");
        missing(paper, &text)
    });
    expect_none("The papers of security name files and tests that exist.", &breaches.collect::<Vec<_>>());
}

#[test]
fn every_requirement_has_one_of_three_answers() {
    let breaches: Vec<String> = PAPERS.iter().flat_map(|paper| unanswered(paper, &read(paper))).collect();
    expect_none("Each requirement is met, n.a. or not met.", &breaches);
    assert_eq!(rows(&read("docs/asvs.md")).len(), ASVS);
    assert!(rows(&read("docs/gbt22239.md")).len() > 60);
}

#[test]
fn a_paper_that_names_what_is_not_there_is_seen() {
    let paper = "`tests/tidy/tests/papers.rs` `tests/nowhere.rs` `tests/tidy/tests/papers.rs: no_such_test` `a/b`";
    assert_eq!(
        missing("x", paper),
        ["x: tests/nowhere.rs is not there", "x: tests/tidy/tests/papers.rs has no test no_such_test"]
    );
    let paper = "| 1.1.1 | a | met | b |\n| 1.1.1 | a | perhaps | b |\n| # | About | Answer |\n";
    assert_eq!(unanswered("x", paper), ["x: 1.1.1 is answered \"perhaps\"", "x: 1.1.1 stands there twice"]);
}
