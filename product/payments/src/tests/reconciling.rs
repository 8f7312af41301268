//! Every day each channel's statement is compared with the books.

use ejia_kernel::{Fen, RefundId};

use super::bank::Mood;
use super::house::{House, on_both};
use crate::{ChannelKind, Means, Notice, OrderState, RefundState};

use ChannelKind::{Alipay, Ccb};

fn statements(house: &House) -> Vec<String> {
    house.words("SELECT day || ' ' || channel FROM payment_statement WHERE day >= '2026-03-20' ORDER BY day, channel")
}

#[test]
fn a_day_whose_books_agree_has_no_differences() {
    on_both(|desk| {
        let house = House::on(desk);
        let order = house.open(Alipay, &[("a", 300)]);
        let number = order.id.to_string();
        house.told(Alipay, &house.alipay.pays(&number, Fen::new(200), Means::Debit));
        house.told(Alipay, &house.alipay.pays(&number, Fen::new(300), Means::Debit));
        house.turn();
        house.at("2026-03-21", 9);
        assert_eq!(statements(&house), Vec::<String>::new());
        house.at("2026-03-21", 11);
        assert_eq!(statements(&house), ["2026-03-20 alipay", "2026-03-20 ccb"]);
        house.at("2026-03-23", 11);
        assert_eq!(statements(&house).len(), 6);
        assert_eq!(house.differences(), Vec::<String>::new());
    });
}

#[test]
fn a_statement_that_is_not_there_is_asked_for_again() {
    on_both(|desk| {
        let house = House::on(desk);
        house.open(Alipay, &[("a", 300)]);
        house.turns(13, 10);
        house.alipay.in_mood(&[Mood::Down, Mood::CutOffBefore]);
        house.at("2026-03-21", 11);
        assert_eq!(statements(&house), ["2026-03-20 ccb"]);
        house.turns(4, 16);
        assert_eq!(statements(&house), ["2026-03-20 alipay", "2026-03-20 ccb"]);
    });
}

#[test]
fn a_payment_nobody_told_of_is_found_in_the_statement() {
    on_both(|desk| {
        let house = House::on(desk);
        let order = house.open(Alipay, &[("a", 300)]);
        house.turns(13, 10);
        assert_eq!(house.order(order.id).state, OrderState::Closed);
        // The bank lets him pay in spite of it, and tells nobody.
        house.alipay.pays(&order.id.to_string(), order.amount, Means::Debit);
        house.at("2026-03-21", 11);
        assert_eq!(house.differences(), ["payment missing_here resolved"]);
        assert_eq!((house.alipay.holds(), house.reasons()), (0, vec!["payments.back_late".to_owned()]));
        assert_eq!(house.balance("owed_back"), 0);
    });
}

#[test]
fn an_open_order_is_settled_by_the_statement() {
    on_both(|desk| {
        let house = House::on(desk);
        house.alipay.in_mood(&[Mood::Down; 5]);
        let order = house.open(Alipay, &[("a", 300)]);
        house.alipay.pays(&order.id.to_string(), order.amount, Means::Debit);
        let of = crate::jobs::OfDay { channel: Alipay, day: desk.now().china_date() };
        desk.write_now(move |txn| ejia_jobs::enqueue(txn, crate::jobs::RECONCILE, of)).unwrap();
        house.alipay.books.lock().unwrap().moods.clear();
        house.turn();
        assert_eq!(
            (house.order(order.id).state, house.events()),
            (OrderState::Paid, vec!["found_in_statement".to_owned()])
        );
        assert_eq!(house.differences(), ["payment missing_here resolved"]);
    });
}

#[test]
fn what_the_bank_does_not_list_or_lists_otherwise_is_a_difference() {
    on_both(|desk| {
        let house = House::on(desk);
        let (first, second) = (house.open(Alipay, &[("a", 300)]), house.open(Alipay, &[("b", 200)]));
        house.told(Alipay, &house.alipay.pays(&first.id.to_string(), first.amount, Means::Debit));
        house.told(Alipay, &house.alipay.pays(&second.id.to_string(), second.amount, Means::Debit));
        let moved = {
            let mut books = house.alipay.books.lock().unwrap();
            books.trades[1].amount = Fen::new(201);
            books.trades.remove(0)
        };
        house.at("2026-03-21", 11);
        assert_eq!(house.differences(), ["payment amount_differs open", "payment missing_there open"]);
        // The next day's statement has it after all.
        let day = "2026-03-21".parse().unwrap();
        house.alipay.books.lock().unwrap().trades.push(crate::Paid { day, ..moved });
        house.at("2026-03-22", 11);
        assert_eq!(house.differences(), ["payment amount_differs open", "payment missing_there resolved"]);
        assert_eq!(house.balance("dues"), -500);
    });
}

#[test]
fn money_for_no_order_of_ours_is_a_difference_until_the_city_explains_it() {
    on_both(|desk| {
        let house = House::on(desk);
        let (city, secretary) = house.officers();
        house.open(Ccb, &[("a", 1)]);
        house.told(Alipay, &house.alipay.pays("other-shop-7", Fen::new(900), Means::Debit));
        house.at("2026-03-21", 11);
        assert_eq!((house.differences(), house.balance("stray")), (vec!["payment stray open".to_owned()], -900));
        let id = house.words("SELECT id FROM payment_difference")[0].parse().unwrap();
        let explain = |by: &ejia_web::Officer, note: &'static str| {
            let by = by.clone();
            desk.write_now(move |txn| crate::operations::explain::explain(txn, &by, id, note))
        };
        assert_eq!(explain(&secretary, "误付").unwrap_err().code, "payments.city_only");
        assert_eq!(explain(&city, " ").unwrap_err().code, "payments.note_needed");
        explain(&city, "其他商户误付，已在支付宝后台退回").unwrap();
        assert_eq!(explain(&city, "再次").unwrap_err().code, "payments.difference_ended");
        assert_eq!(house.differences(), ["payment stray explained"]);
    });
}

#[test]
fn refunds_are_compared_too() {
    on_both(|desk| {
        let house = House::on(desk);
        let order = house.open(Alipay, &[("a", 300)]);
        let number = order.id.to_string();
        // Done at the bank, and its word was lost on the way; the statement knows.
        house.alipay.in_mood(&[Mood::CutOffAfter, Mood::Down, Mood::Down, Mood::Down, Mood::Down]);
        house.told(Alipay, &house.alipay.pays(&number, Fen::new(200), Means::Debit));
        house.turn();
        house.alipay.books.lock().unwrap().moods.clear();
        let of = crate::jobs::OfDay { channel: Alipay, day: desk.now().china_date() };
        desk.write_now(move |txn| ejia_jobs::enqueue(txn, crate::jobs::RECONCILE, of)).unwrap();
        house.turn();
        assert_eq!(
            (house.differences(), house.balance("owed_back")),
            (vec!["refund missing_here resolved".to_owned()], 0)
        );
        // Said to be done, and in no statement.
        let id: RefundId = house.words("SELECT id FROM payment_refund")[0].parse().unwrap();
        house.tell(Alipay, Notice::Refund(id.to_string(), RefundState::Done));
        house.told(Alipay, &house.alipay.pays(&number, Fen::new(100), Means::Debit));
        house.turn();
        house.alipay.books.lock().unwrap().returns.clear();
        house.at("2026-03-22", 11);
        assert_eq!(house.differences(), ["refund missing_here resolved", "refund missing_there open"]);
    });
}
