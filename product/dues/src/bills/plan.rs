//! What a sheet makes of the bills there are: decided member by member, touching nothing.

use ejia_kernel::{BillId, Fen, OrganizationId};

use super::model::{Bill, BillState, NewBill, Payment};

/// What becomes of a member's bills of the month, in the words of `Issued`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing a person has to hear of.
    Same,
    /// Billed for the first time.
    New,
    /// The unpaid bill is another one now.
    Changed,
    /// A difference has been added to what was paid.
    Difference,
    /// Another branch has billed him.
    Elsewhere,
    /// The unpaid bill was taken back.
    Withdrawn,
}

/// One change of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    /// A bill that was not there.
    Insert {
        /// The line of the sheet.
        new: &'a NewBill,
        /// Its number within the month.
        sequence: i64,
        /// How much.
        amount: Fen,
        /// Due, exempt or given back.
        state: BillState,
        /// Given back: how the money had come in, and with which bill.
        source: Option<(BillId, &'a Payment)>,
    },
    /// An unpaid bill is another one now.
    Change {
        /// The bill as it was.
        was: &'a Bill,
        /// The line of the sheet.
        new: &'a NewBill,
        /// How much now.
        amount: Fen,
        /// Due or exempt.
        state: BillState,
    },
    /// An unpaid bill is taken back.
    Cancel(&'a Bill),
}

/// Decides for one member: `rows` are all his bills of the month in sequence, `new` his line in the branch's sheet, if
/// he has one. After the steps, what is due and what was paid come to exactly the sheet's amount.
pub(crate) fn plan<'a>(branch: OrganizationId, new: Option<&'a NewBill>, rows: &'a [Bill]) -> (Outcome, Vec<Step<'a>>) {
    let elsewhere = |bill: &Bill| bill.state != BillState::Cancelled && bill.organization_id != branch;
    if rows.iter().any(elsewhere) {
        return (if new.is_some() { Outcome::Elsewhere } else { Outcome::Same }, Vec::new());
    }
    let Some(new) = new else {
        let steps = cancelled(rows, None);
        return (if steps.is_empty() { Outcome::Same } else { Outcome::Withdrawn }, steps);
    };
    let paid_before = rows.iter().any(|bill| bill.state == BillState::Paid);
    let owed = minus(new.amount, settled(rows));
    if owed < Fen::ZERO {
        let mut steps = cancelled(rows, None);
        steps.extend(given_back(new, rows, minus(Fen::ZERO, owed)));
        return (Outcome::Difference, steps);
    }
    if owed == Fen::ZERO && paid_before {
        let steps = cancelled(rows, None);
        return (if steps.is_empty() { Outcome::Same } else { Outcome::Changed }, steps);
    }
    charged(new, rows, owed, paid_before)
}

/// What is owed beyond what was paid, in one bill: the first that is unpaid, else a new one.
fn charged<'a>(new: &'a NewBill, rows: &'a [Bill], owed: Fen, paid_before: bool) -> (Outcome, Vec<Step<'a>>) {
    let state = if owed == Fen::ZERO { BillState::Exempt } else { BillState::Due };
    let Some(open) = rows.iter().find(|bill| is_open(bill)) else {
        let step = Step::Insert { new, sequence: next_sequence(rows), amount: owed, state, source: None };
        return (if paid_before { Outcome::Difference } else { Outcome::New }, vec![step]);
    };
    let same_sum = open.amount == owed && open.state == state;
    let mut steps = cancelled(rows, Some(open));
    let outcome = match (same_sum && steps.is_empty(), paid_before) {
        (true, _) => Outcome::Same,
        (false, true) => Outcome::Difference,
        (false, false) => Outcome::Changed,
    };
    if !same_sum || open.why != new.why {
        steps.push(Step::Change { was: open, new, amount: owed, state });
    }
    (outcome, steps)
}

/// Takes back what is unpaid, except for the one that is kept.
fn cancelled<'a>(rows: &'a [Bill], kept: Option<&Bill>) -> Vec<Step<'a>> {
    let live = |bill: &&Bill| is_open(bill) && bill.state != BillState::Cancelled;
    rows.iter().filter(live).filter(|bill| kept.is_none_or(|kept| kept.id != bill.id)).map(Step::Cancel).collect()
}

/// Gives back what was paid too much: of the latest payments first, and of none more than is left of it.
fn given_back<'a>(new: &'a NewBill, rows: &'a [Bill], amount: Fen) -> Vec<Step<'a>> {
    let mut steps = Vec::new();
    let mut rest = amount;
    for (bill, payment) in rows.iter().rev().filter_map(|bill| Some((bill, bill.payment.as_ref()?))) {
        let part = left_of(rows, bill).min(rest);
        if bill.state != BillState::Paid || part <= Fen::ZERO {
            continue;
        }
        let sequence = next_sequence(rows) + i64::try_from(steps.len()).unwrap_or(i64::MAX);
        steps.push(Step::Insert {
            new,
            sequence,
            amount: minus(Fen::ZERO, part),
            state: BillState::GivenBack,
            source: Some((bill.id, payment)),
        });
        rest = minus(rest, part);
    }
    steps
}

/// What has stayed of a paid bill: its amount without what went back of it.
pub(crate) fn left_of(rows: &[Bill], paid: &Bill) -> Fen {
    rows.iter().filter(|bill| bill.back_of == Some(paid.id)).fold(paid.amount, |left, bill| plus(left, bill.amount))
}

/// What has been paid for the month and has stayed.
fn settled(rows: &[Bill]) -> Fen {
    let counts = |bill: &&Bill| matches!(bill.state, BillState::Paid | BillState::GivenBack);
    rows.iter().filter(counts).fold(Fen::ZERO, |sum, bill| plus(sum, bill.amount))
}

fn is_open(bill: &Bill) -> bool {
    matches!(bill.state, BillState::Due | BillState::Exempt | BillState::Cancelled)
}

fn next_sequence(rows: &[Bill]) -> i64 {
    rows.iter().map(|bill| bill.sequence + 1).max().unwrap_or(0)
}

fn plus(one: Fen, other: Fen) -> Fen {
    Fen::new(one.fen().saturating_add(other.fen()))
}

fn minus(one: Fen, other: Fen) -> Fen {
    Fen::new(one.fen().saturating_sub(other.fen()))
}
