//! Ids that are no part of a path: in a form, in a list of what was ticked, behind a question mark. An id of what is not
//! his must do what an id of nothing does.

use ejia_acceptance::browser::encoded;
use ejia_acceptance::estate::Estate;
use ejia_acceptance::{Browser, House, Page};
use ejia_db::args;

use super::held;

/// Where an id is sent: who may use the route, the route, and what is sent with it.
///
/// `?` stands for the id in question; `{member}`, `{fellow}`, `{meeting}` and the like for what is his own.
struct Place {
    who: Who,
    path: &'static str,
    sent: &'static str,
    names: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Member,
    Branch,
    Committee,
}

/// What the id in question names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Member,
    Organization,
    Bill,
    Group,
}

const fn place(who: Who, path: &'static str, sent: &'static str, names: Kind) -> Place {
    Place { who, path, sent, names }
}

use Kind::{Bill, Group, Member, Organization};
use Who::{Branch, Committee, Member as Himself};

/// What goes behind a question mark.
const ASKED: [Place; 22] = [
    place(Committee, "/office/administrators", "organization=?", Organization),
    place(Committee, "/office/administrators/new", "organization=?", Organization),
    place(Committee, "/office/members", "organization=?", Organization),
    place(Branch, "/office/members", "organization=?", Organization),
    place(Branch, "/office/members", "after=?", Member),
    place(Committee, "/office/departed", "organization=?", Organization),
    place(Committee, "/office/members/allocate", "member=?", Member),
    place(Committee, "/office/members/allocate", "member={member}&member=?", Member),
    place(Branch, "/office/dues/delegations/new", "member=?", Member),
    place(Committee, "/office/dues/unpaid", "organization=?", Organization),
    place(Committee, "/office/dues/records", "organization=?", Organization),
    place(Committee, "/office/dues/records/notice", "organization=?", Organization),
    place(Committee, "/office/dues/totals", "organization=?", Organization),
    place(Committee, "/office/dues/totals", "organization=?&form=xlsx", Organization),
    place(Committee, "/office/dues/standards", "branch=?", Organization),
    place(Branch, "/office/dues/standards", "branch=?", Organization),
    place(Committee, "/office/meetings", "organization_id=?", Organization),
    place(Committee, "/office/meetings/register", "organization_id=?", Organization),
    place(Committee, "/office/meetings/overview", "organization=?", Organization),
    place(Committee, "/office/overview", "organization=?", Organization),
    place(Committee, "/office/overview/sheet", "organization=?&form=xlsx", Organization),
    place(Committee, "/office/transfers/records", "organization=?", Organization),
];

/// What goes in a form.
const SENT: [Place; 27] = [
    place(
        Committee,
        "/office/administrators",
        "organization_id=?&name=x&user_name=zhangsan&phone=13800138123",
        Organization,
    ),
    place(Committee, "/office/members/allocate", "member=?&branch_id={near}&branch={near name}", Member),
    place(
        Committee,
        "/office/members/allocate",
        "member={member}&member=?&branch_id={near}&branch={near name}",
        Member,
    ),
    place(Committee, "/office/members/allocate", "member={member}&branch_id=?", Organization),
    place(Branch, "/office/dues/delegations", "payer={fellow}&member=?", Member),
    place(Branch, "/office/dues/delegations", "payer={fellow}&member={member}&member=?", Member),
    place(Branch, "/office/dues/delegations", "payer=?&member={fellow}", Member),
    place(Branch, "/office/dues/cash/confirm", "received_on=2026-04-16&bill=?.1500", Bill),
    place(Branch, "/office/dues/cash", "received_on=2026-04-16&bill=?.1500", Bill),
    place(Branch, "/office/dues/cash", "received_on=2026-04-16&bill={bill}.1500&bill=?.1500", Bill),
    place(Committee, "/office/dues/records/notice", "organization=?&month=2026-03", Organization),
    place(
        Branch,
        "/office/dues/standards/draft",
        "month=2026-04&member=?&basis=wage&base=9000&amount=&computed=&typed_reason=&exemption=",
        Member,
    ),
    place(
        Branch,
        "/office/dues/standards/submit",
        "month=2026-04&member=?&basis=wage&base=9000&amount=&computed=&typed_reason=&exemption=",
        Member,
    ),
    place(Branch, "/office/meetings/groups/new", "name=x&leader=?", Member),
    place(Branch, "/office/meetings/groups/new", "name=x&leader=?&member=?", Member),
    place(Branch, "/office/meetings/groups/{group}", "name=x&leader=?&member={member}", Member),
    place(Branch, "/office/meetings/groups/{group}", "name=x&leader=?&member=?", Member),
    place(
        Branch,
        "/office/meetings/afterwards",
        "kind=group&group=?&name=x&way=online&starts_at=2026-03-02T14:30&ends_at=2026-03-02T15:30",
        Group,
    ),
    place(
        Branch,
        "/office/meetings/{meeting}/edit",
        "version={version}&kind=group&group=?&name=x&way=online&starts_at=2026-06-01T14:30&ends_at=2026-06-01T15:30",
        Group,
    ),
    place(
        Branch,
        "/office/meetings/new",
        "kind=group&group=?&name=x&way=online&starts_at=2026-06-01T14:30&ends_at=2026-06-01T15:30",
        Group,
    ),
    place(Branch, "/office/meetings/{meeting}/invite", "who=by_hand&member=?", Member),
    place(Branch, "/office/meetings/{meeting}/invite", "who=group&group=?", Group),
    place(Branch, "/office/meetings/{meeting}/attendance", "page=1&member=?&was=unknown&state=present&reason=", Member),
    place(Committee, "/office/transfers/{incoming}/allocate", "branch_id=?", Organization),
    place(Himself, "/member/dues/proxy", "member=?", Member),
    place(Himself, "/member/dues/proxy", "member={fellow}&member=?", Member),
    place(Himself, "/member/dues/proxy/pay", "channel=alipay&expected=1500&member=?", Member),
];

/// Every address and field that is tried with an id of what is not his.
pub(super) fn places() -> impl Iterator<Item = (&'static str, &'static str)> {
    let tried = |place: &'static Place| {
        let names = place.sent.split('&').filter_map(|pair| pair.split_once('='));
        names.filter(|(_, value)| value.contains('?')).map(|(name, _)| (place.path, name))
    };
    ASKED.iter().chain(&SENT).flat_map(tried)
}

/// Ids that are his, and for each kind one of another branch.
struct Ids {
    own: Vec<(&'static str, String)>,
    /// One of his own of each kind, and one of another branch's.
    of_kind: Vec<(Kind, String, String)>,
}

impl Ids {
    fn of(house: &House, estate: &Estate) -> Self {
        let scene = &estate.scene;
        let one = |sql: &'static str, code: &str| house.look::<String>(sql, &args![code]);
        let organization = |code: &str| one("SELECT id FROM organization WHERE code = $1", code);
        let path = |path: &str| estate.ids.fill(path).rsplit('/').next().unwrap_or_default().to_owned();
        let bill = |code: &str| {
            let sql = "SELECT MAX(b.id) FROM dues_bill b JOIN organization o ON o.id = b.organization_id
                 WHERE o.code = $1 AND b.state = 'due' AND b.amount = 1500";
            one(sql, code)
        };
        let far = &scene.far.branch;
        let meeting = path("/office/meetings/{id}");
        let version = house.look::<i64>("SELECT version FROM meeting WHERE id = $1", &args![meeting]).to_string();
        let group =
            "SELECT MAX(g.id) FROM meeting_group g JOIN organization o ON o.id = g.organization_id WHERE o.code = $1";
        let groups = |code: &str| one(group, code);
        Self {
            own: vec![
                ("{member}", scene.person.id.to_string()),
                ("{fellow}", estate.fellow.id.to_string()),
                ("{near}", organization(&scene.near.branch)),
                ("{near name}", scene.near.name.clone()),
                ("{bill}", bill(&scene.from.branch)),
                ("{meeting}", path("/office/meetings/{id}")),
                ("{version}", version),
                ("{group}", path("/office/meetings/groups/{id}")),
                ("{incoming}", path("/transfers/in/applications/{id}")),
            ],
            of_kind: vec![
                (Member, estate.fellow.id.to_string(), house.persons_of(far).remove(0).id.to_string()),
                (Organization, organization(&scene.from.branch), organization(far)),
                (Bill, bill(&scene.from.branch), bill(far)),
                (Group, groups(&scene.from.branch), groups(far)),
            ],
        }
    }

    /// One of his own, and a foreign one.
    fn both(&self, kind: Kind) -> (&str, &str) {
        let found = self.of_kind.iter().find(|(one, _, _)| *one == kind);
        found.map_or(("", ""), |(_, own, foreign)| (own, foreign))
    }

    fn filled(&self, text: &str) -> String {
        self.own.iter().fold(text.to_owned(), |text, (name, id)| text.replace(name, id))
    }
}

type Said = (u16, String, Option<String>, Option<String>);

/// What is answered, apart from the id and from proofs of origin; a notice for the next page is a cookie.
fn said(page: &Page, id: &str) -> Said {
    let mut text = page.body().replace(id, "?");
    for proof in page.forms().iter().filter_map(|form| form.value("csrf")) {
        text = text.replace(proof, "");
    }
    let notice = page.header("set-cookie").filter(|line| line.starts_with("ejia_said")).map(str::to_owned);
    (page.status, text, page.header("location").map(|to| to.replace(id, "?")), notice)
}

fn ask(browser: &Browser, place: &Place, posts: bool, id: &str, ids: &Ids, proof: &str) -> Said {
    let (path, sent) = (ids.filled(place.path), ids.filled(place.sent).replace('?', id));
    let mut browser = browser.clone();
    let page = if posts {
        let fields = sent.split('&').filter_map(|pair| pair.split_once('='));
        let mut fields: Vec<(String, String)> =
            fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        fields.push(("csrf".to_owned(), proof.to_owned()));
        browser.post(&path, "application/x-www-form-urlencoded", encoded(&fields).as_bytes())
    } else {
        browser.get(&format!("{path}?{sent}"))
    };
    assert!(page.status < 500, "{path} {sent}: {}", page.text());
    said(&page, id)
}

/// proves: R2
#[test]
fn an_id_of_what_is_not_his_says_and_does_nothing_in_a_form_either() {
    const NOTHING: &str = ejia_acceptance::routes::NOTHING;
    House::on_both(|house| {
        let estate = house.estate();
        let ids = Ids::of(house, &estate);
        let scene = &estate.scene;
        let origin = house.rehearsal(false);
        let browsers = [
            (Himself, house.inside_as_member(scene.person.id), "/member/password"),
            (Branch, house.inside_as_officer_of(&scene.from.branch), "/office/password"),
            (Committee, house.inside_as_officer_of(&scene.from.committee), "/office/password"),
        ];
        let untried = held::untried(house, &estate).into_iter();
        let mut wrong: Vec<String> = untried
            .map(|(path, name)| format!("{path} {name}: a page holds an id here, and nothing tries it"))
            .collect();
        for (who, browser, form) in browsers {
            let mut browser = browser.moved_to(&origin);
            let proof = browser.get(form).forms().iter().find_map(|form| form.value("csrf").map(str::to_owned));
            let proof = proof.expect("a proof of origin");
            for (places, posts) in [(&ASKED[..], false), (&SENT[..], true)] {
                for place in places.iter().filter(|place| place.who == who) {
                    let (own, foreign) = ids.both(place.names);
                    let [own, theirs, nothing] =
                        [own, foreign, NOTHING].map(|id| ask(&browser, place, posts, id, &ids, &proof));
                    if own == nothing {
                        wrong.push(format!("{} {}: an id of his own makes no difference", place.path, place.sent));
                    }
                    if theirs != nothing {
                        wrong.push(format!("{} {}: {theirs:?}, but {nothing:?} for nothing", place.path, place.sent));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    });
}
