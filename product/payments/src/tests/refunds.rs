//! Money goes back: once, under one number, however the channel behaves. proves: R5

use ejia_kernel::{Fen, RefundId};

use super::bank::Mood;
use super::house::{House, on_both};
use crate::{ChannelKind, Means, Notice, Payer, RefundState};

use ChannelKind::Alipay;

/// A house in which three yuan are to go back.
fn owing(desk: &ejia_db::Desk, moods: &[Mood]) -> House {
    let house = House::on(desk);
    let order = house.open(Alipay, &[("a", 500)]);
    house.alipay.in_mood(moods);
    house.told(Alipay, &house.alipay.pays(&order.id.to_string(), Fen::new(300), Means::Debit));
    house
}

fn the_refund(house: &House) -> RefundId {
    house.words("SELECT id FROM payment_refund")[0].parse().unwrap()
}

#[test]
fn after_a_lost_answer_the_bank_is_asked_before_it_is_told_again() {
    on_both(|desk| {
        let house = owing(desk, &[Mood::CutOffAfter, Mood::Down, Mood::CutOffBefore]);
        house.turns(4, 3);
        let books = house.alipay.books.lock().unwrap();
        assert_eq!((books.returns.len(), house.refund_states()), (1, vec!["done".to_owned()]));
        assert!(books.returns.values().all(|back| back.calls == 1));
        drop(books);
        assert_eq!((house.alipay.holds(), house.balance("owed_back")), (0, 0));
    });
}

#[test]
fn a_refund_the_bank_never_heard_of_is_sent_again_under_its_number() {
    on_both(|desk| {
        let house = owing(desk, &[Mood::CutOffBefore, Mood::Down]);
        house.turns(4, 3);
        let number = the_refund(&house).to_string();
        assert!(house.alipay.books.lock().unwrap().returns.contains_key(&number));
        assert_eq!((house.alipay.holds(), house.events()), (0, vec!["goes_back".to_owned(), "refund_done".to_owned()]));
    });
}

#[test]
fn a_slow_refund_is_underway_until_it_is_done() {
    on_both(|desk| {
        let house = owing(desk, &[Mood::Slow]);
        house.turn();
        assert_eq!((house.refund_states(), house.balance("owed_back")), (vec!["underway".to_owned()], -300));
        let number = the_refund(&house).to_string();
        house.tell(Alipay, Notice::Refund(number.clone(), RefundState::Done));
        house.tell(Alipay, Notice::Refund(number.clone(), RefundState::Done));
        house.tell(Alipay, Notice::Refund(number, RefundState::Refused("LATE".to_owned())));
        assert_eq!((house.refund_states(), house.balance("owed_back")), (vec!["done".to_owned()], 0));
        assert_eq!(house.events(), ["goes_back", "refund_done", "refund_underway"]);
    });
}

#[test]
fn a_refused_refund_is_shown_and_tried_again_when_the_city_says_so() {
    on_both(|desk| {
        let house = owing(desk, &[Mood::Refuses]);
        house.turns(20, 60);
        assert_eq!((house.refund_states(), house.balance("owed_back")), (vec!["refused".to_owned()], -300));
        let (city, secretary) = house.officers();
        let id = the_refund(&house);
        let refused = desk.write_now(move |txn| crate::operations::look_after_refund::retry(txn, &secretary, id));
        assert_eq!(refused.unwrap_err().code, "payments.city_only");
        desk.write_now(move |txn| crate::operations::look_after_refund::retry(txn, &city, id)).unwrap();
        house.turn();
        assert_eq!((house.refund_states(), house.balance("owed_back")), (vec!["done".to_owned()], 0));
        assert_eq!((house.alipay.books.lock().unwrap().returns.len(), the_refund(&house)), (1, id));
    });
}

#[test]
fn a_foreign_refund_is_noted_and_a_refund_told_before_its_payment_changes_nothing() {
    on_both(|desk| {
        let house = House::on(desk);
        let order = house.open(Alipay, &[("a", 300)]);
        house.tell(Alipay, Notice::Refund(order.id.to_string(), RefundState::Done));
        house.tell(Alipay, Notice::Refund("console".to_owned(), RefundState::Done));
        house.tell(Alipay, Notice::Nothing);
        house.told(Alipay, &house.alipay.pays(&order.id.to_string(), order.amount, Means::Debit));
        assert_eq!((house.balance("dues"), house.events()), (-300, vec!["refund_unknown".to_owned(); 2]));
    });
}

#[test]
fn what_had_counted_goes_back_in_part_and_never_more_than_it_was() {
    on_both(|desk| {
        let house = House::on(desk);
        let order = house.open(Alipay, &[("a", 300), ("b", 200)]);
        house.told(Alipay, &house.alipay.pays(&order.id.to_string(), order.amount, Means::Debit));
        let back = |amount: i64| {
            let (cashier, id) = (house.cashier.clone(), order.id);
            desk.write_now(move |txn| cashier.give_back(txn, id, "a", Fen::new(amount), "test.less_owed"))
        };
        back(100).unwrap();
        assert!(back(201).is_err());
        back(200).unwrap();
        assert!(back(1).is_err());
        house.turn();
        assert_eq!((house.alipay.holds(), house.balance("dues"), house.balance("owed_back")), (200, -200, 0));
        let states: Vec<&str> = house.order(order.id).lines.iter().map(|line| line.state.code()).collect();
        assert_eq!(states, ["given_back", "settled"]);
    });
}

#[test]
fn cash_goes_back_by_the_hand_of_the_branch() {
    on_both(|desk| {
        let house = House::on(desk);
        let (_, secretary) = house.officers();
        let mut cash = house.new_order(ChannelKind::Cash, &[("a", 300)]);
        cash.payer = Payer::Officer(secretary.id(), "王芳".to_owned());
        let (cashier, by, day) = (house.cashier.clone(), secretary.clone(), desk.now().china_date());
        let order = desk.write_now(move |txn| cashier.register_cash(txn, &by, &cash, day)).unwrap();
        let cashier = house.cashier.clone();
        desk.write_now(move |txn| cashier.give_back(txn, order.id, "a", Fen::new(50), "test.less_owed")).unwrap();
        house.turn();
        assert_eq!((house.refund_states(), house.balance("cash")), (vec!["by_hand".to_owned()], 300));
        let id = the_refund(&house);
        let by = secretary.clone();
        desk.write_now(move |txn| crate::operations::look_after_refund::hand_back(txn, &by, id)).unwrap();
        let again = desk.write_now(move |txn| crate::operations::look_after_refund::hand_back(txn, &secretary, id));
        assert_eq!(again.unwrap_err().code, "payments.refund_not_by_hand");
        assert_eq!((house.balance("cash"), house.balance("owed_back"), house.out_of_balance()), (250, 0, 0));
    });
}

#[expect(clippy::unnecessary_wraps, reason = "a purpose may fail")]
fn counts_nothing(
    _txn: &mut ejia_db::Txn<'_>,
    _order: &crate::SettledOrder,
) -> Result<Vec<crate::LineVerdict>, ejia_kernel::Problem> {
    Ok(Vec::new())
}

#[test]
fn a_purpose_that_does_not_answer_for_every_line_leaves_nothing_behind() {
    on_both(|desk| {
        let house = House::on(desk);
        let channels: Vec<std::sync::Arc<dyn crate::Channel>> = vec![house.alipay.clone()];
        let purpose = crate::Purpose { name: "test", settle: counts_nothing };
        let careless = House { cashier: crate::Cashier::new(channels, vec![purpose]), ..House::on(desk) };
        let order = careless.open(Alipay, &[("a", 300)]);
        let paid = house.alipay.pays(&order.id.to_string(), order.amount, Means::Debit);
        let (cashier, notice) = (careless.cashier.clone(), Notice::Paid(paid));
        let taken = desk.write_now(move |txn| cashier.take(txn, Alipay, crate::HowLearned::Notified, &notice));
        assert!(taken.is_err());
        assert_eq!(house.number("SELECT COUNT(*) FROM payment"), 0);
        assert_eq!(house.number("SELECT COUNT(*) FROM payment_journal"), 0);
    });
}
