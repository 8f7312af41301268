//! Cases: two records that want the same number.

use ejia_kernel::{CaseId, Instant, MemberId, OrganizationId};

use crate::members::RecordField;

/// Which number two records want.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClashKind {
    /// 身份证重复.
    IdCard,
    /// 手机号被占用.
    Phone,
}

impl ClashKind {
    /// As rows hold it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::IdCard => "id_card",
            Self::Phone => "phone",
        }
    }

    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::IdCard => "身份证重复",
            Self::Phone => "手机号被占用",
        }
    }

    /// The kind that [`ClashKind::code`] names.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::IdCard, Self::Phone].into_iter().find(|kind| kind.code() == code)
    }

    /// The item of the record it is about.
    pub const fn field(self) -> RecordField {
        match self {
            Self::IdCard => RecordField::IdCard,
            Self::Phone => RecordField::Phone,
        }
    }

    /// The code of the refusal that tells the case number.
    pub const fn refusal(self) -> &'static str {
        match self {
            Self::IdCard => "directory.id_card_clash",
            Self::Phone => "directory.phone_clash",
        }
    }
}

/// A number that could not be entered, and the case that was opened for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// The case's number, to be told to the help desk.
    pub number: String,
    /// Which number of the record.
    pub kind: ClashKind,
}

impl Clash {
    /// The refusal shown at the form: what is taken, and the number to tell the help desk.
    pub fn problem(&self) -> ejia_kernel::Problem {
        let args = vec![("number", self.number.clone())];
        ejia_kernel::Problem::refused(self.kind.refusal()).with("number", &self.number).on_with(
            self.kind.field().code(),
            self.kind.refusal(),
            args,
        )
    }
}

/// Who wants the number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claimant {
    /// A member of the platform.
    Member(MemberId),
    /// Somebody of a table who could not be entered.
    Newcomer,
}

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The number goes to the claimant.
    Given,
    /// It stays where it is.
    Kept,
    /// Both records are one person: one of them was removed as 重复.
    SamePerson,
}

impl Outcome {
    /// As rows and forms hold it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Kept => "kept",
            Self::SamePerson => "same_person",
        }
    }

    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Given => "号码归申请方",
            Self::Kept => "维持现状",
            Self::SamePerson => "同一人，删除重复档案",
        }
    }

    /// The outcome that [`Outcome::code`] names.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Given, Self::Kept, Self::SamePerson].into_iter().find(|outcome| outcome.code() == code)
    }
}

/// A case as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) id: CaseId,
    pub(crate) number: String,
    pub(crate) kind: ClashKind,
    /// The number in full, for giving it to the claimant.
    pub(crate) claim: String,
    pub(crate) claimant: Claimant,
    pub(crate) claimant_name: String,
    pub(crate) claimant_organization_id: OrganizationId,
    pub(crate) holder_member_id: MemberId,
    pub(crate) holder_organization_id: OrganizationId,
    pub(crate) opened_at: Instant,
    pub(crate) opened_by_name: String,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) note: String,
    pub(crate) resolved_by_name: Option<String>,
    pub(crate) resolved_at: Option<Instant>,
}

/// A clash about to become a case.
#[derive(Clone, Debug)]
pub struct Claim<'a> {
    /// Which number.
    pub kind: ClashKind,
    /// The number in full.
    pub claim: &'a str,
    /// Who wants it.
    pub claimant: Claimant,
    /// His name.
    pub claimant_name: &'a str,
    /// His branch.
    pub claimant_organization_id: OrganizationId,
    /// Who bears it.
    pub holder: MemberId,
    /// The branch of who bears it.
    pub holder_organization_id: OrganizationId,
}
