//! Changing, forgetting and setting passwords.

use ejia_kernel::Problem;
use ejia_messages::Template;

use crate::model::{Account, Came};
use crate::operations::challenges::Purpose;
use crate::operations::change_password::{begin, finish};
use crate::operations::finish_first_login::finish_first_login;
use crate::operations::log_in::Step;
use crate::operations::reset_password;
use crate::operations::set_member_password::{check, set_member_password};
use crate::passwords::Hash;
use crate::tests::city::*;

const OWN: &str = "lujiang2026";
const NEW: &str = "huandao2027";

fn request(city: &City, login: &str) -> Result<String, Problem> {
    let login = login.to_owned();
    city.write(move |txn| reset_password::request(txn, &login, HOME))
}

fn reset(city: &City, pending: &str, code: &str, password: &'static str) -> Result<(), Problem> {
    let (pending, code) = (pending.to_owned(), code.to_owned());
    let hash = Hash::of(password).unwrap();
    ended(city.write(move |txn| reset_password::finish(txn, &pending, &code, password, &hash)))
}

#[test]
fn a_forgotten_password_is_reset_by_a_code_and_the_locked_door_opens() {
    both(|city| {
        city.settled(Account::Member(city.chen), OWN);
        let old = token(city.member_login(CHEN, OWN));
        for _ in 0..5 {
            city.member_login(CHEN, "wrong").unwrap_err();
        }
        let pending = request(city, CHEN).unwrap();
        let wrong = city.wrong_code(CHEN);
        assert_eq!(field(reset(city, &pending, &wrong, NEW)), ("code".into(), "access.code_wrong"));
        let code = city.code(CHEN);
        reset(city, &pending, &code, NEW).unwrap();
        assert!(city.member_of(&old).is_none());
        assert!(city.member_of(&token(city.member_login(CHEN, NEW))).is_some());
        assert!(reset(city, &pending, &code, OWN).is_err());
        assert!(city.actions().contains(&"access.password_reset".to_owned()));
    });
}

#[test]
fn nothing_tells_whether_a_forgotten_account_exists() {
    both(|city| {
        for login in [CHEN, "13811112222", &city.id_card(city.lin), "nobody"] {
            let pending = request(city, login).unwrap();
            for _ in 0..4 {
                assert_eq!(field(reset(city, &pending, "000000", NEW)), ("code".into(), "access.code_wrong"));
            }
            assert_eq!(field(reset(city, &pending, "000000", NEW)), ("code".into(), "access.code_expired"));
            assert_eq!(request(city, login).unwrap_err().code, "access.code_too_soon");
        }
        // The phone's own limit is silent: by his ID-card number he asks anew, and nothing goes out.
        request(city, CHEN_ID).unwrap();
        assert_eq!(city.letters(CHEN).len(), 1);
    });
}

#[test]
fn a_changed_password_ends_all_other_sessions() {
    both(|city| {
        city.settled(Account::Member(city.chen), OWN);
        let (here, there) = (token(city.member_login(CHEN, OWN)), token(city.member_login(CHEN_ID, OWN)));
        let session = city.member_of(&here).unwrap().session_id();
        let account = Account::Member(city.chen);
        let change = |old: &str, new: &str| {
            let known = city.write(move |txn| begin(txn, account))?;
            let (right, hash) = (known.secret.opens(old), Hash::of(new).unwrap());
            ended(city.write(move |txn| finish(txn, &known, session, right, &hash)))
        };
        assert_eq!(field(change("wrong", NEW)), ("old".into(), "access.old_password_wrong"));
        change(OWN, NEW).unwrap();
        assert!(city.member_of(&here).is_some());
        assert!(city.member_of(&there).is_none());
        for _ in 0..5 {
            change("wrong", OWN).unwrap_err();
        }
        assert_eq!(change(NEW, OWN).unwrap_err().code, "access.locked");
    });
}

#[test]
fn two_changes_at_once_cannot_both_be_right() {
    both(|city| {
        let account = Account::Member(city.chen);
        city.settled(account, OWN);
        let session = city.member_of(&token(city.member_login(CHEN, OWN))).unwrap().session_id();
        let known = city.write(move |txn| begin(txn, account)).unwrap();
        let finish = |hash: Hash| {
            let known = known.clone();
            ended(city.write(move |txn| finish(txn, &known, session, true, &hash)))
        };
        finish(Hash::of(NEW).unwrap()).unwrap();
        assert_eq!(field(finish(Hash::of("third2028").unwrap())), ("old".into(), "access.old_password_wrong"));
    });
}

#[test]
fn a_member_without_a_phone_gets_a_password_from_his_branch_and_changes_it_at_once() {
    both(|city| {
        let lin = city.lin;
        let id_card = city.id_card(lin);
        assert_eq!(city.member_login(&id_card, "").unwrap_err().code, "access.wrong_login");
        let set = |officer: &str, password: &'static str| {
            let (by, hash) = (city.officer(officer), Hash::of(password).unwrap());
            city.write(move |txn| {
                check(txn, &by, lin, password)?;
                set_member_password(txn, &by, lin, &hash)
            })
        };
        for stranger in [SIBLING, OTHER_COMMITTEE] {
            assert_eq!(set(stranger, OWN).unwrap_err().code, "access.no_such_member");
        }
        assert_eq!(field(set(BRANCH, "12345678")), ("password".into(), "access.password_letters_digits"));
        set(BRANCH, OWN).unwrap();
        let step = city.member_login(&id_card, OWN);
        assert!(matches!(step, Ok(Step::NewPassword(_))));
        let (pending, hash) = (awaited(step).pending, Hash::of(NEW).unwrap());
        let session = ended(city.write(move |txn| {
            finish_first_login(txn, &pending, Purpose::FirstLogin, &Came::default(), "", NEW, &hash)
        }));
        assert!(city.member_of(&session.unwrap()).is_some());
        assert!(matches!(city.member_login(&id_card, NEW), Ok(Step::In(_))));
        set(COMMITTEE, OWN).unwrap();
        assert_eq!(city.member_login(&id_card, NEW).unwrap_err().code, "access.wrong_login");
    });
}

#[test]
fn a_password_set_by_an_administrator_still_needs_the_members_phone() {
    both(|city| {
        let (chen, by, hash) = (city.chen, city.officer(BRANCH), Hash::of(OWN).unwrap());
        city.settled(Account::Member(chen), NEW);
        let before = token(city.member_login(CHEN, NEW));
        for _ in 0..5 {
            city.member_login(CHEN, "wrong").unwrap_err();
        }
        city.write(move |txn| set_member_password(txn, &by, chen, &hash)).unwrap();
        assert!(city.member_of(&before).is_none());
        assert_eq!(city.letters(CHEN)[0].template, Template::PasswordSetByAdministrator);
        assert!(matches!(city.member_login(CHEN, OWN), Ok(Step::Code(_))));
    });
}
