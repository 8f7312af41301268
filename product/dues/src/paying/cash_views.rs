//! What a branch sees of cash: who owes which months, what was registered, and what is to be handed back.

use std::collections::HashMap;

use ejia_db::Txn;
use ejia_kernel::{BillId, Date, Fen, Instant, Month, Problem};
use ejia_payments::{ChannelKind, RefundProgress};
use ejia_web::BranchOfficer;
use schemars::JsonSchema;
use serde::Serialize;

use super::cash::{RegisterCash, chosen, fitting_day};
use super::model::sum;
use super::store;
use super::views::{spelt, tone};
use crate::bills::{Bill, BillState};
use crate::rules;

/// So many months back registered cash is listed.
const MONTHS: i32 = 12;
/// Cash that was paid too much and lies with the branch.
const TO_HAND_BACK: &str = "应退还现金";
/// Cash that was paid too much and has been handed back.
const HANDED_BACK: &str = "已退还现金";
/// So many lines of it are listed.
const LINES: u32 = 500;

/// A bill that may be paid in cash.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct CashBill {
    /// What the box sends: the bill and the amount that is seen.
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) amount: Fen,
    pub(crate) ticked: bool,
}

/// A member with the bills he owes.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct CashMember {
    pub(crate) name: String,
    pub(crate) bills: Vec<CashBill>,
    pub(crate) total: Fen,
}

/// Cash that was registered, or that is to be handed back.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct CashLine {
    pub(crate) bill: String,
    pub(crate) name: String,
    pub(crate) month: String,
    pub(crate) amount: Fen,
    pub(crate) received_on: Option<Date>,
    pub(crate) by: String,
    pub(crate) state: &'static str,
    pub(crate) tone: &'static str,
    /// Whether the registration can be taken back.
    pub(crate) reversible: bool,
    /// The order, where cash is handed back.
    pub(crate) order: String,
}

/// 【线下交纳】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct CashView {
    pub(crate) members: Vec<CashMember>,
    pub(crate) lines: Vec<CashLine>,
    pub(crate) today: Date,
    pub(crate) since: String,
}

impl CashView {
    /// The branch's page; the boxes of `ticked` are ticked.
    ///
    /// # Errors
    /// A fault of the database.
    pub(crate) fn of(txn: &mut Txn<'_>, by: &BranchOfficer, ticked: &[String]) -> Result<Self, Problem> {
        let today = txn.now().china_date();
        let since = Month::of(today).plus_months(-MONTHS);
        let due = store::due_in_branch(txn, by.organization_id())?;
        let payable: Vec<Bill> = due.into_iter().filter(|bill| rules::payable(bill.month, today)).collect();
        let members = payable.chunk_by(|one, next| one.member_id == next.member_id).map(|bills| CashMember {
            name: bills.first().map(|bill| bill.member_name.clone()).unwrap_or_default(),
            bills: bills.iter().map(|bill| cash_bill(bill, ticked)).collect(),
            total: sum(bills.iter()),
        });
        let cash = store::cash_of(txn, by.organization_id(), since, LINES)?;
        let partly: Vec<BillId> = cash.iter().filter_map(|bill| bill.back_of).collect();
        let mut lines = Vec::with_capacity(cash.len());
        for bill in &cash {
            let mut line = cash_line(bill, partly.contains(&bill.id));
            if bill.state == BillState::GivenBack && handed_back(txn, bill)? {
                (line.state, line.tone) = (HANDED_BACK, "plain");
            }
            lines.push(line);
        }
        Ok(Self { members: members.collect(), lines, today, since: spelt(since) })
    }

    /// Whether something is to be handed back.
    pub(crate) fn hands_back(&self) -> bool {
        self.lines.iter().any(|line| line.state == TO_HAND_BACK)
    }
}

/// Whether the branch has handed a difference back: the payments know it.
fn handed_back(txn: &mut Txn<'_>, bill: &Bill) -> Result<bool, Problem> {
    let Some(payment) = &bill.payment else { return Ok(false) };
    let owed = Fen::new(bill.amount.fen().saturating_neg());
    let back = ejia_payments::returned_of(txn, payment.order_id)?;
    let mut same = back.iter().filter(|back| back.amount == owed).peekable();
    Ok(same.peek().is_some() && same.all(|back| back.progress == RefundProgress::Done))
}

fn cash_bill(bill: &Bill, ticked: &[String]) -> CashBill {
    let value = format!("{}.{}", bill.id, bill.amount.fen());
    let label = if bill.sequence == 0 { spelt(bill.month) } else { format!("{}补差", spelt(bill.month)) };
    CashBill { ticked: ticked.contains(&value), value, label, amount: bill.amount }
}

fn cash_line(bill: &Bill, partly_back: bool) -> CashLine {
    let payment = bill.payment.as_ref();
    let back = bill.state == BillState::GivenBack;
    CashLine {
        bill: bill.id.to_string(),
        name: bill.member_name.clone(),
        month: spelt(bill.month),
        amount: bill.amount,
        received_on: payment.and_then(|payment| payment.paid_at).map(Instant::china_date).filter(|_| !back),
        by: payment.map(|payment| payment.payer_name.clone()).unwrap_or_default(),
        state: if back { TO_HAND_BACK } else { bill.state.label() },
        tone: if back { "bad" } else { tone(bill.state) },
        reversible: bill.state == BillState::Paid && !partly_back,
        order: payment.map(|payment| payment.order_id.to_string()).unwrap_or_default(),
    }
}

/// One line of the sum that is confirmed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct SumLine {
    pub(crate) value: String,
    pub(crate) name: String,
    pub(crate) month: String,
    pub(crate) amount: Fen,
}

/// What is about to be registered.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct CashSum {
    pub(crate) lines: Vec<SumLine>,
    pub(crate) members: usize,
    pub(crate) total: Fen,
    pub(crate) received_on: Date,
    pub(crate) remark: String,
}

impl CashSum {
    /// The sum of what was chosen; it changes nothing.
    ///
    /// # Errors
    /// As registering it would be refused.
    pub(crate) fn of(txn: &mut Txn<'_>, by: &BranchOfficer, input: &RegisterCash) -> Result<Self, Problem> {
        let mut bills = chosen(txn, by.organization_id(), input)?;
        fitting_day(input.received_on, txn.now().china_date(), &bills)?;
        bills.sort_by_key(|bill| (bill.member_id, bill.month, bill.sequence));
        let by_member: HashMap<_, usize> = bills.iter().fold(HashMap::new(), |mut seen, bill| {
            *seen.entry(bill.member_id).or_default() += 1;
            seen
        });
        let line = |bill: &Bill| {
            let CashBill { value, label, amount, .. } = cash_bill(bill, &[]);
            SumLine { value, name: bill.member_name.clone(), month: label, amount }
        };
        Ok(Self {
            total: sum(bills.iter()),
            lines: bills.iter().map(line).collect(),
            members: by_member.len(),
            received_on: input.received_on,
            remark: input.remark.clone(),
        })
    }
}

/// The registration that is about to be taken back.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ReversalView {
    pub(crate) line: CashLine,
}

impl ReversalView {
    /// The registration, if it is the branch's and can be taken back.
    ///
    /// # Errors
    /// Not found for bills of other branches; a conflict when it is no cash, or has been taken back.
    pub(crate) fn of(txn: &mut Txn<'_>, by: &BranchOfficer, id: BillId) -> Result<Self, Problem> {
        let bill = store::locked(txn, &[id])?.into_iter().next();
        let bill = bill
            .filter(|bill| bill.organization_id == by.organization_id())
            .ok_or_else(|| Problem::not_found("dues.no_such_bill"))?;
        let cash = bill.payment.as_ref().is_some_and(|payment| payment.channel == ChannelKind::Cash);
        if !cash || bill.state != BillState::Paid {
            return Err(Problem::conflict("dues.not_cash"));
        }
        Ok(Self { line: cash_line(&bill, false) })
    }
}
