//! Who may do what: every route, tried by everybody with ids of things of one branch, and compared with the table
//! `authority.tsv` (R2).
//!
//! What is tried is undone at once (`House::rehearsal`), so that nobody finds a house that somebody before him has changed.

mod doors;
mod fields;
mod held;
mod pairs;
mod refused;
mod roles;
mod table;

use std::collections::BTreeMap;

use ejia_acceptance::estate::Estate;
use ejia_acceptance::routes::{self, Belongings, Route};
use ejia_acceptance::{House, Page};

use roles::{Face, ROLES, Role};
use table::{Key, Line};

/// How many try at once.
const AT_ONCE: usize = 4;

/// What one role has heard at one route.
struct Heard {
    cell: String,
    /// How the phone answers, in the words of the table's column.
    phone: &'static str,
    sends: &'static str,
}

/// What an answer says apart from whose things it names: the same for a thing that does not exist and for one that
/// must not be seen.
fn said(page: &Page, ids: &Belongings, route: &Route) -> (u16, String) {
    let mut text = page.body();
    let filled = ids.fill(&route.path);
    for (part, _) in filled.split('/').zip(route.path.split('/')).filter(|(_, name)| name.starts_with('{')) {
        text = text.replace(part, "{id}");
    }
    let proof = page.forms().iter().find_map(|form| form.value("csrf").map(str::to_owned)).unwrap_or_default();
    if !proof.is_empty() {
        text = text.replace(&proof, "");
    }
    (page.status, text)
}

fn to_login(page: &Page) -> bool {
    let there = |to: &str| to.contains("/login") || to.contains("/transfers/in/phone");
    page.status == 401
        || (page.status == 303 && page.header("set-cookie").is_none() && page.header("location").is_some_and(there))
}

/// The word of the table for an answer, and for that to the same question with made-up ids, where there are ids.
fn word(route: &Route, page: &Page, real: &(u16, String), made_up: Option<&(u16, String)>) -> String {
    assert!(
        page.status < 500 && page.status != 429 && page.status != 405,
        "{} {}: {}",
        route.path,
        page.status,
        page.text()
    );
    assert!(!page.body().contains("页面停留太久"), "{}: without proof of origin", route.path);
    let word = match (page.status, made_up) {
        _ if route.portal != "front" && to_login(page) => "login",
        (403, None) => "no",
        (404, None) => "none",
        (_, None) => "yes",
        (403, Some(other)) if real == other => "no",
        (404, Some(other)) if real == other => "none",
        (_, Some(other)) if real == other => "same",
        (403, Some((404, _))) => "look",
        (status, Some((404, _))) if status != 404 => "yes",
        (status, Some(other)) => return format!("{status}, but {} for a made-up id", other.0),
    };
    word.to_owned()
}

/// What a role hears at a route, by one face.
fn heard(
    role: &Role,
    face: Face,
    route: &Route,
    ids: &Belongings,
    nobody: &Belongings,
) -> Option<(String, &'static str)> {
    let mut file = false;
    let mut page = role.ask(face, route, ids, file)?;
    if page.status == 400 && route.method == "POST" {
        file = true;
        page = role.ask(face, route, ids, file)?;
    }
    let real = said(&page, ids, route);
    let made_up = if route.path.contains('{') { role.ask(face, route, nobody, file) } else { None };
    let made_up = made_up.map(|page| said(&page, nobody, route));
    Some((word(route, &page, &real, made_up.as_ref()), if file { "file" } else { "form" }))
}

fn try_one(role: &Role, route: &Route, ids: &Belongings, nobody: &Belongings) -> Result<Heard, String> {
    let (cell, sends) = heard(role, Face::Web, route, ids, nobody).ok_or("not on the web")?;
    let told = |face: &str, cell: &str, other: &str| {
        Err(format!("{} {} for {}: {cell} on the web, {other} {face}", route.method, route.path, role.name))
    };
    let program = heard(role, Face::Program, route, ids, nobody);
    if let Some((other, _)) = program.filter(|(other, _)| *other != cell) {
        return told("for programs", &cell, &other);
    }
    let phone = match heard(role, Face::Phone, route, ids, nobody) {
        None if route.path.starts_with("/wechat") => "alone",
        None => "-",
        Some((other, _)) if other == "no" && cell != "no" => "web",
        Some((other, _)) if other == cell => "too",
        Some((other, _)) => return told("on the phone", &cell, &other),
    };
    Ok(Heard { cell, phone, sends: if route.method == "POST" { sends } else { "-" } })
}

/// Everything that a role hears, in the order of the routes.
fn try_all(role: &Role, routes: &[Route], ids: &Belongings) -> Vec<Result<Heard, String>> {
    let nobody = Belongings::made_up();
    routes.iter().map(|route| try_one(role, route, ids, &nobody)).collect()
}

/// What everybody hears, as lines of the table, and what no line can say.
fn observed(house: &House, estate: &Estate) -> (BTreeMap<Key, Line>, Vec<String>) {
    let (routes, origin) = (routes::all(), house.rehearsal(false));
    let everybody = roles::all(house, estate, &origin);
    let share = everybody.len().div_ceil(AT_ONCE);
    let columns: Vec<Vec<Result<Heard, String>>> = std::thread::scope(|scope| {
        let threads: Vec<_> = everybody
            .chunks(share)
            .map(|some| scope.spawn(|| some.iter().map(|role| try_all(role, &routes, &estate.ids)).collect::<Vec<_>>()))
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("it comes to an end")).collect()
    });
    let mut faults = Vec::new();
    let mut lines: BTreeMap<Key, Line> = BTreeMap::new();
    for (at, route) in routes.iter().enumerate() {
        let mut line = vec![route.portal.to_owned(), "-".to_owned(), "-".to_owned()];
        for column in &columns {
            match &column[at] {
                Ok(Heard { cell, phone, sends }) => {
                    // Who is not let in cannot tell what is sent, nor whether the phone has a sentence of its own.
                    for (own, seen) in [(1, *phone), (2, *sends)] {
                        if line[own] == "-" || ["web", "file"].contains(&seen) {
                            seen.clone_into(&mut line[own]);
                        }
                    }
                    line.push(cell.clone());
                }
                Err(fault) => {
                    faults.push(fault.clone());
                    line.push("?".to_owned());
                }
            }
        }
        lines.insert(table::key(route), line);
    }
    assert!(lines.len() > 200 && lines.values().all(|line| line.len() == 3 + ROLES.len()), "{} lines", lines.len());
    (lines, faults)
}

/// proves: R2
#[test]
fn everybody_may_do_what_the_table_says_and_nothing_else_and_hears_nothing_of_what_is_not_his() {
    House::on_both(|house| {
        let estate = house.estate();
        let (seen, faults) = observed(house, &estate);
        let known = table::read();
        if std::env::var_os("EJIA_WRITE_TABLE").is_some() {
            table::write(&known, &seen);
        }
        let mut all = table::differences(&known, &seen);
        all.extend(faults);
        assert!(all.is_empty(), "{} differences:\n{}", all.len(), all.join("\n"));
    });
}

/// The routes that are sent files, as the table says.
pub(crate) fn uploads() -> Vec<Route> {
    let table = table::read();
    let takes_file = |route: &Route| {
        table.get(&table::key(route)).is_some_and(|line| line.get(2).is_some_and(|sends| sends == "file"))
    };
    routes::all().into_iter().filter(takes_file).collect()
}
