//! Settles an order whose money has come in full: its purpose decides on the lines, the journal takes the money in, and
//! what does not count goes back.

use ejia_audit::Entry;
use ejia_db::Txn;
use ejia_kernel::{Fen, OrderId, OrganizationId, PaymentId, Problem};

use super::send_back::{SendBack, send_back};
use crate::cashier::Cashier;
use crate::channel::ChannelKind;
use crate::events::{Event, EventKind};
use crate::jobs;
use crate::journal::{Account, Balanced, Why};
use crate::model::{HowLearned, LineState, Order, OrderLine, OrderState, SettledOrder};
use crate::rules::{MoneyVerdict, Shares, share};
use crate::store::{events, journal, money, orders};

/// `order` has just become paid; its lines are as they lie in the table.
pub(super) fn settle(
    cashier: &Cashier,
    txn: &mut Txn<'_>,
    order: &Order,
    found: Vec<orders::Line>,
    (payment, how): (PaymentId, HowLearned),
) -> Result<(), Problem> {
    let has_rivals = found.iter().any(|line| line.wanted_twice);
    let lines = found.into_iter().map(|line| line.in_order(OrderState::Open)).collect();
    let shares = decide(cashier, txn, order, lines)?;
    if shares.settled.is_empty() {
        let reason = shares.back.first().map_or("", |(reason, ..)| reason);
        money::judged(txn, payment, MoneyVerdict::GivenBack, Some(order.id), reason)?;
    }
    let mut credits: Vec<(Account, Fen)> =
        shares.settled.iter().map(|line| (Account::Dues(line.organization_id), line.amount)).collect();
    credits.extend(shares.back.iter().map(|(.., sum)| (Account::OwedBack, *sum)));
    let debits = [(Account::Clearing(order.channel), order.amount)];
    journal::write(txn, &Balanced::new(Why::Received, order.id, &debits, &credits)?)?;
    give_lines_back(txn, order, payment, &shares)?;
    note_how(txn, order, how)?;
    let entry = Entry::new(&order.payer.actor(), "payments.order_paid")
        .about("order", order.id)
        .with("channel", order.channel.label())
        .with("amount", order.amount);
    ejia_audit::record(txn, entry)?;
    if has_rivals { close_rivals(txn, order.id) } else { Ok(()) }
}

/// Asks the purpose; the lines that count stand settled afterwards.
pub(super) fn decide(
    cashier: &Cashier,
    txn: &mut Txn<'_>,
    order: &Order,
    lines: Vec<OrderLine>,
) -> Result<Shares, Problem> {
    let purpose = cashier.purpose(&order.purpose)?;
    let settled = SettledOrder {
        id: order.id,
        channel: order.channel,
        payer: order.payer.clone(),
        lines,
        paid_at: order.paid_at.unwrap_or_else(|| txn.now()),
        remark: order.remark.clone(),
    };
    let verdicts = (purpose.settle)(txn, &settled)?;
    let mut shares = share(&settled.lines, &verdicts)
        .ok_or_else(|| Problem::fault(format!("{} answered not one verdict for each line", purpose.name)))?;
    for line in &mut shares.settled {
        line.state = LineState::Settled;
    }
    Ok(shares)
}

fn give_lines_back(txn: &mut Txn<'_>, order: &Order, payment: PaymentId, shares: &Shares) -> Result<(), Problem> {
    for (reason, positions, sum) in &shares.back {
        orders::give_back_lines(txn, order.id, positions)?;
        let ask = SendBack {
            order: order.id,
            payment,
            channel: order.channel,
            organization: None,
            amount: *sum,
            reason,
            event: EventKind::LineGoesBack,
        };
        send_back(txn, &ask)?;
    }
    Ok(())
}

/// A payment that the channel did not tell by itself is worth a step of its own.
fn note_how(txn: &mut Txn<'_>, order: &Order, how: HowLearned) -> Result<(), Problem> {
    let kind = match how {
        HowLearned::Notified | HowLearned::Registered => return Ok(()),
        HowLearned::Asked => EventKind::FoundByAsking,
        HowLearned::Statement => EventKind::FoundInStatement,
    };
    let detail = order.trade.as_deref().unwrap_or_default();
    events::insert(
        txn,
        &Event { order: Some(order.id), channel: order.channel, kind, amount: Some(order.amount), detail },
    )
}

/// Whoever stands at the counter with another order for the same is to be turned away there.
pub(super) fn close_rivals(txn: &mut Txn<'_>, paid: OrderId) -> Result<(), Problem> {
    for rival in orders::rivals(txn, paid)? {
        ejia_jobs::enqueue(txn, jobs::CLOSE, jobs::About { order: rival })?;
    }
    Ok(())
}

/// The account that the money of a channel stands on.
pub(super) fn clearing(kind: ChannelKind, organization: Option<OrganizationId>) -> Account {
    match (kind, organization) {
        (ChannelKind::Cash, Some(organization)) => Account::Cash(organization),
        _ => Account::Clearing(kind),
    }
}
