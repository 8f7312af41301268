//! How many members stand under an organization.

use std::collections::HashMap;
use std::ops::Sub;

use ejia_db::Txn;
use ejia_kernel::{OrganizationId, OrganizationPath, Problem};
use schemars::JsonSchema;
use serde::Serialize;

use super::{store, tree::Tree};
use crate::sums::{Numbers, sum_at, sums_below};

/// The name of the sums of members.
pub(crate) const SUM_OF_MEMBERS: &str = "members";

/// Numbers of members.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counts {
    /// All members.
    pub members: i64,
    /// Among them 预备党员.
    pub probationary: i64,
    /// Without a phone.
    pub without_phone: i64,
    /// With changes that await review.
    pub waiting: i64,
}

impl Counts {
    /// As the sums keep them.
    pub(crate) fn numbers(self) -> Numbers {
        let Self { members, probationary, without_phone, waiting } = self;
        [members, probationary, without_phone, waiting, 0, 0]
    }
}

impl From<Numbers> for Counts {
    fn from([members, probationary, without_phone, waiting, ..]: Numbers) -> Self {
        Self { members, probationary, without_phone, waiting }
    }
}

impl Sub for Counts {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        let Self { members, probationary, without_phone, waiting } = other;
        Self {
            members: self.members - members,
            probationary: self.probationary - probationary,
            without_phone: self.without_phone - without_phone,
            waiting: self.waiting - waiting,
        }
    }
}

/// How many members stand under this path.
///
/// # Errors
/// A fault of the database.
pub fn counts_under(txn: &mut Txn<'_>, path: &OrganizationPath) -> Result<Counts, Problem> {
    sum_at(txn, SUM_OF_MEMBERS, path).map(Counts::from)
}

/// The counts of each branch under this path, by the branch's path.
///
/// # Errors
/// A fault of the database.
pub fn counts_of_branches(txn: &mut Txn<'_>, path: &OrganizationPath) -> Result<HashMap<String, Counts>, Problem> {
    Ok(store::counts_under(txn, path)?)
}

/// The counts of each child of `path`, with everything under it.
///
/// # Errors
/// A fault of the database.
pub fn counts_of_children(
    txn: &mut Txn<'_>,
    tree: &Tree,
    path: &OrganizationPath,
) -> Result<HashMap<OrganizationId, Counts>, Problem> {
    let sums = sums_below(txn, SUM_OF_MEMBERS, path)?.into_iter();
    let of_child = |(child, numbers): (String, Numbers)| {
        let child = child.parse().ok().and_then(|path| tree.at(&path))?;
        Some((child.id, Counts::from(numbers)))
    };
    Ok(sums.filter_map(of_child).collect())
}
