//! The journal: double entry, balanced by construction. What does not balance cannot be built.

use ejia_kernel::{Fen, OrganizationId, Problem, labelled};

use crate::channel::ChannelKind;

/// Where money stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Account {
    /// With a channel, on its way to the party's bank account (an asset).
    Clearing(ChannelKind),
    /// In a branch's cash box (an asset).
    Cash(OrganizationId),
    /// Dues that an organization has received.
    Dues(OrganizationId),
    /// Owed back to payers.
    OwedBack,
    /// Came in for no order of ours.
    Stray,
}

impl Account {
    /// The account's name in the journal.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Clearing(kind) => format!("clearing.{}", kind.code()),
            Self::Cash(_) => "cash".to_owned(),
            Self::Dues(_) => "dues".to_owned(),
            Self::OwedBack => "owed_back".to_owned(),
            Self::Stray => "stray".to_owned(),
        }
    }

    /// The organization it belongs to.
    pub(crate) const fn organization(self) -> Option<OrganizationId> {
        match self {
            Self::Cash(id) | Self::Dues(id) => Some(id),
            Self::Clearing(_) | Self::OwedBack | Self::Stray => None,
        }
    }
}

/// What an account of this name is called on pages.
pub(crate) fn account_label(name: &str) -> String {
    if let Some(kind) = name.strip_prefix("clearing.").and_then(ChannelKind::from_code) {
        return format!("待清算款·{}", kind.label());
    }
    match name {
        "cash" => "支部现金",
        "dues" => "党费收入",
        "owed_back" => "应退款",
        "stray" => "待查款项",
        other => other,
    }
    .to_owned()
}

labelled! {
    /// Why an entry was made.
    pub enum Why {
        /// Money came in.
        Received => "received", "收款";
        /// What had counted is to go back.
        Returned => "returned", "转为应退";
        /// Money went back.
        Refunded => "refunded", "退款";
        /// Cash that was registered by mistake had never come.
        Reversed => "reversed", "冲销";
    }
}

/// One side of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Posting {
    pub(crate) account: Account,
    pub(crate) debit: Fen,
    pub(crate) credit: Fen,
}

/// An entry whose debits equal its credits; there is no other way to make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Balanced {
    why: Why,
    about: String,
    postings: Vec<Posting>,
}

impl Balanced {
    /// An entry about an order or a refund; amounts for one account are drawn together.
    ///
    /// # Errors
    /// A fault when a side is empty, an amount is not above nothing, or the sides differ.
    #[expect(clippy::needless_pass_by_value, reason = "callers hand over ids of several kinds")]
    pub(crate) fn new(
        why: Why,
        about: impl ToString,
        debits: &[(Account, Fen)],
        credits: &[(Account, Fen)],
    ) -> Result<Self, Problem> {
        let refused = || Problem::fault("a journal entry that does not balance");
        let (debits, debit_sum) = drawn_together(debits).ok_or_else(refused)?;
        let (credits, credit_sum) = drawn_together(credits).ok_or_else(refused)?;
        if debit_sum != credit_sum {
            return Err(refused());
        }
        let debits = debits.into_iter().map(|(account, debit)| Posting { account, debit, credit: Fen::ZERO });
        let credits = credits.into_iter().map(|(account, credit)| Posting { account, debit: Fen::ZERO, credit });
        Ok(Self { why, about: about.to_string(), postings: debits.chain(credits).collect() })
    }

    pub(crate) fn why(&self) -> Why {
        self.why
    }

    pub(crate) fn about(&self) -> &str {
        &self.about
    }

    pub(crate) fn postings(&self) -> &[Posting] {
        &self.postings
    }
}

/// The amounts by account in order, and their sum; none when one is not above nothing or the sum is too large.
fn drawn_together(side: &[(Account, Fen)]) -> Option<(Vec<(Account, Fen)>, Fen)> {
    let mut accounts: Vec<(Account, Fen)> = Vec::new();
    let mut total = Fen::ZERO;
    for (account, amount) in side {
        if *amount <= Fen::ZERO {
            return None;
        }
        total = total.checked_plus(*amount)?;
        match accounts.iter_mut().find(|(known, _)| known == account) {
            Some((_, sum)) => *sum = sum.checked_plus(*amount)?,
            None => accounts.push((*account, *amount)),
        }
    }
    (!accounts.is_empty()).then_some((accounts, total))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ejia_kernel::Instant;

    #[test]
    fn an_entry_that_does_not_balance_cannot_be_made() {
        let branch = OrganizationId::new(Instant::from_ms(0));
        let clearing = (Account::Clearing(ChannelKind::Alipay), Fen::new(500));
        let made = |debits: &[(Account, Fen)], credits: &[(Account, Fen)]| {
            Balanced::new(Why::Received, "x", debits, credits).is_ok()
        };
        assert!(made(&[clearing], &[(Account::Dues(branch), Fen::new(300)), (Account::OwedBack, Fen::new(200))]));
        assert!(!made(&[clearing], &[(Account::Dues(branch), Fen::new(499))]));
        assert!(!made(&[clearing], &[(Account::Dues(branch), Fen::new(600)), (Account::OwedBack, Fen::new(-100))]));
        assert!(!made(&[], &[]));
    }

    #[test]
    fn two_lines_of_one_branch_are_one_posting() {
        let branch = OrganizationId::new(Instant::from_ms(0));
        let dues = (Account::Dues(branch), Fen::new(250));
        let debit = [(Account::Cash(branch), Fen::new(500))];
        let entry = Balanced::new(Why::Received, "x", &debit, &[dues, dues]).unwrap();
        assert_eq!(entry.postings().len(), 2);
    }
}
