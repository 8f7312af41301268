//! What is shown of the review queue.

use ejia_db::Txn;
use ejia_kernel::{MemberId, OrganizationKind, Problem};
use ejia_web::Officer;
use serde::Serialize;

use super::store;
use crate::members::sort_key;
use crate::members::store::history;
use crate::members::store::load;
use crate::members::views::ChangeView;
use crate::organizations::tree;

/// One member with what awaits review of him.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct QueuedView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) branch: String,
    /// Whether the record was reviewed before.
    pub(crate) reviewed: bool,
    pub(crate) changes: Vec<ChangeView>,
}

/// A page of the queue.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct QueueView {
    pub(crate) members: Vec<QueuedView>,
    /// Whether the caller decides, or only looks.
    pub(crate) may_decide: bool,
    pub(crate) first: Option<String>,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
}

/// How many members a page of the queue shows.
const PAGE: usize = 20;

impl QueueView {
    pub(super) fn of(txn: &mut Txn<'_>, officer: &Officer, after: &str) -> Result<Self, Problem> {
        let tree = tree(txn)?;
        let from = match after.parse::<MemberId>() {
            Ok(id) => load(txn, id)?.filter(|member| officer.oversees(&member.path)),
            Err(_) => None,
        };
        let from =
            from.map(|member| (member.path.to_string(), sort_key(member.record.name.as_str()), member.id.to_string()));
        let place = from.as_ref().map(|(path, key, id)| (path.as_str(), key.as_str(), id.as_str()));
        let mut queued = store::queue(txn, officer.path(), place, 1 + i64::try_from(PAGE).unwrap_or(0))?;
        let more = queued.len() > PAGE;
        queued.truncate(PAGE);
        let mut members = Vec::with_capacity(queued.len());
        for store::Queued { member_id, organization_id, name, reviewed } in &queued {
            let changes = history::waiting_of(txn, *member_id)?;
            members.push(QueuedView {
                id: member_id.to_string(),
                name: name.clone(),
                branch: tree.name(*organization_id),
                reviewed: *reviewed,
                changes: changes.iter().map(|change| ChangeView::of(change, false)).collect(),
            });
        }
        Ok(Self {
            next: members.last().filter(|_| more).map(|last| format!("/office/reviews?after={}", last.id)),
            previous: None,
            first: from.map(|_| "/office/reviews".to_owned()),
            members,
            may_decide: officer.kind() == OrganizationKind::Branch,
        })
    }
}
