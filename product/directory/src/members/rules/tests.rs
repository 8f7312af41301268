//! The rules of a record, case by case.

use ejia_kernel::Date;

use super::*;
use crate::members::record::mask;
use crate::members::sample::sample_record;

fn today() -> Date {
    "2026-03-20".parse().unwrap()
}

#[test]
fn every_item_reads_what_it_shows() {
    let record = sample_record();
    for field in RecordField::ALL {
        let mut copy = record.clone();
        enter(&mut copy, field, &record.text(field)).unwrap();
        assert_eq!(copy, record, "{}", field.label());
    }
}

#[test]
fn items_are_read_as_tables_write_them_and_refused_with_a_code() {
    let cases: [(RecordField, &str, Result<&str, &str>); 22] = [
        (RecordField::Name, " 陈 建 国 ", Ok("陈建国")),
        (RecordField::Name, "", Err("kernel.name_empty")),
        (RecordField::IdCard, "11010519491231002x", Ok("11010519491231002X")),
        (RecordField::IdCard, "110105194912310021", Err("kernel.id_card_check_digit")),
        (RecordField::Sex, "女", Ok("女")),
        (RecordField::Sex, "female", Ok("女")),
        (RecordField::Sex, "?", Err("directory.choose_one")),
        (RecordField::EthnicGroup, "汉", Ok("汉族")),
        (RecordField::EthnicGroup, "火星族", Err("directory.ethnic_group_unknown")),
        (RecordField::BornOn, "1980.01.02", Ok("1980-01-02")),
        (RecordField::BornOn, "", Err("kernel.required")),
        (RecordField::BornOn, "1980-02-30", Err("kernel.date")),
        (RecordField::Kind, "预备党员", Ok("预备党员")),
        (RecordField::FullOn, "", Ok("")),
        (RecordField::Phone, "138 0013-8003", Ok("13800138003")),
        (RecordField::Phone, "", Ok("")),
        (RecordField::Phone, "0592-4083170", Err("kernel.phone_digits")),
        (RecordField::Landline, "0592-4083170", Ok("0592-4083170")),
        (RecordField::Landline, "没有", Err("directory.landline_digits")),
        (RecordField::Lost, "是", Ok("是")),
        (RecordField::Lost, "也许", Err("directory.yes_or_no")),
        (RecordField::Address, "a\tb", Err("directory.control_characters")),
    ];
    for (field, text, expected) in cases {
        let mut record = sample_record();
        let read = enter(&mut record, field, text);
        match expected {
            Ok(shown) => {
                assert_eq!(read, Ok(()), "{field:?} {text}");
                assert_eq!(record.text(field), shown);
            }
            Err(code) => assert_eq!(read, Err(code), "{field:?} {text}"),
        }
    }
}

#[test]
fn a_record_that_contradicts_itself_is_told_so() {
    assert_eq!(contradictions(&sample_record(), today()), []);
    let cases: [(RecordField, &str, &str); 6] = [
        (RecordField::BornOn, "1984-05-07", "directory.born_on_differs"),
        (RecordField::Sex, "女", "directory.sex_differs"),
        (RecordField::AdmittedOn, "2026-03-21", "directory.date_ahead"),
        (RecordField::AdmittedOn, "1999-01-01", "directory.admitted_too_young"),
        (RecordField::FullOn, "2004-01-01", "directory.full_before_admitted"),
        (RecordField::Kind, "预备党员", "directory.probationary_has_no_full_day"),
    ];
    for (field, text, code) in cases {
        let mut record = sample_record();
        enter(&mut record, field, text).unwrap();
        let found = contradictions(&record, today());
        assert!(found.iter().any(|(_, found)| *found == code), "{code}: {found:?}");
    }
}

#[test]
fn nobody_must_mend_what_he_did_not_touch() {
    let mut old = sample_record();
    enter(&mut old, RecordField::Sex, "女").unwrap();
    let mut moved = old.clone();
    enter(&mut moved, RecordField::Address, "厦门市集美区").unwrap();
    assert_eq!(new_contradictions(&old, &moved, today()), []);
    enter(&mut moved, RecordField::BornOn, "1970-01-01").unwrap();
    let found = new_contradictions(&old, &moved, today());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].field, "born_on");
}

#[test]
fn what_depends_on_a_no_is_cleared() {
    let mut record = sample_record();
    record.lost_on = Some(today());
    record.floating_to = "上海".to_owned();
    settle(&mut record);
    assert_eq!((record.lost_on, record.floating_to.as_str()), (None, ""));
}

#[test]
fn identity_is_open_until_the_first_review_and_locked_afterwards() {
    for field in RecordField::ALL {
        let (before, after) = (openness(field, false), openness(field, true));
        match field.class() {
            FieldClass::Reviewed => assert_eq!((before, after), (Openness::AfterReview, Openness::Locked)),
            FieldClass::Checked => assert_eq!((before, after), (Openness::AfterReview, Openness::AfterReview)),
            FieldClass::Free => assert_eq!((before, after), (Openness::AtOnce, Openness::AtOnce)),
            FieldClass::Office => assert_eq!((before, after), (Openness::Locked, Openness::Locked)),
        }
    }
}

#[test]
fn masks_show_three_and_four_places() {
    let record = sample_record();
    assert_eq!(record.masked(RecordField::IdCard), "350***********".to_owned() + &record.id_card.expose()[14..]);
    assert_eq!(record.masked(RecordField::Phone), "138****8003");
    assert_eq!(mask(RecordField::Landline, "12345"), "*****");
    assert_eq!(mask(RecordField::Address, ""), "");
    assert_eq!(record.masked(RecordField::Name), record.name.as_str());
}
