//! A small city, for tests that need rows: on both databases.

mod at_once;
mod authority;
mod lists;
mod moving;
mod pages;
mod records;

use std::sync::atomic::{AtomicU32, Ordering};

use ejia_db::{Desk, Migration, TestDatabase, Txn};
use ejia_kernel::{
    AdministratorId, IdCardNumber, MemberId, OrganizationCode, OrganizationId, OrganizationKind, OrganizationPath,
    PersonName, Phone, Problem, SessionId,
};
use ejia_web::{CommitteeOfficer, Member as Caller, Officer};

use crate::members::{MemberRecord, NewMember, RecordField, enter, load, sample_record};
use crate::{Member, NewOrganization, OrganizationCard, insert_members, insert_organizations, tree};

pub(super) const MIGRATIONS: &[&[Migration]] = &[ejia_jobs::MIGRATIONS, ejia_audit::MIGRATIONS, crate::MIGRATIONS];

/// The organizations of the small city.
#[derive(Clone, Copy)]
pub(super) struct City {
    pub(super) root: OrganizationId,
    pub(super) desk: OrganizationId,
    pub(super) committee: OrganizationId,
    pub(super) first: OrganizationId,
    pub(super) second: OrganizationId,
    pub(super) other_committee: OrganizationId,
    pub(super) other: OrganizationId,
}

/// Runs a test on both databases, in a city that stands.
pub(super) fn in_city(test: impl Fn(&Desk, City)) {
    TestDatabase::both(MIGRATIONS, |desk| {
        let city = desk.write_now(found_city).unwrap();
        test(desk, city);
    });
}

/// What a table says of an organization.
pub(super) fn card(name: &str, kind: OrganizationKind, code: &str) -> OrganizationCard {
    OrganizationCard {
        code: OrganizationCode::parse(code).unwrap(),
        name: name.to_owned(),
        kind,
        work_unit: "集美街道".to_owned(),
        secretary: "王书记".to_owned(),
        contact: "李联系".to_owned(),
        contact_phone: None,
        founded_on: None,
        term_ends_on: None,
    }
}

pub(super) fn found_city(txn: &mut Txn<'_>) -> Result<City, Problem> {
    use OrganizationKind::{Branch, CityCommittee, Committee, HelpDesk, WorkingCommittee};
    let mut new = |name: &str, kind, parent, number: u32| {
        let id = OrganizationId::random();
        let card = card(name, kind, &format!("3502{number:08}"));
        insert_organizations(txn, &[NewOrganization { id, parent_id: parent, level: None, card }]).map(|_| id)
    };
    let city = new("中共厦门市委员会", CityCommittee, None, 1)?;
    let committee = new("中共集美街道委员会", Committee, Some(city), 2)?;
    let other_committee = new("中共湖里工作委员会", WorkingCommittee, Some(city), 3)?;
    Ok(City {
        root: city,
        desk: new("客服中心", HelpDesk, Some(city), 4)?,
        committee,
        first: new("中共集美第一支部委员会", Branch, Some(committee), 5)?,
        second: new("中共集美第二支部委员会", Branch, Some(committee), 6)?,
        other_committee,
        other: new("中共湖里第一支部委员会", Branch, Some(other_committee), 7)?,
    })
}

/// An officer of an organization of the city.
pub(super) fn officer(desk: &Desk, id: OrganizationId) -> Officer {
    desk.read_now(move |txn| {
        let tree = tree(txn)?;
        let node = tree.find(id)?;
        Ok(Officer::admitted(
            AdministratorId::random(),
            id,
            &node.name,
            node.kind,
            node.path.clone(),
            "管理员",
            SessionId::random(),
        ))
    })
    .unwrap()
}

pub(super) fn committee_officer(desk: &Desk, id: OrganizationId) -> CommitteeOfficer {
    officer(desk, id).as_committee().unwrap()
}

pub(super) fn caller(member: &Member) -> Caller {
    Caller::admitted(member.id, member.organization_id, member.record.name.as_str(), SessionId::random())
}

static PEOPLE: AtomicU32 = AtomicU32::new(1);

/// A record with numbers nobody else has.
pub(super) fn record_named(name: &str) -> MemberRecord {
    let n = PEOPLE.fetch_add(1, Ordering::Relaxed);
    let mut record = sample_record();
    record.name = PersonName::parse(name).unwrap();
    record.id_card = IdCardNumber::complete(&format!("3502{:02}19840506{:02}1", 1 + n / 100 % 90, n % 100)).unwrap();
    record.sex = record.id_card.sex();
    record.phone = Some(Phone::parse(&format!("139{n:08}")).unwrap());
    record
}

pub(super) fn add_record(desk: &Desk, branch: OrganizationId, record: MemberRecord) -> Member {
    let id = MemberId::random();
    desk.write_now(move |txn| {
        let path: OrganizationPath = tree(txn)?.find(branch)?.path.clone();
        insert_members(txn, &[NewMember { id, organization_id: branch, path, record: record.clone() }])?;
        Ok(load(txn, id)?.unwrap())
    })
    .unwrap()
}

pub(super) fn add(desk: &Desk, branch: OrganizationId, name: &str) -> Member {
    add_record(desk, branch, record_named(name))
}

pub(super) fn reload(desk: &Desk, member: &Member) -> Member {
    let id = member.id;
    desk.read_now(move |txn| Ok(load(txn, id)?.unwrap())).unwrap()
}

/// A form in which these items were filled in.
pub(super) fn form(values: &[(RecordField, &str)]) -> crate::members::RecordEntered {
    let fields: serde_json::Map<String, serde_json::Value> =
        values.iter().map(|(field, text)| (field.code().to_owned(), (*text).into())).collect();
    serde_json::from_value(fields.into()).unwrap()
}

pub(super) fn with(record: &MemberRecord, field: RecordField, text: &str) -> MemberRecord {
    let mut record = record.clone();
    enter(&mut record, field, text).unwrap();
    record
}
