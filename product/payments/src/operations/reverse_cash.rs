//! Takes a registration of cash back that was made by mistake.

use ejia_audit::Entry;
use ejia_db::Txn;
use ejia_kernel::{Fen, OrderId, Problem};
use ejia_web::Officer;

use crate::channel::ChannelKind;
use crate::events::{Event, EventKind};
use crate::journal::{Account, Balanced, Why};
use crate::model::OrderState;
use crate::store::{events, journal, orders};

pub(crate) fn reverse(txn: &mut Txn<'_>, by: &Officer, id: OrderId, subject: &str, amount: Fen) -> Result<(), Problem> {
    let order = orders::lock(txn, id)?.ok_or_else(|| Problem::fault("cash taken back from no order"))?;
    if order.state != OrderState::Paid || order.channel != ChannelKind::Cash || amount <= Fen::ZERO {
        return Err(Problem::fault("cash taken back that was never registered"));
    }
    let organization = orders::give_back_part(txn, id, subject, amount)?
        .ok_or_else(|| Problem::fault("more cash taken back than a line still holds"))?;
    if !by.oversees(&ejia_directory::tree(txn)?.find(organization)?.path) {
        return Err(Problem::not_found("directory.no_such_organization"));
    }
    let debits = [(Account::Dues(organization), amount)];
    journal::write(txn, &Balanced::new(Why::Reversed, id, &debits, &[(Account::Cash(organization), amount)])?)?;
    let event = Event {
        order: Some(id),
        channel: ChannelKind::Cash,
        kind: EventKind::CashReversed,
        amount: Some(amount),
        detail: "",
    };
    events::insert(txn, &event)?;
    let entry = Entry::new(&by.actor(), "payments.cash_reversed")
        .about("order", id)
        .within(organization)
        .with("subject", subject)
        .with("amount", amount);
    ejia_audit::record(txn, entry)
}
