//! Members say whether they come: 【报名】, 【请假】, and 【参加】 online.

use std::thread;

use axum::http::StatusCode;
use ejia_db::{Desk, args};
use ejia_kernel::{MeetingId, MemberId};

use super::city::{at, in_city};
use super::house::{As, House, field};
use crate::model::{Attendance, Person};
use crate::store;

/// What the list says of somebody: answer, reason, attendance, source.
pub(super) fn said(desk: &Desk, member: MemberId) -> (String, String, String, Option<String>) {
    desk.read_now(move |txn| {
        let sql = "SELECT answer, leave_reason, attendance, source FROM meeting_person WHERE member_id = $1";
        Ok(txn.one(sql, &args![member], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?)
    })
    .unwrap()
}

fn words(
    answer: &str,
    reason: &str,
    attendance: &str,
    source: Option<&str>,
) -> (String, String, String, Option<String>) {
    (answer.to_owned(), reason.to_owned(), attendance.to_owned(), source.map(str::to_owned))
}

/// The member's page of a meeting whose path in the office this is.
pub(super) fn of_member(meeting: &str) -> String {
    meeting.replace("/office/", "/member/")
}

#[test]
fn a_member_signs_up_asks_leave_and_comes_after_all_until_the_meeting_begins() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let page = of_member(&house.assembly(city.branch));
        let who = city.members[0];
        let by = As::Member(who);
        let list = house.get(by, "/member/meetings");
        assert!(list.contains("未结束") && list.contains("查看报名") && list.contains("未确认"), "{list}");
        let seen = house.get(by, &page);
        assert!(seen.contains("三楼会议室") && seen.contains("报名") && !seen.contains("参加</button>"), "{seen}");
        let got = house.post(by, &format!("{page}/come"), "");
        assert_eq!((got.status, got.location.as_str()), (StatusCode::SEE_OTHER, page.as_str()), "{}", got.text);
        assert_eq!(said(desk, who), words("coming", "", "unknown", None));
        let without = house.post(by, &format!("{page}/leave"), "reason=+");
        assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(without.text.contains("请填写请假原因"), "{}", without.text);
        assert_eq!(house.post(by, &format!("{page}/leave"), "reason=出差").status, StatusCode::SEE_OTHER);
        assert_eq!(said(desk, who), words("leave", "出差", "unknown", None));
        assert!(house.get(by, &page).contains("请假原因：出差"));
        assert_eq!(house.post(by, &format!("{page}/come"), "").status, StatusCode::SEE_OTHER);
        assert_eq!(said(desk, who), words("coming", "", "unknown", None), "nothing of the leave is left");
        at(desk, "2026-03-05 14:30");
        for (act, fields) in [("come", ""), ("leave", "reason=出差")] {
            let late = house.post(by, &format!("{page}/{act}"), fields);
            assert_eq!(late.status, StatusCode::CONFLICT);
            assert!(late.text.contains("会议已经开始，不能再报名或请假"), "{}", late.text);
        }
        at(desk, "2026-03-05 16:00");
        assert!(house.get(by, "/member/meetings").contains("已结束"));
    });
}

#[test]
fn online_taking_part_is_a_sign_up_before_and_a_check_in_while_it_is_on() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let page = of_member(&house.published(city.branch, "kind=assembly&way=online"));
        let [early, late, out] = [city.members[0], city.members[1], city.members[2]];
        assert!(house.get(As::Member(early), &page).contains("参加</button>"));
        house.post(As::Member(early), &format!("{page}/come"), "");
        assert_eq!(said(desk, early), words("coming", "", "unknown", None));
        at(desk, "2026-03-05 13:29");
        house.post(As::Member(early), &format!("{page}/come"), "");
        assert_eq!(said(desk, early), words("coming", "", "unknown", None), "61 minutes are too early");
        at(desk, "2026-03-05 13:30");
        for who in [early, early, late] {
            let got = house.post(As::Member(who), &format!("{page}/come"), "");
            assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
            assert_eq!(said(desk, who), words("coming", "", "present", Some("online")));
        }
        let there = house.get(As::Member(late), &page);
        assert!(there.contains("到会　2026-03-05 13:30　线上参加") && !there.contains("</textarea>"), "{there}");
        let leave = house.post(As::Member(late), &format!("{page}/leave"), "reason=出差");
        assert!(leave.status == StatusCode::CONFLICT && leave.text.contains("您已经签到"), "{}", leave.text);
        at(desk, "2026-03-05 16:00");
        let over = house.post(As::Member(out), &format!("{page}/come"), "");
        assert!(over.status == StatusCode::CONFLICT && over.text.contains("会议已经结束"), "{}", over.text);
    });
}

#[test]
fn only_who_is_called_sees_a_meeting_and_one_called_off_says_why() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let meeting = house.assembly(city.branch);
        let page = of_member(&meeting);
        let stranger = As::Member(city.stranger);
        assert!(house.get(stranger, "/member/meetings").contains("还没有会议"));
        assert_eq!(house.ask(stranger, &page).status, StatusCode::NOT_FOUND);
        assert_eq!(house.post(stranger, &format!("{page}/come"), "").status, StatusCode::NOT_FOUND);
        let by = As::Member(city.members[6]);
        house.post(As::Office(city.branch), &format!("{meeting}/call-off"), "reason=台风");
        let seen = house.get(by, &page);
        assert!(seen.contains("会议已取消：台风") && !seen.contains("报名</button>"), "{seen}");
        assert_eq!(house.post(by, &format!("{page}/come"), "").status, StatusCode::CONFLICT);
        assert!(house.get(by, "/member/meetings").contains("已取消"));
        let phone = house.get(by, &page.replace("/member/", "/wechat/"));
        assert!(phone.contains("href=\"/wechat/meetings\""), "{phone}");
    });
}

#[test]
fn who_is_told_that_he_has_come_is_on_the_list_though_he_is_taken_off_or_the_record_archived_in_that_moment() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let office = As::Office(city.branch);
        for archived in [false, true] {
            let meeting = house.published(city.branch, "kind=assembly&way=online");
            at(desk, "2026-03-05 15:00");
            let page = of_member(&meeting);
            let come: Vec<MemberId> = thread::scope(|scope| {
                let (house, meeting, page) = (&house, &meeting, &page);
                let coming = city.members.iter().map(|member| {
                    scope.spawn(move || {
                        let got = house.post(As::Member(*member), &format!("{page}/come"), "");
                        (got.status == StatusCode::SEE_OTHER).then_some(*member)
                    })
                });
                let coming: Vec<_> = coming.collect();
                if archived {
                    let version = field(&house.get(office, &format!("{meeting}/archive")), "version");
                    house.post(office, &format!("{meeting}/archive"), &format!("version={version}"));
                } else {
                    for member in &city.members {
                        house.post(office, &format!("{meeting}/people/{member}/remove"), "");
                    }
                }
                coming.into_iter().filter_map(|thread| thread.join().unwrap()).collect()
            });
            let id: MeetingId = meeting.rsplit('/').next().unwrap().parse().unwrap();
            let people = desk.read_now(move |txn| store::people(txn, id)).unwrap();
            for member in come {
                let there = |person: &Person| person.member_id == member && person.attendance == Attendance::Present;
                assert!(people.iter().any(there), "{member} was told that he has come");
            }
        }
    });
}
