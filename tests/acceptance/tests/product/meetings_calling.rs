//! 【发布会议】, 【通知党员】, 【通知】, 【未确认人员】: a branch calls its members together by the manual's words.

use ejia_acceptance::House;

/// The day after the city was founded.
fn tomorrow(house: &House) -> String {
    house.desk().now().china_date().plus_days(1).to_string()
}

/// proves: L1
#[test]
fn a_branch_publishes_an_assembly_changes_it_and_calls_it_off() {
    House::on_both(|house| {
        let branch = house.branch_with_members();
        let day = tomorrow(house);
        let mut officer = house.inside_as_officer_of(&branch);
        officer.open("/office/meetings/new");
        let form = officer.form("【通知党员】").fill("会议类型", "党员大会");
        let page = officer.submit(&form);
        assert_eq!(page.status, 422);
        for said in ["请填写会议名称", "请填写召开时间", "请填写结束时间", "请填写会议地点"]
        {
            assert!(page.says(said), "{said}: {}", page.text());
        }
        let mut published = house.publish_meeting(&branch, &day, "线下");
        let officer = &mut published.officer;
        officer.open("/office");
        officer.click("【组织生活】");
        officer.click("【会议管理】");
        let list = officer.click("【党员大会】");
        assert!(list.says("第一季度党员大会") && list.says("未开始"), "{}", list.text());
        officer.click("【编辑】");
        let form = officer.form("保存").fill("会议地点", "党群服务中心");
        let page = officer.submit(&form);
        assert!(page.says("会议信息已修改") && page.says("党群服务中心"), "{}", page.text());
        officer.click("取消这次会议");
        let form = officer.form("确认取消会议").fill("取消原因", "台风");
        assert!(officer.submit(&form).says("会议已取消：台风"), "{}", officer.page().text());
        let calendar = officer.open("/office/meetings/calendar").clone();
        assert!(calendar.says("发布会议"), "{}", calendar.text());
    });
}

/// proves: L2 L8
#[test]
fn the_members_called_get_a_message_and_who_has_not_answered_is_listed() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        let mut published = house.publish_meeting(&branch, &tomorrow(house), "线下");
        let before = house.messages(&people[0].phone);
        let officer = &mut published.officer;
        officer.open("/office/meetings");
        officer.click("【查看】");
        let form = officer.form("【通知】");
        let page = officer.submit(&form);
        assert!(page.says("已向") && page.says("名党员发送会议通知"), "{}", page.text());
        house.work();
        assert_eq!(house.messages(&people[0].phone), before + 1);
        let message = house.last_message(&people[0].phone);
        assert!(
            message.contains("党员大会") && message.contains("14:30") && message.contains("【查看报名】"),
            "{message}"
        );
        let mut member = house.inside_as_member(people[0].id);
        member.open("/member/meetings");
        member.click("【查看报名】");
        assert!(member.click("【报名】").says("报名成功"));
        officer.open("/office/meetings");
        officer.click("【查看】");
        let page = officer.click("【未确认人员】");
        assert!(page.says(&people[1].name) && !page.rows().iter().flatten().any(|cell| cell == &people[0].name));
    });
}
