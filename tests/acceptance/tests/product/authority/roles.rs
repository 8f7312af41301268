//! Everybody who may knock: a browser on the web and on the phone, and a program with his token.

use std::collections::BTreeMap;

use ejia_acceptance::estate::Estate;
use ejia_acceptance::routes::{Belongings, Route};
use ejia_acceptance::{Browser, House, Page};
use ejia_kernel::OrganizationKind;

/// The columns of the table.
pub(super) const ROLES: [&str; 19] = [
    "visitor",
    "member",
    "fellow",
    "stranger",
    "applicant",
    "other applicant",
    "branch",
    "sibling",
    "general",
    "committee",
    "far",
    "working",
    "district",
    "city",
    "help desk",
    "system",
    "security",
    "audit",
    "other city",
];

/// How somebody asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    Web,
    Phone,
    Program,
}

/// Somebody at every door at once.
pub(super) struct Role {
    pub(super) name: &'static str,
    browser: Browser,
    /// His token, as programs bear it.
    bearer: Option<String>,
    /// Proofs of origin, by portal, on the web and on the phone.
    proofs: BTreeMap<(&'static str, bool), String>,
}

/// How often somebody asks again who hears that the house is busy.
const PATIENCE: usize = 10;

/// Pages with a form, by portal, on the web or on the phone.
const WITH_FORM: [(&str, bool, &str); 7] = [
    ("front", false, "/member/login"),
    ("front", true, "/wechat/login"),
    ("member", false, "/member/password"),
    ("member", true, "/wechat"),
    ("office", false, "/office/password"),
    ("applicant", false, "/transfers/in/applications"),
    ("applicant", true, "/wechat/transfers/in/applications"),
];

impl Role {
    fn new(name: &'static str, browser: &Browser, origin: &str) -> Self {
        let mut browser = browser.moved_to(origin);
        let session =
            ["ejia_member", "ejia_office", "ejia_applicant"].into_iter().find_map(|c| browser.cookies().get(c));
        let bearer = session.cloned();
        let mut proofs = BTreeMap::new();
        for (portal, phone, path) in WITH_FORM {
            let page = browser.get(path);
            let found = page.forms().iter().find_map(|form| form.value("csrf").map(str::to_owned));
            proofs.extend(found.filter(|_| page.status == 200).map(|proof| ((portal, phone), proof)));
        }
        Self { name, browser, bearer, proofs }
    }

    /// Asks for a route with these ids, with a proof of origin where he has one.
    pub(super) fn ask(&self, face: Face, route: &Route, ids: &Belongings, file: bool) -> Option<Page> {
        let path = ids.fill(&route.path);
        let path = match face {
            Face::Web => path,
            Face::Phone => Route { path, ..route.clone() }.on_phone()?,
            Face::Program => Route { path, ..route.clone() }.for_programs()?,
        };
        let bearer = self.bearer.as_ref().map(|token| format!("Bearer {token}"));
        let mut headers: Vec<(&str, &str)> = Vec::new();
        if let (Face::Program, Some(bearer)) = (face, &bearer) {
            headers.push(("authorization", bearer));
        }
        let phone = path.starts_with("/wechat");
        let proof = self.proofs.get(&(route.portal, phone)).map_or("none", String::as_str);
        let organization =
            ids.fill("/office/organizations/{id}").rsplit('/').next().map(str::to_owned).unwrap_or_default();
        let form = format!("csrf={proof}&organization_id={organization}");
        let (kind, body) = if file { upload(proof) } else { ("application/x-www-form-urlencoded", form) };
        headers.push(("content-type", kind));
        let body = (route.method == "POST").then_some(body.as_bytes());
        // What an answer puts down in the browser does not count for the next question; "busy" is no answer.
        let answers = std::iter::repeat_with(|| self.browser.clone().request(&route.method, &path, &headers, body));
        answers.take(PATIENCE).find(|page| page.status != 503)
    }
}

fn upload(proof: &str) -> (&'static str, String) {
    let part = |head: &str, text: &str| format!("--x\r\nContent-Disposition: form-data; {head}\r\n\r\n{text}\r\n");
    let file = part("name=\"file\"; filename=\"a.txt\"", "x");
    ("multipart/form-data; boundary=x", format!("{}{file}--x--\r\n", part("name=\"csrf\"", proof)))
}

/// Everybody, in the order of [`ROLES`], at this origin of the house.
pub(super) fn all(house: &House, estate: &Estate, origin: &str) -> Vec<Role> {
    let scene = &estate.scene;
    let stranger = house.persons_of(&scene.far.branch).remove(0);
    let member = |id| {
        let mut browser = house.inside_as_member(id);
        let phone = house.inside_on_phone(id);
        browser.set_cookie("ejia_phone", &phone.cookies()["ejia_phone"]);
        browser
    };
    let officer = |code: &str| house.inside_as_officer_of(code);
    let above = |kind| officer(&house.above(&scene.from.branch, kind));
    let browsers = [
        house.visitor(),
        member(scene.person.id),
        member(estate.fellow.id),
        member(stranger.id),
        house.inside_as_applicant(estate.applicant),
        house.inside_as_applicant("13611112222"),
        officer(&scene.from.branch),
        officer(&scene.near.branch),
        officer(scene.from.general.as_deref().expect("under a general branch")),
        officer(&scene.from.committee),
        officer(&scene.far.committee),
        above(OrganizationKind::WorkingCommittee),
        house.inside_as(OrganizationKind::DistrictCommittee),
        above(OrganizationKind::CityCommittee),
        house.inside_as(OrganizationKind::HelpDesk),
        house.inside_as(OrganizationKind::SystemOffice),
        house.inside_as(OrganizationKind::SecurityOffice),
        house.inside_as(OrganizationKind::AuditOffice),
        house.second_root(),
    ];
    ROLES.into_iter().zip(&browsers).map(|(name, browser)| Role::new(name, browser, origin)).collect()
}
