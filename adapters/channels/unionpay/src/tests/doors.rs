//! Who is believed and who is let in: settings, the sandbox's door, and gateways that lie.

use axum::Router;
use axum::routing::post;
use ejia_counter::{Card, Server};
use ejia_payments::{Channel, ChannelFault, Departure, Device};
use ejia_wire::{Caller, Charset, Form, PrivateKey, stamps};

use super::Street;
use crate::sandbox::{self, GATEWAY_CERTIFICATE, GATEWAY_KEY, MERCHANT_KEY};
use crate::{SettingsFault, UnionPay, UnionPaySettings, packets, signature};

fn refused(change: impl FnOnce(&mut UnionPaySettings)) -> Option<SettingsFault> {
    let street = Street::new();
    let mut settings = street.settings.clone();
    change(&mut settings);
    UnionPay::new(settings, street.clock.clone()).err()
}

#[test]
fn settings_that_do_not_fit_are_refused_before_anything_is_signed() {
    assert_eq!(refused(|_| {}), None);
    assert!(refused(|it| it.mer_id = "1".to_owned()).is_some());
    assert!(refused(|it| it.back_url = String::new()).is_some());
    assert!(refused(|it| it.query_address = "gateway".to_owned()).is_some());
    assert!(refused(|it| it.signing_key = "no key".to_owned()).is_some());
    assert!(refused(|it| it.signing_key = GATEWAY_KEY.to_owned()).is_some());
    assert!(refused(|it| it.signing_certificate = "no certificate".to_owned()).is_some());
    assert!(refused(|it| it.roots = Vec::new()).is_some());
    assert!(refused(|it| it.middles = vec!["no certificate".to_owned()]).is_some());
    let fault = refused(|it| it.mer_id = String::new()).unwrap().to_string();
    assert_eq!(fault, "UnionPay: mer_id: 15 digits and letters");
}

#[test]
fn the_sandboxes_keys_are_recognised_one_by_one() {
    let production = || {
        let foreign = include_str!("../../tests/vectors/foreignroot.pem").to_owned();
        let mut settings = UnionPaySettings::production("898350000000001");
        settings.roots = vec![foreign.clone()];
        settings.middles = vec![foreign.clone()];
        settings.signing_certificate = foreign;
        settings
    };
    assert!(!sandbox::recognises(&production()));
    let with = |change: &dyn Fn(&mut UnionPaySettings)| {
        let mut settings = production();
        change(&mut settings);
        sandbox::recognises(&settings)
    };
    assert!(with(&|it| it.signing_key = MERCHANT_KEY.to_owned()));
    assert!(with(&|it| it.signing_certificate = sandbox::MERCHANT_CERTIFICATE.to_owned()));
    assert!(with(&|it| it.roots.push(sandbox::ROOT_CERTIFICATE.replace('\n', "\r\n"))));
    assert!(with(&|it| it.middles = vec![sandbox::MIDDLE_CERTIFICATE.to_owned()]));
    assert!(production().front_address.starts_with("https://gateway.95516.com/"));
}

/// A gateway that says the same to whatever it is asked.
fn parrot(body: Vec<u8>, status: u16) -> Server {
    let status = axum::http::StatusCode::from_u16(status).unwrap();
    let answer = move || {
        let body = body.clone();
        async move { (status, body) }
    };
    Server::start(Router::new().fallback(post(answer))).unwrap()
}

#[test]
fn answers_that_are_not_the_gateways_or_about_something_else_count_for_nothing() {
    let street = Street::new();
    let (charge, paid) = street.paid(100, Card::Debit);
    let ask = street.refund_of(&charge, &paid, 100);
    let key = PrivateKey::read(GATEWAY_KEY.as_bytes()).unwrap();
    let honest = Form::new()
        .with("version", "5.1.0")
        .with("signMethod", "01")
        .with("merId", &street.settings.mer_id)
        .with("respCode", "00")
        .with("origRespCode", "00")
        .with("orderId", charge.order.to_string())
        .with("txnTime", stamps::compact(charge.opened_at))
        .with("queryId", &paid.trade)
        .with("txnAmt", "100")
        .with("signPubKeyCert", GATEWAY_CERTIFICATE.trim());
    let told = |form: Form, status: u16| {
        let server = parrot(packets::write(&form), status);
        let mut settings = street.settings.clone();
        settings.query_address = format!("{}/q", server.origin());
        settings.back_address = format!("{}/b", server.origin());
        let channel = UnionPay::new(settings, street.clock.clone()).unwrap();
        (channel.query(&charge), channel.refund(&ask))
    };
    let sign = |form: &Form| signature::sign(form.clone(), &key).unwrap();
    let with = |name: &str, value: &str| {
        let mut form = honest.clone();
        form.set(name, value);
        form
    };
    assert!(told(sign(&honest), 200).0.is_ok());
    let merchant = PrivateKey::read(MERCHANT_KEY.as_bytes()).unwrap();
    let lies = [
        (honest.clone(), 200),
        (sign(&honest), 500),
        (signature::sign(honest.clone(), &merchant).unwrap(), 200),
        (sign(&with("signPubKeyCert", include_str!("../../tests/vectors/foreign.pem").trim())), 200),
        (sign(&with("signPubKeyCert", include_str!("../../tests/vectors/expired.pem").trim())), 200),
        (sign(&with("signPubKeyCert", include_str!("../../tests/vectors/othername.pem").trim())), 200),
        (sign(&with("merId", "777290058199999")), 200),
        (sign(&with("version", "5.0.0")), 200),
        (Form::new().with("<html>", ""), 200),
    ];
    for (form, status) in lies {
        let (found, refund) = told(form.clone(), status);
        assert!(matches!(found, Err(ChannelFault::Unreachable(_))), "{form:?}");
        assert!(matches!(refund, Err(ChannelFault::Unknown(_))), "{form:?}");
    }
    for other in [with("orderId", "01jpk3z3q8vw0c5h0d2rj6ytbn"), with("txnTime", "20260101000000"), with("txnAmt", "x")]
    {
        assert!(matches!(told(sign(&other), 200).0, Err(ChannelFault::Unreachable(_))), "{other:?}");
    }
}

#[test]
fn the_sandbox_lets_in_its_merchants_calls_only() {
    let street = Street::new();
    let charge = street.charge(100);
    let Ok(Departure::Form { action, fields, .. }) = street.channel.depart(&charge, Device::Desktop) else {
        panic!("no form")
    };
    let form: Form = fields.into_iter().collect();
    let key = PrivateKey::read(MERCHANT_KEY.as_bytes()).unwrap();
    let says = |form: &Form| {
        let reply = Caller::new().post(
            &action,
            "application/x-www-form-urlencoded",
            form.encoded(Charset::Utf8).as_bytes(),
            1 << 16,
        );
        let reply = reply.unwrap();
        (reply.status, String::from_utf8_lossy(&reply.body).into_owned())
    };
    let changed = |name: &str, value: &str| {
        let mut form = form.clone();
        form.set(name, value);
        form
    };
    let signed = |name: &str, value: &str| signature::sign(changed(name, value), &key).unwrap();
    for (form, code) in [
        (changed("txnAmt", "1"), "11"),
        (signed("certId", "68759663125"), "11"),
        (form.without(&["signature"]), "13"),
        (form.without(&["backUrl"]), "13"),
        (signed("merId", "777290058199999"), "31"),
        (signed("txnTime", "20260319000000"), "10"),
        (signed("txnAmt", "1.5"), "10"),
        (signed("txnAmt", "0"), "10"),
        (signed("orderId", "a-1_23456"), "10"),
        (signed("version", "5.0.0"), "10"),
        (signed("channelType", "01"), "10"),
        (signed("payTimeout", "soon"), "10"),
        (signed("payTimeout", "20260320085959"), "39"),
    ] {
        let (status, page) = says(&form);
        assert_eq!(status, 400, "{form:?}");
        assert!(page.contains(&format!("<p>{code} ")), "{code}: {page}");
    }
    assert!(street.counter.find("unionpay", &charge.order.to_string()).is_none());
    assert_eq!(says(&form).0, 303);
    assert_eq!(says(&form).0, 303, "the payer went back and came again");
    assert!(says(&signed("txnAmt", "101")).1.contains("<p>12 "));
    // A client with another's key is told so in an answer that is signed.
    let mut settings = street.settings.clone();
    settings.signing_key = GATEWAY_KEY.to_owned();
    settings.signing_certificate = GATEWAY_CERTIFICATE.to_owned();
    let stranger = UnionPay::new(settings, street.clock.clone()).unwrap();
    assert_eq!(stranger.query(&charge), Err(ChannelFault::Unreachable("11".to_owned())));
}
