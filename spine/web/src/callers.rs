//! Who may stand behind a request: a visitor, a member, an officer, an applicant, and who lets them in.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use ejia_audit::{Actor, Entry};
use ejia_db::Txn;
use ejia_kernel::{
    AdministratorId, ApplicantId, MemberId, OrganizationId, OrganizationKind, OrganizationPath, Phone, Problem,
    SessionId, TokenId,
};

use crate::scope::Bearer;
use crate::way::Way;

/// Anybody, before he has said who he is.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// The network address he comes from.
    pub address: String,
}

impl Visitor {
    /// How the audit names him.
    pub fn actor(&self) -> Actor {
        Actor::Visitor
    }
}

/// A member who has logged in. Only the doorkeeper makes one.
#[derive(Debug, Clone)]
pub struct Member(Arc<MemberFacts>);

#[derive(Debug)]
struct MemberFacts {
    id: MemberId,
    organization_id: OrganizationId,
    name: String,
    session_id: SessionId,
}

impl Member {
    /// A member whose session has been checked; called by the doorkeeper and by nobody else.
    pub fn admitted(
        id: MemberId,
        organization_id: OrganizationId,
        name: impl Into<String>,
        session_id: SessionId,
    ) -> Self {
        Self(Arc::new(MemberFacts { id, organization_id, name: name.into(), session_id }))
    }

    /// Who he is.
    pub fn id(&self) -> MemberId {
        self.0.id
    }

    /// The branch he belongs to.
    pub fn organization_id(&self) -> OrganizationId {
        self.0.organization_id
    }

    /// His name, to be shown to himself.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The session he speaks in.
    pub fn session_id(&self) -> SessionId {
        self.0.session_id
    }

    /// How the audit names him.
    pub fn actor(&self) -> Actor {
        Actor::Member(self.0.id)
    }
}

/// An administrator who has logged in and acts for one organization. Only the doorkeeper makes one.
#[derive(Debug, Clone)]
pub struct Officer(Arc<OfficerFacts>);

#[derive(Debug, Clone)]
struct OfficerFacts {
    id: AdministratorId,
    organization_id: OrganizationId,
    organization_name: String,
    kind: OrganizationKind,
    path: OrganizationPath,
    name: String,
    session_id: SessionId,
    remind_password: bool,
    computer: Option<Arc<str>>,
    token: Option<TokenId>,
}

impl Officer {
    /// An administrator whose session has been checked; called by the doorkeeper and by nobody else.
    pub fn admitted(
        id: AdministratorId,
        organization_id: OrganizationId,
        organization_name: impl Into<String>,
        kind: OrganizationKind,
        path: OrganizationPath,
        name: impl Into<String>,
        session_id: SessionId,
    ) -> Self {
        Self(Arc::new(OfficerFacts {
            id,
            organization_id,
            organization_name: organization_name.into(),
            kind,
            path,
            name: name.into(),
            session_id,
            remind_password: false,
            computer: None,
            token: None,
        }))
    }

    /// The same officer, to be reminded on every page to change his password, or not.
    #[must_use]
    pub fn reminded(mut self, yes: bool) -> Self {
        Arc::make_mut(&mut self.0).remind_password = yes;
        self
    }

    /// The same officer, speaking over the encrypted channel from the computer with this serial number.
    #[must_use]
    pub fn at_computer(mut self, serial: Arc<str>) -> Self {
        Arc::make_mut(&mut self.0).computer = Some(serial);
        self
    }

    /// The same officer, for whom a program speaks with a token of his organization.
    #[must_use]
    pub fn by_token(mut self, token: TokenId) -> Self {
        Arc::make_mut(&mut self.0).token = Some(token);
        self
    }

    /// The entry of an act that programs may do as well, with the token that did it in his name.
    pub fn noted(&self, entry: Entry) -> Entry {
        match self.0.token {
            Some(token) => entry.with("token", token),
            None => entry,
        }
    }

    /// The serial number of the computer he speaks from, over the encrypted channel.
    pub fn computer(&self) -> Option<&str> {
        self.0.computer.as_deref()
    }

    /// Whether every page reminds him to change his password: somebody else has changed his account.
    pub fn remind_password(&self) -> bool {
        self.0.remind_password
    }

    /// Who he is.
    pub fn id(&self) -> AdministratorId {
        self.0.id
    }

    /// The organization he acts for.
    pub fn organization_id(&self) -> OrganizationId {
        self.0.organization_id
    }

    /// Where that organization stands in the tree.
    pub fn path(&self) -> &OrganizationPath {
        &self.0.path
    }

    /// What kind of organization it is.
    pub fn kind(&self) -> OrganizationKind {
        self.0.kind
    }

    /// Its name.
    pub fn organization_name(&self) -> &str {
        &self.0.organization_name
    }

    /// His own name, to be shown to himself.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The session he speaks in.
    pub fn session_id(&self) -> SessionId {
        self.0.session_id
    }

    /// How the audit names him.
    pub fn actor(&self) -> Actor {
        Actor::Administrator(self.0.id)
    }

    /// Whether what stands at `path` is his organization's or lies under it.
    pub fn oversees(&self, path: &OrganizationPath) -> bool {
        self.0.path.contains(path)
    }

    /// The same officer, if he acts for an organization that may allocate members; else a refusal.
    pub fn as_committee(&self) -> Result<CommitteeOfficer, Problem> {
        if self.0.kind.may_allocate() {
            Ok(CommitteeOfficer(self.clone()))
        } else {
            Err(Problem::forbidden("web.committees_only"))
        }
    }

    /// The same officer, if he acts for a branch; else a refusal.
    pub fn as_branch(&self) -> Result<BranchOfficer, Problem> {
        if self.0.kind == OrganizationKind::Branch {
            Ok(BranchOfficer(self.clone()))
        } else {
            Err(Problem::forbidden("web.branches_only"))
        }
    }

    /// Whether he sits at the help desk.
    pub fn is_help_desk(&self) -> bool {
        self.0.kind == OrganizationKind::HelpDesk
    }
}

/// An officer of a committee or working committee: the kinds that allocate and delete members.
#[derive(Debug, Clone)]
pub struct CommitteeOfficer(Officer);

impl Deref for CommitteeOfficer {
    type Target = Officer;

    fn deref(&self) -> &Officer {
        &self.0
    }
}

/// An officer of a branch.
#[derive(Debug, Clone)]
pub struct BranchOfficer(Officer);

impl Deref for BranchOfficer {
    type Target = Officer;

    fn deref(&self) -> &Officer {
        &self.0
    }
}

/// Somebody from outside who has proven that his phone is his. Only the doorkeeper makes one.
#[derive(Clone)]
pub struct Applicant(Arc<ApplicantFacts>);

struct ApplicantFacts {
    id: ApplicantId,
    phone: Phone,
    masked: String,
    session_id: SessionId,
}

impl fmt::Debug for Applicant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Applicant").field("id", &self.0.id).finish_non_exhaustive()
    }
}

impl Applicant {
    /// An applicant whose session has been checked; called by the doorkeeper and by nobody else.
    pub fn admitted(id: ApplicantId, phone: Phone, session_id: SessionId) -> Self {
        let masked = phone.masked();
        Self(Arc::new(ApplicantFacts { id, phone, masked, session_id }))
    }

    /// Who he is.
    pub fn id(&self) -> ApplicantId {
        self.0.id
    }

    /// The phone he has proven to be his.
    pub fn phone(&self) -> &Phone {
        &self.0.phone
    }

    /// The same, masked, to be shown to himself: he has no name here yet.
    pub fn masked_phone(&self) -> &str {
        &self.0.masked
    }

    /// The session he speaks in.
    pub fn session_id(&self) -> SessionId {
        self.0.session_id
    }

    /// How the audit names him.
    pub fn actor(&self) -> Actor {
        Actor::Applicant(self.0.id)
    }
}

/// Who knows the sessions: from a token to the caller, or nobody.
pub trait Doorkeeper: Send + Sync {
    /// The member whose live session bears this token.
    fn member(&self, txn: &mut Txn, token: &str) -> Result<Option<Member>, Problem>;
    /// The member whose live session, opened under `/wechat`, bears this token; nobody, where the keeper knows none. It
    /// counts there alone, and what [`Doorkeeper::member`] knows does not.
    fn member_on_phone(&self, _txn: &mut Txn, _token: &str) -> Result<Option<Member>, Problem> {
        Ok(None)
    }
    /// The officer whose live session bears this token.
    fn officer(&self, txn: &mut Txn, token: &str) -> Result<Option<Officer>, Problem>;
    /// As [`Doorkeeper::officer`], with regard to the way the request has come. A keeper that knows no encrypted channel
    /// makes no difference.
    fn officer_over(&self, txn: &mut Txn, token: &str, _way: &Way) -> Result<Option<Officer>, Problem> {
        self.officer(txn, token)
    }
    /// The officer in whose name an organization's token speaks, if it may be used from there and for that; nobody, where the
    /// keeper knows no tokens.
    fn officer_by_token(&self, _txn: &mut Txn, _bearer: &Bearer) -> Result<Option<Officer>, Problem> {
        Ok(None)
    }
    /// The applicant whose live session bears this token; nobody, where the keeper knows none.
    fn applicant(&self, _txn: &mut Txn, _token: &str) -> Result<Option<Applicant>, Problem> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_applicant_prints_without_his_phone() {
        let phone = Phone::parse("13800138003").unwrap();
        let applicant = Applicant::admitted(ApplicantId::random(), phone, SessionId::random());
        assert_eq!(applicant.masked_phone(), "138****8003");
        let printed = format!("{applicant:?}");
        assert!(!printed.contains("138") && !printed.contains("8003"), "{printed}");
    }
}
