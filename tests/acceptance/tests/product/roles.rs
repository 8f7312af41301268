//! Every route, tried by everybody who has no business there.

use ejia_acceptance::routes::{self, Belongings};
use ejia_acceptance::{Browser, House, Page};
use ejia_kernel::OrganizationKind;

/// Sent to where one logs in or proves his phone, or told that he may not.
fn is_refused(answer: &Page) -> bool {
    match answer.status {
        303 => {
            answer.header("location").is_some_and(|to| to.contains("login") || to.starts_with("/transfers/in/phone"))
        }
        status => matches!(status, 401 | 403),
    }
}

/// Where nobody comes in without a session.
const PORTALS: [&str; 3] = ["member", "office", "applicant"];

fn try_all(house: &House, portals: &[&str], who: &str, browser: &mut Browser, methods: &[&str]) {
    let branch = house.branch_with_members();
    let ids = Belongings::of_branch(house, &branch);
    let mut tried = 0;
    for route in routes::all().iter().filter(|route| portals.contains(&route.portal)) {
        if !methods.contains(&route.method.as_str()) {
            continue;
        }
        let path = ids.fill(&route.path);
        let answer = match route.method.as_str() {
            "GET" => browser.get(&path),
            _ => browser.post(&path, "application/x-www-form-urlencoded", b"csrf=none"),
        };
        assert!(is_refused(&answer), "{who} at {} {path}: {}", route.method, answer.status);
        tried += 1;
    }
    assert!(tried > 5, "only {tried} routes tried");
}

#[test]
fn a_visitor_sees_no_page_of_the_portals() {
    House::on_both(|house| try_all(house, &PORTALS, "a visitor", &mut house.visitor(), &["GET", "POST"]));
}

#[test]
fn a_member_sees_no_page_of_the_organisation_portal() {
    House::on_both(|house| {
        let mut member = house.inside_as_member(house.a_member_of(&house.branch_with_members()));
        try_all(house, &["office", "applicant"], "a member", &mut member, &["GET", "POST"]);
        // Nor with his session under the other portals' names.
        let token = member.cookies()["ejia_member"].clone();
        let mut phone = house.visitor();
        for (cookie, path) in [("ejia_phone", "/wechat"), ("ejia_phone", "/member/record"), ("ejia_member", "/wechat")]
        {
            phone.forget_cookies();
            phone.set_cookie(cookie, &token);
            assert!(is_refused(&phone.get(path)), "{cookie} at {path}");
        }
        member.set_cookie("ejia_office", &token);
        member.set_cookie("ejia_applicant", &token);
        try_all(house, &["office", "applicant"], "a member in disguise", &mut member, &["GET", "POST"]);
    });
}

#[test]
fn an_administrator_sees_no_page_of_the_member_portal() {
    House::on_both(|house| {
        let mut officer = house.inside_as(OrganizationKind::CityCommittee);
        try_all(house, &["member", "applicant"], "an administrator", &mut officer, &["GET", "POST"]);
        let token = officer.cookies()["ejia_office"].clone();
        officer.set_cookie("ejia_member", &token);
        officer.set_cookie("ejia_applicant", &token);
        try_all(house, &["member", "applicant"], "an administrator in disguise", &mut officer, &["GET", "POST"]);
    });
}

#[test]
fn an_applicant_sees_no_page_of_the_other_portals() {
    House::on_both(|house| {
        let mut applicant = house.inside_as_applicant("13611112222");
        try_all(house, &["member", "office"], "an applicant", &mut applicant, &["GET", "POST"]);
        let token = applicant.cookies()["ejia_applicant"].clone();
        applicant.set_cookie("ejia_member", &token);
        applicant.set_cookie("ejia_office", &token);
        try_all(house, &["member", "office"], "an applicant in disguise", &mut applicant, &["GET", "POST"]);
    });
}

#[test]
fn an_invented_session_opens_nothing() {
    House::on_both(|house| {
        for token in ["0", "' OR '1'='1", &"f".repeat(64), &"f".repeat(5_000)] {
            let mut browser = house.visitor();
            browser.set_cookie("ejia_member", token);
            browser.set_cookie("ejia_office", token);
            browser.set_cookie("ejia_applicant", token);
            try_all(house, &PORTALS, "somebody with an invented session", &mut browser, &["GET"]);
        }
    });
}

#[test]
fn what_belongs_to_another_branch_is_out_of_reach() {
    House::on_both(|house| {
        let branches = house.branches_with_members();
        let (own, other) = (&branches[0], &branches[1]);
        house.live_dues(other);
        let mut officer = house.inside_as_officer_of(own);
        let token = routes::csrf(&mut officer, "office", &Belongings::of_branch(house, own));
        let theirs = Belongings::of_branch(house, other);
        let mut tried = 0;
        for route in routes::all().iter().filter(|route| route.portal == "office" && route.path.contains('{')) {
            let path = theirs.fill(&route.path);
            let body = format!("csrf={token}");
            let answer = match route.method.as_str() {
                "GET" => officer.get(&path),
                _ => officer.post(&path, "application/x-www-form-urlencoded", body.as_bytes()),
            };
            // An upload does not read this body: refused before anybody looks whose it is.
            let refused = matches!(answer.status, 400 | 403 | 404 | 422);
            assert!(refused, "{} {path}: {}: {}", route.method, answer.status, answer.text());
            tried += 1;
        }
        assert!(tried > 5, "only {tried} routes tried");
    });
}

#[test]
fn programs_without_a_token_hear_401_everywhere() {
    House::on_both(|house| {
        let ids = Belongings::of_branch(house, &house.branch_with_members());
        let mut nobody = house.visitor();
        for route in routes::all().iter().filter(|route| route.portal != "front") {
            let path = format!("/api/v1{}", ids.fill(&route.path));
            let answer = match route.method.as_str() {
                "GET" => nobody.get(&path),
                _ => nobody.post(&path, "application/json", b"{}"),
            };
            assert_eq!(answer.status, 401, "{} {path}", route.method);
            assert!(answer.json()["message"].as_str().is_some_and(|message| !message.is_empty()));
        }
        // Cookies count for nothing there.
        let mut officer = house.inside_as(OrganizationKind::CityCommittee);
        assert_eq!(officer.get("/api/v1/office/members").status, 401);
    });
}
