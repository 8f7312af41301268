//! Opens an order.

use std::collections::HashSet;

use ejia_db::Txn;
use ejia_kernel::{Fen, OrderId, Problem};

use crate::cashier::Cashier;
use crate::channel::ChannelKind;
use crate::model::{LineState, NewOrder, Order, OrderLine, OrderState};
use crate::rules::{LIFE, next_question};
use crate::store::orders;

/// The longest remark, in characters.
const REMARK: usize = 200;

pub(crate) fn open(cashier: &Cashier, txn: &mut Txn<'_>, new: &NewOrder) -> Result<Order, Problem> {
    if !cashier.offers(new.channel) {
        return Err(Problem::refused("payments.channel_not_offered"));
    }
    let order = new_order(cashier, txn, new)?;
    let ask_at = next_question(order.opened_at, order.expires_at, order.opened_at);
    orders::insert(txn, &order, ask_at)?;
    Ok(order)
}

/// An open order, checked and not yet written down.
pub(super) fn new_order(cashier: &Cashier, txn: &Txn<'_>, new: &NewOrder) -> Result<Order, Problem> {
    let NewOrder { purpose, channel, payer, lines, remark } = new;
    let purpose = cashier.purpose(purpose)?;
    if lines.is_empty() {
        return Err(Problem::refused("payments.nothing_to_pay"));
    }
    if remark.chars().count() > REMARK {
        return Err(Problem::refused("payments.remark_too_long").on("remark", "payments.remark_too_long"));
    }
    let subjects: HashSet<&str> = lines.iter().map(|(subject, ..)| subject.as_str()).collect();
    if subjects.len() != lines.len() || lines.iter().any(|(.., amount)| *amount <= Fen::ZERO) {
        return Err(Problem::fault("an order with a line twice, or with a line of nothing"));
    }
    let amount = lines
        .iter()
        .try_fold(Fen::ZERO, |sum, (.., amount)| sum.checked_plus(*amount))
        .ok_or_else(|| Problem::fault("an order over more than can be counted"))?;
    let lines = lines
        .iter()
        .map(|(subject, organization_id, amount)| OrderLine {
            subject: subject.clone(),
            organization_id: *organization_id,
            amount: *amount,
            state: LineState::Open,
        })
        .collect();
    let now = txn.now();
    // Cash is there when it is registered; nothing can come later.
    let expires_at = if *channel == ChannelKind::Cash { now } else { now.plus(LIFE) };
    Ok(Order {
        id: OrderId::new(now),
        purpose: purpose.name.to_owned(),
        channel: *channel,
        payer: payer.clone(),
        amount,
        remark: remark.clone(),
        state: OrderState::Open,
        opened_at: now,
        expires_at,
        paid_at: None,
        trade: None,
        closed_at: None,
        lines,
    })
}
