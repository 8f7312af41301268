//! The jobs of paying: tell people what became of an order, and give back what was paid too much.

use std::collections::BTreeMap;

use ejia_db::{Desk, Txn};
use ejia_directory::member_brief;
use ejia_jobs::{Handlers, Job, JobFault};
use ejia_kernel::{BillId, Fen, MemberId, OrderId, Problem, RefundId};
use ejia_messages::{About, Letter, Template};
use ejia_payments::{Cashier, LineState, MONEY_BACK, Order, Payer};
use serde::Deserialize;

use super::settle::{NAME, TELL_PAID, Told};
use super::store;
use crate::bills::store::by_ids;
use crate::bills::{GIVE_BACK, ToGiveBack};

/// Letters written in one transaction.
const CHUNK: usize = 50;
/// Why a difference goes back; administrators read it beside the refund.
const LOWERED: &str = "dues.back_lowered";

/// Adds the jobs of paying.
#[must_use]
pub(crate) fn handlers(handlers: Handlers, cashier: &Cashier) -> Handlers {
    let cashier = cashier.clone();
    handlers
        .on(TELL_PAID, |job, desk| {
            let Told { order } = job.payload()?;
            tell_paid(job, desk, order)
        })
        .on(GIVE_BACK, move |job, desk| {
            let ToGiveBack { bills } = job.payload()?;
            for bill in bills {
                let cashier = cashier.clone();
                desk.write_now(move |txn| give_back(txn, &cashier, bill))?;
            }
            Ok(())
        })
        .on_writing(MONEY_BACK, |txn, MoneyBack { refund }| tell_back(txn, *refund))
}

/// What one person is told about an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct News {
    to: MemberId,
    template: Template,
    amount: Fen,
}

/// Tells the payer, and those he paid for, what was paid. What goes back is told when it is on its way.
fn tell_paid(job: &Job, desk: &Desk, id: OrderId) -> Result<(), JobFault> {
    let news = desk.read_now(move |txn| {
        let Some(order) = ejia_payments::order(txn, id)? else { return Ok(Vec::new()) };
        news(txn, &order)
    })?;
    for (place, chunk) in news.chunks(CHUNK).enumerate() {
        if place > 0 {
            job.renew(desk)?;
        }
        let chunk = chunk.to_vec();
        desk.write_now(move |txn| chunk.iter().try_for_each(|news| write(txn, *news, &id.to_string())))?;
    }
    Ok(())
}

/// Whom to tell what of an order.
fn news(txn: &mut Txn<'_>, order: &Order) -> Result<Vec<News>, Problem> {
    let ids: Vec<BillId> = order.lines.iter().filter_map(|line| line.subject.parse().ok()).collect();
    let members: BTreeMap<String, MemberId> =
        by_ids(txn, &ids)?.into_iter().map(|bill| (bill.id.to_string(), bill.member_id)).collect();
    let mut paid: BTreeMap<MemberId, i64> = BTreeMap::new();
    for line in order.lines.iter().filter(|line| line.state == LineState::Settled) {
        if let Some(member) = members.get(&line.subject) {
            *paid.entry(*member).or_default() += line.amount.fen();
        }
    }
    let mut news = Vec::new();
    if let Payer::Member(payer, _) = order.payer {
        let all: i64 = paid.values().sum();
        paid.remove(&payer);
        if all > 0 {
            news.push(News { to: payer, template: Template::DuesPaid, amount: Fen::new(all) });
        }
    }
    let told = |(to, amount)| News { to, template: Template::DuesPaid, amount: Fen::new(amount) };
    news.extend(paid.into_iter().map(told));
    Ok(news)
}

/// Writes to a member once about one thing.
fn write(txn: &mut Txn<'_>, news: News, about: &str) -> Result<(), Problem> {
    let News { to, template, amount } = news;
    let Some(member) = member_brief(txn, to)? else { return Ok(()) };
    let letter = Letter::new(member.phone, template)
        .with("amount", amount)
        .about(About::Member(to))
        .once(format!("{}:{about}:{to}", template.code()));
    ejia_messages::send(txn, &letter).map(drop)
}

/// Gives back one difference over the channel it came by, once; cash is handed back by the branch.
fn give_back(txn: &mut Txn<'_>, cashier: &Cashier, id: BillId) -> Result<(), Problem> {
    let Some(difference) = store::take_difference(txn, id)? else { return Ok(()) };
    let amount = Fen::new(difference.amount.fen().saturating_neg());
    cashier.give_back(txn, difference.order_id, &difference.of_bill.to_string(), amount, LOWERED)
}

/// The payments announce that money is on its way back.
#[derive(Clone, Copy, Debug, Deserialize)]
struct MoneyBack {
    refund: RefundId,
}

/// Tells the payer that money of his order is on its way back.
fn tell_back(txn: &mut Txn<'_>, refund: RefundId) -> Result<(), Problem> {
    let Some(returned) = ejia_payments::returned(txn, refund)? else { return Ok(()) };
    let Some(order) = returned.order else { return Ok(()) };
    let Some(order) = ejia_payments::order(txn, order)?.filter(|order| order.purpose == NAME) else { return Ok(()) };
    match order.payer {
        Payer::Member(to, _) => {
            write(txn, News { to, template: Template::DuesRefunded, amount: returned.amount }, &refund.to_string())
        }
        Payer::Officer(..) => Ok(()),
    }
}
