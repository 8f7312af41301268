//! What is shown of the review queue.

use ejia_db::Txn;
use ejia_kernel::{MemberId, OrganizationKind, Problem};
use ejia_web::Officer;
use schemars::JsonSchema;
use serde::Serialize;

use super::pages::QueueAsked;
use super::store;
use crate::leafing::{Leaf, Way, leaf};
use crate::members::sort_key;
use crate::members::store::history;
use crate::members::store::load;
use crate::members::views::ChangeView;
use crate::organizations::tree;

/// One member with what awaits review of him.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct QueuedView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) branch: String,
    /// Whether the record was reviewed before.
    pub(crate) reviewed: bool,
    pub(crate) changes: Vec<ChangeView>,
}

/// A page of the queue.
#[derive(Clone, Debug, Serialize, JsonSchema)]
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
    pub(super) fn of(txn: &mut Txn<'_>, officer: &Officer, asked: &QueueAsked) -> Result<Self, Problem> {
        let tree = tree(txn)?;
        let (place, way) = if asked.before.is_empty() { (&asked.after, Way::On) } else { (&asked.before, Way::Back) };
        let from = match place.parse::<MemberId>() {
            Ok(id) => load(txn, id)?.filter(|member| officer.oversees(&member.path)),
            Err(_) => None,
        };
        let from = from.map(|member| {
            let key = sort_key(member.record.name.as_str());
            ((member.path.to_string(), key, member.id.to_string()), way)
        });
        let begun = from.is_some();
        let Leaf { lines: queued, previous, next } =
            leaf(PAGE, from, |place, way, limit| store::queue(txn, officer.path(), place, way, limit))?;
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
            first: begun.then(|| "/office/reviews".to_owned()),
            previous: members.first().filter(|_| previous).map(|first| format!("/office/reviews?before={}", first.id)),
            next: members.last().filter(|_| next).map(|last| format!("/office/reviews?after={}", last.id)),
            members,
            may_decide: officer.kind() == OrganizationKind::Branch,
        })
    }
}
