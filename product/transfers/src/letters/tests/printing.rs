//! One print, whoever presses how often, wherever (T6).

use std::sync::Barrier;
use std::time::Duration;

use axum::http::StatusCode;

use super::{issued, kept, reissued};
use crate::letters::Token;
use crate::letters::print::Printer;
use crate::tests::city::{City, Leaving, in_city, leaving};
use crate::tests::house::{As, House};

fn addresses(who: &Leaving, city: City) -> [(As, String); 3] {
    let own = format!("/member/transfers/{}/letter/print", who.transfer);
    let office = format!("/office/transfers/{}/letter/print", who.transfer);
    [(As::Member(who.member), own), (As::Office(city.direct), office.clone()), (As::Office(city.committee), office)]
}

#[test]
fn of_many_who_print_at_once_one_gets_the_letter() {
    in_city(|desk, city| {
        let (house, who) = (House::over(desk), leaving(desk, city));
        let letter = issued(desk, city, &who);
        house.work();
        let barrier = Barrier::new(12);
        let printed: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..12)
                .map(|turn| {
                    let (by, path) = addresses(&who, city)[turn % 3].clone();
                    let (house, barrier) = (&house, &barrier);
                    scope.spawn(move || {
                        barrier.wait();
                        house.post(by, &path, "").is_pdf()
                    })
                })
                .collect();
            threads.into_iter().map(|thread| usize::from(thread.join().unwrap())).sum()
        });
        assert_eq!(printed, 1);
        let after = kept(desk, &letter);
        assert!(after.printed_at.is_some() && after.file.is_none());
        house.work();
        assert_eq!(house.files(), 0, "the file is deleted, and not made anew");
        let page = house.get(As::Member(who.member), &format!("/member/transfers/{}", who.transfer));
        assert!(page.contains("disabled") && page.contains("已打印，如需再次打印请联系党委管理员重新开具"), "{page}");
        assert_eq!(page.matches("打印介绍信</span>").count(), 1, "one step of history: {page}");
    });
}

#[test]
fn a_print_whose_connection_broke_at_the_commit_is_not_a_second_one() {
    in_city(|desk, city| {
        let (house, who) = (House::over(desk), leaving(desk, city));
        let letter = issued(desk, city, &who);
        house.work();
        let file = kept(desk, &letter).file.unwrap();
        let (attempt, id) = (Token::draw(), who.transfer);
        let by = Printer::Member(who.caller(city.direct));
        for (attempt, works) in [(attempt.clone(), true), (attempt, true), (Token::draw(), false)] {
            let (by, file, letter) = (by.clone(), file.clone(), letter.id);
            let marked = desk.write_now(move |txn| by.mark(txn, id, (letter, &file), &attempt));
            assert_eq!(marked.is_ok(), works);
        }
    });
}

#[test]
fn others_do_not_print_and_nobody_prints_what_is_void_or_over() {
    in_city(|desk, city| {
        let (house, who, other) = (House::over(desk), leaving(desk, city), leaving(desk, city));
        issued(desk, city, &who);
        house.work();
        let office = format!("/office/transfers/{}/letter/print", who.transfer);
        for (by, status) in [
            (As::Office(city.sister), StatusCode::NOT_FOUND),
            (As::Office(city.far), StatusCode::NOT_FOUND),
            (As::Office(city.far_committee), StatusCode::NOT_FOUND),
            (As::Office(city.root), StatusCode::FORBIDDEN),
        ] {
            assert_eq!(house.post(by, &office, "").status, status);
        }
        let own = format!("/member/transfers/{}/letter/print", who.transfer);
        assert_eq!(house.post(As::Member(other.member), &own, "").status, StatusCode::NOT_FOUND);
        desk.clock().set(desk.now().plus(Duration::from_hours(31 * 24)));
        let over = house.post(As::Member(who.member), &own, "");
        assert_eq!(over.status, StatusCode::CONFLICT);
        assert!(over.text.contains("已过有效期"), "{}", over.text);
        reissued(desk, city, &who);
        house.work();
        assert_eq!(house.files(), 1, "the file of the old letter is deleted");
        assert!(house.post(As::Member(who.member), &own, "").is_pdf());
    });
}
