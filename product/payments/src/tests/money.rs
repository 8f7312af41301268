//! Money comes in: twice, late, out of order, wrong, forged, lost. proves: R5

use std::sync::Arc;

use ejia_kernel::{Date, Fen, MemberId};

use super::bank::Mood;
use super::house::{House, on_both};
use crate::{ChannelKind, Departure, Device, Disbelief, HowLearned, LineState, Means, Notice, OrderState, Payer};

use ChannelKind::{Alipay, Ccb};

#[test]
fn a_notification_settles_its_order_and_told_again_changes_nothing() {
    on_both(|desk| {
        let house = House::on(desk);
        let order = house.open(Alipay, &[("a", 300), ("b", 200)]);
        let paid = house.alipay.pays(&order.id.to_string(), order.amount, Means::Debit);
        for _ in 0..3 {
            house.told(Alipay, &paid);
        }
        let order = house.order(order.id);
        assert_eq!((order.state, order.trade.as_deref()), (OrderState::Paid, Some("alipay-1")));
        assert!(order.lines.iter().all(|line| line.state == LineState::Settled));
        assert_eq!(
            (house.balance("clearing.alipay"), house.balance("dues"), house.balance("owed_back")),
            (500, -500, 0)
        );
        house.turns(5, 60);
        assert_eq!((house.alipay.holds(), house.reasons().len()), (500, 0));
        assert_eq!(house.words("SELECT action FROM audit_entry"), ["payments.order_paid"]);
    });
}

#[test]
fn what_is_told_of_a_known_trade_later_does_not_count() {
    on_both(|desk| {
        let house = House::on(desk);
        let order = house.open(Alipay, &[("a", 300)]);
        let other = house.open(Alipay, &[("b", 300)]);
        let paid = house.alipay.pays(&order.id.to_string(), order.amount, Means::Debit);
        house.told(Alipay, &paid);
        let mut changed = paid.clone();
        changed.order = other.id.to_string();
        house.told(Alipay, &changed);
        house.told(Alipay, &changed);
        assert_eq!(house.order(other.id).state, OrderState::Open);
        assert_eq!((house.balance("dues"), house.events()), (-300, vec!["contradiction".to_owned()]));
    });
}

#[test]
fn money_that_does_not_fit_goes_back_by_itself_and_the_order_can_still_be_paid() {
    on_both(|desk| {
        let house = House::on(desk);
        let order = house.open(Alipay, &[("a", 300)]);
        let number = order.id.to_string();
        house.told(Alipay, &house.alipay.pays(&number, Fen::new(299), Means::Debit));
        house.told(Alipay, &house.alipay.pays(&number, Fen::new(300), Means::Credit));
        house.told(Ccb, &house.ccb.pays(&number, Fen::new(300), Means::Debit));
        assert_eq!(house.order(order.id).state, OrderState::Open);
        assert_eq!(house.balance("owed_back"), -899);
        house.told(Alipay, &house.alipay.pays(&number, Fen::new(300), Means::Untold));
        house.turn();
        assert_eq!(house.order(order.id).state, OrderState::Paid);
        assert_eq!((house.alipay.holds(), house.ccb.holds(), house.balance("owed_back")), (300, 0, 0));
        let reasons = ["payments.back_credit", "payments.back_wrong_amount", "payments.back_wrong_channel"];
        assert_eq!(house.reasons(), reasons);
    });
}

#[test]
fn a_second_payment_of_an_order_goes_back() {
    on_both(|desk| {
        let house = House::on(desk);
        let order = house.open(Alipay, &[("a", 300)]);
        let first = house.alipay.pays(&order.id.to_string(), order.amount, Means::Debit);
        let second = house.alipay.pays(&order.id.to_string(), order.amount, Means::Debit);
        house.told(Alipay, &second);
        house.told(Alipay, &first);
        house.turn();
        assert_eq!(house.order(order.id).trade.as_deref(), Some("alipay-2"));
        assert_eq!((house.alipay.holds(), house.reasons()), (300, vec!["payments.back_double".to_owned()]));
    });
}

#[test]
fn two_orders_for_the_same_over_two_channels_are_one_settlement_and_one_refund() {
    on_both(|desk| {
        let house = House::on(desk);
        let mine = house.open(Alipay, &[("a", 300), ("b", 200)]);
        let proxy = house.open(Ccb, &[("c", 100), ("a", 300)]);
        house.told(Ccb, &house.ccb.pays(&proxy.id.to_string(), proxy.amount, Means::Debit));
        let late = house.alipay.pays(&mine.id.to_string(), mine.amount, Means::Debit);
        house.told(Alipay, &late);
        house.turn();
        let mine = house.order(mine.id);
        let states: Vec<LineState> = mine.lines.iter().map(|line| line.state).collect();
        assert_eq!((mine.state, states), (OrderState::Paid, vec![LineState::GivenBack, LineState::Settled]));
        assert_eq!((house.alipay.holds(), house.ccb.holds()), (200, 400));
        assert_eq!(house.reasons(), ["test.paid_already"]);
        assert_eq!((house.balance("dues"), house.balance("owed_back")), (-600, 0));
    });
}

#[test]
fn the_other_order_is_closed_at_its_counter_when_the_same_was_paid() {
    on_both(|desk| {
        let house = House::on(desk);
        let left = house.open(Alipay, &[("a", 300)]);
        let paid = house.open(Ccb, &[("a", 300)]);
        house.told(Ccb, &house.ccb.pays(&paid.id.to_string(), paid.amount, Means::Debit));
        house.turn();
        assert_eq!(house.order(left.id).state, OrderState::Closed);
        assert_eq!(house.alipay.books.lock().unwrap().closed, [left.id.to_string()]);
        assert_eq!(house.events(), ["closed_as_paid_elsewhere"]);
    });
}

#[test]
fn a_lost_notification_is_made_up_for_by_asking() {
    on_both(|desk| {
        let house = House::on(desk);
        let order = house.open(Alipay, &[("a", 300)]);
        let paid = house.alipay.pays(&order.id.to_string(), order.amount, Means::Debit);
        house.turns(4, 1);
        assert_eq!(house.alipay.books.lock().unwrap().calls, 0);
        house.alipay.in_mood(&[Mood::Down]);
        house.turns(2, 1);
        assert_eq!(house.order(order.id).state, OrderState::Open);
        house.turns(5, 1);
        assert_eq!(
            (house.order(order.id).state, house.events()),
            (OrderState::Paid, vec!["found_by_asking".to_owned()])
        );
        house.told(Alipay, &paid);
        assert_eq!(house.balance("dues"), -300);
    });
}

#[test]
fn who_comes_back_from_the_counter_need_not_wait_for_the_notification() {
    on_both(|desk| {
        let house = House::on(desk);
        let order = house.open(Alipay, &[("a", 300)]);
        house.alipay.pays(&order.id.to_string(), order.amount, Means::Debit);
        let id = order.id;
        desk.write_now(move |txn| crate::ask_soon(txn, id)).unwrap();
        house.turn();
        assert_eq!(house.order(id).state, OrderState::Paid);
    });
}

#[test]
fn an_order_nobody_pays_is_closed_and_what_comes_afterwards_goes_back() {
    on_both(|desk| {
        let house = House::on(desk);
        let order = house.open(Alipay, &[("a", 300)]);
        house.turns(13, 10);
        assert_eq!(house.order(order.id).state, OrderState::Closed);
        house.told(Alipay, &house.alipay.pays(&order.id.to_string(), order.amount, Means::Debit));
        house.turn();
        assert_eq!((house.alipay.holds(), house.balance("dues")), (0, 0));
        assert_eq!(house.events(), ["expired", "goes_back", "refund_done"]);
        assert_eq!(house.reasons(), ["payments.back_late"]);
    });
}

#[test]
fn money_that_came_in_time_counts_however_late_its_word() {
    on_both(|desk| {
        let house = House::on(desk);
        let order = house.open(Alipay, &[("a", 300)]);
        let paid = house.alipay.pays(&order.id.to_string(), order.amount, Means::Debit);
        house.alipay.in_mood(&[Mood::Down; 60]);
        house.turns(20, 10);
        assert_eq!(house.order(order.id).state, OrderState::Open);
        house.told(Alipay, &paid);
        assert_eq!(house.order(order.id).state, OrderState::Paid);
    });
}

#[test]
fn a_channel_silent_for_a_day_is_waited_for_no_more() {
    on_both(|desk| {
        let house = House::on(desk);
        let order = house.open(Alipay, &[("a", 300)]);
        house.alipay.in_mood(&[Mood::CutOffBefore; 300]);
        house.turns(28, 60);
        assert_eq!(house.order(order.id).state, OrderState::Closed);
        assert_eq!(house.events(), ["closed_unanswered"]);
    });
}

#[test]
fn forged_calls_are_listed_but_not_without_end() {
    on_both(|desk| {
        let house = House::on(desk);
        let cashier = house.cashier.clone();
        let heard = cashier.hear(Alipay, &crate::RawCall::default()).unwrap_err();
        assert!(cashier.hear(ChannelKind::Icbc, &crate::RawCall::default()).is_err());
        for _ in 0..130 {
            let (cashier, heard) = (cashier.clone(), heard.clone());
            desk.write_now(move |txn| cashier.disbelieve(txn, Alipay, &heard)).unwrap();
        }
        let stranger = Disbelief::Stranger("merchant".to_owned());
        desk.write_now(move |txn| cashier.disbelieve(txn, Ccb, &stranger)).unwrap();
        assert_eq!(house.number("SELECT COUNT(*) FROM payment_event WHERE kind = 'forged'"), 100);
        assert_eq!(house.number("SELECT COUNT(*) FROM payment_event WHERE kind = 'stranger'"), 1);
        assert_eq!(house.number("SELECT COUNT(*) FROM payment"), 0);
    });
}

#[test]
fn money_of_nothing_and_trades_without_a_number_are_not_believed() {
    on_both(|desk| {
        let house = House::on(desk);
        let order = house.open(Alipay, &[("a", 300)]);
        let mut paid = house.alipay.pays(&order.id.to_string(), Fen::new(-300), Means::Debit);
        house.told(Alipay, &paid);
        paid.amount = Fen::new(300);
        paid.trade = String::new();
        house.told(Alipay, &paid);
        assert_eq!(house.events(), ["nonsense", "nonsense"]);
        assert_eq!(house.number("SELECT COUNT(*) FROM payment"), 0);
    });
}

#[test]
fn cash_is_paid_at_once_and_refused_when_the_same_was_paid() {
    on_both(|desk| {
        let house = House::on(desk);
        let (_, secretary) = house.officers();
        let left = house.open(Alipay, &[("a", 300)]);
        let mut cash = house.new_order(ChannelKind::Cash, &[("a", 300)]);
        cash.payer = Payer::Officer(secretary.id(), "王芳".to_owned());
        let register = |new: &crate::NewOrder, on: &str| {
            let (cashier, by, new) = (house.cashier.clone(), secretary.clone(), new.clone());
            let day: Date = on.parse().unwrap();
            desk.write_now(move |txn| cashier.register_cash(txn, &by, &new, day))
        };
        assert_eq!(register(&cash, "2026-03-21").unwrap_err().code, "payments.received_ahead");
        let order = register(&cash, "2026-03-19").unwrap();
        assert_eq!((order.state, order.lines[0].state), (OrderState::Paid, LineState::Settled));
        assert_eq!((house.balance("cash"), house.balance("dues")), (300, -300));
        assert_eq!(register(&cash, "2026-03-19").unwrap_err().code, "test.paid_already");
        cash.lines[0].1 = house.other;
        assert_eq!(register(&cash, "2026-03-19").unwrap_err().status(), 404);
        house.turn();
        assert_eq!(house.order(left.id).state, OrderState::Closed);
        assert_eq!(house.number("SELECT COUNT(*) FROM payment_order"), 2);
    });
}

#[test]
fn only_open_orders_over_offered_channels_lead_to_a_counter() {
    on_both(|desk| {
        let house = House::on(desk);
        assert_eq!(house.cashier.offered(), [Alipay, Ccb]);
        let order = house.open(Alipay, &[("a", 300)]);
        let left = house.cashier.depart(&order, Device::Phone).unwrap();
        assert_eq!(left, Departure::Link(format!("https://pay.invalid/{}", order.id)));
        let closed = crate::Order { state: OrderState::Closed, ..order.clone() };
        assert_eq!(house.cashier.depart(&closed, Device::Desktop).unwrap_err().code, "payments.order_not_open");
        let (cashier, new) = (house.cashier.clone(), house.new_order(ChannelKind::Icbc, &[("a", 1)]));
        let refused = desk.write_now(move |txn| cashier.open(txn, &new)).unwrap_err();
        assert_eq!(refused.code, "payments.channel_not_offered");
        assert!(matches!(order.payer, Payer::Member(id, _) if id != MemberId::new(desk.now())));
    });
}

#[test]
fn at_the_same_instant_from_many_threads_one_settles() {
    on_both(|desk| {
        let house = Arc::new(House::on(desk));
        for round in 0..8 {
            let subject = format!("s{round}");
            let order = house.open(Alipay, &[(subject.as_str(), 300)]);
            let rival = house.open(Ccb, &[(subject.as_str(), 300)]);
            let number = order.id.to_string();
            let same = house.alipay.pays(&number, order.amount, Means::Debit);
            let twice = house.alipay.pays(&number, order.amount, Means::Debit);
            let elsewhere = house.ccb.pays(&rival.id.to_string(), order.amount, Means::Debit);
            let words = [
                (Alipay, &same),
                (Alipay, &same),
                (Alipay, &twice),
                (Ccb, &elsewhere),
                (Alipay, &twice),
                (Ccb, &elsewhere),
            ];
            std::thread::scope(|scope| {
                for (kind, paid) in words {
                    let house = Arc::clone(&house);
                    scope.spawn(move || {
                        let (cashier, notice) = (house.cashier.clone(), Notice::Paid(paid.clone()));
                        let how = HowLearned::Notified;
                        house.desk.write_now(move |txn| cashier.take(txn, kind, how, &notice)).unwrap();
                    });
                }
            });
        }
        house.turn();
        assert_eq!(house.number("SELECT COUNT(*) FROM payment"), 24);
        assert_eq!(house.number("SELECT COUNT(*) FROM payment_refund WHERE state = 'done'"), 16);
        assert_eq!(house.alipay.holds() + house.ccb.holds(), 8 * 300);
        assert_eq!((house.balance("dues"), house.balance("owed_back"), house.out_of_balance()), (-2400, 0, 0));
    });
}
