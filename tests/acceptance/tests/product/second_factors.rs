//! 【安全验证】: an authenticator app beside the phone's code, set up, used, lost.

use std::time::Duration;

use data_encoding::BASE32_NOPAD;
use ejia_acceptance::actors::OWN_PASSWORD;
use ejia_acceptance::{Browser, House};
use ring::hmac;

const LOGIN: &str = "组织编码或用户名";
const HALF_A_MINUTE: Duration = Duration::from_secs(30);

/// What an app shows for the key on the page.
fn shown(house: &House, key: &str) -> String {
    let key: String = key.split_whitespace().collect();
    let secret = BASE32_NOPAD.decode(key.as_bytes()).expect("a key in base 32");
    let step = house.desk().now().ms() / 30_000;
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &secret), &step.to_be_bytes());
    let at = usize::from(tag.as_ref()[19] & 15);
    let word: [u8; 4] = tag.as_ref()[at..at + 4].try_into().expect("four bytes");
    format!("{:06}", (u32::from_be_bytes(word) & 0x7fff_ffff) % 1_000_000)
}

/// Sets the app up by the page's words; answers key and codes for paper.
fn set_up(house: &House, officer: &mut Browser) -> (String, Vec<String>) {
    officer.open("/office");
    officer.click("登录安全");
    officer.click("设置身份验证器");
    let text = officer.page().text();
    let key = text.split("密钥").nth(1).and_then(|rest| rest.split("类型").next()).expect("a key").trim().to_owned();
    let form = officer.form("确认启用").fill("动态码", "abc123");
    assert_eq!(officer.submit(&form).status, 422);
    let form = officer.form("确认启用").fill("动态码", &shown(house, &key));
    let text = officer.submit(&form).text();
    let codes: Vec<String> = text.split_whitespace().filter(|word| is_paper_code(word)).map(str::to_owned).collect();
    assert_eq!(codes.len(), 10, "{text}");
    house.pass(HALF_A_MINUTE);
    (key, codes)
}

fn is_paper_code(word: &str) -> bool {
    word.len() == 11
        && word.split('-').all(|group| group.len() == 5 && group.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// Code and password, and no phone.
fn with_password(house: &House, branch: &str) -> Browser {
    let mut browser = house.visitor();
    browser.open("/");
    browser.click("【党组织登录】");
    let form = browser.form("登录").fill(LOGIN, branch).fill("密码", OWN_PASSWORD);
    browser.submit(&form);
    browser
}

fn is_inside(browser: &Browser) -> bool {
    browser.cookies().contains_key("ejia_office")
}

/// proves: A7
#[test]
fn an_administrator_logs_in_by_an_authenticator_app_and_no_message_is_sent() {
    House::on_both(|house| {
        let branch = house.branch_with_members();
        let mut officer = house.inside_as_officer_of(&branch);
        let (key, codes) = set_up(house, &mut officer);
        assert!(!officer.open("/office/verification").text().contains(&key), "never shown again");
        let phone = house.city().organizations().iter().find(|one| one.code() == branch).expect("it").contact_phone();
        let before = house.messages(phone);
        let mut browser = with_password(house, &branch);
        assert!(browser.page().says("身份验证器") && !is_inside(&browser));
        let code = shown(house, &key);
        let form = browser.form("登录").fill("动态码", &code);
        browser.submit(&form);
        assert!(is_inside(&browser), "{}", browser.page().text());
        let mut thief = with_password(house, &branch);
        let form = thief.form("登录").fill("动态码", &code);
        assert_eq!(thief.submit(&form).status, 422, "a code is good once");
        let form = thief.form("登录").fill("动态码", &codes[7]);
        thief.submit(&form);
        assert!(is_inside(&thief), "a code on paper");
        assert_eq!(house.messages(phone), before, "nobody was sent anything");
        // And the phone, as ever.
        let mut browser = with_password(house, &branch);
        browser.click("获取验证码");
        let form = browser.form("登录").fill("手机验证码", &house.code(phone));
        browser.submit(&form);
        assert!(is_inside(&browser), "{}", browser.page().text());
    });
}

/// proves: A10
#[test]
fn who_has_lost_his_app_is_helped_from_above() {
    House::on_both(|house| {
        let branch = house.branch_with_members();
        let mut officer = house.inside_as_officer_of(&branch);
        set_up(house, &mut officer);
        let city = house.city();
        let this = city.organizations().iter().find(|one| one.code() == branch).expect("it");
        let mut superior = house.inside_as_officer_of(this.parent_code());
        superior.open(&format!("/office/administrators/{}", house.administrator_of(&branch)));
        superior.click("重置密码");
        assert!(superior.page().says("安全验证已全部停用"), "{}", superior.page().text());
        assert_eq!(house.count("SELECT count(*) FROM authenticator"), 0);
        assert_eq!(house.count("SELECT count(*) FROM recovery_code"), 0);
        house.pass(2 * HALF_A_MINUTE);
        let mut browser = house.visitor();
        browser.open("/office/login");
        let form = browser.form("登录").fill(LOGIN, &branch).fill("密码", "123456");
        assert!(browser.submit(&form).says("手机验证码"));
        let form = browser.form("登录").fill("手机验证码", &house.code(this.contact_phone()));
        assert!(browser.submit(&form).says("设置新的密码"), "{}", browser.page().text());
    });
}

/// proves: R1
#[test]
fn no_table_holds_a_key_or_a_code_on_paper_as_it_is() {
    House::on_both(|house| {
        let branch = house.branch_with_members();
        let (key, codes) = set_up(house, &mut house.inside_as_officer_of(&branch));
        let sealed: Vec<u8> = house.look("SELECT secret_sealed FROM authenticator", &[]);
        let plain = BASE32_NOPAD.decode(key.replace(' ', "").as_bytes()).expect("a key");
        assert!(!sealed.windows(plain.len()).any(|part| part == plain));
        let index: Vec<u8> = house.look("SELECT code_index FROM recovery_code ORDER BY code_index LIMIT 1", &[]);
        assert!(codes.iter().all(|code| !index.windows(5).any(|part| part == &code.as_bytes()[..5])));
    });
}
