//! What a person does about refunds: has a refused one tried again, notes that cash was handed back.

use ejia_audit::Entry;
use ejia_db::Txn;
use ejia_kernel::{OrderId, Problem, RefundId};
use ejia_web::Officer;

use super::told_of_refund::{gone_back, traced};
use crate::events::{Event, EventKind};
use crate::jobs;
use crate::rules::RefundProgress;
use crate::store::refunds::Refund;
use crate::store::{events, refunds};

/// Has a refund that the channel refused tried again, under its old number; answers its order.
///
/// # Errors
/// `payments.city_only`, `payments.no_such_refund`, `payments.refund_not_refused`.
pub(crate) fn retry(txn: &mut Txn<'_>, by: &Officer, id: RefundId) -> Result<Option<OrderId>, Problem> {
    super::explain::city_only(by)?;
    let refund = refunds::lock(txn, id)?.ok_or_else(no_such_refund)?;
    if refund.state != RefundProgress::Refused {
        return Err(Problem::conflict("payments.refund_not_refused"));
    }
    // The code of the refusal stays: it tells the job that an old refusal is not the answer to this try.
    refunds::advance(txn, id, RefundProgress::Asked, &refund.fault)?;
    refunds::make_due(txn, id)?;
    note(txn, &refund, EventKind::RefundRetried)?;
    ejia_audit::record(txn, traced(&refund, Entry::new(&by.actor(), "payments.refund_retried")))?;
    ejia_jobs::enqueue(txn, jobs::REFUND, jobs::Returning { refund: id })?;
    Ok(refund.order_id)
}

/// Notes that the branch has handed cash back; answers the order.
///
/// # Errors
/// `payments.no_such_refund` when there is none that the officer oversees, `payments.refund_not_by_hand`.
pub(crate) fn hand_back(txn: &mut Txn<'_>, by: &Officer, id: RefundId) -> Result<Option<OrderId>, Problem> {
    let locked = refunds::lock(txn, id)?;
    let refund = overseen(txn, by, locked)?;
    if refund.state != RefundProgress::ByHand {
        return Err(Problem::conflict("payments.refund_not_by_hand"));
    }
    refunds::advance(txn, id, RefundProgress::Done, "")?;
    gone_back(txn, &refund)?;
    note(txn, &refund, EventKind::HandedBack)?;
    ejia_audit::record(txn, traced(&refund, Entry::new(&by.actor(), "payments.cash_handed_back")))?;
    Ok(refund.order_id)
}

/// The refund, if its money goes back to an organization that the officer oversees. For everybody else there is none.
///
/// # Errors
/// `payments.no_such_refund`.
pub(crate) fn overseen(txn: &mut Txn<'_>, by: &Officer, found: Option<Refund>) -> Result<Refund, Problem> {
    let tree = ejia_directory::tree(txn)?;
    let here = |refund: &Refund| refund.organization_id.and_then(|id| tree.get(id)).map(|node| &node.path);
    found.filter(|refund| here(refund).is_some_and(|path| by.oversees(path))).ok_or_else(no_such_refund)
}

/// What somebody hears who asks for a refund that is not his.
pub(crate) fn no_such_refund() -> Problem {
    Problem::not_found("payments.no_such_refund")
}

fn note(txn: &mut Txn<'_>, refund: &Refund, kind: EventKind) -> Result<(), Problem> {
    let amount = Some(refund.amount);
    events::insert(txn, &Event { order: refund.order_id, channel: refund.channel, kind, amount, detail: "" })
}
