//! Sends money back: a refund with its job; for cash, a note for the branch.

use ejia_audit::{Actor, Entry};
use ejia_db::Txn;
use ejia_kernel::{Fen, OrderId, OrganizationId, PaymentId, Problem, RefundId};

use crate::channel::ChannelKind;
use crate::events::{Event, EventKind};
use crate::jobs;
use crate::rules::{RefundProgress, refund_pause};
use crate::store::refunds::Refund;
use crate::store::{events, refunds};

/// What goes back, and why.
pub(super) struct SendBack<'a> {
    pub(super) order: OrderId,
    pub(super) payment: PaymentId,
    pub(super) channel: ChannelKind,
    /// For cash: whose cash box.
    pub(super) organization: Option<OrganizationId>,
    pub(super) amount: Fen,
    /// The code of the reason.
    pub(super) reason: &'a str,
    pub(super) event: EventKind,
}

/// Writes the refund, its step and its trace down, and has it sent. The journal is the caller's.
pub(super) fn send_back(txn: &mut Txn<'_>, ask: &SendBack<'_>) -> Result<(), Problem> {
    let SendBack { order, payment, channel, organization, amount, reason, event } = *ask;
    let now = txn.now();
    let by_hand = channel == ChannelKind::Cash;
    let refund = Refund {
        id: RefundId::new(now),
        payment_id: payment,
        order_id: Some(order),
        channel,
        organization_id: organization,
        amount,
        reason: reason.to_owned(),
        state: if by_hand { RefundProgress::ByHand } else { RefundProgress::Asked },
        tries: 0,
        asked_at: now,
        // Should the job be lost, the sweep finds it then.
        due_at: now.plus(refund_pause(1)),
        fault: String::new(),
        ended_at: None,
    };
    refunds::insert(txn, &refund)?;
    events::insert(txn, &Event { order: Some(order), channel, kind: event, amount: Some(amount), detail: reason })?;
    let entry = Entry::new(&Actor::System, "payments.refund_asked")
        .about("order", order)
        .with("refund", refund.id)
        .with("amount", amount)
        .with("reason", reason);
    ejia_audit::record(txn, entry)?;
    if !by_hand {
        ejia_jobs::enqueue(txn, jobs::REFUND, jobs::Returning { refund: refund.id })?;
        ejia_jobs::enqueue(txn, jobs::MONEY_BACK, jobs::Returning { refund: refund.id })?;
    }
    Ok(())
}
