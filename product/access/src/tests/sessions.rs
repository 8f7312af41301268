//! How long sessions live, and who is behind them.

use std::time::{Duration, Instant as Stopwatch};

use ejia_db::args;
use ejia_web::Doorkeeper;

use crate::model::{Account, Came};
use crate::operations::sessions::{log_out, open_from, open_phone_session, open_session};
use crate::tests::browser::on_pages;
use crate::tests::city::*;

const OWN: &str = "lujiang2026";

fn opened(city: &City, account: Account) -> String {
    city.write(move |txn| open_session(txn, account)).unwrap()
}

/// Waits until "last seen" has been written.
fn seen(city: &City) {
    let now = city.desk.now().ms();
    let started = Stopwatch::now();
    while city
        .desk
        .read_now(|txn| Ok(txn.one("SELECT max(seen_at) FROM session", &args![], |row| row.get::<i64>(0))?))
        .unwrap()
        < now - 30_000
    {
        assert!(started.elapsed() < Duration::from_secs(20), "never written");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_session_ends_when_unused_and_lives_while_it_is_used() {
    both(|city| {
        let member = opened(city, Account::Member(city.chen));
        let officer = opened(city, Account::Administrator(city.administrator(BRANCH)));
        city.pass(29 * 60);
        assert!(city.officer_of(&officer).is_some());
        seen(city);
        city.pass(29 * 60);
        assert!(city.officer_of(&officer).is_some());
        assert!(city.member_of(&member).is_some());
        seen(city);
        city.pass(30 * 60);
        assert!(city.officer_of(&officer).is_none());
        city.pass(30 * 60);
        assert!(city.member_of(&member).is_none());
    });
}

#[test]
fn a_session_ends_after_half_a_day_however_much_it_is_used() {
    both(|city| {
        let member = opened(city, Account::Member(city.chen));
        for _ in 0..14 {
            city.pass(50 * 60);
            assert!(city.member_of(&member).is_some());
            seen(city);
        }
        city.pass(20 * 60);
        assert!(city.member_of(&member).is_none());
    });
}

#[test]
fn a_sixth_session_ends_the_oldest() {
    both(|city| {
        let tokens: Vec<String> = (0..6)
            .map(|_| {
                city.pass(1);
                opened(city, Account::Member(city.chen))
            })
            .collect();
        assert!(city.member_of(&tokens[0]).is_none());
        assert!(tokens[1..].iter().all(|token| city.member_of(token).is_some()));
    });
}

#[test]
fn a_token_opens_only_its_own_portal_and_nothing_after_logging_out() {
    both(|city| {
        let member = opened(city, Account::Member(city.chen));
        let account = Account::Administrator(city.administrator(COMMITTEE));
        let officer = opened(city, account);
        assert!(city.officer_of(&member).is_none());
        assert!(city.member_of(&officer).is_none());
        assert!(city.member_of("").is_none());
        let inside = city.officer_of(&officer).unwrap();
        assert!(inside.as_committee().is_ok());
        let session = inside.session_id();
        city.write(move |txn| log_out(txn, account, session)).unwrap();
        assert!(city.officer_of(&officer).is_none());
        assert_eq!(city.actions().last().unwrap(), "access.logged_out");
    });
}

#[test]
fn what_has_run_out_is_swept_away() {
    both(|city| {
        opened(city, Account::Member(city.chen));
        city.member_login("nobody", "wrong").unwrap_err();
        city.member_login(CHEN, CHEN).unwrap();
        city.pass(25 * 60 * 60);
        crate::handlers().drain(&city.desk).unwrap();
        city.write(|txn| Ok(crate::store::sweep(txn, crate::rules::MEMBER_IDLE, crate::rules::SESSION_LIFE)?)).unwrap();
        for table in ["session", "challenge", "login_failures", "codes_sent"] {
            let left = city.desk.read_now(move |txn| {
                Ok(txn.one(&format!("SELECT count(*) FROM {table}"), &args![], |row| row.get::<i64>(0))?)
            });
            assert_eq!(left.unwrap(), 0, "{table}");
        }
    });
}

#[test]
fn a_member_sees_his_open_sessions_and_ends_one_or_all_others() {
    on_pages(|city, mut browser| {
        city.settled(Account::Member(city.chen), OWN);
        browser.get("/member/login");
        browser.post("/member/login", &[("login", CHEN), ("password", OWN)]);
        let (chen, lin) = (city.chen, city.lin);
        let phone = city.write(move |txn| open_phone_session(txn, chen)).unwrap();
        let other = opened(city, Account::Member(chen));
        let strange = opened(city, Account::Member(lin));
        city.pass(60);
        browser.get("/member/devices").shows("当前使用").shows("网页端").shows("微信端").shows("其他设备");
        assert_eq!(browser.page.matches(">退出</button>").count(), 2, "the one that looks is ended by logging out");
        let ids = |text: &str| -> Vec<String> {
            let parts = text.split("/member/devices/").skip(1);
            parts.filter_map(|part| part.split_once("/end").map(|(id, _)| id.to_owned())).collect()
        };
        let listed = ids(&browser.page);
        assert_eq!(listed.len(), 2);
        let whose = city.member_of(&strange).unwrap().session_id();
        browser.post(&format!("/member/devices/{whose}/end"), &[]);
        assert_eq!(browser.status, axum::http::StatusCode::NOT_FOUND);
        assert!(city.member_of(&strange).is_some(), "somebody else's");
        browser.get("/member/devices");
        let ended = city.member_of(&other).unwrap().session_id();
        assert!(listed.contains(&ended.to_string()));
        assert_eq!(browser.post(&format!("/member/devices/{ended}/end"), &[]).goes_to(), "/member/devices");
        assert!(city.member_of(&other).is_none());
        browser.get("/member/devices").shows("已退出该设备上的登录");
        browser.post("/member/devices/others", &[]);
        browser.get("/member/devices").shows("其他设备上的登录已全部退出");
        assert!(!browser.page.contains("微信端") && !browser.page.contains("退出其他所有设备"));
        let keeper = std::sync::Arc::clone(&city.keeper);
        let on_phone = city.desk.read_now(move |txn| keeper.member_on_phone(txn, &phone)).unwrap();
        assert!(on_phone.is_none());
        assert!(city.actions().contains(&"access.sessions_ended".to_owned()));
    });
}

#[test]
fn an_administrator_sees_what_he_has_logged_in_with() {
    on_pages(|city, mut browser| {
        let account = Account::Administrator(city.administrator(BRANCH));
        city.settled(account, OWN);
        let came = Came { device: "Windows电脑，Edge浏览器".to_owned(), ..Came::default() };
        let token = city.write(move |txn| open_from(txn, account, &came)).unwrap();
        let other = opened(city, account);
        browser.cookies.push(("ejia_office".to_owned(), token));
        browser.get("/office/devices").shows("Windows电脑，Edge浏览器").shows("30分钟没有操作");
        city.pass(29 * 60);
        browser.get("/office/devices").shows("退出其他所有设备");
        seen(city);
        city.pass(60);
        browser.get("/office/devices");
        assert!(!browser.page.contains("退出其他所有设备"), "what has run out is not listed");
        assert!(city.officer_of(&other).is_none());
    });
}
