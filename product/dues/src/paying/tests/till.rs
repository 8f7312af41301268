//! Channels that take any order and give everything back, without a network, and the word they send.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ejia_db::{Desk, TestDatabase, args};
use ejia_kernel::{Date, OrderId};
use ejia_payments::{
    Cashier, Channel, ChannelFault, ChannelKind, Charge, Closing, Departure, Device, Disbelief, Found, HowLearned,
    Means, Notice, Order, Paid, RawAnswer, RawCall, RefundAsk, RefundState, StatementLine,
};

use crate::tests::city::{City, MIGRATIONS, found_city};

struct Till(ChannelKind);

impl Channel for Till {
    fn kind(&self) -> ChannelKind {
        self.0
    }

    fn origins(&self) -> Vec<String> {
        vec!["https://pay.invalid".to_owned()]
    }

    fn depart(&self, charge: &Charge, _: Device) -> Result<Departure, ChannelFault> {
        if self.0 == ChannelKind::Alipay {
            return Ok(Departure::Link(format!("https://pay.invalid/{}", charge.order)));
        }
        let fields = vec![("orderId".to_owned(), charge.order.to_string())];
        Ok(Departure::Form { action: "https://pay.invalid/front".to_owned(), charset: "UTF-8", fields })
    }

    fn hear(&self, _: &RawCall) -> Result<Notice, Disbelief> {
        Ok(Notice::Nothing)
    }

    fn answer(&self, _: &RawCall, _: bool) -> RawAnswer {
        RawAnswer { status: 200, content_type: "text/plain", body: Vec::new() }
    }

    fn query(&self, _: &Charge) -> Result<Found, ChannelFault> {
        Ok(Found::Unpaid)
    }

    fn refund(&self, _: &RefundAsk) -> Result<RefundState, ChannelFault> {
        Ok(RefundState::Done)
    }

    fn refund_state(&self, _: &RefundAsk) -> Result<RefundState, ChannelFault> {
        Ok(RefundState::Unheard)
    }

    fn close(&self, _: &Charge) -> Result<Closing, ChannelFault> {
        Ok(Closing::Closed)
    }

    fn statement(&self, _: Date) -> Result<Option<Vec<StatementLine>>, ChannelFault> {
        Ok(None)
    }
}

/// A cashier with Alipay and UnionPay.
pub(crate) fn cashier() -> Cashier {
    let till = |kind| Arc::new(Till(kind)) as Arc<dyn Channel>;
    Cashier::new(vec![till(ChannelKind::Alipay), till(ChannelKind::UnionPay)], vec![crate::purpose()])
}

/// Runs a test on both databases, in a city with a cashier.
pub(crate) fn with_till(test: impl Fn(&Desk, City, &Cashier)) {
    TestDatabase::both(&[MIGRATIONS, &[ejia_payments::MIGRATIONS]].concat(), |desk| {
        let city = desk.write_now(found_city).unwrap();
        test(desk, city, &cashier());
    });
}

static TRADES: AtomicU64 = AtomicU64::new(1);

/// The channel says that the order's money has come.
pub(crate) fn money_comes(desk: &Desk, cashier: &Cashier, order: &Order) {
    let now = desk.now();
    let paid = Paid {
        order: order.id.to_string(),
        trade: format!("T{}", TRADES.fetch_add(1, Ordering::Relaxed)),
        amount: order.amount,
        paid_at: now,
        day: now.china_date(),
        means: Means::Debit,
    };
    let (cashier, kind, notice) = (cashier.clone(), order.channel, Notice::Paid(paid));
    desk.write_now(move |txn| cashier.take(txn, kind, HowLearned::Notified, &notice)).unwrap();
}

/// What goes back of an order: amount in fen, reason, and how far it has come.
pub(crate) fn goes_back(desk: &Desk, order: OrderId) -> Vec<(i64, String, &'static str)> {
    let back = desk.write_now(move |txn| ejia_payments::returned_of(txn, order)).unwrap();
    back.into_iter().map(|back| (back.amount.fen(), back.reason, back.progress.code())).collect()
}

/// The dues that the journal says every organization has received, in fen.
pub(crate) fn journal_dues(desk: &Desk) -> i64 {
    desk.read_now(|txn| {
        Ok(txn.one(
            "SELECT CAST(COALESCE(SUM(credit - debit), 0) AS BIGINT) FROM payment_journal WHERE account = 'dues'",
            &args![],
            |row| row.get::<i64>(0),
        )?)
    })
    .unwrap()
}
