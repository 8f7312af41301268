//! Lists, sums, warnings and sheets, over bills written by hand, on both databases.

mod lists;
mod months;
mod pages;
mod plans;
mod sheets;
mod totals;
mod warnings;

use std::collections::BTreeMap;

use ejia_db::{Desk, Txn, Value, args};
use ejia_kernel::{BillId, Fen, Instant, Month, OrderId, OrganizationId, Problem};
use ejia_payments::ChannelKind;

use crate::bills::store::{add_to_total, count_set};
use crate::bills::{BillState, Total};
use crate::tests::city::Someone;

pub(super) fn month(text: &str) -> Month {
    text.parse().unwrap()
}

/// A bill as a test writes it down.
#[derive(Clone)]
pub(super) struct Written {
    member: Someone,
    branch: OrganizationId,
    month: Month,
    sequence: i64,
    fen: i64,
    state: BillState,
    paid: Option<(Instant, ChannelKind, String, String)>,
}

/// A bill of the member's branch that awaits payment.
pub(super) fn due(member: &Someone, of: &str, fen: i64) -> Written {
    let (branch, member) = (member.organization_id, member.clone());
    Written { member, branch, month: month(of), sequence: 0, fen, state: BillState::Due, paid: None }
}

/// A bill he has paid himself.
pub(super) fn paid(member: &Someone, of: &str, fen: i64, at: &str, channel: ChannelKind) -> Written {
    let paid = (at.parse().unwrap(), channel, member.id.to_string(), member.name.clone());
    Written { state: BillState::Paid, paid: Some(paid), ..due(member, of, fen) }
}

impl Written {
    pub(super) fn by(mut self, payer: &str, name: &str) -> Self {
        if let Some(paid) = &mut self.paid {
            (paid.2, paid.3) = (payer.to_owned(), name.to_owned());
        }
        self
    }

    pub(super) fn state(self, state: BillState) -> Self {
        Self { state, ..self }
    }

    pub(super) fn sequence(self, sequence: i64) -> Self {
        Self { sequence, ..self }
    }

    fn values(&self, now: Instant) -> Vec<Value> {
        let Self { member, branch, month, sequence, fen, state, paid } = self;
        let (paid_at, channel, payer, name) = match paid.clone() {
            Some((at, channel, payer, name)) => (Some(at), Some(channel.code()), Some(payer), Some(name)),
            None => (None, None, None, None),
        };
        let order = paid_at.map(|_| OrderId::random());
        let texts = ["wage", "0.5%", "第一条", "四舍五入到分", "", ""].map(Value::from);
        let [basis, rate, article, rounding, typed, exemption] = texts;
        let mut values = args![BillId::random(), member.id, &member.name, *branch, *month, *sequence, *fen].to_vec();
        values.extend([basis, rate, article, rounding, typed, exemption]);
        values.extend(args![state.code(), now, paid_at, order, channel, payer, name]);
        values
    }
}

const COLUMNS: [&str; 20] = [
    "id",
    "member_id",
    "member_name",
    "organization_id",
    "month",
    "sequence",
    "amount",
    "basis",
    "rate",
    "article",
    "rounding",
    "typed_reason",
    "exemption",
    "state",
    "issued_at",
    "paid_at",
    "order_id",
    "channel",
    "payer_id",
    "payer_name",
];

/// Writes bills and what they come to.
pub(super) fn write(desk: &Desk, bills: &[Written]) {
    let bills = bills.to_vec();
    desk.write_now(move |txn| write_in(txn, &bills)).unwrap();
}

fn write_in(txn: &mut Txn<'_>, bills: &[Written]) -> Result<(), Problem> {
    let now = txn.now();
    txn.insert_many("dues_bill", &COLUMNS, bills.iter().map(|bill| bill.values(now)))?;
    let mut sums: BTreeMap<(OrganizationId, Month), Total> = BTreeMap::new();
    for bill in bills {
        let sum = sums.entry((bill.branch, bill.month)).or_default();
        *sum = sum.plus(Total::of(bill.sequence, Fen::new(bill.fen), bill.state));
    }
    for ((branch, month), sum) in sums {
        add_to_total(txn, branch, month, sum)?;
        count_set(txn, branch, month, i64::from(sum.billed + sum.exempt > 0))?;
    }
    Ok(())
}
