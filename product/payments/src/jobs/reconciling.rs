//! Compares a channel's statement of a day with the books: what is missing here is taken in, every difference is listed.

use ejia_db::{Desk, Txn};
use ejia_jobs::{Job, JobFault};
use ejia_kernel::{Date, Fen, Instant, OrderId, Problem};

use super::OfDay;
use crate::cashier::{Cashier, NoAnswer, charge};
use crate::channel::{ChannelKind, Found, Means, Notice, Paid, RefundState, StatementKind, StatementLine};
use crate::model::{HowLearned, Order};
use crate::operations::told_of_refund;
use crate::reconciliation::{Difference, DifferenceKind, Remedy, Totals, compare};
use crate::rules::RefundProgress;
use crate::store::money::Money;
use crate::store::{differences, money, orders, refunds};

/// One day of one channel. A day whose statement is not there yet is tried again by the schedule.
pub(super) fn reconcile(job: &Job, desk: &Desk, cashier: &Cashier, of: OfDay) -> Result<(), JobFault> {
    let OfDay { channel, day } = of;
    let known = desk.read_now(move |txn| differences::statements(txn, day, day))?;
    if known.iter().any(|done| done.channel == channel) {
        return Ok(());
    }
    let lines = match cashier.call(channel, |channel| channel.statement(day)) {
        Ok(Some(lines)) => lines,
        Ok(None) | Err(NoAnswer::Busy) => return Ok(()),
        Err(NoAnswer::Fault(fault)) => {
            tracing::warn!(channel = channel.code(), %day, ?fault, "no statement");
            return Ok(());
        }
    };
    let ours = desk.read_now(move |txn| money::of_day(txn, channel, day))?;
    let findings = compare(&lines, &ours);
    for line in findings.missing_here {
        job.renew(desk)?;
        missing_here(desk, cashier, of, &line)?;
    }
    let (missing_there, differing) = (findings.missing_there, findings.amount_differs);
    let totals = Totals::of(&lines);
    desk.write_now(move |txn| {
        for money in &missing_there {
            differences::insert(txn, &about_money(of, DifferenceKind::MissingThere, money, None))?;
        }
        for (money, there) in &differing {
            differences::insert(txn, &about_money(of, DifferenceKind::AmountDiffers, money, Some(*there)))?;
        }
        for line in lines.iter().filter(|line| line.kind == StatementKind::Refund) {
            refund_listed(txn, of, line)?;
        }
        refunds_not_listed(txn, of)?;
        differences::compared(txn, channel, day, totals)
    })?;
    Ok(())
}

fn about_money(of: OfDay, kind: DifferenceKind, money: &Money, there: Option<Fen>) -> Difference {
    Difference {
        channel: of.channel,
        day: of.day,
        kind,
        about: StatementKind::Payment,
        number: money.number.clone(),
        trade: money.trade.clone(),
        here: Some(money.amount),
        there,
        order_id: money.order_id,
    }
}

/// A payment that is listed there and not among the day's here: it lies under another day, or it is taken in now.
fn missing_here(desk: &Desk, cashier: &Cashier, of: OfDay, line: &StatementLine) -> Result<(), JobFault> {
    let (asked, trade) = (of.channel, line.trade.clone());
    if let Some(known) = desk.read_now(move |txn| money::of_trade(txn, asked, &trade))? {
        let line = line.clone();
        return Ok(desk.write_now(move |txn| under_another_day(txn, of, &line, &known))?);
    }
    let number = line.number.clone();
    let order = desk.read_now(move |txn| match number.parse::<OrderId>() {
        Ok(id) => orders::load(txn, id),
        Err(_) => Ok(None),
    })?;
    let paid = told_by_channel(cashier, of.channel, order.as_ref(), line)
        .unwrap_or_else(|| told_by_statement(of.day, order.as_ref(), line));
    let (cashier, line) = (cashier.clone(), line.clone());
    desk.write_now(move |txn| {
        if let Some(order) = &order {
            let difference = Difference {
                channel: of.channel,
                day: of.day,
                kind: DifferenceKind::MissingHere,
                about: StatementKind::Payment,
                number: line.number.clone(),
                trade: line.trade.clone(),
                here: None,
                there: Some(line.amount),
                order_id: Some(order.id),
            };
            differences::insert(txn, &difference)?;
        }
        cashier.take(txn, of.channel, HowLearned::Statement, &Notice::Paid(paid.clone()))?;
        let about = (line.number.as_str(), line.trade.as_str());
        differences::resolve(txn, of.channel, StatementKind::Payment, DifferenceKind::MissingHere, about, Remedy::Taken)
    })?;
    Ok(())
}

/// The statement is the truth about the day.
fn under_another_day(txn: &mut Txn<'_>, of: OfDay, line: &StatementLine, known: &Money) -> Result<(), Problem> {
    money::listed_on(txn, known.id, of.day)?;
    let about = (known.number.as_str(), known.trade.as_str());
    let (payment, missing) = (StatementKind::Payment, DifferenceKind::MissingThere);
    differences::resolve(txn, of.channel, payment, missing, about, Remedy::ListedLater)?;
    if known.amount != line.amount {
        let difference = about_money(of, DifferenceKind::AmountDiffers, known, Some(line.amount));
        differences::insert(txn, &difference)?;
    }
    Ok(())
}

/// The channel knows more of a payment than its statement (what it was paid with, when).
fn told_by_channel(cashier: &Cashier, kind: ChannelKind, order: Option<&Order>, line: &StatementLine) -> Option<Paid> {
    let order = order.filter(|order| order.channel == kind)?;
    match cashier.call(kind, |channel| channel.query(&charge(order))) {
        Ok(Found::Paid(paid)) => (paid.trade == line.trade && paid.amount == line.amount).then_some(paid),
        _ => None,
    }
}

/// The statement's word. It names no time: the order's own is taken, so that an open order is not called late.
fn told_by_statement(day: Date, order: Option<&Order>, line: &StatementLine) -> Paid {
    let start = Instant::start_of(day);
    Paid {
        order: line.number.clone(),
        trade: line.trade.clone(),
        amount: line.amount,
        paid_at: order.map_or(start, |order| order.opened_at.max(start)),
        day,
        means: Means::Untold,
    }
}

fn refund_listed(txn: &mut Txn<'_>, of: OfDay, line: &StatementLine) -> Result<(), Problem> {
    let difference = |kind, here, order_id| Difference {
        channel: of.channel,
        day: of.day,
        kind,
        about: StatementKind::Refund,
        number: line.number.clone(),
        trade: line.trade.clone(),
        here,
        there: Some(line.amount),
        order_id,
    };
    let found = refunds::for_statement(txn, of.channel, &line.number, line.amount)?;
    let Some(refund) = found else {
        return differences::insert(txn, &difference(DifferenceKind::MissingHere, None, None));
    };
    if refund.amount != line.amount {
        let kind = DifferenceKind::AmountDiffers;
        differences::insert(txn, &difference(kind, Some(refund.amount), refund.order_id))?;
    }
    if refund.state != RefundProgress::Done {
        let kind = DifferenceKind::MissingHere;
        differences::insert(txn, &difference(kind, None, refund.order_id))?;
        told_of_refund::advance(txn, &refund, &RefundState::Done)?;
        let about = (line.number.as_str(), line.trade.as_str());
        differences::resolve(txn, of.channel, StatementKind::Refund, kind, about, Remedy::RefundNoted)?;
    }
    refunds::listed(txn, refund.id, of.day)?;
    let own = refund.id.to_string();
    let missing = DifferenceKind::MissingThere;
    differences::resolve(txn, of.channel, StatementKind::Refund, missing, (&own, ""), Remedy::ListedLater)
}

/// A refund that is done and neither in the statement of its day nor in that of the day after.
fn refunds_not_listed(txn: &mut Txn<'_>, of: OfDay) -> Result<(), Problem> {
    for refund in refunds::unlisted(txn, of.channel, of.day.plus_days(-1))? {
        let difference = Difference {
            channel: of.channel,
            day: of.day,
            kind: DifferenceKind::MissingThere,
            about: StatementKind::Refund,
            number: refund.id.to_string(),
            trade: String::new(),
            here: Some(refund.amount),
            there: None,
            order_id: refund.order_id,
        };
        differences::insert(txn, &difference)?;
    }
    Ok(())
}
