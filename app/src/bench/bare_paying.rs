//! The statements of paying one bill, with values made beforehand: what paying is compared with.
//!
//! The texts are the product's own (`payments`, `dues`, `jobs`, `audit`), in its order; what is left out is everything
//! between them: deciding, signing, making values, reading rows.

use std::sync::Arc;

use ejia_db::{Desk, Value, args};
use ejia_kernel::{AuditId, ChangeId, EntryId, JobId, OrderId, PaymentId};
use ejia_web::Member;

use super::bare::Step;
use super::dues::AMOUNT;
use crate::commands::explained;

const DUE: &str = "SELECT id, member_id, member_name, organization_id, month, sequence, amount, basis, base, computed, rate,
    article, rounding, typed_reason, exemption, state, issued_at, paid_at, order_id, channel, payer_id, payer_name, of_bill
    FROM dues_bill WHERE state = 'due' AND member_id IN ($1)";
const ORDER: &str = "INSERT INTO payment_order (id, purpose, channel, payer_kind, payer_id, payer_name, amount, remark,
    state, opened_at, expires_at, ask_at, paid_at, trade)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
const LINE: &str = "INSERT INTO payment_order_line (order_id, position, subject, organization_id, amount, given_back,
    opened_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const MONEY: &str =
    "INSERT INTO payment (id, channel, trade, number, order_id, amount, means, learned, verdict, reason,
    paid_at, day, taken_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'settled', '', $9, $10, $11) ON CONFLICT (channel, trade) DO NOTHING";
const PAID: &str = "UPDATE payment_order SET state = 'paid', paid_at = $1, trade = $2
    WHERE id = $3 AND state = 'open' AND channel = $4 AND amount = $5 AND expires_at >= $6
        AND EXISTS (SELECT 1 FROM payment WHERE payment.id = $7)
    RETURNING id, purpose, channel, payer_kind, payer_id, payer_name, amount, remark, state, opened_at, expires_at,
        paid_at, trade, closed_at";
const LINES: &str = "SELECT mine.subject, mine.organization_id, mine.amount, mine.given_back,
    (SELECT COUNT(*) FROM payment_order_line other WHERE other.subject = mine.subject)
    FROM payment_order_line mine WHERE mine.order_id = $1 ORDER BY mine.position";
const BILL: &str = "UPDATE dues_bill SET state = 'paid', paid_at = $1, order_id = $2, channel = $3, payer_id = $4,
    payer_name = $5 WHERE id = $6 AND state = 'due' AND amount = $7 AND organization_id = $8
    RETURNING id, organization_id, month, sequence, amount";
const TOTAL: &str = "INSERT INTO dues_total (organization_id, month, billed, billed_amount, paid, paid_amount, exempt)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (month, organization_id) DO UPDATE SET billed = dues_total.billed + excluded.billed,
        billed_amount = dues_total.billed_amount + excluded.billed_amount, paid = dues_total.paid + excluded.paid,
        paid_amount = dues_total.paid_amount + excluded.paid_amount, exempt = dues_total.exempt + excluded.exempt";
const SUMS: &str = "INSERT INTO tree_change (name, path, id, n1, n2, n3, n4, n5, n6)
    SELECT $1, path, $3, $4, $5, $6, $7, $8, $9 FROM organization WHERE id = $2";
const JOB: &str = "INSERT INTO job (id, kind, payload, once_key, state, due_at, attempts, enqueued_at)
    VALUES ($1, $2, $3, $4, 'open', $5, 0, $6) ON CONFLICT (once_key) DO NOTHING";
const JOURNAL: &str = "INSERT INTO payment_journal (day, entry_id, position, at, why, about, account, organization_id,
    debit, credit) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10), ($11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";
const RECORD: &str = "INSERT INTO audit_entry
    (id, at, actor_kind, actor_id, action, subject_kind, subject_id, organization_id, facts, sealed)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

/// One payment: what is written when the order is opened, and when its money has come.
pub(super) struct Bare {
    pub(super) opening: Arc<Vec<Step>>,
    pub(super) settling: Arc<Vec<Step>>,
}

/// A due bill.
struct Due {
    id: String,
    branch: String,
    month: String,
    now: ejia_kernel::Instant,
}

/// The statements that pay these members' due bills.
pub(super) fn prepared(desk: &Desk, members: &[Member]) -> Result<Vec<Bare>, String> {
    let members = members.to_vec();
    desk.read_now(move |txn| {
        let now = txn.now();
        let mut all = Vec::with_capacity(members.len());
        for member in &members {
            let sql = "SELECT id, organization_id, month FROM dues_bill WHERE state = 'due' AND member_id = $1";
            let due = txn.one(sql, &args![member.id()], |row| {
                Ok(Due { id: row.get(0)?, branch: row.get(1)?, month: row.get(2)?, now })
            })?;
            all.push(of(member, &due));
        }
        Ok(all)
    })
    .map_err(|problem| explained(&problem))
}

fn rows(sql: &'static str, values: &[Value]) -> Step {
    Step::Rows((sql, values.to_vec()))
}

fn later(sql: &'static str, values: &[Value]) -> Step {
    Step::Later((sql, values.to_vec()))
}

fn of(member: &Member, due: &Due) -> Bare {
    let order = OrderId::new(due.now);
    Bare { opening: Arc::new(opening(member, due, order)), settling: Arc::new(settling(member, due, order)) }
}

fn opening(member: &Member, due: &Due, order: OrderId) -> Vec<Step> {
    let Due { id, branch, now, .. } = due;
    let (payer, name, none) = (member.id(), member.name(), Value::Null);
    let end = now.plus(std::time::Duration::from_hours(2));
    let row =
        args![order, "dues", "ccb", "member", payer, name, AMOUNT, "", "open", *now, end, *now, none.clone(), none];
    let line = args![order, 0_i64, id.as_str(), branch.as_str(), AMOUNT, 0_i64, *now];
    vec![rows(DUE, &args![payer]), later(ORDER, &row), later(LINE, &line)]
}

fn settling(member: &Member, due: &Due, order: OrderId) -> Vec<Step> {
    let Due { id, branch, month, now } = due;
    let (payer, name, number, day) = (member.id(), member.name(), order.to_string(), now.china_date());
    let (bill, branch, month, trade) = (id.as_str(), branch.as_str(), month.as_str(), number.as_str());
    let entry = EntryId::new(*now);
    let posting = |place: i64, account: &str, of: &str, debit: i64, credit: i64| {
        args![day, entry, place, *now, "received", trade, account, of, debit, credit].to_vec()
    };
    let postings = [posting(0, "clearing.ccb", "", AMOUNT, 0), posting(1, "dues", branch, 0, AMOUNT)].concat();
    let payment = PaymentId::new(*now);
    let money = args![payment, "ccb", trade, trade, order, AMOUNT, "debit", "notified", *now, day, *now];
    let payload = format!("{{\"order\":\"{order}\"}}");
    let facts = "{\"amount\":\"50.00\",\"channel\":\"中国建设银行\"}";
    let id = AuditId::new(*now);
    let record = args![id, *now, "member", payer, "payments.order_paid", "order", trade, Value::Null, facts, false];
    let order_paid = args![*now, trade, order, "ccb", AMOUNT, *now, payment];
    vec![
        later(MONEY, &money),
        Step::Both((PAID, order_paid.to_vec()), (LINES, args![order].to_vec())),
        rows(BILL, &args![*now, order, "ccb", payer, name, bill, AMOUNT, branch]),
        later(TOTAL, &args![branch, month, 0_i64, 0_i64, 1_i64, AMOUNT, 0_i64]),
        later(
            SUMS,
            &args![format!("dues {month}"), branch, ChangeId::random(), 0_i64, 0_i64, 1_i64, AMOUNT, 0_i64, 0_i64],
        ),
        later(JOB, &args![JobId::new(*now), "dues.tell_paid", payload, Value::Null, *now, *now]),
        later(JOURNAL, &postings),
        later(RECORD, &record),
    ]
}
