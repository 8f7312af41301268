//! Asks a channel what became of an order, and closes what nobody paid.

use std::time::Duration;

use ejia_db::{Desk, Txn};
use ejia_jobs::JobFault;
use ejia_kernel::{OrderId, Problem};

use super::{ASK, About, CLOSE};
use crate::cashier::{Cashier, NoAnswer, charge};
use crate::channel::{ChannelFault, Closing, Found, Notice, Paid};
use crate::events::{Event, EventKind};
use crate::model::{HowLearned, Order, OrderState};
use crate::rules::PATIENCE;
use crate::store::{events, orders};

/// When enough calls to a channel are under way, the next one waits so long.
const TURN: Duration = Duration::from_secs(10);

/// What a channel said of an open order.
enum Heard {
    Paid(Paid),
    Unpaid,
    Closed,
}

/// Asks after an order; after its end, has it closed.
pub(super) fn ask(desk: &Desk, cashier: &Cashier, id: OrderId) -> Result<(), JobFault> {
    let Some(order) = open_order(desk, id)? else { return Ok(()) };
    let expired = desk.now() >= order.expires_at;
    let heard = cashier.call(order.channel, |channel| {
        let charge = charge(&order);
        if expired {
            channel.close(&charge).map(|closing| match closing {
                Closing::Closed => Heard::Closed,
                Closing::Paid(paid) => Heard::Paid(paid),
            })
        } else {
            channel.query(&charge).map(|found| match found {
                Found::Paid(paid) => Heard::Paid(paid),
                Found::Unpaid => Heard::Unpaid,
                Found::Closed => Heard::Closed,
            })
        }
    });
    let end = if expired { EventKind::Expired } else { EventKind::ClosedThere };
    match heard {
        Ok(Heard::Paid(paid)) => take(desk, cashier, &order, &paid, expired.then_some(end)),
        Ok(Heard::Closed) => Ok(desk.write_now(move |txn| close(txn, &order, end))?),
        Ok(Heard::Unpaid) => Ok(()),
        Err(NoAnswer::Busy) => again(desk, ASK, id),
        Err(NoAnswer::Fault(fault)) => unanswered(desk, &order, &fault),
    }
}

/// Closes an order because what it pays was paid otherwise; money that came before goes back as its lines are judged.
pub(super) fn close_rival(desk: &Desk, cashier: &Cashier, id: OrderId) -> Result<(), JobFault> {
    let Some(order) = open_order(desk, id)? else { return Ok(()) };
    let end = EventKind::ClosedAsPaidElsewhere;
    match cashier.call(order.channel, |channel| channel.close(&charge(&order))) {
        Ok(Closing::Closed) => Ok(desk.write_now(move |txn| close(txn, &order, end))?),
        Ok(Closing::Paid(paid)) => take(desk, cashier, &order, &paid, Some(end)),
        Err(NoAnswer::Busy) => again(desk, CLOSE, id),
        Err(NoAnswer::Fault(fault)) => unanswered(desk, &order, &fault),
    }
}

fn open_order(desk: &Desk, id: OrderId) -> Result<Option<Order>, Problem> {
    let order = desk.read_now(move |txn| orders::load(txn, id))?;
    Ok(order.filter(|order| order.state == OrderState::Open))
}

/// Takes the money; an order that stays open in spite of it (the money went back) is closed when its end has come.
fn take(desk: &Desk, cashier: &Cashier, order: &Order, paid: &Paid, end: Option<EventKind>) -> Result<(), JobFault> {
    let (cashier, order, notice) = (cashier.clone(), order.clone(), Notice::Paid(paid.clone()));
    desk.write_now(move |txn| {
        cashier.take(txn, order.channel, HowLearned::Asked, &notice)?;
        match end {
            Some(end) => close(txn, &order, end),
            None => Ok(()),
        }
    })?;
    Ok(())
}

fn close(txn: &mut Txn<'_>, order: &Order, kind: EventKind) -> Result<(), Problem> {
    if orders::close(txn, order.id)? {
        let event = Event { order: Some(order.id), channel: order.channel, kind, amount: None, detail: "" };
        events::insert(txn, &event)?;
    }
    Ok(())
}

fn again(desk: &Desk, job: &'static str, id: OrderId) -> Result<(), JobFault> {
    desk.write_now(move |txn| {
        let soon = txn.now().plus(TURN);
        ejia_jobs::enqueue_at(txn, job, About { order: id }, soon).map(drop)
    })?;
    Ok(())
}

/// The channel is asked again when its next time comes. One that has been silent for a day is waited for no more.
fn unanswered(desk: &Desk, order: &Order, fault: &ChannelFault) -> Result<(), JobFault> {
    tracing::warn!(channel = order.channel.code(), order = %order.id, ?fault, "no word of an order");
    if desk.now() >= order.expires_at.plus(PATIENCE) {
        let order = order.clone();
        desk.write_now(move |txn| close(txn, &order, EventKind::ClosedUnanswered))?;
    }
    Ok(())
}
