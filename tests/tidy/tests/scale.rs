//! `docs/scale.md` knows every table of the schema.

#![expect(clippy::unwrap_used, reason = "a test cannot go on without what it reads")]

use std::collections::BTreeSet;

use ejia_tidy::{expect_none, root, sources};

/// The names in the statements that make tables.
fn made(text: &str) -> impl Iterator<Item = &str> {
    let statements = text.split("CREATE TABLE ").skip(1).map(|rest| rest.trim_start_matches("IF NOT EXISTS "));
    statements.map(|rest| rest.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').next().unwrap())
}

/// What stands in backquotes in the rows of tables.
fn named(paper: &str) -> BTreeSet<&str> {
    let rows = paper.lines().filter(|line| line.starts_with("| `"));
    rows.filter_map(|line| line.split('|').nth(1)).flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect()
}

#[test]
fn every_table_is_named_with_the_way_to_its_city_and_nothing_else_is() {
    let paper = std::fs::read_to_string(root().join("docs/scale.md")).unwrap();
    let mut schema = Vec::new();
    for folder in ["spine", "product", "adapters"] {
        let files = sources(folder, ".rs").into_iter();
        schema.extend(files.filter(|file| file.path.ends_with("schema.rs") || file.path.ends_with("src/migrate.rs")));
    }
    let tables: BTreeSet<&str> = schema.iter().flat_map(|file| made(&file.text)).collect();
    assert!(tables.len() > 80, "only {} tables are seen", tables.len());
    let named = named(&paper);
    let missing = tables.difference(&named).map(|table| format!("{table}: docs/scale.md does not name it"));
    let gone = named.difference(&tables).map(|table| format!("{table}: docs/scale.md names it, and there is none"));
    expect_none("docs/scale.md says of each table how it leads to its city.", &missing.chain(gone).collect::<Vec<_>>());
}
