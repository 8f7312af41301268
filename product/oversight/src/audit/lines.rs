//! Acts in words that people read.

use std::collections::HashMap;
use std::sync::Arc;

use ejia_audit::{Actor, AuditLine};
use ejia_db::Txn;
use ejia_directory::Tree;
use ejia_kernel::{AdministratorId, OrganizationId, Problem};
use schemars::JsonSchema;
use serde::Serialize;

use super::asked::{SYSTEM, VISITOR};

/// One act.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ActLine {
    pub(crate) id: String,
    pub(crate) at: String,
    /// Who, in words …
    pub(crate) who: String,
    /// … and what finds all he did.
    pub(crate) who_asked: String,
    pub(crate) act: String,
    pub(crate) action: String,
    pub(crate) subject: String,
    pub(crate) organization: String,
    pub(crate) facts: String,
}

/// Names whoever acts: administrators by name and login, everybody else by his id alone.
pub(super) struct Namer {
    tree: Arc<Tree>,
    known: HashMap<AdministratorId, String>,
}

impl Namer {
    pub(super) fn new(txn: &mut Txn<'_>) -> Result<Self, Problem> {
        Ok(Self { tree: ejia_directory::tree(txn)?, known: HashMap::new() })
    }

    /// The act in words; `words` names what was done.
    pub(super) fn line(
        &mut self,
        txn: &mut Txn<'_>,
        line: AuditLine,
        words: &dyn Fn(&str) -> String,
    ) -> Result<ActLine, Problem> {
        let (who, who_asked) = self.who(txn, &line)?;
        let organization = line.organization_id.as_deref().map(|id| match id.parse::<OrganizationId>() {
            Ok(known) => self.tree.name(known),
            Err(_) => id.to_owned(),
        });
        let subject = [line.subject_kind, line.subject_id].into_iter().flatten().collect::<Vec<_>>().join(":");
        let facts = line.facts.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("；");
        Ok(ActLine {
            act: words(&line.action),
            id: line.id,
            at: line.at.to_the_second(),
            who,
            who_asked,
            action: line.action,
            subject,
            organization: organization.unwrap_or_default(),
            facts,
        })
    }

    fn who(&mut self, txn: &mut Txn<'_>, line: &AuditLine) -> Result<(String, String), Problem> {
        let id = line.actor_id.clone().unwrap_or_default();
        Ok(match line.actor() {
            Some(Actor::Administrator(administrator)) => (self.administrator(txn, administrator)?, id),
            Some(Actor::Member(_)) => (format!("党员 {id}"), id),
            Some(Actor::Applicant(_)) => (format!("转入申请人 {id}"), id),
            Some(Actor::Visitor) => (VISITOR.to_owned(), VISITOR.to_owned()),
            Some(Actor::System) => (SYSTEM.to_owned(), SYSTEM.to_owned()),
            None => (format!("{} {id}", line.actor_kind), id),
        })
    }

    fn administrator(&mut self, txn: &mut Txn<'_>, id: AdministratorId) -> Result<String, Problem> {
        if let Some(known) = self.known.get(&id) {
            return Ok(known.clone());
        }
        let named = match ejia_directory::administrator(txn, id)? {
            Some(one) => {
                let node = self.tree.get(one.organization_id);
                let organization = node.map_or("", |node| node.name.as_str());
                let code = node.map(|node| node.code.to_string()).unwrap_or_default();
                format!("{organization} {}（{}）", one.name, one.user_name.unwrap_or(code))
            }
            None => format!("已删除的管理员 {id}"),
        };
        self.known.insert(id, named.clone());
        Ok(named)
    }
}
