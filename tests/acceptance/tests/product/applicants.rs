//! 【组织关系转入】: somebody from outside comes in by a code to his phone.

use std::time::Duration;

use ejia_acceptance::{Browser, Database, House, Page};
use serde_json::json;

const PHONE: &str = "手机号";
const CODE: &str = "验证码";
/// Nobody's in the city.
const HUANG: &str = "13611112222";
const HOME: &str = "/transfers/in/applications";

/// The door does not ask for a city behind it.
fn on_both(test: impl Fn(&House)) {
    for database in [Database::Sqlite, Database::Postgres] {
        eprintln!("-- on {database:?}");
        test(&House::empty(database));
    }
}

/// From the front page to where the code is wanted.
fn asks(house: &House, phone: &str) -> Browser {
    let mut browser = house.visitor();
    browser.open("/");
    browser.click("【组织关系转入】");
    browser.click("【修改申请】");
    let form = browser.form("获取验证码").fill(PHONE, phone);
    browser.submit(&form);
    browser
}

fn types<'a>(browser: &'a mut Browser, code: &str) -> &'a Page {
    let form = browser.form("确认").fill(CODE, code);
    browser.submit(&form)
}

fn comes_in(house: &House, phone: &str) -> Browser {
    let mut browser = asks(house, phone);
    types(&mut browser, &house.code(phone));
    assert!(is_inside(&browser), "{}", browser.page().text());
    browser
}

fn is_inside(browser: &Browser) -> bool {
    browser.cookies().contains_key("ejia_applicant")
}

fn another(code: &str) -> &'static str {
    if code == "000000" { "111111" } else { "000000" }
}

#[test]
fn a_code_to_the_phone_opens_the_applications_and_the_same_phone_opens_them_again() {
    on_both(|house| {
        let mut browser = house.visitor();
        browser.open("/");
        assert_eq!(browser.click("【组织关系转入】").heading(), "组织关系转入");
        assert!(browser.page().says("划拨") && browser.page().says("您仍由原党组织管理"));
        browser.click("【添加申请】");
        let form = browser.form("获取验证码").fill(PHONE, HUANG);
        browser.submit(&form);
        assert!(browser.page().says("136****2222") && !browser.page().body().contains(HUANG));
        assert!(house.last_message(HUANG).contains("您正在办理组织关系转入，验证码"));
        assert_eq!(house.count("SELECT COUNT(*) FROM applicant"), 0, "typing a number makes nobody known");
        assert_eq!(types(&mut browser, &house.code(HUANG)).path, "/transfers/in/new");
        assert!(browser.page().says("136****2222"));
        browser.click("退出");
        assert!(!is_inside(&browser) && browser.page().says("您已退出登录"));
        assert_eq!(browser.page().path, "/transfers/in");
        house.pass(Duration::from_mins(2));
        assert_eq!(comes_in(house, HUANG).page().path, HOME);
        assert_eq!(house.count("SELECT COUNT(*) FROM applicant"), 1);
    });
}

#[test]
fn a_wrong_code_and_a_used_one_open_nothing() {
    on_both(|house| {
        let mut browser = asks(house, HUANG);
        let code = house.code(HUANG);
        for wrong in ["", another(&code), "abc"] {
            assert_eq!(types(&mut browser, wrong).status, 422, "{wrong}");
            assert!(!is_inside(&browser));
        }
        let used = browser.form("确认").fill(CODE, &code);
        browser.submit(&used);
        assert!(is_inside(&browser));
        let cookie = browser.cookies()["ejia_visit"].clone();
        let mut later = house.visitor();
        later.set_cookie("ejia_visit", &cookie);
        assert_eq!(later.submit(&used).status, 422);
        assert!(!is_inside(&later) && later.page().says("请从这里重新开始"), "{}", later.page().text());
        // Five tries are all.
        house.pass(Duration::from_mins(2));
        let mut guessing = asks(house, HUANG);
        let code = house.code(HUANG);
        for _ in 0..5 {
            types(&mut guessing, another(&code));
        }
        assert!(types(&mut guessing, &code).says("验证码已失效"), "{}", guessing.page().text());
        assert!(!is_inside(&guessing));
    });
}

#[test]
fn codes_live_shortly_and_a_phone_gets_only_so_many() {
    on_both(|house| {
        let mut browser = asks(house, HUANG);
        assert_eq!(browser.click("重新发送验证码").status, 429, "one a minute");
        let code = house.code(HUANG);
        house.pass(Duration::from_mins(5));
        assert_eq!(types(&mut browser, &code).status, 422);
        for _ in 1..5 {
            house.pass(Duration::from_mins(2));
            assert_eq!(browser.click("重新发送验证码").status, 200);
            house.work();
        }
        house.pass(Duration::from_mins(2));
        assert!(browser.click("重新发送验证码").says("次数已到上限"), "{}", browser.page().text());
        assert!(asks(house, HUANG).page().says("次数已到上限"));
        assert_eq!(house.messages(HUANG), 5);
        // The last one that came still counts.
        types(&mut browser, &house.code(HUANG));
        assert!(is_inside(&browser), "{}", browser.page().text());
    });
}

#[test]
fn what_is_no_phone_gets_no_code() {
    on_both(|house| {
        let mut browser = asks(house, "0592-1234567");
        assert_eq!(browser.page().status, 422);
        assert!(browser.page().says("手机号应为11位数字") && browser.page().form("获取验证码").is_some());
        let form = browser.form("获取验证码").fill(PHONE, " １３６-1111-2222 ");
        assert_eq!(browser.submit(&form).status, 200);
        assert_eq!(house.messages(HUANG), 1);
    });
}

#[test]
fn a_session_ends_after_half_an_idle_hour_and_by_logging_out() {
    on_both(|house| {
        let mut browser = comes_in(house, HUANG);
        house.pass(Duration::from_mins(29));
        assert_eq!(browser.open(HOME).path, HOME);
        house.pass(Duration::from_hours(1));
        assert_eq!(browser.open(HOME).heading(), "验证手机号");
        let mut browser = comes_in(house, HUANG);
        let cookie = browser.cookies()["ejia_applicant"].clone();
        browser.click("退出");
        browser.set_cookie("ejia_applicant", &cookie);
        let answer = browser.get(HOME);
        assert_eq!(answer.header("location"), Some("/transfers/in/phone?next=/transfers/in/applications"));
    });
}

#[test]
fn a_form_that_is_not_ours_changes_nothing() {
    const FORM: &str = "application/x-www-form-urlencoded";
    on_both(|house| {
        let browser = comes_in(house, HUANG);
        let own = browser.form("退出").value("csrf").expect("a proof").to_owned();
        house.pass(Duration::from_mins(2));
        let mut stranger = house.inside_as_applicant("13611113333");
        for path in ["/transfers/in/phone", "/transfers/in/code", "/transfers/in/logout"] {
            for csrf in ["", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &own] {
                let body = format!("csrf={csrf}&phone={HUANG}&code=123456");
                assert_eq!(stranger.post(path, FORM, body.as_bytes()).status, 403, "{path} {csrf}");
            }
        }
        assert_eq!(house.messages(HUANG), 1);
        assert_eq!(stranger.open(HOME).path, HOME, "still inside");
    });
}

#[test]
fn the_same_door_stands_on_the_phone_and_for_programs() {
    on_both(|house| {
        let mut phone = house.visitor();
        assert_eq!(phone.open("/wechat/transfers/in").heading(), "组织关系转入");
        phone.click("【添加申请】");
        assert_eq!(phone.page().path, "/wechat/transfers/in/phone?next=/wechat/transfers/in/new");
        let form = phone.form("获取验证码").fill(PHONE, HUANG);
        phone.submit(&form);
        types(&mut phone, &house.code(HUANG));
        assert_eq!(phone.page().path, "/wechat/transfers/in/new");
        house.pass(Duration::from_mins(2));
        let mut program = house.visitor();
        let mut post = |path: &str, body: &serde_json::Value| {
            program.post(path, "application/json", body.to_string().as_bytes()).json()
        };
        let begun = post("/api/v1/transfers/in/phone", &json!({ "phone": HUANG }));
        assert_eq!(begun["phone"], "136****2222");
        let answer = json!({ "pending": begun["pending"], "code": house.code(HUANG) });
        let inside = post("/api/v1/transfers/in/code", &answer);
        let token = inside["token"].as_str().expect("a token").to_owned();
        assert_eq!(post("/api/v1/transfers/in/logout", &json!({}))["code"], "kernel.login_needed");
        program.headers.push(("authorization".to_owned(), format!("Bearer {token}")));
        assert_eq!(program.post("/api/v1/transfers/in/logout", "application/json", b"{}").status, 200);
        assert_eq!(house.count("SELECT COUNT(*) FROM applicant"), 1);
    });
}
