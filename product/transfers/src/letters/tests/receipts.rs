//! Receipts on every road, and who is responsible until one is accepted (T12).

use std::sync::Barrier;

use axum::http::StatusCode;
use ejia_db::Desk;

use super::{issued, kept, reissued};
use crate::letters::say::LetterContent;
use crate::model::Stage;
use crate::tests::city::{City, Leaving, in_city, leaving, standing};
use crate::tests::house::{As, House};

/// Whether the member is still on the list of his branch.
fn is_listed(desk: &Desk, who: &Leaving) -> bool {
    let id = who.member;
    desk.read_now(move |txn| ejia_directory::member_brief(txn, id)).unwrap().is_some()
}

/// The address behind 扫码回执 of the last letter.
fn paper_address(desk: &Desk, who: &Leaving) -> String {
    let id = who.transfer;
    let content = desk.read_now(move |txn| {
        let letter = crate::letters::latest(txn, id)?.unwrap();
        LetterContent::of(txn.vault(), &letter)
    });
    format!("/letters/receipts/{}", content.unwrap().receipt)
}

/// The address of the only receipt that waits, as the page of the branch shows it.
fn waiting(house: &House, city: City, who: &Leaving) -> String {
    let page = house.get(As::Office(city.direct), &format!("/office/transfers/{}/receipt", who.transfer));
    let start = format!("/office/transfers/{}/receipts/", who.transfer);
    let rest = page.split(&format!("action=\"{start}")).nth(1).unwrap_or_else(|| panic!("{page}"));
    format!("{start}{}", rest.split('/').next().unwrap())
}

#[test]
fn the_member_sends_a_photo_the_branch_refuses_it_and_confirms_the_next_one() {
    in_city(|desk, city| {
        let (house, who) = (House::over(desk), leaving(desk, city));
        let letter = issued(desk, city, &who);
        house.work();
        let (by, send) = (As::Member(who.member), format!("/member/transfers/{}/receipt", who.transfer));
        assert!(house.get(by, &send).contains("上传回执"));
        let wrong = house.upload(by, &send, "a text");
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
        assert_eq!(house.files(), 1, "only the letter");
        assert_eq!(house.upload(by, &send, "photo").status, StatusCode::SEE_OTHER);
        let one = waiting(&house, city, &who);
        let branch = As::Office(city.direct);
        assert_eq!(house.get(branch, &format!("{one}/photo")), "a small photo");
        assert_eq!(house.get(by, &format!("{}/photo", one.replace("/office/", "/member/"))), "a small photo");
        assert_eq!(house.post(branch, &format!("{one}/refuse"), "reason=").status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(house.post(branch, &format!("{one}/refuse"), "reason=没有盖章").status, StatusCode::SEE_OTHER);
        assert!(house.get(by, &send).contains("没有盖章"));
        house.work();
        assert_eq!(house.files(), 1, "a photo that was refused is deleted");
        assert_eq!(house.post(branch, &format!("{one}/confirm"), "").status, StatusCode::CONFLICT);
        assert_eq!(house.upload(by, &send, "photo").status, StatusCode::SEE_OTHER);
        assert!(is_listed(desk, &who), "the old branch is responsible");
        let two = waiting(&house, city, &who);
        let done = house.post(branch, &format!("{two}/confirm"), "");
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        assert!(!is_listed(desk, &who));
        assert_eq!(standing(desk, &who).standing.stage, Stage::Done);
        assert!(kept(desk, &letter).answered_at.is_some());
        house.work();
        assert_eq!(house.files(), 1, "the receipt is kept, the letter is not");
        let page = house.get(branch, &format!("/office/transfers/{}", who.transfer));
        for said in ["上传回执", "退回回执", "确认回执", "已完成", "已回执"] {
            assert!(page.contains(said), "{said}: {page}");
        }
    });
}

#[test]
fn the_branch_brings_a_photo_or_the_paper_and_the_transfer_is_over() {
    in_city(|desk, city| {
        let house = House::over(desk);
        for (by, paper) in [(city.direct, false), (city.committee, true)] {
            let who = leaving(desk, city);
            issued(desk, city, &who);
            let path = format!("/office/transfers/{}/receipt", who.transfer);
            let page = house.get(As::Office(by), &path);
            assert!(page.contains("已收到纸质回执") && page.contains("上传回执"), "{page}");
            let got = if paper {
                house.post(As::Office(by), &format!("{path}/post"), "")
            } else {
                house.upload(As::Office(by), &path, "photo")
            };
            assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
            assert!(!is_listed(desk, &who));
            assert_eq!(standing(desk, &who).standing.stage, Stage::Done);
            assert_eq!(house.post(As::Office(by), &format!("{path}/post"), "").status, StatusCode::CONFLICT);
        }
    });
}

#[test]
fn whoever_holds_the_paper_sends_a_photo_that_waits_and_sees_no_person() {
    in_city(|desk, city| {
        let (house, who) = (House::over(desk), leaving(desk, city));
        issued(desk, city, &who);
        let path = paper_address(desk, &who);
        let page = house.get(As::Visitor, &path);
        assert!(page.contains("noindex") && page.contains("第0001号"), "{page}");
        for secret in ["林晓东", &who.id_card, &who.phone] {
            assert!(!page.contains(secret));
        }
        for _ in 0..5 {
            let sent = house.upload(As::Visitor, &path, "photo");
            assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        }
        assert_eq!(house.upload(As::Visitor, &path, "photo").status, StatusCode::TOO_MANY_REQUESTS);
        assert!(is_listed(desk, &who));
        let page = house.get(As::Office(city.direct), &format!("/office/transfers/{}", who.transfer));
        assert!(page.contains("持介绍信人") && !page.contains("本人　扫码"), "{page}");
        let one = waiting(&house, city, &who);
        assert_eq!(house.post(As::Office(city.direct), &format!("{one}/confirm"), "").status, StatusCode::SEE_OTHER);
        assert!(house.get(As::Visitor, &path).contains("已办结"));
        house.work();
        assert_eq!(house.files(), 1, "of five photos the one that was confirmed is kept");
        let unknown = "/letters/receipts/7zzzzzzzzzzzzzzzzzzzzzzzzz";
        assert_eq!(house.ask(As::Visitor, unknown).status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn the_code_of_a_void_letter_opens_nothing_and_what_was_sent_for_it_is_refused() {
    in_city(|desk, city| {
        let (house, who) = (House::over(desk), leaving(desk, city));
        issued(desk, city, &who);
        let old = paper_address(desk, &who);
        assert_eq!(house.upload(As::Visitor, &old, "photo").status, StatusCode::SEE_OTHER);
        let one = waiting(&house, city, &who);
        reissued(desk, city, &who);
        assert!(house.get(As::Visitor, &old).contains("已作废"));
        assert_eq!(house.post(As::Office(city.direct), &format!("{one}/confirm"), "").status, StatusCode::CONFLICT);
        assert_eq!(house.upload(As::Visitor, &old, "photo").status, StatusCode::FORBIDDEN, "no form, no token");
        assert!(is_listed(desk, &who));
    });
}

#[test]
fn others_neither_see_nor_decide_and_two_who_confirm_at_once_do_it_once() {
    in_city(|desk, city| {
        let (house, who, other) = (House::over(desk), leaving(desk, city), leaving(desk, city));
        issued(desk, city, &who);
        let send = format!("/member/transfers/{}/receipt", who.transfer);
        assert_eq!(house.upload(As::Member(who.member), &send, "photo").status, StatusCode::SEE_OTHER);
        let one = waiting(&house, city, &who);
        for wrong in [As::Office(city.sister), As::Office(city.far), As::Office(city.far_committee)] {
            assert_eq!(house.ask(wrong, &format!("{one}/photo")).status, StatusCode::NOT_FOUND);
            assert_eq!(house.post(wrong, &format!("{one}/confirm"), "").status, StatusCode::NOT_FOUND);
            let post = format!("/office/transfers/{}/receipt/post", who.transfer);
            assert_eq!(house.post(wrong, &post, "").status, StatusCode::NOT_FOUND);
        }
        let theirs = one.replace("/office/", "/member/");
        assert_eq!(house.ask(As::Member(other.member), &format!("{theirs}/photo")).status, StatusCode::NOT_FOUND);
        assert_eq!(house.upload(As::Member(other.member), &send, "photo").status, StatusCode::NOT_FOUND);
        let barrier = Barrier::new(4);
        let confirmed = std::thread::scope(|scope| {
            let threads: Vec<_> = [city.direct, city.committee, city.direct, city.root]
                .map(|by| {
                    let (house, barrier, path) = (&house, &barrier, format!("{one}/confirm"));
                    scope.spawn(move || {
                        barrier.wait();
                        house.post(As::Office(by), &path, "").status == StatusCode::SEE_OTHER
                    })
                })
                .into_iter()
                .collect();
            threads.into_iter().filter_map(|thread| thread.join().ok()).filter(|done| *done).count()
        });
        assert_eq!(confirmed, 1);
        assert!(!is_listed(desk, &who));
    });
}
