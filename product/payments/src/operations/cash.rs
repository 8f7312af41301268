//! 线下交纳: cash that a branch has received is an order that is paid at once.

use ejia_audit::Entry;
use ejia_db::Txn;
use ejia_kernel::{Date, Fen, Instant, PaymentId, Problem};
use ejia_web::Officer;

use super::open::new_order;
use super::settle::{close_rivals, decide};
use crate::cashier::Cashier;
use crate::channel::{ChannelKind, Means, Paid};
use crate::journal::{Account, Balanced, Why};
use crate::model::{HowLearned, NewOrder, Order, OrderState};
use crate::store::{journal, money, orders};

pub(crate) fn register(
    cashier: &Cashier,
    txn: &mut Txn<'_>,
    by: &Officer,
    new: &NewOrder,
    received_on: Date,
) -> Result<Order, Problem> {
    if received_on > txn.now().china_date() {
        return Err(Problem::refused("payments.received_ahead").on("received_on", "payments.received_ahead"));
    }
    if new.channel != ChannelKind::Cash {
        return Err(Problem::fault("cash over another channel"));
    }
    let tree = ejia_directory::tree(txn)?;
    for (_, organization, _) in &new.lines {
        if !by.oversees(&tree.find(*organization)?.path) {
            return Err(Problem::not_found("directory.no_such_organization"));
        }
    }
    let mut order = new_order(cashier, txn, new)?;
    let paid_at = Instant::start_of(received_on);
    order.state = OrderState::Paid;
    order.paid_at = Some(paid_at);
    order.trade = Some(order.id.to_string());
    orders::insert(txn, &order, order.opened_at)?;
    let paid = Paid {
        order: order.id.to_string(),
        trade: order.id.to_string(),
        amount: order.amount,
        paid_at,
        day: received_on,
        means: Means::Debit,
    };
    money::insert(txn, PaymentId::new(txn.now()), ChannelKind::Cash, HowLearned::Registered, &paid)?;
    let shares = decide(cashier, txn, &order, order.lines.clone())?;
    if let Some((reason, ..)) = shares.back.first() {
        // The money is still in the officer's hand: he is told, and nothing was registered.
        return Err(Problem::conflict(reason));
    }
    order.lines = shares.settled;
    let of = |account: fn(ejia_kernel::OrganizationId) -> Account| -> Vec<(Account, Fen)> {
        order.lines.iter().map(|line| (account(line.organization_id), line.amount)).collect()
    };
    let entry = Balanced::new(Why::Received, order.id, &of(Account::Cash), &of(Account::Dues))?;
    journal::write(txn, &entry)?;
    let entry = Entry::new(&by.actor(), "payments.cash_registered")
        .about("order", order.id)
        .within(by.organization_id())
        .with("amount", order.amount)
        .with("received_on", received_on);
    ejia_audit::record(txn, entry)?;
    close_rivals(txn, order.id)?;
    Ok(order)
}
