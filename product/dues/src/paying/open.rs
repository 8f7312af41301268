//! Opens an order: for the member himself, and for those he may pay for.

use std::collections::BTreeSet;

use ejia_db::Txn;
use ejia_kernel::{Fen, MemberId, Problem};
use ejia_payments::{Cashier, ChannelKind, NewOrder, Order, Payer};
use ejia_web::Member;

use super::model::Owed;
use super::{owed, settle, store};
use crate::delegations;

/// One order pays for so many members at most.
pub(crate) const MOST_MEMBERS: usize = 500;
/// A remark has so many characters at most.
pub(crate) const MOST_REMARK: usize = 100;

/// What somebody wants to pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayAsk {
    /// For whom: himself and those who have authorised him.
    pub members: Vec<MemberId>,
    /// Over which channel.
    pub channel: ChannelKind,
    /// What he wants to say (备注).
    pub remark: String,
    /// The total he saw.
    pub expected: Fen,
}

/// Opens an order for everything that these members owe up to the month that is payable now (D4, D6, D8, D10). Nothing
/// is owed in advance, and nobody pays another amount than he saw.
///
/// # Errors
/// Refused when a member has not authorised the payer, his branch has not set the month's dues, nothing is due, the
/// total is another one by now, or the channel is not offered.
pub fn open_order(txn: &mut Txn<'_>, cashier: &Cashier, by: &Member, ask: &PayAsk) -> Result<Order, Problem> {
    let members: Vec<MemberId> = ask.members.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    if members.is_empty() {
        return Err(Problem::refused("dues.choose_members"));
    }
    if members.len() > MOST_MEMBERS {
        return Err(Problem::refused("dues.too_many_members").with("most", MOST_MEMBERS));
    }
    if !cashier.offered().contains(&ask.channel) {
        return Err(Problem::refused("dues.choose_channel").on("channel", "dues.choose_channel"));
    }
    let remark = remark(&ask.remark)?;
    only_authorised(txn, by, &members)?;
    let owed = if members == [by.id()] { vec![own(txn, by)?] } else { owed::owed(txn, &members)? };
    let lines = lines(by.id(), &owed)?;
    let total = lines.iter().try_fold(Fen::ZERO, |sum, (_, _, amount)| sum.checked_plus(*amount));
    if total != Some(ask.expected) {
        return Err(Problem::refused("dues.total_changed").with("total", total.unwrap_or_default()));
    }
    let payer = Payer::Member(by.id(), by.name().to_owned());
    cashier.open(txn, &NewOrder { purpose: settle::NAME, channel: ask.channel, payer, lines, remark })
}

/// What the payer himself owes: he may pay arrears whether the month is set or not, so nobody asks.
fn own(txn: &mut Txn<'_>, by: &Member) -> Result<Owed, Problem> {
    let today = txn.now().china_date();
    Ok(Owed::of(by.id(), store::due_of(txn, &[by.id()])?, &[], today))
}

/// What may be said beside a payment: one line, not too long.
pub(super) fn remark(text: &str) -> Result<String, Problem> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() > MOST_REMARK {
        return Err(Problem::refused("dues.remark_too_long").on("remark", "dues.remark_too_long"));
    }
    Ok(text)
}

/// Refuses whom the payer may not pay for. Without principals it asks nothing.
fn only_authorised(txn: &mut Txn<'_>, by: &Member, members: &[MemberId]) -> Result<(), Problem> {
    if members.iter().all(|member| *member == by.id()) {
        return Ok(());
    }
    let allowed: BTreeSet<MemberId> =
        delegations::payable_for(txn, by.id())?.into_iter().map(|principal| principal.member_id).collect();
    if members.iter().all(|member| *member == by.id() || allowed.contains(member)) {
        Ok(())
    } else {
        Err(Problem::refused("dues.not_authorised"))
    }
}

type Lines = Vec<(String, ejia_kernel::OrganizationId, Fen)>;

/// The lines of the order, by bill so that everybody takes bills in one order.
fn lines(payer: MemberId, owed: &[Owed]) -> Result<Lines, Problem> {
    use super::model::WindowBill;
    let unset = |owed: &&Owed| owed.member_id != payer && owed.window_bill == WindowBill::Missing;
    if owed.iter().any(|owed| unset(&owed)) {
        return Err(Problem::refused("dues.standard_missing"));
    }
    let mut bills: Vec<_> = owed.iter().flat_map(Owed::payable).collect();
    if bills.is_empty() {
        return Err(nothing_due(owed));
    }
    bills.sort_by_key(|bill| bill.id);
    Ok(bills.into_iter().map(|bill| (bill.id.to_string(), bill.organization_id, bill.amount)).collect())
}

/// Nothing can be paid: because nothing is owed, or because the time has not come.
fn nothing_due(owed: &[Owed]) -> Problem {
    match owed.iter().flat_map(|owed| &owed.later).map(|bill| bill.month).min() {
        Some(month) => {
            let (number, next) = (month.number(), month.next().number());
            Problem::refused("dues.not_open_yet").with("month", number).with("next", next)
        }
        None => Problem::refused("dues.nothing_due"),
    }
}
