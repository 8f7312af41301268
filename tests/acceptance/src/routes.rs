//! Every mounted route, with ids of the city in its path: for tests that walk through all of them, new ones too.

use ejia::house;
use ejia_db::args;

use crate::browser::Browser;
use crate::house::House;

/// A route as it is mounted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// `"front"`, `"member"` or `"office"`.
    pub portal: &'static str,
    /// `"GET"` or `"POST"`.
    pub method: String,
    /// With `{id}` and the like.
    pub path: String,
}

/// Every route of the product.
pub fn all() -> Vec<Route> {
    let sets = house::routes();
    sets.iter()
        .flat_map(|set| {
            set.list().into_iter().map(|(portal, method, path)| Route {
                portal,
                method: method.to_string(),
                path: path.to_owned(),
            })
        })
        .collect()
}

/// Whose things the ids in a path name: something of each kind that belongs to one branch.
#[derive(Debug, Clone)]
pub struct Belongings {
    member: String,
    organization: String,
    administrator: String,
    change: String,
}

impl Belongings {
    /// Those of a branch, by its code.
    pub fn of_branch(house: &House, code: &str) -> Self {
        let one = |sql: &'static str| -> String { house.look(sql, &args![code]) };
        let member = one("SELECT m.id FROM member m JOIN organization o ON o.id = m.organization_id
             WHERE o.code = $1 AND m.departed_at IS NULL ORDER BY m.id LIMIT 1");
        Self {
            organization: one("SELECT id FROM organization WHERE code = $1"),
            administrator: one("SELECT a.id FROM administrator a JOIN organization o ON o.id = a.organization_id
                 WHERE o.code = $1 AND a.removed_at IS NULL"),
            change: "01k0000000000000000000000a".to_owned(),
            member,
        }
    }

    /// The route's path with these ids.
    pub fn fill(&self, path: &str) -> String {
        let mut filled: Vec<&str> = Vec::new();
        for part in path.split('/') {
            let before = filled.last().copied().unwrap_or_default();
            filled.push(match part.starts_with('{') {
                false => part,
                true if before.starts_with("member") => &self.member,
                true if before.starts_with("organization") => &self.organization,
                true if before.starts_with("administrator") => &self.administrator,
                true => &self.change,
            });
        }
        filled.join("/")
    }
}

/// A proof of origin for this browser's forms at a portal, from the first page that has one.
///
/// # Panics
/// When no page has one.
pub fn csrf(browser: &mut Browser, portal: &str, ids: &Belongings) -> String {
    for route in all().into_iter().filter(|route| route.portal == portal && route.method == "GET") {
        let page = browser.get(&ids.fill(&route.path));
        let token = page.forms().iter().find_map(|form| form.value("csrf").map(str::to_owned));
        if let Some(token) = token.filter(|_| page.status == 200) {
            return token;
        }
    }
    panic!("no page of {portal} has a form that changes something")
}
