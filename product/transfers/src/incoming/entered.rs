//! What a person from outside tells of himself and of where he wants to go.

use ejia_directory::{EthnicGroup, MemberRecord, Node, Tree, contradictions};
use ejia_kernel::{
    Date, DateFault, Faults, IdCardFault, IdCardNumber, MemberKind, NameFault, PersonName, Phone, Problem, Standing,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The longest reason and remark, in characters.
const MOST_WORDS: usize = 200;
/// The longest name of an organization or work unit, in characters.
const MOST_NAME: usize = 60;

/// An application as it is entered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct ApplicationEntered {
    /// Who he is.
    #[serde(flatten)]
    pub(crate) person: PersonEntered,
    /// 原党组织: who issued his letter.
    pub(crate) from: String,
    /// 拟转入党委: its exact name, or part of it while it is searched for.
    pub(crate) committee: String,
    /// The committee that was chosen, as the form remembers it.
    pub(crate) committee_id: String,
    /// The committee that is being chosen among those found.
    #[serde(skip_serializing)]
    pub(crate) take_committee: String,
    /// 拟转入党支部: as exactly as he knows it; the committee may correct it.
    pub(crate) branch: String,
    /// The branch that is being chosen among those found.
    #[serde(skip_serializing)]
    pub(crate) take_branch: String,
    /// Organizations are to be looked up, nothing is handed in yet.
    #[serde(skip_serializing)]
    pub(crate) find: bool,
    /// 拟转入单位.
    pub(crate) unit: String,
    /// 转入原因.
    pub(crate) reason: String,
    /// 备注.
    pub(crate) remark: String,
}

/// Who he is: as little as his branch needs to take him in. The rest he completes himself, later.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct PersonEntered {
    /// 姓名.
    pub(crate) name: String,
    /// 公民身份证号.
    pub(crate) id_card: String,
    /// 民族.
    pub(crate) ethnic_group: String,
    /// 人员类别.
    pub(crate) kind: String,
    /// 加入党组织日期.
    pub(crate) admitted_on: String,
    /// 转为正式党员日期; of a full member.
    pub(crate) full_on: String,
}

impl PersonEntered {
    /// The record it makes, with the phone he has proven.
    ///
    /// # Errors
    /// A refusal that names every field that is wrong.
    pub(crate) fn record(&self, phone: &Phone, today: Date) -> Result<MemberRecord, Problem> {
        let mut faults = Faults::none();
        let name = faults.read("name", PersonName::parse(&self.name).map_err(NameFault::code));
        let id_card = faults.read("id_card", IdCardNumber::parse(&self.id_card).map_err(IdCardFault::code));
        let group = EthnicGroup::parse(&self.ethnic_group).ok_or("transfers.ethnic_group_needed");
        let ethnic_group = faults.read("ethnic_group", group);
        let kind = MemberKind::from_code(&self.kind).or_else(|| MemberKind::from_label(&self.kind));
        let kind = faults.read("kind", kind.ok_or("transfers.kind_needed"));
        let admitted_on = faults.read("admitted_on", day(&self.admitted_on));
        let full_on = match kind {
            Some(MemberKind::Full) => faults.read("full_on", day(&self.full_on)),
            _ => None,
        };
        let (Some(name), Some(id_card), Some(ethnic_group), Some(kind)) = (name, id_card, ethnic_group, kind) else {
            return Err(faults.problem());
        };
        let record = MemberRecord {
            name,
            sex: id_card.sex(),
            born_on: id_card.birth_date(),
            id_card,
            ethnic_group,
            education: String::new(),
            kind,
            admitted_on,
            full_on,
            post: String::new(),
            phone: Some(phone.clone()),
            landline: String::new(),
            address: String::new(),
            standing: Standing::Normal,
            lost: false,
            lost_on: None,
            floating: false,
            floating_to: String::new(),
        };
        for (field, code) in contradictions(&record, today) {
            faults.mark(field.code(), code);
        }
        faults.settled().map(|()| record)
    }
}

/// A day that must be told.
fn day(text: &str) -> Result<Date, &'static str> {
    if text.trim().is_empty() {
        return Err("transfers.day_needed");
    }
    Date::parse_loose(text).map_err(DateFault::code)
}

/// What is asked for, checked.
pub(super) struct Wanted {
    pub(super) record: MemberRecord,
    pub(super) from: String,
    pub(super) committee: Node,
    /// The branch, where its name was exact.
    pub(super) branch: Option<Node>,
    pub(super) branch_name: String,
    pub(super) unit: String,
    pub(super) reason: String,
    pub(super) remark: String,
}

impl ApplicationEntered {
    /// Whether the form only looks for organizations.
    pub(crate) fn searches(&self) -> bool {
        self.find || !self.take_committee.is_empty() || !self.take_branch.is_empty()
    }

    /// The committee meant: the one chosen, as long as the name beside it was not changed, or the only one of this name.
    pub(crate) fn committee_in<'a>(&self, tree: &'a Tree) -> Option<&'a Node> {
        let root = tree.root()?;
        let typed: String = self.committee.split_whitespace().collect();
        let chosen = tree.committee_meant(&root.path, "", &self.committee_id).filter(|node| node.name == typed);
        chosen.or_else(|| tree.committee_meant(&root.path, &typed, "")).filter(|_| !typed.is_empty())
    }

    /// The application as it is kept.
    ///
    /// # Errors
    /// A refusal that names every field that is missing or wrong.
    pub(super) fn wanted(&self, tree: &Tree, phone: &Phone, today: Date) -> Result<Wanted, Problem> {
        let mut faults = Faults::none();
        let record = match self.person.record(phone, today) {
            Ok(record) => Some(record),
            Err(problem) if problem.fields.is_empty() => return Err(problem),
            Err(problem) => {
                faults.add_all(problem);
                None
            }
        };
        let from = faults.needed("from", &self.from, MOST_NAME, "transfers.from_needed");
        let committee = self.committee_in(tree);
        if committee.is_none() {
            faults.mark("committee", "transfers.committee_needed");
        }
        let branch_name = faults.needed("branch", &self.branch, MOST_NAME, "transfers.branch_wanted");
        let unit = faults.needed("unit", &self.unit, MOST_NAME, "transfers.unit_needed");
        let reason = faults.needed("reason", &self.reason, MOST_WORDS, "transfers.reason_in_needed");
        let remark = faults.optional("remark", &self.remark, MOST_WORDS);
        let (Some(record), Some(committee)) = (record, committee) else { return Err(faults.problem()) };
        faults.settled()?;
        let branch = tree.branch_meant(&committee.path, &branch_name, "").cloned();
        let unit = branch.as_ref().map_or(unit, |branch| branch.work_unit.clone());
        Ok(Wanted { record, from, committee: committee.clone(), branch, branch_name, unit, reason, remark })
    }
}
