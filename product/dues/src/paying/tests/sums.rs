//! Whatever is issued, paid, registered, taken back and changed, in whatever order: the totals are those of a fresh
//! count, the journal says the same, and no month is paid twice.

use ejia_db::{Desk, TestDatabase};
use ejia_kernel::Date;
use ejia_payments::{Cashier, ChannelKind, Order};
use proptest::prelude::*;

use super::till::{cashier, journal_dues, money_comes};
use super::{bills, drain, on, ordered, set};
use crate::bills::BillState;
use crate::bills::store::{counted, kept};
use crate::paying::cash::{RegisterCash, register_cash, reverse_cash};
use crate::tests::city::{City, MIGRATIONS, Someone, add, branch_officer, found_city};

#[derive(Clone, Debug)]
enum Act {
    /// A branch issues a month: for each member an amount or nothing.
    Issue {
        second: bool,
        month: i8,
        sheet: [Option<i64>; 3],
    },
    Order {
        who: usize,
        alipay: bool,
    },
    MoneyComes {
        order: usize,
    },
    Cash {
        who: usize,
        month: i8,
    },
    Reverse {
        who: usize,
        month: i8,
    },
    Jobs,
}

fn act() -> impl Strategy<Value = Act> {
    let amount = || prop::option::weighted(0.8, prop_oneof![Just(0), 1..6000_i64]);
    prop_oneof![
        3 => (any::<bool>(), 2..4_i8, [amount(), amount(), amount()])
            .prop_map(|(second, month, sheet)| Act::Issue { second, month, sheet }),
        3 => (0..3_usize, any::<bool>()).prop_map(|(who, alipay)| Act::Order { who, alipay }),
        3 => (0..6_usize).prop_map(|order| Act::MoneyComes { order }),
        2 => (0..3_usize, 2..4_i8).prop_map(|(who, month)| Act::Cash { who, month }),
        1 => (0..3_usize, 2..4_i8).prop_map(|(who, month)| Act::Reverse { who, month }),
        1 => Just(Act::Jobs),
    ]
}

struct Scene<'a> {
    desk: &'a Desk,
    city: City,
    cashier: Cashier,
    people: Vec<Someone>,
    orders: Vec<Order>,
}

impl Scene<'_> {
    fn play(&mut self, act: &Act) {
        let (desk, cashier) = (self.desk, self.cashier.clone());
        match *act {
            Act::Issue { second, month, sheet } => {
                let branch = if second { self.city.second } else { self.city.first };
                let lines: Vec<_> = self.people.iter().zip(sheet).filter_map(|(who, fen)| Some((who, fen?))).collect();
                set(desk, branch, month, &lines);
            }
            Act::Order { who, alipay } => {
                let kind = if alipay { ChannelKind::Alipay } else { ChannelKind::UnionPay };
                let who = &self.people[who];
                self.orders.extend(ordered(desk, &cashier, who, &[who], kind));
            }
            Act::MoneyComes { order } => {
                if let Some(order) = self.orders.get(order) {
                    money_comes(desk, &cashier, order);
                }
            }
            Act::Cash { who, month } => {
                let due = bills(desk, &self.people[who], month).into_iter().find(|b| b.state == BillState::Due);
                let Some(bill) = due else { return };
                let by = branch_officer(desk, bill.organization_id);
                let input = RegisterCash {
                    bills: vec![(bill.id, bill.amount)],
                    received_on: Date::new(2026, 3, 20).unwrap(),
                    remark: String::new(),
                };
                desk.write_now(move |txn| register_cash(txn, &cashier, &by, &input)).unwrap();
            }
            Act::Reverse { who, month } => {
                for bill in bills(desk, &self.people[who], month) {
                    let by = branch_officer(desk, bill.organization_id);
                    let cashier = cashier.clone();
                    // Refused where it was not cash, or part of it has gone back.
                    let _ = desk.write_now(move |txn| reverse_cash(txn, &cashier, &by, bill.id, "登记错误"));
                }
            }
            Act::Jobs => drain(desk, &cashier),
        }
    }

    fn check(&self) {
        let (kept, counted) = self.desk.read_now(|txn| Ok((kept(txn)?, counted(txn)?))).unwrap();
        assert_eq!(kept, counted);
    }

    fn check_at_rest(&self) {
        drain(self.desk, &self.cashier);
        self.check();
        let kept = self.desk.read_now(kept).unwrap();
        assert_eq!(journal_dues(self.desk), kept.iter().map(|(.., total)| total.paid_amount).sum::<i64>());
        for who in &self.people {
            for month in 2..4 {
                let bills = bills(self.desk, who, month);
                let paid: i64 = bills.iter().filter(|b| b.payment.is_some()).map(|b| b.amount.fen()).sum();
                assert!(paid >= 0);
                let branches: std::collections::BTreeSet<_> = bills
                    .iter()
                    .filter(|bill| bill.state != BillState::Cancelled)
                    .map(|bill| bill.organization_id)
                    .collect();
                assert!(branches.len() <= 1, "a month is billed by one branch");
            }
        }
    }
}

fn played(database: &TestDatabase, acts: &[Act]) {
    let desk = &database.desk;
    on(desk, 3, 20);
    let city = desk.write_now(found_city).unwrap();
    let people = ["林晓东", "陈建国", "黄丽"].map(|name| add(desk, city.first, name)).to_vec();
    let mut scene = Scene { desk, city, cashier: cashier(), people, orders: Vec::new() };
    for act in acts {
        scene.play(act);
        scene.check();
    }
    scene.check_at_rest();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn totals_journal_and_bills_agree_whatever_happens(acts in prop::collection::vec(act(), 1..30)) {
        played(&TestDatabase::sqlite(&[MIGRATIONS, &[ejia_payments::MIGRATIONS]].concat()), &acts);
    }
}

#[test]
fn totals_journal_and_bills_agree_on_postgres_too() {
    let acts = [
        Act::Issue { second: false, month: 3, sheet: [Some(5000), Some(20), Some(0)] },
        Act::Order { who: 0, alipay: true },
        Act::Order { who: 0, alipay: false },
        Act::MoneyComes { order: 0 },
        Act::MoneyComes { order: 1 },
        Act::Issue { second: false, month: 3, sheet: [Some(3000), Some(40), Some(20)] },
        Act::Issue { second: true, month: 3, sheet: [Some(3000), None, Some(20)] },
        Act::Cash { who: 1, month: 3 },
        Act::Issue { second: false, month: 3, sheet: [Some(6000), Some(10), None] },
        Act::Jobs,
        Act::Issue { second: true, month: 3, sheet: [None, None, Some(500)] },
        Act::Cash { who: 2, month: 3 },
        Act::Reverse { who: 2, month: 3 },
        Act::Issue { second: false, month: 3, sheet: [Some(0), Some(0), None] },
    ];
    played(&TestDatabase::postgres(&[MIGRATIONS, &[ejia_payments::MIGRATIONS]].concat()), &acts);
}
