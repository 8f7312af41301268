//! What happens to records: edits, reviews, reading in full, on both databases.

use ejia_audit::about;
use ejia_db::{Desk, args};
use ejia_kernel::{MemberId, Problem};

use super::{add, add_record, caller, committee_officer, form, in_city, officer, record_named, reload, with};
use crate::members::store::history::{self, ChangeState};
use crate::members::{
    Allocate, Edited, OwnSaved, RecordField, Unmask, allocate, ask_review, change_own, edit_record, unmask, withdraw,
};
use crate::reviews::{Accepted, SendBack, accept, accept_all, review_as_it_stands, send_back};
use crate::{Counts, Member, counts_under, tree};

pub(super) fn counts(desk: &Desk, id: ejia_kernel::OrganizationId) -> Counts {
    desk.read_now(move |txn| {
        let path = tree(txn)?.find(id)?.path.clone();
        counts_under(txn, &path)
    })
    .unwrap()
}

fn edit(
    desk: &Desk,
    by: ejia_kernel::OrganizationId,
    member: &Member,
    values: &[(RecordField, &str)],
) -> Result<Edited, Problem> {
    let (by, id, form) = (officer(desk, by), member.id, form(values));
    desk.write_now(move |txn| edit_record(txn, &by, id, &form))
}

pub(super) fn change(desk: &Desk, member: &Member, values: &[(RecordField, &str)]) -> Result<OwnSaved, Problem> {
    let (by, form) = (caller(member), form(values));
    desk.write_now(move |txn| change_own(txn, &by, &form))
}

fn waiting(desk: &Desk, id: MemberId) -> Vec<history::Change> {
    desk.read_now(move |txn| history::waiting_of(txn, id)).unwrap()
}

#[test]
fn an_administrator_corrects_locked_items_too_and_history_names_them() {
    in_city(|desk, city| {
        let member = add(desk, city.first, "陈建国");
        let done = edit(desk, city.first, &member, &[(RecordField::Name, "陈建军"), (RecordField::Post, "教师")]);
        assert_eq!(done, Ok(Edited::Saved(vec![RecordField::Name, RecordField::Post])));
        let after = reload(desk, &member);
        assert_eq!(after.record.name.as_str(), "陈建军");
        assert_eq!(after.version, member.version + 1);
        let id = member.id;
        let (changes, trace) =
            desk.read_now(move |txn| Ok((history::of_member(txn, id, 10)?, about(txn, "member", id, 10)?))).unwrap();
        assert_eq!(changes.len(), 2);
        assert!(changes.iter().any(|change| change.before == "陈建国" && change.after == "陈建军"));
        assert_eq!(trace[0].action, "directory.record_edited");
        assert_eq!(trace[0].facts["fields"], "name,post");
        assert_eq!(edit(desk, city.first, &after, &[(RecordField::Post, "教师")]), Ok(Edited::Saved(vec![])));
    });
}

/// The counts of a branch as its members' rows say.
fn counted(desk: &Desk, id: ejia_kernel::OrganizationId) -> Counts {
    let sql = "SELECT count(*), count(CASE WHEN kind = 'probationary' THEN 1 END),
                   count(CASE WHEN phone_index IS NULL THEN 1 END), count(CASE WHEN waiting > 0 THEN 1 END)
               FROM member WHERE organization_id = $1 AND departed_at IS NULL";
    desk.read_now(move |txn| {
        Ok(txn.one(sql, &args![id], |row| {
            let (members, probationary) = (row.get(0)?, row.get(1)?);
            Ok(Counts { members, probationary, without_phone: row.get(2)?, waiting: row.get(3)? })
        })?)
    })
    .unwrap()
}

#[test]
fn the_counts_of_a_branch_follow_what_becomes_of_its_members() {
    in_city(|desk, city| {
        let (chen, lin) = (add(desk, city.first, "陈建国"), add(desk, city.first, "林秀英"));
        let agree = |waiting: i64| {
            let counts = counts(desk, city.first);
            assert_eq!((counts, counts.waiting), (counted(desk, city.first), waiting));
        };
        agree(0);
        for member in [&chen, &lin] {
            change(desk, member, &[(RecordField::Name, "陈建军"), (RecordField::EthnicGroup, "回族")]).unwrap();
        }
        agree(2);
        let [first, second] = waiting(desk, chen.id).try_into().map(|two: [history::Change; 2]| two).unwrap();
        let by = officer(desk, city.first);
        desk.write_now(move |txn| accept(txn, &by, first.id).map(drop)).unwrap();
        agree(2);
        let (by, reason) = (officer(desk, city.first), SendBack { reason: "再看看".to_owned() });
        desk.write_now(move |txn| send_back(txn, &by, second.id, &reason)).unwrap();
        agree(1);
        let (by, id) = (officer(desk, city.first), lin.id);
        desk.write_now(move |txn| accept_all(txn, &by, id).map(drop)).unwrap();
        agree(0);
        let by = caller(&lin);
        desk.write_now(move |txn| ask_review(txn, &by)).unwrap_err();
        let mut record = record_named("黄志强");
        record.phone = None;
        let huang = add_record(desk, city.first, record);
        assert_eq!(counts(desk, city.first).without_phone, 1);
        edit(desk, city.first, &huang, &[(RecordField::Phone, "13700000001")]).unwrap();
        agree(0);
        assert_eq!(counts(desk, city.first).without_phone, 0);
    });
}

#[test]
fn two_forms_do_not_overwrite_each_other() {
    in_city(|desk, city| {
        let member = add(desk, city.first, "陈建国");
        let mut late = form(&[(RecordField::Post, "教师")]);
        late.version = Some(member.version);
        edit(desk, city.first, &member, &[(RecordField::Post, "医生")]).unwrap();
        let (by, id) = (officer(desk, city.first), member.id);
        let problem = desk.write_now(move |txn| edit_record(txn, &by, id, &late)).unwrap_err();
        assert_eq!(problem.code, "directory.changed_meanwhile");
        assert_eq!(reload(desk, &member).record.post, "医生");
    });
}

#[test]
fn a_form_with_faults_names_each_field_and_saves_nothing() {
    in_city(|desk, city| {
        let member = add(desk, city.first, "陈建国");
        let problem = edit(
            desk,
            city.first,
            &member,
            &[(RecordField::IdCard, "123"), (RecordField::AdmittedOn, "昨天"), (RecordField::Post, "医生")],
        )
        .unwrap_err();
        let fields: Vec<&str> = problem.fields.iter().map(|field| field.field.as_str()).collect();
        assert_eq!(fields, ["id_card", "admitted_on"]);
        assert_eq!(reload(desk, &member).record, member.record);
    });
}

#[test]
fn a_member_without_a_phone_is_administered_in_full() {
    in_city(|desk, city| {
        let mut record = record_named("陈建国");
        record.phone = None;
        let member = add_record(desk, city.first, record);
        assert_eq!(counts(desk, city.first).without_phone, 1);
        edit(desk, city.first, &member, &[(RecordField::Address, "厦门市集美区")]).unwrap();
        let (by, id) = (officer(desk, city.first), member.id);
        desk.write_now(move |txn| review_as_it_stands(txn, &by, id)).unwrap();
        assert!(reload(desk, &member).reviewed_at.is_some());
        let (by, to) = (committee_officer(desk, city.committee), city.second.to_string());
        let input = Allocate { member: vec![id.to_string()], branch_id: to, ..Allocate::default() };
        assert_eq!(desk.write_now(move |txn| allocate(txn, &by, &input)), Ok(1));
        assert_eq!(counts(desk, city.second).without_phone, 1);
    });
}

#[test]
fn a_member_completes_his_record_has_it_reviewed_and_finds_it_locked() {
    in_city(|desk, city| {
        let member = add(desk, city.first, "陈建国");
        let saved = change(desk, &member, &[(RecordField::Name, "陈建军"), (RecordField::Post, "教师")]);
        assert_eq!(saved, Ok(OwnSaved::Saved { at_once: 1, for_review: 1 }));
        let half = reload(desk, &member);
        assert_eq!((half.record.name.as_str(), half.record.post.as_str()), ("陈建国", "教师"));
        assert_eq!((half.waiting, counts(desk, city.committee).waiting), (1, 1));

        let (by, id) = (officer(desk, city.first), member.id);
        let accepted = desk.write_now(move |txn| accept_all(txn, &by, id));
        assert_eq!(accepted, Ok(Accepted::Done { changes: 1, locked: true }));
        let done = reload(desk, &member);
        assert_eq!(done.record.name.as_str(), "陈建军");
        assert!(done.reviewed_at.is_some());
        assert_eq!(counts(desk, city.committee).waiting, 0);

        let problem = change(desk, &done, &[(RecordField::Name, "陈建民")]).unwrap_err();
        assert_eq!(problem.code, "directory.field_locked");
        assert_eq!(
            change(desk, &done, &[(RecordField::Post, "医生")]),
            Ok(OwnSaved::Saved { at_once: 1, for_review: 0 })
        );
        let told: i64 = desk
            .read_now(|txn| {
                Ok(txn.one("SELECT count(*) FROM job WHERE kind = 'messages.record_reviewed'", &args![], |row| {
                    row.get(0)
                })?)
            })
            .unwrap();
        assert_eq!(told, 1);
    });
}

#[test]
fn what_was_sent_back_stays_open_until_the_member_has_mended_it() {
    in_city(|desk, city| {
        let member = add(desk, city.first, "陈建国");
        change(desk, &member, &[(RecordField::Name, "陈建军"), (RecordField::EthnicGroup, "回族")]).unwrap();
        let changes = waiting(desk, member.id);
        assert_eq!(changes.len(), 2);
        let (by, wrong) = (officer(desk, city.first), changes[0].id);
        let no_reason = {
            let by = by.clone();
            desk.write_now(move |txn| send_back(txn, &by, wrong, &SendBack::default()))
        };
        assert_eq!(no_reason.unwrap_err().fields[0].field, "reason");
        let reason = SendBack { reason: "与身份证不符".to_owned() };
        {
            let by = by.clone();
            desk.write_now(move |txn| send_back(txn, &by, wrong, &reason)).unwrap();
        }
        let right = changes[1].id;
        let accepted = {
            let by = by.clone();
            desk.write_now(move |txn| accept(txn, &by, right)).unwrap().1
        };
        assert_eq!(accepted, Accepted::Done { changes: 1, locked: false });
        assert!(reload(desk, &member).reviewed_at.is_none());
        let again = {
            let by = by.clone();
            desk.write_now(move |txn| accept(txn, &by, right))
        };
        assert_eq!(again.unwrap_err().code, "directory.change_decided");

        std::thread::sleep(std::time::Duration::from_millis(3));
        let caller = caller(&member);
        desk.write_now(move |txn| ask_review(txn, &caller)).unwrap();
        let id = member.id;
        let accepted = desk.write_now(move |txn| accept_all(txn, &by, id)).unwrap();
        assert_eq!(accepted, Accepted::Done { changes: 1, locked: true });
    });
}

#[test]
fn a_later_word_replaces_the_one_that_waits_and_can_be_withdrawn() {
    in_city(|desk, city| {
        let member = add(desk, city.first, "陈建国");
        change(desk, &member, &[(RecordField::Name, "陈建军")]).unwrap();
        change(desk, &member, &[(RecordField::Name, "陈建民")]).unwrap();
        let changes = waiting(desk, member.id);
        assert_eq!((changes.len(), changes[0].after.as_str()), (1, "陈建民"));
        let again = change(desk, &member, &[(RecordField::Name, "陈建民")]);
        assert_eq!(again, Ok(OwnSaved::Saved { at_once: 0, for_review: 0 }));
        let (by, id) = (caller(&member), changes[0].id);
        desk.write_now(move |txn| withdraw(txn, &by, id)).unwrap();
        assert_eq!((waiting(desk, member.id).len(), reload(desk, &member).waiting), (0, 0));
        change(desk, &member, &[(RecordField::Name, "陈建民")]).unwrap();
        change(desk, &member, &[(RecordField::Name, "陈建国")]).unwrap();
        assert_eq!(waiting(desk, member.id).len(), 0);
    });
}

#[test]
fn a_phone_is_changed_after_review_even_in_a_locked_record_and_never_given_up() {
    in_city(|desk, city| {
        let member = add(desk, city.first, "陈建国");
        let (by, id) = (officer(desk, city.first), member.id);
        desk.write_now(move |txn| review_as_it_stands(txn, &by, id)).unwrap();
        let saved = change(desk, &member, &[(RecordField::Phone, "13700000001")]);
        assert_eq!(saved, Ok(OwnSaved::Saved { at_once: 0, for_review: 1 }));
        assert_eq!(reload(desk, &member).record.phone, member.record.phone);
        let by = officer(desk, city.first);
        desk.write_now(move |txn| accept_all(txn, &by, id)).unwrap();
        assert_eq!(reload(desk, &member).record.text(RecordField::Phone), "13700000001");
        let mut clear = form(&[]);
        clear.clear = vec!["phone".to_owned()];
        let by = caller(&member);
        let problem = desk.write_now(move |txn| change_own(txn, &by, &clear)).unwrap_err();
        assert_eq!(problem.fields[0].code, "directory.keep_a_phone");
    });
}

#[test]
fn changes_that_belong_together_are_accepted_together() {
    in_city(|desk, city| {
        let member = add(desk, city.first, "陈建国");
        let other = record_named("别人");
        let born = "1980-01-02";
        let id_card = ejia_kernel::IdCardNumber::complete("35020619800102811").unwrap();
        assert_ne!(other.id_card, id_card);
        change(desk, &member, &[(RecordField::IdCard, id_card.expose()), (RecordField::BornOn, born)]).unwrap();
        let first = waiting(desk, member.id)[0].id;
        let by = officer(desk, city.first);
        let alone = {
            let by = by.clone();
            desk.write_now(move |txn| accept(txn, &by, first))
        };
        assert_eq!(alone.unwrap_err().code, "directory.change_not_fitting");
        let id = member.id;
        desk.write_now(move |txn| accept_all(txn, &by, id)).unwrap();
        assert_eq!(reload(desk, &member).record.born_on.to_string(), born);
    });
}

#[test]
fn reading_the_numbers_takes_a_reason_that_the_member_sees() {
    in_city(|desk, city| {
        let member = add(desk, city.first, "陈建国");
        let (by, id) = (officer(desk, city.committee), member.id);
        let refused = {
            let by = by.clone();
            desk.write_now(move |txn| unmask(txn, &by, id, &Unmask { reason: " ".to_owned() }).map(|_| ()))
        };
        assert_eq!(refused.unwrap_err().fields[0].field, "reason");
        let reason = Unmask { reason: "核对身份证".to_owned() };
        desk.write_now(move |txn| unmask(txn, &by, id, &reason).map(|_| ())).unwrap();
        let readings = desk.read_now(move |txn| history::readings(txn, id, 10)).unwrap();
        assert_eq!(readings.len(), 1);
        assert_eq!(readings[0].reason, "核对身份证");
        assert_eq!(readings[0].organization_name, "中共集美街道委员会");
    });
}

#[test]
fn an_old_contradiction_does_not_stop_another_correction() {
    in_city(|desk, city| {
        let record = with(&record_named("陈建国"), RecordField::BornOn, "1984-05-07");
        let member = add_record(desk, city.first, record);
        assert!(edit(desk, city.first, &member, &[(RecordField::Post, "医生")]).is_ok());
        assert_eq!(history_states(desk, member.id), [ChangeState::Made]);
    });
}

fn history_states(desk: &Desk, id: MemberId) -> Vec<ChangeState> {
    desk.read_now(move |txn| Ok(history::of_member(txn, id, 10)?.iter().map(|change| change.state).collect())).unwrap()
}
