//! 身份验证器: set up, used at the login beside the phone, lost and forgotten.

use ejia_kernel::{AdministratorId, Problem};
use ejia_messages::Template;

use crate::model::{Account, Came};
use crate::operations::administrators::reset;
use crate::operations::authenticators::{begin, confirm, remove, renew_codes};
use crate::operations::challenges::Purpose;
use crate::operations::factors::by_authenticator;
use crate::operations::log_in::{Step, another_code, officer_code};
use crate::store::authenticators;
use crate::tests::browser::on_pages;
use crate::tests::city::*;

const OWN: &str = "lujiang2026";

fn secret(city: &City, id: AdministratorId) -> crate::totp::TotpSecret {
    let found = city.desk.read_now(move |txn| authenticators::find(txn, id, false)).unwrap();
    found.unwrap().secret
}

/// What the app of an administrator shows now.
fn shown(city: &City, login: &str) -> String {
    secret(city, city.administrator(login)).code(city.desk.now().ms() / 30_000)
}

/// Sets an app up; answers the codes for paper.
fn set_up(city: &City, login: &str) -> Vec<String> {
    city.settled(Account::Administrator(city.administrator(login)), OWN);
    let by = city.officer(login);
    city.write({
        let by = by.clone();
        move |txn| begin(txn, &by)
    })
    .unwrap();
    let code = shown(city, login);
    let codes = city.write(move |txn| confirm(txn, &by, &code)).unwrap();
    city.pass(30);
    codes
}

fn tried(city: &City, pending: &str, code: &str) -> Result<Step, Problem> {
    let (pending, code) = (pending.to_owned(), code.to_owned());
    ended(city.write(move |txn| by_authenticator(txn, &pending, &code, &Came::default())))
}

#[test]
fn an_app_counts_once_one_of_its_codes_was_typed_and_its_owner_is_told() {
    both(|city| {
        city.settled(Account::Administrator(city.administrator(BRANCH)), OWN);
        let by = city.officer(BRANCH);
        let begun = by.clone();
        city.write(move |txn| begin(txn, &begun)).unwrap();
        assert!(matches!(city.office_login(BRANCH, OWN, ""), Ok(Step::Code(_))), "not confirmed");
        city.pass(60);
        let (wrong, early) =
            (format!("{:06}", (shown(city, BRANCH).parse::<u32>().unwrap() + 1) % 1_000_000), by.clone());
        let refused = city.write(move |txn| confirm(txn, &early, &wrong));
        assert_eq!(field(refused), ("code".into(), "access.authenticator_code_wrong"));
        let (code, confirming) = (shown(city, BRANCH), by.clone());
        let codes = city.write(move |txn| confirm(txn, &confirming, &code)).unwrap();
        assert_eq!(codes.len(), 10);
        assert!(matches!(city.office_login(BRANCH, OWN, ""), Ok(Step::Factor(_))));
        let letters = city.letters(&phone_of(BRANCH));
        assert_eq!(letters.last().unwrap().template, Template::AdministratorChanged);
        assert!(city.actions().contains(&"access.authenticator_set_up".to_owned()));
        let again = by.clone();
        let refused = city.write(move |txn| begin(txn, &again)).unwrap_err();
        assert_eq!(
            refused.code, "access.authenticator_there_already",
            "another takes the first one's place only by hand"
        );
        assert!(matches!(city.office_login(SIBLING, "123456", ""), Ok(Step::Code(_))), "nobody else notices");
    });
}

#[test]
fn a_code_of_the_app_lets_in_once_and_no_message_goes_out() {
    both(|city| {
        set_up(city, BRANCH);
        let before = city.letters(&phone_of(BRANCH)).len();
        let code = shown(city, BRANCH);
        let begun = awaited(city.office_login(BRANCH, OWN, ""));
        assert!(city.officer_of(&token(tried(city, &begun.pending, &code))).is_some());
        assert_eq!(tried(city, &begun.pending, &code).unwrap_err().code, "access.login_begun_too_long_ago");
        let begun = awaited(city.office_login(BRANCH, OWN, ""));
        assert_eq!(field(tried(city, &begun.pending, &code)), ("code".into(), "access.authenticator_code_wrong"));
        city.pass(30);
        let code = shown(city, BRANCH);
        assert!(city.officer_of(&token(city.office_login(BRANCH, OWN, &code))).is_some(), "with the password at once");
        assert_eq!(city.letters(&phone_of(BRANCH)).len(), before);
    });
}

#[test]
fn one_code_opens_one_session_however_many_send_it_at_once() {
    both(|city| {
        set_up(city, BRANCH);
        let code = shown(city, BRANCH);
        let inside = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..4)
                .map(|_| {
                    let code = code.clone();
                    scope.spawn(move || city.office_login(BRANCH, OWN, &code))
                })
                .collect();
            tries.into_iter().filter_map(|tried| tried.join().unwrap().ok()).count()
        });
        assert_eq!(inside, 1);
    });
}

#[test]
fn the_phone_remains_whatever_else_there_is() {
    both(|city| {
        set_up(city, BRANCH);
        let begun = awaited(city.office_login(BRANCH, OWN, ""));
        let pending = begun.pending.clone();
        let sent = city.write(move |txn| another_code(txn, &pending, Purpose::OfficeLogin)).unwrap();
        assert!(sent.sent && sent.factors.authenticator);
        let (pending, code) = (begun.pending, city.code(&phone_of(BRANCH)));
        let step = ended(city.write(move |txn| officer_code(txn, &pending, &code, &Came::default())));
        assert!(city.officer_of(&token(step)).is_some());
    });
}

#[test]
fn five_wrong_codes_close_the_way_of_the_app_and_not_that_of_the_phone() {
    both(|city| {
        set_up(city, BRANCH);
        for _ in 0..5 {
            let begun = awaited(city.office_login(BRANCH, OWN, ""));
            assert_eq!(
                field(tried(city, &begun.pending, "abcdef")),
                ("code".into(), "access.authenticator_code_wrong")
            );
        }
        let begun = awaited(city.office_login(BRANCH, OWN, ""));
        let code = shown(city, BRANCH);
        assert_eq!(tried(city, &begun.pending, &code).unwrap_err().code, "access.authenticator_locked");
        let pending = begun.pending.clone();
        city.write(move |txn| another_code(txn, &pending, Purpose::OfficeLogin)).unwrap();
        let (pending, code) = (begun.pending, city.code(&phone_of(BRANCH)));
        let step = ended(city.write(move |txn| officer_code(txn, &pending, &code, &Came::default())));
        assert!(matches!(step, Ok(Step::In(_))));
        city.pass(15 * 60);
        let code = shown(city, BRANCH);
        assert!(matches!(city.office_login(BRANCH, OWN, &code), Ok(Step::In(_))));
    });
}

#[test]
fn a_code_on_paper_stands_for_the_app_once_however_it_is_typed() {
    both(|city| {
        let codes = set_up(city, BRANCH);
        let typed = format!(" {} ", codes[3].to_uppercase().replace('-', " "));
        let begun = awaited(city.office_login(BRANCH, OWN, ""));
        assert!(matches!(tried(city, &begun.pending, &typed), Ok(Step::In(_))));
        assert!(city.actions().contains(&"access.recovery_code_used".to_owned()));
        let begun = awaited(city.office_login(BRANCH, OWN, ""));
        assert!(tried(city, &begun.pending, &codes[3]).is_err(), "used");
        set_up(city, SIBLING);
        let begun = awaited(city.office_login(SIBLING, OWN, ""));
        assert!(tried(city, &begun.pending, &codes[4]).is_err(), "somebody else's");
        let by = city.officer(BRANCH);
        let renewed = city.write(move |txn| renew_codes(txn, &by)).unwrap();
        let begun = awaited(city.office_login(BRANCH, OWN, ""));
        assert!(tried(city, &begun.pending, &codes[4]).is_err(), "of the sheet before");
        assert!(tried(city, &begun.pending, &renewed[0]).is_ok());
    });
}

#[test]
fn who_lost_the_app_is_helped_by_a_reset_and_goes_on_by_his_phone() {
    both(|city| {
        let codes = set_up(city, BRANCH);
        let (id, by) = (city.administrator(BRANCH), city.officer(COMMITTEE));
        city.write(move |txn| reset(txn, &by, id)).unwrap();
        city.pass(60);
        assert!(matches!(city.office_login(BRANCH, "123456", ""), Ok(Step::Code(_))), "the phone's code");
        city.pass(60);
        city.settled(Account::Administrator(id), OWN);
        assert!(matches!(city.office_login(BRANCH, OWN, ""), Ok(Step::Code(_))));
        assert!(city.office_login(BRANCH, OWN, &codes[0]).is_err());
        set_up(city, BRANCH);
        let by = city.officer(BRANCH);
        city.write(move |txn| remove(txn, &by)).unwrap();
        city.pass(60);
        assert!(matches!(city.office_login(BRANCH, OWN, ""), Ok(Step::Code(_))));
    });
}

#[test]
fn an_administrator_sets_his_app_up_on_the_pages_and_logs_in_by_it() {
    on_pages(|city, mut browser| {
        let account = Account::Administrator(city.administrator(BRANCH));
        city.settled(account, OWN);
        let inside = city.write(move |txn| crate::open_session(txn, account)).unwrap();
        browser.cookies.push(("ejia_office".to_owned(), inside));
        browser.get("/office/verification").shows("设置身份验证器").shows("未设置");
        let setup = "/office/verification/authenticator";
        browser.get(setup).shows("还没有开始设置");
        browser.get("/office/verification");
        assert_eq!(browser.post("/office/verification/authenticator/begin", &[]).goes_to(), setup);
        let key = secret(city, city.administrator(BRANCH)).key();
        browser.get(setup).shows(&key).shows("<svg class=\"scan\"").shows(BRANCH);
        browser.post(setup, &[("code", "")]).shows("请输入身份验证器显示的6位动态码");
        browser.post(setup, &[("code", "abcdef")]).shows("动态码不正确").shows(&key);
        browser.post(setup, &[("code", &shown(city, BRANCH))]).shows("备用码只在本页显示一次");
        browser.get(setup).shows("还没有开始设置");
        assert!(!browser.page.contains(&key), "a secret that counts is shown to nobody");
        browser.get("/office/verification").shows("还剩 10 个备用码");
        assert_eq!(browser.post("/office/logout", &[]).goes_to(), "/office/login");

        city.pass(30);
        browser.get("/office/login?next=/office/members");
        browser.post("/office/login", &[("login", BRANCH), ("password", OWN), ("code", "")]).shows("身份验证器");
        assert!(!browser.page.contains("手机验证码</label>"), "the phone is not asked");
        let by = [("by", "authenticator"), ("code", "")];
        browser.post("/office/login", &by).shows("请输入身份验证器显示的6位动态码");
        browser.post("/office/login", &[("want", "code")]).shows("139****0011").shows("改用其他验证方式");
        browser.post("/office/login", &[("want", "other")]).shows("动态码");
        let by = [("by", "authenticator"), ("code", &shown(city, BRANCH))];
        assert_eq!(browser.post("/office/login", &by).goes_to(), "/office/members");
        browser.get("/office/verification/authenticator/remove").shows("确认停用");
        assert_eq!(browser.post("/office/verification/authenticator/remove", &[]).goes_to(), "/office/verification");
        browser.get("/office/verification").shows("未设置").shows("身份验证器已停用");
    });
}
