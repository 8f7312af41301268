//! Secret votes about items, as members cast them: once each, found again by the code, and nowhere else.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::StatusCode;
use ejia_db::{Desk, args};
use ejia_kernel::MemberId;

use super::agenda::{RESOLUTION, add, before_members, held};
use super::city::{NAMES, in_city};
use super::house::{As, Got, House, field};
use super::records::archived;

/// Opens the vote about an item.
fn open(house: &House, by: As, item: &str, fields: &str) {
    let got = house.post(by, &format!("{item}/open"), fields);
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
}

/// A member fills in his paper; answers his code and what came back.
fn vote(house: &House, item: &str, member: MemberId, chosen: &str) -> (String, Got) {
    let (by, path) = (As::Member(member), format!("{}/vote", before_members(item)));
    let page = house.get(by, &path);
    let (code, mark) = (field(&page, "code"), field(&page, "mark"));
    assert!(page.contains(&format!("<p class=\"voter-code\">{code}</p>")) && page.contains("抄在纸上"), "{page}");
    let got = house.send_form(by, &page, &path, &format!("code={code}&mark={mark}&{chosen}"));
    (code, got)
}

fn voted(house: &House, item: &str, member: MemberId, chosen: &str) -> String {
    let (code, got) = vote(house, item, member, chosen);
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
    assert!(!got.location.contains(&code), "no code in an address");
    assert!(house.get(As::Member(member), &got.location).contains("投票成功"));
    code
}

/// Ends the vote and counts it.
fn count(house: &House, by: As, item: &str) -> String {
    let got = house.post(by, &format!("{item}/close"), "");
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
    house.work();
    house.get(by, item)
}

/// In favour, against, abstaining.
const CHOSEN: [&str; 6] = ["chosen=0", "chosen=0", "chosen=1", "chosen=0", "chosen=2", "chosen=0"];

#[test]
fn full_members_who_are_there_vote_in_secret_and_find_their_ballots_by_their_codes() {
    in_city(|desk, city| {
        let (house, by) = (House::over(desk), As::Office(city.branch));
        let meeting = held(desk, &house, city, 7);
        let item = add(&house, by, &meeting, RESOLUTION);
        let mine = before_members(&item);
        assert!(house.get(As::Member(city.members[0]), &mine).contains("投票还没有开始"));
        open(&house, by, &item, "");
        // The seventh is on probation.
        let page = house.get(As::Member(city.members[6]), &mine);
        assert!(page.contains("正式党员可以投票") && !page.contains(&format!("{mine}/vote")), "{page}");
        assert_eq!(house.ask(As::Member(city.members[6]), &format!("{mine}/vote")).status, StatusCode::NOT_FOUND);
        let codes: Vec<String> =
            city.members.iter().zip(CHOSEN).map(|(member, chosen)| voted(&house, &item, *member, chosen)).collect();
        let page = house.get(by, &item);
        assert!(page.contains("6 / 6") && page.contains(NAMES[2]), "{page}");
        // Until the count nobody learns anything.
        for page in [page, house.get(As::Member(city.members[0]), &mine)] {
            assert!(!page.contains("通过") && !codes.iter().any(|code| page.contains(code)), "{page}");
        }
        let early = house.post(As::Member(city.members[0]), &format!("{mine}/find"), &format!("code={}", codes[0]));
        assert_eq!(early.status, StatusCode::CONFLICT);
        let page = count(&house, by, &item);
        assert!(page.contains("通过：赞成4票，超过应到会有表决权党员6人的半数"), "{page}");
        assert!(!codes.iter().any(|code| page.contains(code)), "the office sees counts");
        let page = house.get(As::Member(city.members[6]), &mine);
        assert!(page.contains("通过：赞成4票") && codes.iter().all(|code| page.contains(code)), "{page}");
        for (code, chosen) in codes.iter().zip(CHOSEN) {
            let typed = code.replace('-', "").to_lowercase();
            let found = house.post(As::Member(city.members[1]), &format!("{mine}/find"), &format!("code={typed}"));
            let name = ["赞成", "反对", "弃权"][chosen[7..].parse::<usize>().unwrap()];
            assert!(found.text.contains(&format!("查票码 {code} 的选票：{name}")), "{}", found.text);
        }
        let none = house.post(As::Member(city.members[1]), &format!("{mine}/find"), "code=0000-0000-0000");
        assert!(none.text.contains("公布的选票中没有这个查票码"), "{}", none.text);
        let stranger = house.post(As::Member(city.stranger), &format!("{mine}/find"), &format!("code={}", codes[0]));
        assert_eq!(stranger.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn half_of_those_due_in_favour_is_not_enough_online_either() {
    in_city(|desk, city| {
        let (house, by) = (House::over(desk), As::Office(city.branch));
        let meeting = held(desk, &house, city, 4);
        for (chosen, outcome) in [
            (["chosen=0", "chosen=0", "chosen=0", "chosen=0"], "通过：赞成4票"),
            (["chosen=0", "chosen=0", "chosen=0", "chosen=1"], "未通过：赞成3票"),
        ] {
            let item = add(&house, by, &meeting, RESOLUTION);
            open(&house, by, &item, "");
            for (member, chosen) in city.members.iter().zip(chosen) {
                voted(&house, &item, *member, chosen);
            }
            let page = count(&house, by, &item);
            assert!(page.contains(outcome), "{outcome}: {page}");
        }
    });
}

#[test]
fn everybody_on_the_list_answers_a_poll_by_as_many_options_as_he_may() {
    in_city(|desk, city| {
        let (house, by) = (House::over(desk), As::Office(city.branch));
        // A poll has no quorum and needs no meeting that has begun.
        let meeting = house.assembly(city.branch);
        let item =
            add(&house, by, &meeting, "kind=poll&title=主题党日去哪里&options=鼓浪屿%0A集美学村%0A中山路&most=2");
        open(&house, by, &item, "");
        let (code, refused) = vote(&house, &item, city.members[6], "chosen=0&chosen=1&chosen=2");
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text.contains("最多可选2项"), "{}", refused.text);
        assert_eq!(field(&refused.text, "code"), code, "the code he has noted stays his");
        assert_eq!(refused.text.matches(" checked").count(), 3, "{}", refused.text);
        let mark = field(&refused.text, "mark");
        let path = format!("{}/vote", before_members(&item));
        let fields = format!("code={code}&mark={mark}&chosen=0&chosen=2");
        let cast = house.send_form(As::Member(city.members[6]), &refused.text, &path, &fields);
        assert_eq!(cast.status, StatusCode::SEE_OTHER, "{}", cast.text);
        let (_, nothing) = vote(&house, &item, city.members[0], "");
        assert!(nothing.text.contains("请至少选择一项"), "{}", nothing.text);
        for member in &city.members[..3] {
            voted(&house, &item, *member, "chosen=0");
        }
        let page = count(&house, by, &item);
        assert!(page.contains("共收到4张选票：鼓浪屿4票，集美学村0票，中山路1票。"), "{page}");
        let found = house.post(
            As::Member(city.members[6]),
            &format!("{}/find", before_members(&item)),
            &format!("code={code}"),
        );
        assert!(found.text.contains("鼓浪屿、中山路"), "{}", found.text);
    });
}

#[test]
fn a_paper_that_was_not_drawn_for_him_is_no_paper() {
    in_city(|desk, city| {
        let (house, by) = (House::over(desk), As::Office(city.branch));
        let meeting = held(desk, &house, city, 6);
        let item = add(&house, by, &meeting, RESOLUTION);
        open(&house, by, &item, "");
        let path = format!("{}/vote", before_members(&item));
        let (one, other) = (As::Member(city.members[0]), As::Member(city.members[1]));
        let (mine, his) = (house.get(one, &path), house.get(other, &path));
        let (code, mark) = (field(&mine, "code"), field(&mine, "mark"));
        for fields in [
            format!("code={code}&mark={}&chosen=0", field(&his, "mark")),
            format!("code={}&mark={}&chosen=0", field(&his, "code"), field(&his, "mark")),
            format!("code=0000-0000-0000&mark={mark}&chosen=0"),
            format!("code={code}&mark=&chosen=0"),
        ] {
            let got = house.send_form(one, &mine, &path, &fields);
            assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields}");
            assert!(got.text.contains("选票无效"), "{}", got.text);
        }
        let wrong = house.send_form(one, &mine, &path, &format!("code={code}&mark={mark}&chosen=7"));
        assert!(wrong.text.contains("所选的选项不存在"), "{}", wrong.text);
        assert!(house.get(by, &item).contains("0 / 6"));
    });
}

#[test]
fn sixteen_hands_on_one_paper_cast_one_ballot() {
    in_city(|desk, city| {
        let (house, by) = (House::over(desk), As::Office(city.branch));
        let meeting = held(desk, &house, city, 3);
        let item = add(&house, by, &meeting, RESOLUTION);
        open(&house, by, &item, "");
        let path = format!("{}/vote", before_members(&item));
        for member in &city.members[..3] {
            let (kept, by) = (AtomicUsize::new(0), As::Member(*member));
            std::thread::scope(|scope| {
                for hand in 0..16 {
                    let (house, path, kept) = (&house, &path, &kept);
                    scope.spawn(move || {
                        let page = house.get(by, path);
                        let fields =
                            format!("code={}&mark={}&chosen={}", field(&page, "code"), field(&page, "mark"), hand % 3);
                        match house.send_form(by, &page, path, &fields).status {
                            StatusCode::SEE_OTHER => kept.fetch_add(1, Ordering::SeqCst),
                            // A hand that comes late sees no paper any more, so it has no token either.
                            status => {
                                assert!(matches!(status, StatusCode::CONFLICT | StatusCode::FORBIDDEN), "{status}");
                                0
                            }
                        };
                    });
                }
            });
            assert_eq!(kept.into_inner(), 1);
        }
        let page = count(&house, by, &item);
        assert!(page.contains("3 / 3"), "{page}");
        let sum = |txn: &mut ejia_db::Txn<'_>| {
            Ok(txn.one("SELECT in_favour + against + abstaining FROM meeting_item", &[], |row| row.get::<i64>(0))?)
        };
        assert_eq!(desk.read_now(sum).unwrap(), 3);
    });
}

#[test]
fn where_fewer_than_three_voted_nothing_is_told_and_it_can_be_held_again() {
    in_city(|desk, city| {
        let (house, by) = (House::over(desk), As::Office(city.branch));
        let meeting = held(desk, &house, city, 6);
        let item = add(&house, by, &meeting, RESOLUTION);
        open(&house, by, &item, "");
        let codes: Vec<String> =
            city.members[..2].iter().map(|member| voted(&house, &item, *member, "chosen=0")).collect();
        let page = count(&house, by, &item);
        assert!(page.contains("投票不足三人") && page.contains("重新组织投票"), "{page}");
        let seen = house.get(As::Member(city.members[0]), &before_members(&item));
        assert!(seen.contains("投票不足三人") && !seen.contains("赞成2票"), "{seen}");
        assert!(!codes.iter().any(|code| seen.contains(code) || page.contains(code)));
        open(&house, by, &item, "");
        for member in &city.members[..4] {
            voted(&house, &item, *member, "chosen=0");
        }
        assert!(count(&house, by, &item).contains("通过：赞成4票"));
    });
}

#[test]
fn a_box_with_a_passphrase_is_opened_by_who_knows_it() {
    in_city(|desk, city| {
        let (house, by) = (House::over(desk), As::Office(city.branch));
        let meeting = held(desk, &house, city, 4);
        let item = add(&house, by, &meeting, RESOLUTION);
        let short = house.post(by, &format!("{item}/open"), "passphrase=123");
        assert!(short.text.contains("开箱口令至少8个字符") && !short.text.contains("value=\"123\""), "{}", short.text);
        open(&house, by, &item, "passphrase=ludao-2026-spring");
        for member in &city.members[..4] {
            voted(&house, &item, *member, "chosen=0");
        }
        let page = count(&house, by, &item);
        assert!(page.contains("开箱计票") && !page.contains("通过："), "{page}");
        let wrong = house.post(by, &format!("{item}/count"), "passphrase=ludao-2026-winter");
        assert!(wrong.text.contains("开箱口令不正确"), "{}", wrong.text);
        let above = house.post(As::Office(city.committee), &format!("{item}/count"), "passphrase=ludao-2026-spring");
        assert_eq!(above.status, StatusCode::FORBIDDEN);
        let right = house.post(by, &format!("{item}/count"), "passphrase=ludao-2026-spring");
        assert_eq!(right.status, StatusCode::SEE_OTHER, "{}", right.text);
        house.work();
        assert!(house.get(by, &item).contains("通过：赞成4票"));
    });
}

/// Every table but the ballots' own.
const TABLES: [&str; 11] = [
    "meeting",
    "meeting_person",
    "meeting_item",
    "meeting_opinion",
    "meeting_entry",
    "meeting_photo",
    "audit_entry",
    "audit_link",
    "job",
    "message",
    "document",
];

/// All rows of these tables, as texts.
fn rows(desk: &Desk) -> Vec<String> {
    let read = |txn: &mut ejia_db::Txn<'_>| {
        let mut rows = Vec::new();
        for table in TABLES {
            let all = if txn.is_postgres() {
                "t::text".to_owned()
            } else {
                let columns = "SELECT name FROM pragma_table_info($1)";
                let columns = txn.query(columns, &args![table], |row| row.get::<String>(0))?;
                columns.iter().map(|name| format!("quote({name})")).collect::<Vec<_>>().join(" || ',' || ")
            };
            rows.extend(txn.query(&format!("SELECT {all} FROM {table} t ORDER BY 1"), &[], |row| {
                Ok(format!("{table} {}", row.get::<String>(0)?))
            })?);
        }
        Ok(rows)
    };
    desk.read_now(read).unwrap()
}

/// What is kept outside the ballots is the same to the last byte whatever was voted while it is voted, and afterwards
/// tells counts alone.
#[test]
fn nothing_that_is_kept_tells_what_a_member_voted() {
    in_city(|desk, city| {
        let (house, by) = (House::over(desk), As::Office(city.branch));
        let meeting = held(desk, &house, city, 6);
        let item = add(&house, by, &meeting, RESOLUTION);
        open(&house, by, &item, "");
        house.work();
        let before = rows(desk);
        assert!(before.len() > 10 && before.iter().any(|row| row.starts_with("audit_entry")), "{before:?}");
        let codes: Vec<String> =
            city.members.iter().zip(CHOSEN).map(|(member, chosen)| voted(&house, &item, *member, chosen)).collect();
        assert_eq!(rows(desk), before, "casting leaves nothing outside the ballots");
        count(&house, by, &item);
        house.post(
            As::Member(city.members[0]),
            &format!("{}/find", before_members(&item)),
            &format!("code={}", codes[0]),
        );
        archived(&house, by, &meeting);
        house.work();
        for row in rows(desk) {
            for code in &codes {
                let plain = code.replace('-', "");
                assert!(!row.contains(code.as_str()) && !row.contains(&plain), "a code stands in {row}");
            }
            // The register names who was there and what came out, for all together; nothing else names a member beside
            // an answer.
            let told = ["赞成", "反对", "弃权", "chosen"].iter().any(|word| row.contains(word));
            let named = city.members.iter().any(|member| row.contains(&member.to_string()));
            assert!(!(told && named), "a member stands beside an answer in {row}");
        }
    });
}
