//! Cash: registered, refused, taken back, handed back.

use ejia_db::Desk;
use ejia_kernel::{BillId, Date, Fen, OrganizationId, Problem};
use ejia_payments::{Cashier, ChannelKind, Order};

use super::till::{goes_back, journal_dues, money_comes, with_till};
use super::{bills, drain, on, ordered, set, states};
use crate::bills::store::{counted, kept};
use crate::bills::{Bill, BillState};
use crate::paying::cash::{RegisterCash, register_cash, reverse_cash};
use crate::tests::city::{Someone, add, branch_officer, letters};

fn registered(
    desk: &Desk,
    cashier: &Cashier,
    branch: OrganizationId,
    bills: &[Bill],
    day: (i8, i8),
) -> Result<Order, Problem> {
    let (by, cashier) = (branch_officer(desk, branch), cashier.clone());
    let input = RegisterCash {
        bills: bills.iter().map(|bill| (bill.id, bill.amount)).collect(),
        received_on: Date::new(2026, day.0, day.1).unwrap(),
        remark: "支部会上收取".to_owned(),
    };
    desk.write_now(move |txn| register_cash(txn, &cashier, &by, &input))
}

fn reversed(desk: &Desk, cashier: &Cashier, branch: OrganizationId, bill: BillId, why: &str) -> Result<(), Problem> {
    let (by, cashier, why) = (branch_officer(desk, branch), cashier.clone(), why.to_owned());
    desk.write_now(move |txn| reverse_cash(txn, &cashier, &by, bill, &why))
}

fn sums_hold(desk: &Desk) {
    let (kept, counted) = desk.read_now(|txn| Ok((kept(txn)?, counted(txn)?))).unwrap();
    assert_eq!(kept, counted);
    assert_eq!(journal_dues(desk), kept.iter().map(|(.., total)| total.paid_amount).sum::<i64>());
}

fn of(desk: &Desk, who: &Someone, months: &[i8]) -> Vec<Bill> {
    months.iter().flat_map(|month| bills(desk, who, *month)).collect()
}

#[test]
fn cash_pays_the_months_of_several_members_at_once() {
    with_till(|desk, city, cashier| {
        let [one, two] = ["林晓东", "陈建国"].map(|name| add(desk, city.first, name));
        on(desk, 3, 20);
        for month in [2, 3] {
            set(desk, city.first, month, &[(&one, 5000), (&two, 20)]);
        }
        let chosen = [of(desk, &one, &[2, 3]), of(desk, &two, &[3])].concat();
        let order = registered(desk, cashier, city.first, &chosen, (3, 18)).unwrap();
        assert_eq!((order.amount.fen(), order.channel), (10_020, ChannelKind::Cash));
        assert_eq!(states(desk, &two, 2), [(20, BillState::Due)]);
        let payment = bills(desk, &one, 3)[0].payment.clone().unwrap();
        assert_eq!(payment.paid_at.unwrap().china_date().to_string(), "2026-03-18");
        assert_eq!(payment.payer_name, "王管理");
        sums_hold(desk);
        drain(desk, cashier);
        assert_eq!(letters(desk).len(), 2);
        let twice = registered(desk, cashier, city.first, &chosen, (3, 18)).unwrap_err();
        assert_eq!(twice.code, "dues.bill_not_due");
    });
}

#[test]
fn cash_is_of_today_or_earlier_of_a_payable_month_and_of_ones_own_branch() {
    with_till(|desk, city, cashier| {
        let who = add(desk, city.first, "林晓东");
        set(desk, city.first, 3, &[(&who, 5000)]);
        on(desk, 3, 20);
        let bills = of(desk, &who, &[3]);
        let refused = |day, branch| registered(desk, cashier, branch, &bills, day).unwrap_err().code;
        assert_eq!(refused((3, 21), city.first), "dues.received_ahead");
        assert_eq!(refused((3, 15), city.first), "dues.received_in_advance");
        assert_eq!(refused((3, 20), city.second), "dues.no_such_bill");
        assert_eq!(registered(desk, cashier, city.first, &[], (3, 20)).unwrap_err().code, "dues.choose_bills");
        let mut other = bills.clone();
        other[0].amount = Fen::new(1);
        assert_eq!(registered(desk, cashier, city.first, &other, (3, 20)).unwrap_err().code, "dues.bill_not_due");
    });
}

#[test]
fn a_wrong_registration_is_taken_back_and_the_bill_is_due_again() {
    with_till(|desk, city, cashier| {
        let [who, other] = ["林晓东", "陈建国"].map(|name| add(desk, city.first, name));
        on(desk, 3, 20);
        set(desk, city.first, 3, &[(&who, 5000), (&other, 20)]);
        let both = [of(desk, &who, &[3]), of(desk, &other, &[3])].concat();
        registered(desk, cashier, city.first, &both, (3, 20)).unwrap();
        let id = both[0].id;
        assert_eq!(reversed(desk, cashier, city.first, id, " ").unwrap_err().code, "dues.reversal_reason_needed");
        assert_eq!(reversed(desk, cashier, city.second, id, "登记错人").unwrap_err().code, "dues.no_such_bill");
        reversed(desk, cashier, city.first, id, "登记错人").unwrap();
        assert_eq!(states(desk, &who, 3), [(5000, BillState::Due)]);
        assert_eq!(states(desk, &other, 3), [(20, BillState::Paid)]);
        sums_hold(desk);
        assert_eq!(reversed(desk, cashier, city.first, id, "登记错人").unwrap_err().code, "dues.not_cash");
        let order = ordered(desk, cashier, &who, &[&who], ChannelKind::Alipay).unwrap();
        money_comes(desk, cashier, &order);
        assert_eq!(reversed(desk, cashier, city.first, id, "登记错人").unwrap_err().code, "dues.not_cash");
        sums_hold(desk);
    });
}

#[test]
fn cash_paid_too_much_is_handed_back_by_the_branch() {
    with_till(|desk, city, cashier| {
        let who = add(desk, city.first, "林晓东");
        on(desk, 3, 20);
        set(desk, city.first, 3, &[(&who, 5000)]);
        let bill = of(desk, &who, &[3]);
        let order = registered(desk, cashier, city.first, &bill, (3, 20)).unwrap();
        set(desk, city.first, 3, &[(&who, 3000)]);
        drain(desk, cashier);
        assert_eq!(goes_back(desk, order.id), [(2000, "dues.back_lowered".to_owned(), "by_hand")]);
        assert!(letters(desk).iter().all(|(kind, _)| kind == "dues_paid"));
        let refused = reversed(desk, cashier, city.first, bill[0].id, "登记错人").unwrap_err();
        assert_eq!(refused.code, "dues.cash_partly_back");
        sums_hold(desk);
    });
}
