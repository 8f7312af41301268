//! Paying on both databases: windows, orders, proxies, cash, what goes back, and that the sums hold.

mod cash;
mod orders;
mod pages;
mod rivals;
mod sums;
pub(crate) mod till;

use ejia_db::{Desk, args};
use ejia_jobs::Handlers;
use ejia_kernel::{DelegationId, Fen, Instant, MemberId, Month, OrganizationId, Problem};
use ejia_payments::{Cashier, ChannelKind, Order};

use super::{PayAsk, open_order, owed};
use crate::bills::tests::line;
use crate::bills::{Bill, BillState, NewBill, issue};
use crate::tests::city::Someone;

/// A month of 2026.
fn month(number: i8) -> Month {
    Month::new(2026, number).unwrap()
}

/// The product's clock shows noon of this day of 2026.
fn on(desk: &Desk, month: i8, day: i8) {
    let text = format!("2026-{month:02}-{day:02}T12:00:00+08:00");
    desk.clock().set(text.parse::<Instant>().unwrap());
}

/// The branch issues a sheet for one month.
fn set(desk: &Desk, branch: OrganizationId, number: i8, lines: &[(&Someone, i64)]) {
    let named = |(who, fen): &(&Someone, i64)| NewBill { member_name: who.name.clone(), ..line(who.id, *fen) };
    let bills: Vec<_> = lines.iter().map(named).collect();
    desk.write_now(move |txn| issue(txn, branch, month(number), &bills)).unwrap();
}

fn total(desk: &Desk, members: &[&Someone]) -> Fen {
    let ids: Vec<MemberId> = members.iter().map(|who| who.id).collect();
    let owed = desk.read_now(move |txn| owed(txn, &ids)).unwrap();
    Fen::new(owed.iter().map(|owed| owed.total().fen()).sum())
}

/// Opens an order for what these members owe.
fn ordered(
    desk: &Desk,
    cashier: &Cashier,
    by: &Someone,
    members: &[&Someone],
    channel: ChannelKind,
) -> Result<Order, Problem> {
    let ask = PayAsk {
        members: members.iter().map(|who| who.id).collect(),
        channel,
        remark: String::new(),
        expected: total(desk, members),
    };
    ordered_as(desk, cashier, by, &ask)
}

fn ordered_as(desk: &Desk, cashier: &Cashier, by: &Someone, ask: &PayAsk) -> Result<Order, Problem> {
    let (cashier, by, ask) = (cashier.clone(), by.caller(), ask.clone());
    desk.write_now(move |txn| open_order(txn, &cashier, &by, &ask))
}

/// Runs every job that is due, with the payments' own.
fn drain(desk: &Desk, cashier: &Cashier) {
    let handlers = super::handlers(Handlers::new(), cashier);
    ejia_payments::handlers(handlers, cashier).drain(desk).unwrap();
}

/// A member's bills of one month: amount in fen and state.
fn states(desk: &Desk, who: &Someone, number: i8) -> Vec<(i64, BillState)> {
    bills(desk, who, number).iter().map(|bill| (bill.amount.fen(), bill.state)).collect()
}

fn bills(desk: &Desk, who: &Someone, number: i8) -> Vec<Bill> {
    let id = who.id;
    desk.write_now(move |txn| crate::bills::store::of_member_month(txn, id, month(number))).unwrap()
}

/// The branch has `payer` pay for these.
fn delegated(desk: &Desk, members: &[&Someone], payer: &Someone) {
    let pairs: Vec<_> = members.iter().map(|who| who.id).collect();
    let (payer, branch) = (payer.id, payer.organization_id);
    desk.write_now(move |txn| {
        let now = txn.now();
        for principal in &pairs {
            txn.execute(
                "INSERT INTO dues_delegation
                     (id, organization_id, principal_id, payer_id, source, state, asked_at, live_at)
                 VALUES ($1, $2, $3, $4, 'branch', 'live', $5, $5)",
                &args![DelegationId::new(now), branch, principal, payer, now],
            )?;
        }
        Ok(())
    })
    .unwrap();
}
