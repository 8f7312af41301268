//! Who may do what, and cases that reach beyond one's own organization.

use ejia_kernel::{AdministratorId, ChangeId, Phone, Problem};

use super::{add, add_record, caller, form, in_city, officer, record_named, reload};
use crate::cases::{CasesAsked, CasesView, Resolve, case_by_number, resolve_case};
use crate::members::authority::overseen;
use crate::members::store::history::waiting_of;
use crate::members::{Edited, OwnSaved, RecordField, Unmask, change_own, edit_record, unmask};
use crate::reviews::{SendBack, accept, accept_all, send_back};
use crate::{
    NewAdministrator, Seat, administrator_by_login, administrators_of, insert_administrator, remove_administrator,
};

#[test]
fn a_member_of_another_organization_does_not_exist_for_an_officer() {
    in_city(|desk, city| {
        let member = add(desk, city.first, "陈建国");
        let own = caller(&member);
        desk.write_now(move |txn| change_own(txn, &own, &form(&[(RecordField::Name, "陈建军")]))).unwrap();
        for (organization, sees) in [
            (city.root, true),
            (city.committee, true),
            (city.first, true),
            (city.second, false),
            (city.other_committee, false),
            (city.other, false),
            (city.desk, false),
        ] {
            let (by, id) = (officer(desk, organization), member.id);
            let seen = {
                let by = by.clone();
                desk.read_now(move |txn| overseen(txn, &by, id).map(|_| ()))
            };
            assert_eq!(seen.is_ok(), sees);
            let denied = |outcome: Result<(), Problem>| outcome.unwrap_err().code == "directory.no_such_member";
            if !sees {
                let by2 = by.clone();
                assert!(denied(desk.write_now(move |txn| edit_record(txn, &by2, id, &form(&[])).map(|_| ()))));
                let by2 = by.clone();
                let reason = Unmask { reason: "看看".to_owned() };
                assert!(denied(desk.write_now(move |txn| unmask(txn, &by2, id, &reason).map(|_| ()))));
                assert!(denied(desk.write_now(move |txn| accept_all(txn, &by, id).map(|_| ()))));
            }
        }
        let (above, id) = (officer(desk, city.committee), member.id);
        let problem = desk.write_now(move |txn| accept_all(txn, &above, id)).unwrap_err();
        assert_eq!(problem.code, "directory.branch_reviews");
        assert!(officer(desk, city.first).as_committee().is_err());
    });
}

#[test]
fn a_change_of_anothers_member_answers_as_one_that_does_not_exist_whatever_is_said_of_it() {
    in_city(|desk, city| {
        let member = add(desk, city.first, "陈建国");
        let own = caller(&member);
        desk.write_now(move |txn| change_own(txn, &own, &form(&[(RecordField::Name, "陈建军")]))).unwrap();
        let there = desk.read_now(move |txn| waiting_of(txn, member.id)).unwrap()[0].id;
        let by = officer(desk, city.other);
        for id in [there, ChangeId::new(desk.now())] {
            let (taken, sent) = (by.clone(), by.clone());
            let taken = desk.write_now(move |txn| accept(txn, &taken, id).map(drop)).unwrap_err();
            let sent = desk.write_now(move |txn| send_back(txn, &sent, id, &SendBack::default())).unwrap_err();
            assert_eq!((taken.code, sent.code), ("directory.no_such_change", "directory.no_such_change"));
        }
    });
}

fn clash(edited: Result<Edited, Problem>) -> String {
    match edited.unwrap() {
        Edited::Clashed(clash) => clash.number,
        Edited::Saved(_) => panic!("a clash was expected"),
    }
}

#[test]
fn a_taken_phone_is_refused_with_a_number_and_the_help_desk_gives_it() {
    in_city(|desk, city| {
        let claimant = add(desk, city.first, "陈建国");
        let holder = add(desk, city.other, "林晓梅");
        let phone = holder.record.text(RecordField::Phone);
        let entered = form(&[(RecordField::Phone, &phone), (RecordField::Post, "医生")]);
        let edit = |entered: crate::members::RecordEntered| {
            let (by, id) = (officer(desk, city.first), claimant.id);
            desk.write_now(move |txn| edit_record(txn, &by, id, &entered))
        };
        let number = clash(edit(entered.clone()));
        assert_eq!(number, "K2026-000001");
        assert_eq!(clash(edit(entered)), number, "the same clash is the same case");
        assert_eq!(reload(desk, &claimant).record, claimant.record, "nothing else was saved");
        let own = caller(&claimant);
        let asked = form(&[(RecordField::Phone, &phone)]);
        let told = desk.write_now(move |txn| change_own(txn, &own, &asked)).unwrap();
        assert!(matches!(told, OwnSaved::Clashed(clash) if clash.number == number));

        let case = desk.read_now(move |txn| case_by_number(txn, "K2026-000001")).unwrap().unwrap();
        let resolve = |organization, outcome: &str| {
            let by = officer(desk, organization);
            let input =
                Resolve { outcome: outcome.to_owned(), note: "已电话核实".to_owned(), ..Resolve::default() };
            desk.write_now(move |txn| resolve_case(txn, &by, case, &input))
        };
        assert_eq!(resolve(city.root, "given").unwrap_err().code, "directory.help_desk_only");
        resolve(city.desk, "given").unwrap();
        assert_eq!(reload(desk, &claimant).record.text(RecordField::Phone), phone);
        assert_eq!(reload(desk, &holder).record.phone, None);
        assert_eq!(resolve(city.desk, "kept").unwrap_err().code, "directory.case_already_resolved");
        let open =
            desk.read_now(|txn| CasesView::of(txn, &CasesAsked::default()).map(|view| view.cases.len())).unwrap();
        let resolved = desk
            .read_now(|txn| {
                CasesView::of(txn, &CasesAsked { resolved: true, ..CasesAsked::default() }).map(|view| view.cases.len())
            })
            .unwrap();
        assert_eq!((open, resolved), (0, 1));
    });
}

#[test]
fn a_taken_id_card_number_is_given_only_when_its_holder_gets_his_own() {
    in_city(|desk, city| {
        let claimant = add(desk, city.first, "陈建国");
        let holder = add(desk, city.other, "林晓梅");
        let wanted = holder.record.id_card.expose().to_owned();
        let (by, id, entered) = (officer(desk, city.first), claimant.id, form(&[(RecordField::IdCard, &wanted)]));
        let number = clash(desk.write_now(move |txn| edit_record(txn, &by, id, &entered)));
        let case = desk.read_now(move |txn| case_by_number(txn, &number)).unwrap().unwrap();
        let resolve = |corrected: &str| {
            let by = officer(desk, city.desk);
            let input = Resolve {
                outcome: "given".to_owned(),
                note: "已核实".to_owned(),
                corrected_id_card: corrected.to_owned(),
                ..Resolve::default()
            };
            desk.write_now(move |txn| resolve_case(txn, &by, case, &input))
        };
        for (corrected, code) in [
            ("", "directory.corrected_id_card_needed"),
            (wanted.as_str(), "directory.corrected_id_card_same"),
            (claimant.record.id_card.expose(), "directory.id_card_taken"),
            ("123", "kernel.id_card_length"),
        ] {
            assert_eq!(resolve(corrected).unwrap_err().fields[0].code, code);
        }
        let right = ejia_kernel::IdCardNumber::complete("35021119910203002").unwrap();
        resolve(right.expose()).unwrap();
        assert_eq!(reload(desk, &claimant).record.id_card.expose(), wanted);
        let holder = reload(desk, &holder);
        assert_eq!((holder.record.id_card.clone(), holder.record.born_on), (right.clone(), right.birth_date()));
    });
}

#[test]
fn two_records_of_one_person_become_one() {
    in_city(|desk, city| {
        let claimant = add(desk, city.first, "陈建国");
        let holder = add(desk, city.other, "陈建国");
        let wanted = holder.record.id_card.expose().to_owned();
        let (by, id, entered) = (officer(desk, city.first), claimant.id, form(&[(RecordField::IdCard, &wanted)]));
        let number = clash(desk.write_now(move |txn| edit_record(txn, &by, id, &entered)));
        let case = desk.read_now(move |txn| case_by_number(txn, &number)).unwrap().unwrap();
        let by = officer(desk, city.desk);
        let input = Resolve {
            outcome: "same_person".to_owned(),
            note: "同一人".to_owned(),
            removed: "holder".to_owned(),
            ..Resolve::default()
        };
        desk.write_now(move |txn| resolve_case(txn, &by, case, &input)).unwrap();
        assert!(reload(desk, &holder).departed.is_some());
        assert_eq!(reload(desk, &claimant).record.id_card.expose(), wanted);
    });
}

#[test]
fn case_numbers_have_no_gaps_under_concurrency() {
    in_city(|desk, city| {
        let holder = add(desk, city.other, "林晓梅");
        let phone = holder.record.text(RecordField::Phone);
        let claimants: Vec<_> = (0..8).map(|_| add(desk, city.first, "陈建国")).collect();
        let mut numbers: Vec<String> = std::thread::scope(|scope| {
            let running: Vec<_> = claimants
                .iter()
                .map(|claimant| {
                    let (by, id, entered) =
                        (officer(desk, city.first), claimant.id, form(&[(RecordField::Phone, &phone)]));
                    scope.spawn(move || clash(desk.write_now(move |txn| edit_record(txn, &by, id, &entered))))
                })
                .collect();
            running.into_iter().map(|one| one.join().unwrap()).collect()
        });
        numbers.sort();
        let expected: Vec<String> = (1..=8).map(|n| format!("K2026-{n:06}")).collect();
        assert_eq!(numbers, expected);
    });
}

#[test]
fn an_organization_has_two_seats_and_user_names_are_unique() {
    in_city(|desk, city| {
        let new = |seat, user_name: Option<&str>, organization| NewAdministrator {
            id: AdministratorId::random(),
            organization_id: organization,
            seat,
            user_name: user_name.map(str::to_owned),
            name: "李联系".to_owned(),
            phone: Phone::parse("13800138003").ok(),
        };
        let insert = |new: NewAdministrator| desk.write_now(move |txn| insert_administrator(txn, &new));
        insert(new(Seat::First, None, city.first)).unwrap();
        insert(new(Seat::Second, Some("JiMei2"), city.first)).unwrap();
        assert_eq!(insert(new(Seat::Second, Some("third"), city.first)).unwrap_err().code, "directory.seat_taken");
        assert_eq!(
            insert(new(Seat::First, Some("jimei2"), city.second)).unwrap_err().code,
            "directory.user_name_taken"
        );
        assert_eq!(
            insert(new(Seat::First, Some("350200000005"), city.second)).unwrap_err().code,
            "directory.user_name_taken"
        );
        for (login, seat) in
            [("350200000005", Some(Seat::First)), ("JIMEI2", Some(Seat::Second)), ("350200000006", None)]
        {
            let found = desk.read_now(move |txn| administrator_by_login(txn, login)).unwrap();
            assert_eq!(found.map(|found| found.seat), seat, "{login}");
        }
        let all = desk.read_now(move |txn| administrators_of(txn, city.first)).unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!(all[0].phone.as_ref().unwrap().expose(), "13800138003");
        let second = all[1].id;
        desk.write_now(move |txn| remove_administrator(txn, second)).unwrap();
        insert(new(Seat::Second, Some("jimei2"), city.first)).unwrap();
    });
}

#[test]
fn a_number_taken_by_a_race_is_a_refusal_and_no_fault() {
    in_city(|desk, city| {
        let holder = add(desk, city.other, "林晓梅");
        let mut record = record_named("陈建国");
        record.phone.clone_from(&holder.record.phone);
        let path = holder.path.clone();
        let problem = desk
            .write_now(move |txn| {
                let new = crate::NewMember {
                    id: ejia_kernel::MemberId::random(),
                    organization_id: city.other,
                    path: path.clone(),
                    record: record.clone(),
                };
                crate::insert_members(txn, &[new])
            })
            .unwrap_err();
        assert_eq!(problem.code, "directory.phone_taken");
        let _ = add_record(desk, city.other, record_named("陈建国"));
    });
}
