//! The jobs of this crate: ask after orders, close them, send money back, compare statements.

mod asking;
mod reconciling;
mod returning;
mod sweeping;

use std::time::Duration;

use ejia_jobs::Handlers;
use ejia_kernel::{Date, OrderId, RefundId};
use serde::{Deserialize, Serialize};

use crate::cashier::Cashier;
use crate::channel::ChannelKind;

/// Asks a channel what became of an order.
pub(crate) const ASK: &str = "payments.ask";
/// Closes an order whose lines were paid otherwise.
pub(crate) const CLOSE: &str = "payments.close";
/// Sends money back, or asks what became of it.
pub(crate) const REFUND: &str = "payments.refund";
/// Announced to whoever tells people: money is on its way back over its channel. The payload is `{refund}`.
pub const MONEY_BACK: &str = "payments.money_back";
/// Compares a channel's statement of a day.
pub(crate) const RECONCILE: &str = "payments.reconcile";
/// Finds what is to be asked after.
const SWEEP: &str = "payments.sweep";
/// Finds the days whose statements are missing.
const STATEMENTS: &str = "payments.statements";

/// What the jobs about an order know.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct About {
    pub(crate) order: OrderId,
}

/// What the job about a refund knows.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Returning {
    pub(crate) refund: RefundId,
}

/// What the job about a statement knows.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct OfDay {
    pub(crate) channel: ChannelKind,
    pub(crate) day: Date,
}

/// Adds this crate's jobs, with the cashier whose channels they call.
#[must_use]
pub fn handlers(handlers: Handlers, cashier: &Cashier) -> Handlers {
    let (asks, closes, returns, compares) = (cashier.clone(), cashier.clone(), cashier.clone(), cashier.clone());
    let offered = cashier.offered();
    handlers
        .on(ASK, move |job, desk| asking::ask(desk, &asks, job.payload::<About>()?.order))
        .on(CLOSE, move |job, desk| asking::close_rival(desk, &closes, job.payload::<About>()?.order))
        .on(REFUND, move |job, desk| returning::send(desk, &returns, job.payload::<Returning>()?.refund))
        .on(RECONCILE, move |job, desk| reconciling::reconcile(job, desk, &compares, job.payload::<OfDay>()?))
        .every(SWEEP, Duration::from_mins(1), |desk| Ok(desk.write_now(sweeping::sweep)?))
        .every(STATEMENTS, Duration::from_mins(15), move |desk| sweeping::statements(desk, &offered))
}
