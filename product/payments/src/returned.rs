//! Money on its way back, as those who tell people about it see it.

use ejia_db::Txn;
use ejia_kernel::{Fen, Instant, OrderId, Problem, RefundId};

use crate::channel::ChannelKind;
use crate::rules::RefundProgress;
use crate::store::refunds::{self, Refund};

/// Money of an order that goes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returned {
    /// The order it came by.
    pub order: Option<OrderId>,
    /// Over which channel it goes back; cash is handed back by the branch.
    pub channel: ChannelKind,
    /// How much.
    pub amount: Fen,
    /// The code of the reason, which has a sentence.
    pub reason: String,
    /// How far it has come.
    pub progress: RefundProgress,
    /// Since when it is on its way.
    pub asked_at: Instant,
    /// When it was done or refused.
    pub ended_at: Option<Instant>,
}

impl From<Refund> for Returned {
    fn from(refund: Refund) -> Self {
        let Refund { order_id, channel, amount, reason, state, asked_at, ended_at, .. } = refund;
        Self { order: order_id, channel, amount, reason, progress: state, asked_at, ended_at }
    }
}

/// One refund, by the number that `payments.money_back` names.
///
/// # Errors
/// A fault of the database.
pub fn returned(txn: &mut Txn<'_>, id: RefundId) -> Result<Option<Returned>, Problem> {
    Ok(refunds::load(txn, id)?.map(Returned::from))
}

/// All that goes back of an order, the first first.
///
/// # Errors
/// A fault of the database.
pub fn returned_of(txn: &mut Txn<'_>, order: OrderId) -> Result<Vec<Returned>, Problem> {
    Ok(refunds::of_order(txn, order)?.into_iter().map(Returned::from).collect())
}
