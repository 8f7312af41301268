//! Meetings are published, listed, changed, called off; people are put on lists and told.

use axum::http::StatusCode;
use ejia_db::args;

use super::city::{NAMES, at, in_city};
use super::house::{As, House};

#[test]
fn a_branch_publishes_an_assembly_and_tells_everybody_on_its_list() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let by = As::Office(city.branch);
        let meeting = house.assembly(city.branch);
        let page = house.get(by, &meeting);
        for said in
            ["第一季度党员大会", "2026-03-05 14:30 至 16:00", "三楼会议室", "7 人，其中有表决权 6 人", "未通知 7 人"]
        {
            assert!(page.contains(said), "{said} in {page}");
        }
        let told = house.post(by, &format!("{meeting}/notify"), "");
        assert_eq!(told.status, StatusCode::SEE_OTHER, "{}", told.text);
        house.work();
        let sent = desk
            .read_now(|txn| {
                let sql = "SELECT count(*) FROM message WHERE template = $1";
                Ok(txn.one(sql, &args!["meeting_called"], |row| row.get::<i64>(0))?)
            })
            .unwrap();
        assert_eq!(sent, 7);
        let people = house.get(by, &format!("{meeting}/people?state=none"));
        for name in NAMES {
            assert!(people.contains(name), "{name}");
        }
        assert!(people.contains("未确认人员 7"));
    });
}

#[test]
fn what_is_wrong_is_said_beside_the_field_and_nothing_is_kept() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let by = As::Office(city.branch);
        let got =
            house.post(by, "/office/meetings/new", "kind=assembly&name=大会&way=offline&starts_at=2026-03-05T14:30");
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(got.text.contains("请填写会议地点") && got.text.contains("请填写结束时间"), "{}", got.text);
        assert!(got.text.contains("value=\"大会\""), "what was entered is shown again");
        assert!(house.get(by, "/office/meetings").contains("还没有会议"));
    });
}

#[test]
fn a_branch_changes_its_list_but_nobody_who_was_there_leaves_it() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let by = As::Office(city.branch);
        let meeting = house.assembly(city.branch);
        let chosen =
            format!("who=by_hand&member={}&member={}&member={}", city.members[0], city.members[1], city.stranger);
        assert_eq!(house.post(by, &format!("{meeting}/invite"), &chosen).status, StatusCode::SEE_OTHER);
        let page = house.get(by, &format!("{meeting}/people"));
        assert!(page.contains(NAMES[0]) && page.contains(NAMES[1]));
        assert!(!page.contains(NAMES[2]) && !page.contains("黄海生"), "a stranger is not put on the list");
        let nobody = house.post(by, &format!("{meeting}/invite"), "who=by_hand");
        assert!(nobody.text.contains("还没有选择党员"));
    });
}

#[test]
fn a_change_of_place_and_a_cancellation_reach_those_who_were_told() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let by = As::Office(city.branch);
        let meeting = house.assembly(city.branch);
        house.post(by, &format!("{meeting}/notify"), "");
        let fields = "version=1&kind=assembly&way=offline&place=党群服务中心&name=第一季度党员大会&starts_at=2026-03-05T15:00\
                      &ends_at=2026-03-05T16:00";
        let got = house.post(by, &format!("{meeting}/edit"), fields);
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
        let again = house.post(by, &format!("{meeting}/edit"), fields);
        assert_eq!(again.status, StatusCode::CONFLICT, "an old form does not overwrite a newer one");
        assert_eq!(house.post(by, &format!("{meeting}/call-off"), "reason=").status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(house.post(by, &format!("{meeting}/call-off"), "reason=台风").status, StatusCode::SEE_OTHER);
        house.work();
        let sent = |template: &'static str| {
            desk.read_now(move |txn| {
                let sql = "SELECT count(*) FROM message WHERE template = $1";
                Ok(txn.one(sql, &args![template], |row| row.get::<i64>(0))?)
            })
            .unwrap()
        };
        assert_eq!((sent("meeting_changed"), sent("meeting_called_off")), (7, 7));
        assert!(house.get(by, &meeting).contains("会议已取消：台风"));
        assert_eq!(house.post(by, &format!("{meeting}/notify"), "").status, StatusCode::CONFLICT);
    });
}

#[test]
fn a_committee_sees_what_lies_under_it_and_changes_nothing_there() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let meeting = house.assembly(city.branch);
        let above = As::Office(city.committee);
        assert!(house.get(above, &meeting).contains("第一季度党员大会"));
        assert!(!house.get(above, &meeting).contains("取消这次会议"));
        assert_eq!(house.post(above, &format!("{meeting}/call-off"), "reason=x").status, StatusCode::FORBIDDEN);
        assert_eq!(house.ask(As::Office(city.sister), &meeting).status, StatusCode::NOT_FOUND);
        let list = house.get(above, "/office/meetings?organization=集美第一支部");
        assert!(list.contains("第一季度党员大会") && list.contains("由其自行管理"), "{list}");
        at(desk, "2026-03-05 17:00");
        assert!(house.get(above, "/office/meetings?organization=集美第一支部").contains("待归档"));
    });
}
