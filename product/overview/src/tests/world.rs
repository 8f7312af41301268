//! A small city to which things happen.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ejia_db::{Desk, Migration, args};
use ejia_directory::{
    AgeBand, Author, EDUCATION, ETHNIC_GROUPS, EthnicGroup, Figures, MEMBERS, MemberRecord, NewMember, NewOrganization,
    OrganizationCard, Source, Trait, admit_member, insert_members, insert_organizations, load, place_member,
    release_member, sample_record, tree, update_member,
};
use ejia_kernel::{
    AdministratorId, Date, IdCardNumber, MemberId, MemberKind, OrganizationCode, OrganizationId, OrganizationKind,
    Problem, SessionId,
};
use ejia_web::Officer;
use proptest::prelude::*;

pub(super) const MIGRATIONS: &[&[Migration]] = &[
    ejia_jobs::MIGRATIONS,
    ejia_audit::MIGRATIONS,
    ejia_directory::MIGRATIONS,
    ejia_messages::MIGRATIONS,
    ejia_access::MIGRATIONS,
    ejia_payments::MIGRATIONS,
    ejia_documents::MIGRATIONS,
    ejia_dues::MIGRATIONS,
    ejia_transfers::MIGRATIONS,
    ejia_ballots::MIGRATIONS,
    ejia_meetings::MIGRATIONS,
    crate::MIGRATIONS,
];

const BY: Author = Author::System("导入");

/// Something that happens; who and where are taken modulo how many there are.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// So many come at once.
    Import(usize, Vec<u32>),
    /// One comes from outside.
    Admit(usize, u32),
    /// A record is corrected.
    Edit(usize, u32),
    /// A member is placed elsewhere.
    Move(usize, usize),
    /// A member leaves.
    Leave(usize),
    /// Days pass.
    Pass(u32),
    /// A branch is founded.
    Found,
}

pub(super) fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (any::<usize>(), proptest::collection::vec(any::<u32>(), 1..6)).prop_map(|(at, who)| Act::Import(at, who)),
        2 => (any::<usize>(), any::<u32>()).prop_map(|(at, who)| Act::Admit(at, who)),
        4 => (any::<usize>(), any::<u32>()).prop_map(|(who, to)| Act::Edit(who, to)),
        3 => (any::<usize>(), any::<usize>()).prop_map(|(who, to)| Act::Move(who, to)),
        2 => any::<usize>().prop_map(Act::Leave),
        1 => (1_u32..400).prop_map(Act::Pass),
        1 => Just(Act::Found),
    ]
}

/// Who there is.
pub(super) struct World {
    pub(super) root: OrganizationId,
    committee: OrganizationId,
    branches: Mutex<Vec<OrganizationId>>,
    members: Mutex<Vec<MemberId>>,
    number: AtomicU32,
}

pub(super) fn officer(desk: &Desk, id: OrganizationId) -> Officer {
    let node = desk.read_now(move |txn| tree(txn)?.find(id).cloned()).unwrap();
    let (by, session) = (AdministratorId::random(), SessionId::random());
    Officer::admitted(by, id, &node.name, node.kind, node.path, "管理员", session)
}

impl World {
    pub(super) fn found(desk: &Desk) -> Self {
        let world = Self {
            root: OrganizationId::random(),
            committee: OrganizationId::random(),
            branches: Mutex::default(),
            members: Mutex::default(),
            number: AtomicU32::new(1),
        };
        world.add(desk, world.root, OrganizationKind::CityCommittee, None);
        world.add(desk, world.committee, OrganizationKind::Committee, Some(world.root));
        for _ in 0..3 {
            world.do_one(desk, &Act::Found);
        }
        world
    }

    fn next(&self) -> u32 {
        self.number.fetch_add(1, Ordering::Relaxed)
    }

    fn add(&self, desk: &Desk, id: OrganizationId, kind: OrganizationKind, parent_id: Option<OrganizationId>) {
        let number = self.next();
        let card = OrganizationCard {
            code: OrganizationCode::parse(&format!("3502{number:08}")).unwrap(),
            name: format!("中共集美第{number}委员会"),
            kind,
            work_unit: String::new(),
            secretary: String::new(),
            contact: String::new(),
            contact_phone: None,
            founded_on: None,
            term_ends_on: None,
        };
        let new = NewOrganization { id, parent_id, level: None, card };
        desk.write_now(move |txn| insert_organizations(txn, std::slice::from_ref(&new))).unwrap();
    }

    /// A committee right under the city, with a branch of so many members.
    pub(super) fn add_committee(&self, desk: &Desk, members: u32) {
        let (committee, branch) = (OrganizationId::random(), OrganizationId::random());
        self.add(desk, committee, OrganizationKind::Committee, Some(self.root));
        self.add(desk, branch, OrganizationKind::Branch, Some(committee));
        let records: Vec<MemberRecord> = (0..members).map(|seed| self.record(seed)).collect();
        insert(desk, branch, records);
    }

    /// Somebody nobody else is, told apart by `seed`.
    fn record(&self, seed: u32) -> MemberRecord {
        let number = self.next();
        let mut record = shaped(sample_record(), seed);
        let day = format!("3502{:02}19840506{:03}", number / 1000 % 100, number % 1000);
        record.id_card = IdCardNumber::complete(&day).unwrap();
        record.phone = None;
        record
    }

    /// Does it; what cannot be done any more because another was faster is left.
    pub(super) fn do_one(&self, desk: &Desk, act: &Act) {
        let branch = |at: &usize| {
            let branches = self.branches.lock().unwrap();
            branches[at % branches.len()]
        };
        let member = |at: &usize| {
            let members = self.members.lock().unwrap();
            members.get(at.checked_rem(members.len()).unwrap_or_default()).copied()
        };
        let done = match act {
            Act::Import(at, seeds) => {
                let records = seeds.iter().map(|seed| self.record(*seed)).collect();
                self.members.lock().unwrap().extend(insert(desk, branch(at), records));
                Ok(())
            }
            Act::Admit(at, seed) => {
                let (record, branch) = (self.record(*seed), branch(at));
                let id = desk.write_now(move |txn| admit_member(txn, record.clone(), branch, &BY));
                id.map(|id| self.members.lock().unwrap().push(id))
            }
            Act::Edit(who, seed) => member(who).map_or(Ok(()), |id| {
                let seed = *seed;
                desk.write_now(move |txn| {
                    let Some(before) = load(txn, id)? else { return Ok(()) };
                    let after = shaped(before.record.clone(), seed);
                    update_member(txn, &before, &after, &BY, Source::Office).map(drop)
                })
            }),
            Act::Move(who, to) => {
                let to = branch(to);
                member(who).map_or(Ok(()), |id| desk.write_now(move |txn| place_member(txn, id, to, &BY).map(drop)))
            }
            Act::Leave(who) => {
                member(who).map_or(Ok(()), |id| desk.write_now(move |txn| release_member(txn, id, "", &BY)))
            }
            Act::Pass(days) => {
                let clock = desk.clock();
                clock.set(clock.now().plus(Duration::from_hours(24 * u64::from(*days))));
                Ok(())
            }
            Act::Found => {
                let id = OrganizationId::random();
                self.add(desk, id, OrganizationKind::Branch, Some(self.committee));
                self.branches.lock().unwrap().push(id);
                Ok(())
            }
        };
        let late: Result<(), Problem> = done;
        if let Err(problem) = late {
            let codes = ["directory.member_departed", "directory.changed_meanwhile"];
            assert!(codes.contains(&problem.code), "{problem:?}");
        }
    }
}

/// Everybody counted, for every organization that somebody stands in or under.
pub(super) fn counted(desk: &Desk) -> HashMap<String, Figures> {
    let today = desk.now().china_date();
    let sql = "SELECT path, sex, kind, education, ethnic_group, born_on FROM member WHERE departed_at IS NULL";
    let rows: Vec<(String, [String; 4], Date)> = desk
        .read_now(move |txn| {
            Ok(txn.query(sql, &args![], |row| {
                Ok((row.get(0)?, [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?], row.get(5)?))
            })?)
        })
        .unwrap();
    let mut all: HashMap<String, Figures> = HashMap::new();
    for (path, [sex, kind, education, ethnic_group], born_on) in rows {
        for end in (4..=path.len()).step_by(4) {
            let figures = all.entry(path[..end].to_owned()).or_default();
            figures.add(MEMBERS, 1);
            figures.add(&format!("sex.{sex}"), 1);
            figures.add(&format!("kind.{kind}"), 1);
            figures.add(&format!("education.{education}"), 1);
            figures.add(&format!("ethnic_group.{ethnic_group}"), 1);
            figures.add(&Trait::Age.figure(AgeBand::of(born_on, today).code()), 1);
        }
    }
    all
}

fn insert(desk: &Desk, branch: OrganizationId, records: Vec<MemberRecord>) -> Vec<MemberId> {
    desk.write_now(move |txn| {
        let path = tree(txn)?.find(branch)?.path.clone();
        let new = |record: &MemberRecord| NewMember {
            id: MemberId::random(),
            organization_id: branch,
            path: path.clone(),
            record: record.clone(),
        };
        let new: Vec<NewMember> = records.iter().map(new).collect();
        insert_members(txn, &new)?;
        Ok(new.into_iter().map(|member| member.id).collect())
    })
    .unwrap()
}

/// The record with what is counted as the seed says.
fn shaped(mut record: MemberRecord, seed: u32) -> MemberRecord {
    let take = |shift: u32, of: usize| usize::try_from(seed >> shift).unwrap() % of;
    let probationary = take(0, 5) == 0;
    record.kind = if probationary { MemberKind::Probationary } else { MemberKind::Full };
    record.full_on = if probationary { None } else { "2006-07-01".parse().ok() };
    EDUCATION[take(3, EDUCATION.len())].clone_into(&mut record.education);
    record.ethnic_group = EthnicGroup::parse(ETHNIC_GROUPS[take(8, 40) % 12]).unwrap();
    let days = i32::try_from(take(13, 25_000)).unwrap();
    record.born_on = "2007-01-01".parse::<Date>().unwrap().plus_days(-days);
    record
}
