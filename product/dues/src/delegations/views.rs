//! What is shown of delegations.

use ejia_db::Txn;
use ejia_directory::{BranchMember, Tree, tree};
use ejia_kernel::{DelegationId, Problem};
use ejia_web::{BranchOfficer, Choice, Member};
use schemars::JsonSchema;
use serde::Serialize;

use super::model::{Delegation, State};
use super::store::{self, Line, Person};

/// A delegation as one of its two sees it, or his branch.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct DelegationView {
    pub(crate) id: String,
    /// The other one.
    pub(crate) name: String,
    /// His branch.
    pub(crate) branch: String,
    /// Who granted it.
    pub(crate) source: &'static str,
    pub(crate) state: String,
    pub(crate) tone: &'static str,
    /// When it was asked for or, once live, since when it is.
    pub(crate) since: String,
    /// Whether it waits for the payer's answer.
    pub(crate) asked: bool,
    /// Whether it can be taken back.
    pub(crate) open: bool,
}

impl DelegationView {
    fn of(tree: &Tree, line: &Line, other: &Person) -> Self {
        let Delegation { id, source, state, asked_at, live_at, ended_at, ended_by, .. } = &line.delegation;
        let open = ended_at.is_none() && line.holds;
        let (word, tone) = match (state, ended_by) {
            (State::Asked, _) if open => (State::Asked.label().to_owned(), "wait"),
            (State::Live, _) if open => (State::Live.label().to_owned(), "good"),
            (State::Declined, _) => (State::Declined.label().to_owned(), "bad"),
            (State::Revoked, Some(side)) => (format!("{}（{}）", State::Revoked.label(), side.label()), "plain"),
            _ => ("已失效".to_owned(), "plain"),
        };
        Self {
            id: id.to_string(),
            name: other.name.clone(),
            branch: tree.name(other.organization_id),
            source: source.label(),
            state: word,
            tone,
            since: live_at.unwrap_or(*asked_at).to_string(),
            asked: open && *state == State::Asked,
            open,
        }
    }
}

/// 【代交党费授权】: whom the member has authorised.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct AuthorisationsView {
    pub(crate) open: Vec<DelegationView>,
    pub(crate) ended: Vec<DelegationView>,
}

impl AuthorisationsView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &Member) -> Result<Self, Problem> {
        let tree = tree(txn)?;
        let lines = store::of_principal(txn, by.id())?;
        let views = lines.iter().map(|line| DelegationView::of(&tree, line, &line.payer));
        let (open, ended) = views.partition(|view| view.open);
        Ok(Self { open, ended })
    }
}

/// 【代交党费授权确认】: who has authorised the member.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct AskedView {
    /// What awaits his answer.
    pub(crate) asked: Vec<DelegationView>,
    /// For whom he may pay.
    pub(crate) live: Vec<DelegationView>,
    pub(crate) ended: Vec<DelegationView>,
}

impl AskedView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &Member) -> Result<Self, Problem> {
        let tree = tree(txn)?;
        let lines = store::of_payer(txn, by.id())?;
        let views = lines.iter().map(|line| DelegationView::of(&tree, line, &line.principal));
        let (open, ended): (Vec<_>, Vec<_>) = views.partition(|view| view.open);
        let (asked, live) = open.into_iter().partition(|view| view.asked);
        Ok(Self { asked, live, ended })
    }
}

/// A delegation about to be taken back.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct EndView {
    pub(crate) id: String,
    /// Whose dues.
    pub(crate) principal: String,
    /// Who pays.
    pub(crate) payer: String,
    pub(crate) source: &'static str,
    pub(crate) state: &'static str,
    /// Where the page leads back to.
    pub(crate) back: String,
}

impl EndView {
    fn of(line: &Line, back: &str) -> Self {
        Self {
            id: line.delegation.id.to_string(),
            principal: line.principal.name.clone(),
            payer: line.payer.name.clone(),
            source: line.delegation.source.label(),
            state: line.delegation.state.label(),
            back: back.to_owned(),
        }
    }

    /// For one of its two.
    pub(super) fn own(txn: &mut Txn<'_>, by: &Member, id: DelegationId) -> Result<Self, Problem> {
        let line = open_line(txn, id)?;
        match by.id() {
            own if own == line.principal.id => Ok(Self::of(&line, "/dues/delegations")),
            own if own == line.payer.id => Ok(Self::of(&line, "/dues/delegations/asked")),
            _ => Err(Problem::not_found("dues.no_such_delegation")),
        }
    }

    /// For the principal's branch.
    pub(super) fn of_branch(txn: &mut Txn<'_>, by: &BranchOfficer, id: DelegationId) -> Result<Self, Problem> {
        let line = open_line(txn, id)?;
        if line.principal.organization_id == by.organization_id() {
            Ok(Self::of(&line, "/dues/delegations"))
        } else {
            Err(Problem::not_found("dues.no_such_delegation"))
        }
    }
}

fn open_line(txn: &mut Txn<'_>, id: DelegationId) -> Result<Line, Problem> {
    let line = store::line(txn, id)?.ok_or_else(|| Problem::not_found("dues.no_such_delegation"))?;
    if line.delegation.ended_at.is_some() { Err(Problem::conflict("dues.delegation_ended")) } else { Ok(line) }
}

/// 【代交党费委托管理】: the branch's members and who may pay for them.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct BranchDelegationsView {
    pub(crate) members: Vec<PrincipalView>,
    /// How many of them somebody may pay for.
    pub(crate) delegated: usize,
}

/// A member of the branch and who may pay for him.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct PrincipalView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) payers: Vec<DelegationView>,
}

impl BranchDelegationsView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &BranchOfficer) -> Result<Self, Problem> {
        let tree = tree(txn)?;
        let lines = store::of_branch(txn, by.path().as_str())?;
        let members: Vec<PrincipalView> = ejia_directory::branch_members(txn, by.organization_id())?
            .into_iter()
            .map(|member| {
                let own = lines.iter().filter(|line| line.principal.id == member.id && line.holds);
                let payers = own.map(|line| DelegationView::of(&tree, line, &line.payer)).collect();
                PrincipalView { id: member.id.to_string(), name: member.name, payers }
            })
            .collect();
        let delegated = members.iter().filter(|member| member.payers.iter().any(|payer| !payer.asked)).count();
        Ok(Self { members, delegated })
    }
}

/// The form that delegates a member: for one other, or for all 【批量委托】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct DelegateView {
    /// The member whose dues they are; none for all.
    pub(crate) principal: Option<Choice>,
    /// How many members the branch has.
    pub(crate) members: usize,
    /// Who may be chosen: name and the end of the phone, for two of one name.
    pub(crate) payers: Vec<Choice>,
}

impl DelegateView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &BranchOfficer, principal: Option<&str>) -> Result<Self, Problem> {
        let members = ejia_directory::branch_members(txn, by.organization_id())?;
        let principal = match principal {
            Some(id) => {
                let found = members.iter().find(|member| member.id.to_string() == id);
                let found = found.ok_or_else(|| Problem::not_found("dues.no_such_branch_member"))?;
                Some(Choice::of(found.name.clone(), id))
            }
            None => None,
        };
        let others = members
            .iter()
            .filter(|member| principal.as_ref().is_none_or(|principal| principal.value != member.id.to_string()));
        Ok(Self { payers: others.map(choice).collect(), members: members.len(), principal })
    }
}

fn choice(member: &BranchMember) -> Choice {
    let phone = member.phone.as_ref().map(|phone| format!("（{}）", phone.masked())).unwrap_or_default();
    Choice::of(format!("{}{phone}", member.name), member.id.to_string())
}
