//! 【划拨】, removing and coming back, on both databases.

use super::records::{change, counts};
use super::{add, add_record, committee_officer, in_city, officer, record_named, reload};
use crate::members::{Allocate, RecordField, Remove, Restored, allocate, remove, restore};
use crate::reviews::accept_all;
use crate::{Counts, member_by_phone};

#[test]
fn several_members_are_allocated_at_once_and_found_at_their_new_place() {
    in_city(|desk, city| {
        let members = [add(desk, city.first, "陈建国"), add(desk, city.first, "林晓梅")];
        change(desk, &members[0], &[(RecordField::Name, "陈建军")]).unwrap();
        let by = committee_officer(desk, city.committee);
        let input = Allocate {
            member: members.iter().map(|member| member.id.to_string()).collect(),
            branch: "中共集美第二支部委员会".to_owned(),
            branch_id: String::new(),
        };
        let moved = desk.write_now(move |txn| allocate(txn, &by, &input));
        assert_eq!(moved, Ok(2));
        assert_eq!(reload(desk, &members[0]).organization_id, city.second);
        assert_eq!((counts(desk, city.first).members, counts(desk, city.second).members), (0, 2));
        assert_eq!(counts(desk, city.second).waiting, 1);
        let (by, id) = (officer(desk, city.second), members[0].id);
        desk.write_now(move |txn| accept_all(txn, &by, id)).unwrap();
    });
}

#[test]
fn a_branch_must_be_named_exactly_or_chosen() {
    in_city(|desk, city| {
        let member = add(desk, city.first, "陈建国");
        for (branch, branch_id) in [
            ("集美", String::new()),
            ("", String::new()),
            ("中共湖里第一支部委员会", String::new()),
            ("", city.other.to_string()),
            ("", city.committee.to_string()),
        ] {
            let by = committee_officer(desk, city.committee);
            let input = Allocate { member: vec![member.id.to_string()], branch: branch.to_owned(), branch_id };
            let problem = desk.write_now(move |txn| allocate(txn, &by, &input)).unwrap_err();
            assert_eq!(problem.code, "directory.branch_needed", "{branch}");
        }
    });
}

#[test]
fn a_removed_member_is_kept_in_history_and_can_come_back() {
    in_city(|desk, city| {
        let member = add(desk, city.first, "陈建国");
        change(desk, &member, &[(RecordField::Name, "陈建军")]).unwrap();
        let (by, id) = (committee_officer(desk, city.committee), member.id);
        for (input, field) in
            [(Remove::default(), "reason"), (Remove { reason: "other".to_owned(), note: " ".to_owned() }, "note")]
        {
            let by = by.clone();
            let problem = desk.write_now(move |txn| remove(txn, &by, id, &input)).unwrap_err();
            assert_eq!(problem.fields[0].field, field);
        }
        let input = Remove { reason: "已转出".to_owned(), note: String::new() };
        {
            let by = by.clone();
            desk.write_now(move |txn| remove(txn, &by, id, &input)).unwrap();
        }
        assert_eq!(counts(desk, city.first), Counts::default());
        assert_eq!(reload(desk, &member).departed.unwrap().reason.label(), "已转出");
        let phone = member.record.phone.clone().unwrap();
        let asked = phone.clone();
        assert!(desk.read_now(move |txn| member_by_phone(txn, &asked)).unwrap().is_none());

        let mut newcomer = record_named("林晓梅");
        newcomer.phone = Some(phone);
        add_record(desk, city.second, newcomer);
        let restored = {
            let by = by.clone();
            desk.write_now(move |txn| restore(txn, &by, id)).unwrap()
        };
        assert_eq!(restored, Restored::WithoutPhone);
        assert_eq!(reload(desk, &member).record.phone, None);
        assert_eq!((counts(desk, city.first).members, counts(desk, city.first).without_phone), (1, 1));
        let twice = desk.write_now(move |txn| restore(txn, &by, id)).unwrap_err();
        assert_eq!(twice.code, "directory.member_present");
    });
}

#[test]
fn a_removed_member_does_not_come_back_beside_himself() {
    in_city(|desk, city| {
        let member = add(desk, city.first, "陈建国");
        let (by, id) = (committee_officer(desk, city.committee), member.id);
        let input = Remove { reason: "duplicate".to_owned(), note: String::new() };
        {
            let by = by.clone();
            desk.write_now(move |txn| remove(txn, &by, id, &input)).unwrap();
        }
        let mut twin = record_named("陈建国");
        twin.id_card = member.record.id_card.clone();
        add_record(desk, city.second, twin);
        let problem = desk.write_now(move |txn| restore(txn, &by, id)).unwrap_err();
        assert_eq!(problem.code, "directory.restore_id_card_taken");
    });
}
