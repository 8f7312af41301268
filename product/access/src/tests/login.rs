//! Knocking at both doors.

use crate::model::{Account, Came, Side};
use crate::operations::challenges::Purpose;
use crate::operations::finish_first_login::finish_first_login;
use crate::operations::log_in::{Step, another_code, officer_code};
use crate::passwords::Hash;
use crate::tests::city::*;

const OWN: &str = "lujiang2026";

fn finish(
    city: &City,
    pending: &str,
    purpose: Purpose,
    code: &str,
    password: &'static str,
) -> Result<String, ejia_kernel::Problem> {
    let (pending, code, hash) = (pending.to_owned(), code.to_owned(), Hash::of(password).unwrap());
    ended(city.write(move |txn| finish_first_login(txn, &pending, purpose, &Came::default(), &code, password, &hash)))
}

#[test]
fn a_members_first_password_opens_nothing_without_the_code_and_a_password_of_his_own() {
    both(|city| {
        let begun = awaited(city.member_login(CHEN, CHEN));
        assert_eq!(begun.phone, "138****8003");
        assert!(begun.sent);
        let first = Purpose::FirstLogin;
        assert_eq!(field(finish(city, &begun.pending, first, "", OWN)), ("code".into(), "access.code_missing"));
        let wrong = city.wrong_code(CHEN);
        assert_eq!(field(finish(city, &begun.pending, first, &wrong, OWN)), ("code".into(), "access.code_wrong"));
        let code = city.code(CHEN);
        let weak = finish(city, &begun.pending, first, &code, "x13800138003");
        assert_eq!(field(weak), ("password".into(), "access.password_holds_number"));
        let session = finish(city, &begun.pending, first, &code, OWN).unwrap();
        assert_eq!(city.member_of(&session).unwrap().name(), "陈建国");
        assert_eq!(
            finish(city, &begun.pending, first, &code, OWN).unwrap_err().code,
            "access.login_begun_too_long_ago"
        );
        assert_eq!(city.member_login(CHEN, CHEN).unwrap_err().code, "access.wrong_login");
        assert!(city.member_of(&token(city.member_login(CHEN_ID, OWN))).is_some());
        assert!(city.member_of(&token(city.member_login(CHEN, OWN))).is_some());
    });
}

#[test]
fn an_administrator_needs_password_and_code_and_changes_the_first_one() {
    both(|city| {
        let phone = phone_of(BRANCH);
        assert!(
            matches!(city.office_login(BRANCH, "123456", "000000"), Err(problem) if problem.fields[0].field == "code")
        );
        let begun = awaited(city.office_login(BRANCH, "123456", ""));
        let unfinished = finish(city, &begun.pending, Purpose::OfficeLogin, "", OWN);
        assert_eq!(field(unfinished), ("code".into(), "access.code_missing"));
        let code = city.code(&phone);
        let pending = begun.pending.clone();
        let step = ended(city.write(move |txn| officer_code(txn, &pending, &code, &Came::default())));
        assert!(matches!(step, Ok(Step::NewPassword(_))));
        let passed = awaited(step);
        assert_ne!(passed.pending, begun.pending);
        let session = finish(city, &passed.pending, Purpose::OfficeLogin, "", OWN).unwrap();
        let officer = city.officer_of(&session).unwrap();
        assert_eq!(officer.organization_name(), "第11党支部");
        assert!(!officer.remind_password());
        assert!(city.office_login(BRANCH, "123456", "").is_err());

        city.pass(61);
        let begun = awaited(city.office_login(BRANCH, OWN, ""));
        let all_three = city.office_login(BRANCH, OWN, &city.code(&phone));
        assert!(city.officer_of(&token(all_three)).is_some());
        let (pending, code) = (begun.pending, city.code(&phone));
        let spent = ended(city.write(move |txn| officer_code(txn, &pending, &code, &Came::default())));
        assert_eq!(spent.unwrap_err().code, "access.login_begun_too_long_ago");
    });
}

#[test]
fn unknown_and_wrong_are_answered_and_locked_alike() {
    both(|city| {
        city.settled(Account::Member(city.chen), OWN);
        for login in [CHEN, CHEN_ID, "13811112222", "11010519491231002X", "no number at all"] {
            for turn in 0..5 {
                let refused = city.try_login(Side::Member, login, "wrong", "", &format!("{login}{turn}")).unwrap_err();
                assert_eq!((refused.code, refused.args.len()), ("access.wrong_login", 0), "{login}");
            }
            let refused = city.try_login(Side::Member, login, OWN, "", "elsewhere").unwrap_err();
            assert_eq!(refused.code, "access.locked", "{login}");
            assert_eq!(refused.args, [("minutes", "15".to_owned())]);
        }
        for login in [BRANCH, "350299999999", "nobody"] {
            for turn in 0..5 {
                let refused = city.try_login(Side::Office, login, "wrong", "", &format!("{login}{turn}")).unwrap_err();
                assert_eq!(refused.code, "access.wrong_office_login", "{login}");
            }
            assert_eq!(city.office_login(login, "123456", "").unwrap_err().code, "access.locked", "{login}");
        }
        city.pass(15 * 60);
        assert!(matches!(city.member_login(CHEN, OWN), Ok(Step::In(_))));
        assert!(city.letters(CHEN).is_empty());
    });
}

#[test]
fn a_right_password_takes_the_count_back() {
    both(|city| {
        city.settled(Account::Member(city.chen), OWN);
        for _ in 0..3 {
            for _ in 0..4 {
                assert_eq!(city.member_login(CHEN, "wrong").unwrap_err().code, "access.wrong_login");
            }
            assert!(matches!(city.member_login(CHEN, OWN), Ok(Step::In(_))));
        }
    });
}

#[test]
fn thirty_failures_lock_an_address_for_all_accounts() {
    both(|city| {
        city.settled(Account::Member(city.chen), OWN);
        for turn in 0..29 {
            city.member_login(&format!("{turn}"), "wrong").unwrap_err();
        }
        assert!(matches!(city.member_login(CHEN, OWN), Ok(Step::In(_))));
        assert_eq!(city.member_login("30", "wrong").unwrap_err().code, "access.wrong_login");
        assert_eq!(city.member_login(CHEN, OWN).unwrap_err().code, "access.locked");
        assert!(matches!(city.try_login(Side::Member, CHEN, OWN, "", "10.0.0.2"), Ok(Step::In(_))));
    });
}

#[test]
fn many_tries_at_once_get_no_further_than_five() {
    both(|city| {
        let mut wrong = 0;
        std::thread::scope(|scope| {
            let tries: Vec<_> = (0..20)
                .map(|turn| scope.spawn(move || city.try_login(Side::Member, CHEN, "wrong", "", &turn.to_string())))
                .collect();
            for tried in tries {
                match tried.join().unwrap().unwrap_err().code {
                    "access.wrong_login" => wrong += 1,
                    code => assert_eq!(code, "access.locked"),
                }
            }
        });
        assert_eq!(wrong, 5);
    });
}

#[test]
fn a_code_is_tried_five_times_lives_five_minutes_and_is_used_once() {
    both(|city| {
        city.settled(Account::Administrator(city.administrator(BRANCH)), OWN);
        let phone = phone_of(BRANCH);
        let tried = |pending: &str, code: &str| {
            let (pending, code) = (pending.to_owned(), code.to_owned());
            ended(city.write(move |txn| officer_code(txn, &pending, &code, &Came::default())))
        };
        let begun = awaited(city.office_login(BRANCH, OWN, ""));
        let (right, wrong) = (city.code(&phone), city.wrong_code(&phone));
        for _ in 0..4 {
            assert_eq!(field(tried(&begun.pending, &wrong)), ("code".into(), "access.code_wrong"));
        }
        assert_eq!(field(tried(&begun.pending, &wrong)), ("code".into(), "access.code_expired"));
        assert_eq!(field(tried(&begun.pending, &right)), ("code".into(), "access.code_expired"));

        city.pass(60);
        let pending = begun.pending.clone();
        city.write(move |txn| another_code(txn, &pending, Purpose::OfficeLogin)).unwrap();
        let right = city.code(&phone);
        city.pass(5 * 60);
        assert_eq!(field(tried(&begun.pending, &right)), ("code".into(), "access.code_expired"));

        let pending = begun.pending.clone();
        city.write(move |txn| another_code(txn, &pending, Purpose::OfficeLogin)).unwrap();
        let right = city.code(&phone);
        assert!(matches!(tried(&begun.pending, &right), Ok(Step::In(_))));
        assert_eq!(tried(&begun.pending, &right).unwrap_err().code, "access.login_begun_too_long_ago");
    });
}

#[test]
fn one_code_opens_one_session_however_many_send_it_at_once() {
    both(|city| {
        city.settled(Account::Administrator(city.administrator(BRANCH)), OWN);
        let begun = awaited(city.office_login(BRANCH, OWN, ""));
        let code = city.code(&phone_of(BRANCH));
        let inside = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..8)
                .map(|_| {
                    let (pending, code) = (begun.pending.clone(), code.clone());
                    scope.spawn(move || {
                        ended(city.write(move |txn| officer_code(txn, &pending, &code, &Came::default())))
                    })
                })
                .collect();
            tries.into_iter().filter_map(|tried| tried.join().unwrap().ok()).count()
        });
        assert_eq!(inside, 1);
    });
}

#[test]
fn codes_are_limited_by_phone_and_the_one_just_sent_still_counts() {
    both(|city| {
        city.settled(Account::Administrator(city.administrator(BRANCH)), OWN);
        let phone = phone_of(BRANCH);
        assert!(awaited(city.office_login(BRANCH, OWN, "")).sent);
        let again = awaited(city.office_login(BRANCH, OWN, ""));
        assert!(!again.sent);
        assert_eq!(city.letters(&phone).len(), 1);
        let pending = again.pending.clone();
        let refused = city.write(move |txn| another_code(txn, &pending, Purpose::OfficeLogin)).unwrap_err();
        assert_eq!((refused.code, refused.status()), ("access.code_too_soon", 429));
        let (pending, code) = (again.pending, city.code(&phone));
        assert!(matches!(
            ended(city.write(move |txn| officer_code(txn, &pending, &code, &Came::default()))),
            Ok(Step::In(_))
        ));
        for _ in 1..5 {
            city.pass(60);
            assert!(awaited(city.office_login(BRANCH, OWN, "")).sent);
        }
        city.pass(60);
        let refused = city.office_login(BRANCH, OWN, "").unwrap_err();
        assert_eq!((refused.code, refused.args[0].1.as_str()), ("access.code_too_many", "55"));
        assert_eq!(city.letters(&phone).len(), 5);
    });
}

#[test]
fn a_begun_login_is_over_after_a_quarter_of_an_hour_and_serves_one_purpose() {
    both(|city| {
        let begun = awaited(city.member_login(CHEN, CHEN));
        let code = city.code(CHEN);
        let (pending, typed) = (begun.pending.clone(), code.clone());
        let elsewhere = ended(city.write(move |txn| officer_code(txn, &pending, &typed, &Came::default())));
        assert_eq!(elsewhere.unwrap_err().code, "access.login_begun_too_long_ago");
        city.pass(15 * 60);
        let late = finish(city, &begun.pending, Purpose::FirstLogin, &code, OWN);
        assert_eq!(late.unwrap_err().code, "access.login_begun_too_long_ago");
    });
}
