//! Paying end to end inside the server: an order is opened, the bank's signed notification is heard and taken, the bill
//! is paid, journal, record and message are written. Against the bare statements, by as many clients, through the same
//! desk: the same driver, the same grouping of commits.

use std::sync::Arc;

use ejia_ccb::Ccb;
use ejia_ccb::sandbox::{Contract, Sandbox};
use ejia_counter::Counter;
use ejia_db::{Desk, Txn};
use ejia_dues::{PayAsk, open_order};
use ejia_kernel::{Fen, Problem};
use ejia_payments::{Cashier, ChannelKind, HowLearned, Order, RawCall};
use ejia_web::{Doorkeeper, Member};

use super::bare_paying::{self, Bare};
use super::clients::{CLIENTS, Used, at_once};
use super::dues::AMOUNT;
use super::measure::milliseconds;
use super::report::{Line, Wanted};
use super::requests::backends;
use super::sessions;
use crate::commands::explained;

/// Both are measured in turns, so that neither has the quieter machine.
const ROUNDS: usize = 5;
/// Milliseconds of processor a payment, application and database, on PostgreSQL.
const PROCESSOR: f64 = 0.8;

/// Pays the due bills of so many members by the product, and those of as many by bare statements.
pub(super) fn measure(desk: &Desk, url: &str, payments: usize, engine: &str) -> Result<Vec<Line>, String> {
    let house = Cell::open(desk)?;
    let payers = payers(desk, payments * 2)?;
    let (ours, theirs) = payers.split_at(payers.len() / 2);
    let mut bare = bare_paying::prepared(desk, theirs)?.into_iter();
    let size = (ours.len() / (ROUNDS + 1)).max(1);
    let (mut product, mut plain) = (Used::default(), Used::default());
    let mut processes = vec![std::process::id()];
    let mut counted = 0;
    for (round, members) in ours.chunks_exact(size).enumerate() {
        let mut product_now = Used::default();
        let mut plain_now = Used::default();
        house.pay(members, &processes, &mut product_now)?;
        let lot: Vec<Bare> = bare.by_ref().take(size).collect();
        pay_bare(desk, &lot, &processes, &mut plain_now)?;
        if round == 0 {
            // The first round warms both up, and opens every connection.
            if engine == "PostgreSQL" {
                processes.extend(backends(url)?);
            }
            continue;
        }
        counted += size;
        product.add(&product_now);
        plain.add(&plain_now);
    }
    check(desk, counted + size)?;
    let count = f64::from(u32::try_from(counted).unwrap_or(u32::MAX));
    let each = |used: &Used| (count / used.time.as_secs_f64(), milliseconds(used.processor) / count);
    let ((ours, our_processor), (theirs, their_processor)) = (each(&product), each(&plain));
    let what = format!("paying, {engine}, {CLIENTS} clients, against bare statements");
    let how = format!("{ours:.0}/s against {theirs:.0}/s, {counted} payments");
    let mut lines = vec![Line::new(what, ours / theirs, "×", Wanted::AtLeast(0.5)).from(how)];
    if engine == "PostgreSQL" {
        let how = format!("bare statements {their_processor:.2} ms");
        lines.push(
            Line::new("processor, PostgreSQL, a payment", our_processor, "ms", Wanted::AtMost(PROCESSOR)).from(how),
        );
    }
    Ok(lines)
}

/// The desk, a cashier with one bank, and the bank.
pub(super) struct Cell {
    desk: Desk,
    cashier: Cashier,
    bank: Sandbox,
}

impl Cell {
    pub(super) fn open(desk: &Desk) -> Result<Self, String> {
        let clock = desk.clock().clone();
        let contract = Contract::demo("http://127.0.0.1:9/notify/pay/ccb", "http://127.0.0.1:9/pay/back");
        let counter = Counter::new(clock.clone());
        let bank = Sandbox::new(&counter, contract).map_err(|fault| format!("{fault:?}"))?;
        let channel = Ccb::new(bank.settings("http://127.0.0.1:9"), clock).map_err(|fault| format!("{fault:?}"))?;
        let cashier = Cashier::new(vec![Arc::new(channel)], vec![ejia_dues::purpose()]);
        Ok(Self { desk: desk.clone(), cashier, bank })
    }

    /// Opens and settles one order for each; the bank signs while nobody measures.
    pub(super) fn pay(&self, members: &[Member], processes: &[u32], used: &mut Used) -> Result<(), String> {
        let orders = at_once(members, processes, used, |member| {
            let (cashier, by) = (self.cashier.clone(), member.clone());
            let ask = PayAsk {
                members: vec![by.id()],
                channel: ChannelKind::Ccb,
                remark: String::new(),
                expected: Fen::new(AMOUNT),
            };
            self.desk.write_now(move |txn| open_order(txn, &cashier, &by, &ask))
        })?;
        let calls = orders.iter().map(|order| self.notification(order)).collect::<Result<Vec<_>, _>>()?;
        at_once(&calls, processes, used, |call| {
            let notice = self.cashier.hear(ChannelKind::Ccb, call).map_err(|why| Problem::fault(format!("{why:?}")))?;
            let cashier = self.cashier.clone();
            let take = move |txn: &mut Txn<'_>| cashier.take(txn, ChannelKind::Ccb, HowLearned::Notified, &notice);
            self.desk.write_now(take)
        })?;
        Ok(())
    }

    fn notification(&self, order: &Order) -> Result<RawCall, String> {
        let day = order.opened_at.china_date();
        let query =
            self.bank.notification(&order.id.to_string(), order.amount, day).map_err(|fault| format!("{fault:?}"))?;
        Ok(RawCall { method: "POST".to_owned(), path: "/notify/pay/ccb".to_owned(), query, body: Vec::new() })
    }
}

/// The same statements in the same two writes, with values made beforehand.
fn pay_bare(desk: &Desk, lot: &[Bare], processes: &[u32], used: &mut Used) -> Result<(), String> {
    for half in [|bare: &Bare| Arc::clone(&bare.opening), |bare: &Bare| Arc::clone(&bare.settling)] {
        at_once(lot, processes, used, |bare| {
            let steps = half(bare);
            desk.write_now(move |txn| steps.iter().try_for_each(|step| step.run(txn)))
        })?;
    }
    Ok(())
}

/// Members whose bills are due, as the door of the member portal lets them in.
pub(super) fn payers(desk: &Desk, count: usize) -> Result<Vec<Member>, String> {
    let sessions = sessions::of_members(desk, u32::try_from(count).unwrap_or(u32::MAX))?;
    let door = Arc::new(ejia_access::SessionDoor::new(desk));
    desk.read_now(move |txn| {
        let admitted = sessions.iter().map(|session| door.member(txn, session.token()));
        Ok(admitted.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    })
    .map_err(|problem| explained(&problem))
}

/// Both sides have paid what they say they have: otherwise something else was measured.
fn check(desk: &Desk, each: usize) -> Result<(), String> {
    let paid: i64 = desk
        .read_now(|txn| {
            let sql = "SELECT COUNT(*) FROM dues_bill b JOIN payment_order o ON o.id = b.order_id AND o.state = 'paid'
                       WHERE b.state = 'paid' AND b.channel = 'ccb'";
            Ok(txn.one(sql, &[], |row| row.get(0))?)
        })
        .map_err(|problem| explained(&problem))?;
    let wanted = i64::try_from(each * 2).unwrap_or(i64::MAX);
    if paid == wanted { Ok(()) } else { Err(format!("{paid} bills were paid, not {wanted}")) }
}
