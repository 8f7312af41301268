//! Cash (D7): a branch registers what members paid by hand, and takes a wrong registration back.

use std::collections::HashMap;

use ejia_audit::Entry;
use ejia_db::Txn;
use ejia_kernel::{BillId, Date, Fen, OrganizationId, Problem};
use ejia_payments::{Cashier, ChannelKind, NewOrder, Order, Payer};
use ejia_web::BranchOfficer;

use super::open::{MOST_REMARK, remark};
use super::{settle, store};
use crate::bills::store::{add_to_total, of_member_month};
use crate::bills::{Bill, BillState, Total};
use crate::rules;

/// So many bills are registered at once at most.
pub(crate) const MOST_BILLS: usize = 1000;
/// Cash is registered at most so many days after it was received.
const LATEST: i32 = 366;

/// Cash that a branch has received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RegisterCash {
    /// The bills, each with the amount that the officer saw.
    pub(crate) bills: Vec<(BillId, Fen)>,
    /// The day it was received.
    pub(crate) received_on: Date,
    /// What the officer wants to say.
    pub(crate) remark: String,
}

/// Registers cash for due bills of the officer's branch: they are paid at once.
///
/// # Errors
/// Refused when nothing was chosen or the day does not fit; not found for bills of other branches; a conflict when a
/// bill is not due any more or is of another amount by now.
pub(crate) fn register_cash(
    txn: &mut Txn<'_>,
    cashier: &Cashier,
    by: &BranchOfficer,
    input: &RegisterCash,
) -> Result<Order, Problem> {
    let remark = remark(&input.remark)?;
    let bills = chosen(txn, by.organization_id(), input)?;
    fitting_day(input.received_on, txn.now().china_date(), &bills)?;
    let lines = bills.iter().map(|bill| (bill.id.to_string(), bill.organization_id, bill.amount)).collect();
    let payer = Payer::Officer(by.id(), by.name().to_owned());
    let new = NewOrder { purpose: settle::NAME, channel: ChannelKind::Cash, payer, lines, remark };
    cashier.register_cash(txn, by, &new, input.received_on)
}

/// The chosen bills, locked, as the officer saw them.
pub(super) fn chosen(txn: &mut Txn<'_>, branch: OrganizationId, input: &RegisterCash) -> Result<Vec<Bill>, Problem> {
    let seen: HashMap<BillId, Fen> = input.bills.iter().copied().collect();
    if seen.is_empty() {
        return Err(Problem::refused("dues.choose_bills"));
    }
    if seen.len() > MOST_BILLS {
        return Err(Problem::refused("dues.too_many_bills").with("most", MOST_BILLS));
    }
    let ids: Vec<BillId> = seen.keys().copied().collect();
    let bills = store::locked(txn, &ids)?;
    if bills.len() < seen.len() || bills.iter().any(|bill| bill.organization_id != branch) {
        return Err(Problem::not_found("dues.no_such_bill"));
    }
    let as_seen = |bill: &Bill| bill.state == BillState::Due && seen.get(&bill.id) == Some(&bill.amount);
    if bills.iter().all(as_seen) { Ok(bills) } else { Err(Problem::conflict("dues.bill_not_due")) }
}

/// Cash cannot be received in the future, nor before the month's dues could be paid.
pub(super) fn fitting_day(received_on: Date, today: Date, bills: &[Bill]) -> Result<(), Problem> {
    let refused = |code| Err(Problem::refused(code).on("received_on", code));
    if received_on > today {
        return refused("dues.received_ahead");
    }
    if today.days_since(received_on) > LATEST {
        return refused("dues.received_long_ago");
    }
    match bills.iter().map(|bill| bill.month).max() {
        Some(month) if !rules::payable(month, received_on) => refused("dues.received_in_advance"),
        _ => Ok(()),
    }
}

/// Takes back what was registered by mistake: the bill is due again, and the journal says so by a reversal.
///
/// # Errors
/// Refused without a reason, or when part of the cash has been given back because the bill was lowered; not found for
/// bills of other branches; a conflict when the bill is not paid in cash.
pub(crate) fn reverse_cash(
    txn: &mut Txn<'_>,
    cashier: &Cashier,
    by: &BranchOfficer,
    id: BillId,
    reason: &str,
) -> Result<(), Problem> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > MOST_REMARK {
        return Err(Problem::refused("dues.reversal_reason_needed").on("reason", "dues.reversal_reason_needed"));
    }
    let found = store::locked(txn, &[id])?.into_iter().next();
    let bill = found
        .filter(|bill| bill.organization_id == by.organization_id())
        .ok_or_else(|| Problem::not_found("dues.no_such_bill"))?;
    let payment = bill.payment.as_ref().filter(|payment| payment.channel == ChannelKind::Cash);
    let Some(payment) = payment.filter(|_| bill.state == BillState::Paid) else {
        return Err(Problem::conflict("dues.not_cash"));
    };
    let rows = of_member_month(txn, bill.member_id, bill.month)?;
    if rows.iter().any(|row| row.back_of == Some(bill.id)) {
        return Err(Problem::refused("dues.cash_partly_back"));
    }
    store::unpay(txn, bill.id)?;
    let change = Total::default().minus(settle::paying(bill.sequence, bill.amount));
    add_to_total(txn, bill.organization_id, bill.month, change)?;
    cashier.reverse_cash(txn, by, payment.order_id, &bill.id.to_string(), bill.amount)?;
    let entry = Entry::new(&by.actor(), "dues.cash_reversed")
        .about("bill", bill.id)
        .within(bill.organization_id)
        .with("order", payment.order_id)
        .with("reason", reason);
    ejia_audit::record(txn, entry)
}
