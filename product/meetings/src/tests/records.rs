//! The record of a meeting: minutes, photos, archiving, the chain of the register, corrections.

use std::sync::Barrier;
use std::thread;

use axum::http::StatusCode;
use ejia_db::{Desk, args};
use ejia_kernel::MeetingId;

use super::city::{City, NAMES, at, in_city};
use super::house::{As, House};
use crate::model::{AnswerKind, Source};
use crate::records::{self, Chain, nightly, verify};
use crate::store;

/// The version a page's form carries.
fn version(page: &str) -> String {
    let field = page.split("name=\"version\" value=\"").nth(1).unwrap_or_else(|| panic!("no version: {page}"));
    field.split('"').next().unwrap().to_owned()
}

/// Archives a meeting by its page.
pub(super) fn archived(house: &House, by: As, meeting: &str) {
    let page = house.get(by, &format!("{meeting}/archive"));
    let got = house.post(by, &format!("{meeting}/archive"), &format!("version={}", version(&page)));
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
}

/// Two came, one had asked leave, nobody knows of the others.
pub(super) fn answered(desk: &Desk, city: &City, meeting: &str) {
    let (id, members) = (meeting.rsplit('/').next().unwrap().parse().unwrap(), city.members.clone());
    desk.write_now(move |txn| {
        store::set_answer(txn, id, members[2], AnswerKind::Leave, "出差")?;
        store::set_present(txn, id, members[0], Source::Qr)?;
        store::set_present(txn, id, members[6], Source::ByHand).map(drop)
    })
    .unwrap();
}

fn chain(desk: &Desk, city: &City) -> Chain {
    let branch = city.branch;
    desk.read_now(move |txn| verify(txn, branch)).unwrap()
}

/// The ids of the photos on a page, in their order.
fn photos(page: &str, meeting: &str) -> Vec<String> {
    let start = format!("src=\"{meeting}/photos/");
    page.split(&start).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

// proves: L9
#[test]
fn a_record_is_written_and_archived_and_whoever_was_not_marked_was_not_there() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let by = As::Office(city.branch);
        let meeting = house.assembly(city.branch);
        let record = format!("{meeting}/record");
        assert!(house.get(by, &record).contains("会议开始后，可以在这里填写"));
        assert_eq!(house.post(by, &record, "minutes=x&version=1").status, StatusCode::CONFLICT);
        at(desk, "2026-03-05 17:00");
        answered(desk, city, &meeting);
        let page = house.get(by, &record);
        let saved = house.post(by, &record, &format!("minutes=一、学习%0A二、讨论&version={}", version(&page)));
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
        let again = house.post(by, &record, &format!("minutes=别人的&version={}", version(&page)));
        assert_eq!(again.status, StatusCode::CONFLICT, "two forms do not overwrite each other");
        let confirm = house.get(by, &format!("{meeting}/archive"));
        assert!(confirm.contains("1 人请过假") && confirm.contains("4 人按缺席写入"), "{confirm}");
        archived(&house, by, &meeting);
        let page = house.get(by, &record);
        for said in
            ["实时记录", "已归档", "校验码", "二、讨论", "陈建国、郑小平", "王秀英（请假：出差）", "林晓东（缺席）"]
        {
            assert!(page.contains(said), "{said} in {page}");
        }
        assert!(!page.contains("保存会议记录"));
        assert_eq!(house.post(by, &record, "minutes=x&version=9").status, StatusCode::CONFLICT);
        assert_eq!(house.post(by, &format!("{meeting}/archive"), "version=9").status, StatusCode::CONFLICT);
        assert_eq!(chain(desk, city), Chain::Sound(1));
    });
}

// proves: L9
#[test]
fn what_is_missing_is_said_before_archiving() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let by = As::Office(city.branch);
        let meeting = house.assembly(city.branch);
        at(desk, "2026-03-05 15:00");
        let confirm = house.get(by, &format!("{meeting}/archive"));
        for warned in ["还没有到结束时间", "还没有登记到会情况", "既没有填写会议记录，也没有上传照片"]
        {
            assert!(confirm.contains(warned), "{warned} in {confirm}");
        }
        // What was seen on the page is what is archived: somebody has changed it meanwhile.
        let page = house.get(by, &format!("{meeting}/record"));
        house.post(by, &format!("{meeting}/record"), &format!("minutes=一&version={}", version(&page)));
        let stale = house.post(by, &format!("{meeting}/archive"), &format!("version={}", version(&confirm)));
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert_eq!(chain(desk, city), Chain::Sound(0));
    });
}

// proves: L9
#[test]
fn photos_are_added_named_put_in_order_and_taken_away_with_their_files() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let by = As::Office(city.branch);
        let meeting = house.assembly(city.branch);
        at(desk, "2026-03-05 17:00");
        let (record, add) = (format!("{meeting}/record"), format!("{meeting}/photos"));
        let wrong = house.upload(by, &add, ("photo", "a letter"), &[("caption", "第一页")]);
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text.contains("文件内容不是照片") && wrong.text.contains("value=\"第一页\""), "{}", wrong.text);
        assert_eq!(house.upload(by, &add, ("photo", ""), &[]).status, StatusCode::UNPROCESSABLE_ENTITY);
        for (file, caption) in [("photo 1", "第一页"), ("photo 2", "第二页"), ("photo 3", "")] {
            let got = house.upload(by, &add, ("photo", file), &[("caption", caption)]);
            assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
        }
        let ids = photos(&house.get(by, &record), &meeting);
        let of = |id: &str, verb: &str| format!("{meeting}/photos/{id}/{verb}");
        assert_eq!(house.post(by, &of(&ids[2], "caption"), "caption=签到表").status, StatusCode::SEE_OTHER);
        assert_eq!(house.post(by, &of(&ids[2], "up"), "").status, StatusCode::SEE_OTHER);
        house.post(by, &of(&ids[0], "up"), "");
        house.post(by, &of(&ids[1], "down"), "");
        let page = house.get(by, &record);
        assert_eq!(photos(&page, &meeting), [&*ids[0], &*ids[2], &*ids[1]]);
        assert!(page.contains("value=\"签到表\""));
        assert_eq!(house.ask(by, &format!("{meeting}/photos/{}", ids[1])).bytes, b"a small photo 2");
        assert_eq!(house.files(), 3);
        assert_eq!(house.post(by, &of(&ids[1], "remove"), "").status, StatusCode::SEE_OTHER);
        house.work();
        assert_eq!(house.files(), 2);
        assert_eq!(house.ask(by, &format!("{meeting}/photos/{}", ids[1])).status, StatusCode::NOT_FOUND);
        archived(&house, by, &meeting);
        assert_eq!(
            house.post(by, &of(&ids[0], "remove"), "").status,
            StatusCode::CONFLICT,
            "it stands in the register"
        );
        assert_eq!(house.files(), 2);
    });
}

// proves: L9
#[test]
fn no_meeting_has_more_photos_than_thirty_and_what_is_refused_leaves_no_file() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let by = As::Office(city.branch);
        let meeting = house.assembly(city.branch);
        let add = format!("{meeting}/photos");
        assert_eq!(house.upload(by, &add, ("photo", "photo"), &[]).status, StatusCode::CONFLICT, "not begun");
        at(desk, "2026-03-05 17:00");
        for _ in 0..28 {
            house.upload(by, &add, ("photo", "photo"), &[]);
        }
        // For the last two places there are twelve at once: the row of the meeting is what they wait for.
        let together = Barrier::new(12);
        thread::scope(|scope| {
            for _ in 0..12 {
                scope.spawn(|| {
                    together.wait();
                    house.upload(by, &add, ("photo", "photo"), &[]);
                });
            }
        });
        assert_eq!(photos(&house.get(by, &format!("{meeting}/record")), &meeting).len(), 30);
        assert_eq!(house.files(), 30);
        let full = house.upload(by, &add, ("photo", "photo"), &[]);
        assert!(full.text.contains("一次会议最多 30 张照片"), "{}", full.text);
    });
}

// proves: L9
#[test]
fn a_correction_is_added_with_its_reason_and_the_old_entry_stays() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let by = As::Office(city.branch);
        let meeting = house.assembly(city.branch);
        let (record, correct) = (format!("{meeting}/record"), format!("{meeting}/correct"));
        at(desk, "2026-03-05 17:00");
        assert_eq!(house.ask(by, &correct).status, StatusCode::CONFLICT);
        archived(&house, by, &meeting);
        let as_it_was = |reason: &str, chair: &str| {
            let version = version(&house.get(by, &correct));
            format!("place=三楼会议室&chair={chair}&minutes=&reason={reason}&version={version}")
        };
        let without = house.post(by, &correct, &as_it_was("", "吴志强"));
        assert!(without.text.contains("请填写更正原因") && without.text.contains("value=\"吴志强\""));
        let nothing = house.post(by, &correct, &as_it_was("看看", "陈建国"));
        assert!(nothing.text.contains("没有改动任何内容"), "{}", nothing.text);
        let done = house.post(by, &correct, &as_it_was("主持人写错了", "吴志强"));
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        let add = format!("{meeting}/photos");
        assert_eq!(house.upload(by, &add, ("photo", "photo"), &[]).status, StatusCode::UNPROCESSABLE_ENTITY);
        let added = house.upload(by, &add, ("photo", "photo"), &[("reason", "补传签到表")]);
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text);
        let page = house.get(by, &record);
        for said in ["更正记录", "主持人写错了", "补传签到表", ">陈建国</del>", ">吴志强</ins>", "0 张", "1 张"]
        {
            assert!(page.contains(said), "{said} in {page}");
        }
        assert_eq!(chain(desk, city), Chain::Sound(3));
    });
}

// proves: L9
#[test]
fn meetings_archived_at_the_same_moment_stand_one_after_the_other() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let by = As::Office(city.branch);
        let meetings: Vec<String> = (0..6).map(|_| house.assembly(city.branch)).collect();
        at(desk, "2026-03-05 17:00");
        thread::scope(|scope| {
            for meeting in &meetings {
                scope.spawn(|| archived(&house, by, meeting));
            }
        });
        assert_eq!(chain(desk, city), Chain::Sound(6));
        let numbers: Vec<i64> = desk
            .read_now(|txn| {
                let sql = "SELECT number FROM meeting_entry ORDER BY number";
                Ok(txn.query(sql, &args![], |row| row.get(0))?)
            })
            .unwrap();
        assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
    });
}

// proves: L9
#[test]
fn who_checks_in_while_the_record_is_archived_stands_in_both_or_in_neither() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let by = As::Office(city.branch);
        let meetings: Vec<String> = (0..5).map(|_| house.assembly(city.branch)).collect();
        at(desk, "2026-03-05 15:59");
        for meeting in &meetings {
            let id: MeetingId = meeting.rsplit('/').next().unwrap().parse().unwrap();
            let page = house.get(by, &format!("{meeting}/archive"));
            thread::scope(|scope| {
                for member in city.members.clone() {
                    scope.spawn(move || desk.write_now(move |txn| store::set_present(txn, id, member, Source::Qr)));
                }
                scope.spawn(|| house.post(by, &format!("{meeting}/archive"), &format!("version={}", version(&page))));
            });
            let (listed, entries) =
                desk.read_now(move |txn| Ok((store::turnout(txn, id)?, records::store::entries_of(txn, id)?))).unwrap();
            let written = records::understood(&entries[0]).unwrap();
            assert_eq!(written.turnout.present, listed.present);
            let late = city.members[0];
            let again = desk.write_now(move |txn| store::set_present(txn, id, late, Source::ByHand)).unwrap();
            assert!(!again, "the record is closed");
        }
    });
}

// proves: L9
#[test]
fn what_is_altered_behind_our_back_is_found() {
    for (sql, broken) in [
        ("UPDATE meeting_entry SET content = replace(content, '三楼', '五楼') WHERE number = 2", 2),
        ("DELETE FROM meeting_entry WHERE number = 1", 1),
        ("DELETE FROM meeting_entry WHERE number = 3", 3),
        ("UPDATE meeting_entry SET by_name = '别人' WHERE number = 3", 3),
        ("DELETE FROM meeting_chain", 4),
    ] {
        in_city(|desk, city| {
            let house = House::over(desk);
            let meetings: Vec<String> = (0..3).map(|_| house.assembly(city.branch)).collect();
            at(desk, "2026-03-05 17:00");
            for meeting in &meetings {
                archived(&house, As::Office(city.branch), meeting);
            }
            assert!(nightly(desk).unwrap().is_empty());
            desk.write_now(move |txn| Ok(txn.execute(sql, &args![])?)).unwrap();
            assert_eq!(chain(desk, city), Chain::Broken(broken), "{sql}");
            assert_eq!(nightly(desk).unwrap(), [(city.branch, broken)]);
        });
    }
}

// proves: L9
#[test]
fn a_committee_sees_a_record_and_its_photos_but_cannot_change_them_and_a_stranger_sees_nothing() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let (by, above, beside) = (As::Office(city.branch), As::Office(city.committee), As::Office(city.sister));
        let meeting = house.assembly(city.branch);
        at(desk, "2026-03-05 17:00");
        answered(desk, city, &meeting);
        house.upload(by, &format!("{meeting}/photos"), ("photo", "photo"), &[]);
        let page = house.get(above, &format!("{meeting}/record"));
        let photo = format!("{meeting}/photos/{}", photos(&page, &meeting)[0]);
        assert!(!page.contains("保存会议记录") && !page.contains("上传照片"), "{page}");
        assert_eq!(house.ask(above, &photo).status, StatusCode::OK);
        for (path, fields) in [
            (format!("{meeting}/record"), "minutes=x&version=1"),
            (format!("{meeting}/archive"), "version=1"),
            (format!("{photo}/remove"), ""),
        ] {
            assert_eq!(house.post(above, &path, fields).status, StatusCode::FORBIDDEN, "{path}");
        }
        assert_eq!(
            house.upload(above, &format!("{meeting}/photos"), ("photo", "photo"), &[]).status,
            StatusCode::FORBIDDEN
        );
        archived(&house, by, &meeting);
        assert!(house.get(above, &format!("{meeting}/record")).contains(NAMES[0]));
        assert_eq!(house.ask(above, &format!("{meeting}/correct")).status, StatusCode::FORBIDDEN);
        for path in [format!("{meeting}/record"), photo.clone()] {
            assert_eq!(house.ask(beside, &path).status, StatusCode::NOT_FOUND);
            assert_ne!(house.ask(As::Member(city.members[0]), &path).status, StatusCode::OK);
        }
    });
}
