//! Notifications: believed, doubted, and answered.

use super::*;

#[test]
fn a_payment_is_heard_once_and_taken() {
    let street = Street::new();
    let charge = street.paid(1234, Card::Debit);
    let heard = street.heard();
    let trade = street.counter.find("alipay", &charge.order.to_string()).unwrap();
    let [Ok(Notice::Paid(paid))] = heard.as_slice() else { panic!("{heard:?}") };
    assert_eq!((paid.order.as_str(), paid.trade.as_str()), (trade.number.as_str(), trade.trade.as_str()));
    assert_eq!((paid.amount, paid.means), (Fen::new(1234), Means::Debit));
    assert_eq!(paid.day, street.clock.now().china_date());
    let told = trade.told.first().unwrap();
    assert!(told.taken);
    assert_eq!(told.answer, "success");
}

#[test]
fn credit_is_seen_in_the_notification() {
    let street = Street::new();
    street.paid(1234, Card::Credit);
    assert!(matches!(street.heard().as_slice(), [Ok(Notice::Paid(paid))] if paid.means == Means::Credit));
}

#[test]
fn what_is_forged_is_not_believed_and_not_taken() {
    let street = Street::new();
    street.mood(silent());
    let number = street.paid(1234, Card::Debit).order.to_string();
    for (tamper, word) in [(Tamper::Signature, "Forged"), (Tamper::Merchant, "Stranger")] {
        let ask = NotifyAsk { tamper: Some(tamper), ..NotifyAsk::default() };
        delivered(&street.counter.notify("alipay", &number, &ask).unwrap());
        let heard = street.heard();
        assert!(format!("{:?}", heard.last().unwrap()).contains(word), "{heard:?}");
        assert!(!street.counter.find("alipay", &number).unwrap().told.last().unwrap().taken);
    }
    // Signed well and of another amount: the orders have to look for themselves.
    let ask = NotifyAsk { tamper: Some(Tamper::Amount), ..NotifyAsk::default() };
    delivered(&street.counter.notify("alipay", &number, &ask).unwrap());
    assert!(matches!(street.heard().last(), Some(Ok(Notice::Paid(paid))) if paid.amount == Fen::new(1235)));
}

#[test]
fn every_changed_byte_of_a_notification_breaks_it() {
    let street = Street::new();
    street.paid(1234, Card::Debit);
    let call = street.shop.heard.lock().unwrap().first().unwrap().clone();
    let form = Form::decode(&call.body, Charset::Utf8).unwrap();
    let hear = |form: &Form| {
        let body = form.encoded(Charset::Utf8).into_bytes();
        street.client.hear(&RawCall { body, ..call.clone() })
    };
    assert!(hear(&form).is_ok());
    for (name, value) in form.pairs() {
        if name == "sign_type" {
            continue;
        }
        let mut changed = form.clone();
        changed.set(name, format!("{value}0"));
        assert!(matches!(hear(&changed), Err(Disbelief::Forged(_))), "{name}");
    }
    for sign_type in ["RSA", "", "rsa2"] {
        let mut changed = form.clone();
        changed.set("sign_type", sign_type);
        assert!(matches!(hear(&changed), Err(Disbelief::Forged(_))));
    }
    assert!(matches!(hear(&form.without(&["sign"])), Err(Disbelief::Malformed(_))));
    assert!(matches!(hear(&form.clone().with("extra", "1")), Err(Disbelief::Forged(_))));
    let twice = RawCall { body: [call.body.as_slice(), b"&total_amount=1.00"].concat(), ..call.clone() };
    assert!(matches!(street.client.hear(&twice), Err(Disbelief::Malformed(_))));
    let get = RawCall { method: "GET".to_owned(), ..call };
    assert!(matches!(street.client.hear(&get), Err(Disbelief::Malformed(_))));
}

#[test]
fn refunds_and_closings_are_told_apart_from_payments() {
    let street = Street::new();
    let charge = street.paid(1000, Card::Debit);
    let (part, rest) = (street.back(&charge, 300), street.back(&charge, 700));
    street.client.refund(&part).unwrap();
    street.heard_at_least(2);
    street.client.refund(&rest).unwrap();
    let heard = street.heard_at_least(3);
    assert_eq!(heard.get(1), Some(&Ok(Notice::Refund(part.refund.to_string(), RefundState::Done))));
    assert_eq!(heard.get(2), Some(&Ok(Notice::Refund(rest.refund.to_string(), RefundState::Done))));
    // Told again out of order, the payment is still a payment.
    let ask = NotifyAsk { event: Some("paid".to_owned()), ..NotifyAsk::default() };
    delivered(&street.counter.notify("alipay", &part.order, &ask).unwrap());
    assert!(matches!(street.heard().last(), Some(Ok(Notice::Paid(_)))));
    let charge = street.opened(1000);
    street.client.close(&charge).unwrap();
    assert_eq!(street.heard_at_least(5).last(), Some(&Ok(Notice::Nothing)));
}

#[test]
fn notifications_come_twice_late_or_not_at_all_as_the_mood_is() {
    let street = Street::new();
    street.mood(Mood { times: 3, ..Mood::default() });
    street.paid(1000, Card::Debit);
    assert_eq!(street.heard().len(), 3);
    let calls = street.shop.heard.lock().unwrap().clone();
    assert!(calls.windows(2).all(|pair| pair[0] == pair[1]), "copies are the same to the byte");
    street.mood(silent());
    street.paid(1000, Card::Debit);
    assert_eq!(street.heard().len(), 3);
}

#[test]
fn a_payer_comes_home_with_signed_parameters_that_nothing_is_credited_on() {
    let street = Street::new();
    street.mood(silent());
    let charge = street.paid(1000, Card::Debit);
    let page = street.go(&charge, Device::Desktop);
    assert_eq!(page.status, 303, "a paid order shows its state");
    let address = format!(
        "{}/sandbox/bank/alipay/cashier/{}",
        ejia_wire::origin(&street.settings.gateway).unwrap(),
        charge.order
    );
    let page = String::from_utf8(Caller::new().get(&address, 1 << 20).unwrap().body).unwrap();
    let home = format!("https://pay.invalid/orders/{}?charset=utf-8&amp;", charge.order);
    assert!(page.contains(&home) && page.contains("method=alipay.trade.page.pay.return"), "{page}");
    let (_, query) = page.split_once(&home).unwrap();
    let query = query.split('"').next().unwrap().replace("&amp;", "&");
    let call = RawCall { method: "GET".to_owned(), path: "/".to_owned(), query, body: Vec::new() };
    assert!(matches!(street.client.hear(&call), Err(Disbelief::Malformed(_))));
}
