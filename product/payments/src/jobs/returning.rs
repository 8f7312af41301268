//! Sends money back, once: after a try whose end nobody knows the channel is asked before it is told again.

use ejia_db::{Desk, Txn};
use ejia_jobs::JobFault;
use ejia_kernel::{Problem, RefundId};

use crate::cashier::{Cashier, NoAnswer};
use crate::channel::{Channel, ChannelFault, RefundAsk, RefundState};
use crate::operations::told_of_refund;
use crate::rules::RefundProgress;
use crate::store::refunds::{self, Refund};

/// One try. What stays open is found again by the sweep when it is due.
pub(super) fn send(desk: &Desk, cashier: &Cashier, id: RefundId) -> Result<(), JobFault> {
    let Some((refund, ask)) = desk.write_now(move |txn| take_in_hand(txn, id))? else { return Ok(()) };
    let told = match cashier.call(refund.channel, |channel| ask_or_send(channel, &refund, &ask)) {
        Ok(told) => told,
        Err(NoAnswer::Fault(ChannelFault::Refused(code))) => RefundState::Refused(code),
        Err(NoAnswer::Busy) => return Ok(()),
        Err(NoAnswer::Fault(fault)) => {
            tracing::warn!(channel = refund.channel.code(), refund = %id, ?fault, "no word of a refund");
            return Ok(());
        }
    };
    desk.write_now(move |txn| match refunds::lock(txn, id)? {
        Some(refund) => told_of_refund::advance(txn, &refund, &told),
        None => Ok(()),
    })?;
    Ok(())
}

/// The first try sends; every later one asks first, and sends (under the same number) only what the channel has never
/// heard of, or what it had refused before somebody asked for another try.
fn ask_or_send(channel: &dyn Channel, refund: &Refund, ask: &RefundAsk) -> Result<RefundState, ChannelFault> {
    if refund.tries == 0 {
        return channel.refund(ask);
    }
    match channel.refund_state(ask)? {
        RefundState::Unheard => channel.refund(ask),
        RefundState::Refused(_) if !refund.fault.is_empty() => channel.refund(ask),
        told => Ok(told),
    }
}

fn take_in_hand(txn: &mut Txn<'_>, id: RefundId) -> Result<Option<(Refund, RefundAsk)>, Problem> {
    let Some(refund) = refunds::lock(txn, id)? else { return Ok(None) };
    let waiting = matches!(refund.state, RefundProgress::Asked | RefundProgress::Underway);
    let due = refund.tries == 0 || refund.due_at <= txn.now();
    if !waiting || !due || !refunds::take_in_hand(txn, &refund)? {
        return Ok(None);
    }
    let ask = refunds::ask_of(txn, &refund)?;
    Ok(Some((refund, ask)))
}
