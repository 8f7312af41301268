//! The table of who may do what, as it lies in `tests/acceptance/authority.tsv`: a line a route, a column a role.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use ejia_acceptance::routes::Route;

use super::roles::ROLES;

/// What stands in the table above its lines.
const HEAD: &str = include_str!("head.txt");

/// What a route is: its method and its path.
pub(super) type Key = (String, String);

/// A line: the portal, whether the route is on the phone too, what it is sent; then what each role hears, in the order of
/// [`ROLES`].
pub(super) type Line = Vec<String>;

pub(super) fn key(route: &Route) -> Key {
    (route.path.clone(), route.method.clone())
}

fn place() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("authority.tsv")
}

/// The table as it lies there.
pub(super) fn read() -> BTreeMap<Key, Line> {
    let text = std::fs::read_to_string(place()).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).skip(1);
    lines
        .map(|line| {
            let mut cells = line.split('\t').map(|cell| cell.trim().to_owned());
            let method = cells.next().unwrap_or_default();
            ((cells.next().unwrap_or_default(), method), cells.collect())
        })
        .collect()
}

/// Puts lines for new routes into the table and takes those away that have no route: what is known is not touched.
pub(super) fn write(known: &BTreeMap<Key, Line>, seen: &BTreeMap<Key, Line>) {
    let mut text = HEAD.to_owned();
    let head = ["method", "path", "portal", "phone", "sends"].into_iter().chain(ROLES);
    text += &head.collect::<Vec<_>>().join("\t");
    text.push('\n');
    for (key, cells) in seen {
        let cells = known.get(key).unwrap_or(cells);
        let _ = writeln!(text, "{}\t{}\t{}", key.1, key.0, cells.join("\t"));
    }
    std::fs::write(place(), text).expect("the table is written");
}

/// Where table and product say different things, a sentence each.
pub(super) fn differences(known: &BTreeMap<Key, Line>, seen: &BTreeMap<Key, Line>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for ((path, method), cells) in seen {
        let Some(expected) = known.get(&(path.clone(), method.clone())) else {
            all.push(format!("{method} {path}: not in the table; EJIA_WRITE_TABLE=1 writes a line for you to look at"));
            continue;
        };
        let heads = ["portal", "phone", "sends"].into_iter().chain(ROLES);
        for ((head, expected), cell) in heads.zip(expected).zip(cells).filter(|((_, expected), cell)| expected != cell)
        {
            all.push(format!("{method} {path}: {head}: {expected} in the table, {cell} is answered"));
        }
        if expected.len() != cells.len() {
            all.push(format!("{method} {path}: {} cells in the table, {} columns", expected.len(), cells.len()));
        }
    }
    let gone = known.keys().filter(|key| !seen.contains_key(*key));
    all.extend(gone.map(|(path, method)| format!("{method} {path}: in the table, and no such route")));
    all
}
