//! A small city with transfers in every stage, on both databases.

use std::sync::atomic::{AtomicU32, Ordering};

use ejia_audit::Actor;
use ejia_db::{Desk, Migration, TestDatabase, Txn, args};
use ejia_directory::{
    NewMember, NewOrganization, OrganizationCard, insert_members, insert_organizations, sample_record, tree,
};
use ejia_kernel::{
    AdministratorId, IdCardNumber, Instant, MemberId, OrganizationCode, OrganizationId, OrganizationKind, PersonName,
    Phone, Problem, SessionId, TransferId,
};
use ejia_web::{Member, Officer};

use crate::course::{self, Doer};
use crate::model::{Act, Direction, End, Stage, Standing, Transfer};
use crate::store;

pub(crate) const MIGRATIONS: &[&[Migration]] = &[
    ejia_jobs::MIGRATIONS,
    ejia_audit::MIGRATIONS,
    ejia_directory::MIGRATIONS,
    ejia_messages::MIGRATIONS,
    ejia_documents::MIGRATIONS,
    crate::MIGRATIONS,
];

/// The organizations: under the city a committee with two branches of its own and one under a general branch, and a
/// working committee with another committee and its branch; a third committee that has nothing to do with anything.
#[derive(Clone, Copy)]
pub(crate) struct City {
    pub(crate) root: OrganizationId,
    pub(crate) committee: OrganizationId,
    pub(crate) direct: OrganizationId,
    pub(crate) sister: OrganizationId,
    pub(crate) general: OrganizationId,
    pub(crate) deep: OrganizationId,
    pub(crate) working: OrganizationId,
    pub(crate) far_committee: OrganizationId,
    pub(crate) far: OrganizationId,
    pub(crate) third: OrganizationId,
}

/// Runs a test on both databases, in a city that stands.
pub(crate) fn in_city(test: impl Fn(&Desk, City)) {
    TestDatabase::both(MIGRATIONS, |desk| {
        let city = desk.write_now(found_city).unwrap();
        test(desk, city);
    });
}

pub(crate) fn found_city(txn: &mut Txn<'_>) -> Result<City, Problem> {
    use OrganizationKind::{Branch, CityCommittee, Committee, GeneralBranch, WorkingCommittee};
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
    let general = new("中共集美总支部委员会", GeneralBranch, Some(committee), 3)?;
    let working = new("中共湖里工作委员会", WorkingCommittee, Some(root), 4)?;
    let far_committee = new("中共湖里街道委员会", Committee, Some(working), 5)?;
    Ok(City {
        root,
        committee,
        direct: new("中共集美第一支部委员会", Branch, Some(committee), 6)?,
        sister: new("中共集美第三支部委员会", Branch, Some(committee), 7)?,
        general,
        deep: new("中共集美第二支部委员会", Branch, Some(general), 8)?,
        working,
        far_committee,
        far: new("中共湖里第一支部委员会", Branch, Some(far_committee), 9)?,
        third: new("中共海沧街道委员会", Committee, Some(root), 10)?,
    })
}

/// Some officer of an organization.
pub(crate) fn officer(desk: &Desk, id: OrganizationId) -> Officer {
    desk.read_now(move |txn| officer_in(txn, id, AdministratorId::random())).unwrap()
}

/// This officer of an organization.
pub(crate) fn officer_in(txn: &mut Txn<'_>, id: OrganizationId, who: AdministratorId) -> Result<Officer, Problem> {
    let tree = tree(txn)?;
    let node = tree.find(id)?;
    Ok(Officer::admitted(who, id, &node.name, node.kind, node.path.clone(), "王管理", SessionId::random()))
}

/// A transfer about to be written down: by its member, or by the system for nobody in particular.
#[derive(Clone)]
pub(crate) struct Written {
    name: String,
    member: Option<MemberId>,
    direction: Direction,
    from: Option<OrganizationId>,
    to: Option<OrganizationId>,
}

pub(crate) fn within(name: &str, from: OrganizationId, to: OrganizationId) -> Written {
    Written { name: name.to_owned(), member: None, direction: Direction::Within, from: Some(from), to: Some(to) }
}

pub(crate) fn out(name: &str, from: OrganizationId) -> Written {
    Written { name: name.to_owned(), member: None, direction: Direction::Out, from: Some(from), to: None }
}

pub(crate) fn coming_in(name: &str, to: OrganizationId) -> Written {
    Written { name: name.to_owned(), member: None, direction: Direction::In, from: None, to: Some(to) }
}

fn by_nobody() -> Doer {
    Doer { actor: Actor::System, name: "陈建国".to_owned(), organization: None }
}

/// Writes a transfer down that lies at this stop since now.
pub(crate) fn write(desk: &Desk, written: &Written, stage: Stage, at: Option<OrganizationId>) -> TransferId {
    let written = written.clone();
    desk.write_now(move |txn| write_in(txn, &written, Standing { stage, at })).unwrap()
}

pub(crate) fn write_in(txn: &mut Txn<'_>, written: &Written, standing: Standing) -> Result<TransferId, Problem> {
    let (tree, now) = (tree(txn)?, txn.now());
    let Written { name, member, direction, from, to } = written.clone();
    let end = |organization_id: Option<OrganizationId>| End {
        organization_id,
        name: organization_id.map_or_else(|| "中共福州市鼓楼区第二支部委员会".to_owned(), |id| tree.name(id)),
    };
    let by = member.zip(from).map(|(id, branch)| Member::admitted(id, branch, &name, SessionId::random()));
    let new = Transfer {
        id: TransferId::new(now),
        direction,
        member_id: member,
        name,
        from: end(from),
        to: end(to),
        unit: "福州某厂".to_owned(),
        committee_id: None,
        addressee: "中共福州市委组织部".to_owned(),
        reason: "工作调动".to_owned(),
        remark: String::new(),
        standing,
        since: now,
        opened_at: now,
        ended_at: standing.stage.ended().then_some(now),
        version: 1,
    };
    course::begin(txn, &tree, &new, &by.as_ref().map_or_else(by_nobody, Doer::member))?;
    Ok(new.id)
}

/// A member whose transfer out of the city stands before its letter.
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
    let (member, phone) = (MemberId::random(), format!("139{n:08}"));
    let mut record = sample_record();
    record.name = PersonName::parse("林晓东").unwrap();
    record.id_card = IdCardNumber::complete(&format!("3502{:02}19840506{:02}1", 1 + n / 100 % 90, n % 100)).unwrap();
    record.sex = record.id_card.sex();
    record.phone = Some(Phone::parse(&phone).unwrap());
    let id_card = record.id_card.expose().to_owned();
    let written = Written { member: Some(member), ..out("林晓东", city.direct) };
    let transfer = desk.write_now(move |txn| {
        let path = tree(txn)?.find(city.direct)?.path.clone();
        let new = NewMember { id: member, organization_id: city.direct, path, record: record.clone() };
        insert_members(txn, &[new])?;
        write_in(txn, &written, Standing { stage: Stage::Issue, at: Some(city.committee) })
    });
    Leaving { member, id_card, phone, transfer: transfer.unwrap() }
}

/// His transfer as it stands.
pub(crate) fn standing(desk: &Desk, who: &Leaving) -> Transfer {
    let id = who.transfer;
    desk.read_now(move |txn| store::load(txn, id)).unwrap().unwrap()
}

/// Moves a transfer on.
pub(crate) fn goes_on(desk: &Desk, id: TransferId, stage: Stage, at: Option<OrganizationId>) {
    desk.write_now(move |txn| {
        let mut transfer = store::load_locked(txn, id)?.unwrap();
        course::advance(txn, &mut transfer, Standing { stage, at }, Act::Reviewed, &by_nobody(), "")
    })
    .unwrap();
}

/// Sets the clock.
pub(crate) fn at(desk: &Desk, day: &str) {
    desk.clock().set(format!("{day}T09:00:00+08:00").parse::<Instant>().unwrap());
}

/// Closes an organization.
pub(crate) fn close(desk: &Desk, id: OrganizationId) {
    desk.write_now(move |txn| {
        let now = txn.now();
        txn.execute("UPDATE organization SET closed_at = $2 WHERE id = $1", &args![id, now])?;
        txn.execute("UPDATE tree_version SET version = $1", &args![TransferId::random()])?;
        Ok(())
    })
    .unwrap();
}

/// Puts an organization, with everything under it, under another one.
pub(crate) fn put_under(desk: &Desk, id: OrganizationId, above: OrganizationId) {
    desk.write_now(move |txn| {
        let tree = tree(txn)?;
        let (node, above) = (tree.find(id)?, tree.find(above)?);
        let last = tree.children(&above.path).map(|child| child.path.number()).max().unwrap_or_default();
        let path = above.path.child(last + 1).unwrap();
        let (old, end) = (node.path.as_str(), node.path.upper_bound());
        let rest = i64::try_from(old.len()).unwrap() + 1;
        for table in ["organization", "member", "member_term", "record_change", "branch_count"] {
            let sql = format!("UPDATE {table} SET path = $1 || substr(path, $2) WHERE path >= $3 AND path < $4");
            txn.execute(&sql, &args![path.as_str(), rest, old, &end])?;
        }
        txn.execute("UPDATE organization SET parent_id = $2 WHERE id = $1", &args![id, above.id])?;
        txn.execute("UPDATE tree_version SET version = $1", &args![TransferId::random()])?;
        Ok(())
    })
    .unwrap();
}
