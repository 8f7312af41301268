//! Money that goes back.

use std::time::Duration;

use ejia_counter::{Card, Mood};
use ejia_kernel::Fen;
use ejia_payments::{Channel, ChannelFault, Notice, RefundAsk, RefundState};

use super::Street;

#[test]
fn money_goes_back_in_parts_is_taken_first_and_done_when_asked_or_told() {
    let street = Street::new();
    let (charge, paid) = street.paid(1000, Card::Credit);
    let first = street.refund_of(&charge, &paid, 400);
    assert_eq!(street.channel.refund_state(&first), Ok(RefundState::Unheard));
    assert_eq!(street.channel.refund(&first), Ok(RefundState::Underway));
    assert_eq!(street.channel.refund_state(&first), Ok(RefundState::Done));
    let told = street.channel.hear(&street.heard(2)[1]);
    assert_eq!(told, Ok(Notice::Refund(first.refund.to_string(), RefundState::Done)));
    let rest = street.refund_of(&charge, &paid, 600);
    assert_eq!(street.channel.refund(&rest), Ok(RefundState::Underway));
    let more = street.refund_of(&charge, &paid, 1);
    assert_eq!(street.channel.refund(&more), Ok(RefundState::Refused("36".to_owned())));
    // The payment itself stays what it was.
    assert!(street.channel.query(&charge).is_ok());
}

#[test]
fn a_refund_asked_for_again_under_its_number_goes_back_once() {
    let street = Street::new();
    let (charge, paid) = street.paid(1000, Card::Debit);
    let ask = street.refund_of(&charge, &paid, 1000);
    for _ in 0..3 {
        assert_eq!(street.channel.refund(&ask), Ok(RefundState::Underway));
    }
    let trade = street.counter.find("unionpay", &charge.order.to_string()).unwrap();
    assert_eq!(trade.given_back(), Fen::new(1000));
    assert_eq!(trade.refunds.len(), 1);
}

#[test]
fn an_answer_that_was_lost_is_asked_after_and_a_deaf_gateway_has_heard_nothing() {
    let street = Street::new();
    let (charge, paid) = street.paid(1000, Card::Debit);
    let lost = street.refund_of(&charge, &paid, 100);
    street.counter.behave(Mood { lost: true, ..Mood::default() });
    assert!(matches!(street.channel.refund(&lost), Err(ChannelFault::Unknown(_))));
    street.counter.behave(Mood { deaf: true, ..Mood::default() });
    let unheard = street.refund_of(&charge, &paid, 200);
    assert!(matches!(street.channel.refund(&unheard), Err(ChannelFault::Unknown(_))));
    assert!(matches!(street.channel.refund_state(&unheard), Err(ChannelFault::Unreachable(_))));
    street.counter.behave(Mood::default());
    assert_eq!(street.channel.refund_state(&lost), Ok(RefundState::Done));
    assert_eq!(street.channel.refund_state(&unheard), Ok(RefundState::Unheard));
    assert_eq!(street.channel.refund(&unheard), Ok(RefundState::Underway));
    let address = street.settings.clone();
    let (clock, ask) = (street.clock.clone(), lost.clone());
    drop(street);
    let channel = crate::UnionPay::new(address, clock).unwrap();
    assert!(matches!(channel.refund(&ask), Err(ChannelFault::Unreachable(_))));
}

#[test]
fn a_refund_on_its_way_ends_well_or_badly_and_both_are_told() {
    let street = Street::new();
    street.counter.behave(Mood { underway: true, ..Mood::default() });
    let (charge, paid) = street.paid(1000, Card::Debit);
    let (well, badly) = (street.refund_of(&charge, &paid, 100), street.refund_of(&charge, &paid, 200));
    for ask in [&well, &badly] {
        assert_eq!(street.channel.refund(ask), Ok(RefundState::Underway));
        assert_eq!(street.channel.refund_state(ask), Ok(RefundState::Underway));
    }
    for (ask, done) in [(&well, true), (&badly, false)] {
        let (_, sending) = street.counter.finish_refund("unionpay", &ask.refund.to_string(), done).unwrap();
        assert!(sending.wait(Duration::from_secs(3)));
    }
    let refused = RefundState::Refused("01".to_owned());
    let calls = street.heard(3);
    let told = |place: usize| street.channel.hear(&calls[place]).unwrap();
    assert_eq!(told(1), Notice::Refund(well.refund.to_string(), RefundState::Done));
    assert_eq!(told(2), Notice::Refund(badly.refund.to_string(), refused.clone()));
    assert_eq!(street.channel.refund_state(&well), Ok(RefundState::Done));
    assert_eq!(street.channel.refund_state(&badly), Ok(refused));
}

#[test]
fn what_cannot_go_back_is_refused() {
    let street = Street::new();
    let (charge, paid) = street.paid(1000, Card::Debit);
    let ask = street.refund_of(&charge, &paid, 100);
    let stranger = RefundAsk { trade: "952603200000000000000".to_owned(), ..ask.clone() };
    assert_eq!(street.channel.refund(&stranger), Ok(RefundState::Refused("35".to_owned())));
    for fen in [0, -1, 1001] {
        let wrong = RefundAsk { amount: Fen::new(fen), ..ask.clone() };
        assert!(matches!(street.channel.refund(&wrong), Err(ChannelFault::Refused(_))), "{fen}");
    }
    street.counter.behave(Mood { refuse: true, ..Mood::default() });
    assert_eq!(street.channel.refund(&ask), Ok(RefundState::Refused("01".to_owned())));
}
