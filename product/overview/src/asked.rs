//! What is asked of the overview, as it stands in an address.

use ejia_directory::{Figures, MEMBERS, Way, asking};
use ejia_dues::DuesLine;
use ejia_kernel::{OrganizationPath, labelled};
use ejia_meetings::BRANCHES_BEHIND;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::store::Place;

labelled! {
    /// How the organizations right under one are sorted.
    pub enum Order {
        /// As in the tree.
        Tree => "tree", "组织架构顺序";
        /// Those with most members first.
        Members => "members", "党员人数";
        /// Those in which most owe dues.
        Overdue => "overdue", "往月欠交人数";
        /// Those with most branches behind.
        Behind => "behind", "组织生活未按期支部数";
    }
}

impl Order {
    /// The column that holds what is sorted by.
    pub(crate) const fn column(self) -> Option<&'static str> {
        match self {
            Self::Tree => None,
            Self::Members => Some("members"),
            Self::Overdue => Some("overdue"),
            Self::Behind => Some("behind"),
        }
    }

    /// What the column holds for these figures.
    pub(crate) fn number(self, figures: &Figures) -> i64 {
        match self {
            Self::Tree => 0,
            Self::Members => figures.get(MEMBERS),
            Self::Overdue => figures.get(&DuesLine::Overdue.people()),
            Self::Behind => figures.get(BRANCHES_BEHIND),
        }
    }
}

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct OverviewAsked {
    /// Of which organization, if not of the officer's own.
    pub(crate) organization: String,
    /// An [`Order`] by its code.
    pub(crate) order: String,
    /// The page of organizations after this place, as [`OverviewAsked::place`] reads it …
    pub(crate) after: String,
    /// … or before it.
    pub(crate) before: String,
    /// What an export holds: `organizations` for those right under this one.
    pub(crate) content: String,
    /// What an export is handed out as.
    pub(crate) form: String,
}

impl OverviewAsked {
    /// The order that is asked for.
    pub(crate) fn order(&self) -> Order {
        Order::from_code(&self.order).unwrap_or(Order::Tree)
    }

    /// The place from which a page is read, and which way.
    pub(crate) fn place(&self) -> Option<(Place, Way)> {
        let (text, way) = if self.before.is_empty() { (&self.after, Way::On) } else { (&self.before, Way::Back) };
        let (number, path) = text.split_once('-')?;
        let path: OrganizationPath = path.parse().ok()?;
        Some(((number.parse().ok()?, path.to_string()), way))
    }

    /// The address of the page of an organization, sorted, at a place (`after` or `before` it).
    pub(crate) fn address(organization: &str, order: Order, side: &str, place: &str) -> String {
        let order = if order == Order::Tree { "" } else { order.code() };
        asking("/office/overview", &[("organization", organization), ("order", order), (side, place)])
    }

    /// The address of an export.
    pub(crate) fn sheet(organization: &str, content: &str, form: &str) -> String {
        let asked = [("organization", organization), ("content", content), ("form", form)];
        asking("/office/overview/sheet", &asked)
    }
}
