//! What the forms of an application show.

use ejia_db::Txn;
use ejia_directory::{Node, Tree, tree};
use ejia_kernel::{Problem, TransferId};
use ejia_web::Member;
use schemars::JsonSchema;
use serde::Serialize;

use super::change::own;
use super::entered::{OutEntered, WithinEntered};
use crate::model::{Direction, Stage, Transfer};
use crate::road::{NoRoad, Road, Trip};
use crate::store;
use crate::views::{StopView, stop_views};

/// A branch that can be chosen.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct BranchView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) unit: String,
    /// The committee above it, to tell like names apart.
    pub(crate) committee: String,
}

impl BranchView {
    fn of(tree: &Tree, node: &Node) -> Self {
        let committee = tree.open_at_or_above(node.id, |above| above.kind.may_allocate());
        Self {
            id: node.id.to_string(),
            name: node.name.clone(),
            unit: node.work_unit.clone(),
            committee: committee.map(|above| above.name.clone()).unwrap_or_default(),
        }
    }
}

/// 【我要转移组织关系】: which road; or the one that is open already.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ChooseView {
    pub(crate) branch: String,
    /// The open transfer, which has to end first.
    pub(crate) open: Option<String>,
}

impl ChooseView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &Member) -> Result<Self, Problem> {
        let tree = tree(txn)?;
        let open = store::open_of_member(txn, by.id())?.map(|transfer| transfer.id.to_string());
        Ok(Self { branch: tree.name(by.organization_id()), open })
    }
}

/// The form of an application inside the city.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct WithinView {
    /// The application that is mended; none while a new one is written.
    pub(crate) mends: Option<String>,
    pub(crate) entered: WithinEntered,
    /// The branch meant, if it is clear.
    pub(crate) chosen: Option<BranchView>,
    /// Branches whose names fit what was typed.
    pub(crate) found: Vec<BranchView>,
    /// The road to the branch meant.
    pub(crate) road: Vec<StopView>,
    /// There is no road to it.
    pub(crate) no_road: bool,
    /// It is the branch he belongs to.
    pub(crate) same_branch: bool,
    pub(crate) searched: bool,
    pub(crate) open: Option<String>,
}

impl WithinView {
    pub(super) fn of(
        txn: &mut Txn<'_>,
        by: &Member,
        mends: Option<TransferId>,
        entered: WithinEntered,
    ) -> Result<Self, Problem> {
        let open = store::open_of_member(txn, by.id())?.map(|transfer| transfer.id);
        let tree = tree(txn)?;
        let issuers = store::issuers(txn)?;
        let chosen = entered.branch_in(&tree);
        let typed = entered.branch.trim();
        let found = match (chosen, tree.root()) {
            (None, Some(root)) if !typed.is_empty() => tree.branches_named(&root.path, typed),
            _ => Vec::new(),
        };
        let trip = |to: &Node| Trip {
            direction: Direction::Within,
            from: Some(by.organization_id()),
            to: Some(to.id),
            committee: None,
        };
        let road = chosen.map(|to| Road { tree: &tree, issuers: &issuers }.whole(&trip(to)));
        Ok(Self {
            mends: mends.map(|id| id.to_string()),
            chosen: chosen.map(|node| BranchView::of(&tree, node)),
            found: found.into_iter().map(|node| BranchView::of(&tree, node)).collect(),
            no_road: matches!(road, Some(Err(_))),
            same_branch: matches!(road, Some(Err(NoRoad::SameBranch))),
            road: stop_views(&tree, &road.and_then(Result::ok).unwrap_or_default(), false),
            searched: !typed.is_empty(),
            open: open.filter(|open| mends != Some(*open)).map(|id| id.to_string()),
            entered,
        })
    }

    /// Where the form stands, below the portal's root.
    pub(crate) fn here(&self) -> String {
        match &self.mends {
            Some(id) => format!("/transfers/{id}/mend"),
            None => "/transfers/new/within".to_owned(),
        }
    }

    /// Choosing one of those found writes its exact name into the field.
    pub(super) fn taken(txn: &mut Txn<'_>, mut entered: WithinEntered) -> Result<WithinEntered, Problem> {
        let tree = tree(txn)?;
        if let Some(node) = entered.take.parse().ok().and_then(|id| tree.get(id)) {
            entered.branch.clone_from(&node.name);
            entered.branch_id = node.id.to_string();
        }
        (entered.take, entered.find) = (String::new(), false);
        Ok(entered)
    }
}

/// The form of an application out of the city.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct OutView {
    pub(crate) mends: Option<String>,
    pub(crate) entered: OutEntered,
    pub(crate) road: Vec<StopView>,
    /// Nobody above may issue letters.
    pub(crate) no_road: bool,
    pub(crate) open: Option<String>,
}

impl OutView {
    pub(super) fn of(
        txn: &mut Txn<'_>,
        by: &Member,
        mends: Option<TransferId>,
        entered: OutEntered,
    ) -> Result<Self, Problem> {
        let open = store::open_of_member(txn, by.id())?.map(|transfer| transfer.id);
        let tree = tree(txn)?;
        let issuers = store::issuers(txn)?;
        let trip = Trip { direction: Direction::Out, from: Some(by.organization_id()), to: None, committee: None };
        let road = Road { tree: &tree, issuers: &issuers }.whole(&trip);
        Ok(Self {
            mends: mends.map(|id| id.to_string()),
            entered,
            no_road: road.is_err(),
            road: stop_views(&tree, &road.unwrap_or_default(), false),
            open: open.filter(|open| mends != Some(*open)).map(|id| id.to_string()),
        })
    }
}

/// The application that came back, as it was entered.
pub(super) fn returned(txn: &mut Txn<'_>, by: &Member, id: TransferId) -> Result<Transfer, Problem> {
    let transfer = own(txn, by, id)?;
    if transfer.standing.stage == Stage::Returned {
        Ok(transfer)
    } else {
        Err(Problem::conflict("transfers.not_returned"))
    }
}

impl From<&Transfer> for WithinEntered {
    fn from(transfer: &Transfer) -> Self {
        Self {
            branch: transfer.to.name.clone(),
            branch_id: transfer.to.organization_id.map(|id| id.to_string()).unwrap_or_default(),
            take: String::new(),
            find: false,
            reason: transfer.reason.clone(),
            remark: transfer.remark.clone(),
        }
    }
}

impl From<&Transfer> for OutEntered {
    fn from(transfer: &Transfer) -> Self {
        Self {
            addressee: transfer.addressee.clone(),
            organization: transfer.to.name.clone(),
            unit: transfer.unit.clone(),
            reason: transfer.reason.clone(),
            remark: transfer.remark.clone(),
        }
    }
}
