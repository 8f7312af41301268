//! What the pages of 【组织关系转入】 show.

use std::sync::LazyLock;

use ejia_db::Txn;
use ejia_directory::{ETHNIC_GROUPS, Node, Tree, tree};
use ejia_kernel::{MemberKind, Problem, TransferId};
use ejia_web::{Applicant, Choices};
use schemars::JsonSchema;
use serde::Serialize;

use super::apply::{may_correct, own};
use super::entered::ApplicationEntered;
use super::store;
use crate::model::Transfer;
use crate::views::{LineView, TransferView};

static GROUPS: LazyLock<Choices> = LazyLock::new(|| Choices::words(ETHNIC_GROUPS));
static KINDS: LazyLock<Choices> =
    LazyLock::new(|| Choices::words([MemberKind::Full.label(), MemberKind::Probationary.label()]));

/// An organization that can be chosen.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct FoundView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) unit: String,
}

impl From<&Node> for FoundView {
    fn from(node: &Node) -> Self {
        Self { id: node.id.to_string(), name: node.name.clone(), unit: node.work_unit.clone() }
    }
}

/// The form of an application: 【添加申请】 or 【修改申请】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct FormView {
    /// The application that is corrected; none while a new one is written.
    pub(crate) corrects: Option<String>,
    pub(crate) entered: ApplicationEntered,
    pub(crate) phone: String,
    pub(crate) groups: Choices,
    pub(crate) kinds: Choices,
    /// The committee meant, if it is clear.
    pub(crate) committee: Option<FoundView>,
    pub(crate) committees: Vec<FoundView>,
    /// The branch under it, if its name is exact.
    pub(crate) branch: Option<FoundView>,
    pub(crate) branches: Vec<FoundView>,
    pub(crate) searched: bool,
}

impl FormView {
    pub(super) fn of(
        txn: &mut Txn<'_>,
        by: &Applicant,
        corrects: Option<TransferId>,
        entered: ApplicationEntered,
    ) -> Result<Self, Problem> {
        let tree = tree(txn)?;
        let entered = taken(&tree, entered);
        let committee = entered.committee_in(&tree);
        let typed = |text: &str| !text.trim().is_empty();
        let found = |nodes: Vec<&Node>| nodes.into_iter().map(FoundView::from).collect::<Vec<_>>();
        let committees = match (committee, tree.root()) {
            (None, Some(root)) if typed(&entered.committee) => {
                found(tree.committees_named(&root.path, &entered.committee))
            }
            _ => Vec::new(),
        };
        let branch = committee.and_then(|above| tree.branch_meant(&above.path, &entered.branch, ""));
        let branches = match (committee, branch) {
            (Some(above), None) if typed(&entered.branch) => found(tree.branches_named(&above.path, &entered.branch)),
            _ => Vec::new(),
        };
        Ok(Self {
            corrects: corrects.map(|id| id.to_string()),
            phone: by.masked_phone().to_owned(),
            groups: GROUPS.clone(),
            kinds: KINDS.clone(),
            committee: committee.map(FoundView::from),
            committees,
            branch: branch.map(FoundView::from),
            branches,
            searched: typed(&entered.committee),
            entered,
        })
    }

    /// Where the form goes, below the portal's root.
    pub(crate) fn here(&self) -> String {
        match &self.corrects {
            Some(id) => format!("/applications/{id}/correct"),
            None => "/new".to_owned(),
        }
    }

    /// 拟转入单位: the branch's, where it is known.
    pub(crate) fn unit(&self) -> &str {
        self.branch.as_ref().map_or(&self.entered.unit, |branch| &branch.unit)
    }
}

/// Choosing one of those found writes its exact name into the field.
fn taken(tree: &Tree, mut entered: ApplicationEntered) -> ApplicationEntered {
    let node = |id: &str| id.parse().ok().and_then(|id| tree.get(id));
    if let Some(node) = node(&entered.take_committee) {
        entered.committee.clone_from(&node.name);
        entered.committee_id = node.id.to_string();
    }
    if let Some(node) = node(&entered.take_branch) {
        entered.branch.clone_from(&node.name);
        entered.unit.clone_from(&node.work_unit);
    }
    (entered.take_committee, entered.take_branch, entered.find) = (String::new(), String::new(), false);
    entered
}

/// One of his applications in their list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct OwnLine {
    pub(crate) line: LineView,
    pub(crate) may_correct: bool,
}

/// 【修改申请】: the applications made with this phone.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ApplicationsView {
    pub(crate) lines: Vec<OwnLine>,
}

impl ApplicationsView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &Applicant) -> Result<Self, Problem> {
        let (tree, now) = (tree(txn)?, txn.now());
        let line = |transfer: &Transfer| OwnLine {
            line: LineView::of(&tree, transfer, now),
            may_correct: may_correct(transfer.standing.stage),
        };
        Ok(Self { lines: store::of_applicant(txn, by.id())?.iter().map(line).collect() })
    }
}

/// One application of his: its progress, its photo, what he can do.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ApplicationView {
    pub(crate) transfer: TransferView,
    pub(crate) may_correct: bool,
    pub(crate) photo: bool,
}

impl ApplicationView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &Applicant, id: TransferId) -> Result<Self, Problem> {
        let transfer = own(txn, by, id)?;
        Ok(Self {
            may_correct: may_correct(transfer.standing.stage),
            photo: store::photo(txn, id)?.is_some(),
            transfer: TransferView::of(txn, &transfer)?,
        })
    }
}

/// The application as it was entered, to be corrected.
///
/// # Errors
/// `transfers.cannot_correct` once it is allocated.
pub(super) fn entered_before(txn: &mut Txn<'_>, by: &Applicant, id: TransferId) -> Result<ApplicationEntered, Problem> {
    let transfer = own(txn, by, id)?;
    let told = store::told(txn, id)?.filter(|_| may_correct(transfer.standing.stage));
    let told = told.ok_or_else(|| Problem::conflict("transfers.cannot_correct"))?;
    let tree = tree(txn)?;
    let Transfer { from, to, unit, committee_id, reason, remark, .. } = transfer;
    Ok(ApplicationEntered {
        person: told.person,
        from: from.name,
        committee: committee_id.map(|id| tree.name(id)).unwrap_or_default(),
        committee_id: committee_id.map(|id| id.to_string()).unwrap_or_default(),
        take_committee: String::new(),
        branch: to.name,
        take_branch: String::new(),
        find: false,
        unit,
        reason,
        remark,
    })
}
