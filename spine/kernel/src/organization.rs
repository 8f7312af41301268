//! What an organization can be, and the code it is known by.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::labelled;
use crate::narrow::narrow_solid;
use crate::text_schema;

labelled! {
    /// The kinds of organizations of the tree.
    pub enum OrganizationKind {
        /// The root of the tree.
        CityCommittee => "city_committee", "市委";
        /// 党工委: a committee for one field or street.
        WorkingCommittee => "working_committee", "党工委";
        /// 区委.
        DistrictCommittee => "district_committee", "区委";
        /// 党委.
        Committee => "committee", "党委";
        /// 党总支: between a committee and its branches.
        GeneralBranch => "general_branch", "党总支";
        /// 党支部: the leaf; only branches have members.
        Branch => "branch", "党支部";
        /// 客服: resolves records that collide.
        HelpDesk => "help_desk", "客服";
        /// 系统管理: keeps the platform running.
        SystemOffice => "system_office", "系统管理";
        /// 安全管理: looks after administrators' accounts, sessions and computers.
        SecurityOffice => "security_office", "安全管理";
        /// 审计管理: reads the record of acts.
        AuditOffice => "audit_office", "审计管理";
    }
}

impl OrganizationKind {
    /// The level of authority a new organization of this kind begins with. Afterwards the level is
    /// a property of the organization.
    pub const fn authority_level(self) -> Option<u8> {
        match self {
            Self::CityCommittee | Self::WorkingCommittee | Self::DistrictCommittee => Some(1),
            Self::Committee => Some(2),
            Self::GeneralBranch
            | Self::Branch
            | Self::HelpDesk
            | Self::SystemOffice
            | Self::SecurityOffice
            | Self::AuditOffice => None,
        }
    }

    /// Whether it allocates members to the branches below it (manual: 【划拨】 is for committees and
    /// working committees).
    pub const fn may_allocate(self) -> bool {
        match self {
            Self::CityCommittee | Self::WorkingCommittee | Self::DistrictCommittee | Self::Committee => true,
            Self::GeneralBranch
            | Self::Branch
            | Self::HelpDesk
            | Self::SystemOffice
            | Self::SecurityOffice
            | Self::AuditOffice => false,
        }
    }

    /// Whether it is one of the three offices among which running the platform is divided (三员分立, GB/T 22239, level 3,
    /// 安全管理中心): each sees its own pages and no other.
    pub const fn is_separate(self) -> bool {
        matches!(self, Self::SystemOffice | Self::SecurityOffice | Self::AuditOffice)
    }

    /// Whether it is an organization of the Party. The others look after the platform: they have no members and nothing
    /// under them, and take no part in transfers, dues and meetings.
    pub const fn is_party(self) -> bool {
        !matches!(self, Self::HelpDesk) && !self.is_separate()
    }
}

/// Why a text is no organization code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an organization code has 12 digits")]
pub struct OrganizationCodeFault;

impl OrganizationCodeFault {
    /// The code of the refusal.
    pub const fn code(self) -> &'static str {
        "kernel.organization_code"
    }
}

/// 党组织代码: 12 digits, opaque, unique, never used again. It says nothing of the tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrganizationCode(String);

impl OrganizationCode {
    /// Reads a code; full-width digits and blanks are folded.
    pub fn parse(text: &str) -> Result<Self, OrganizationCodeFault> {
        let digits = narrow_solid(text);
        if digits.len() == 12 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(digits))
        } else {
            Err(OrganizationCodeFault)
        }
    }

    /// The 12 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrganizationCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl FromStr for OrganizationCode {
    type Err = OrganizationCodeFault;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for OrganizationCode {
    type Error = OrganizationCodeFault;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<OrganizationCode> for String {
    fn from(code: OrganizationCode) -> Self {
        code.0
    }
}

text_schema!(OrganizationCode, "pattern": "^[0-9]{12}$", "description": "党组织代码.");
