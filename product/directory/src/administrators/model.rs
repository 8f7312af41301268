//! Administrators as they are kept.

use ejia_kernel::{AdministratorId, Instant, OrganizationId, Phone};

/// An account that acts for one organization.
#[derive(Clone, Debug)]
pub struct Administrator {
    /// Who.
    pub id: AdministratorId,
    /// For which organization.
    pub organization_id: OrganizationId,
    /// 1 or 2: an organization has at most two.
    pub seat: Seat,
    /// The name he logs in by; the first logs in by the organization's code and has none.
    pub user_name: Option<String>,
    /// His name.
    pub name: String,
    /// Where his codes are sent; none until somebody enters it.
    pub phone: Option<Phone>,
    /// Counts the writes of the row.
    pub version: i64,
    /// When the account was made.
    pub created_at: Instant,
}

/// One of the two places an organization has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seat {
    /// The one that comes with the organization.
    First,
    /// The one that can be added.
    Second,
}

impl Seat {
    /// 1 or 2.
    pub const fn number(self) -> i64 {
        match self {
            Self::First => 1,
            Self::Second => 2,
        }
    }

    /// The seat with this number.
    pub const fn from_number(number: i64) -> Option<Self> {
        match number {
            1 => Some(Self::First),
            2 => Some(Self::Second),
            _ => None,
        }
    }
}

/// An administrator about to be entered.
#[derive(Clone, Debug)]
pub struct NewAdministrator {
    /// Who he will be.
    pub id: AdministratorId,
    /// For which organization.
    pub organization_id: OrganizationId,
    /// Which place.
    pub seat: Seat,
    /// The name he logs in by; none logs in by the organization's code.
    pub user_name: Option<String>,
    /// His name.
    pub name: String,
    /// Where his codes are sent.
    pub phone: Option<Phone>,
}
