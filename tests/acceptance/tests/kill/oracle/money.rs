//! Of the books: entries balance, no bill is paid twice, every trade of the banks settled what it was for or went back.

use std::collections::BTreeMap;
use std::time::Duration;

use ejia_counter::TradeState;
use ejia_db::args;

use super::{Never, count};
use crate::world::World;

const NEVER: &Never = &[
    (
        "an entry of the journal does not balance",
        "SELECT COUNT(*) FROM (SELECT entry_id FROM payment_journal GROUP BY day, entry_id
           HAVING SUM(debit) <> SUM(credit)) AS crooked",
    ),
    (
        "a bill is paid twice",
        "SELECT COUNT(*) FROM (SELECT l.subject FROM payment_order_line l
           JOIN payment_order o ON o.id = l.order_id AND o.state = 'paid'
           WHERE l.given_back < l.amount GROUP BY l.subject HAVING COUNT(*) > 1) AS twice",
    ),
    (
        "a paid bill has no paid order",
        "SELECT COUNT(*) FROM dues_bill b WHERE b.state = 'paid' AND NOT EXISTS
           (SELECT 1 FROM payment_order_line l JOIN payment_order o ON o.id = l.order_id AND o.state = 'paid'
            WHERE l.order_id = b.order_id AND l.subject = b.id AND l.amount = b.amount AND l.given_back = 0)",
    ),
    (
        "a line that counts has no paid bill",
        "SELECT COUNT(*) FROM payment_order_line l JOIN payment_order o ON o.id = l.order_id AND o.state = 'paid'
         WHERE l.given_back = 0 AND NOT EXISTS
           (SELECT 1 FROM dues_bill b WHERE b.id = l.subject AND b.state = 'paid' AND b.order_id = l.order_id)",
    ),
    (
        "a paid order has not one payment, or not one word in the record",
        "SELECT COUNT(*) FROM payment_order o WHERE o.state = 'paid' AND
           ((SELECT COUNT(*) FROM payment p WHERE p.channel = o.channel AND p.trade = o.trade AND p.amount = o.amount) <> 1
            OR (SELECT COUNT(*) FROM audit_entry a WHERE a.subject_kind = 'order' AND a.subject_id = o.id
                AND a.action IN ('payments.order_paid', 'payments.cash_registered')) <> 1)",
    ),
    (
        "a paid order has told nobody",
        // Jobs that are done are swept out after a week.
        "SELECT COUNT(*) FROM payment_order o WHERE o.state = 'paid' AND o.opened_at > :yesterday AND NOT EXISTS
           (SELECT 1 FROM job j WHERE j.kind = 'dues.tell_paid' AND j.payload LIKE '%' || o.id || '%')",
    ),
    (
        "a total is not the sum of its bills",
        "SELECT COUNT(*) FROM (
           SELECT organization_id, month, COUNT(*) AS billed, SUM(amount) AS billed_amount,
             SUM(CASE WHEN state = 'paid' THEN 1 ELSE 0 END) AS paid,
             SUM(CASE WHEN state = 'paid' THEN amount ELSE 0 END) AS paid_amount
           FROM dues_bill GROUP BY organization_id, month) AS fresh
         LEFT JOIN dues_total kept ON kept.organization_id = fresh.organization_id AND kept.month = fresh.month
         WHERE kept.billed IS NULL OR kept.billed <> fresh.billed OR kept.billed_amount <> fresh.billed_amount
           OR kept.paid <> fresh.paid OR kept.paid_amount <> fresh.paid_amount",
    ),
];

/// What must be true whenever the house was killed. `after` names the kill.
pub(super) fn nothing_is_lost(world: &World, after: &str) {
    let yesterday = world.database.desk.now().minus(Duration::from_hours(24)).ms().to_string();
    for (what, sql) in NEVER {
        let found = count(world, &sql.replace(":yesterday", &yesterday));
        assert_eq!(found, 0, "{after}: {what}");
    }
    let states = states(world);
    let answered = world.answered();
    for order in &answered.opened {
        assert!(states.contains_key(order), "{after}: the order {order} was opened and is lost");
    }
    for order in &answered.paid {
        let state = states.get(order).map(String::as_str);
        assert_eq!(state, Some("paid"), "{after}: the order {order} was seen paid");
    }
    for order in &answered.cash {
        let state = states.get(order).map(String::as_str);
        assert_eq!(state, Some("paid"), "{after}: the cash {order} was registered");
    }
}

/// What must be true when everybody has gone home and every job is done: each trade of the banks settled what it was
/// for, or went back.
pub(super) fn all_is_settled(world: &World) {
    for (what, sql) in [
        ("orders are open", "SELECT COUNT(*) FROM payment_order WHERE state = 'open'"),
        ("refunds are not done", "SELECT COUNT(*) FROM payment_refund WHERE state <> 'done'"),
        ("money is owed back", &balance("owed_back")),
    ] {
        assert_eq!(count(world, sql), 0, "{what}");
    }
    let counted = counted(world);
    let mut clearing: BTreeMap<String, i64> = BTreeMap::new();
    for trade in world.counter.newest(usize::MAX) {
        let counts = counted.get(&trade.number).copied().unwrap_or_default();
        let has_come = matches!(trade.state, TradeState::Paid | TradeState::Refunded);
        let kept = if has_come { trade.amount.fen() - trade.given_back().fen() } else { 0 };
        assert_eq!(counts, kept, "what counts of {} and what the bank has kept: {trade:?}", trade.number);
        *clearing.entry(trade.channel).or_default() += kept;
    }
    for (channel, kept) in clearing {
        let stands = count(world, &balance(&format!("clearing.{channel}")));
        assert_eq!(stands, kept, "the journal and the books of {channel}");
    }
}

fn balance(account: &str) -> String {
    format!("SELECT CAST(COALESCE(SUM(debit - credit), 0) AS BIGINT) FROM payment_journal WHERE account = '{account}'")
}

/// The state of every order.
fn states(world: &World) -> BTreeMap<String, String> {
    let sql = "SELECT id, state FROM payment_order";
    let found =
        world.database.desk.read_now(move |txn| Ok(txn.query(sql, &args![], |row| Ok((row.get(0)?, row.get(1)?)))?));
    found.expect("orders").into_iter().collect()
}

/// What counts of every paid order.
fn counted(world: &World) -> BTreeMap<String, i64> {
    let sql = "SELECT o.id, CAST(SUM(l.amount - l.given_back) AS BIGINT) FROM payment_order o
               JOIN payment_order_line l ON l.order_id = o.id WHERE o.state = 'paid' GROUP BY o.id";
    let found =
        world.database.desk.read_now(move |txn| Ok(txn.query(sql, &args![], |row| Ok((row.get(0)?, row.get(1)?)))?));
    found.expect("orders").into_iter().collect()
}
