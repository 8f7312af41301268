//! Every call, and every mood of the other side.

use super::*;

#[test]
fn a_payer_comes_to_a_page_on_a_wide_screen_and_on_a_phone() {
    let street = Street::new();
    for device in [Device::Desktop, Device::Phone] {
        let charge = street.charge(1234);
        assert_eq!(street.go(&charge, device).status, 303);
        let trade = street.counter.find("alipay", &charge.order.to_string()).unwrap();
        assert_eq!((trade.amount, trade.subject.as_str(), trade.state), (Fen::new(1234), "党费", TradeState::Waiting));
        assert!(trade.debit_only);
        assert_eq!(trade.return_url, format!("https://pay.invalid/orders/{}", charge.order));
        // The same link again opens the same trade.
        assert_eq!(street.go(&charge, device).status, 303);
    }
    assert_eq!(street.client.origins().len(), 1);
}

#[test]
fn a_link_that_was_changed_or_reused_for_another_amount_opens_nothing() {
    let street = Street::new();
    let charge = street.charge(1234);
    let Departure::Link(link) = street.client.depart(&charge, Device::Desktop).unwrap() else { panic!("no link") };
    let page = Caller::new().get(&link.replace("12.34", "0.01"), 1 << 20).unwrap();
    assert!(String::from_utf8(page.body).unwrap().contains("isv.invalid-signature"));
    let page = Caller::new().get(&format!("{link}&app_id=1"), 1 << 20).unwrap();
    assert!(String::from_utf8(page.body).unwrap().contains("isv.invalid-parameter"));
    assert_eq!(street.go(&charge, Device::Desktop).status, 303);
    let page = street.go(&Charge { amount: Fen::new(1), ..charge }, Device::Desktop);
    assert!(String::from_utf8(page.body).unwrap().contains("ACQ.CONTEXT_INCONSISTENT"));
}

#[test]
fn a_charge_that_does_not_fit_is_refused_before_it_is_signed() {
    let street = Street::new();
    let charge = street.charge(100);
    let refused =
        |charge: Charge| matches!(street.client.depart(&charge, Device::Phone), Err(ChannelFault::Refused(_)));
    assert!(refused(Charge { amount: Fen::ZERO, ..charge.clone() }));
    assert!(refused(Charge { amount: Fen::new(10_000_000_001), ..charge.clone() }));
    assert!(refused(Charge { subject: "a&b".to_owned(), ..charge.clone() }));
    assert!(refused(Charge { subject: String::new(), ..charge.clone() }));
    assert!(refused(Charge { expires_at: street.clock.now(), ..charge }));
}

#[test]
fn a_query_tells_what_was_paid_and_what_with() {
    let street = Street::new();
    street.mood(silent());
    let charge = street.charge(500);
    assert_eq!(street.client.query(&charge), Ok(Found::Unpaid));
    assert_eq!(street.client.query(&street.opened(500)), Ok(Found::Unpaid));
    for (card, means) in [(Card::Debit, Means::Debit), (Card::Balance, Means::Debit), (Card::Credit, Means::Credit)] {
        let charge = street.paid(500, card);
        let Ok(Found::Paid(paid)) = street.client.query(&charge) else { panic!("not paid") };
        assert_eq!((paid.order, paid.amount, paid.means), (charge.order.to_string(), Fen::new(500), means));
        assert_eq!(paid.day, street.clock.now().china_date());
        assert!(street.clock.now().since(paid.paid_at) < Duration::from_secs(10));
    }
    street.clock.set(charge.expires_at.plus(Duration::from_mins(6)));
    assert_eq!(street.client.query(&charge), Ok(Found::Closed));
}

#[test]
fn a_closed_order_takes_no_money_and_a_paid_one_says_so() {
    let street = Street::new();
    street.mood(silent());
    assert_eq!(street.client.close(&street.charge(500)), Ok(Closing::Closed));
    let charge = street.opened(500);
    assert_eq!(street.client.close(&charge), Ok(Closing::Closed));
    assert_eq!(street.client.close(&charge), Ok(Closing::Closed));
    assert_eq!(street.client.query(&charge), Ok(Found::Closed));
    let charge = street.paid(500, Card::Debit);
    assert!(matches!(street.client.close(&charge), Ok(Closing::Paid(paid)) if paid.amount == Fen::new(500)));
    street.client.refund(&street.back(&charge, 500)).unwrap();
    assert!(matches!(street.client.query(&charge), Ok(Found::Paid(_))), "gone back, but it had been paid");
}

#[test]
fn money_goes_back_in_parts_once_for_each_number() {
    let street = Street::new();
    street.mood(silent());
    let charge = street.paid(1000, Card::Debit);
    let ask = street.back(&charge, 300);
    assert_eq!(street.client.refund_state(&ask), Ok(RefundState::Unheard));
    assert_eq!(street.client.refund(&ask), Ok(RefundState::Done));
    assert_eq!(street.client.refund(&ask), Ok(RefundState::Done), "the same number again");
    assert_eq!(street.client.refund_state(&ask), Ok(RefundState::Done));
    let trade = street.counter.find("alipay", &ask.order).unwrap();
    assert_eq!(trade.given_back(), Fen::new(300));
    let too_much = street.client.refund(&street.back(&charge, 701));
    assert_eq!(too_much, Ok(RefundState::Refused("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL".to_owned())));
    let not_paid = street.opened(1000);
    let refused = street.client.refund(&street.back(&not_paid, 1));
    assert_eq!(refused, Ok(RefundState::Refused("ACQ.TRADE_STATUS_ERROR".to_owned())));
}

#[test]
fn a_refund_on_its_way_a_refused_one_and_one_whose_answer_is_lost() {
    let street = Street::new();
    let charge = street.paid(1000, Card::Debit);
    let ask = street.back(&charge, 1000);
    street.mood(Mood { refuse: true, ..silent() });
    let short = street.client.refund(&ask);
    assert_eq!(short, Err(ChannelFault::Unreachable("ACQ.SELLER_BALANCE_NOT_ENOUGH".to_owned())));
    street.mood(Mood { lost: true, ..silent() });
    assert!(matches!(street.client.refund(&ask), Err(ChannelFault::Unknown(_))));
    street.mood(silent());
    assert_eq!(street.client.refund_state(&ask), Ok(RefundState::Done), "it had been done");
    let charge = street.paid(1000, Card::Debit);
    let ask = street.back(&charge, 400);
    street.mood(Mood { underway: true, ..silent() });
    assert_eq!(street.client.refund(&ask), Ok(RefundState::Underway));
    street.counter.finish_refund("alipay", &ask.refund.to_string(), true).unwrap();
    assert_eq!(street.client.refund_state(&ask), Ok(RefundState::Done));
}

#[test]
fn a_deaf_slow_or_absent_gateway_holds_nobody_up_and_is_told_apart() {
    let street = Street::new();
    let charge = street.opened(500);
    let begun = std::time::Instant::now();
    for mood in [Mood { deaf: true, ..silent() }, Mood { slow: true, ..silent() }] {
        street.mood(mood);
        assert!(matches!(street.client.query(&charge), Err(ChannelFault::Unknown(_))));
    }
    assert!(begun.elapsed() < Duration::from_secs(2));
    let absent = {
        let server = Server::start(Router::new()).unwrap();
        server.origin()
    };
    let settings = AlipaySettings { gateway: format!("{absent}/gateway.do"), ..street.settings.clone() };
    let client = Alipay::new(settings, street.clock.clone());
    assert!(matches!(client.query(&charge), Err(ChannelFault::Unreachable(_))));
}

#[test]
fn settings_that_are_wrong_are_told_as_ours_and_a_strange_key_as_nothing() {
    let street = Street::new();
    street.mood(silent());
    let charge = street.opened(500);
    let with = |settings: AlipaySettings| Alipay::new(settings, street.clock.clone());
    let stranger = AlipaySettings { app_id: "1".to_owned(), ..street.settings.clone() };
    assert_eq!(with(stranger).query(&charge), Err(ChannelFault::Unreachable("isv.invalid-app-id".to_owned())),);
    let other = include_bytes!("../../../wire/vectors/test_pkcs8.pem");
    let key = ejia_wire::PrivateKey::read(other).unwrap();
    let forged = AlipaySettings { alipay_public_key: key.public(), ..street.settings.clone() };
    assert!(matches!(with(forged).query(&charge), Err(ChannelFault::Unknown(_))));
    let unsigned = AlipaySettings { private_key: key, ..street.settings.clone() };
    let fault = with(unsigned).query(&charge);
    assert_eq!(fault, Err(ChannelFault::Unreachable("isv.invalid-signature".to_owned())));
    street.set("2026-03-22T09:00:00+08:00");
    let late = Alipay::new(street.settings.clone(), Clock::starting_at(charge.opened_at));
    assert_eq!(late.query(&charge), Err(ChannelFault::Unreachable("isv.invalid-timestamp".to_owned())));
}

#[test]
fn a_days_statement_lists_what_came_and_what_went() {
    let street = Street::new();
    street.mood(silent());
    let day = street.clock.now().china_date();
    let (first, second) = (street.paid(1234, Card::Debit), street.paid(500, Card::Balance));
    street.opened(999);
    let ask = street.back(&first, 234);
    street.client.refund(&ask).unwrap();
    assert_eq!(street.client.statement(day), Ok(None), "not on the day itself");
    street.set("2026-03-21T09:59:00+08:00");
    assert_eq!(street.client.statement(day), Ok(None));
    street.set("2026-03-21T10:00:00+08:00");
    let trade = |charge: &Charge| street.counter.find("alipay", &charge.order.to_string()).unwrap().trade;
    let line = |kind, number: String, charge: &Charge, fen| StatementLine {
        kind,
        number,
        trade: trade(charge),
        amount: Fen::new(fen),
    };
    assert_eq!(
        street.client.statement(day),
        Ok(Some(vec![
            line(StatementKind::Payment, first.order.to_string(), &first, 1234),
            line(StatementKind::Payment, second.order.to_string(), &second, 500),
            line(StatementKind::Refund, ask.refund.to_string(), &first, 234),
        ]))
    );
    let idle = day.plus_days(1);
    street.set("2026-03-22T10:00:00+08:00");
    assert_eq!(street.client.statement(idle), Ok(None), "it may be late");
    street.set("2026-03-23T00:00:00+08:00");
    assert_eq!(street.client.statement(idle), Ok(Some(Vec::new())));
}
