//! Takes word of money that goes back, from a notification, an answer or a statement.

use ejia_audit::{Actor, Entry};
use ejia_db::Txn;
use ejia_kernel::{Problem, RefundId};

use super::settle::clearing;
use crate::channel::{ChannelKind, RefundState};
use crate::events::{Event, EventKind};
use crate::journal::{Account, Balanced, Why};
use crate::rules::{RefundProgress, refund_after};
use crate::store::refunds::Refund;
use crate::store::{events, journal, refunds};

/// A channel tells of a refund by its number; one that is none of ours is noted.
pub(crate) fn told(txn: &mut Txn<'_>, kind: ChannelKind, number: &str, state: &RefundState) -> Result<(), Problem> {
    let refund = match number.parse::<RefundId>() {
        Ok(id) => refunds::lock(txn, id)?,
        Err(_) => None,
    };
    match refund {
        Some(refund) if refund.channel == kind => advance(txn, &refund, state),
        _ => super::disbelieve::note(txn, kind, EventKind::RefundUnknown, number),
    }
}

/// Writes down how far a refund (its row locked) has come, if that is news.
pub(crate) fn advance(txn: &mut Txn<'_>, refund: &Refund, state: &RefundState) -> Result<(), Problem> {
    let Some(next) = refund_after(refund.state, state) else { return Ok(()) };
    let fault = if let RefundState::Refused(code) = state { code.as_str() } else { "" };
    refunds::advance(txn, refund.id, next, fault)?;
    let kind = match next {
        RefundProgress::Done => EventKind::RefundDone,
        RefundProgress::Refused => EventKind::RefundRefused,
        _ => EventKind::RefundUnderway,
    };
    let step =
        Event { order: refund.order_id, channel: refund.channel, kind, amount: Some(refund.amount), detail: fault };
    events::insert(txn, &step)?;
    match next {
        RefundProgress::Done => {
            gone_back(txn, refund)?;
            let entry = traced(refund, Entry::new(&Actor::System, "payments.refund_done"));
            ejia_audit::record(txn, entry)
        }
        RefundProgress::Refused => {
            let entry = traced(refund, Entry::new(&Actor::System, "payments.refund_refused")).with("code", fault);
            ejia_audit::record(txn, entry)
        }
        _ => Ok(()),
    }
}

/// The journal's entry for money that has gone back.
pub(super) fn gone_back(txn: &mut Txn<'_>, refund: &Refund) -> Result<(), Problem> {
    let from = clearing(refund.channel, refund.organization_id);
    let debits = [(Account::OwedBack, refund.amount)];
    journal::write(txn, &Balanced::new(Why::Refunded, refund.id, &debits, &[(from, refund.amount)])?)
}

/// The trace of a refund lies with its order.
pub(super) fn traced(refund: &Refund, entry: Entry) -> Entry {
    let entry = match refund.order_id {
        Some(order) => entry.about("order", order),
        None => entry.about("refund", refund.id),
    };
    entry.with("refund", refund.id).with("amount", refund.amount)
}
