//! From the departure to the money: notifications, questions, closing.

use std::time::Duration;

use ejia_counter::{Card, Mood, SettleAsk, Tamper, cashier_path};
use ejia_kernel::Fen;
use ejia_payments::{
    Channel, ChannelFault, ChannelKind, Closing, Departure, Device, Disbelief, Found, Means, Notice, RawCall,
};
use ejia_wire::{Caller, Charset, Form, stamps};

use super::Street;
use crate::UnionPay;
use crate::sandbox::{self, SandboxSettings};

#[test]
fn the_browser_leaves_with_a_signed_form_that_names_no_person() {
    let street = Street::new();
    let charge = street.charge(1250);
    let Ok(Departure::Form { action, charset, fields }) = street.channel.depart(&charge, Device::Phone) else {
        panic!("no form")
    };
    assert_eq!((action, charset), (street.settings.front_address.clone(), "UTF-8"));
    let mut names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "accessType",
            "backUrl",
            "bizType",
            "certId",
            "channelType",
            "currencyCode",
            "encoding",
            "frontUrl",
            "merId",
            "orderId",
            "payTimeout",
            "signMethod",
            "signature",
            "txnAmt",
            "txnSubType",
            "txnTime",
            "txnType",
            "version",
        ]
    );
    let form: Form = fields.into_iter().collect();
    assert_eq!(form.text("orderId"), charge.order.to_string());
    assert_eq!(form.text("txnAmt"), "1250");
    assert_eq!(form.text("channelType"), "08");
    assert!(form.text("txnTime").starts_with("202603200900"));
    assert_eq!(form.text("payTimeout"), stamps::compact(charge.expires_at));
    assert_eq!(form.text("certId"), "68719476739");
    assert!(form.text("frontUrl").ends_with(&format!("/return/unionpay/{}", charge.order)));
    assert_eq!(street.channel.origins(), [street.bank.origin()]);
    let free = crate::tests::Charge { amount: Fen::ZERO, ..charge };
    assert!(matches!(street.channel.depart(&free, Device::Phone), Err(ChannelFault::Refused(_))));
}

#[test]
fn a_debit_card_pays_and_notification_and_question_tell_the_same() {
    let street = Street::new();
    let (charge, paid) = street.paid(1250, Card::Debit);
    assert_eq!(paid.order, charge.order.to_string());
    assert_eq!((paid.amount, paid.means), (Fen::new(1250), Means::Debit));
    assert_eq!(paid.day, "2026-03-20".parse().unwrap());
    assert_eq!(paid.trade.len(), 21);
    assert!(paid.paid_at.since(charge.opened_at) < Duration::from_mins(1));
    assert_eq!(street.channel.query(&charge), Ok(Found::Paid(paid.clone())));
    assert_eq!(street.channel.close(&charge), Ok(Closing::Paid(paid)));
}

#[test]
fn a_credit_card_is_seen_and_the_cashier_of_a_debit_only_merchant_refuses_it() {
    let (_, paid) = Street::new().paid(100, Card::Credit);
    assert_eq!(paid.means, Means::Credit);
    let (_, paid) = Street::new().paid(100, Card::Balance);
    assert_eq!(paid.means, Means::Debit);
    // Whatever the contract, a kind of card that is told counts.
    let protected = Street::with(&SandboxSettings { debit_only: true, ..SandboxSettings::demo() });
    let charge = protected.order(100);
    let page = format!("{}{}", protected.bank.origin(), cashier_path("unionpay", &charge.order.to_string()));
    let choose = |choice: &str| super::post_form(&page, &Form::new().with("choice", choice));
    assert_eq!(choose("credit"), 303);
    assert_eq!(protected.channel.query(&charge), Ok(Found::Unpaid));
    assert_eq!(choose("debit"), 303);
    assert!(matches!(protected.channel.query(&charge), Ok(Found::Paid(paid)) if paid.means == Means::Debit));
}

#[test]
fn a_card_that_is_not_told_counts_as_the_contract_says() {
    let quiet =
        |debit_only| Street::with(&SandboxSettings { tells_card: false, debit_only, ..SandboxSettings::demo() });
    assert_eq!(quiet(true).paid(100, Card::Debit).1.means, Means::Untold);
    assert_eq!(quiet(false).paid(100, Card::Debit).1.means, Means::Credit);
}

#[test]
fn a_notification_that_comes_twice_says_the_same_twice() {
    let street = Street::new();
    street.counter.behave(Mood { times: 2, ..Mood::default() });
    let (_, paid) = street.paid(100, Card::Debit);
    let calls = street.heard(2);
    assert_eq!(calls[0], calls[1]);
    assert_eq!(street.channel.hear(&calls[1]), Ok(Notice::Paid(paid)));
    let answer = street.channel.answer(&calls[0], true);
    assert_eq!((answer.status, answer.body), (200, b"ok".to_vec()));
    assert_eq!(street.channel.answer(&calls[0], false).status, 503);
}

#[test]
fn forged_notifications_are_not_believed_and_a_wrong_amount_is_told_as_it_is() {
    let street = Street::new();
    let heard = |tamper| {
        street.counter.behave(Mood { tamper: Some(tamper), ..Mood::default() });
        let charge = street.order(100);
        let before = street.heard(0).len();
        street.settle(&charge, Card::Debit);
        street.channel.hear(street.heard(before + 1).last().unwrap())
    };
    assert_eq!(heard(Tamper::Signature), Err(Disbelief::Forged("signature".to_owned())));
    assert_eq!(heard(Tamper::Merchant), Err(Disbelief::Stranger("merId".to_owned())));
    // Signed well by the gateway: whether it fits the order is for the order to say.
    assert!(matches!(heard(Tamper::Amount), Ok(Notice::Paid(paid)) if paid.amount == Fen::new(101)));
}

#[test]
fn whatever_is_changed_in_a_notification_it_is_not_believed() {
    let street = Street::new();
    let (_, _) = street.paid(100, Card::Debit);
    let call = street.heard(1).remove(0);
    // The address's own query is none of the gateway's words.
    let ours = RawCall { query: "a=b".to_owned(), ..call.clone() };
    assert!(street.channel.hear(&ours).is_ok());
    // The last letter of the signature has bits that say nothing; all before it count.
    let signature = call.body.windows(11).position(|name| name == b"&signature=").unwrap();
    for place in (0..signature + 100).step_by(7) {
        let mut changed = call.clone();
        changed.body[place] = if changed.body[place] == b'1' { b'2' } else { b'1' };
        assert!(street.channel.hear(&changed).is_err(), "byte {place}");
    }
    let doubled = RawCall { body: [call.body.as_slice(), b"&txnAmt=1"].concat(), ..call.clone() };
    assert_eq!(street.channel.hear(&doubled), Err(Disbelief::Malformed("no form".to_owned())));
    let by_get = RawCall { method: "GET".to_owned(), ..call.clone() };
    assert!(matches!(street.channel.hear(&by_get), Err(Disbelief::Malformed(_))));
    for rubbish in [b"".as_slice(), b"\xff\xfe", b"a=1&b=2", b"%"] {
        assert!(street.channel.hear(&RawCall { body: rubbish.to_vec(), ..call.clone() }).is_err());
    }
}

#[test]
fn the_genuine_notification_is_of_another_root_and_merchant() {
    let street = Street::new();
    let body = include_bytes!("../../tests/vectors/up_notify.txt").trim_ascii().to_vec();
    let call = RawCall { method: "POST".to_owned(), body, ..RawCall::default() };
    let why = Disbelief::Forged("certificate not of a known root".to_owned());
    assert_eq!(street.channel.hear(&call), Err(why));
}

#[test]
fn an_order_stays_payable_until_its_time_is_up_and_closes_a_little_later() {
    let street = Street::new();
    let never_brought = street.charge(100);
    let waiting = street.order(100);
    let tried = street.order(100);
    street.counter.refuse("unionpay", &tried.order.to_string()).unwrap();
    let all = [&never_brought, &waiting, &tried];
    for charge in all {
        assert_eq!(street.channel.query(charge), Ok(Found::Unpaid));
        assert!(matches!(street.channel.close(charge), Err(ChannelFault::Unreachable(_))));
    }
    street.pass(Duration::from_mins(31));
    assert_eq!(street.channel.query(&waiting), Ok(Found::Unpaid));
    street.pass(Duration::from_mins(5));
    for charge in all {
        assert_eq!(street.channel.query(charge), Ok(Found::Closed));
        assert_eq!(street.channel.close(charge), Ok(Closing::Closed));
    }
    // Money that was on its way all the same is seen when one asks, and when it is notified.
    let late = SettleAsk { card: Card::Debit, late: true };
    let (_, sending) = street.counter.settle("unionpay", &waiting.order.to_string(), late).unwrap();
    assert!(sending.wait(Duration::from_secs(3)));
    assert!(matches!(street.channel.hear(&street.heard(1)[0]), Ok(Notice::Paid(_))));
    assert!(matches!(street.channel.close(&waiting), Ok(Closing::Paid(_))));
}

#[test]
fn a_lost_notification_is_found_by_asking_and_silence_means_asking_again() {
    let street = Street::new();
    street.counter.behave(Mood { silent: true, ..Mood::default() });
    let charge = street.order(100);
    street.settle(&charge, Card::Debit);
    assert!(street.heard(0).is_empty());
    assert!(matches!(street.channel.query(&charge), Ok(Found::Paid(_))));
    for mood in [Mood { deaf: true, ..Mood::default() }, Mood { lost: true, ..Mood::default() }] {
        street.counter.behave(mood);
        assert!(matches!(street.channel.query(&charge), Err(ChannelFault::Unreachable(_))), "{mood:?}");
    }
    street.counter.behave(Mood::default());
    // The number alone does not name a transaction; its time belongs to it.
    let other_time = crate::tests::Charge { opened_at: charge.opened_at.plus(Duration::from_secs(1)), ..charge };
    assert_eq!(street.channel.query(&other_time), Ok(Found::Unpaid));
    let (channel, charge) = (UnionPay::new(street.settings.clone(), street.clock.clone()).unwrap(), street.charge(1));
    drop(street);
    assert!(matches!(channel.query(&charge), Err(ChannelFault::Unreachable(_))));
}

#[test]
fn the_payer_comes_home_by_the_gateways_own_form() {
    let street = Street::new();
    let (charge, _) = street.paid(100, Card::Debit);
    let page = format!("{}{}", street.bank.origin(), cashier_path("unionpay", &charge.order.to_string()));
    let page = String::from_utf8(Caller::new().get(&page, 1 << 20).unwrap().body).unwrap();
    assert!(page.contains("返回商户") && page.contains(&format!("/return/unionpay/{}", charge.order)));
    assert!(page.contains("name=\"signature\""));
}

#[test]
fn a_banks_counter_is_reached_under_the_banks_name() {
    let bank =
        SandboxSettings { channel: "ccb".to_owned(), mer_id: "777290058110105".to_owned(), ..SandboxSettings::demo() };
    let street = Street::with(&bank);
    let (settings, clock) = (street.settings.clone(), street.clock.clone());
    let channel = UnionPay::under_a_banks_name(ChannelKind::Ccb, "CCB", settings.clone(), clock.clone()).unwrap();
    assert_eq!((channel.kind(), street.channel.kind()), (ChannelKind::Ccb, ChannelKind::UnionPay));
    let charge = street.charge(100);
    let Ok(Departure::Form { action, fields, .. }) = channel.depart(&charge, Device::Desktop) else {
        panic!("no form")
    };
    let form: Form = fields.into_iter().collect();
    assert_eq!((form.text("issInsCode"), form.text("channelType")), ("CCB", "07"));
    assert_eq!(super::post_form(&action, &form), 303);
    let (_, sending) = street.counter.settle("ccb", &charge.order.to_string(), SettleAsk::default()).unwrap();
    assert!(sending.wait(Duration::from_secs(3)));
    let call = street.heard(1).remove(0);
    assert_eq!(call.path, "/notify/ccb");
    assert!(matches!(channel.hear(&call), Ok(Notice::Paid(_))));
    // The same call at the counter of the gateway's own merchant is a stranger's.
    let own = UnionPay::new(sandbox::settings("http://127.0.0.1:1", "http://127.0.0.1:2"), clock.clone()).unwrap();
    assert_eq!(own.hear(&call), Err(Disbelief::Stranger("merId".to_owned())));
    assert!(UnionPay::under_a_banks_name(ChannelKind::Ccb, "C&B", settings, clock).is_err());
    assert!(Form::decode(&call.body, Charset::Utf8).unwrap().text("signPubKeyCert").contains("BEGIN CERTIFICATE"));
}
