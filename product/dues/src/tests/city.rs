//! A small city with members and administrators, on both databases.

use std::sync::atomic::{AtomicU32, Ordering};

use ejia_db::{Desk, Migration, TestDatabase, Txn, args};
use ejia_directory::{
    NewAdministrator, NewMember, NewOrganization, OrganizationCard, Seat, insert_administrator, insert_members,
    insert_organizations, sample_record, tree,
};
use ejia_kernel::{
    AdministratorId, IdCardNumber, MemberId, OrganizationCode, OrganizationId, OrganizationKind, PersonName, Phone,
    Problem, SessionId,
};
use ejia_web::{BranchOfficer, Member, Officer};

pub(crate) const MIGRATIONS: &[&[Migration]] = &[
    ejia_jobs::MIGRATIONS,
    ejia_audit::MIGRATIONS,
    ejia_directory::MIGRATIONS,
    ejia_messages::MIGRATIONS,
    crate::MIGRATIONS,
];

/// The organizations of the small city: two committees, the first with two branches, the other with one.
#[derive(Clone, Copy)]
pub(crate) struct City {
    pub(crate) root: OrganizationId,
    pub(crate) committee: OrganizationId,
    pub(crate) first: OrganizationId,
    pub(crate) second: OrganizationId,
    pub(crate) other: OrganizationId,
}

/// Runs a test on both databases, in a city that stands.
pub(crate) fn in_city(test: impl Fn(&Desk, City)) {
    TestDatabase::both(MIGRATIONS, |desk| {
        let city = desk.write_now(found_city).unwrap();
        test(desk, city);
    });
}

pub(crate) fn found_city(txn: &mut Txn<'_>) -> Result<City, Problem> {
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
        insert_organizations(txn, &[NewOrganization { id, parent_id: parent, level: None, card }])?;
        let administrator = NewAdministrator {
            id: AdministratorId::random(),
            organization_id: id,
            seat: Seat::First,
            user_name: None,
            name: format!("管理员{number}"),
            phone: Phone::parse(&format!("1370000{number:04}")).ok(),
        };
        insert_administrator(txn, &administrator).map(|()| id)
    };
    let root = new("中共厦门市委员会", CityCommittee, None, 1)?;
    let committee = new("中共集美街道委员会", Committee, Some(root), 2)?;
    let other_committee = new("中共湖里街道委员会", Committee, Some(root), 3)?;
    Ok(City {
        root,
        committee,
        first: new("中共集美第一支部委员会", Branch, Some(committee), 4)?,
        second: new("中共集美第二支部委员会", Branch, Some(committee), 5)?,
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

/// An officer of a branch.
pub(crate) fn branch_officer(desk: &Desk, id: OrganizationId) -> BranchOfficer {
    officer(desk, id).as_branch().unwrap()
}

/// A member who was entered, with what tests ask of him.
#[derive(Clone)]
pub(crate) struct Someone {
    pub(crate) id: MemberId,
    pub(crate) name: String,
    pub(crate) organization_id: OrganizationId,
    pub(crate) phone: String,
    pub(crate) id_card: String,
}

impl Someone {
    /// As he stands at the door.
    pub(crate) fn caller(&self) -> Member {
        Member::admitted(self.id, self.organization_id, &self.name, SessionId::random())
    }

    /// The last four places of his ID-card number.
    pub(crate) fn id_card_end(&self) -> String {
        self.id_card[14..].to_owned()
    }
}

static PEOPLE: AtomicU32 = AtomicU32::new(1);

/// A member with numbers nobody else has.
pub(crate) fn add(desk: &Desk, branch: OrganizationId, name: &str) -> Someone {
    let n = PEOPLE.fetch_add(1, Ordering::Relaxed);
    let mut record = sample_record();
    record.name = PersonName::parse(name).unwrap();
    record.id_card = IdCardNumber::complete(&format!("3502{:02}19840506{:02}1", 1 + n / 100 % 90, n % 100)).unwrap();
    record.sex = record.id_card.sex();
    record.phone = Some(Phone::parse(&format!("139{n:08}")).unwrap());
    let someone = Someone {
        id: MemberId::random(),
        name: name.to_owned(),
        organization_id: branch,
        phone: format!("139{n:08}"),
        id_card: record.id_card.expose().to_owned(),
    };
    let id = someone.id;
    desk.write_now(move |txn| {
        let path = tree(txn)?.find(branch)?.path.clone();
        insert_members(txn, &[NewMember { id, organization_id: branch, path, record: record.clone() }])
    })
    .unwrap();
    someone
}

/// The member leaves.
pub(crate) fn depart(desk: &Desk, member: &Someone) {
    let id = member.id;
    desk.write_now(move |txn| {
        let now = txn.now();
        txn.execute(
            "UPDATE member SET departed_at = $2, departed_reason = 'transferred' WHERE id = $1",
            &args![id, now],
        )?;
        Ok(())
    })
    .unwrap();
}

/// The member goes to another branch.
pub(crate) fn transfer(desk: &Desk, member: &Someone, branch: OrganizationId) {
    let id = member.id;
    desk.write_now(move |txn| {
        let path = tree(txn)?.find(branch)?.path.to_string();
        txn.execute("UPDATE member SET organization_id = $2, path = $3 WHERE id = $1", &args![id, branch, path])?;
        Ok(())
    })
    .unwrap();
}

/// Every letter written so far, by template, in the order they were written.
pub(crate) fn letters(desk: &Desk) -> Vec<(String, String)> {
    desk.read_now(|txn| {
        Ok(txn.query("SELECT template, about_id FROM message ORDER BY id", &args![], |row| {
            Ok((row.get(0)?, row.get::<Option<String>>(1)?.unwrap_or_default()))
        })?)
    })
    .unwrap()
}
