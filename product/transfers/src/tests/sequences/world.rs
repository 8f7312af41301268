//! The city of a sequence: a tree of any shape, members in its branches, people outside who want to come in.

use std::time::Duration;

use ejia_db::{Desk, Txn};
use ejia_directory::{
    MemberRecord, NewMember, NewOrganization, OrganizationCard, Tree, insert_members, insert_organizations,
    sample_record, tree,
};
use ejia_kernel::{
    AdministratorId, ApplicantId, IdCardNumber, MemberId, OrganizationCode, OrganizationId, OrganizationKind, Phone,
    Problem, SessionId, TransferId,
};
use ejia_web::{Applicant, Member, Officer};
use proptest::prelude::*;

use super::seen::Seen;
use crate::incoming::PersonEntered;
use crate::tests::city::officer_in;

/// What a city looks like: every organization under the number of another, every member in the number of a branch.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    organizations: Vec<(u8, u8)>,
    members: Vec<u8>,
}

impl Plan {
    pub(super) fn any() -> impl Strategy<Value = Self> {
        let organizations = prop::collection::vec((any::<u8>(), any::<u8>()), 0..14);
        (organizations, prop::collection::vec(any::<u8>(), 1..6))
            .prop_map(|(organizations, members)| Self { organizations, members })
    }
}

/// A person from outside, as he fills in his application.
pub(super) struct Outsider {
    pub(super) applicant: Applicant,
    pub(super) person: PersonEntered,
}

/// The city and everybody in it, in the order in which they came: small numbers choose the same ones again when a
/// sequence is made shorter.
pub(super) struct World {
    pub(super) desk: Desk,
    pub(super) organizations: Vec<OrganizationId>,
    pub(super) members: Vec<MemberId>,
    pub(super) outsiders: Vec<Outsider>,
    pub(super) transfers: Vec<TransferId>,
    /// Counts new names.
    pub(super) names: usize,
}

impl World {
    /// Empties the database and founds a city of this plan.
    pub(super) fn found(desk: &Desk, plan: &Plan) -> Self {
        desk.clock().set("2026-03-20T09:00:00+08:00".parse().unwrap());
        let plan = plan.clone();
        let (organizations, members) = desk
            .write_now(move |txn| {
                empty(txn)?;
                let organizations = organizations(txn, &plan.organizations)?;
                let members = members(txn, &organizations, &plan.members)?;
                Ok((organizations, members))
            })
            .unwrap();
        // The last one bears the ID-card number of the first member.
        let outsiders = [901, 902, 0].into_iter().enumerate().map(outsider).collect();
        Self { desk: desk.clone(), organizations, members, outsiders, transfers: Vec::new(), names: 0 }
    }

    pub(super) fn a_minute_passes(&self) {
        self.desk.clock().set(self.desk.now().plus(Duration::from_mins(1)));
    }

    /// Who has become a member since, or has handed something in.
    pub(super) fn meet_newcomers(&mut self, seen: &Seen) {
        let new: Vec<_> = seen.rows.members.keys().filter(|id| !self.members.contains(id)).copied().collect();
        self.members.extend(new);
        let new: Vec<_> = seen.rows.transfers.keys().filter(|id| !self.transfers.contains(id)).copied().collect();
        self.transfers.extend(new);
    }

    /// Does something as an administrator of this organization.
    pub(super) fn office<T: Send + 'static>(
        &self,
        at: OrganizationId,
        mut act: impl FnMut(&mut Txn<'_>, &Officer) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.desk.write_now(move |txn| {
            let by = officer_in(txn, at, AdministratorId::random())?;
            act(txn, &by)
        })
    }

    /// Does something as a member: who has left the list is not let in.
    pub(super) fn member<T: Send + 'static>(
        &self,
        seen: &Seen,
        id: MemberId,
        mut act: impl FnMut(&mut Txn<'_>, &Member) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let home = &seen.rows.members[&id];
        if home.departed {
            return Err(Problem::login_needed());
        }
        let by = Member::admitted(id, home.branch, "陈建国", SessionId::random());
        self.desk.write_now(move |txn| act(txn, &by))
    }
}

/// Takes everything out of the tables but what stands there from the beginning.
fn empty(txn: &mut Txn<'_>) -> Result<(), Problem> {
    const TABLES: [&str; 20] = [
        "transfer",
        "transfer_step",
        "transfer_party",
        "transfer_issuer",
        "transfer_applicant",
        "transfer_letter",
        "transfer_letter_counter",
        "transfer_letterhead",
        "transfer_receipt",
        "record_case",
        "case_counter",
        "record_change",
        "member_term",
        "member",
        "branch_count",
        "organization",
        "message",
        "job",
        "audit_link",
        "audit_entry",
    ];
    for table in TABLES {
        txn.execute(&format!("DELETE FROM {table}"), &[])?;
    }
    Ok(())
}

/// The city committee, a committee with a branch, a branch right under the city, and whatever the plan adds.
fn organizations(txn: &mut Txn<'_>, plan: &[(u8, u8)]) -> Result<Vec<OrganizationId>, Problem> {
    use OrganizationKind::{Branch, CityCommittee, Committee, GeneralBranch, WorkingCommittee};
    let mut grown: Vec<(OrganizationId, OrganizationKind, usize)> = Vec::new();
    let mut all = Vec::new();
    let mut add = |grown: &mut Vec<(OrganizationId, OrganizationKind, usize)>, parent: Option<usize>, kind| {
        let (id, number) = (OrganizationId::random(), grown.len() + 1);
        let card = OrganizationCard {
            code: OrganizationCode::parse(&format!("3502{number:08}")).unwrap(),
            name: format!("第{number}{}", OrganizationKind::label(kind)),
            kind,
            work_unit: "集美街道".to_owned(),
            secretary: String::new(),
            contact: String::new(),
            contact_phone: None,
            founded_on: None,
            term_ends_on: None,
        };
        let depth = parent.map_or(1, |parent| grown[parent].2 + 1);
        all.push(NewOrganization { id, parent_id: parent.map(|parent| grown[parent].0), level: None, card });
        grown.push((id, kind, depth));
    };
    add(&mut grown, None, CityCommittee);
    add(&mut grown, Some(0), Committee);
    add(&mut grown, Some(1), Branch);
    add(&mut grown, Some(0), Branch);
    for (parent, kind) in plan {
        let parents: Vec<usize> =
            (0..grown.len()).filter(|number| grown[*number].1 != Branch && grown[*number].2 < 8).collect();
        let kind = match kind % 6 {
            0..=2 => Branch,
            3 => GeneralBranch,
            4 => Committee,
            _ => WorkingCommittee,
        };
        add(&mut grown, Some(parents[usize::from(*parent) % parents.len()]), kind);
    }
    insert_organizations(txn, &all)?;
    Ok(grown.into_iter().map(|(id, ..)| id).collect())
}

fn members(txn: &mut Txn<'_>, organizations: &[OrganizationId], plan: &[u8]) -> Result<Vec<MemberId>, Problem> {
    let tree = tree(txn)?;
    let branches = branches(&tree, organizations);
    let new = plan.iter().enumerate().map(|(number, place)| {
        let branch = tree.get(branches[usize::from(*place) % branches.len()]).unwrap();
        let (id, organization_id, path) = (MemberId::random(), branch.id, branch.path.clone());
        NewMember { id, organization_id, path, record: record(number) }
    });
    let new: Vec<NewMember> = new.collect();
    insert_members(txn, &new)?;
    Ok(new.into_iter().map(|new| new.id).collect())
}

/// The branches among these, open or closed.
pub(super) fn branches(tree: &Tree, organizations: &[OrganizationId]) -> Vec<OrganizationId> {
    let is_branch = |id: &OrganizationId| tree.get(*id).is_some_and(|node| node.kind == OrganizationKind::Branch);
    organizations.iter().copied().filter(is_branch).collect()
}

fn record(number: usize) -> MemberRecord {
    let mut record = sample_record();
    record.id_card = id_card(number);
    record.sex = record.id_card.sex();
    record.phone = Some(phone(number));
    record
}

fn id_card(number: usize) -> IdCardNumber {
    IdCardNumber::complete(&format!("35020319840506{number:03}")).unwrap()
}

fn phone(number: usize) -> Phone {
    Phone::parse(&format!("139{number:08}")).unwrap()
}

fn outsider((place, card): (usize, usize)) -> Outsider {
    let applicant = Applicant::admitted(ApplicantId::random(), phone(900 + place), SessionId::random());
    let person = PersonEntered {
        name: "林晓东".to_owned(),
        id_card: id_card(card).expose().to_owned(),
        ethnic_group: "汉族".to_owned(),
        kind: "正式党员".to_owned(),
        admitted_on: "2005-07-01".to_owned(),
        full_on: "2006-07-01".to_owned(),
    };
    Outsider { applicant, person }
}
