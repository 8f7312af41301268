//! Members who pay, branches that register cash, banks that say things twice: all at once, whoever answers.

use std::time::Duration;

use ejia_counter::{NotifyAsk, SettleAsk};
use ejia_db::args;
use serde_json::json;

use super::one_of;
use crate::chance::Chance;
use crate::world::World;

/// How long somebody waits at the counter for the notification to be taken.
const AT_THE_COUNTER: Duration = Duration::from_millis(600);
/// The channels that are paid by.
const CHANNELS: [&str; 4] = ["ccb", "alipay", "unionpay", "icbc"];

/// Something about money.
pub(super) fn act(world: &World, chance: &mut Chance) {
    match chance.below(10) {
        0 => register_cash(world, chance),
        1 => say_again(world, chance),
        2 => look_again(world, chance),
        3 => pay_twice(world, chance),
        4 => delegate(world, chance),
        _ => pay(world, chance),
    }
}

/// A branch has one of its members pay for another.
fn delegate(world: &World, chance: &mut Chance) {
    let sql =
        "SELECT a.organization_id, a.id, b.id FROM member a JOIN member b ON a.organization_id = b.organization_id
               WHERE a.id <> b.id AND a.departed_at IS NULL AND b.departed_at IS NULL";
    let Some([branch, principal, payer]) = one_of(world, chance, sql) else { return };
    let Some(token) = world.session(&branch) else { return };
    let form = json!({"member": [principal], "payer": payer});
    if world.program.act(token, "/office/dues/delegations", &form).is_ok() {
        world.answered().delegated.insert((principal, payer));
    }
}

/// Somebody pays what he owes.
fn pay(world: &World, chance: &mut Chance) {
    let Some(member) = chance.one_of(&world.members).cloned() else { return };
    if let Some(order) = open(world, &member, chance) {
        leave_and_settle(world, &member, &order);
        see(world, &member, &order);
    }
}

/// Somebody opens two orders for the same bills and pays both.
fn pay_twice(world: &World, chance: &mut Chance) {
    let Some(member) = chance.one_of(&world.members).cloned() else { return };
    let orders: Vec<String> = (0..2).filter_map(|_| open(world, &member, chance)).collect();
    for order in &orders {
        leave_and_settle(world, &member, order);
    }
    for order in &orders {
        see(world, &member, order);
    }
}

/// An order for everything that is owed; none when nothing is, or the house has died.
fn open(world: &World, member: &str, chance: &mut Chance) -> Option<String> {
    let total = world.program.see(member, "/member/dues")?["total"].as_i64().filter(|total| *total > 0)?;
    let channel = chance.one_of(&CHANNELS).copied().unwrap_or_default();
    let ask = json!({"channel": channel, "remark": "", "expected": total});
    let order = world.program.act(member, "/member/dues", &ask).ok()?["order"].as_str()?.to_owned();
    world.answered().opened.insert(order.clone());
    Some(order)
}

/// Goes to the counter and pays there; the bank notifies by itself, and tries again.
fn leave_and_settle(world: &World, member: &str, order: &str) {
    let Some(view) = world.program.see(member, &format!("/member/dues/orders/{order}")) else { return };
    world.program.leave(&view["leave"]);
    if let Some(trade) = world.counter.find_anywhere(order)
        && let Ok((_, sending)) = world.counter.settle(&trade.channel, order, SettleAsk::default())
    {
        sending.wait(AT_THE_COUNTER);
    }
}

/// The order's page: what it once showed as paid stays paid.
fn see(world: &World, member: &str, order: &str) {
    let Some(view) = world.program.see(member, &format!("/member/dues/orders/{order}")) else { return };
    if matches!(view["step"].as_str(), Some("paid" | "partly" | "back")) {
        world.answered().paid.insert(order.to_owned());
    }
}

/// Somebody's order of some time ago.
fn look_again(world: &World, chance: &mut Chance) {
    let orders: Vec<String> = world.answered().opened.iter().cloned().collect();
    let (Some(order), Some(member)) = (chance.one_of(&orders), chance.one_of(&world.members)) else { return };
    // Most orders are not his: then he must not see them.
    see(world, member, order);
}

/// A bank notifies again what it has notified, and a forger tries his luck.
fn say_again(world: &World, chance: &mut Chance) {
    let trades = world.counter.newest(60);
    let Some(trade) = chance.one_of(&trades) else { return };
    let times = u32::try_from(1 + chance.below(3)).unwrap_or(1);
    let ask = NotifyAsk { times, event: Some("paid".to_owned()), ..NotifyAsk::default() };
    if let Ok(sending) = world.counter.notify(&trade.channel, &trade.number, &ask) {
        sending.wait(AT_THE_COUNTER);
    }
}

/// A branch registers cash for one or two of its bills.
fn register_cash(world: &World, chance: &mut Chance) {
    let Some(branch) = chance.one_of(&world.branches).cloned() else { return };
    let due = world.database.desk.read_now({
        let branch = branch.id.clone();
        move |txn| {
            let sql = "SELECT id, amount FROM dues_bill WHERE organization_id = $1 AND state = 'due' ORDER BY id";
            Ok(txn.query(sql, &args![branch.as_str()], |row| Ok((row.get::<String>(0)?, row.get::<i64>(1)?)))?)
        }
    });
    let due = due.unwrap_or_default();
    let mut bills: Vec<String> = Vec::new();
    for _ in 0..=chance.below(2) {
        bills.extend(chance.one_of(&due).map(|(id, amount)| format!("{id}.{amount}")));
    }
    if bills.is_empty() {
        return;
    }
    let form = json!({"bill": bills, "received_on": world.today, "remark": ""});
    let answer = world.program.act(&branch.token, "/office/dues/cash", &form);
    if let Ok(order) = answer.as_ref().map(|answer| answer["order"].as_str().unwrap_or_default()) {
        world.answered().cash.insert(order.to_owned());
    }
}
