//! A small city: a committee with two branches, the first of seven members, one of them on probation.

use std::sync::atomic::{AtomicU32, Ordering};

use ejia_db::{Desk, Migration, TestDatabase, Txn};
use ejia_directory::{
    NewMember, NewOrganization, OrganizationCard, insert_members, insert_organizations, sample_record, tree,
};
use ejia_kernel::{
    AdministratorId, IdCardNumber, Instant, MemberId, MemberKind, OrganizationCode, OrganizationId, OrganizationKind,
    PersonName, Phone, Problem, SessionId,
};
use ejia_web::Officer;

pub(crate) const MIGRATIONS: &[&[Migration]] = &[
    ejia_jobs::MIGRATIONS,
    ejia_audit::MIGRATIONS,
    ejia_directory::MIGRATIONS,
    ejia_messages::MIGRATIONS,
    ejia_documents::MIGRATIONS,
    ejia_ballots::MIGRATIONS,
    crate::MIGRATIONS,
];

/// The names of the first branch's members, as lists sort them; the last is on probation.
pub(crate) const NAMES: [&str; 7] = ["陈建国", "林晓东", "王秀英", "吴志强", "许文斌", "张丽华", "郑小平"];

/// Who there is.
#[derive(Clone)]
pub(crate) struct City {
    pub(crate) committee: OrganizationId,
    pub(crate) branch: OrganizationId,
    pub(crate) sister: OrganizationId,
    /// The first branch's members, in the order of [`NAMES`].
    pub(crate) members: Vec<MemberId>,
    /// A member of the other branch.
    pub(crate) stranger: MemberId,
}

/// Runs a test on both databases, in a city that stands, on the morning of 5 March 2026.
pub(crate) fn in_city(test: impl Fn(&Desk, &City)) {
    TestDatabase::both(MIGRATIONS, |desk| {
        at(desk, "2026-03-05 09:00");
        let city = desk.write_now(found_city).unwrap();
        test(desk, &city);
    });
}

/// Sets the clock.
pub(crate) fn at(desk: &Desk, time: &str) {
    desk.clock().set(Instant::parse_loose(time).unwrap());
}

fn found_city(txn: &mut Txn<'_>) -> Result<City, Problem> {
    use OrganizationKind::{Branch, CityCommittee, Committee};
    let mut new = |name: &str, kind, parent, number: u32| {
        let id = OrganizationId::random();
        let card = OrganizationCard {
            code: OrganizationCode::parse(&format!("3502{number:08}")).unwrap(),
            name: name.to_owned(),
            kind,
            work_unit: "集美街道".to_owned(),
            secretary: String::new(),
            contact: String::new(),
            contact_phone: None,
            founded_on: None,
            term_ends_on: None,
        };
        insert_organizations(txn, &[NewOrganization { id, parent_id: parent, level: None, card }]).map(|_| id)
    };
    let root = new("中共厦门市委员会", CityCommittee, None, 1)?;
    let committee = new("中共集美街道委员会", Committee, Some(root), 2)?;
    let branch = new("中共集美第一支部委员会", Branch, Some(committee), 3)?;
    let sister = new("中共集美第三支部委员会", Branch, Some(committee), 4)?;
    let mut members = Vec::new();
    for name in NAMES {
        let kind = if name == NAMES[6] { MemberKind::Probationary } else { MemberKind::Full };
        members.push(add_member(txn, branch, name, kind)?);
    }
    let stranger = add_member(txn, sister, "黄海生", MemberKind::Full)?;
    Ok(City { committee, branch, sister, members, stranger })
}

static PEOPLE: AtomicU32 = AtomicU32::new(1);

/// Enters a member with a phone of his own.
pub(crate) fn add_member(
    txn: &mut Txn<'_>,
    branch: OrganizationId,
    name: &str,
    kind: MemberKind,
) -> Result<MemberId, Problem> {
    let n = PEOPLE.fetch_add(1, Ordering::Relaxed);
    let mut record = sample_record();
    record.name = PersonName::parse(name).unwrap();
    record.id_card = IdCardNumber::complete(&format!("3502{:02}19840506{:02}1", 1 + n / 100 % 90, n % 100)).unwrap();
    record.sex = record.id_card.sex();
    record.phone = Some(Phone::parse(&format!("139{n:08}")).unwrap());
    record.kind = kind;
    let id = MemberId::random();
    let path = tree(txn)?.find(branch)?.path.clone();
    insert_members(txn, &[NewMember { id, organization_id: branch, path, record }])?;
    Ok(id)
}

/// This officer of an organization.
pub(crate) fn officer_in(txn: &mut Txn<'_>, id: OrganizationId, who: AdministratorId) -> Result<Officer, Problem> {
    let tree = tree(txn)?;
    let node = tree.find(id)?;
    Ok(Officer::admitted(who, id, &node.name, node.kind, node.path.clone(), "王管理", SessionId::random()))
}
