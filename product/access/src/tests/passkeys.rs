//! 通行密钥: added on the pages, used at the login, taken away, forgotten by a reset.

use axum::http::StatusCode;

use super::browser::{Browser, on_pages};
use crate::model::Account;
use crate::operations::administrators::reset;
use crate::passkeys::tests::Authenticator;
use crate::passkeys::{Made, Used, text};
use crate::tests::city::*;

const OWN: &str = "lujiang2026";
const HOME: &str = "/office/verification";

/// An administrator's browser, logged in.
fn inside(city: &City, browser: &mut Browser, login: &str) {
    let account = Account::Administrator(city.administrator(login));
    city.settled(account, OWN);
    let token = city.write(move |txn| crate::open_session(txn, account)).unwrap();
    browser.cookies.retain(|(name, _)| name != "ejia_office");
    browser.cookies.push(("ejia_office".to_owned(), token));
}

/// What the browser sends when the authenticator has made a passkey; answers whether it was taken.
fn add(browser: &mut Browser, authenticator: &Authenticator, name: &str) -> bool {
    browser.get(HOME).shows("添加通行密钥");
    browser.post("/office/verification/passkeys/begin", &[("name", name)]).shows("data-passkey=\"make\"");
    let pending = browser.hidden("pending").unwrap();
    send_made(browser, &authenticator.make(&pending), name)
}

fn send_made(browser: &mut Browser, made: &Made, name: &str) -> bool {
    let Made { client, authenticator, key } = made;
    let (client, authenticator, key) = (text(client), text(authenticator), text(key));
    let fields = [("name", name), ("client", &client), ("authenticator", &authenticator), ("key", &key)];
    browser.post("/office/verification/passkeys", &fields);
    browser.status == StatusCode::SEE_OTHER
}

/// Code and password; the page that asks for more.
fn with_password(browser: &mut Browser, login: &str) -> String {
    browser.cookies.retain(|(name, _)| name != "ejia_office");
    browser.get("/office/login?next=/office/members");
    browser.post("/office/login", &[("login", login), ("password", OWN), ("code", "")]);
    browser.hidden("pending").unwrap()
}

fn send_used(browser: &mut Browser, used: &Used) -> StatusCode {
    let Used { credential, client, authenticator, signature } = used;
    let fields = [
        ("by", "passkey".to_owned()),
        ("credential", text(credential)),
        ("client", text(client)),
        ("authenticator", text(authenticator)),
        ("signature", text(signature)),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post("/office/login", &fields);
    browser.status
}

#[test]
fn a_passkey_is_added_used_at_the_login_and_taken_away() {
    on_pages(|city, mut browser| {
        inside(city, &mut browser, BRANCH);
        let mut own = Authenticator::new();
        browser.get(HOME);
        browser.post("/office/verification/passkeys/begin", &[("name", " ")]).shows("请填写名称");
        assert!(add(&mut browser, &own, "办公室电脑"));
        browser.get(HOME).shows("办公室电脑").shows("尚未使用").shows("通行密钥已添加");
        assert!(!add(&mut browser, &own, "再来一次"), "the same twice");

        let before = city.letters(&phone_of(BRANCH)).len();
        let pending = with_password(&mut browser, BRANCH);
        browser.shows("data-passkey=\"use\"").shows("使用通行密钥").shows("获取验证码");
        assert!(!browser.page.contains("动态码</label>"), "he has no app");
        assert_eq!(send_used(&mut browser, &own.sign(&pending)), StatusCode::SEE_OTHER);
        assert_eq!(browser.goes_to(), "/office/members");
        assert_eq!(city.letters(&phone_of(BRANCH)).len(), before, "no message went out");

        browser.get(HOME).shows("办公室电脑");
        let id = browser.hidden("passkey").unwrap();
        assert_eq!(browser.post("/office/verification/passkeys/remove", &[("passkey", &id)]).goes_to(), HOME);
        browser.get(HOME);
        browser.post("/office/verification/passkeys/remove", &[("passkey", &id)]);
        assert_eq!(browser.status, StatusCode::NOT_FOUND);
        city.pass(60);
        with_password(&mut browser, BRANCH);
        browser.shows("手机验证码");
        assert!(!browser.page.contains("data-passkey"));
    });
}

#[test]
fn what_was_signed_for_another_login_by_another_key_or_twice_opens_nothing() {
    on_pages(|city, mut browser| {
        let (mut own, mut strange) = (Authenticator::new(), Authenticator::new());
        inside(city, &mut browser, SIBLING);
        assert!(add(&mut browser, &strange, "别人的"));
        inside(city, &mut browser, BRANCH);
        assert!(add(&mut browser, &own, "自己的"));
        let refused = StatusCode::UNPROCESSABLE_ENTITY;
        let first = with_password(&mut browser, BRANCH);
        assert_eq!(send_used(&mut browser, &strange.sign(&first)), refused);
        browser.shows("通行密钥没有通过验证").shows("data-passkey=\"use\"");
        assert_eq!(send_used(&mut browser, &own.sign("another")), refused);
        let used = own.sign(&first);
        assert_eq!(send_used(&mut browser, &used), StatusCode::SEE_OTHER);
        with_password(&mut browser, BRANCH);
        assert_eq!(send_used(&mut browser, &used), refused, "signed before");
        assert!(city.actions().contains(&"access.wrong_passkey".to_owned()));
        // Made for another page of adding, it is not taken either.
        inside(city, &mut browser, BRANCH);
        browser.get(HOME);
        browser.post("/office/verification/passkeys/begin", &[("name", "三")]);
        assert!(!send_made(&mut browser, &Authenticator::new().make("another"), "三"));
    });
}

#[test]
fn a_reset_from_above_forgets_passkeys_and_the_phone_remains() {
    on_pages(|city, mut browser| {
        inside(city, &mut browser, BRANCH);
        let mut own = Authenticator::new();
        assert!(add(&mut browser, &own, "丢失的"));
        with_password(&mut browser, BRANCH);
        browser.post("/office/login", &[("want", "code")]).shows("139****0011").shows("改用其他验证方式");
        let code = city.code(&phone_of(BRANCH));
        assert_eq!(browser.post("/office/login", &[("code", &code)]).goes_to(), "/office/members");
        let (id, by) = (city.administrator(BRANCH), city.officer(COMMITTEE));
        city.write(move |txn| reset(txn, &by, id)).unwrap();
        city.settled(Account::Administrator(id), OWN);
        city.pass(60);
        let pending = with_password(&mut browser, BRANCH);
        browser.shows("手机验证码");
        assert_eq!(send_used(&mut browser, &own.sign(&pending)), StatusCode::UNPROCESSABLE_ENTITY);
    });
}
