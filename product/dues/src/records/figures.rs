//! What an organization's dues come to, for whoever sums figures up the tree: the month that is payable, as 【党费汇总】 has
//! it, and what is owed of the months before, as 【未交党费党员名单】 has it.

use std::collections::HashMap;

use ejia_db::Txn;
use ejia_directory::{Figures, asking};
use ejia_kernel::{Date, Month, OrganizationId, Problem, labelled};

use super::store::{bills, totals};
use super::unpaid::{Since, debtors};
use crate::rules::window;

/// The name of the figure of branches that have set the month's dues.
pub const BRANCHES_SET: &str = "dues.set";

labelled! {
    /// What is summed: members, and what it comes to.
    pub enum DuesLine {
        /// Who has something to pay for the month.
        Billed => "billed", "应交";
        /// Who has paid it.
        Paid => "paid", "已交";
        /// Who has not yet.
        Unpaid => "unpaid", "未交";
        /// Who has nothing to pay.
        Exempt => "exempt", "免交";
        /// Who owes for a month whose time is over.
        Overdue => "overdue", "往月欠交";
    }
}

impl DuesLine {
    /// What the bills of a month are told apart by.
    pub const OF_A_MONTH: [Self; 4] = [Self::Billed, Self::Paid, Self::Unpaid, Self::Exempt];

    /// The name of the figure of members.
    pub fn people(self) -> String {
        format!("dues.{}", self.code())
    }

    /// The name of the figure of fen.
    pub fn amount(self) -> String {
        format!("dues.{}.fen", self.code())
    }

    /// Where these members are listed: those billed by an organization and by the ones under it.
    pub fn address(self, organization: &str, month: Month) -> String {
        let month = month.to_string();
        match self {
            Self::Overdue => {
                let months = Since::Overdue.code();
                asking("/office/dues/unpaid", &[("organization", organization), ("months", months)])
            }
            of => {
                let asked = [("organization", organization), ("month", &month), ("of", of.code())];
                asking("/office/dues/records", &asked)
            }
        }
    }
}

/// The month that is payable on a day: the one that [`dues_figures`] sums.
pub fn payable_month(today: Date) -> Month {
    window(today)
}

/// What each of these organizations comes to by its own bills, not by those of organizations under it.
///
/// # Errors
/// A fault of the database.
pub fn dues_figures(
    txn: &mut Txn<'_>,
    organizations: &[OrganizationId],
    today: Date,
) -> Result<HashMap<OrganizationId, Figures>, Problem> {
    let month = window(today);
    let mut all: HashMap<OrganizationId, Figures> = HashMap::new();
    for (organization, total) in totals::of_organizations(txn, organizations, month)? {
        let figures = all.entry(organization).or_default();
        let mut line = |line: DuesLine, people: i64, amount: i64| {
            figures.add(&line.people(), people);
            figures.add(&line.amount(), amount);
        };
        line(DuesLine::Billed, total.billed, total.billed_amount);
        line(DuesLine::Paid, total.paid, total.paid_amount);
        line(DuesLine::Unpaid, total.billed - total.paid, total.billed_amount - total.paid_amount);
        line(DuesLine::Exempt, total.exempt, 0);
        figures.add(BRANCHES_SET, i64::from(total.billed + total.exempt > 0));
    }
    let owed = bills::unpaid_of_organizations(txn, organizations, month.previous())?;
    for bills in owed.chunk_by(|a, b| a.organization_id == b.organization_id) {
        let Some(organization) = bills.first().map(|bill| bill.organization_id) else { continue };
        let figures = all.entry(organization).or_default();
        for debtor in debtors(bills.to_vec(), month) {
            figures.add(&DuesLine::Overdue.people(), 1);
            figures.add(&DuesLine::Overdue.amount(), debtor.amount.fen());
        }
    }
    Ok(all)
}
