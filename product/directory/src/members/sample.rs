//! An invented member, for samples of views and for tests.

use ejia_kernel::{IdCardNumber, MemberKind, PersonName, Phone, Sex, Standing};

use super::ethnic_groups::EthnicGroup;
use super::record::MemberRecord;

/// The record of an invented member of 1984.
///
/// # Panics
/// Never: the values are fixed and right.
#[expect(clippy::expect_used, reason = "the values are fixed and right")]
pub fn sample_record() -> MemberRecord {
    let id_card = IdCardNumber::complete("35020319840506001").expect("17 digits make a number");
    MemberRecord {
        name: PersonName::parse("陈建国").expect("a name"),
        born_on: id_card.birth_date(),
        id_card,
        sex: Sex::Male,
        ethnic_group: EthnicGroup::parse("汉族").expect("a group"),
        education: "大学本科".to_owned(),
        kind: MemberKind::Full,
        admitted_on: "2005-07-01".parse().ok(),
        full_on: "2006-07-01".parse().ok(),
        post: "公务员".to_owned(),
        phone: Phone::parse("13800138003").ok(),
        landline: "0592-4083170".to_owned(),
        address: "福建省厦门市集美区集美街道141号495室".to_owned(),
        standing: Standing::Normal,
        lost: false,
        lost_on: None,
        floating: false,
        floating_to: String::new(),
    }
}
