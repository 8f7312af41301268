//! The cashier: the channels and the purposes of this house, and everything that is done with an order.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ejia_db::Txn;
use ejia_kernel::{Date, Fen, OrderId, Problem};
use ejia_web::Officer;

use crate::channel::{
    Channel, ChannelFault, ChannelKind, Charge, Departure, Device, Disbelief, Notice, RawAnswer, RawCall,
};
use crate::model::{HowLearned, NewOrder, Order, OrderState, Purpose};
use crate::operations::{cash, disbelieve, give_back, open, reverse_cash, take, told_of_refund};

/// What everything is called at the counter of a channel.
const AT_THE_COUNTER: &str = "党费";
/// So many calls to one channel are under way at once; a channel that is slow or silent keeps no more workers waiting.
const CALLS_AT_ONCE: usize = 2;

/// The channels and the purposes of this house. Cheap to clone: a part of the site, and in the hands of the jobs.
#[derive(Clone)]
pub struct Cashier(Arc<Inside>);

struct Inside {
    lanes: Vec<Lane>,
    purposes: Vec<Purpose>,
}

struct Lane {
    channel: Arc<dyn Channel>,
    calls: AtomicUsize,
}

impl fmt::Debug for Cashier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Cashier").field(&self.offered()).finish()
    }
}

/// Why a call to a channel brought nothing.
#[derive(Debug)]
pub(crate) enum NoAnswer {
    /// Enough calls to this channel are under way: ask in a moment.
    Busy,
    /// What the channel, or the way to it, says.
    Fault(ChannelFault),
}

impl Cashier {
    /// A cashier with these channels, one of a kind, and these purposes.
    pub fn new(channels: Vec<Arc<dyn Channel>>, purposes: Vec<Purpose>) -> Self {
        let lanes = channels.into_iter().map(|channel| Lane { channel, calls: AtomicUsize::new(0) }).collect();
        Self(Arc::new(Inside { lanes, purposes }))
    }

    /// The channels that can be paid by, without cash.
    pub fn offered(&self) -> Vec<ChannelKind> {
        self.0.lanes.iter().map(|lane| lane.channel.kind()).collect()
    }

    /// The origins that a payer's browser sends forms to or is led on to: for the content security policy.
    pub fn origins(&self) -> Vec<String> {
        self.0.lanes.iter().flat_map(|lane| lane.channel.origins()).collect()
    }

    /// Opens an order: two statements. It can be paid for two hours.
    ///
    /// # Errors
    /// `payments.channel_not_offered`, `payments.nothing_to_pay`, `payments.remark_too_long`; a fault when an amount is
    /// not above nothing or a subject stands in it twice.
    pub fn open(&self, txn: &mut Txn<'_>, new: &NewOrder) -> Result<Order, Problem> {
        open::open(self, txn, new)
    }

    /// How the payer's browser leaves for the counter. Touches neither database nor network.
    ///
    /// # Errors
    /// `payments.order_not_open`, `payments.channel_not_offered`, `payments.counter_refused`.
    pub fn depart(&self, order: &Order, device: Device) -> Result<Departure, Problem> {
        if order.state != OrderState::Open {
            return Err(Problem::conflict("payments.order_not_open"));
        }
        let lane = self.lane(order.channel).ok_or_else(|| Problem::refused("payments.channel_not_offered"))?;
        lane.channel.depart(&charge(order), device).map_err(|fault| {
            tracing::warn!(channel = order.channel.code(), ?fault, "no way to the counter");
            Problem::refused("payments.counter_refused")
        })
    }

    /// Reads a call of a channel and checks that it is the channel's and for us. Touches no database.
    ///
    /// # Errors
    /// [`Disbelief`], to be handed to [`Cashier::disbelieve`].
    pub fn hear(&self, kind: ChannelKind, call: &RawCall) -> Result<Notice, Disbelief> {
        let lane = self.lane(kind).ok_or_else(|| Disbelief::Stranger("channel not configured".to_owned()))?;
        lane.channel.hear(call)
    }

    /// What to answer to a call of a channel: taken, or not (it will call again).
    pub fn answer(&self, kind: ChannelKind, call: &RawCall, taken: bool) -> RawAnswer {
        match self.lane(kind) {
            Some(lane) => lane.channel.answer(call, taken),
            None => RawAnswer { status: 404, content_type: "text/plain; charset=utf-8", body: Vec::new() },
        }
    }

    /// Takes what a channel says. The same word twice changes nothing, and the order of the words does not matter:
    /// money that came in settles its order once, and whatever comes besides goes back by itself.
    ///
    /// # Errors
    /// A fault; then nothing was kept and the channel must be told that its word was not taken.
    pub fn take(&self, txn: &mut Txn<'_>, kind: ChannelKind, how: HowLearned, notice: &Notice) -> Result<(), Problem> {
        match notice {
            Notice::Paid(paid) => take::take(self, txn, kind, how, paid),
            Notice::Refund(number, state) => told_of_refund::told(txn, kind, number, state),
            Notice::Nothing => Ok(()),
        }
    }

    /// Notes for the administrators that a call was not believed; at most a hundred in an hour for each channel.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn disbelieve(&self, txn: &mut Txn<'_>, kind: ChannelKind, why: &Disbelief) -> Result<(), Problem> {
        disbelieve::disbelieve(txn, kind, why)
    }

    /// Registers cash that a branch received: an order that is paid at once.
    ///
    /// # Errors
    /// As [`Cashier::open`]; `payments.received_ahead`; the reason's code when a line does not count (it was paid
    /// otherwise); not found when a line is none of the officer's.
    pub fn register_cash(
        &self,
        txn: &mut Txn<'_>,
        by: &Officer,
        new: &NewOrder,
        received_on: Date,
    ) -> Result<Order, Problem> {
        cash::register(self, txn, by, new, received_on)
    }

    /// Gives back part of a line that counts, or all of it, by itself over its channel; cash is noted as to be handed
    /// back by its branch.
    ///
    /// # Errors
    /// A fault when the order is not paid or less than `amount` of the line still counts.
    pub fn give_back(
        &self,
        txn: &mut Txn<'_>,
        order: OrderId,
        subject: &str,
        amount: Fen,
        reason: &'static str,
    ) -> Result<(), Problem> {
        give_back::give_back(txn, order, subject, amount, reason)
    }

    /// Takes a registration of cash back that was made by mistake: the line counts no more, and the journal says so by a
    /// reversal. Nothing is handed back, for nothing had come.
    ///
    /// # Errors
    /// Not found when the line is none of the officer's; a fault when the order is not paid in cash or less than
    /// `amount` of the line still counts.
    pub fn reverse_cash(
        &self,
        txn: &mut Txn<'_>,
        by: &Officer,
        order: OrderId,
        subject: &str,
        amount: Fen,
    ) -> Result<(), Problem> {
        reverse_cash::reverse(txn, by, order, subject, amount)
    }

    /// The purpose of this name.
    pub(crate) fn purpose(&self, name: &str) -> Result<Purpose, Problem> {
        self.0
            .purposes
            .iter()
            .find(|purpose| purpose.name == name)
            .copied()
            .ok_or_else(|| Problem::fault(format!("no purpose {name}")))
    }

    /// Whether this channel can be paid by.
    pub(crate) fn offers(&self, kind: ChannelKind) -> bool {
        self.lane(kind).is_some()
    }

    /// Calls a channel over the network, outside any transaction.
    pub(crate) fn call<T>(
        &self,
        kind: ChannelKind,
        call: impl FnOnce(&dyn Channel) -> Result<T, ChannelFault>,
    ) -> Result<T, NoAnswer> {
        let Some(lane) = self.lane(kind) else {
            let fault = ChannelFault::Unreachable("channel not configured".to_owned());
            return Err(NoAnswer::Fault(fault));
        };
        let _turn = Turn::of(&lane.calls).ok_or(NoAnswer::Busy)?;
        call(lane.channel.as_ref()).map_err(NoAnswer::Fault)
    }

    fn lane(&self, kind: ChannelKind) -> Option<&Lane> {
        self.0.lanes.iter().find(|lane| lane.channel.kind() == kind)
    }
}

/// One of the calls that a channel may have under way; over when it is dropped.
struct Turn<'a>(&'a AtomicUsize);

impl<'a> Turn<'a> {
    fn of(calls: &'a AtomicUsize) -> Option<Self> {
        let more = |under_way: usize| (under_way < CALLS_AT_ONCE).then_some(under_way + 1);
        calls.fetch_update(Ordering::SeqCst, Ordering::SeqCst, more).ok().map(|_| Self(calls))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// All that a channel learns of an order.
pub(crate) fn charge(order: &Order) -> Charge {
    Charge {
        order: order.id,
        amount: order.amount,
        subject: AT_THE_COUNTER.to_owned(),
        opened_at: order.opened_at,
        expires_at: order.expires_at,
    }
}
