//! An invented city for the demo, for tests and for measurements.
//!
//! Nobody and nothing in it exists: 鹭岛市 lies on no map. It is made from a seed and from the day it
//! is made on, so that the same call always gives the same city. Its organizations and members are rows of the
//! national table layouts (`spec/rules.md`), text in every cell, so that they go through the same import as
//! the tables of a real city, and every check of the import holds for them: the ID-card numbers
//! are valid and agree with sex and day of birth, phones and numbers are unique, a member's branch is a
//! branch of the city.
//!
//! What is rare in life is there on purpose: members without a phone, lost or floating ones, names
//! with "·" and with characters beyond the basic plane, standings other than 正常, a branch whose
//! term ends within six months.
//!
//! A member depends only on his number, never on the one before, so 300,000 of them are made one at a time.

mod chance;
mod identity;
mod members;
mod organizations;
#[cfg(test)]
mod tests;
mod words;

use ejia_kernel::{Date, OrganizationKind};

pub use members::Members;

/// The headings of the national member table, in its order.
pub const MEMBER_HEADINGS: [&str; 20] = [
    "序号",
    "姓名",
    "所在党支部",
    "公民身份证号",
    "性别",
    "民族",
    "出生日期",
    "学历",
    "人员类别",
    "加入党组织日期",
    "转为正式党员日期",
    "工作岗位",
    "手机号",
    "固定电话",
    "家庭住址",
    "党籍状态",
    "是否为失联党员",
    "失去联系日期",
    "是否为流动党员",
    "外出流向",
];

/// The headings of the organization table, in its order.
pub const ORGANIZATION_HEADINGS: [&str; 10] = [
    "党组织代码",
    "党组织名称",
    "上级党组织代码",
    "组织类别",
    "党组织书记",
    "联系人",
    "联系电话",
    "组织所在单位",
    "成立日期",
    "届满日期",
];

/// One organization of the invented city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InventedOrganization {
    /// What it is; also a cell.
    pub kind: OrganizationKind,
    /// Its row, under [`ORGANIZATION_HEADINGS`].
    pub cells: [String; 10],
}

impl InventedOrganization {
    /// 党组织代码.
    pub fn code(&self) -> &str {
        let [code, ..] = &self.cells;
        code
    }

    /// 党组织名称.
    pub fn name(&self) -> &str {
        let [_, name, ..] = &self.cells;
        name
    }

    /// 上级党组织代码; empty for the city committee.
    pub fn parent_code(&self) -> &str {
        let [_, _, parent, ..] = &self.cells;
        parent
    }

    /// 联系人: its first administrator.
    pub fn contact(&self) -> &str {
        let [_, _, _, _, _, contact, ..] = &self.cells;
        contact
    }

    /// 联系电话: where the codes of its first administrator go.
    pub fn contact_phone(&self) -> &str {
        let [_, _, _, _, _, _, phone, ..] = &self.cells;
        phone
    }
}

/// One member of the invented city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InventedMember {
    /// The row, under [`MEMBER_HEADINGS`].
    pub cells: [String; 20],
}

impl InventedMember {
    /// 姓名.
    pub fn name(&self) -> &str {
        let [_, name, ..] = &self.cells;
        name
    }

    /// 所在党支部.
    pub fn branch(&self) -> &str {
        let [_, _, branch, ..] = &self.cells;
        branch
    }

    /// 公民身份证号.
    pub fn id_card(&self) -> &str {
        let [_, _, _, number, ..] = &self.cells;
        number
    }

    /// 手机号; empty for the few who have none.
    pub fn phone(&self) -> &str {
        let [_, _, _, _, _, _, _, _, _, _, _, _, phone, ..] = &self.cells;
        phone
    }
}

/// An invented city: its organizations, and the recipe for its members.
#[derive(Debug, Clone)]
pub struct City {
    organizations: Vec<InventedOrganization>,
    members: u32,
    today: Date,
}

impl City {
    /// A city of `scale` times some 40 organizations and exactly `members` members.
    ///
    /// Scale 1 has one city committee, one help desk, two working committees, two district committees, six
    /// committees, four general branches and 24 branches; each further step adds six committees,
    /// four general branches and 24 branches, and districts up to six. At 25 members a
    /// branch, 600 members belong to scale 1 and 300,000 to scale 500.
    pub fn invent(scale: u32, members: u32, today: Date) -> Self {
        Self { organizations: organizations::invent(scale.max(1), today), members, today }
    }

    /// The demo's city: scale 1, 600 members.
    pub fn demo(today: Date) -> Self {
        Self::invent(1, 600, today)
    }

    /// Every organization, a parent always before its children.
    pub fn organizations(&self) -> &[InventedOrganization] {
        &self.organizations
    }

    /// Every member, branch after branch, made one at a time.
    pub fn members(&self) -> Members<'_> {
        Members::new(&self.organizations, self.members, self.today)
    }
}
