//! What becomes of bills when the money of their order has come: the purpose `dues`.

use std::collections::{BTreeMap, HashMap, HashSet};

use ejia_db::Txn;
use ejia_kernel::{BillId, Month, OrderId, OrganizationId, Problem};
use ejia_payments::{LineVerdict, Purpose, SettledOrder};
use serde::{Deserialize, Serialize};

use super::model::refused_line;
use super::store::{self, PaidBill, Wanted};
use crate::bills::store::{add_to_total, by_ids};
use crate::bills::{Bill, BillState, Total};

/// The purpose's name, kept in every order.
pub(super) const NAME: &str = "dues";
/// The job that tells people what became of an order.
pub(super) const TELL_PAID: &str = "dues.tell_paid";

/// The order it is about.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Told {
    pub(super) order: OrderId,
}

/// What dues say to a paid order: each line names a bill, which is paid by it or not at all.
pub fn purpose() -> Purpose {
    Purpose { name: NAME, settle }
}

/// Marks the bills paid that are still as the payer saw them; the money of the other lines goes back. In the measured
/// path: one statement for one bill, one for each branch and month, and one job; the trace
/// is the payments'.
fn settle(txn: &mut Txn<'_>, order: &SettledOrder) -> Result<Vec<LineVerdict>, Problem> {
    let wanted: Vec<Option<Wanted>> = order
        .lines
        .iter()
        .map(|line| {
            let id: BillId = line.subject.parse().ok()?;
            Some(Wanted { id, amount: line.amount, organization_id: line.organization_id })
        })
        .collect();
    let mut readable: Vec<Wanted> = wanted.iter().flatten().copied().collect();
    readable.sort_by_key(|line| line.id);
    let paid = store::pay(txn, order, &readable)?;
    count(txn, &paid)?;
    let verdicts = verdicts(txn, &wanted, &paid)?;
    ejia_jobs::enqueue(txn, TELL_PAID, Told { order: order.id })?;
    Ok(verdicts)
}

/// Adds what was paid to the totals, in the order of (organization, month).
fn count(txn: &mut Txn<'_>, paid: &[PaidBill]) -> Result<(), Problem> {
    let mut changes: BTreeMap<(OrganizationId, Month), Total> = BTreeMap::new();
    for bill in paid {
        let change = changes.entry((bill.organization_id, bill.month)).or_default();
        *change = change.plus(paying(bill.sequence, bill.amount));
    }
    changes.into_iter().try_for_each(|((organization, month), change)| add_to_total(txn, organization, month, change))
}

/// What paying a due bill adds to its total.
pub(super) fn paying(sequence: i64, amount: ejia_kernel::Fen) -> Total {
    Total::of(sequence, amount, BillState::Paid).minus(Total::of(sequence, amount, BillState::Due))
}

/// A verdict for each line; what could not be paid is looked at to say why.
fn verdicts(txn: &mut Txn<'_>, wanted: &[Option<Wanted>], paid: &[PaidBill]) -> Result<Vec<LineVerdict>, Problem> {
    let paid: HashSet<BillId> = paid.iter().map(|bill| bill.id).collect();
    let left: Vec<BillId> = wanted.iter().flatten().map(|line| line.id).filter(|id| !paid.contains(id)).collect();
    let found = if left.is_empty() { Vec::new() } else { by_ids(txn, &left)? };
    let found: HashMap<BillId, &Bill> = found.iter().map(|bill| (bill.id, bill)).collect();
    let verdict = |line: &Option<Wanted>| match line {
        Some(line) if paid.contains(&line.id) => LineVerdict::Settled,
        Some(line) => refused_line(found.get(&line.id).copied()),
        None => refused_line(None),
    };
    Ok(wanted.iter().map(verdict).collect())
}
