//! 【组织生活】 from the list to the room: signing up, asking leave, checking in, noting who was there by hand.

use ejia_acceptance::actors::OWN_PASSWORD;
use ejia_acceptance::{Browser, House};
use ejia_kernel::Problem;
use ejia_web::Scan;

/// The day after the city was founded.
fn tomorrow(house: &House) -> String {
    house.desk().now().china_date().plus_days(1).to_string()
}

/// The member opens the only meeting he is called to, by the manual's words.
fn at_the_meeting(member: &mut Browser, home: &str) {
    member.open(home);
    if home == "/wechat" {
        member.click("【参加会议】");
    } else {
        member.click("【组织生活】");
        member.click("【会议】");
    }
    let page = member.click("【查看报名】");
    assert!(page.says("第一季度党员大会") && page.says("三楼会议室") && page.says("学习讨论"), "{}", page.text());
}

/// Where a code of the only meeting leads, and the lines it is drawn with.
fn printed(house: &House) -> Result<(String, String), Problem> {
    let token: String = house.look("SELECT token FROM meeting", &[]);
    let path = format!("/wechat/check-in/{token}");
    let drawn = Scan::of(&format!("{}{path}", house.origin()))?.path();
    Ok((path, drawn))
}

/// proves: L4
#[test]
fn a_member_signs_up_on_the_web_another_asks_leave_on_his_phone_and_the_branch_sees_both() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        let mut published = house.publish_meeting(&branch, &tomorrow(house), "线下");
        let mut comes = house.inside_as_member(people[0].id);
        at_the_meeting(&mut comes, "/member/record");
        assert!(comes.click("【报名】").says("报名成功"), "{}", comes.page().text());
        let mut leaves = house.inside_on_phone(people[1].id);
        at_the_meeting(&mut leaves, "/wechat");
        let form = leaves.form("【请假】");
        assert!(leaves.submit(&form).says("请填写请假原因"), "{}", leaves.page().text());
        let form = leaves.form("【请假】").fill("请假原因", "出差");
        let page = leaves.submit(&form);
        assert!(page.says("已请假") && page.path.starts_with("/wechat/meetings/"), "{}: {}", page.path, page.text());
        let page = published.officer.open(&format!("{}/people?state=leave", published.path)).clone();
        assert!(page.says(&people[1].name) && page.says("出差") && !page.says(&people[0].name), "{}", page.text());
        // Until it begins he may think again; then nobody may.
        assert!(leaves.click("【报名】").says("报名成功"));
        house.at(&format!("{} 14:30", tomorrow(house)));
        let late = house.inside_on_phone(people[1].id).open(&leaves.page().path.clone()).clone();
        assert!(late.form("【请假】").is_none() && late.form("【报名】").is_none(), "{}", late.text());
    });
}

/// proves: L6
#[test]
fn a_member_scans_the_printed_code_logs_in_and_has_checked_in() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        let day = tomorrow(house);
        let mut published = house.publish_meeting(&branch, &day, "线下");
        let (path, drawn) = printed(house).expect("a code");
        published.officer.open("/office/meetings");
        published.officer.click("【查看】");
        let page = published.officer.click("【签到二维码】");
        assert_eq!(page.heading(), "会议二维码");
        assert!(page.body().contains(&drawn) && page.body().contains(">打印</button>"), "{}", page.text());
        house.inside_as_member(people[0].id);
        house.at(&format!("{day} 14:20"));
        let mut member = house.visitor();
        let page = member.open(&path);
        assert!(page.path.starts_with("/wechat/login"), "{}", page.path);
        let form = member.form("登录").fill("身份证号或手机号码", &people[0].phone).fill("密码", OWN_PASSWORD);
        let page = member.submit(&form);
        assert!(page.path == path && page.says("第一季度党员大会"), "he comes back to the code: {}", page.path);
        assert!(member.click("【签到】").says("签到成功"), "{}", member.page().text());
        assert!(member.open(&path).says("您已于"), "{}", member.page().text());
        let screen = house.inside_as_officer_of(&branch).open(&format!("{}/code/screen", published.path)).clone();
        assert!(screen.says("已签到 1 人") && !screen.body().contains(&drawn), "{}", screen.text());
        // Who is not on the list hears whom to ask.
        let other = house.branches_with_members().into_iter().find(|other| *other != branch).expect("another branch");
        let page = house.inside_on_phone(house.a_member_of(&other)).open(&path).clone();
        assert!(page.status == 403 && page.says("请联系党支部管理员"), "{}: {}", page.status, page.text());
    });
}

/// proves: L6
#[test]
fn what_stands_above_the_branch_sees_the_meeting_and_not_its_code() {
    House::on_both(|house| {
        let (branch, _) = house.paying_branch();
        let published = house.publish_meeting(&branch, &tomorrow(house), "线下");
        let mut above = house.inside_as(ejia_kernel::OrganizationKind::CityCommittee);
        let page = above.open(&published.path);
        assert!(page.says("第一季度党员大会") && page.link("【签到二维码】").is_none(), "{}", page.text());
        for code in ["code", "code/screen"] {
            let page = above.open(&format!("{}/{code}", published.path));
            assert!(page.status == 403 && page.says("只有发布这次会议的管理员可以看到二维码"), "{}", page.text());
        }
    });
}

/// proves: L6
#[test]
fn taking_part_in_an_online_meeting_is_checking_in() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        let day = tomorrow(house);
        let published = house.publish_meeting(&branch, &day, "线上");
        let mut member = house.inside_on_phone(people[0].id);
        at_the_meeting(&mut member, "/wechat");
        assert!(member.click("【参加】").says("报名成功"), "{}", member.page().text());
        house.at(&format!("{day} 14:35"));
        let mut member = house.inside_on_phone(people[0].id);
        at_the_meeting(&mut member, "/wechat");
        assert!(member.click("【参加】").says("签到成功"), "{}", member.page().text());
        let people_page =
            house.inside_as_officer_of(&branch).open(&format!("{}/people?state=present", published.path)).clone();
        assert!(people_page.says(&people[0].name) && people_page.says("线上参加"), "{}", people_page.text());
    });
}

/// proves: L7
#[test]
fn the_administrator_marks_who_was_there_without_a_phone() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        let day = tomorrow(house);
        house.publish_meeting(&branch, &day, "线下");
        house.at(&format!("{day} 14:40"));
        let (path, _) = printed(house).expect("a code");
        let mut scans = house.inside_on_phone(people[0].id);
        scans.open(&path);
        scans.click("【签到】");
        let mut officer = house.inside_as_officer_of(&branch);
        officer.open("/office/meetings");
        let page = officer.click("【编辑】");
        assert_eq!(page.heading(), "到会登记", "{}", page.text());
        assert!(page.link("【会议信息】").is_some());
        let form = officer.form("保存").fill(&format!("{} 状态", people[1].name), "到会");
        let form =
            form.fill(&format!("{} 状态", people[2].name), "请假").fill(&format!("{} 原因", people[2].name), "住院");
        assert!(officer.submit(&form).says("修改了2人"), "{}", officer.page().text());
        assert_eq!(
            house.count("SELECT COUNT(*) FROM meeting_person WHERE attendance = 'present' AND source = 'by_hand'"),
            1
        );
        assert_eq!(
            house.count("SELECT COUNT(*) FROM meeting_person WHERE attendance = 'present' AND source = 'qr'"),
            1
        );
        assert_eq!(
            house.count("SELECT COUNT(*) FROM meeting_person WHERE attendance = 'excused' AND reason = '住院'"),
            1
        );
    });
}
