//! One act: who did what to whom.

use std::collections::BTreeMap;

use ejia_db::{Txn, args};
use ejia_kernel::{AdministratorId, ApplicantId, AuditId, MemberId, OrganizationId, Problem};
use serde::Serialize;

use crate::chain::Covered;

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A member, for himself.
    Member(MemberId),
    /// An administrator, for his organization.
    Administrator(AdministratorId),
    /// Somebody from outside who applies to come in.
    Applicant(ApplicantId),
    /// Somebody who has not logged in.
    Visitor,
    /// The house itself: jobs and commands.
    System,
}

impl Actor {
    /// The word in the column `actor_kind`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Member(_) => "member",
            Self::Administrator(_) => "administrator",
            Self::Applicant(_) => "applicant",
            Self::Visitor => "visitor",
            Self::System => "system",
        }
    }

    /// The id behind it, if there is one.
    pub fn id(&self) -> Option<String> {
        match self {
            Self::Member(id) => Some(id.to_string()),
            Self::Administrator(id) => Some(id.to_string()),
            Self::Applicant(id) => Some(id.to_string()),
            Self::Visitor | Self::System => None,
        }
    }

    /// The actor behind the two columns; `None` when they do not go together.
    pub(crate) fn from_columns(kind: &str, id: Option<&str>) -> Option<Self> {
        match (kind, id) {
            ("member", Some(id)) => id.parse().ok().map(Self::Member),
            ("administrator", Some(id)) => id.parse().ok().map(Self::Administrator),
            ("applicant", Some(id)) => id.parse().ok().map(Self::Applicant),
            ("visitor", None) => Some(Self::Visitor),
            ("system", None) => Some(Self::System),
            _ => None,
        }
    }
}

/// An act to be recorded. Its facts are small: ids, field names, codes; never names, phones or ID-card numbers.
#[derive(Debug, Clone)]
pub struct Entry {
    actor: Actor,
    action: &'static str,
    subject: Option<(&'static str, String)>,
    organization_id: Option<OrganizationId>,
    facts: BTreeMap<&'static str, String>,
}

impl Entry {
    /// This actor did this: `access.password_changed`.
    pub fn new(actor: &Actor, action: &'static str) -> Self {
        Self { actor: *actor, action, subject: None, organization_id: None, facts: BTreeMap::new() }
    }

    /// To whom or what.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "callers hand over ids and literals alike")]
    pub fn about(mut self, kind: &'static str, id: impl ToString) -> Self {
        self.subject = Some((kind, id.to_string()));
        self
    }

    /// In which organization.
    #[must_use]
    pub fn within(mut self, organization_id: OrganizationId) -> Self {
        self.organization_id = Some(organization_id);
        self
    }

    /// With a small fact.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "callers hand over ids and literals alike")]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.facts.insert(name, value.to_string());
        self
    }
}

/// Writes the act down in the transaction that does it.
///
/// # Errors
/// A fault of the database.
pub fn record(txn: &mut Txn<'_>, entry: Entry) -> Result<(), Problem> {
    let Entry { actor, action, subject, organization_id, facts } = entry;
    let id = AuditId::new(txn.now());
    let (subject_kind, subject_id) = subject.unzip();
    let facts = canonical(&facts)?;
    let now = txn.now();
    let covered = Covered::of(&args![
        id,
        now,
        actor.kind(),
        actor.id(),
        action,
        subject_kind,
        subject_id,
        organization_id,
        facts
    ]);
    let mac = covered.mac(txn.vault());
    let mut values = covered.values();
    values.extend(args![false, mac]);
    txn.later(
        "INSERT INTO audit_entry
             (id, at, actor_kind, actor_id, action, subject_kind, subject_id, organization_id, facts, sealed, mac)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        &values,
    )?;
    Ok(())
}

/// JSON with its names in order; the chain covers exactly this text.
fn canonical(facts: &impl Serialize) -> Result<String, Problem> {
    serde_json::to_string(facts).map_err(Problem::fault)
}
