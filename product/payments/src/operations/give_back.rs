//! Gives back what had counted: part of a line of a paid order, or all of it.

use ejia_db::Txn;
use ejia_kernel::{Fen, OrderId, Problem};

use super::send_back::{SendBack, send_back};
use crate::channel::ChannelKind;
use crate::events::EventKind;
use crate::journal::{Account, Balanced, Why};
use crate::model::OrderState;
use crate::rules::MoneyVerdict;
use crate::store::{journal, money, orders};

pub(crate) fn give_back(
    txn: &mut Txn<'_>,
    id: OrderId,
    subject: &str,
    amount: Fen,
    reason: &'static str,
) -> Result<(), Problem> {
    let order = orders::lock(txn, id)?.ok_or_else(|| Problem::fault("money back from no order"))?;
    if order.state != OrderState::Paid || amount <= Fen::ZERO {
        return Err(Problem::fault("money back from an order that is not paid"));
    }
    let settled = money::of_order(txn, id)?
        .into_iter()
        .find(|money| money.verdict == MoneyVerdict::Settled && order.trade.as_deref() == Some(money.trade.as_str()));
    let settled = settled.ok_or_else(|| Problem::fault("a paid order without its payment"))?;
    let organization = orders::give_back_part(txn, id, subject, amount)?
        .ok_or_else(|| Problem::fault("more money back than a line still holds"))?;
    let debits = [(Account::Dues(organization), amount)];
    journal::write(txn, &Balanced::new(Why::Returned, id, &debits, &[(Account::OwedBack, amount)])?)?;
    let ask = SendBack {
        order: id,
        payment: settled.id,
        channel: order.channel,
        organization: (order.channel == ChannelKind::Cash).then_some(organization),
        amount,
        reason,
        event: EventKind::TakenBack,
    };
    send_back(txn, &ask)
}
