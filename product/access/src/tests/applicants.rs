//! People from outside prove a phone and come in.

use ejia_db::args;
use ejia_kernel::{Phone, Problem};
use ejia_messages::Template;
use ejia_web::Doorkeeper;

use crate::model::{Account, Came};
use crate::operations::prove_phone::{prove_phone, request, request_again};
use crate::operations::sessions::{log_out, open_session};
use crate::tests::city::*;

const HUANG: &str = "13611112222";

fn asks(city: &City, phone: &str) -> Result<String, Problem> {
    asks_from(city, phone, HOME)
}

fn asks_from(city: &City, phone: &str, address: &str) -> Result<String, Problem> {
    let (phone, address) = (Phone::parse(phone).unwrap(), address.to_owned());
    city.write(move |txn| request(txn, &phone, &address))
}

fn asks_again(city: &City, pending: &str) -> Result<Phone, Problem> {
    let pending = pending.to_owned();
    city.write(move |txn| request_again(txn, &pending, HOME))
}

fn proves(city: &City, pending: &str, code: &str) -> Result<String, Problem> {
    let (pending, code) = (pending.to_owned(), code.to_owned());
    ended(city.write(move |txn| prove_phone(txn, &pending, &code, HOME, &Came::default())))
}

fn rows(city: &City) -> i64 {
    city.desk.read_now(|txn| Ok(txn.one("SELECT COUNT(*) FROM applicant", &args![], |row| row.get(0))?)).unwrap()
}

fn applicant_of(city: &City, token: &str) -> Option<ejia_web::Applicant> {
    let (keeper, token) = (city.keeper.clone(), token.to_owned());
    city.desk.read_now(move |txn| keeper.applicant(txn, &token)).unwrap()
}

#[test]
fn whoever_has_the_code_comes_in_and_is_the_same_applicant_the_next_time() {
    both(|city| {
        let pending = asks(city, HUANG).unwrap();
        let letter = city.letters(HUANG).pop().unwrap();
        assert_eq!(letter.template, Template::ApplicantCode);
        assert_eq!(rows(city), 0, "typing a number makes nobody known");
        let code = city.code(HUANG);
        let token = proves(city, &pending, &format!(" {} {} ", &code[..3], &code[3..])).unwrap();
        let inside = applicant_of(city, &token).unwrap();
        assert_eq!(inside.phone().expose(), HUANG);
        let id = inside.id();
        let kept = city.desk.read_now(move |txn| crate::applicant_phone(txn, id)).unwrap();
        assert_eq!(kept.unwrap().expose(), HUANG);
        assert_eq!(proves(city, &pending, &code).unwrap_err().code, "access.login_begun_too_long_ago");
        city.pass(60);
        let pending = asks(city, HUANG).unwrap();
        let token = proves(city, &pending, &city.code(HUANG)).unwrap();
        assert_eq!(applicant_of(city, &token).unwrap().id(), id);
        assert_eq!(rows(city), 1);
        assert!(city.member_of(&token).is_none() && city.officer_of(&token).is_none());
    });
}

#[test]
fn a_wrong_code_a_late_one_and_the_sixth_try_open_nothing() {
    both(|city| {
        let pending = asks(city, HUANG).unwrap();
        let (right, wrong) = (city.code(HUANG), city.wrong_code(HUANG));
        assert_eq!(field(proves(city, &pending, "")), ("code".into(), "access.code_missing"));
        for _ in 0..4 {
            assert_eq!(field(proves(city, &pending, &wrong)), ("code".into(), "access.code_wrong"));
        }
        assert_eq!(field(proves(city, &pending, &wrong)), ("code".into(), "access.code_expired"));
        assert_eq!(field(proves(city, &pending, &right)), ("code".into(), "access.code_expired"));
        assert_eq!(city.actions().iter().filter(|action| *action == "access.wrong_code").count(), 7);
        city.pass(60);
        asks_again(city, &pending).unwrap();
        let right = city.code(HUANG);
        city.pass(5 * 60);
        assert_eq!(field(proves(city, &pending, &right)), ("code".into(), "access.code_expired"));
        assert_eq!(rows(city), 0);
        city.pass(10 * 60);
        assert_eq!(proves(city, &pending, &right).unwrap_err().code, "access.login_begun_too_long_ago");
    });
}

#[test]
fn a_code_for_another_purpose_opens_nothing() {
    both(|city| {
        let begun = awaited(city.member_login(CHEN, CHEN));
        assert_eq!(proves(city, &begun.pending, &city.code(CHEN)).unwrap_err().code, "access.login_begun_too_long_ago");
    });
}

#[test]
fn a_phone_gets_one_code_a_minute_and_five_an_hour() {
    both(|city| {
        let pending = asks(city, HUANG).unwrap();
        for refused in [asks(city, HUANG).map(drop), asks_again(city, &pending).map(drop)] {
            assert_eq!(refused.unwrap_err().code, "access.code_too_soon");
        }
        for _ in 1..5 {
            city.pass(60);
            asks_again(city, &pending).unwrap();
            // A code that has run out would not be sent.
            city.letters(HUANG);
        }
        city.pass(60);
        let refused = asks(city, HUANG).unwrap_err();
        assert_eq!((refused.code, refused.status()), ("access.code_too_many", 429));
        assert_eq!(city.letters(HUANG).len(), 5);
    });
}

#[test]
fn an_address_asks_for_so_many_phones_and_tries_so_many_codes() {
    both(|city| {
        let phone = |number: usize| format!("1361111{number:04}");
        for number in 0..30 {
            asks(city, &phone(number)).unwrap();
        }
        assert_eq!(asks(city, &phone(30)).unwrap_err().code, "access.code_too_many");
        asks_from(city, &phone(30), "10.0.0.2").unwrap();
        city.pass(15 * 60);
        let mut tries = 0;
        for number in 31..36 {
            let pending = asks(city, &phone(number)).unwrap();
            let right = city.code(&phone(number));
            if number == 31 {
                proves(city, &pending, &right).unwrap();
                continue;
            }
            while proves(city, &pending, &city.wrong_code(&phone(number))).unwrap_err().fields[0].code
                == "access.code_wrong"
            {
                tries += 1;
            }
            tries += 1;
        }
        assert_eq!(tries, 20, "a right code is no failure");
    });
}

#[test]
fn nothing_tells_that_a_phone_is_known_here() {
    both(|city| {
        city.member_login(CHEN, CHEN).unwrap();
        let before = city.letters(CHEN).len();
        let pending = asks(city, CHEN).unwrap();
        assert_eq!(city.letters(CHEN).len(), before, "one code a minute, whoever asks for it");
        let last = city.code(CHEN);
        assert_eq!(field(proves(city, &pending, &last)).1, "access.code_wrong");
        city.pass(60);
        asks_again(city, &pending).unwrap();
        let token = proves(city, &pending, &city.code(CHEN)).unwrap();
        assert!(applicant_of(city, &token).is_some() && city.member_of(&token).is_none());
    });
}

#[test]
fn one_code_serves_once_and_one_phone_is_one_applicant_however_many_come_at_once() {
    both(|city| {
        let first = asks(city, HUANG).unwrap();
        let first_code = city.code(HUANG);
        city.pass(60);
        let second = asks(city, HUANG).unwrap();
        let second_code = city.code(HUANG);
        let inside = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..8)
                .map(|turn| if turn % 2 == 0 { (&first, &first_code) } else { (&second, &second_code) })
                .map(|(pending, code)| scope.spawn(move || proves(city, pending, code)))
                .collect();
            tries.into_iter().filter_map(|tried| tried.join().unwrap().ok()).count()
        });
        assert_eq!((inside, rows(city)), (2, 1));
    });
}

#[test]
fn an_applicants_session_ends_when_unused_and_by_logging_out() {
    both(|city| {
        let phone = Phone::parse(HUANG).unwrap();
        let id = city.write(move |txn| crate::admit_applicant(txn, &phone)).unwrap();
        let opened = || city.write(move |txn| open_session(txn, Account::Applicant(id))).unwrap();
        let token = opened();
        city.pass(29 * 60);
        assert!(applicant_of(city, &token).is_some());
        let token = opened();
        city.pass(30 * 60);
        assert!(applicant_of(city, &token).is_none());
        let token = opened();
        let session = applicant_of(city, &token).unwrap().session_id();
        city.pass(1);
        city.write(move |txn| log_out(txn, Account::Applicant(id), session)).unwrap();
        assert!(applicant_of(city, &token).is_none());
        assert_eq!(city.actions().last().unwrap(), "access.logged_out");
    });
}

#[test]
fn an_applicant_has_no_password_and_gets_none() {
    both(|city| {
        let phone = Phone::parse(HUANG).unwrap();
        let id = city.write(move |txn| crate::admit_applicant(txn, &phone)).unwrap();
        let hash = crate::Hash::of("lujiang2026").unwrap();
        assert!(city.write(move |txn| crate::set_password(txn, Account::Applicant(id), &hash)).is_err());
    });
}
