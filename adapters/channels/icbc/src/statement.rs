//! The day's statement, which the bank's services do not have: made by asking for each order that we know.
//!
//! What comes of it shows every difference in orders of ours; money under numbers that we never gave it cannot show. That
//! is for the bank's own statement of account.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant as Since};

use ejia_kernel::Date;
use ejia_payments::{ChannelFault, Charge, RefundAsk, RefundState, StatementKind, StatementLine};

use crate::IcbcSettings;
use crate::gateway::Gateway;
use crate::orders::{self, Standing};

/// A call of the channel comes back within half a minute; what is not done by then is done by the next one.
const SPAN: Duration = Duration::from_secs(20);

/// An order of the channel, as `payments` knows it.
#[derive(Clone, Debug)]
pub struct KnownOrder {
    /// What was to be paid.
    pub charge: Charge,
    /// Refunds of it that were asked for on that day.
    pub refunds: Vec<RefundAsk>,
}

/// Gives the orders of a day: those whose payment, as far as we know, falls on it, and those opened on it or the day
/// before that nobody has paid.
pub type OrdersOfDay = Arc<dyn Fn(Date) -> Result<Vec<KnownOrder>, ChannelFault> + Send + Sync>;

/// Makes statements, and remembers how far it has come with a day.
pub(crate) struct Clerk {
    orders: OrdersOfDay,
    done: Mutex<HashMap<(Date, String), Vec<StatementLine>>>,
    span: Duration,
}

impl Clerk {
    pub(crate) fn new(orders: OrdersOfDay) -> Self {
        Self { orders, done: Mutex::new(HashMap::new()), span: SPAN }
    }

    /// The lines of a day. [`ChannelFault::Unreachable`] when there are more orders than time: ask again.
    pub(crate) fn statement(
        &self,
        gateway: &Gateway,
        settings: &IcbcSettings,
        day: Date,
    ) -> Result<Vec<StatementLine>, ChannelFault> {
        let began = Since::now();
        let known = (self.orders)(day)?;
        let mut lines = Vec::new();
        for (place, order) in known.iter().enumerate() {
            let key = (day, order.charge.order.to_string());
            let found = self.done.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
            if let Some(found) = found {
                lines.extend(found);
                continue;
            }
            if began.elapsed() >= self.span {
                return Err(ChannelFault::Unreachable(format!("icbc.statement {place}/{}", known.len())));
            }
            let found = ask(gateway, settings, day, order)?;
            lines.extend(found.iter().cloned());
            self.done.lock().unwrap_or_else(PoisonError::into_inner).insert(key, found);
        }
        // Whoever asks for the day again wants to know it anew.
        self.done.lock().unwrap_or_else(PoisonError::into_inner).retain(|(known, _), _| *known != day);
        Ok(lines)
    }
}

fn ask(
    gateway: &Gateway,
    settings: &IcbcSettings,
    day: Date,
    known: &KnownOrder,
) -> Result<Vec<StatementLine>, ChannelFault> {
    let order = known.charge.order.to_string();
    let mut lines = Vec::new();
    if let Standing::Paid { amount, at } = orders::standing(gateway, settings, &order)?
        && at.is_none_or(|at| at.china_date() == day)
    {
        lines.push(StatementLine { kind: StatementKind::Payment, number: order.clone(), trade: order, amount });
    }
    for ask in &known.refunds {
        if orders::refund_state(gateway, settings, ask)? == RefundState::Done {
            let number = ask.refund.to_string();
            let trade = number.clone();
            lines.push(StatementLine { kind: StatementKind::Refund, number, trade, amount: ask.amount });
        }
    }
    Ok(lines)
}
