//! A month's sheet of a branch: one line a member, and what stands on it.

use ejia_directory::BranchMember;
use ejia_kernel::{Fen, Instant, MemberId, Month, OrganizationId, labelled};

use crate::bills::Why;
use crate::rules::{Basis, Reckoned, Rounding};

labelled! {
    /// How far a sheet has come.
    pub enum SheetState {
        /// Being filled in; the members know nothing of it. It may have been submitted before.
        Draft => "draft", "草稿";
        /// Submitted as it stands: the bills say the same.
        Submitted => "submitted", "已提交";
    }
}

/// What stands on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Figure {
    /// What the amount is reckoned from.
    pub(crate) basis: Basis,
    /// The dues base.
    pub(crate) base: Option<Fen>,
    /// What the rule made of it.
    pub(crate) computed: Option<Fen>,
    /// The amount; none while it is missing.
    pub(crate) amount: Option<Fen>,
    /// Why the amount was typed by hand.
    pub(crate) typed_reason: String,
    /// The approval's reference of an exemption or reduction.
    pub(crate) exemption: String,
}

impl Figure {
    /// The figure of somebody about whom nothing is known yet.
    pub(crate) fn empty() -> Self {
        Self {
            basis: Basis::Wage,
            base: None,
            computed: None,
            amount: None,
            typed_reason: String::new(),
            exemption: String::new(),
        }
    }

    /// Whether nothing was filled in.
    pub(crate) fn is_empty(&self) -> bool {
        self.basis == Basis::Wage && self.base.is_none() && self.amount.is_none() && self.exemption.is_empty()
    }

    /// The figure under the rule of its month: an amount that nobody typed follows what is computed now.
    pub(crate) fn under(mut self, reckoned: &Reckoned) -> Self {
        if self.amount.is_none() || self.amount == self.computed {
            self.amount = reckoned.computed.or(self.amount);
        }
        self.computed = reckoned.computed;
        self
    }

    /// Whether the member is to pay nothing by an approval.
    pub(crate) fn is_exempt(&self) -> bool {
        self.amount == Some(Fen::ZERO) && !self.exemption.is_empty()
    }

    /// What is kept on the bill beside the amount. An exemption and a reduction cite their own article.
    pub(crate) fn why(&self, reckoned: &Reckoned, article_of_hardship: &str) -> Why {
        let by_approval = self.is_exempt() || self.basis == Basis::Hardship;
        Why {
            basis: self.basis,
            base: self.base,
            computed: reckoned.computed,
            rate: reckoned.rate.clone(),
            article: if by_approval { article_of_hardship.to_owned() } else { reckoned.article.clone() },
            rounding: reckoned.rounding.clone(),
            typed_reason: self.typed_reason.clone(),
            exemption: self.exemption.clone(),
        }
    }
}

/// Where a line's figure comes from, or why it needs none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// From this sheet, or from the month it was carried over from.
    Known,
    /// Nothing is known of him here yet.
    New,
    /// Another branch has billed him for this month: he is billed once.
    BilledElsewhere(OrganizationId),
}

/// A line of a sheet.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// Who.
    pub(crate) member: BranchMember,
    /// What stands there.
    pub(crate) figure: Figure,
    /// What the rule says of it.
    pub(crate) reckoned: Reckoned,
    /// Where it comes from.
    pub(crate) origin: Origin,
}

impl Line {
    /// Whether this branch sets the member's dues for the month.
    pub(crate) fn is_ours(&self) -> bool {
        !matches!(self.origin, Origin::BilledElsewhere(_))
    }
}

/// A sheet's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SheetRow {
    pub(crate) organization_id: OrganizationId,
    pub(crate) state: SheetState,
    /// 0 as long as nobody has saved it.
    pub(crate) version: i64,
    pub(crate) lines: i64,
    pub(crate) saved_at: Option<Instant>,
    pub(crate) saved_by: Option<String>,
    pub(crate) submitted_at: Option<Instant>,
}

/// A sheet with everybody who is in the branch now.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub(crate) organization_id: OrganizationId,
    pub(crate) month: Month,
    /// Its row; none when the month has not been opened.
    pub(crate) row: Option<SheetRow>,
    /// The month its figures were carried over from, while nobody has saved it.
    pub(crate) carried_from: Option<Month>,
    pub(crate) rounding: Rounding,
    pub(crate) lines: Vec<Line>,
}

impl Sheet {
    /// The line of a member.
    pub(crate) fn line(&self, member: MemberId) -> Option<&Line> {
        self.lines.iter().find(|line| line.member.id == member)
    }
}
