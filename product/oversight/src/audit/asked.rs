//! What is asked of the record, and what it means.

use ejia_audit::Wanted;
use ejia_db::Txn;
use ejia_kernel::{Date, Instant, Problem, narrow};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the page of the record is asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct RecordAsked {
    /// The first day.
    pub(crate) from: String,
    /// The last day.
    pub(crate) to: String,
    /// Who: an organization code, a user name, 系统, 访客, or an id.
    pub(crate) who: String,
    pub(crate) action: String,
    /// To what: an id, or a word for a kind, or both with a colon between.
    pub(crate) subject: String,
    pub(crate) after: String,
    pub(crate) before: String,
}

/// The word for the house itself, and that for somebody who has not logged in.
pub(super) const SYSTEM: &str = "系统";
pub(super) const VISITOR: &str = "访客";
/// Letters of an id.
const ID: usize = 26;

impl RecordAsked {
    /// Whether anything but a place is asked.
    pub(super) fn narrowed(&self) -> bool {
        let Self { from, to, who, action, subject, after: _, before: _ } = self;
        [from, to, who, action, subject].iter().any(|asked| !asked.trim().is_empty())
    }

    /// What is meant; `None` when nobody and nothing can be meant by it.
    pub(super) fn wanted(&self, txn: &mut Txn<'_>) -> Result<Option<Wanted>, Problem> {
        let mut wanted = Wanted::default();
        let days = [(&self.from, 0, &mut wanted.from), (&self.to, 1, &mut wanted.until)];
        for (typed, later, bound) in days {
            if !typed.trim().is_empty() {
                let Ok(date) = Date::parse_loose(typed) else { return Ok(None) };
                *bound = Some(Instant::start_of(date.plus_days(later)).ms());
            }
        }
        let who = narrow(&self.who).trim().to_owned();
        match who.as_str() {
            "" => {}
            SYSTEM => wanted.actor_kind = Some("system".to_owned()),
            VISITOR => wanted.actor_kind = Some("visitor".to_owned()),
            id if id.len() == ID => wanted.actor_id = Some(id.to_owned()),
            login => match ejia_directory::administrator_by_login(txn, login)? {
                Some(administrator) => wanted.actor_id = Some(administrator.id.to_string()),
                None => return Ok(None),
            },
        }
        wanted.action = Some(self.action.trim().to_owned()).filter(|action| !action.is_empty());
        let subject = narrow(&self.subject).trim().to_owned();
        let (kind, id) = match subject.split_once(':') {
            Some((kind, id)) => (kind, id),
            None if subject.len() == ID => ("", subject.as_str()),
            None => (subject.as_str(), ""),
        };
        wanted.subject_kind = Some(kind.to_owned()).filter(|kind| !kind.is_empty());
        wanted.subject_id = Some(id.to_owned()).filter(|id| !id.is_empty());
        Ok(Some(wanted))
    }
}
