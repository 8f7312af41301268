//! Every mounted route, with ids of the city in its path: for tests that walk through all of them, new ones too.

use ejia::house;
use ejia_db::args;

use crate::browser::Browser;
use crate::house::House;

/// A route as it is mounted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// `"front"`, `"member"`, `"office"` or `"applicant"`.
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
    order: String,
    bill: String,
    delegation: String,
    refund: String,
    difference: String,
    document: String,
    /// Of what there is none.
    none: String,
}

/// An id as it may be, of nothing.
const NOTHING: &str = "01k0000000000000000000000a";

impl Belongings {
    /// Those of a branch, by its code.
    pub fn of_branch(house: &House, code: &str) -> Self {
        let one = |sql: &'static str| -> String { house.look(sql, &args![code]) };
        // The greatest one, or none: what comes of dues is there only once they are set and paid.
        let any = |sql: &'static str| -> String {
            let found: Option<String> = house.look(sql, &args![code]);
            found.unwrap_or_else(|| NOTHING.to_owned())
        };
        let member = one("SELECT m.id FROM member m JOIN organization o ON o.id = m.organization_id
             WHERE o.code = $1 AND m.departed_at IS NULL ORDER BY m.id LIMIT 1");
        Self {
            organization: one("SELECT id FROM organization WHERE code = $1"),
            administrator: one("SELECT a.id FROM administrator a JOIN organization o ON o.id = a.organization_id
                 WHERE o.code = $1 AND a.removed_at IS NULL"),
            order: any(
                "SELECT MAX(l.order_id) FROM payment_order_line l JOIN organization o ON o.id = l.organization_id
                 WHERE o.code = $1",
            ),
            bill: any("SELECT MAX(b.id) FROM dues_bill b JOIN organization o ON o.id = b.organization_id
                 WHERE o.code = $1 AND (b.channel = 'cash' OR b.channel IS NULL)"),
            delegation: any("SELECT MAX(d.id) FROM dues_delegation d JOIN organization o ON o.id = d.organization_id
                 WHERE o.code = $1"),
            refund: any("SELECT MAX(r.id) FROM payment_refund r JOIN payment_order_line l ON l.order_id = r.order_id
                 JOIN organization o ON o.id = l.organization_id WHERE o.code = $1"),
            difference: any("SELECT MAX(d.id) FROM payment_difference d JOIN organization o ON o.code = $1"),
            document: any("SELECT MAX(d.id) FROM document d JOIN administrator a ON a.id = d.administrator_id
                 JOIN organization o ON o.id = a.organization_id WHERE o.code = $1"),
            none: NOTHING.to_owned(),
            member,
        }
    }

    /// The route's path with these ids.
    pub fn fill(&self, path: &str) -> String {
        let mut filled: Vec<&str> = Vec::new();
        for part in path.split('/') {
            let before = filled.last().copied().unwrap_or_default();
            filled.push(if part.starts_with('{') { self.of_kind(before) } else { part });
        }
        filled.join("/")
    }

    /// What an id after this part of a path names.
    fn of_kind(&self, before: &str) -> &str {
        match before {
            "orders" | "receipts" => &self.order,
            "cash" => &self.bill,
            "delegations" => &self.delegation,
            "refunds" => &self.refund,
            "differences" => &self.difference,
            "documents" => &self.document,
            _ if before.starts_with("member") => &self.member,
            _ if before.starts_with("organization") => &self.organization,
            _ if before.starts_with("administrator") => &self.administrator,
            _ => &self.none,
        }
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
