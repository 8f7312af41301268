//! Who is there: by the code, and noted by hand.

use std::sync::Barrier;

use axum::http::StatusCode;
use ejia_db::{Desk, args};
use ejia_kernel::{Instant, MemberId};
use ejia_web::Scan;

use super::answers::said;
use super::city::{City, NAMES, at, in_city};
use super::house::{As, Got, House, ORIGIN};
use crate::attendance::testing::on_screen_now;
use crate::{store, token::Token};

/// The path of checking in by the printed code.
fn printed(desk: &Desk, meeting: &str) -> String {
    format!("/member/check-in/{}", tokens(desk, meeting).0.as_str())
}

fn tokens(desk: &Desk, meeting: &str) -> (Token, Token) {
    let id = meeting.rsplit('/').next().unwrap().parse().unwrap();
    desk.read_now(move |txn| store::tokens(txn, id)).unwrap()
}

fn present(desk: &Desk) -> i64 {
    desk.read_now(|txn| {
        let sql = "SELECT count(*) FROM meeting_person WHERE attendance = 'present'";
        Ok(txn.one(sql, &[], |row| row.get(0))?)
    })
    .unwrap()
}

fn refused(got: &Got, status: StatusCode, words: &str) {
    assert!(got.status == status && got.text.contains(words), "{words}: {} {}", got.status, got.text);
}

#[test]
fn scanning_the_printed_code_checks_in_who_is_called_while_the_meeting_is_on() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let meeting = house.assembly(city.branch);
        let code = printed(desk, &meeting);
        let by = As::Member(city.members[0]);
        refused(&house.ask(by, &code), StatusCode::CONFLICT, "2026-03-05 13:30起可以签到");
        refused(&house.post(by, &code, ""), StatusCode::CONFLICT, "还没有到签到时间");
        at(desk, "2026-03-05 13:30");
        let page = house.get(by, &code);
        assert!(page.contains("第一季度党员大会") && page.contains("签到</button>"), "{page}");
        assert_eq!(present(desk), 0, "looking changes nothing");
        let got = house.post(by, &code, "");
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
        assert_eq!(got.location, meeting.replace("/office/", "/member/"));
        let (answer, _, attendance, source) = said(desk, city.members[0]);
        assert_eq!((answer.as_str(), attendance.as_str(), source.as_deref()), ("coming", "present", Some("qr")));
        at(desk, "2026-03-05 14:40");
        assert!(house.get(by, &code).contains("您已于 2026-03-05 13:30 签到"));
        assert_eq!(house.post(by, &code, "").status, StatusCode::SEE_OTHER, "once more is no failure");
        let stranger = As::Member(city.stranger);
        refused(&house.ask(stranger, &code), StatusCode::FORBIDDEN, "不在这次会议的参会名单中");
        refused(&house.post(stranger, &code, ""), StatusCode::FORBIDDEN, "请联系党支部管理员");
        refused(&house.ask(by, "/member/check-in/nothing"), StatusCode::NOT_FOUND, "请重新扫描");
        let phone = house.get(As::Member(city.members[1]), &code.replace("/member/", "/wechat/"));
        assert!(phone.contains("action=\"/wechat/check-in/"), "{phone}");
        at(desk, "2026-03-05 16:00");
        let late = As::Member(city.members[1]);
        refused(&house.post(late, &code, ""), StatusCode::CONFLICT, "会议已经结束");
        assert!(house.get(by, &code).contains("您已于"), "who was there still sees that");
    });
}

#[test]
fn a_leave_stays_known_when_he_comes_after_all_and_a_meeting_called_off_admits_nobody() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let meeting = house.assembly(city.branch);
        let (code, by) = (printed(desk, &meeting), As::Member(city.members[0]));
        let page = meeting.replace("/office/", "/member/");
        house.post(by, &format!("{page}/leave"), "reason=出差");
        at(desk, "2026-03-05 14:00");
        house.post(by, &code, "");
        let (answer, reason, attendance, _) = said(desk, city.members[0]);
        assert_eq!((answer.as_str(), reason.as_str(), attendance.as_str()), ("leave", "出差", "present"));
        house.post(As::Office(city.branch), &format!("{meeting}/call-off"), "reason=台风");
        refused(&house.post(As::Member(city.members[1]), &code, ""), StatusCode::CONFLICT, "已经取消");
    });
}

#[test]
fn pressed_sixteen_times_at_once_it_is_one_check_in() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let code = printed(desk, &house.assembly(city.branch));
        at(desk, "2026-03-05 14:00");
        for who in &city.members {
            let gate = Barrier::new(16);
            let said: Vec<String> = std::thread::scope(|scope| {
                let press = || {
                    gate.wait();
                    let got = house.post(As::Member(*who), &code, "");
                    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
                    got.said
                };
                let threads: Vec<_> = (0..16).map(|_| scope.spawn(press)).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            let first = said.iter().collect::<std::collections::BTreeSet<_>>();
            assert_eq!(first.len(), 2, "one is told that he has checked in, the others that he had");
        }
        assert_eq!(present(desk), 7);
    });
}

#[test]
fn the_code_on_the_screen_is_another_every_half_minute_and_good_for_one_more() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let meeting = house.assembly(city.branch);
        let screen = format!("{meeting}/code/screen");
        let by = As::Office(city.branch);
        let begin = Instant::parse_loose("2026-03-05 14:00").unwrap();
        let after = |seconds: i64| desk.clock().set(Instant::from_ms(begin.ms() + seconds * 1000));
        let code = || on_screen_now(desk, &tokens(desk, &meeting).1);
        after(0);
        let first = code();
        let drawn = Scan::of(&format!("{ORIGIN}/wechat/check-in/{first}")).unwrap().path();
        let page = house.get(by, &screen);
        assert!(page.contains(&drawn) && page.contains("已签到 0 人，应到 7 人"), "{page}");
        assert!(page.contains("hx-trigger=\"every 5s\"") && page.contains("http-equiv=\"refresh\""));
        after(29);
        assert_eq!(code(), first);
        after(30);
        assert_ne!(code(), first);
        assert!(!house.get(by, &screen).contains(&drawn));
        let [one, two, three, ..] = city.members[..] else { panic!() };
        let path = format!("/member/check-in/{first}");
        after(59);
        assert_eq!(house.post(As::Member(one), &path, "").status, StatusCode::SEE_OTHER, "the window before is good");
        after(60);
        refused(&house.ask(As::Member(two), &path), StatusCode::CONFLICT, "请重新扫描屏幕上的二维码");
        refused(&house.post(As::Member(two), &path, ""), StatusCode::CONFLICT, "请重新扫描屏幕上的二维码");
        assert!(house.get(As::Member(one), &path).contains("您已于"), "he is there, however old the code");
        // A code of the next window is not good yet, and a made-up mark or one of another length never.
        after(90);
        let ahead = code();
        after(30);
        let (token, mark) = ahead.split_at(26);
        let turned: String = mark.chars().map(|digit| if digit == '0' { '1' } else { '0' }).collect();
        for forged in [ahead.clone(), format!("{token}{turned}"), format!("{token}0"), format!("{}0", code())] {
            refused(
                &house.post(As::Member(three), &format!("/member/check-in/{forged}"), ""),
                StatusCode::CONFLICT,
                "过期",
            );
        }
        // The token of the screen alone opens nothing, nor does that of the wall with a mark.
        let bare = house.post(As::Member(three), &format!("/member/check-in/{token}"), "");
        refused(&bare, StatusCode::NOT_FOUND, "没有找到");
        let mixed = format!("/member/check-in/{}{mark}", tokens(desk, &meeting).0.as_str());
        refused(&house.post(As::Member(three), &mixed, ""), StatusCode::NOT_FOUND, "没有找到");
        assert_eq!(present(desk), 1);
    });
}

#[test]
fn only_the_administrator_who_published_sees_the_codes() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let meeting = house.assembly(city.branch);
        let publisher = As::Office(city.branch);
        let page = house.get(publisher, &format!("{meeting}/code"));
        let address = format!("{ORIGIN}/wechat/check-in/{}", tokens(desk, &meeting).0.as_str());
        assert!(page.contains(&Scan::of(&address).unwrap().path()), "the code leads there");
        for said in ["第一季度党员大会", "2026-03-05 14:30 至 16:00", "三楼会议室", "打印"] {
            assert!(page.contains(said), "{said}");
        }
        assert!(house.get(publisher, &meeting).contains("签到二维码"));
        for other in [As::Second(city.branch), As::Office(city.committee)] {
            assert!(!house.get(other, &meeting).contains("签到二维码"));
            for path in ["code", "code/screen"] {
                let got = house.ask(other, &format!("{meeting}/{path}"));
                refused(&got, StatusCode::FORBIDDEN, "只有发布这次会议的管理员可以看到二维码");
            }
        }
        assert_eq!(house.ask(As::Office(city.sister), &format!("{meeting}/code")).status, StatusCode::NOT_FOUND);
        let online = house.published(city.branch, "kind=assembly&way=online");
        refused(&house.ask(publisher, &format!("{online}/code")), StatusCode::CONFLICT, "线上会议不用二维码");
        at(desk, "2026-03-05 16:00");
        refused(&house.ask(publisher, &format!("{meeting}/code")), StatusCode::CONFLICT, "会议已经结束");
    });
}

/// The form of 到会登记 as it was shown when `was` stood there, with `state` and `reason` chosen.
fn lines(city: &City, chosen: &[(usize, &str, &str, &str)]) -> String {
    let line = |(who, was, state, reason): &(usize, &str, &str, &str)| {
        format!("member={}&was={was}&state={state}&reason={reason}", city.members[*who])
    };
    chosen.iter().map(line).collect::<Vec<_>>().join("&")
}

fn noted(desk: &Desk, member: MemberId) -> (String, String, Option<String>, bool) {
    desk.read_now(move |txn| {
        let sql = "SELECT attendance, reason, source, marked_at FROM meeting_person WHERE member_id = $1";
        Ok(txn.one(sql, &args![member], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<Option<i64>>(3)?.is_some()))
        })?)
    })
    .unwrap()
}

fn note(attendance: &str, reason: &str, source: Option<&str>) -> (String, String, Option<String>, bool) {
    (attendance.to_owned(), reason.to_owned(), source.map(str::to_owned), source.is_some())
}

#[test]
fn the_administrator_notes_who_was_there_and_overwrites_nobody_who_checked_in_himself() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let meeting = house.assembly(city.branch);
        let (by, path) = (As::Office(city.branch), format!("{meeting}/attendance"));
        refused(&house.ask(by, &path), StatusCode::CONFLICT, "2026-03-05 13:30起可以登记");
        assert!(house.get(by, "/office/meetings").contains(&format!("{meeting}/edit\"")));
        at(desk, "2026-03-05 14:30");
        assert!(house.get(by, "/office/meetings").contains(&format!("{path}\" aria-label=\"编辑\"")));
        assert!(house.get(by, &format!("{meeting}/edit")).contains("到会登记"));
        let page = house.get(by, &path);
        for name in NAMES {
            assert!(page.contains(&format!("aria-label=\"{name} 状态\"")), "{name}");
        }
        // One scans while the form is open: saving it leaves him, and says so when he was to be changed.
        let code = printed(desk, &meeting);
        house.post(As::Member(city.members[0]), &code, "");
        house.post(As::Member(city.members[1]), &code, "");
        let chosen = [
            (0, "unknown", "unknown", ""),
            (1, "unknown", "absent", "没来"),
            (2, "unknown", "present", "无手机"),
            (3, "unknown", "excused", "住院"),
            (4, "unknown", "absent", ""),
        ];
        let got = house.post(by, &path, &lines(city, &chosen));
        let page = house.onward(by, &got);
        assert!(page.contains("修改了3人") && page.contains("另有1人"), "{page}");
        assert_eq!(noted(desk, city.members[0]), note("present", "", Some("qr")));
        assert_eq!(noted(desk, city.members[1]), note("present", "", Some("qr")));
        assert_eq!(noted(desk, city.members[2]), note("present", "无手机", Some("by_hand")));
        assert_eq!(noted(desk, city.members[3]), note("excused", "住院", Some("by_hand")));
        assert_eq!(noted(desk, city.members[5]), note("unknown", "", None));
        // Only the reason is new: it stays known how it became known. Changed, it is by hand; taken back, it is nothing.
        let chosen = [
            (0, "present", "present", "迟到"),
            (1, "present", "absent", "代签"),
            (2, "present", "unknown", ""),
            (5, "unknown", "unknown", ""),
        ];
        house.post(by, &path, &format!("{}&rest=true", lines(city, &chosen)));
        assert_eq!(noted(desk, city.members[0]), note("present", "迟到", Some("qr")));
        assert_eq!(noted(desk, city.members[1]), note("absent", "代签", Some("by_hand")));
        assert_eq!(noted(desk, city.members[5]), note("present", "", Some("by_hand")), "the others were there");
        let facts: String = desk
            .read_now(|txn| {
                let sql = "SELECT facts FROM audit_entry WHERE action = $1 ORDER BY id LIMIT 1";
                Ok(txn.one(sql, &args!["meetings.attendance_marked"], |row| row.get(0))?)
            })
            .unwrap();
        assert_eq!(facts, r#"{"absent":"1","excused":"1","present":"1"}"#, "counts, and nobody's name");
    });
}

#[test]
fn a_reason_too_long_is_refused_with_all_that_was_entered_and_others_note_nothing() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let meeting = house.assembly(city.branch);
        let (by, path) = (As::Office(city.branch), format!("{meeting}/attendance"));
        at(desk, "2026-03-05 17:00");
        let long = "因".repeat(41);
        let chosen = lines(city, &[(0, "unknown", "absent", &long), (1, "unknown", "excused", "出差")]);
        let again = house.post(by, &path, &chosen);
        refused(&again, StatusCode::UNPROCESSABLE_ENTITY, "原因最多40个字");
        assert!(again.text.contains(&long) && again.text.contains("value=\"出差\""), "{}", again.text);
        let fits = lines(city, &[(1, "unknown", "excused", "出差")]);
        assert_eq!(house.post(As::Office(city.committee), &path, &fits).status, StatusCode::FORBIDDEN);
        assert_eq!(house.post(As::Second(city.branch), &path, &fits).status, StatusCode::SEE_OTHER);
        let stranger = format!("member={}&was=unknown&state=present&reason=", city.stranger);
        assert_eq!(house.post(by, &path, &stranger).status, StatusCode::SEE_OTHER);
        assert_eq!(present(desk), 0, "who is not on the list is not noted");
        let archived = "UPDATE meeting SET archived_at = 1";
        desk.write_now(move |txn| Ok(txn.execute(archived, &[]).map(drop)?)).unwrap();
        refused(&house.post(by, &path, &fits), StatusCode::CONFLICT, "已经归档");
        refused(&house.post(As::Member(city.members[0]), &printed(desk, &meeting), ""), StatusCode::CONFLICT, "归档");
    });
}

#[test]
fn a_list_of_more_than_five_hundred_has_pages() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let meeting = house.assembly(city.branch);
        let id: ejia_kernel::MeetingId = meeting.rsplit('/').next().unwrap().parse().unwrap();
        let new: Vec<store::NewPerson> = (0..500)
            .map(|n| store::NewPerson {
                member_id: MemberId::random(),
                name: format!("某{n}"),
                sort_key: format!("zz{n:03}"),
                voting: true,
            })
            .collect();
        desk.write_now(move |txn| store::put_on_list(txn, id, &new)).unwrap();
        at(desk, "2026-03-05 14:00");
        let (by, path) = (As::Office(city.branch), format!("{meeting}/attendance"));
        let first = house.get(by, &path);
        assert_eq!(first.matches("name=\"state\"").count(), 500);
        assert!(first.contains("attendance?page=1") && !first.contains("某493"));
        let second = house.get(by, &format!("{path}?page=1"));
        assert_eq!(second.matches("name=\"state\"").count(), 7);
        assert!(second.contains("某493") && second.contains("attendance?page=0"));
    });
}
