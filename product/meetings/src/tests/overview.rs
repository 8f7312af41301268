//! Groups, the overview of a quarter, the calendar.

use axum::http::StatusCode;

use super::city::{NAMES, at, in_city};
use super::house::{As, House};

#[test]
fn a_group_is_added_and_its_meeting_is_for_its_members() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let by = As::Office(city.branch);
        let fields =
            format!("name=第一党小组&leader={}&member={}&member={}", city.members[0], city.members[1], city.stranger);
        let got = house.post(by, "/office/meetings/groups/new", &fields);
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
        let again = house.post(by, "/office/meetings/groups/new", "name=第一党小组");
        assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && again.text.contains("已有同名的党小组"));
        let page = house.get(by, "/office/meetings/groups");
        let of_group = format!("{}、{}", NAMES[0], NAMES[1]);
        assert!(page.contains(&of_group) && page.contains("未编入党小组的党员") && !page.contains("黄海生"), "{page}");
        let group =
            page.split("/office/meetings/groups/").filter_map(|rest| rest.split('"').next()).find(|id| id.len() == 26);
        let group = group.unwrap();
        let meeting = house.published(city.branch, &format!("kind=group&group={group}&way=offline&place=会议室"));
        let saved = house.post(by, &format!("{meeting}/invite"), &format!("who=group&group={group}"));
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
        let people = house.get(by, &format!("{meeting}/people"));
        assert!(people.contains(NAMES[1]) && !people.contains(NAMES[2]));
        let gone = house.post(by, &format!("/office/meetings/groups/{group}/dissolve"), "");
        assert_eq!(gone.status, StatusCode::SEE_OTHER);
        assert!(house.get(by, "/office/meetings/groups").contains("还没有党小组"));
        assert_eq!(
            house.post(As::Office(city.committee), "/office/meetings/groups/new", "name=x").status,
            StatusCode::FORBIDDEN
        );
    });
}

#[test]
fn the_overview_says_which_branch_is_behind_with_what() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let above = As::Office(city.committee);
        house.assembly(city.branch);
        house.published(city.branch, "kind=theme_day&way=offline&place=广场");
        at(desk, "2026-03-05 17:00");
        let page = house.get(above, "/office/meetings/overview");
        assert!(page.contains("2026年第一季度") && page.contains("中共集美第一支部委员会"), "{page}");
        // January and February have passed without a theme day, in both branches; an assembly can still be held.
        let behind = house.get(above, "/office/meetings/overview?kind=theme_day");
        assert!(behind.contains("中共集美第三支部委员会") && behind.contains("未按期"));
        let assemblies = house.get(above, "/office/meetings/overview?kind=assembly");
        assert!(assemblies.contains("没有未按期的支部"));
        at(desk, "2026-04-01 09:00");
        let assemblies = house.get(above, "/office/meetings/overview?quarter=2026-1&kind=assembly");
        assert!(assemblies.contains("中共集美第三支部委员会") && !assemblies.contains("中共集美第一支部委员会"));
    });
}

#[test]
fn the_calendar_shows_a_month_day_by_day() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let by = As::Office(city.branch);
        house.assembly(city.branch);
        let page = house.get(by, "/office/meetings/calendar");
        assert!(page.contains("2026年3月会议") && page.contains("14:30 第一季度党员大会"), "{page}");
        assert!(house.get(by, "/office/meetings/calendar?month=2026-05").contains("这个月没有会议"));
    });
}
