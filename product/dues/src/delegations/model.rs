//! Delegations as they are kept: whose dues, who pays them, who granted it, and how far it has come.

use ejia_kernel::{DelegationId, Instant, MemberId, OrganizationId, labelled};

labelled! {
    /// Who granted a delegation.
    pub enum Source {
        /// The member whose dues they are; the other has to confirm.
        Member => "member", "本人授权";
        /// His branch; it is live at once and holds as long as both belong to the branch.
        Branch => "branch", "支部委托";
    }
}

labelled! {
    /// How far a delegation has come.
    pub enum State {
        /// The other has been asked and has not answered.
        Asked => "asked", "待对方确认";
        /// The other may pay.
        Live => "live", "已生效";
        /// The other has declined.
        Declined => "declined", "对方未接受";
        /// One side has taken it back.
        Revoked => "revoked", "已撤销";
    }
}

labelled! {
    /// Who ended a delegation.
    pub enum Side {
        /// The member whose dues they are.
        Principal => "principal", "本人";
        /// The one who was to pay.
        Payer => "payer", "代交人";
        /// The branch.
        Branch => "branch", "支部";
    }
}

/// One member's leave for another to pay his dues. Once granted it holds for all months.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Delegation {
    /// Which.
    pub(crate) id: DelegationId,
    /// The branch of the member whose dues they are, when it was granted.
    pub(crate) organization_id: OrganizationId,
    /// Whose dues.
    pub(crate) principal_id: MemberId,
    /// Who pays.
    pub(crate) payer_id: MemberId,
    /// Who granted it.
    pub(crate) source: Source,
    /// How far it has come.
    pub(crate) state: State,
    /// When it was granted.
    pub(crate) asked_at: Instant,
    /// Since when the other may pay.
    pub(crate) live_at: Option<Instant>,
    /// When it ended.
    pub(crate) ended_at: Option<Instant>,
    /// Who ended it.
    pub(crate) ended_by: Option<Side>,
}

/// A member whose dues another may pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Principal {
    /// Who.
    pub(crate) member_id: MemberId,
    /// His name.
    pub(crate) name: String,
    /// His branch.
    pub(crate) organization_id: OrganizationId,
}
