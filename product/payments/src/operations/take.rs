//! Takes money that a channel says has come in. The usual way costs a handful of statements; everything else goes by
//! the lock of the order's row and [`judge`].

use ejia_audit::{Actor, Entry};
use ejia_db::Txn;
use ejia_kernel::{Fen, OrderId, PaymentId, Problem};

use super::send_back::{SendBack, send_back};
use super::settle::settle;
use crate::cashier::Cashier;
use crate::channel::{ChannelKind, Means, Paid, StatementKind};
use crate::events::{Event, EventKind};
use crate::journal::{Account, Balanced, Why};
use crate::model::{HowLearned, Order};
use crate::reconciliation::{Difference, DifferenceKind};
use crate::rules::{Back, Facts, MoneyVerdict, Verdict, judge};
use crate::store::{differences, events, journal, money, orders};

pub(crate) fn take(
    cashier: &Cashier,
    txn: &mut Txn<'_>,
    kind: ChannelKind,
    how: HowLearned,
    paid: &Paid,
) -> Result<(), Problem> {
    if paid.amount <= Fen::ZERO || paid.trade.is_empty() {
        return super::disbelieve::note(txn, kind, EventKind::Nonsense, &paid.order);
    }
    let payment = PaymentId::new(txn.now());
    // The unique key of (channel, trade) is the gate: of two who bring the same word, one waits here for the other, and
    // finds that his money was not written down.
    money::insert(txn, payment, kind, how, paid)?;
    let order_id: Option<OrderId> = paid.order.parse().ok();
    if let Some(id) = order_id
        && paid.means != Means::Credit
        && let Some((order, lines)) = orders::mark_paid(txn, id, kind, (payment, paid))?
    {
        return settle(cashier, txn, &order, lines, (payment, how));
    }
    if !money::is_new(txn, payment)? {
        return known_already(txn, kind, paid);
    }
    let order = match order_id {
        Some(id) => orders::lock(txn, id)?,
        None => None,
    };
    let facts = order.as_ref().map(facts);
    match (judge(facts.as_ref(), kind, paid), order) {
        (Verdict::GiveBack(back), Some(order)) => give_all_back(txn, kind, payment, &order, paid, back),
        (Verdict::Settle, Some(order)) => {
            // Only when the order was written down between the two looks.
            let paid = orders::mark_paid(txn, order.id, kind, (payment, paid))?;
            let (order, lines) = paid.ok_or_else(|| Problem::fault("the two roads of judging money differ"))?;
            settle(cashier, txn, &order, lines, (payment, how))
        }
        _ => keep_as_stray(txn, kind, payment, paid),
    }
}

pub(crate) fn facts(order: &Order) -> Facts {
    Facts { channel: order.channel, amount: order.amount, state: order.state, expires_at: order.expires_at }
}

/// A trade that was told before. The same again is nothing; something else is for administrators to see, once.
fn known_already(txn: &mut Txn<'_>, kind: ChannelKind, paid: &Paid) -> Result<(), Problem> {
    let known = money::of_trade(txn, kind, &paid.trade)?
        .ok_or_else(|| Problem::fault("a trade that is known and cannot be found"))?;
    if known.number == paid.order && known.amount == paid.amount {
        return Ok(());
    }
    let event = Event {
        order: known.order_id,
        channel: kind,
        kind: EventKind::Contradiction,
        amount: Some(paid.amount),
        detail: &paid.trade,
    };
    if events::is_noted(txn, &event)? { Ok(()) } else { events::insert(txn, &event) }
}

fn give_all_back(
    txn: &mut Txn<'_>,
    kind: ChannelKind,
    payment: PaymentId,
    order: &Order,
    paid: &Paid,
    back: Back,
) -> Result<(), Problem> {
    money::judged(txn, payment, MoneyVerdict::GivenBack, Some(order.id), back.reason())?;
    let received = [(Account::Clearing(kind), paid.amount)];
    journal::write(txn, &Balanced::new(Why::Received, order.id, &received, &[(Account::OwedBack, paid.amount)])?)?;
    let ask = SendBack {
        order: order.id,
        payment,
        channel: kind,
        organization: None,
        amount: paid.amount,
        reason: back.reason(),
        event: EventKind::GoesBack,
    };
    send_back(txn, &ask)
}

/// Nobody knows whose money it is: it stands in the journal and in the list of differences until somebody does.
fn keep_as_stray(txn: &mut Txn<'_>, kind: ChannelKind, payment: PaymentId, paid: &Paid) -> Result<(), Problem> {
    money::judged(txn, payment, MoneyVerdict::Stray, None, "")?;
    let received = [(Account::Clearing(kind), paid.amount)];
    journal::write(txn, &Balanced::new(Why::Received, payment, &received, &[(Account::Stray, paid.amount)])?)?;
    let event =
        Event { order: None, channel: kind, kind: EventKind::Stray, amount: Some(paid.amount), detail: &paid.trade };
    events::insert(txn, &event)?;
    let difference = Difference {
        channel: kind,
        day: paid.day,
        kind: DifferenceKind::Stray,
        about: StatementKind::Payment,
        number: paid.order.clone(),
        trade: paid.trade.clone(),
        here: Some(paid.amount),
        there: Some(paid.amount),
        order_id: None,
    };
    differences::insert(txn, &difference)?;
    let entry = Entry::new(&Actor::System, "payments.stray_taken")
        .about("payment", payment)
        .with("channel", kind.label())
        .with("amount", paid.amount);
    ejia_audit::record(txn, entry)
}
