//! Whatever happens before, what is due and what was paid come to what the sheet says.

use ejia_kernel::{BillId, Fen, Instant, MemberId, Month, OrderId, OrganizationId};
use ejia_payments::ChannelKind;
use proptest::prelude::*;

use super::{line, why};
use crate::bills::model::{Bill, BillState, NewBill, Payment};
use crate::bills::plan::{Outcome, Step, left_of, plan};

/// A member's bills of one month as a table would hold them.
struct Rows {
    branch: OrganizationId,
    member: MemberId,
    bills: Vec<Bill>,
}

impl Rows {
    fn new() -> Self {
        Self { branch: OrganizationId::random(), member: MemberId::random(), bills: Vec::new() }
    }

    fn issue(&mut self, fen: Option<i64>) -> Outcome {
        let new = fen.map(|fen| line(self.member, fen));
        let before = self.bills.clone();
        let (outcome, steps) = plan(self.branch, new.as_ref(), &before);
        for step in steps {
            self.take(&step);
        }
        self.bills.sort_by_key(|bill| bill.sequence);
        outcome
    }

    fn take(&mut self, step: &Step<'_>) {
        match *step {
            Step::Insert { new, sequence, amount, state, source } => {
                let NewBill { member_id, member_name, amount: _, why } = new.clone();
                self.bills.push(Bill {
                    id: BillId::random(),
                    member_id,
                    member_name,
                    organization_id: self.branch,
                    month: Month::new(2026, 3).unwrap(),
                    sequence,
                    amount,
                    why,
                    state,
                    issued_at: Instant::from_ms(0),
                    payment: source.map(|(_, payment)| payment.clone()),
                    back_of: source.map(|(bill, _)| bill),
                });
            }
            Step::Change { was, amount, state, .. } => {
                let bill = self.bills.iter_mut().find(|bill| bill.id == was.id).unwrap();
                assert!(matches!(bill.state, BillState::Due | BillState::Exempt | BillState::Cancelled));
                (bill.amount, bill.state) = (amount, state);
            }
            Step::Cancel(was) => {
                let bill = self.bills.iter_mut().find(|bill| bill.id == was.id).unwrap();
                assert!(matches!(bill.state, BillState::Due | BillState::Exempt));
                bill.state = BillState::Cancelled;
            }
        }
    }

    fn pay(&mut self) {
        if let Some(bill) = self.bills.iter_mut().find(|bill| bill.state == BillState::Due) {
            bill.state = BillState::Paid;
            bill.payment = Some(Payment {
                paid_at: Some(Instant::from_ms(1)),
                order_id: OrderId::random(),
                channel: ChannelKind::Cash,
                payer_id: String::new(),
                payer_name: String::new(),
            });
        }
    }

    fn reverse(&mut self) {
        let bills = self.bills.clone();
        let whole = |bill: &&mut Bill| bill.state == BillState::Paid && left_of(&bills, bill) == bill.amount;
        if let Some(bill) = self.bills.iter_mut().find(whole) {
            (bill.state, bill.payment) = (BillState::Due, None);
        }
    }

    fn sum(&self, states: &[BillState]) -> i64 {
        self.bills.iter().filter(|bill| states.contains(&bill.state)).map(|bill| bill.amount.fen()).sum()
    }

    fn states(&self) -> Vec<(i64, BillState)> {
        self.bills.iter().map(|bill| (bill.amount.fen(), bill.state)).collect()
    }
}

#[test]
fn an_unpaid_bill_becomes_what_the_sheet_says() {
    let mut rows = Rows::new();
    assert_eq!(rows.issue(Some(5000)), Outcome::New);
    assert_eq!(rows.issue(Some(5000)), Outcome::Same);
    assert_eq!(rows.issue(Some(6000)), Outcome::Changed);
    assert_eq!(rows.issue(Some(0)), Outcome::Changed);
    assert_eq!(rows.states(), [(0, BillState::Exempt)]);
    assert_eq!(rows.issue(None), Outcome::Withdrawn);
    assert_eq!(rows.issue(None), Outcome::Same);
    assert_eq!(rows.issue(Some(7000)), Outcome::Changed);
    assert_eq!(rows.states(), [(7000, BillState::Due)]);
}

#[test]
fn a_paid_bill_stays_and_the_difference_is_a_bill_of_its_own() {
    let mut rows = Rows::new();
    rows.issue(Some(5000));
    rows.pay();
    assert_eq!(rows.issue(Some(5000)), Outcome::Same);
    assert_eq!(rows.issue(Some(6000)), Outcome::Difference);
    assert_eq!(rows.issue(Some(6500)), Outcome::Difference);
    assert_eq!(rows.states(), [(5000, BillState::Paid), (1500, BillState::Due)]);
    assert_eq!(rows.issue(Some(5000)), Outcome::Changed);
    assert_eq!(rows.states(), [(5000, BillState::Paid), (1500, BillState::Cancelled)]);
    assert_eq!(rows.issue(Some(4000)), Outcome::Difference);
    assert_eq!(rows.states().last(), Some(&(-1000, BillState::GivenBack)));
    assert_eq!(rows.issue(Some(4000)), Outcome::Same);
}

#[test]
fn what_is_given_back_comes_from_the_latest_payments_and_never_more_than_is_left() {
    let mut rows = Rows::new();
    rows.issue(Some(5000));
    rows.pay();
    rows.issue(Some(6000));
    rows.pay();
    rows.issue(Some(4500));
    let given: Vec<_> = rows.bills.iter().filter(|bill| bill.state == BillState::GivenBack).collect();
    assert_eq!(given.iter().map(|bill| bill.amount.fen()).collect::<Vec<_>>(), [-1000, -500]);
    assert_eq!(given[0].back_of, Some(rows.bills[1].id));
    assert_eq!(given[1].back_of, Some(rows.bills[0].id));
    rows.issue(Some(0));
    assert_eq!(left_of(&rows.bills, &rows.bills[0]), Fen::ZERO);
    assert_eq!(left_of(&rows.bills, &rows.bills[1]), Fen::ZERO);
}

#[test]
fn whom_another_branch_has_billed_is_not_billed_again_until_it_takes_that_back() {
    let mut rows = Rows::new();
    rows.issue(Some(5000));
    let first = std::mem::replace(&mut rows.branch, OrganizationId::random());
    assert_eq!(rows.issue(Some(5000)), Outcome::Elsewhere);
    assert_eq!(rows.issue(None), Outcome::Same);
    assert_eq!(rows.bills[0].organization_id, first);
    rows.bills[0].state = BillState::Cancelled;
    assert_eq!(rows.issue(Some(5500)), Outcome::Changed);
}

#[test]
fn another_reason_for_the_same_amount_is_kept_and_announced_to_nobody() {
    let mut rows = Rows::new();
    rows.issue(Some(5000));
    let mut new = line(rows.member, 5000);
    new.why.typed_reason = "按支部大会决定".to_owned();
    let (outcome, steps) = plan(rows.branch, Some(&new), &rows.bills);
    assert_eq!(outcome, Outcome::Same);
    assert!(matches!(steps.as_slice(), [Step::Change { .. }]));
    assert_ne!(new.why, why());
}

#[derive(Clone, Debug)]
enum Act {
    Issue(Option<i64>),
    Pay,
    Reverse,
}

fn act() -> impl Strategy<Value = Act> {
    let amount = prop_oneof![Just(0), Just(20), 0..5000_i64];
    prop_oneof![
        3 => prop::option::weighted(0.85, amount).prop_map(Act::Issue),
        2 => Just(Act::Pay),
        1 => Just(Act::Reverse),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn what_is_due_and_what_was_paid_come_to_the_sheet(acts in prop::collection::vec(act(), 1..25)) {
        let mut rows = Rows::new();
        for act in acts {
            match act {
                Act::Pay => rows.pay(),
                Act::Reverse => rows.reverse(),
                Act::Issue(fen) => {
                    rows.issue(fen);
                    let settled = rows.sum(&[BillState::Paid, BillState::GivenBack]);
                    let due = rows.sum(&[BillState::Due]);
                    prop_assert_eq!(settled + due, fen.unwrap_or(settled));
                    prop_assert!(rows.bills.iter().filter(|bill| bill.state == BillState::Due).count() <= 1);
                }
            }
            for (sequence, bill) in rows.bills.iter().enumerate() {
                prop_assert_eq!(i64::try_from(sequence).unwrap(), bill.sequence);
                prop_assert!(bill.state != BillState::Paid || left_of(&rows.bills, bill) >= Fen::ZERO);
            }
        }
    }
}
