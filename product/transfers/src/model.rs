//! Transfers as they are kept: whose, from where to where, how far it has come, and what was done on the way.

use ejia_kernel::{Instant, MemberId, OrganizationId, TransferId, labelled};

labelled! {
    /// Which of the three roads a transfer takes.
    pub enum Direction {
        /// From branch to branch inside the city: no letter (T1, T4).
        Within => "within", "平台内";
        /// Out of the city, with a letter (T3, T5).
        Out => "out", "平台外转出";
        /// From outside into the city (T7, T9).
        In => "in", "平台外转入";
    }
}

labelled! {
    /// What is to be done next, or how it ended.
    pub enum Stage {
        /// An organization of the side that is left reviews.
        Review => "review", "待审核";
        /// An organization that may issue letters issues one.
        Issue => "issue", "待开具介绍信";
        /// The committee that receives places the member into a branch.
        Allocate => "allocate", "待划拨";
        /// The branch that receives takes the member in.
        Accept => "accept", "待接收";
        /// The letter is out; its receipt is awaited.
        Receipt => "receipt", "待回执";
        /// Sent back: the applicant mends it.
        Returned => "returned", "已退回";
        /// The member has arrived.
        Done => "done", "已完成";
        /// The applicant took it back.
        Withdrawn => "withdrawn", "已撤回";
        /// It came to nothing: the member left the list meanwhile.
        Dropped => "dropped", "已终止";
    }
}

impl Stage {
    /// Whether nothing more will happen.
    pub(crate) const fn ended(self) -> bool {
        matches!(self, Self::Done | Self::Withdrawn | Self::Dropped)
    }

    /// Whether the applicant may still take it back: before a letter is out.
    pub(crate) const fn may_withdraw(self) -> bool {
        matches!(self, Self::Review | Self::Issue | Self::Allocate | Self::Accept | Self::Returned)
    }

    /// How a badge shows it.
    pub(crate) const fn tone(self) -> &'static str {
        match self {
            Self::Done => "good",
            Self::Returned | Self::Dropped => "bad",
            Self::Withdrawn => "plain",
            Self::Review | Self::Issue | Self::Allocate | Self::Accept | Self::Receipt => "wait",
        }
    }
}

labelled! {
    /// What somebody did.
    pub enum Act {
        /// The applicant handed it in.
        Applied => "applied", "提交申请";
        /// The applicant mended it and handed it in again.
        Mended => "mended", "修改后重新提交";
        /// The applicant took it back.
        Withdrew => "withdrew", "撤回申请";
        /// Reviewed and sent on.
        Reviewed => "reviewed", "审核通过";
        /// Sent back with a reason.
        Returned => "returned", "退回";
        /// Placed into a branch.
        Allocated => "allocated", "划拨";
        /// Taken in.
        Accepted => "accepted", "确认接收";
        /// A letter was issued.
        LetterIssued => "letter_issued", "开具介绍信";
        /// The letter was printed.
        LetterPrinted => "letter_printed", "打印介绍信";
        /// The letter was declared void.
        LetterVoided => "letter_voided", "作废介绍信";
        /// Another letter was issued in its place.
        LetterReissued => "letter_reissued", "重新开具介绍信";
        /// A photo of the receipt came.
        ReceiptSent => "receipt_sent", "上传回执";
        /// The receipt was looked at and not accepted.
        ReceiptRefused => "receipt_refused", "退回回执";
        /// The receipt was accepted: the member has arrived elsewhere.
        ReceiptAccepted => "receipt_accepted", "确认回执";
        /// It ended because the member left the list.
        Dropped => "dropped", "终止";
    }
}

/// One of the two ends of a transfer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct End {
    /// The branch, if it is one of this platform.
    pub(crate) organization_id: Option<OrganizationId>,
    /// Its name, as it was when written down, or as an applicant typed it.
    pub(crate) name: String,
}

/// Where an application lies: what is to be done, and by whom. Nobody of this platform while it lies with the applicant
/// or waits for a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What is to be done.
    pub stage: Stage,
    /// By whom.
    pub at: Option<OrganizationId>,
}

/// A transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Transfer {
    /// Which.
    pub(crate) id: TransferId,
    /// Which road.
    pub(crate) direction: Direction,
    /// Whose; nobody's yet for a person from outside.
    pub(crate) member_id: Option<MemberId>,
    /// His name.
    pub(crate) name: String,
    /// What he leaves.
    pub(crate) from: End,
    /// 拟转入党支部 (inside) or 拟转入党组织 (outside).
    pub(crate) to: End,
    /// 拟转入单位.
    pub(crate) unit: String,
    /// 拟转入党委: whom a person from outside has chosen; none for the others, where it follows from the branch.
    pub(crate) committee_id: Option<OrganizationId>,
    /// 介绍信接受地党组织: whom the letter addresses; empty without a letter.
    pub(crate) addressee: String,
    /// 转出原因.
    pub(crate) reason: String,
    /// 备注.
    pub(crate) remark: String,
    /// Where it lies.
    pub(crate) standing: Standing,
    /// Since when it lies there.
    pub(crate) since: Instant,
    /// When it was handed in first.
    pub(crate) opened_at: Instant,
    /// When it ended.
    pub(crate) ended_at: Option<Instant>,
    /// Counts the writes of the row.
    pub(crate) version: i64,
}

/// Something that was done on the way. Never changed afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// What.
    pub(crate) act: Act,
    /// When.
    pub(crate) at: Instant,
    /// For which organization; none for the applicant.
    pub(crate) organization_id: Option<OrganizationId>,
    /// Its name then.
    pub(crate) organization: String,
    /// Who, by name.
    pub(crate) by: String,
    /// What was said.
    pub(crate) said: String,
}
