//! 【消息】 of a member, what a branch sees of its notices, and the quiet hours of the night.

use ejia_acceptance::House;
use ejia_kernel::OrganizationKind;

/// The day after the city was founded.
fn tomorrow(house: &House) -> String {
    house.desk().now().china_date().plus_days(1).to_string()
}

/// proves: L2
#[test]
fn a_notice_can_be_read_again_on_the_platform_and_the_branch_sees_whom_it_reached() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        let mut published = house.publish_meeting(&branch, &tomorrow(house), "线下");
        let mut member = house.inside_as_member(people[0].id);
        assert!(member.open("/member/messages").says("还没有消息"));
        let officer = &mut published.officer;
        officer.open(&published.path);
        let form = officer.form("【通知】");
        officer.submit(&form);
        let page = officer.open(&format!("{}/people", published.path)).clone();
        assert!(page.rows().iter().flatten().any(|cell| cell == "—"), "{}", page.text());
        house.work();
        let page = officer.open(&format!("{}/people", published.path)).clone();
        let line = page.rows().into_iter().find(|row| row.contains(&people[0].name)).unwrap_or_default();
        assert!(line.iter().any(|cell| cell == "短信已发送"), "{line:?}");

        let page = member.open("/member/record").clone();
        assert!(page.link("消息").is_some(), "{}", page.text());
        let page = member.click("消息").clone();
        assert!(page.says("会议通知") && page.says("未读") && page.says("14:30召开党员大会"), "{}", page.text());
        let form = member.form("查看");
        member.submit(&form);
        assert_eq!(member.page().path, "/member/meetings");
        assert!(!member.open("/member/messages").says("未读"), "{}", member.page().text());
        let phone = member.get("/wechat/messages");
        assert!([200, 303].contains(&phone.status), "{}", phone.status);
    });
}

#[test]
fn a_message_of_another_is_nobodys_business() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        let mut published = house.publish_meeting(&branch, &tomorrow(house), "线下");
        let officer = &mut published.officer;
        officer.open(&published.path);
        let form = officer.form("【通知】");
        officer.submit(&form);
        house.work();
        let mut member = house.inside_as_member(people[0].id);
        let mut other = house.inside_as_member(people[1].id);
        member.open("/member/messages");
        let theirs = member.form("查看");
        other.open("/member/messages");
        let token = other.form("查看").value("csrf").unwrap_or_default().to_owned();
        assert_eq!(other.send(&theirs.with("csrf", &token)).status, 404);
        assert!(member.open("/member/messages").says("未读"));
    });
}

/// proves: L2
#[test]
fn a_notice_of_the_night_goes_out_in_the_morning() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        let day = house.desk().now().china_date();
        let published = house.publish_meeting(&branch, &day.plus_days(2).to_string(), "线下");
        let before = house.messages(&people[0].phone);
        house.at(&format!("{day} 22:15"));
        let mut officer = house.inside_as_officer_of(&branch);
        officer.open(&published.path);
        let form = officer.form("【通知】");
        officer.submit(&form);
        assert_eq!(house.messages(&people[0].phone), before);
        house.at(&format!("{} 06:59", day.plus_days(1)));
        assert_eq!(house.messages(&people[0].phone), before);
        house.at(&format!("{} 07:00", day.plus_days(1)));
        assert_eq!(house.messages(&people[0].phone), before + 1);
    });
}

#[test]
fn the_city_committee_sees_how_the_messages_of_a_day_went_and_a_branch_does_not() {
    House::on_both(|house| {
        let mut city = house.inside_as(OrganizationKind::CityCommittee);
        city.open("/office/organizations");
        let page = city.click("消息发送情况");
        assert!(page.says("近二十四小时") && page.says("短信") && page.says("微信"), "{}", page.text());
        let mut branch = house.inside_as(OrganizationKind::Branch);
        assert!(branch.open("/office/organizations").link("消息发送情况").is_none());
        assert_eq!(branch.get("/office/messages").status, 403);
    });
}
