//! A small city with transfers in every stage, on both databases.

use ejia_audit::Actor;
use ejia_db::{Desk, Migration, TestDatabase, Txn, args};
use ejia_directory::{NewOrganization, OrganizationCard, insert_organizations, tree};
use ejia_kernel::{
    AdministratorId, Instant, OrganizationCode, OrganizationId, OrganizationKind, Problem, SessionId, TransferId,
};
use ejia_web::Officer;

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

/// The organizations: under the city a committee with a branch of its own and one under a general branch, and a working
/// committee with another committee and its branch; a third committee that has nothing to do with anything.
#[derive(Clone, Copy)]
pub(crate) struct City {
    pub(crate) root: OrganizationId,
    pub(crate) committee: OrganizationId,
    pub(crate) direct: OrganizationId,
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
        general,
        deep: new("中共集美第二支部委员会", Branch, Some(general), 7)?,
        working,
        far_committee,
        far: new("中共湖里第一支部委员会", Branch, Some(far_committee), 8)?,
        third: new("中共海沧街道委员会", Committee, Some(root), 9)?,
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

/// A transfer about to be written down: by the system, for nobody in particular.
#[derive(Clone)]
pub(crate) struct Written {
    name: String,
    direction: Direction,
    from: Option<OrganizationId>,
    to: Option<OrganizationId>,
}

pub(crate) fn within(name: &str, from: OrganizationId, to: OrganizationId) -> Written {
    Written { name: name.to_owned(), direction: Direction::Within, from: Some(from), to: Some(to) }
}

pub(crate) fn out(name: &str, from: OrganizationId) -> Written {
    Written { name: name.to_owned(), direction: Direction::Out, from: Some(from), to: None }
}

pub(crate) fn coming_in(name: &str, to: OrganizationId) -> Written {
    Written { name: name.to_owned(), direction: Direction::In, from: None, to: Some(to) }
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
    let Written { name, direction, from, to } = written.clone();
    let end = |organization_id: Option<OrganizationId>, elsewhere: &str| End {
        organization_id,
        name: organization_id.map_or_else(|| elsewhere.to_owned(), |id| tree.name(id)),
    };
    let new = Transfer {
        id: TransferId::new(now),
        direction,
        member_id: None,
        name,
        from: end(from, "中共福州某支部"),
        to: end(to, "中共泉州某支部"),
        unit: "某单位".to_owned(),
        committee_id: None,
        addressee: String::new(),
        reason: "工作调动".to_owned(),
        remark: String::new(),
        standing,
        since: now,
        opened_at: now,
        ended_at: standing.stage.ended().then_some(now),
        version: 1,
    };
    course::begin(txn, &tree, &new, &by_nobody())?;
    Ok(new.id)
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
