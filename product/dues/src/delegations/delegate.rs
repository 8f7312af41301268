//! 【代交党费委托管理】: the branch delegates one of its members to pay for another, or for all 【批量委托】 (D9).

use std::collections::HashMap;

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_directory::BranchMember;
use ejia_kernel::{DelegationId, MemberId, Problem};
use ejia_web::BranchOfficer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::jobs::{self, Batch};
use super::model::{Delegation, Side, Source, State};
use super::store;

/// For whom a member of the branch is to pay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Delegate {
    /// The members whose dues they are.
    pub(crate) member: Vec<String>,
    /// All members of the branch, whoever `member` names.
    pub(crate) all: bool,
    /// 受托党员: the member who is to pay.
    pub(crate) payer: String,
}

/// Makes delegations of the branch, live at once; answers for how many members something has changed.
///
/// # Errors
/// A refusal when the payer or a member is none of the branch's, or the payer is the member himself.
pub(crate) fn delegate(txn: &mut Txn<'_>, by: &BranchOfficer, input: &Delegate) -> Result<usize, Problem> {
    let members = ejia_directory::branch_members(txn, by.organization_id())?;
    let payer = chosen(&members, &input.payer)
        .ok_or_else(|| Problem::refused("kernel.check_fields").on("payer", "dues.delegated_payer_needed"))?;
    let principals = principals(&members, input, payer)?;
    let now = txn.now();
    let mut open: HashMap<MemberId, Delegation> =
        store::open_to(txn, payer)?.into_iter().map(|open| (open.principal_id, open)).collect();
    let mut new = Vec::new();
    let mut changed = 0;
    for principal_id in principals {
        if let Some(known) = open.remove(&principal_id) {
            let lapsed = known.source == Source::Branch && known.organization_id != by.organization_id();
            if known.state == State::Live && !lapsed {
                continue;
            }
            // The member has asked already, or another branch had: this branch's word makes it live.
            store::make_live(txn, known.id, Source::Branch, by.organization_id())?;
        } else {
            new.push(Delegation {
                id: DelegationId::new(now),
                organization_id: by.organization_id(),
                principal_id,
                payer_id: payer,
                source: Source::Branch,
                state: State::Live,
                asked_at: now,
                live_at: Some(now),
                ended_at: None,
                ended_by: None,
            });
        }
        changed += 1;
    }
    store::insert(txn, &new)?;
    if changed > 0 {
        record(
            txn,
            Entry::new(&by.actor(), "dues.payer_delegated")
                .about("member", payer)
                .within(by.organization_id())
                .with("members", changed),
        )?;
        ejia_jobs::enqueue(txn, jobs::DELEGATED, Batch { payer, at: now.ms() })?;
    }
    Ok(changed)
}

fn chosen(members: &[BranchMember], text: &str) -> Option<MemberId> {
    let id = text.parse::<MemberId>().ok()?;
    members.iter().any(|member| member.id == id).then_some(id)
}

/// The members whose dues are to be paid, each once and the payer never.
fn principals(members: &[BranchMember], input: &Delegate, payer: MemberId) -> Result<Vec<MemberId>, Problem> {
    let mut ids = Vec::new();
    if input.all {
        ids.extend(members.iter().map(|member| member.id).filter(|id| *id != payer));
    } else {
        for text in &input.member {
            let id = chosen(members, text).ok_or_else(|| Problem::not_found("dues.no_such_branch_member"))?;
            if id == payer {
                return Err(Problem::refused("kernel.check_fields").on("payer", "dues.delegation_to_self"));
            }
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
    if ids.is_empty() { Err(Problem::refused("dues.choose_principals")) } else { Ok(ids) }
}

/// The branch takes back a delegation of one of its members' dues, whoever granted it.
///
/// # Errors
/// Not found when the member is none of the branch's; `dues.delegation_ended` when it has ended before.
pub(crate) fn withdraw(txn: &mut Txn<'_>, by: &BranchOfficer, id: DelegationId) -> Result<(), Problem> {
    let found = store::load_locked(txn, id)?.ok_or_else(|| Problem::not_found("dues.no_such_delegation"))?;
    let line = store::line(txn, id)?.filter(|line| line.principal.organization_id == by.organization_id());
    if line.is_none() {
        return Err(Problem::not_found("dues.no_such_delegation"));
    }
    if found.ended_at.is_some() {
        return Err(Problem::conflict("dues.delegation_ended"));
    }
    store::end(txn, id, State::Revoked, Some(Side::Branch))?;
    record(
        txn,
        Entry::new(&by.actor(), "dues.delegation_withdrawn")
            .about("member", found.principal_id)
            .within(by.organization_id())
            .with("delegation", id)
            .with("payer", found.payer_id),
    )
}
