//! How many members stand under an organization.

use std::collections::HashMap;
use std::ops::{AddAssign, Sub};

use ejia_db::Txn;
use ejia_kernel::{OrganizationId, OrganizationPath, Problem};
use schemars::JsonSchema;
use serde::Serialize;

use super::{store, tree::Tree};

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

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        let Self { members, probationary, without_phone, waiting } = other;
        self.members += members;
        self.probationary += probationary;
        self.without_phone += without_phone;
        self.waiting += waiting;
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
    Ok(store::counts_sum(txn, path)?)
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
    let branches = store::counts_under(txn, path)?;
    let mut sums: HashMap<OrganizationId, Counts> = HashMap::new();
    for child in tree.children(path) {
        let mut sum = Counts::default();
        for node in tree.under(&child.path) {
            if let Some(counts) = branches.get(node.path.as_str()) {
                sum += *counts;
            }
        }
        sums.insert(child.id, sum);
    }
    Ok(sums)
}
