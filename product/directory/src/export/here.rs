//! What is here: who, asked once, and then his lines piece by piece.

use std::collections::HashMap;

use ejia_db::Txn;
use ejia_kernel::{MemberId, OrganizationId, OrganizationPath, Problem};

use super::layout::{member_cells, organization_cells};
use crate::import::TableKind;
use crate::members::{Member, ids_under, members_by_ids};
use crate::organizations::{Organization, Tree, organizations_by_ids, tree};

/// A line of what is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Whose it is: the id of a member or an organization.
    pub key: String,
    /// His cells, in the order of [`super::headings`].
    pub cells: Vec<String>,
}

/// Everybody under an organization at one moment. Who leaves or moves while his lines are read is left out, or stands
/// where he is then; nobody stands there twice.
#[derive(Clone, Debug)]
pub struct Here {
    scope: OrganizationPath,
    keys: Keys,
}

#[derive(Clone, Debug)]
enum Keys {
    Members(Vec<MemberId>),
    Organizations(Vec<OrganizationId>),
}

impl Here {
    /// All members, or all organizations of the Party that are open, under this place and with it, in the order of the tree.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn survey(txn: &mut Txn<'_>, kind: TableKind, scope: &OrganizationPath) -> Result<Self, Problem> {
        let keys = match kind {
            TableKind::Members => Keys::Members(ids_under(txn, scope)?),
            TableKind::Organizations => {
                let tree = tree(txn)?;
                let open = tree.under(scope).filter(|node| !node.closed && node.kind.is_party());
                Keys::Organizations(open.map(|node| node.id).collect())
            }
        };
        Ok(Self { scope: scope.clone(), keys })
    }

    /// How many they are.
    pub fn len(&self) -> usize {
        match &self.keys {
            Keys::Members(ids) => ids.len(),
            Keys::Organizations(ids) => ids.len(),
        }
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Those of them from the `first` on, `count` of them.
    #[must_use]
    pub fn piece(&self, first: usize, count: usize) -> Self {
        let keys = match &self.keys {
            Keys::Members(ids) => Keys::Members(piece(ids, first, count)),
            Keys::Organizations(ids) => Keys::Organizations(piece(ids, first, count)),
        };
        Self { scope: self.scope.clone(), keys }
    }

    /// Those who bear these keys, if they are at this place; what is no key brings nothing.
    #[must_use]
    pub fn of_keys(&self, keys: &[&str]) -> Self {
        let keys = match &self.keys {
            Keys::Members(_) => Keys::Members(parsed(keys)),
            Keys::Organizations(_) => Keys::Organizations(parsed(keys)),
        };
        Self { scope: self.scope.clone(), keys }
    }

    /// Their lines, in their order; of who is not here any more there is none.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn lines(&self, txn: &mut Txn<'_>) -> Result<Vec<Line>, Problem> {
        let tree = tree(txn)?;
        match &self.keys {
            Keys::Members(ids) => of_members(txn, &tree, &self.scope, ids),
            Keys::Organizations(ids) => of_organizations(txn, &tree, &self.scope, ids),
        }
    }
}

fn piece<T: Copy>(ids: &[T], first: usize, count: usize) -> Vec<T> {
    ids.iter().skip(first).take(count).copied().collect()
}

fn parsed<T: std::str::FromStr>(keys: &[&str]) -> Vec<T> {
    keys.iter().filter_map(|key| key.parse().ok()).collect()
}

fn of_members(
    txn: &mut Txn<'_>,
    tree: &Tree,
    scope: &OrganizationPath,
    ids: &[MemberId],
) -> Result<Vec<Line>, Problem> {
    let found = members_by_ids(txn, ids)?;
    let found: HashMap<MemberId, Member> = found.into_iter().map(|member| (member.id, member)).collect();
    let here = |member: &&Member| member.departed.is_none() && scope.contains(&member.path);
    let members = ids.iter().filter_map(|id| found.get(id)).filter(here);
    Ok(members.map(|member| Line { key: member.id.to_string(), cells: member_cells(tree, member) }).collect())
}

fn of_organizations(
    txn: &mut Txn<'_>,
    tree: &Tree,
    scope: &OrganizationPath,
    ids: &[OrganizationId],
) -> Result<Vec<Line>, Problem> {
    let found = organizations_by_ids(txn, ids)?;
    let found: HashMap<OrganizationId, Organization> = found.into_iter().map(|one| (one.id, one)).collect();
    let here = |one: &&Organization| one.closed_at.is_none() && scope.contains(&one.path);
    let organizations = ids.iter().filter_map(|id| found.get(id)).filter(here);
    Ok(organizations.map(|one| Line { key: one.id.to_string(), cells: organization_cells(tree, one) }).collect())
}
