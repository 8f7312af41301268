//! What 【开具权限】 shows.

use ejia_db::Txn;
use ejia_directory::{Leaf, Node, Way, in_address, leaf, tree};
use ejia_kernel::{OrganizationId, Problem};
use ejia_web::Officer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::change::{decided_on, has_a_right, one};
use crate::road::Issuers;
use crate::store;

/// Organizations of a page.
const PAGE: usize = 50;

/// What is asked of the list.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct IssuersAsked {
    /// Part of a name.
    pub(crate) q: String,
    /// The page after this organization …
    pub(crate) after: String,
    /// … or before this one.
    pub(crate) before: String,
}

/// An organization and its right.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct IssuerView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) may_issue: bool,
}

impl IssuerView {
    fn of(node: &Node, issuers: &Issuers) -> Self {
        let Node { id, name, kind, .. } = node;
        Self { id: id.to_string(), name: name.clone(), kind: kind.label(), may_issue: issuers.may(node) }
    }

    /// The one that is about to be changed.
    pub(super) fn one(txn: &mut Txn<'_>, by: &Officer, id: OrganizationId) -> Result<Self, Problem> {
        let (tree, issuers) = (tree(txn)?, store::issuers(txn)?);
        Ok(Self::of(one(&tree, by, id)?, &issuers))
    }
}

/// 【开具权限】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct IssuersView {
    pub(crate) q: String,
    pub(crate) lines: Vec<IssuerView>,
    pub(crate) first: Option<String>,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
}

impl IssuersView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &Officer, asked: &IssuersAsked) -> Result<Self, Problem> {
        let (tree, issuers) = (tree(txn)?, store::issuers(txn)?);
        let mut all = decided_on(&tree, by)?;
        let q = asked.q.trim();
        if !q.is_empty() {
            all = tree.named(by.path(), q).into_iter().filter(|node| has_a_right(node)).collect();
            all.retain(|node| node.id != by.organization_id());
            all.sort_by(|a, b| a.path.cmp(&b.path));
        }
        let (place, way) = if asked.before.is_empty() { (&asked.after, Way::On) } else { (&asked.before, Way::Back) };
        let place = place.parse().ok().and_then(|id| tree.get(id));
        let from = place.map(|node| (node.path.clone(), way));
        let begun = from.is_some();
        let Leaf { lines, previous, next } = leaf(PAGE, from, |place, way, limit| {
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            Ok(match way {
                Way::On => {
                    let on = all.iter().filter(|node| place.is_none_or(|place| node.path > *place));
                    on.take(limit).copied().collect()
                }
                Way::Back => {
                    let back = all.iter().rev().filter(|node| place.is_none_or(|place| node.path < *place));
                    back.take(limit).copied().collect::<Vec<&Node>>()
                }
            })
        })?;
        let at = |word: &str, node: &&Node| format!("/office/transfers/issuers?q={}&{word}={}", in_address(q), node.id);
        Ok(Self {
            first: begun.then(|| format!("/office/transfers/issuers?q={}", in_address(q))),
            previous: lines.first().filter(|_| previous).map(|node| at("before", node)),
            next: lines.last().filter(|_| next).map(|node| at("after", node)),
            lines: lines.into_iter().map(|node| IssuerView::of(node, &issuers)).collect(),
            q: q.to_owned(),
        })
    }
}
