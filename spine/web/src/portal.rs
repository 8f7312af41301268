//! Portals as types: who calls there, which cookie he bears, where he logs in.

use ejia_db::Txn;
use ejia_kernel::{OrganizationKind, Problem};

use crate::audience::Audience;
use crate::callers::{Applicant, Doorkeeper, Member, Officer, Visitor};
use crate::html::Card;
use crate::scope::Bearer;

/// One of the four doors of the house.
pub trait Portal: sealed::Sealed + Send + Sync + Sized + 'static {
    /// Who calls at this door.
    type Caller: Clone + Send + Sync + 'static;
    /// `front`, `member`, `office` or `applicant`.
    const NAME: &'static str;
    /// The cookie that holds the session; none at the front.
    const COOKIE: Option<&'static str>;
    /// The cookie that holds the session under `/wechat`.
    const PHONE_COOKIE: Option<&'static str> = Self::COOKIE;

    /// A caller who needs no session: only the front has one.
    #[doc(hidden)]
    fn unasked(address: &str) -> Option<Self::Caller>;
    /// Asks the doorkeeper whose session this token is.
    #[doc(hidden)]
    fn admit(keeper: &dyn Doorkeeper, txn: &mut Txn, bearer: &Bearer) -> Result<Option<Self::Caller>, Problem>;
    /// As `admit`, under `/wechat`.
    #[doc(hidden)]
    fn admit_on_phone(
        keeper: &dyn Doorkeeper,
        txn: &mut Txn,
        bearer: &Bearer,
    ) -> Result<Option<Self::Caller>, Problem> {
        Self::admit(keeper, txn, bearer)
    }
    /// As `admit`, for programs, whose token may be one of an organization.
    #[doc(hidden)]
    fn admit_program(keeper: &dyn Doorkeeper, txn: &mut Txn, bearer: &Bearer) -> Result<Option<Self::Caller>, Problem> {
        Self::admit(keeper, txn, bearer)
    }
    /// Refuses a caller whom a route is not for.
    #[doc(hidden)]
    fn refuse_outsider(_: &Self::Caller, _: Audience) -> Result<(), Problem> {
        Ok(())
    }
    /// The caller, where he is an administrator: what he is refused is recorded.
    #[doc(hidden)]
    fn officer(_: &Self::Caller) -> Option<&Officer> {
        None
    }
    /// What the layout shows of the caller: `caller` in a template.
    #[doc(hidden)]
    fn card(caller: &Self::Caller) -> Card<'_>;
}

/// The front page, log-in pages and what needs no account.
#[derive(Debug)]
pub struct Front;
/// The member portal 党员服务平台.
#[derive(Debug)]
pub struct MemberPortal;
/// The organisation portal 党组织管理平台.
#[derive(Debug)]
pub struct OfficePortal;
/// The pages of people from outside who apply to come in (组织关系转入), under `/transfers/in`.
#[derive(Debug)]
pub struct ApplicantPortal;

impl Portal for Front {
    type Caller = Visitor;
    const NAME: &'static str = "front";
    const COOKIE: Option<&'static str> = None;

    fn unasked(address: &str) -> Option<Visitor> {
        Some(Visitor { address: address.to_owned() })
    }

    fn admit(_: &dyn Doorkeeper, _: &mut Txn, _: &Bearer) -> Result<Option<Visitor>, Problem> {
        Ok(None)
    }

    fn card(_: &Visitor) -> Card<'_> {
        Card::default()
    }
}

impl Portal for MemberPortal {
    type Caller = Member;
    const NAME: &'static str = "member";
    const COOKIE: Option<&'static str> = Some("ejia_member");
    const PHONE_COOKIE: Option<&'static str> = Some("ejia_phone");

    fn unasked(_: &str) -> Option<Member> {
        None
    }

    fn admit(keeper: &dyn Doorkeeper, txn: &mut Txn, bearer: &Bearer) -> Result<Option<Member>, Problem> {
        keeper.member(txn, &bearer.token)
    }

    fn admit_on_phone(keeper: &dyn Doorkeeper, txn: &mut Txn, bearer: &Bearer) -> Result<Option<Member>, Problem> {
        keeper.member_on_phone(txn, &bearer.token)
    }

    fn card(caller: &Member) -> Card<'_> {
        Card { name: caller.name(), kind: "member", portal: Self::NAME, ..Card::default() }
    }
}

impl Portal for OfficePortal {
    type Caller = Officer;
    const NAME: &'static str = "office";
    const COOKIE: Option<&'static str> = Some("ejia_office");

    fn unasked(_: &str) -> Option<Officer> {
        None
    }

    fn admit(keeper: &dyn Doorkeeper, txn: &mut Txn, bearer: &Bearer) -> Result<Option<Officer>, Problem> {
        keeper.officer_over(txn, &bearer.token, &bearer.way)
    }

    fn admit_program(keeper: &dyn Doorkeeper, txn: &mut Txn, bearer: &Bearer) -> Result<Option<Officer>, Problem> {
        if bearer.speaks_for_organization() {
            keeper.officer_by_token(txn, bearer)
        } else {
            Self::admit(keeper, txn, bearer)
        }
    }

    fn refuse_outsider(caller: &Officer, audience: Audience) -> Result<(), Problem> {
        if audience.admits(caller.kind()) { Ok(()) } else { Err(Problem::forbidden("web.not_for_this_office")) }
    }

    fn officer(caller: &Officer) -> Option<&Officer> {
        Some(caller)
    }

    fn card(caller: &Officer) -> Card<'_> {
        Card {
            name: caller.name(),
            organization: caller.organization_name(),
            kind: caller.kind().code(),
            portal: Self::NAME,
            help_desk: caller.is_help_desk(),
            party: caller.kind().is_party(),
            committee: caller.kind().may_allocate(),
            branch: caller.kind() == OrganizationKind::Branch,
            remind_password: caller.remind_password(),
        }
    }
}

impl Portal for ApplicantPortal {
    type Caller = Applicant;
    const NAME: &'static str = "applicant";
    const COOKIE: Option<&'static str> = Some("ejia_applicant");

    fn unasked(_: &str) -> Option<Applicant> {
        None
    }

    fn admit(keeper: &dyn Doorkeeper, txn: &mut Txn, bearer: &Bearer) -> Result<Option<Applicant>, Problem> {
        keeper.applicant(txn, &bearer.token)
    }

    fn card(caller: &Applicant) -> Card<'_> {
        Card { name: caller.masked_phone(), kind: "applicant", portal: Self::NAME, ..Card::default() }
    }
}

mod sealed {
    /// Keeps the number of portals at four.
    pub trait Sealed {}
    impl Sealed for super::Front {}
    impl Sealed for super::MemberPortal {}
    impl Sealed for super::OfficePortal {}
    impl Sealed for super::ApplicantPortal {}
}
