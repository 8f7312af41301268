//! Sessions: how they end by themselves, what is said then, and how their owner ends them.

use std::time::Duration;

use ejia_acceptance::actors::OWN_PASSWORD;
use ejia_acceptance::{Browser, House};

const MINUTE: Duration = Duration::from_mins(1);

/// Waits until "last seen" of a session that was used just now is written.
fn seen(house: &House) {
    let now = house.desk().now().ms();
    for _ in 0..200 {
        if house.count("SELECT CAST(max(seen_at) AS BIGINT) FROM session") >= now - 60_000 {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("never written");
}

/// A member with a phone, by his ID-card number.
fn somebody(house: &House) -> String {
    let people = house.people_of(&house.branch_with_members());
    people.iter().find(|person| !person.phone().is_empty()).expect("somebody").id_card().to_owned()
}

/// Types login and password on the page that is shown.
fn logs_in(browser: &mut Browser, id_card: &str) {
    let form = browser.form("登录").fill("身份证号或手机号码", id_card).fill("密码", OWN_PASSWORD);
    browser.submit(&form);
}

#[test]
fn who_does_nothing_for_an_hour_is_told_so_and_comes_back_to_where_he_was() {
    House::on_both(|house| {
        let person = somebody(house);
        let mut member = house.inside_as_member(house.member(&person));
        member.open("/member/readers");
        house.pass(59 * MINUTE);
        assert_eq!(member.open("/member/readers").heading(), "谁看过我的档案", "still inside");
        seen(house);
        house.pass(60 * MINUTE);
        let page = member.open("/member/readers");
        assert_eq!(page.heading(), "党员登录");
        assert!(page.says("因长时间未操作") && page.says("请重新登录"), "{}", page.text());
        logs_in(&mut member, &person);
        assert_eq!(member.page().heading(), "谁看过我的档案", "back where he was");
        assert!(!member.open("/member/readers").says("长时间未操作"), "said once");
        // A visitor has no session that could be over.
        assert!(!house.visitor().open("/member/readers").says("长时间未操作"));
    });
}

#[test]
fn a_form_sent_too_late_is_said_to_be_lost_and_its_page_comes_back_after_the_login() {
    House::on_both(|house| {
        let person = somebody(house);
        let mut member = house.inside_as_member(house.member(&person));
        member.open("/member/password");
        let form = member.form("保存").fill("原密码", "x").fill("新密码", "y").fill("再次输入新密码", "y");
        house.pass(61 * MINUTE);
        member.headers.push(("referer".to_owned(), format!("{}/member/password", house.origin())));
        let page = member.submit(&form);
        assert_eq!(page.heading(), "党员登录");
        assert!(page.says("刚才提交的内容没有保存"), "{}", page.text());
        // Another site's page is nothing to come back to.
        logs_in(&mut member, &person);
        assert_eq!(member.page().heading(), "修改密码");
        house.pass(61 * MINUTE);
        member.headers = vec![("referer".to_owned(), "http://elsewhere.example/member/password".to_owned())];
        let answer = member.send(&form);
        assert_eq!(answer.header("location"), Some("/member/login"));
    });
}

/// proves: A3 A10
#[test]
fn an_administrator_is_out_after_half_an_hour_and_elsewhere_with_a_new_password() {
    House::on_both(|house| {
        let branch = house.branch_with_members();
        let (mut here, mut there) = (house.inside_as_officer_of(&branch), house.inside_as_officer_of(&branch));
        house.pass(29 * MINUTE);
        assert_eq!(here.open("/office/devices").heading(), "登录设备");
        seen(house);
        house.pass(2 * MINUTE);
        let page = there.open("/office/members");
        assert!(page.heading() == "党组织登录" && page.says("因长时间未操作"), "{}", page.text());
        let mut there = house.inside_as_officer_of(&branch);
        assert!(there.open("/office/devices").says("当前使用"));
        let form = here_changes(&mut here);
        assert!(here.submit(&form).says("密码已修改"), "{}", here.page().text());
        assert_eq!(there.open("/office/members").heading(), "党组织登录");
        assert_eq!(here.open("/office/devices").heading(), "登录设备", "the one that asked stays");
        let city = house.city();
        let this = city.organizations().iter().find(|one| one.code() == branch).expect("it");
        let mut superior = house.inside_as_officer_of(this.parent_code());
        superior.open(&format!("/office/administrators/{}", house.administrator_of(&branch)));
        superior.click("重置密码");
        assert_eq!(here.open("/office/devices").heading(), "党组织登录", "reset from above");
    });
}

fn here_changes(browser: &mut Browser) -> ejia_acceptance::Form {
    browser.open("/office/password");
    let form = browser.form("保存").fill("原密码", OWN_PASSWORD);
    form.fill("新密码", "Gulangyu88").fill("再次输入新密码", "Gulangyu88")
}

#[test]
fn a_session_is_ended_from_another_device() {
    House::on_both(|house| {
        let person = house.a_member_of(&house.branch_with_members());
        let (mut here, mut lost) = (house.inside_as_member(person), house.inside_on_phone(person));
        assert_eq!(lost.open("/wechat").status, 200);
        here.open("/member/record");
        here.click("登录设备");
        assert!(here.page().says("微信端"), "{}", here.page().text());
        here.click("退出其他所有设备");
        assert!(here.page().says("其他设备上的登录已全部退出"));
        assert_eq!(lost.open("/wechat/messages").heading(), "党员登录");
        assert!(lost.page().says("已在别处退出"));
        assert_eq!(here.open("/member/record").heading(), "我的档案");
    });
}
