//! How long sessions live, and who is behind them.

use std::time::{Duration, Instant as Stopwatch};

use ejia_db::args;

use crate::model::Account;
use crate::operations::sessions::{log_out, open_session};
use crate::tests::city::*;

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
