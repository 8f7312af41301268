//! 【管理员信息】: the second, never a third, and who may change whom.

use ejia_kernel::{AdministratorId, Problem};
use ejia_messages::Template;

use crate::model::Account;
use crate::operations::administrators::{AdministratorForm, add, correct, remove, reset};
use crate::operations::log_in::Step;
use crate::tests::city::*;
use crate::views;

const OWN: &str = "lujiang2026";
const CAI: &str = "13700137001";

fn form(city: &City, organization: &str, user_name: &str) -> AdministratorForm {
    AdministratorForm {
        organization_id: city.organization(organization).to_string(),
        user_name: user_name.to_owned(),
        name: "蔡二".to_owned(),
        phone: CAI.to_owned(),
        version: 1,
    }
}

fn added(city: &City, by: &str, form: &AdministratorForm) -> Result<AdministratorId, Problem> {
    let (by, form) = (city.officer(by), form.clone());
    city.write(move |txn| add(txn, &by, &form))
}

#[test]
fn a_second_administrator_can_be_added_and_logs_in_by_his_user_name() {
    both(|city| {
        added(city, BRANCH, &form(city, BRANCH, "Cai2")).unwrap();
        assert_eq!(city.letters(CAI)[0].template, Template::AdministratorChanged);
        assert!(matches!(city.office_login("CAI2", "123456", ""), Ok(Step::Code(_))));
        assert_eq!(city.letters(CAI)[1].template, Template::AdministratorCode);
        assert!(matches!(city.office_login(BRANCH, "123456", ""), Ok(Step::Code(_))));
    });
}

#[test]
fn a_third_administrator_is_refused_however_many_try_at_once() {
    both(|city| {
        let by = city.officer(COMMITTEE);
        let added = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..8)
                .map(|number| {
                    let (by, form) = (by.clone(), form(city, BRANCH, &format!("second{number}")));
                    scope.spawn(move || city.write(move |txn| add(txn, &by, &form)))
                })
                .collect();
            let answers: Vec<_> = tries.into_iter().map(|tried| tried.join().unwrap()).collect();
            for refused in answers.iter().filter_map(|answer| answer.as_ref().err()) {
                assert_eq!((refused.code, refused.status()), ("access.third_administrator", 409));
            }
            answers.iter().filter(|answer| answer.is_ok()).count()
        });
        assert_eq!(added, 1);
    });
}

#[test]
fn a_user_name_is_unique_and_a_phone_is_needed() {
    both(|city| {
        added(city, BRANCH, &form(city, BRANCH, "cai2")).unwrap();
        let taken = added(city, SIBLING, &form(city, SIBLING, "CAI2"));
        assert_eq!(field(taken), ("user_name".into(), "directory.user_name_taken"));
        let mut wrong = form(city, SIBLING, "蔡");
        wrong.phone = String::new();
        wrong.name = String::new();
        let refused = added(city, SIBLING, &wrong).unwrap_err();
        let fields: Vec<_> = refused.fields.iter().map(|field| (field.field.as_str(), field.code)).collect();
        assert_eq!(
            fields,
            [
                ("user_name", "access.user_name_letters_digits"),
                ("name", "kernel.name_empty"),
                ("phone", "access.administrator_phone_required")
            ]
        );
    });
}

#[test]
fn only_the_other_administrator_and_those_above_may_change_one() {
    both(|city| {
        added(city, BRANCH, &form(city, BRANCH, "cai2")).unwrap();
        let first = city.administrator(BRANCH);
        for (by, answer) in [
            (SIBLING, Err("access.no_such_administrator")),
            (OTHER_COMMITTEE, Err("access.no_such_administrator")),
            (BRANCH, Err("access.not_for_oneself")),
            ("cai2", Ok(())),
            (COMMITTEE, Ok(())),
            (CITY, Ok(())),
        ] {
            let by = city.officer(by);
            let done = city.write(move |txn| reset(txn, &by, first)).map_err(|problem| problem.code);
            assert_eq!(done, answer);
        }
        let by = city.officer(BRANCH);
        let above = city.administrator(COMMITTEE);
        assert!(city.write(move |txn| reset(txn, &by, above)).is_err());
        for by in [SIBLING, OTHER_COMMITTEE] {
            let refused = added(city, by, &form(city, BRANCH, "third"));
            assert_eq!(refused.unwrap_err().code, "access.no_such_organization");
        }
    });
}

#[test]
fn a_reset_brings_the_first_password_back_and_ends_the_sessions() {
    both(|city| {
        let first = city.administrator(BRANCH);
        city.settled(Account::Administrator(first), OWN);
        let inside = city.write(move |txn| crate::open_session(txn, Account::Administrator(first))).unwrap();
        for _ in 0..5 {
            city.office_login(BRANCH, "wrong", "").unwrap_err();
        }
        let by = city.officer(COMMITTEE);
        city.write(move |txn| reset(txn, &by, first)).unwrap();
        assert!(city.officer_of(&inside).is_none());
        assert_eq!(city.office_login(BRANCH, OWN, "").unwrap_err().code, "access.wrong_office_login");
        assert!(matches!(city.office_login(BRANCH, "123456", ""), Ok(Step::Code(_))));
        assert!(city.actions().contains(&"access.administrator_password_reset".to_owned()));
    });
}

#[test]
fn a_changed_administrator_is_told_and_reminded_until_he_changes_his_password() {
    both(|city| {
        let first = city.administrator(BRANCH);
        let account = Account::Administrator(first);
        city.settled(account, OWN);
        let inside = city.write(move |txn| crate::open_session(txn, account)).unwrap();
        assert!(!city.officer_of(&inside).unwrap().remind_password());
        let change = |name: &str, phone: &str, version: i64| {
            let by = city.officer(COMMITTEE);
            let form =
                AdministratorForm { name: name.into(), phone: phone.into(), version, ..AdministratorForm::default() };
            city.write(move |txn| correct(txn, &by, first, &form))
        };
        change("管11", "", 1).unwrap();
        assert!(!city.officer_of(&inside).unwrap().remind_password(), "nothing was changed");
        change("郑新", "", 1).unwrap();
        let officer = city.officer_of(&inside).unwrap();
        assert_eq!((officer.name(), officer.remind_password()), ("郑新", true));
        assert_eq!(change("郑旧", "", 1).unwrap_err().status(), 409);
        assert_eq!(field(change("郑新", "12345", 2)), ("phone".into(), "kernel.phone_digits"));
        change("郑新", CAI, 2).unwrap();
        assert!(city.officer_of(&inside).is_none(), "the old phone's owner is out");
        assert_eq!(city.letters(CAI).len(), 1);
        city.settled(account, "huandao2027");
        let inside = city.write(move |txn| crate::open_session(txn, account)).unwrap();
        assert!(!city.officer_of(&inside).unwrap().remind_password());
    });
}

#[test]
fn the_second_administrator_can_be_removed_and_the_first_stays() {
    both(|city| {
        let second = added(city, BRANCH, &form(city, BRANCH, "cai2")).unwrap();
        let inside = city.write(move |txn| crate::open_session(txn, Account::Administrator(second))).unwrap();
        let (by, first) = (city.officer(COMMITTEE), city.administrator(BRANCH));
        let refused = city.write(move |txn| remove(txn, &by, first)).unwrap_err();
        assert_eq!(refused.code, "access.first_administrator_stays");
        let by = city.officer(BRANCH);
        city.write(move |txn| remove(txn, &by, second)).unwrap();
        assert!(city.officer_of(&inside).is_none());
        assert!(city.office_login("cai2", "123456", "").is_err());
        added(city, BRANCH, &form(city, BRANCH, "cai2")).unwrap();
    });
}

#[test]
fn the_list_shows_masked_phones_and_the_way_down() {
    both(|city| {
        let by = city.officer(COMMITTEE);
        let own = city.desk.read_now(move |txn| views::administrators(txn, &by, None, "")).unwrap();
        assert_eq!(own.administrators[0].phone, "139****0001");
        assert!(own.administrators[0].oneself);
        assert_eq!(own.children.len(), 2);
        let (by, branch) = (city.officer(COMMITTEE), city.organization(BRANCH));
        let below = city.desk.read_now(move |txn| views::administrators(txn, &by, Some(branch), "12党")).unwrap();
        assert_eq!(below.way.iter().map(|one| one.code.as_str()).collect::<Vec<_>>(), [COMMITTEE, BRANCH]);
        assert_eq!(below.found.iter().map(|one| one.code.as_str()).collect::<Vec<_>>(), [SIBLING]);
        assert!(below.administrators[0].first_password && below.may_add);
        let (by, city_id) = (city.officer(COMMITTEE), city.organization(CITY));
        assert!(city.desk.read_now(move |txn| views::administrators(txn, &by, Some(city_id), "")).is_err());
    });
}
