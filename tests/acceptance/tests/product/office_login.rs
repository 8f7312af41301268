//! 【党组织登录】 and 【管理员信息】.

use std::time::Duration;

use ejia::city::InventedOrganization;
use ejia_acceptance::{Browser, House, Page};
use ejia_kernel::OrganizationKind;

const LOGIN: &str = "组织编码或用户名";
const PASSWORD: &str = "密码";
const CODE: &str = "手机验证码";
const NEW: &str = "新密码";
const AGAIN: &str = "再次输入新密码";
const FIRST: &str = "123456";
const OWN: &str = "Gulangyu88";

/// A branch whose administrator has never been here.
fn new_branch(house: &House) -> InventedOrganization {
    let listed: Vec<&str> = house.accounts().iter().map(|account| account.login.as_str()).collect();
    let is_new = |one: &&InventedOrganization| one.kind == OrganizationKind::Branch && !listed.contains(&one.code());
    house.city().organizations().iter().rfind(is_new).expect("a branch").clone()
}

fn first_step<'a>(house: &House, browser: &'a mut Browser, login: &str, password: &str) -> &'a Page {
    house.pass(Duration::from_secs(61));
    browser.open("/");
    browser.click("【党组织登录】");
    let form = browser.form("获取验证码").fill(LOGIN, login).fill(PASSWORD, password);
    browser.submit(&form)
}

/// Password, then the code from the phone.
fn log_in(house: &House, login: &str, password: &str, phone: &str) -> Browser {
    let mut browser = house.visitor();
    first_step(house, &mut browser, login, password);
    let code = house.code(phone);
    let form = browser.form("登录").fill(CODE, &code);
    browser.submit(&form);
    browser
}

fn first_login(house: &House, login: &str, phone: &str) -> Browser {
    let mut browser = log_in(house, login, FIRST, phone);
    let form = browser.form("确定").fill(NEW, OWN).fill(AGAIN, OWN);
    browser.submit(&form);
    browser
}

fn is_inside(browser: &Browser) -> bool {
    browser.cookies().contains_key("ejia_office")
}

/// proves: A7
#[test]
fn an_administrator_logs_in_with_code_password_and_a_code_from_his_phone() {
    House::on_both(|house| {
        let branch = new_branch(house);
        let phone = branch.contact_phone();
        let mut browser = log_in(house, branch.code(), FIRST, phone);
        assert!(!is_inside(&browser), "the first password must be changed first");
        for weak in [FIRST, "abcdefgh", "12345678", &format!("a{}", branch.code())] {
            let form = browser.form("确定").fill(NEW, weak).fill(AGAIN, weak);
            assert_eq!(browser.submit(&form).status, 422, "{weak}");
        }
        let form = browser.form("确定").fill(NEW, OWN).fill(AGAIN, OWN);
        browser.submit(&form);
        assert!(is_inside(&browser), "{}", browser.page().text());
        assert!(browser.page().says(branch.name()));
        assert!(is_inside(&log_in(house, branch.code(), OWN, phone)));
        let mut late = house.visitor();
        assert_eq!(first_step(house, &mut late, branch.code(), FIRST).status, 422);
    });
}

/// proves: A7 A6
#[test]
fn the_password_alone_does_not_open_an_office_and_a_wrong_one_tells_nothing() {
    House::on_both(|house| {
        let branch = new_branch(house);
        first_login(house, branch.code(), branch.contact_phone());
        let before = house.messages(branch.contact_phone());
        let mut browser = house.visitor();
        first_step(house, &mut browser, branch.code(), OWN);
        let code = house.code(branch.contact_phone());
        let wrong = if code == "000000" { "111111" } else { "000000" };
        let form = browser.form("登录").fill(CODE, wrong);
        assert_eq!(browser.submit(&form).status, 422);
        assert!(!is_inside(&browser));
        assert_eq!(house.messages(branch.contact_phone()), before + 1);
        let sentence = |browser: &Browser| browser.page().text().replace(|c: char| c.is_ascii(), "");
        let (mut known, mut unknown) = (house.visitor(), house.visitor());
        first_step(house, &mut known, branch.code(), "Wrong2026x");
        first_step(house, &mut unknown, "999999999999", "Wrong2026x");
        assert_eq!((known.page().status, unknown.page().status), (422, 422));
        assert_eq!(sentence(&known), sentence(&unknown));
        assert_eq!(house.messages(branch.contact_phone()), before + 1, "a wrong password sends no code");
    });
}

/// proves: A9
#[test]
fn a_second_administrator_can_be_added_and_never_a_third() {
    House::on_both(|house| {
        let branch = new_branch(house);
        let mut first = first_login(house, branch.code(), branch.contact_phone());
        let add = |browser: &mut Browser, user_name: &str, name: &str, phone: &str| -> u16 {
            let form = browser.form("保存").fill("用户名", user_name).fill("姓名", name).fill("手机号", phone);
            browser.submit(&form).status
        };
        first.click("【党组织管理】");
        first.click("【管理员信息】");
        first.click("【新增】");
        assert_eq!(add(&mut first, "er hao!", "陈二", "13700137002"), 422);
        assert_eq!(add(&mut first, "erhao02", "陈二", ""), 422, "a phone is required");
        assert_eq!(add(&mut first, "erhao02", "陈二", "1370013"), 422);
        assert_eq!(add(&mut first, "erhao02", "陈二", "13700137002"), 200);
        assert!(first.page().says("陈二") && first.page().says("初始密码为123456"));
        assert!(first.page().link("【新增】").is_none(), "nothing to press for a third");
        assert!(matches!(first.get("/office/administrators/new").status, 409 | 422));
        // Under his own user name, like any first login.
        let second = first_login(house, "erhao02", "13700137002");
        assert!(is_inside(&second));
        // User names are unique in the whole city.
        let other = house.branches_with_members().into_iter().find(|code| code != branch.code()).expect("another");
        let mut neighbour = house.inside_as_officer_of(&other);
        neighbour.open("/office/administrators");
        neighbour.click("【新增】");
        assert_eq!(add(&mut neighbour, "ERHAO02", "林三", "13700137003"), 422);
        assert!(neighbour.page().says("用户名"));
    });
}

/// proves: A10 A11
#[test]
fn a_superior_corrects_a_phone_and_resets_a_password_and_the_administrator_is_told_to_change_it() {
    House::on_both(|house| {
        let branch = new_branch(house);
        first_login(house, branch.code(), branch.contact_phone());
        let id = house.administrator_of(branch.code());
        let mut superior = house.inside_as_officer_of(branch.parent_code());
        superior.open(&format!("/office/administrators/{id}"));
        let form = superior.form("保存").fill("姓名", "黄新来").fill("手机号", "13700137009");
        assert!(superior.submit(&form).says("管理员信息已更正"), "{}", superior.page().text());
        let mut changed = log_in(house, branch.code(), OWN, "13700137009");
        assert!(is_inside(&changed));
        assert!(changed.page().says("黄新来"));
        assert!(changed.page().says("修改密码") && changed.page().root().text().contains("请"), "no reminder");
        superior.open(&format!("/office/administrators/{id}"));
        superior.click("重置密码");
        assert_eq!(changed.open("/office").heading(), "党组织登录", "his session is over");
        assert!(is_inside(&first_login(house, branch.code(), "13700137009")));
    });
}

/// proves: A10
#[test]
fn the_other_administrator_of_the_same_organization_may_help_and_a_stranger_may_not() {
    House::on_both(|house| {
        let branches = house.branches_with_members();
        let mut first = house.inside_as_officer_of(&branches[0]);
        first.open("/office/administrators");
        first.click("【新增】");
        let form = first.form("保存").fill("用户名", "erhao02").fill("姓名", "陈二").fill("手机号", "13700137002");
        first.submit(&form);
        let mut second = first_login(house, "erhao02", "13700137002");
        let id = house.administrator_of(&branches[0]);
        assert_eq!(second.open(&format!("/office/administrators/{id}")).status, 200);
        second.click("重置密码");
        assert!(second.page().says("密码已重置"));
        let mut stranger = house.inside_as_officer_of(&branches[1]);
        assert_eq!(stranger.open(&format!("/office/administrators/{id}")).status, 404);
    });
}

/// proves: A4
#[test]
fn an_administrator_sets_the_password_of_a_member_without_a_phone() {
    House::on_both(|house| {
        let city = house.city();
        let person = city.members().find(|person| person.phone().is_empty()).expect("somebody without a phone");
        let branch = city.organizations().iter().find(|one| one.name() == person.branch()).expect("his branch");
        let mut officer = house.inside_as_officer_of(branch.code());
        officer.open("/office");
        officer.click("【党员管理】");
        officer.click("【党员档案管理】");
        officer.click(person.name());
        officer.click("修改密码");
        // The menu has an item of that name as well: the record's own link is taken by its address.
        let id = house.member(person.id_card());
        officer.open(&format!("/office/members/{id}/password"));
        let form = officer.form("保存").fill(NEW, "Shequ2026a").fill(AGAIN, "Shequ2026a");
        assert!(officer.submit(&form).says("密码已修改"), "{}", officer.page().text());
        let mut member = house.visitor();
        member.open("/member/login");
        let form = member.form("登录").fill("身份证号或手机号码", person.id_card()).fill(PASSWORD, "Shequ2026a");
        member.submit(&form);
        let form = member.form("确定").fill(NEW, OWN).fill(AGAIN, OWN);
        assert_eq!(member.submit(&form).heading(), "我的档案");
        // Nobody from another branch may.
        let other = house.branches_with_members().into_iter().find(|code| code != branch.code()).expect("another");
        let mut stranger = house.inside_as_officer_of(&other);
        assert_eq!(stranger.open(&format!("/office/members/{id}/password")).status, 404);
    });
}
