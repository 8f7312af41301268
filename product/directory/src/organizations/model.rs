//! Organizations as they are kept.

use ejia_kernel::{Date, Instant, OrganizationCode, OrganizationId, OrganizationKind, OrganizationPath, Phone};

/// An organization: a node of the one tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Which.
    pub id: OrganizationId,
    /// The one above; none for the root.
    pub parent_id: Option<OrganizationId>,
    /// Where it stands.
    pub path: OrganizationPath,
    /// Its own right, beside its kind: 1, 2 or none.
    pub level: Option<u8>,
    /// What the table says of it.
    pub card: OrganizationCard,
    /// Counts the writes of the row.
    pub version: i64,
    /// When it was closed, if it was.
    pub closed_at: Option<Instant>,
}

/// What the table of organizations says of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationCard {
    /// 党组织代码.
    pub code: OrganizationCode,
    /// 党组织名称.
    pub name: String,
    /// 组织类别.
    pub kind: OrganizationKind,
    /// 组织所在单位.
    pub work_unit: String,
    /// 党组织书记.
    pub secretary: String,
    /// 联系人.
    pub contact: String,
    /// 联系电话, if it is a mobile number.
    pub contact_phone: Option<Phone>,
    /// 成立日期.
    pub founded_on: Option<Date>,
    /// 届满日期.
    pub term_ends_on: Option<Date>,
}

/// An organization about to be entered.
#[derive(Clone, Debug)]
pub struct NewOrganization {
    /// Which it will be.
    pub id: OrganizationId,
    /// The one above; none for the root.
    pub parent_id: Option<OrganizationId>,
    /// Whether it may issue letters and the like; `None` takes the level its kind begins with.
    pub level: Option<u8>,
    /// What the table says of it.
    pub card: OrganizationCard,
}
