//! Items of agendas in the office and before members: what may be done when, and what comes out.

use axum::http::StatusCode;
use ejia_db::Desk;
use ejia_kernel::MemberId;

use super::city::{City, NAMES, at, in_city};
use super::house::{As, House};
use super::records::archived;
use crate::model::Source;
use crate::store;

/// These members are there.
pub(super) fn present(desk: &Desk, meeting: &str, members: &[MemberId]) {
    let (id, members) = (meeting.rsplit('/').next().unwrap().parse().unwrap(), members.to_vec());
    desk.write_now(move |txn| {
        for member in &members {
            store::set_present(txn, id, *member, Source::ByHand)?;
        }
        Ok(())
    })
    .unwrap();
}

/// The paths of a meeting's items in the office, in their order.
pub(super) fn items(house: &House, by: As, meeting: &str) -> Vec<String> {
    let page = house.get(by, &format!("{meeting}/agenda"));
    let before = format!("<a class=\"btn btn-sm\" href=\"{meeting}/agenda/");
    let links = page.split(&before).skip(1);
    links.map(|rest| format!("{meeting}/agenda/{}", rest.split('"').next().unwrap())).collect()
}

/// Adds an item; answers its path in the office.
pub(super) fn add(house: &House, by: As, meeting: &str, fields: &str) -> String {
    let got = house.post(by, &format!("{meeting}/agenda/new"), fields);
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
    items(house, by, meeting).pop().unwrap()
}

/// The path of an item as members see it.
pub(super) fn before_members(item: &str) -> String {
    item.replace("/office/", "/member/")
}

/// An assembly of the branch that has begun, with so many of its members there, full members first.
pub(super) fn held(desk: &Desk, house: &House, city: &City, there: usize) -> String {
    let meeting = house.assembly(city.branch);
    present(desk, &meeting, &city.members[..there]);
    at(desk, "2026-03-05 14:40");
    meeting
}

pub(super) const RESOLUTION: &str = "kind=resolution&title=关于修缮活动室的决议";

fn refused(house: &House, by: As, path: &str, fields: &str, sentence: &str) {
    let got = house.post(by, path, fields);
    assert!(got.status.is_client_error(), "{path}: {}", got.status);
    assert!(got.text.contains(sentence), "{sentence}: {}", got.text);
}

#[test]
fn items_are_added_changed_moved_and_removed_until_something_comes_of_them() {
    in_city(|desk, city| {
        let (house, by) = (House::over(desk), As::Office(city.branch));
        let meeting = house.assembly(city.branch);
        let new = format!("{meeting}/agenda/new");
        refused(&house, by, &new, "title=去哪里", "请选择议题类型");
        refused(&house, by, &new, "kind=poll&title=去哪里&options=鼓浪屿", "请填写至少两个选项");
        let first = add(&house, by, &meeting, "kind=discussion&title=学习心得");
        let second = add(&house, by, &meeting, "kind=poll&title=去哪里&options=鼓浪屿%0A集美学村&most=1");
        house.post(by, &format!("{second}/move"), "way=up");
        assert_eq!(items(&house, by, &meeting), [second.clone(), first.clone()]);
        house.post(by, &format!("{second}/move"), "way=up");
        house.post(by, &format!("{second}/move"), "way=down");
        assert_eq!(items(&house, by, &meeting), [first.clone(), second.clone()]);
        assert!(house.get(by, &format!("{second}/edit")).contains("鼓浪屿\n集美学村"));
        let changed = "kind=poll&title=主题党日去哪里&options=鼓浪屿%0A集美学村%0A中山路&most=2";
        assert_eq!(house.post(by, &format!("{second}/edit"), changed).status, StatusCode::SEE_OTHER);
        assert!(house.get(by, &second).contains("鼓浪屿、集美学村、中山路"));
        let member = As::Member(city.members[0]);
        house.post(member, &format!("{}/opinion", before_members(&first)), "said=很好");
        for (path, fields) in [("edit", "kind=discussion&title=x"), ("remove", ""), ("move", "way=up")] {
            refused(&house, by, &format!("{first}/{path}"), fields, "不能再改");
        }
        assert_eq!(house.post(by, &format!("{second}/remove"), "").status, StatusCode::SEE_OTHER);
        assert_eq!(house.ask(by, &second).status, StatusCode::NOT_FOUND);
        // Others look, or do not know of it.
        let above = As::Office(city.committee);
        assert!(house.get(above, &format!("{meeting}/agenda")).contains("学习心得"));
        assert!(!house.get(above, &first).contains("结束讨论"));
        refused(&house, above, &format!("{first}/decide"), "conclusion=x", "上级只能查看");
        assert_eq!(house.ask(As::Office(city.sister), &first).status, StatusCode::NOT_FOUND);
        // Nothing is added to what is called off.
        house.post(by, &format!("{meeting}/call-off"), "reason=台风");
        refused(&house, by, &new, RESOLUTION, "已经取消");
        refused(&house, member, &format!("{}/opinion", before_members(&first)), "said=x", "已经取消");
    });
}

#[test]
fn a_resolution_waits_for_the_meeting_and_for_half_of_those_due() {
    in_city(|desk, city| {
        let (house, by) = (House::over(desk), As::Office(city.branch));
        let meeting = house.assembly(city.branch);
        let item = add(&house, by, &meeting, RESOLUTION);
        // The one on probation is there and counts for nothing.
        present(desk, &meeting, &[city.members[0], city.members[1], city.members[6]]);
        refused(&house, by, &format!("{item}/open"), "", "会议开始后才能表决");
        at(desk, "2026-03-05 14:40");
        let page = house.get(by, &item);
        for (term, people) in [("应到有表决权", "6 人"), ("需要到会", "3 人"), ("实到有表决权", "2 人")]
        {
            assert!(page.contains(&format!("<dt>{term}</dt><dd>{people}</dd>")), "{term}: {page}");
        }
        assert!(page.contains("到会人数不足") && !page.contains("开始投票"), "{page}");
        refused(&house, by, &format!("{item}/open"), "", "应到有表决权6人，需要到会3人，实到2人");
        refused(&house, by, &format!("{item}/decide"), "in_favour=2", "到会人数不足");
        present(desk, &meeting, &[city.members[2]]);
        let opened = house.post(by, &format!("{item}/open"), "");
        assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.text);
        refused(&house, by, &format!("{item}/open"), "", "已经开始或结束");
        assert!(house.get(by, &item).contains("0 / 3"));
    });
}

#[test]
fn a_resolution_in_the_room_passes_by_more_than_half_of_those_due() {
    in_city(|desk, city| {
        let (house, by) = (House::over(desk), As::Office(city.branch));
        let meeting = held(desk, &house, city, 4);
        for (counts, outcome) in [
            ("in_favour=4", "通过：赞成4票，超过应到会有表决权党员6人的半数"),
            ("in_favour=3&against=1", "未通过：赞成3票"),
            ("in_favour=2&against=1&abstaining=1", "未通过：赞成2票"),
        ] {
            let item = add(&house, by, &meeting, RESOLUTION);
            for (wrong, sentence) in [
                ("in_favour=4&against=1", "超过了到会有表决权的人数"),
                ("in_favour=", "请填写票数"),
                ("in_favour=许多", "票数请填写数字"),
            ] {
                refused(&house, by, &format!("{item}/decide"), wrong, sentence);
            }
            assert_eq!(house.post(by, &format!("{item}/decide"), counts).status, StatusCode::SEE_OTHER);
            // Who comes later changes nothing of it.
            let page = house.get(by, &item);
            assert!(page.contains(outcome) && page.contains("会场表决"), "{page}");
            assert!(house.get(by, &format!("{meeting}/agenda")).contains(outcome));
            assert!(house.get(As::Member(city.members[6]), &before_members(&item)).contains(outcome));
            refused(&house, by, &format!("{item}/decide"), counts, "已经开始或结束");
        }
    });
}

#[test]
fn an_election_is_held_in_the_room_by_four_fifths() {
    in_city(|desk, city| {
        let (house, by) = (House::over(desk), As::Office(city.branch));
        let meeting = held(desk, &house, city, 4);
        let fields = "kind=election&title=支部委员选举&options=陈建国%0A林晓东%0A王秀英&most=2";
        refused(&house, by, &format!("{meeting}/agenda/new"), fields, "请选择过半数基数");
        let of_present = add(&house, by, &meeting, &format!("{fields}&base=present"));
        let of_due = add(&house, by, &meeting, &format!("{fields}&base=due"));
        let votes = "votes=5&votes=3&votes=1";
        refused(&house, by, &format!("{of_present}/decide"), votes, "应到有表决权6人，需要到会5人，实到4人");
        present(desk, &meeting, &[city.members[4]]);
        refused(&house, by, &format!("{of_present}/open"), "", "选举在会场进行");
        for wrong in ["votes=6", "votes=5&votes=5&votes=1"] {
            refused(&house, by, &format!("{of_present}/decide"), wrong, "超过了到会有表决权的人数");
        }
        assert_eq!(house.post(by, &format!("{of_present}/decide"), votes).status, StatusCode::SEE_OTHER);
        assert!(house.get(by, &of_present).contains("当选：陈建国、林晓东。"));
        assert_eq!(house.post(by, &format!("{of_due}/decide"), votes).status, StatusCode::SEE_OTHER);
        let page = house.get(As::Member(city.members[6]), &before_members(&of_due));
        assert!(page.contains("当选：陈建国。应选2名，当选1名"), "{page}");
    });
}

#[test]
fn members_say_what_they_think_until_the_discussion_is_closed() {
    in_city(|desk, city| {
        let (house, by) = (House::over(desk), As::Office(city.branch));
        let meeting = house.assembly(city.branch);
        let item = add(&house, by, &meeting, "kind=discussion&title=学习心得&description=谈谈体会");
        let (mine, one, other) = (before_members(&item), As::Member(city.members[0]), As::Member(city.members[6]));
        assert!(house.get(one, &before_members(&format!("{meeting}/agenda"))).contains("发表意见：学习心得"));
        refused(&house, one, &format!("{mine}/opinion"), "said=%20", "请填写您的意见");
        house.post(one, &format!("{mine}/opinion"), "said=第一稿");
        house.post(one, &format!("{mine}/opinion"), "said=理论联系实际");
        house.post(other, &format!("{mine}/opinion"), "said=多下基层<b>");
        let page = house.get(other, &mine);
        assert!(page.contains(NAMES[0]) && page.contains("理论联系实际") && !page.contains("第一稿"), "{page}");
        assert!(page.contains("多下基层&#60;b&#62;") && !page.contains("<b>"), "{page}");
        assert_eq!(house.ask(As::Member(city.stranger), &mine).status, StatusCode::NOT_FOUND);
        refused(&house, As::Member(city.stranger), &format!("{mine}/opinion"), "said=x", "没有找到这次会议");
        assert!(house.get(by, &item).contains("理论联系实际"));
        house.post(by, &format!("{item}/decide"), "conclusion=每月集中学习一次");
        refused(&house, one, &format!("{mine}/opinion"), "said=x", "讨论已经结束");
        let page = house.get(one, &mine);
        assert!(page.contains("每月集中学习一次") && !page.contains("我的意见"), "{page}");
    });
}

#[test]
fn what_came_out_stands_in_the_record_of_the_meeting() {
    in_city(|desk, city| {
        let (house, by) = (House::over(desk), As::Office(city.branch));
        let meeting = held(desk, &house, city, 6);
        let talk = add(&house, by, &meeting, "kind=discussion&title=学习心得");
        house.post(As::Member(city.members[0]), &format!("{}/opinion", before_members(&talk)), "said=理论联系实际");
        let item = add(&house, by, &meeting, RESOLUTION);
        house.post(by, &format!("{item}/open"), "");
        let archive = format!("{meeting}/archive");
        assert!(house.get(by, &archive).contains("还有议题正在投票"));
        let version = super::house::field(&house.get(by, &archive), "version");
        refused(&house, by, &archive, &format!("version={version}"), "还有议题正在投票");
        house.post(by, &format!("{item}/abandon"), "");
        assert!(house.get(by, &item).contains("本次投票已撤销"));
        house.post(by, &format!("{item}/decide"), "in_favour=5&against=1");
        archived(&house, by, &meeting);
        let record = house.get(by, &format!("{meeting}/record"));
        for said in ["陈建国：理论联系实际", "通过：赞成5票", "应到会有表决权党员6人，实到6人"]
        {
            assert!(record.contains(said), "{said}: {record}");
        }
        refused(&house, by, &format!("{meeting}/agenda/new"), RESOLUTION, "已经归档");
    });
}
