//! 【党员登录】: first login, later logins, forgotten and changed passwords.

use std::time::Duration;

use ejia::city::InventedMember;
use ejia_acceptance::{Browser, House};

const LOGIN: &str = "身份证号或手机号码";
const PASSWORD: &str = "密码";
const CODE: &str = "手机验证码";
const NEW: &str = "新密码";
const AGAIN: &str = "再次输入新密码";
const OLD: &str = "原密码";
/// The password that these members choose.
const OWN: &str = "Gulangyu88";

/// Somebody who has a phone and has never been here.
fn newcomer(house: &House) -> InventedMember {
    newcomers(house).remove(0)
}

fn newcomers(house: &House) -> Vec<InventedMember> {
    let listed: Vec<&str> = house.accounts().iter().map(|account| account.login.as_str()).collect();
    let people = house.city().members();
    people.filter(|person| !person.phone().is_empty() && !listed.contains(&person.id_card())).collect()
}

/// Types account and password on 【党员登录】 and sends them.
fn knock(house: &House, login: &str, password: &str) -> Browser {
    let mut browser = house.visitor();
    browser.open("/");
    browser.click("【党员登录】");
    let form = browser.form("登录").fill(LOGIN, login).fill(PASSWORD, password);
    browser.submit(&form);
    browser
}

/// Goes through the first login with the code that came to the phone.
fn first_login(house: &House, person: &InventedMember, login: &str) -> Browser {
    let mut browser = knock(house, login, person.phone());
    let code = house.code(person.phone());
    let form = browser.form("确定").fill(CODE, &code).fill(NEW, OWN).fill(AGAIN, OWN);
    browser.submit(&form);
    browser
}

fn is_inside(browser: &Browser) -> bool {
    browser.cookies().contains_key("ejia_member")
}

/// proves: A1 A2
#[test]
fn the_first_login_asks_for_a_code_and_a_new_password_and_leads_to_the_record() {
    House::on_both(|house| {
        let [by_id_card, by_phone] = [newcomers(house).remove(0), newcomers(house).remove(1)];
        for (person, login) in [(&by_id_card, by_id_card.id_card()), (&by_phone, by_phone.phone())] {
            let browser = first_login(house, person, login);
            assert!(is_inside(&browser), "{}", browser.page().text());
            assert_eq!(browser.page().path, "/member/record");
            assert_eq!(browser.page().heading(), "我的档案");
            assert!(browser.page().says(person.name()));
            // From now on with either, and the own password.
            for login in [person.id_card(), person.phone()] {
                assert!(is_inside(&knock(house, login, OWN)), "{login}");
                assert!(!is_inside(&knock(house, login, person.phone())), "the first password still opens");
            }
        }
    });
}

/// proves: A1 A2
#[test]
fn the_first_password_alone_never_opens_an_account() {
    House::on_both(|house| {
        let person = newcomer(house);
        let mut browser = knock(house, person.id_card(), person.phone());
        assert!(!is_inside(&browser));
        let code = house.code(person.phone());
        let wrong = if code == "000000" { "111111" } else { "000000" };
        for code in ["", wrong, "abc"] {
            let form = browser.form("确定").fill(CODE, code).fill(NEW, OWN).fill(AGAIN, OWN);
            assert_eq!(browser.submit(&form).status, 422, "{code}");
            assert!(!is_inside(&browser));
        }
        // Weak passwords are sent back with a sentence at the field; the code may still be used.
        for weak in ["12345678", "abcdefgh", "a1", "abc12345", &format!("a{}", person.phone())] {
            let form = browser.form("确定").fill(CODE, &code).fill(NEW, weak).fill(AGAIN, weak);
            assert_eq!(browser.submit(&form).status, 422, "{weak}");
        }
        let form = browser.form("确定").fill(CODE, &code).fill(NEW, OWN).fill(AGAIN, "Gulangyu89");
        assert!(browser.submit(&form).says("两次输入的新密码不一致"));
        let form = browser.form("确定").fill(CODE, &code).fill(NEW, OWN).fill(AGAIN, OWN);
        browser.submit(&form);
        assert!(is_inside(&browser));
        // The code is used up.
        let mut later = knock(house, person.id_card(), person.phone());
        assert!(later.page().form("确定").is_none(), "{}", later.page().text());
        later.forget_cookies();
    });
}

/// proves: A6
#[test]
fn a_wrong_login_says_what_to_do_and_never_which_half_was_wrong() {
    House::on_both(|house| {
        let person = newcomer(house);
        first_login(house, &person, person.id_card());
        let known = knock(house, person.id_card(), "Wrong2026x");
        let unknown = knock(house, "11010519491231002X", "Wrong2026x");
        let nonsense = knock(house, "nobody at all", "Wrong2026x");
        let sentence = |browser: &Browser| browser.page().text().replace(|c: char| c.is_ascii(), "");
        assert_eq!(known.page().status, 422);
        assert_eq!((unknown.page().status, nonsense.page().status), (422, 422));
        assert_eq!(sentence(&known), sentence(&unknown));
        assert_eq!(sentence(&known), sentence(&nonsense));
        assert!(known.page().says("【忘记密码】") && known.page().says("支部管理员"));
    });
}

/// proves: A6
#[test]
fn an_account_is_locked_after_failures_and_opens_again_by_itself() {
    House::on_both(|house| {
        let person = newcomer(house);
        first_login(house, &person, person.id_card());
        let mut last = 0;
        for _ in 0..6 {
            last = knock(house, person.id_card(), "Wrong2026x").page().status;
        }
        assert_eq!(last, 429);
        assert!(!is_inside(&knock(house, person.id_card(), OWN)), "the lock holds against the right password");
        house.pass(Duration::from_mins(31));
        assert!(is_inside(&knock(house, person.id_card(), OWN)));
    });
}

/// proves: A2
#[test]
fn codes_live_shortly_and_a_phone_gets_only_so_many() {
    House::on_both(|house| {
        let person = newcomer(house);
        let mut browser = knock(house, person.id_card(), person.phone());
        let code = house.code(person.phone());
        house.pass(Duration::from_mins(6));
        let form = browser.form("确定").fill(CODE, &code).fill(NEW, OWN).fill(AGAIN, OWN);
        assert_eq!(browser.submit(&form).status, 422);
        assert!(!is_inside(&browser));
        for _ in 0..12 {
            house.pass(Duration::from_mins(2));
            knock(house, person.id_card(), person.phone());
        }
        assert!(house.messages(person.phone()) <= 6, "{} codes", house.messages(person.phone()));
    });
}

/// proves: A3
#[test]
fn a_member_changes_his_password_with_the_last_item_of_the_top_menu() {
    House::on_both(|house| {
        let person = newcomer(house);
        let mut browser = first_login(house, &person, person.id_card());
        let mut elsewhere = knock(house, person.id_card(), OWN);
        let menu = browser.page().root().all("nav");
        let items: Vec<String> = menu.first().expect("a menu").all("a").iter().map(|link| link.text()).collect();
        assert_eq!(items.last().map(String::as_str), Some("修改密码"), "{items:?}");
        browser.click("【修改密码】");
        let form = browser.form("保存").fill(OLD, "Wrong2026x").fill(NEW, "Xiadagang66").fill(AGAIN, "Xiadagang66");
        assert!(browser.submit(&form).says("原密码不正确"));
        let form = browser.form("保存").fill(OLD, OWN).fill(NEW, "Xiadagang66").fill(AGAIN, "Xiadagang66");
        assert!(browser.submit(&form).says("密码已修改"));
        assert_eq!(elsewhere.open("/member/record").heading(), "党员登录", "other sessions are over");
        assert!(is_inside(&knock(house, person.id_card(), "Xiadagang66")));
        assert!(!is_inside(&knock(house, person.id_card(), OWN)));
    });
}

/// proves: A5
#[test]
fn a_forgotten_password_is_reset_by_a_code_to_the_phone() {
    House::on_both(|house| {
        let person = newcomer(house);
        first_login(house, &person, person.id_card());
        house.pass(Duration::from_mins(2));
        let mut browser = house.visitor();
        browser.open("/member/login");
        browser.click("【忘记密码】");
        let form = browser.form("获取验证码").fill(LOGIN, person.phone());
        browser.submit(&form);
        let code = house.code(person.phone());
        let form = browser.form("确定").fill(CODE, &code).fill(NEW, "Xiadagang66").fill(AGAIN, "Xiadagang66");
        assert!(browser.submit(&form).says("密码已重设"));
        assert!(is_inside(&knock(house, person.id_card(), "Xiadagang66")));
        // For somebody who does not exist everything looks the same.
        let mut stranger = house.visitor();
        stranger.open("/member/forgotten");
        let form = stranger.form("获取验证码").fill(LOGIN, "11010519491231002X");
        assert_eq!(stranger.submit(&form).status, 200);
        assert!(stranger.page().form("确定").is_some());
    });
}

/// proves: A1
#[test]
fn a_session_ends_after_an_idle_hour_and_by_logging_out() {
    House::on_both(|house| {
        let person = newcomer(house);
        let mut browser = first_login(house, &person, person.id_card());
        house.pass(Duration::from_mins(50));
        assert_eq!(browser.open("/member/record").heading(), "我的档案");
        house.pass(Duration::from_mins(61));
        assert_eq!(browser.open("/member/record").heading(), "党员登录");
        let mut browser = knock(house, person.id_card(), OWN);
        let cookie = browser.cookies()["ejia_member"].clone();
        browser.click("退出登录");
        browser.set_cookie("ejia_member", &cookie);
        assert_eq!(browser.open("/member/record").heading(), "党员登录", "the token is dead");
    });
}
