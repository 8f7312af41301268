//! Members as they are kept, and the smaller shapes other capabilities ask for.

use ejia_audit::Actor;
use ejia_kernel::{AdministratorId, Date, Instant, MemberId, MemberKind, OrganizationId, OrganizationPath, Phone};

use super::record::MemberRecord;

/// A member: a record, the branch it belongs to, and how far it has come.
#[derive(Clone, Debug)]
pub struct Member {
    /// Who.
    pub id: MemberId,
    /// The branch.
    pub organization_id: OrganizationId,
    /// Where the branch stands.
    pub path: OrganizationPath,
    /// What is kept of him.
    pub record: MemberRecord,
    /// How many changes await review.
    pub waiting: i64,
    /// When the record was reviewed first; from then on its reviewed items are locked for the member.
    pub reviewed_at: Option<Instant>,
    /// Counts the writes of the row, so that two forms do not overwrite each other.
    pub version: i64,
    /// When the member came into the platform.
    pub created_at: Instant,
    /// When the row was written last.
    pub changed_at: Instant,
    /// When and why the member left, if he has.
    pub departed: Option<Departure>,
}

/// That a member was taken off the list, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departure {
    /// When.
    pub at: Instant,
    /// Why.
    pub reason: DepartureReason,
    /// What was noted; may be empty.
    pub note: String,
}

/// Why a member is taken off the list (manual: "原因选择【已转出】即可").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DepartureReason {
    /// 已转出.
    Transferred,
    /// 重复: the same person stands here twice.
    Duplicate,
    /// 去世.
    Died,
    /// 出党: left or expelled.
    LeftParty,
    /// 其他, to be explained in the note.
    Other,
}

impl DepartureReason {
    /// All reasons, in the order they are offered.
    pub const ALL: [Self; 5] = [Self::Transferred, Self::Duplicate, Self::Died, Self::LeftParty, Self::Other];

    /// As rows and forms hold it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Transferred => "transferred",
            Self::Duplicate => "duplicate",
            Self::Died => "died",
            Self::LeftParty => "left_party",
            Self::Other => "other",
        }
    }

    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Transferred => "已转出",
            Self::Duplicate => "重复",
            Self::Died => "去世",
            Self::LeftParty => "出党",
            Self::Other => "其他",
        }
    }

    /// The reason that [`DepartureReason::code`] names.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

/// A member about to be entered.
#[derive(Clone, Debug)]
pub struct NewMember {
    /// Who he will be.
    pub id: MemberId,
    /// The branch.
    pub organization_id: OrganizationId,
    /// Where the branch stands.
    pub path: OrganizationPath,
    /// What is kept of him.
    pub record: MemberRecord,
}

/// As much of a member as login and messages need.
#[derive(Clone, Debug)]
pub struct MemberBrief {
    /// Who.
    pub id: MemberId,
    /// The branch.
    pub organization_id: OrganizationId,
    /// Where the branch stands.
    pub path: OrganizationPath,
    /// His name.
    pub name: String,
    /// His phone, if he has one.
    pub phone: Option<Phone>,
}

/// A member as his branch lists him.
#[derive(Clone, Debug)]
pub struct BranchMember {
    /// Who.
    pub id: MemberId,
    /// His name.
    pub name: String,
    /// What lists are sorted by: the name's sound.
    pub sort_key: String,
    /// Full or probationary.
    pub kind: MemberKind,
    /// His phone, if he has one.
    pub phone: Option<Phone>,
    /// When he was admitted.
    pub admitted_on: Option<Date>,
}

/// Who changes a record, as its history names him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// The member himself.
    Member(MemberId, String),
    /// An administrator, by his name.
    Administrator(AdministratorId, String),
    /// The platform itself, for instance an import by command.
    System(&'static str),
}

impl Author {
    /// The name history shows.
    pub fn name(&self) -> &str {
        match self {
            Self::Member(_, name) | Self::Administrator(_, name) => name,
            Self::System(name) => name,
        }
    }

    /// As the audit names him.
    pub fn actor(&self) -> Actor {
        match self {
            Self::Member(id, _) => Actor::Member(*id),
            Self::Administrator(id, _) => Actor::Administrator(*id),
            Self::System(_) => Actor::System,
        }
    }

    /// The id history keeps.
    pub(crate) fn id(&self) -> Option<String> {
        match self {
            Self::Member(id, _) => Some(id.to_string()),
            Self::Administrator(id, _) => Some(id.to_string()),
            Self::System(_) => None,
        }
    }
}

/// Where a change of a record came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The member's own page.
    Member,
    /// An administrator's form.
    Office,
    /// A table file.
    Import,
    /// The help desk.
    HelpDesk,
}

impl Source {
    const ALL: [Self; 4] = [Self::Member, Self::Office, Self::Import, Self::HelpDesk];

    /// As rows hold it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Office => "office",
            Self::Import => "import",
            Self::HelpDesk => "help_desk",
        }
    }

    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Member => "本人",
            Self::Office => "管理员",
            Self::Import => "表格导入",
            Self::HelpDesk => "客服",
        }
    }

    /// The source that [`Source::code`] names.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.code() == code)
    }
}
