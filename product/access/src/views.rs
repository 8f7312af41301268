//! What is shown: for templates and, the same, for programs.

pub(crate) mod computers;
pub(crate) mod devices;
pub(crate) mod organization_tokens;
pub(crate) mod security;
pub(crate) mod verification;

use ejia_db::Txn;
use ejia_directory::{Administrator, Node, Seat, Tree};
use ejia_kernel::{OrganizationId, OrganizationPath, Problem};
use ejia_web::Officer;
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::Account;
use crate::operations::administrators::refuse_foreign;
use crate::operations::log_in::Awaited;
use crate::operations::set_member_password::overseen;
use crate::store;

/// A login page before anything was typed.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct LoginView {
    /// Where to go afterwards.
    pub(crate) next: String,
    /// Whether the browser is the one inside WeChat, which knows its user without a password.
    pub(crate) by_wechat: bool,
}

/// A page before somebody has said who he is.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct NextView {
    /// Where to go afterwards.
    pub(crate) next: String,
}

/// A member's first login: the code and a password of his own are wanted.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct FirstLoginView {
    /// The token of the begun login.
    pub(crate) pending: String,
    /// Where the code went, masked; empty when there is no phone.
    pub(crate) phone: String,
    /// Whether a code is wanted.
    pub(crate) wants_code: bool,
    /// Whether one went out just now.
    pub(crate) sent: bool,
    /// Where to go afterwards.
    pub(crate) next: String,
}

impl FirstLoginView {
    pub(crate) fn of(awaited: Awaited, wants_code: bool, next: &str) -> Self {
        let Awaited { pending, phone, sent, .. } = awaited;
        Self { pending, phone, wants_code, sent, next: next.to_owned() }
    }
}

/// A phone that has not come in through WeChat.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct EntryView {
    /// Where it can try again; empty where that is of no use.
    pub(crate) again: String,
    /// Where it comes in by password.
    pub(crate) login: String,
}

/// 【微信绑定】 of a member.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct BindingView {
    /// Since when he is bound; empty if he is not.
    pub(crate) since: String,
}

/// Somebody from outside: the code that went to his phone is wanted.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct PhoneCodeView {
    /// The token of what was begun.
    pub(crate) pending: String,
    /// The phone, masked.
    pub(crate) phone: String,
    /// Where to go afterwards.
    pub(crate) next: String,
}

/// A forgotten password: the code and a new password are wanted.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct ResetView {
    /// The token of the begun reset.
    pub(crate) pending: String,
    /// Where to go afterwards.
    pub(crate) next: String,
}

/// What an administrator has beside his phone, at the login.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct BesideView {
    /// Whether the password was right and something of it is wanted now.
    pub(crate) wanted: bool,
    /// Whether an authenticator app can be used.
    pub(crate) authenticator: bool,
    /// The passkeys that can be used, by what browsers call them, with a space between them.
    pub(crate) passkeys: String,
}

/// The administrators' login: first the password, then the code.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct OfficeLoginView {
    /// Whether the password was right and the phone's code is wanted now.
    pub(crate) wants_code: bool,
    /// What he has beside the phone.
    pub(crate) beside: BesideView,
    /// The token of the begun login.
    pub(crate) pending: String,
    /// What was typed to say who.
    pub(crate) login: String,
    /// Where the code went, masked.
    pub(crate) phone: String,
    /// Whether one went out just now.
    pub(crate) sent: bool,
    /// Where to go afterwards.
    pub(crate) next: String,
    /// Whether this is the encrypted channel, where the certificate stands for the code.
    pub(crate) encrypted: bool,
}

/// That a login is complete; in JSON the token is beside it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct LoggedIn {
    /// The page to begin at.
    pub(crate) go: String,
}

/// Whose password an administrator is about to set.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct MemberPasswordView {
    /// Which member.
    pub(crate) id: String,
    /// His name.
    pub(crate) name: String,
    /// His branch.
    pub(crate) organization: String,
    /// His ID-card number, masked.
    pub(crate) id_card: String,
    /// His phone, masked; empty when he has none.
    pub(crate) phone: String,
}

/// The member whose password is to be set, for an officer who oversees him.
pub(crate) fn member_password(
    txn: &mut Txn<'_>,
    by: &Officer,
    id: ejia_kernel::MemberId,
) -> Result<MemberPasswordView, Problem> {
    let member = overseen(txn, by, id)?;
    let tree = ejia_directory::tree(txn)?;
    Ok(MemberPasswordView {
        id: id.to_string(),
        name: member.record.name.as_str().to_owned(),
        organization: tree.name(member.organization_id),
        id_card: member.record.id_card.masked(),
        phone: member.record.phone.map_or_else(String::new, |phone| phone.masked()),
    })
}

/// An organization as a link.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct OrganizationLink {
    /// Which.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// Its kind in a word.
    pub(crate) kind: String,
    /// Its code.
    pub(crate) code: String,
}

impl From<&Node> for OrganizationLink {
    fn from(node: &Node) -> Self {
        Self {
            id: node.id.to_string(),
            name: node.name.clone(),
            kind: node.kind.label().to_owned(),
            code: node.code.to_string(),
        }
    }
}

/// One administrator in the list.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct AdministratorLine {
    /// Who.
    pub(crate) id: String,
    /// 1 or 2.
    pub(crate) seat: i64,
    /// What he logs in with.
    pub(crate) login: String,
    /// His name.
    pub(crate) name: String,
    /// His phone, masked; empty when none was entered.
    pub(crate) phone: String,
    /// Whether the first password still stands.
    pub(crate) first_password: bool,
    /// Whether this is the officer himself.
    pub(crate) oneself: bool,
    /// Whether he can be removed.
    pub(crate) removable: bool,
    /// Which write of the row this is.
    pub(crate) version: i64,
}

/// 【管理员信息】 of one organization, and the way to those below.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct AdministratorsView {
    /// The organization whose administrators are shown.
    pub(crate) organization: OrganizationLink,
    /// From the officer's own organization down to the one shown.
    pub(crate) way: Vec<OrganizationLink>,
    /// The organizations right below the one shown.
    pub(crate) children: Vec<OrganizationLink>,
    /// What was searched for.
    pub(crate) name: String,
    /// The organizations found by it.
    pub(crate) found: Vec<OrganizationLink>,
    /// The administrators.
    pub(crate) administrators: Vec<AdministratorLine>,
    /// Whether a second one can be added.
    pub(crate) may_add: bool,
    /// Whether the house keeps an encrypted channel, so that administrators have computers.
    pub(crate) channel: bool,
}

/// How many of the organizations right below are listed; more are found by name.
const CHILDREN: usize = 200;

/// The administrators of an organization the officer has something to say in; his own without one named.
pub(crate) fn administrators(
    txn: &mut Txn<'_>,
    by: &Officer,
    organization: Option<OrganizationId>,
    name: &str,
) -> Result<AdministratorsView, Problem> {
    let organization = organization.unwrap_or_else(|| by.organization_id());
    refuse_foreign(txn, by, organization)?;
    let tree = ejia_directory::tree(txn)?;
    let node = tree.find(organization)?;
    let sitting = ejia_directory::administrators_of(txn, organization)?;
    let may_add = sitting.len() < 2;
    let administrators = sitting.into_iter().map(|one| line(txn, by, node, one)).collect::<Result<Vec<_>, _>>()?;
    let way = tree.way(&node.path).into_iter().filter(|above| by.oversees(&above.path));
    let children = tree.children(&node.path).filter(|child| !child.closed).take(CHILDREN);
    Ok(AdministratorsView {
        organization: node.into(),
        way: way.map(Into::into).collect(),
        children: children.map(Into::into).collect(),
        name: name.trim().to_owned(),
        found: found(&tree, by.path(), name.trim()),
        administrators,
        may_add,
        channel: false,
    })
}

fn found(tree: &Tree, path: &OrganizationPath, name: &str) -> Vec<OrganizationLink> {
    if name.is_empty() { Vec::new() } else { tree.named(path, name).into_iter().map(Into::into).collect() }
}

fn line(txn: &mut Txn<'_>, by: &Officer, node: &Node, one: Administrator) -> Result<AdministratorLine, Problem> {
    let first_password = store::password(txn, Account::Administrator(one.id), false)?.is_none();
    let oneself = one.id == by.id();
    Ok(AdministratorLine {
        id: one.id.to_string(),
        seat: one.seat.number(),
        login: one.user_name.unwrap_or_else(|| node.code.to_string()),
        name: one.name,
        phone: one.phone.map_or_else(String::new, |phone| phone.masked()),
        first_password,
        oneself,
        removable: one.seat == Seat::Second && !oneself,
        version: one.version,
    })
}

/// One administrator to be corrected, reset or removed.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct AdministratorView {
    /// His organization.
    pub(crate) organization: OrganizationLink,
    /// He.
    pub(crate) administrator: AdministratorLine,
}

/// An administrator whom the officer may change.
pub(crate) fn administrator(
    txn: &mut Txn<'_>,
    by: &Officer,
    id: ejia_kernel::AdministratorId,
) -> Result<AdministratorView, Problem> {
    let one = crate::operations::administrators::changeable(txn, by, id)?;
    let tree = ejia_directory::tree(txn)?;
    let node = tree.find(one.organization_id)?;
    Ok(AdministratorView { organization: node.into(), administrator: line(txn, by, node, one)? })
}
