//! 【未交党费党员名单】 (D12): who has not paid, for how many months, how much.

use ejia_db::Txn;
use ejia_kernel::{Fen, MemberId, Month, OrganizationId, Phone, Problem, labelled};
use ejia_web::Officer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::arrears::{self, Warning};
use super::scope::Scope;
use super::store::bills::{self, BillLine};
use super::walk::{Placed, leaf};
use crate::rules::window;

/// Lines of a page.
const PAGE: usize = 50;
/// Lines of a page to be printed: more than the largest branch has.
const PRINTED: usize = 600;

/// What is asked of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct UnpaidAsked {
    /// Only what this organization and those under it have billed.
    pub(crate) organization: String,
    /// A [`Since`] by its code.
    pub(crate) months: String,
    /// Where the page begins.
    pub(crate) after: String,
    /// One long page, to be printed.
    pub(crate) print: bool,
}

labelled! {
    /// For how long somebody on the list has not paid.
    pub enum Since {
        /// The time of at least one month is over.
        Overdue => "1", "已过交纳期";
        /// Three months running.
        Three => "3", "连续3个月以上";
        /// Five months running.
        Five => "5", "连续5个月以上";
        /// Six months running.
        Six => "6", "连续6个月以上";
    }
}

impl Since {
    /// From how many months running on.
    const fn months(self) -> i32 {
        match self {
            Self::Overdue => 1,
            Self::Three => 3,
            Self::Five => 5,
            Self::Six => 6,
        }
    }
}

/// A member who has not paid.
#[derive(Clone, Debug)]
pub(super) struct Debtor {
    pub(super) member_id: MemberId,
    pub(super) name: String,
    /// The branch that billed him.
    pub(super) branch_id: OrganizationId,
    /// The months he can pay and has not, in order.
    pub(super) months: Vec<Month>,
    /// Those of them whose time is over.
    pub(super) overdue: Vec<Month>,
    /// What all of it comes to.
    pub(super) amount: Fen,
    /// How many months running are overdue.
    pub(super) running: i32,
    /// His phone, if he still belongs to an organization the officer oversees.
    pub(super) phone: Option<Phone>,
    /// Where he is now, when not in the branch that billed him.
    pub(super) moved: Option<String>,
}

impl Debtor {
    /// The warning his months have reached.
    pub(super) fn warning(&self) -> Option<Warning> {
        Warning::at(self.running)
    }
}

/// A page of the list.
pub(super) struct Unpaid {
    pub(super) lines: Vec<Debtor>,
    pub(super) next: Option<String>,
    /// The month that is payable now.
    pub(super) window: Month,
}

/// The debtors of one branch, in the order of their ids. `window` is the month that is payable now.
pub(super) fn debtors(bills: Vec<BillLine>, window: Month) -> Vec<Debtor> {
    let mut found: Vec<Debtor> = Vec::new();
    for bill in bills {
        let BillLine { member_id, member_name, organization_id, month, amount, .. } = bill;
        if found.last().is_none_or(|last| last.member_id != member_id) {
            found.push(Debtor {
                member_id,
                name: member_name,
                branch_id: organization_id,
                months: Vec::new(),
                overdue: Vec::new(),
                amount: Fen::ZERO,
                running: 0,
                phone: None,
                moved: None,
            });
        }
        let Some(debtor) = found.last_mut() else { continue };
        debtor.amount = debtor.amount.checked_plus(amount).unwrap_or(debtor.amount);
        if debtor.months.last() != Some(&month) {
            debtor.months.push(month);
            if month < window {
                debtor.overdue.push(month);
            }
        }
    }
    for debtor in &mut found {
        debtor.running = arrears::longest(&debtor.overdue).map_or(0, |run| run.months);
    }
    found
}

/// A page of the list.
///
/// # Errors
/// Not found for an organization that does not stand under the officer; a fault of the database.
pub(super) fn unpaid(txn: &mut Txn<'_>, by: &Officer, scope: &Scope, asked: &UnpaidAsked) -> Result<Unpaid, Problem> {
    let window = window(txn.now().china_date());
    let running = Since::from_code(&asked.months).map_or(0, Since::months);
    // Who has not paid for so many months running has not paid at least one that lies so far back.
    let until = window.plus_months(-running);
    let most = if asked.print { PRINTED } else { PAGE };
    let found = leaf(
        txn,
        scope,
        &asked.after,
        most,
        |txn, from, limit| bills::branches_unpaid(txn, scope, from, until, limit),
        |txn, branch| {
            let all = debtors(bills::unpaid_of_branch(txn, branch, window)?, window);
            let kept = all.into_iter().filter(|debtor| debtor.running >= running);
            let place =
                |of: Debtor| Placed { sort_key: ejia_directory::sort_key(&of.name), member_id: of.member_id, of };
            Ok(kept.map(place).collect())
        },
    )?;
    let mut lines = found.lines;
    let ids: Vec<MemberId> = lines.iter().map(|debtor| debtor.member_id).collect();
    let briefs = ejia_directory::member_briefs(txn, &ids)?;
    for debtor in &mut lines {
        match briefs.get(&debtor.member_id) {
            Some(brief) if brief.organization_id == debtor.branch_id => debtor.phone.clone_from(&brief.phone),
            Some(brief) if by.oversees(&brief.path) => {
                debtor.phone.clone_from(&brief.phone);
                debtor.moved = Some(format!("现在{}", scope.tree.name(brief.organization_id)));
            }
            Some(_) => debtor.moved = Some("已转到其他党组织".to_owned()),
            None => debtor.moved = Some("已不在册".to_owned()),
        }
    }
    Ok(Unpaid { lines, next: found.next, window })
}
