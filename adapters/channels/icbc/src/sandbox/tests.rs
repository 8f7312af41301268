//! The channel and the bank against each other over real HTTP.

use std::sync::Arc;

use ejia_counter::{Mood, NotifyAsk, Tamper};
use ejia_kernel::{Clock, Fen};
use ejia_payments::{
    Channel, ChannelFault, Charge, Closing, Device, Disbelief, Found, Notice, RawCall, RefundState, StatementKind,
    StatementLine,
};
use ejia_wire::Charset;

use super::*;
use crate::SettingsFault::{Address, GatewayKey, Key};
use crate::{Icbc, KnownOrder, OrdersOfDay};

mod street;

use street::*;

#[test]
fn the_payer_is_let_in_with_debit_cards_only_and_every_change_is_noticed() {
    let street = Street::new();
    let charge = street.charge(1650);
    let (action, form) = street.form(&charge);
    let path = action.split('?').next().unwrap();
    assert!(
        path.ends_with("/ui/b2c/pc/pay/transfer/V1") && action.contains("&sign=") && !action.contains("biz_content")
    );
    assert_eq!(form.get("sign"), None);
    let cheaper = form.text("biz_content").replace("\"1650\"", "\"165\"");
    let mut forged = form.clone();
    forged.set("biz_content", cheaper);
    assert_eq!(visit(&action, &forged), 400);
    let mut forged = form.clone();
    forged.set("biz_content", form.text("biz_content").replace("\"creditType\":\"0\"", "\"creditType\":\"2\""));
    assert_ne!(forged, form);
    assert_eq!(visit(&action, &forged), 400);
    assert_eq!(visit(&action, &form), 303);
    let trade = street.counter.find(CHANNEL, &charge.order.to_string()).unwrap();
    assert_eq!((trade.subject.as_str(), trade.amount, trade.debit_only), ("党费", Fen::new(1650), true));
    assert_eq!(visit(&action, &form), 400, "a message is good once");
    let (action, form) = street.form(&charge);
    assert_eq!(visit(&action, &form), 303, "the payer comes again");
}

#[test]
fn what_does_not_fit_is_refused_before_anybody_leaves() {
    let street = Street::new();
    let charge = street.charge(100);
    let nothing = Charge { amount: Fen::ZERO, ..charge.clone() };
    assert_eq!(street.icbc.depart(&nothing, Device::Desktop), Err(ChannelFault::Refused("icbc.amount".to_owned())));
    street.later(Duration::from_mins(30));
    assert_eq!(street.icbc.depart(&charge, Device::Desktop), Err(ChannelFault::Refused("icbc.expired".to_owned())));
    let with = |change: fn(&mut IcbcSettings)| {
        let mut settings = street.settings();
        change(&mut settings);
        Icbc::new(settings, Clock::system()).err()
    };
    assert_eq!(with(|to| to.signing = Signing::Rsa2 { key: Vec::new() }), Some(Key));
    assert_eq!(with(|to| to.gateway_key = "none".to_owned()), Some(GatewayKey));
    assert_eq!(with(|to| to.notify_url = "none".to_owned()), Some(Address));
    assert_eq!(with(|to| to.gateway = String::new()), Some(Address));
    let keys = [SANDBOX_MERCHANT_KEY, SANDBOX_GATEWAY_KEY, SANDBOX_CERTIFICATE];
    assert!(keys.into_iter().all(|key| is_sandbox_key(key.as_bytes())));
    let other = include_str!("../../tests/vectors/icbc_plain.key.hex");
    assert!(!is_sandbox_key(other.as_bytes()) && !is_sandbox_key(b"none"));
}

#[test]
fn money_is_notified_and_the_signed_answer_is_taken_in_both_hands() {
    let ca = Signing::Ca { key: SANDBOX_MERCHANT_KEY.into(), certificate: SANDBOX_CERTIFICATE.into() };
    for signing in [Signing::Rsa2 { key: SANDBOX_MERCHANT_KEY.into() }, ca] {
        let street = Street::with(|settings| settings.signing = signing);
        let charge = street.paid(1650);
        assert_eq!(street.heard(), [Ok(Notice::Paid(street.told(&charge, 1650)))]);
        let trade = street.counter.find(CHANNEL, &charge.order.to_string()).unwrap();
        assert!(trade.told.first().is_some_and(|told| told.taken), "{:?}", trade.told);
        assert_eq!(street.query(&charge), Ok(Found::Paid(street.told(&charge, 1650))));
    }
}

#[test]
fn twice_is_heard_twice_and_what_is_forged_is_not_believed() {
    let street = Street::new();
    street.behave(|mood| mood.times = 2);
    let charge = street.paid(700);
    assert_eq!(street.heard(), vec![Ok(Notice::Paid(street.told(&charge, 700))); 2]);
    for (tamper, expected) in [
        (Tamper::Amount, Ok(Notice::Paid(street.told(&charge, 701)))),
        (Tamper::Signature, Err(Disbelief::Forged("icbc.sign".to_owned()))),
        (Tamper::Merchant, Err(Disbelief::Stranger("icbc.merchant".to_owned()))),
    ] {
        let ask = NotifyAsk { tamper: Some(tamper), ..NotifyAsk::default() };
        assert!(street.counter.notify(CHANNEL, &charge.order.to_string(), &ask).unwrap().wait(WAIT));
        assert_eq!(street.heard(), [expected], "{tamper:?}");
        let trade = street.counter.find(CHANNEL, &charge.order.to_string()).unwrap();
        assert_eq!(trade.told.last().unwrap().taken, tamper == Tamper::Amount);
    }
}

#[test]
fn a_notification_in_any_order_holds_and_one_for_another_app_or_address_does_not() {
    let street = Street::new();
    let charge = street.paid(700);
    let trade = street.counter.find(CHANNEL, &charge.order.to_string()).unwrap();
    let voice = super::post::Voice(street.sandbox.bank.clone());
    let letter = ejia_counter::Speaks::notification(&voice, &trade, &ejia_counter::Event::Paid, None).unwrap();
    let hear = |icbc: &Icbc, form: Form| {
        icbc.hear(&RawCall { body: form.encoded(Charset::Utf8).into_bytes(), ..RawCall::default() })
    };
    let form = Form::decode(&letter.body, Charset::Utf8).unwrap();
    let turned: Form = form.clone().into_pairs().into_iter().rev().collect();
    assert!(matches!(hear(&street.icbc, turned), Ok(Notice::Paid(paid)) if paid.amount == Fen::new(700)));
    let more = form.clone().with("more", "1");
    assert_eq!(hear(&street.icbc, more), Err(Disbelief::Forged("icbc.sign".to_owned())));
    let no_kind = form.without(&["sign_type"]);
    assert_eq!(hear(&street.icbc, no_kind), Err(Disbelief::Malformed("icbc.sign_type".to_owned())));
    let mut settings = street.settings();
    settings.app = "1".to_owned();
    let other = Icbc::new(settings.clone(), street.clock.clone()).unwrap();
    assert_eq!(hear(&other, form.clone()), Err(Disbelief::Stranger("icbc.app".to_owned())));
    settings.notify_url.push_str("/elsewhere");
    let other = Icbc::new(settings, street.clock.clone()).unwrap();
    assert_eq!(hear(&other, form), Err(Disbelief::Forged("icbc.sign".to_owned())));
}

#[test]
fn a_lost_notification_is_found_by_asking_and_orders_close_by_themselves() {
    let street = Street::new();
    street.behave(|mood| mood.silent = true);
    let charge = street.charge(1650);
    assert_eq!(street.query(&charge), Ok(Found::Unpaid), "never heard of");
    let (paid, unpaid) = (street.paid(1650), street.opened(5));
    let told = street.told(&paid, 1650);
    assert_eq!(street.heard(), []);
    assert_eq!(street.query(&paid), Ok(Found::Paid(told.clone())));
    assert_eq!(street.query(&unpaid), Ok(Found::Unpaid));
    let open = Err(ChannelFault::Unreachable("icbc.closes_by_itself".to_owned()));
    assert_eq!(street.icbc.close(&unpaid), open);
    street.later(Duration::from_mins(36));
    assert_eq!(street.icbc.close(&unpaid), Ok(Closing::Closed));
    assert!(matches!(street.icbc.close(&paid), Ok(Closing::Paid(paid)) if paid.amount == Fen::new(1650)));
}

#[test]
fn money_goes_back_once_however_often_it_is_asked() {
    let street = Street::new();
    let charge = street.paid(1000);
    let (part, rest) = (street.refund(&charge, 400), street.refund(&charge, 600));
    assert_eq!(street.icbc.refund_state(&part), Ok(RefundState::Unheard));
    for _ in 0..3 {
        assert_eq!(street.icbc.refund(&part), Ok(RefundState::Done));
    }
    street.behave(|mood| mood.underway = true);
    assert_eq!(street.icbc.refund(&rest), Ok(RefundState::Underway));
    street.counter.finish_refund(CHANNEL, &rest.refund.to_string(), false).unwrap();
    assert_eq!(street.icbc.refund_state(&rest), Ok(RefundState::Refused("icbc.failed".to_owned())));
    let trade = street.counter.find(CHANNEL, &charge.order.to_string()).unwrap();
    assert_eq!((trade.refunds.len(), trade.given_back()), (2, Fen::new(400)));
    let more = street.refund(&charge, 601);
    assert_eq!(street.icbc.refund(&more), Ok(RefundState::Refused("99001".to_owned())));
    let unpaid = street.opened(5);
    let ask = street.refund(&unpaid, 5);
    assert_eq!(street.icbc.refund(&ask), Ok(RefundState::Refused("icbc.not_paid".to_owned())));
}

#[test]
fn a_deaf_a_forgetful_a_strange_and_a_false_gateway_are_told_apart() {
    let street = Street::new();
    let charge = street.paid(1000);
    for change in [(|mood: &mut Mood| mood.deaf = true) as fn(&mut Mood), |mood| mood.lost = true] {
        street.behave(change);
        assert!(matches!(street.query(&charge), Err(ChannelFault::Unreachable(_))));
    }
    street.behave(|_| {});
    let other = |change: fn(&mut IcbcSettings)| {
        let mut settings = street.settings();
        change(&mut settings);
        Icbc::new(settings, street.clock.clone()).unwrap().query(&charge)
    };
    assert_eq!(other(|to| to.app.push('x')), Err(ChannelFault::Refused("400011".to_owned())));
    assert_eq!(
        other(|to| to.gateway = "http://127.0.0.1:9".to_owned()),
        Err(ChannelFault::Unreachable("line broken (ConnectionRefused)".to_owned()))
    );
    // An answer that another key has signed is none.
    let false_gateway = other(|to| to.gateway_key = keys::SANDBOX_MERCHANT_PUBLIC.to_owned());
    assert_eq!(false_gateway, Err(ChannelFault::Unreachable("icbc.answer_unsigned".to_owned())));
}

#[test]
fn the_days_statement_is_made_by_asking_for_each_order() {
    let street = Street::new();
    let (one, two, unpaid) = (street.paid(1000), street.paid(2500), street.opened(300));
    let ask = street.refund(&one, 400);
    assert_eq!(street.icbc.refund(&ask), Ok(RefundState::Done));
    let day = street.clock.now().china_date();
    assert_eq!(street.icbc.statement(day), Err(ChannelFault::Refused("icbc.no_orders".to_owned())));
    let known: Vec<KnownOrder> = [(&one, vec![ask.clone()]), (&two, Vec::new()), (&unpaid, Vec::new())]
        .map(|(charge, refunds)| KnownOrder { charge: charge.clone(), refunds })
        .to_vec();
    let orders: OrdersOfDay = Arc::new(move |_| Ok(known.clone()));
    let icbc = Icbc::new(street.settings(), street.clock.clone()).unwrap().with_orders(orders);
    let line = |kind, number: String, fen| {
        let trade = number.clone();
        StatementLine { kind, number, trade, amount: Fen::new(fen) }
    };
    let expected = vec![
        line(StatementKind::Payment, one.order.to_string(), 1000),
        line(StatementKind::Refund, ask.refund.to_string(), 400),
        line(StatementKind::Payment, two.order.to_string(), 2500),
    ];
    street.later(Duration::from_hours(24));
    assert_eq!(icbc.statement(day), Ok(Some(expected)));
    // What was paid yesterday does not stand under today.
    let today = icbc.statement(day.plus_days(1)).unwrap().unwrap();
    assert!(today.iter().all(|line| line.kind == StatementKind::Refund));
}
