//! How many transfers of each list are under way, for whoever shows figures of the tree.

use std::collections::HashMap;

use ejia_db::Txn;
use ejia_directory::Figures;
use ejia_kernel::{OrganizationId, Problem, labelled};

use super::asked::{RecordsAsked, State, Tab};
use crate::store;

labelled! {
    /// What is counted of a list.
    pub enum Count {
        /// Not ended.
        Open => "open", "在办";
        /// Of them those that are late.
        Late => "late", "其中已超期";
    }
}

impl Count {
    /// The name of the figure.
    pub fn figure(self, tab: Tab) -> String {
        format!("transfers.{}.{}", tab.code(), self.code())
    }

    /// Where these transfers are listed: an organization's, or the officer's own without one.
    pub fn address(self, organization: &str, tab: Tab) -> String {
        let state = match self {
            Self::Open => State::Open,
            Self::Late => State::Late,
        };
        let asked = RecordsAsked {
            tab: tab.code().to_owned(),
            stage: state.code().to_owned(),
            organization: organization.to_owned(),
            ..RecordsAsked::default()
        };
        asked.address()
    }
}

/// What is under way in the lists of every organization that has any. The figures of a list are the organization's own
/// and do not add up along the tree: what leaves one branch for another stays within the committee.
///
/// # Errors
/// A fault of the database.
pub fn transfer_figures(txn: &mut Txn<'_>) -> Result<HashMap<OrganizationId, Figures>, Problem> {
    let mut all: HashMap<OrganizationId, Figures> = HashMap::new();
    for (organization, counts) in store::under_way(txn)? {
        let figures = all.entry(organization).or_default();
        for (tab, (open, late)) in Tab::ALL.iter().zip(counts) {
            figures.add(&Count::Open.figure(*tab), open);
            figures.add(&Count::Late.figure(*tab), late);
        }
    }
    all.retain(|_, figures| !figures.is_empty());
    Ok(all)
}
