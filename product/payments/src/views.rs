//! What is shown of orders, refunds and reconciliation to administrators.

pub(crate) mod order;
pub(crate) mod orders;
pub(crate) mod reconciliation;

use crate::model::OrderState;
use crate::rules::RefundProgress;

/// The tone of an order's badge.
pub(crate) const fn order_tone(state: OrderState) -> &'static str {
    match state {
        OrderState::Open => "wait",
        OrderState::Paid => "good",
        OrderState::Closed => "plain",
    }
}

/// The tone of a refund's badge.
pub(crate) const fn refund_tone(state: RefundProgress) -> &'static str {
    match state {
        RefundProgress::Asked | RefundProgress::Underway | RefundProgress::ByHand => "wait",
        RefundProgress::Done => "good",
        RefundProgress::Refused => "bad",
    }
}
