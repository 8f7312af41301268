//! A small city whose first committee issues letters, with members who are about to leave it.

use std::sync::atomic::{AtomicU32, Ordering};

use ejia_db::{Desk, Migration, TestDatabase, Txn};
use ejia_directory::{
    NewMember, NewOrganization, OrganizationCard, insert_members, insert_organizations, sample_record, tree,
};
use ejia_kernel::{
    AdministratorId, IdCardNumber, MemberId, OrganizationCode, OrganizationId, OrganizationKind, PersonName, Phone,
    Problem, SessionId, TransferId,
};
use ejia_web::{Member, Officer};

use crate::course::{self, Doer};
use crate::model::{Direction, End, Stage, Standing, Transfer};

const MIGRATIONS: &[&[Migration]] = &[
    ejia_jobs::MIGRATIONS,
    ejia_audit::MIGRATIONS,
    ejia_directory::MIGRATIONS,
    ejia_messages::MIGRATIONS,
    crate::MIGRATIONS,
];

/// Two committees under one root: the first with two branches, the other with one.
#[derive(Clone, Copy)]
pub(crate) struct City {
    pub(crate) root: OrganizationId,
    pub(crate) committee: OrganizationId,
    pub(crate) other_committee: OrganizationId,
    pub(crate) branch: OrganizationId,
    pub(crate) sister: OrganizationId,
    pub(crate) other: OrganizationId,
}

/// Runs a test on both databases, in a city that stands.
pub(crate) fn in_city(test: impl Fn(&Desk, City)) {
    TestDatabase::both(MIGRATIONS, |desk| {
        let city = desk.write_now(found).unwrap();
        test(desk, city);
    });
}

fn found(txn: &mut Txn<'_>) -> Result<City, Problem> {
    use OrganizationKind::{Branch, CityCommittee, Committee};
    let mut new = |name: &str, kind, parent, number: u32| {
        let id = OrganizationId::random();
        let card = OrganizationCard {
            code: OrganizationCode::parse(&format!("3502{number:08}")).unwrap(),
            name: name.to_owned(),
            kind,
            work_unit: String::new(),
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
    let other_committee = new("中共湖里街道委员会", Committee, Some(root), 3)?;
    Ok(City {
        root,
        committee,
        other_committee,
        branch: new("中共集美第一支部委员会", Branch, Some(committee), 4)?,
        sister: new("中共集美第二支部委员会", Branch, Some(committee), 5)?,
        other: new("中共湖里第一支部委员会", Branch, Some(other_committee), 6)?,
    })
}

/// An officer of an organization.
pub(crate) fn officer(desk: &Desk, id: OrganizationId) -> Officer {
    desk.read_now(move |txn| {
        let tree = tree(txn)?;
        let node = tree.find(id)?;
        let (who, session) = (AdministratorId::random(), SessionId::random());
        Ok(Officer::admitted(who, id, &node.name, node.kind, node.path.clone(), "王管理", session))
    })
    .unwrap()
}

/// A member whose transfer out of the city stands before its letter.
#[derive(Clone)]
pub(crate) struct Leaving {
    pub(crate) member: MemberId,
    pub(crate) id_card: String,
    pub(crate) phone: String,
    pub(crate) transfer: TransferId,
}

impl Leaving {
    /// As he stands at the door.
    pub(crate) fn caller(&self, branch: OrganizationId) -> Member {
        Member::admitted(self.member, branch, "林晓东", SessionId::random())
    }
}

static PEOPLE: AtomicU32 = AtomicU32::new(1);

/// A member of the first branch, whose transfer lies with the committee to be issued a letter for.
pub(crate) fn leaving(desk: &Desk, city: City) -> Leaving {
    let n = PEOPLE.fetch_add(1, Ordering::Relaxed);
    let mut record = sample_record();
    record.name = PersonName::parse("林晓东").unwrap();
    record.id_card = IdCardNumber::complete(&format!("3502{:02}19840506{:02}1", 1 + n / 100 % 90, n % 100)).unwrap();
    record.sex = record.id_card.sex();
    record.phone = Some(Phone::parse(&format!("139{n:08}")).unwrap());
    let member = MemberId::random();
    let (id_card, phone) = (record.id_card.expose().to_owned(), format!("139{n:08}"));
    let transfer = desk
        .write_now(move |txn| {
            let (tree, now) = (tree(txn)?, txn.now());
            let path = tree.find(city.branch)?.path.clone();
            insert_members(
                txn,
                &[NewMember { id: member, organization_id: city.branch, path, record: record.clone() }],
            )?;
            let new = Transfer {
                id: TransferId::new(now),
                direction: Direction::Out,
                member_id: Some(member),
                name: "林晓东".to_owned(),
                from: End { organization_id: Some(city.branch), name: tree.name(city.branch) },
                to: End { organization_id: None, name: "中共福州市鼓楼区第二支部委员会".to_owned() },
                unit: "福州某厂".to_owned(),
                committee_id: None,
                addressee: "中共福州市委组织部".to_owned(),
                reason: "工作调动".to_owned(),
                remark: String::new(),
                standing: Standing { stage: Stage::Issue, at: Some(city.committee) },
                since: now,
                opened_at: now,
                ended_at: None,
                version: 1,
            };
            let caller = Member::admitted(member, city.branch, "林晓东", SessionId::random());
            course::begin(txn, &tree, &new, &Doer::member(&caller))?;
            Ok(new.id)
        })
        .unwrap();
    Leaving { member, id_card, phone, transfer }
}

/// The transfer as it stands.
pub(crate) fn standing(desk: &Desk, who: &Leaving) -> Transfer {
    let id = who.transfer;
    desk.read_now(move |txn| crate::store::load(txn, id)).unwrap().unwrap()
}
