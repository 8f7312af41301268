//! A session opens the door at which it was opened, under its own name, and no other; an invented one opens none.

use ejia_acceptance::routes::{self, Belongings};
use ejia_acceptance::{Browser, House};
use ejia_kernel::OrganizationKind;

/// The doors: the portal, where it lies, and the cookie that opens it.
const DOORS: [(&str, &str, &str); 4] = [
    ("member", "", "ejia_member"),
    ("office", "", "ejia_office"),
    ("applicant", "", "ejia_applicant"),
    ("member", "/wechat", "ejia_phone"),
];

/// Bears this token under the names of all doors but its own, and is let in nowhere but there.
fn opens_only(house: &House, own: Option<&str>, token: &str) {
    let ids = Belongings::of_branch(house, &house.branch_with_members());
    let mut browser = house.visitor();
    for (_, _, cookie) in DOORS.iter().filter(|(_, _, cookie)| Some(*cookie) != own) {
        browser.set_cookie(cookie, token);
    }
    let mut tried = 0;
    for route in routes::all().iter().filter(|route| route.portal != "front") {
        let paths = [Some(route.path.clone()), route.on_phone()];
        for path in paths.into_iter().flatten().map(|path| ids.fill(&path)) {
            let answer = ask(&mut browser, &route.method, &path, b"csrf=none");
            let to_login = answer.header("location").is_some_and(|to| to.contains("login") || to.contains("/in/phone"));
            let web_only = path.starts_with("/wechat") && answer.status == 403;
            assert!((answer.status == 303 && to_login) || web_only, "{} {path}: {}", route.method, answer.status);
            tried += 1;
        }
    }
    assert!(tried > 200, "only {tried} tried");
}

fn ask(browser: &mut Browser, method: &str, path: &str, body: &[u8]) -> ejia_acceptance::Page {
    match method {
        "GET" => browser.get(path),
        _ => browser.post(path, "application/x-www-form-urlencoded", body),
    }
}

/// proves: R2
#[test]
fn a_session_opens_no_other_door_and_an_invented_one_none() {
    House::on_both(|house| {
        let member = house.a_member_of(&house.branch_with_members());
        for (browser, cookie) in [
            (house.inside_as_member(member), "ejia_member"),
            (house.inside_on_phone(member), "ejia_phone"),
            (house.inside_as(OrganizationKind::CityCommittee), "ejia_office"),
            (house.inside_as_applicant("13611112222"), "ejia_applicant"),
        ] {
            opens_only(house, Some(cookie), &browser.cookies()[cookie]);
        }
        for token in ["0", "' OR '1'='1", &"f".repeat(64), &"f".repeat(5_000)] {
            opens_only(house, None, token);
        }
    });
}

/// proves: R2
#[test]
fn programs_without_a_token_hear_401_everywhere_and_cookies_count_for_nothing_there() {
    House::on_both(|house| {
        let ids = Belongings::of_branch(house, &house.branch_with_members());
        let mut officer = house.inside_as(OrganizationKind::CityCommittee);
        for route in routes::all().iter().filter(|route| route.portal != "front") {
            let path = ids.fill(&route.for_programs().expect("a place for programs"));
            let answer = ask(&mut officer, &route.method, &path, b"");
            assert_eq!(answer.status, 401, "{} {path}", route.method);
            assert!(answer.json()["message"].as_str().is_some_and(|message| !message.is_empty()));
        }
    });
}
