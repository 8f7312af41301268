//! Every mounted route, with ids of the city in its path: for tests that walk through all of them, new ones too.

use ejia::house;
use ejia_db::args;
use ejia_kernel::MemberId;

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

impl Route {
    /// Where the route lies inside WeChat, if it does.
    pub fn on_phone(&self) -> Option<String> {
        [("/member", "/wechat"), ("/transfers/in", "/wechat/transfers/in")].into_iter().find_map(|(root, there)| {
            let rest = self.path.strip_prefix(root)?;
            (rest.is_empty() || rest.starts_with('/')).then(|| format!("{there}{rest}"))
        })
    }

    /// Where the route lies for programs; what belongs on the phone alone does not.
    pub fn for_programs(&self) -> Option<String> {
        (!self.path.starts_with("/wechat")).then(|| format!("/api/v1{}", self.path.trim_end_matches('/')))
    }
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

/// What an id in a path names, by how the path ends with it, and the greatest one that belongs to a branch ($1, its
/// code). The first that fits counts.
const OF_BRANCH: [(&str, &str); 29] = [
    (
        "/member/check-in/{code}",
        "SELECT MAX(x.token) FROM meeting x JOIN organization o ON o.id = x.organization_id WHERE o.code = $1",
    ),
    (
        "people/{member}",
        "SELECT MAX(x.member_id) FROM meeting_person x JOIN member m ON m.id = x.member_id
         JOIN organization o ON o.id = m.organization_id WHERE o.code = $1",
    ),
    ("organizations/{id}", "SELECT id FROM organization WHERE code = $1"),
    // The right to issue letters is a committee's, which the branch lies under.
    (
        "issuers/{id}",
        "SELECT MAX(x.id) FROM organization x JOIN organization o ON o.code = $1
         WHERE x.kind = 'committee' AND o.path LIKE x.path || '%'",
    ),
    (
        "administrators/{id}",
        "SELECT MAX(x.id) FROM administrator x JOIN organization o ON o.id = x.organization_id
         WHERE o.code = $1 AND x.removed_at IS NULL",
    ),
    (
        "computers/{serial}",
        "SELECT MAX(x.serial) FROM computer x JOIN administrator a ON a.id = x.administrator_id
         JOIN organization o ON o.id = a.organization_id WHERE o.code = $1",
    ),
    (
        "office/tokens/{id}",
        "SELECT MAX(x.id) FROM organization_token x JOIN organization o ON o.id = x.organization_id WHERE o.code = $1",
    ),
    (
        "office/payments/orders/{id}",
        "SELECT MAX(x.order_id) FROM payment_order_line x JOIN organization o ON o.id = x.organization_id
         WHERE o.code = $1",
    ),
    (
        "cash/{id}",
        "SELECT MAX(x.id) FROM dues_bill x JOIN organization o ON o.id = x.organization_id
         WHERE o.code = $1 AND x.channel = 'cash'",
    ),
    (
        "office/dues/delegations/{id}",
        "SELECT MAX(x.id) FROM dues_delegation x JOIN organization o ON o.id = x.organization_id WHERE o.code = $1",
    ),
    (
        "refunds/{id}",
        "SELECT MAX(x.id) FROM payment_refund x JOIN payment_order_line l ON l.order_id = x.order_id
         JOIN organization o ON o.id = l.organization_id WHERE x.channel = 'cash' AND o.code = $1",
    ),
    ("differences/{id}", "SELECT MAX(x.id) FROM payment_difference x JOIN organization o ON o.code = $1"),
    (
        "documents/{id}",
        "SELECT MAX(x.id) FROM document x JOIN organization o ON o.id = x.organization_id WHERE o.code = $1",
    ),
    // An import is a committee's, which the branch lies under.
    (
        "import/{id}",
        "SELECT MAX(x.id) FROM import_run x JOIN organization o ON o.code = $1 WHERE o.path LIKE x.path || '%'",
    ),
    (
        "cases/{id}",
        "SELECT MAX(x.id) FROM record_case x JOIN organization o ON o.id = x.claimant_organization_id WHERE o.code = $1",
    ),
    (
        "reviews/{id}",
        "SELECT MAX(x.id) FROM record_change x JOIN organization o ON o.id = x.organization_id
         WHERE o.code = $1 AND x.state = 'waiting'",
    ),
    (
        "groups/{id}",
        "SELECT MAX(x.id) FROM meeting_group x JOIN organization o ON o.id = x.organization_id WHERE o.code = $1",
    ),
    ("agenda/{item}/vote", VOTED_ON),
    ("agenda/{item}/find", VOTED_ON),
    (
        "agenda/{item}",
        "SELECT MAX(x.id) FROM meeting_item x JOIN meeting m ON m.id = x.meeting_id
         JOIN organization o ON o.id = m.organization_id WHERE o.code = $1 AND x.kind = 'discussion'",
    ),
    (
        "files/{file}",
        "SELECT MAX(x.id) FROM meeting_attachment x JOIN meeting m ON m.id = x.meeting_id
         JOIN organization o ON o.id = m.organization_id WHERE o.code = $1",
    ),
    (
        "photos/{photo}",
        "SELECT MAX(x.id) FROM meeting_photo x JOIN meeting m ON m.id = x.meeting_id
         JOIN organization o ON o.id = m.organization_id WHERE o.code = $1",
    ),
    (
        "meetings/{id}",
        "SELECT MAX(x.id) FROM meeting x JOIN organization o ON o.id = x.organization_id WHERE o.code = $1",
    ),
    (
        "transfers/{id}/receipts/{receipt}",
        "SELECT MAX(x.id) FROM transfer_receipt x JOIN transfer t ON t.id = x.transfer_id
         JOIN organization o ON o.id = t.from_organization_id WHERE o.code = $1",
    ),
    (
        "transfers/letters/{id}",
        "SELECT MAX(x.id) FROM transfer_letter x JOIN transfer t ON t.id = x.transfer_id
         JOIN organization o ON o.id = t.from_organization_id WHERE o.code = $1",
    ),
    (
        "letters/{token}",
        "SELECT MAX(x.check_token) FROM transfer_letter x JOIN transfer t ON t.id = x.transfer_id
         JOIN organization o ON o.id = t.from_organization_id WHERE o.code = $1",
    ),
    // Somebody from outside who wants to come in, and his photo.
    ("applications/{id}", INCOMING),
    ("office/transfers/{id}/photo", INCOMING),
    (
        "office/transfers/{id}",
        "SELECT MAX(x.id) FROM transfer x JOIN organization o ON o.id = x.from_organization_id
         WHERE o.code = $1 AND x.direction = 'out'",
    ),
];

const VOTED_ON: &str = "SELECT MAX(x.id) FROM meeting_item x JOIN meeting m ON m.id = x.meeting_id
     JOIN organization o ON o.id = m.organization_id WHERE o.code = $1 AND x.kind = 'resolution'";

const INCOMING: &str = "SELECT MAX(x.id) FROM transfer x JOIN transfer_applicant a ON a.transfer_id = x.id
     JOIN organization o ON o.id = x.to_organization_id OR o.parent_id = x.to_organization_id
       OR o.name = x.to_name WHERE o.code = $1";

/// The same for what is a member's own ($1, his id).
const OF_MEMBER: [(&str, &str); 9] = [
    ("dues/orders/{id}", ORDER),
    ("dues/receipts/{id}", ORDER),
    ("member/dues/delegations/{id}/confirm", ENTRUSTED),
    ("member/dues/delegations/{id}/decline", ENTRUSTED),
    ("member/dues/delegations/{id}", "SELECT MAX(id) FROM dues_delegation WHERE principal_id = $1"),
    ("record/changes/{id}", "SELECT MAX(id) FROM record_change WHERE member_id = $1 AND state = 'waiting'"),
    ("messages/{id}", "SELECT MAX(id) FROM message WHERE reader_id = $1"),
    ("member/transfers/{id}", "SELECT MAX(id) FROM transfer WHERE member_id = $1"),
    ("members/{id}", "SELECT id FROM member WHERE id = $1"),
];

const ENTRUSTED: &str = "SELECT MAX(id) FROM dues_delegation WHERE payer_id = $1";
const ORDER: &str = "SELECT MAX(id) FROM payment_order WHERE payer_id = $1";

/// Whose things the ids in a path name: something of each kind that belongs to one branch and to one of its members.
#[derive(Debug, Clone, Default)]
pub struct Belongings {
    ids: Vec<(&'static str, String)>,
}

/// An id as it may be, of nothing.
pub const NOTHING: &str = "01k0000000000000000000000a";

impl Belongings {
    /// Those of a branch, by its code, and of the first of its members.
    pub fn of_branch(house: &House, code: &str) -> Self {
        let member = house.look(
            "SELECT m.id FROM member m JOIN organization o ON o.id = m.organization_id
             WHERE o.code = $1 AND m.departed_at IS NULL ORDER BY m.id LIMIT 1",
            &args![code],
        );
        Self::of(house, code, member)
    }

    /// Those of a branch and of this member.
    pub fn of(house: &House, code: &str, member: MemberId) -> Self {
        // What comes of dues, meetings and transfers is there only once somebody has begun with them.
        let of_branch = OF_BRANCH.iter().map(|(kind, sql)| (*kind, house.look::<Option<String>>(sql, &args![code])));
        let of_member = OF_MEMBER.iter().map(|(kind, sql)| (*kind, house.look::<Option<String>>(sql, &args![member])));
        let all = of_branch.chain(of_member);
        Self { ids: all.filter_map(|(kind, id)| id.map(|id| (kind, id))).collect() }
    }

    /// Nothing of anybody: every id is made up.
    pub fn made_up() -> Self {
        Self::default()
    }

    /// The route's path with these ids.
    pub fn fill(&self, path: &str) -> String {
        let mut seen = String::new();
        let mut filled: Vec<&str> = Vec::new();
        for part in path.split('/') {
            if !seen.is_empty() || !filled.is_empty() {
                seen.push('/');
            }
            seen.push_str(part);
            filled.push(if part.starts_with('{') { self.named(path, &seen) } else { part });
        }
        filled.join("/")
    }

    /// What the id at the end of this much of a path names; some are named by what follows in the path, too.
    fn named(&self, path: &str, seen: &str) -> &str {
        let fits = |kind: &str| match kind.rsplit_once('}') {
            Some((_, "")) => seen.ends_with(kind),
            Some((upto, _)) => path.ends_with(kind) && seen.ends_with(&format!("{upto}}}")),
            None => false,
        };
        self.ids.iter().find(|(kind, _)| fits(kind)).map_or(NOTHING, |(_, id)| id)
    }

    /// Kinds of which there is nothing.
    pub fn missing(&self) -> Vec<&'static str> {
        let kinds = OF_BRANCH.iter().chain(&OF_MEMBER).map(|(kind, _)| *kind);
        kinds.filter(|kind| self.ids.iter().all(|(there, _)| there != kind)).collect()
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
