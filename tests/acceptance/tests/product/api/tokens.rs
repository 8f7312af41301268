//! Tokens of organizations: made once with a password, for some routes and no others, ended at once.

use std::collections::BTreeMap;
use std::time::Duration;

use ejia_acceptance::actors::OWN_PASSWORD;
use ejia_acceptance::routes::Belongings;
use ejia_acceptance::{Browser, House, Page};
use ejia_db::args;
use ejia_kernel::{OrganizationKind, TokenId};
use ejia_web::Scope;
use serde_json::json;

use super::description::Description;

/// A browser that bears the token alone.
fn bearing(origin: &str, token: &str) -> Browser {
    let mut program = Browser::new(origin);
    program.headers.push(("authorization".to_owned(), format!("Bearer {token}")));
    program
}

fn made(house: &House, organization: &str, form: &serde_json::Value) -> Page {
    let officer = house.inside_as_officer_of(organization);
    let session = officer.bears("ejia_office").expect("a session").to_owned();
    let form = form.to_string();
    bearing(house.origin(), &session).post("/api/v1/office/tokens", "application/json", form.as_bytes())
}

/// A token of the organization with this code, for these scopes and from these addresses.
pub(super) fn token_of(house: &House, organization: &str, scopes: &[&str], addresses: &str) -> String {
    let form = json!({ "name": "统计系统", "scope": scopes, "addresses": addresses, "password": OWN_PASSWORD });
    let answer = made(house, organization, &form);
    assert_eq!(answer.status, 200, "{}", answer.body());
    answer.json()["token"].as_str().expect("a token").to_owned()
}

/// proves: R2
#[test]
fn a_token_is_made_with_a_password_shown_once_used_listed_and_ended_at_once() {
    House::on_both(|house| {
        let branch = house.branch_with_members();
        let mut officer = house.inside_as_officer_of(&branch);
        officer.open("/office/verification");
        officer.click("接口令牌");
        let form = officer.form("创建").fill("名称", "区统计系统");
        assert!(officer.submit(&form.fill("登录密码", OWN_PASSWORD)).says("请至少选择一项权限"));
        let form = officer.form("创建").with("scope", "members:read");
        let refused = officer.submit(&form.clone().fill("登录密码", "wrong"));
        assert!(refused.says("密码不正确"), "{}", refused.text());
        let shown = officer.submit(&form.fill("登录密码", OWN_PASSWORD)).body();
        let token = shown
            .split("<code class=\"key\">")
            .nth(1)
            .and_then(|rest| rest.split('<').next())
            .expect("the token")
            .to_owned();
        assert!(token.starts_with("ejia_") && token.len() == 69, "{token}");
        let mut program = bearing(house.origin(), &token);
        assert_eq!(program.get("/api/v1/office/members").status, 200);
        assert_eq!(program.get("/api/v1/office/dues/unpaid").status, 403);
        // As a cookie, on a page or at another door it is nothing.
        let mut browser = house.visitor();
        browser.set_cookie("ejia_office", &token);
        assert_eq!(browser.get("/office/members").status, 303);
        assert_eq!(program.get("/api/v1/member/record").status, 401);
        std::thread::sleep(Duration::from_millis(1500));
        let listed = officer.open("/office/tokens");
        assert!(listed.says("区统计系统") && listed.says("共 1 次"), "{}", listed.text());
        assert!(!listed.body().contains(&token), "shown once");
        officer.click("停用");
        assert_eq!(program.get("/api/v1/office/members").status, 401);
        let acts = "SELECT COUNT(*) FROM audit_entry WHERE action IN ('access.token_made', 'access.token_revoked',
                    'access.token_password_wrong')";
        assert_eq!(house.count(acts), 3);
    });
}

/// proves: R2
#[test]
fn a_token_ends_with_its_days_with_its_maker_and_at_other_addresses() {
    House::on_both(|house| {
        let branch = house.branch_with_members();
        let status = |token: &str| bearing(house.origin(), token).get("/api/v1/office/members").status;
        let elsewhere = token_of(house, &branch, &["members:read"], "192.0.2.0/24");
        let here = token_of(house, &branch, &["members:read"], "192.0.2.0/24 127.0.0.1");
        assert_eq!((status(&elsewhere), status(&here)), (403, 200));
        house.pass(Duration::from_hours(89 * 24));
        assert_eq!(status(&here), 200);
        let reminded = house.inside_as_officer_of(&branch).open("/office").says("接口令牌即将到期");
        assert!(reminded, "the organization is reminded");
        house.pass(Duration::from_hours(25));
        assert_eq!(status(&here), 401);
        let orphan = token_of(house, &branch, &["members:read"], "");
        assert_eq!(status(&orphan), 200);
        let maker = house.administrator_of(&branch);
        let removed = "UPDATE administrator SET removed_at = 1 WHERE id = $1";
        house.desk().write_now(move |txn| Ok(txn.execute(removed, &args![maker])?)).expect("removed");
        assert_eq!(status(&orphan), 401);
        for office in [OrganizationKind::SystemOffice, OrganizationKind::SecurityOffice, OrganizationKind::AuditOffice]
        {
            assert_eq!(house.inside_as(office).get("/office/tokens").status, 403, "{office:?}");
        }
    });
}

/// proves: R2
#[test]
fn a_token_opens_the_routes_of_its_scopes_no_other_and_nothing_of_anybody_else() {
    House::on_both(|house| {
        let [branch, other] = [0, 1].map(|at| house.branches_with_members()[at].clone());
        let description = Description::read(&house.visitor().get("/api/v1/openapi.json").json());
        let origin = house.rehearsal(false);
        let (nobody, theirs) = (Belongings::made_up(), Belongings::of_branch(house, &other));
        for scope in Scope::ALL {
            let token = token_of(house, &branch, &[scope.code()], "");
            let mut opened: BTreeMap<&str, usize> = BTreeMap::new();
            for operation in description.operations.iter().filter(|operation| operation.portal != "front") {
                let ask = |ids: &Belongings| {
                    let path = format!("/api/v1{}", ids.fill(&operation.route));
                    let body = (operation.method == "POST").then_some(b"{}".as_slice());
                    let kind = [("content-type", "application/json")];
                    bearing(&origin, &token).request(&operation.method, &path, &kind, body)
                };
                let answer = ask(&nobody);
                let own = operation.scope.as_deref() == Some(scope.code());
                let expected = match (operation.portal.as_str(), own) {
                    ("office", true) => [200, 403, 404, 422, 409].contains(&answer.status) && code(&answer) != CLOSED,
                    ("office", false) => answer.status == 403 && code(&answer) == CLOSED,
                    _ => answer.status == 401,
                };
                assert!(expected, "{} with {}: {} {}", operation.id, scope.code(), answer.status, answer.body());
                *opened.entry(if own { "own" } else { "closed" }).or_default() += 1;
                // What is another branch's answers word for word as what does not exist.
                if own && operation.route.contains('{') {
                    let (real, made_up) = (ask(&theirs), &answer);
                    assert_eq!((real.status, real.body()), (made_up.status, made_up.body()), "{}", operation.id);
                }
            }
            assert!(opened["own"] > 1 && opened["closed"] > 100, "{scope:?}: {opened:?}");
        }
    });
}

const CLOSED: &str = "access.token_not_for_this";

fn code(answer: &Page) -> String {
    let said: Option<serde_json::Value> = serde_json::from_slice(&answer.bytes).ok();
    said.and_then(|said| said["code"].as_str().map(str::to_owned)).unwrap_or_default()
}

/// proves: R2
#[test]
fn where_there_is_an_encrypted_channel_tokens_keep_to_it_as_their_organizations_do() {
    House::with_channel_on_both(|house| {
        let branch = house.branch_with_members();
        let committee = house.above(&branch, OrganizationKind::CityCommittee);
        let token = format!("ejia_{}", "0".repeat(64));
        // The city cannot make one over the open listener; it is written here as it would be made on the other.
        let hash = ring::digest::digest(&ring::digest::SHA256, token.as_bytes()).as_ref().to_vec();
        let ends = house.desk().now().plus(Duration::from_hours(24));
        let (maker, other) = (house.administrator_of(&committee), house.administrator_of(&branch));
        let written = house.desk().write_now(move |txn| {
            txn.execute(
                "INSERT INTO organization_token (token_hash, id, organization_id, administrator_id, name, scopes, addresses,
                   made_at, expires_at, uses)
                 SELECT $1, $2, organization_id, id, 'x', 'members:read', '', 0, $3, 0 FROM administrator WHERE id = $4",
                &args![hash.clone(), TokenId::new(ends), ends, maker],
            )?;
            for (serial, whose) in [("0aaa", maker), ("0bbb", other)] {
                txn.execute(
                    "INSERT INTO computer (serial, administrator_id, generation, name, issued_at, expires_at)
                     SELECT $1, $2, MAX(generation), 'x', 0, $3 FROM channel_authority",
                    &args![serial, whose, ends],
                )?;
            }
            Ok(())
        });
        written.expect("written");
        let answer = bearing(house.origin(), &token).get("/api/v1/office/members");
        assert_eq!((answer.status, code(&answer).as_str()), (404, "web.no_such_page"));
        // There it comes in from a computer of its organization, and from no other's.
        let from = |serial: &str| {
            let mut program = bearing(house.gateway_origin(), &token);
            program.headers.push(("x-ejia-computer".to_owned(), serial.to_owned()));
            program.get("/api/v1/office/members").status
        };
        assert_eq!((from("0aaa"), from("0bbb")), (200, 401));
    });
}
