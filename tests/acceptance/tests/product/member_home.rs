//! 首页 of a member, on the web and inside WeChat: what waits for him, from every room.

use ejia_acceptance::House;

/// proves: D6 L4
#[test]
fn what_waits_for_a_member_stands_on_his_first_page_until_it_is_done() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        let mut member = house.inside_as_member(people[0].id);
        assert!(member.open("/member").says("没有待办事项"), "{}", member.page().text());
        house.set_dues(&branch, "2026-03", "3000");
        house.at("2026-03-20 09:00");
        house.publish_meeting(&branch, "2026-03-25", "线下");
        let page = member.open("/member").clone();
        assert!(page.says("待交党费15.00元") && page.says("请报名或请假"), "{}", page.text());
        let meeting = page.links().into_iter().find(|link| link.starts_with("/member/meetings/")).expect("the meeting");
        member.open(&meeting);
        member.click("【报名】");
        assert!(!member.open("/member").says("请报名或请假"), "{}", member.page().text());
    });
}
