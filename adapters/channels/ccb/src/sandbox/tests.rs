//! The channel and the bank against each other over real HTTP, and over the platform's bare socket.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use ejia_counter::{Card, Mood, NotifyAsk, Tamper};
use ejia_kernel::Clock;
use ejia_payments::{
    Channel, ChannelFault, Charge, Closing, Device, Disbelief, Found, Notice, RawCall, RefundState, StatementKind,
    StatementLine,
};
use ejia_wire::Caller;

use super::*;
use crate::Ccb;

mod street;

use street::*;

#[test]
fn the_payer_is_let_in_and_every_changed_parameter_is_noticed() {
    let street = Street::new();
    let charge = street.charge(1650);
    let address = street.address(&charge);
    assert!(
        address.contains("&PAYMENT=16.50&CURCODE=01&TXCODE=520100&REMARK1=&REMARK2=&TYPE=1&GATEWAY=&"),
        "{address}"
    );
    assert!(
        address.contains("&PROINFO=%u515A%u8D39&") && address.contains("&TIMEOUT=20260320093000&MAC="),
        "{address}"
    );
    assert_eq!(visit(&address.replace("PAYMENT=16.50", "PAYMENT=6.50")), 400);
    assert_eq!(visit(&address.replace("TYPE=1&", "TYPE=1&ISSINSCODE=x&")), 400);
    assert_eq!(visit(&address.replace("&MAC=", "&MAC=0")), 400);
    assert_eq!(visit(&address), 303);
    let trade = street.counter.find(CHANNEL, &charge.order.to_string()).unwrap();
    assert_eq!((trade.subject.as_str(), trade.amount, trade.debit_only), ("党费", Fen::new(1650), true));
    assert_eq!(trade.expires_at, Some(charge.expires_at));
    // Once more is the same trade; another amount is not.
    assert_eq!(visit(&address), 303);
    assert_eq!(visit(&street.address(&Charge { amount: Fen::new(1), ..charge })), 400);
}

#[test]
fn any_banks_debit_card_is_a_matter_of_settings() {
    let street = Street::with(|settings| {
        settings.gateway = "UnionPay".to_owned();
        settings.issuer = Some("UnionPay".to_owned());
    });
    let address = street.address(&street.charge(100));
    assert!(address.contains("&GATEWAY=UnionPay&") && address.contains("&ISSINSCODE=UnionPay&MAC="), "{address}");
    assert_eq!(visit(&address), 303);
}

#[test]
fn what_does_not_fit_is_refused_before_anybody_leaves() {
    let street = Street::new();
    for fen in [0, -1] {
        assert!(matches!(street.ccb.depart(&street.charge(fen), Device::Phone), Err(ChannelFault::Refused(_))));
    }
    let settings = street.sandbox.settings("http://127.0.0.1:1");
    let broken = CcbSettings { public_key: "zz".to_owned(), ..settings.clone() };
    assert_eq!(Ccb::new(broken, Clock::system()).err(), Some(crate::SettingsFault::Key));
    let broken = CcbSettings { page: "nowhere".to_owned(), ..settings };
    assert_eq!(Ccb::new(broken, Clock::system()).err(), Some(crate::SettingsFault::Page));
    assert!(is_sandbox_key(&format!(" {}\n", SANDBOX_PUBLIC.to_uppercase())) && !is_sandbox_key("30819f"));
}

#[test]
fn money_is_notified_in_order_and_shuffled_and_the_card_is_told() {
    let street = Street::new();
    for (shuffled, card, means) in
        [(false, Card::Debit, Means::Debit), (true, Card::Debit, Means::Debit), (false, Card::Credit, Means::Credit)]
    {
        street.sandbox.shuffle(shuffled);
        let charge = street.opened(1650);
        street.pay(&charge, card);
        assert_eq!(street.heard(), [Ok(Notice::Paid(street.told(&charge, 1650, means)))]);
        let trade = street.counter.find(CHANNEL, &charge.order.to_string()).unwrap();
        assert!(trade.told.first().is_some_and(|told| told.taken && told.answer == "success"));
    }
    let query = street.sandbox.notification("abc", Fen::new(5), street.clock.now().china_date()).unwrap();
    let call = RawCall { query, ..RawCall::default() };
    assert!(matches!(street.ccb.hear(&call), Ok(Notice::Paid(paid)) if paid.order == "abc"));
    // The same as a form in the body.
    let call = RawCall { body: call.query.into_bytes(), ..RawCall::default() };
    assert!(matches!(street.ccb.hear(&call), Ok(Notice::Paid(paid)) if paid.amount == Fen::new(5)));
}

#[test]
fn without_a_table_of_cards_nothing_is_told_of_them() {
    let street = Street::with(|settings| settings.account_types.clear());
    let charge = street.opened(100);
    street.pay(&charge, Card::Credit);
    assert_eq!(street.heard(), [Ok(Notice::Paid(street.told(&charge, 100, Means::Untold)))]);
}

#[test]
fn twice_is_heard_twice_and_what_is_forged_is_not_believed() {
    let street = Street::new();
    street.behave(|mood| mood.times = 2);
    let charge = street.paid(700);
    assert_eq!(street.heard(), vec![Ok(Notice::Paid(street.told(&charge, 700, Means::Debit))); 2]);
    for (tamper, expected) in [
        (Tamper::Amount, Ok(Notice::Paid(street.told(&charge, 701, Means::Debit)))),
        (Tamper::Signature, Err(Disbelief::Forged("ccb.sign".to_owned()))),
        (Tamper::Merchant, Err(Disbelief::Stranger("ccb.counter".to_owned()))),
    ] {
        let ask = NotifyAsk { tamper: Some(tamper), ..NotifyAsk::default() };
        assert!(street.counter.notify(CHANNEL, &charge.order.to_string(), &ask).unwrap().wait(WAIT));
        assert_eq!(street.heard(), [expected], "{tamper:?}");
    }
}

#[test]
fn a_refused_card_changes_nothing() {
    let street = Street::new();
    let charge = street.opened(700);
    let (_, sending) = street.counter.refuse(CHANNEL, &charge.order.to_string()).unwrap();
    assert!(sending.wait(WAIT));
    assert_eq!(street.heard(), [Ok(Notice::Nothing)]);
    assert_eq!(street.ccb.query(&charge), Ok(Found::Unpaid));
}

#[test]
fn a_lost_notification_is_found_by_asking_today_and_tomorrow() {
    let street = Street::new();
    street.behave(|mood| mood.silent = true);
    let charge = street.charge(1650);
    assert_eq!(street.ccb.query(&charge), Ok(Found::Unpaid), "never heard of");
    assert_eq!(visit(&street.address(&charge)), 303);
    assert_eq!(street.ccb.query(&charge), Ok(Found::Unpaid));
    street.pay(&charge, Card::Debit);
    assert_eq!(street.heard(), []);
    let paid = street.told(&charge, 1650, Means::Untold);
    assert_eq!(street.ccb.query(&charge), Ok(Found::Paid(paid.clone())));
    // Settled over night, it stands among other flows.
    street.later(Duration::from_hours(30));
    assert_eq!(street.ccb.query(&charge), Ok(Found::Paid(paid.clone())));
    assert_eq!(street.ccb.close(&charge), Ok(Closing::Paid(paid)));
}

#[test]
fn an_order_closes_by_itself_and_only_then_is_it_closed() {
    let street = Street::new();
    let charge = street.opened(1650);
    let open = Err(ChannelFault::Unreachable("ccb.closes_by_itself".to_owned()));
    assert_eq!(street.ccb.close(&charge), open);
    street.later(Duration::from_mins(31));
    assert_eq!(street.ccb.close(&charge), open, "what was paid just before may be on its way");
    street.later(Duration::from_mins(5));
    assert_eq!(street.ccb.close(&charge), Ok(Closing::Closed));
    assert_eq!(street.ccb.query(&charge), Ok(Found::Closed));
}

#[test]
fn money_goes_back_once_however_often_it_is_asked() {
    let street = Street::new();
    let charge = street.paid(1000);
    let (part, rest) = (street.refund(&charge, 400), street.refund(&charge, 600));
    assert_eq!(street.ccb.refund_state(&part), Ok(RefundState::Unheard));
    for _ in 0..3 {
        assert_eq!(street.ccb.refund(&part), Ok(RefundState::Done));
    }
    assert_eq!(street.ccb.refund_state(&part), Ok(RefundState::Done));
    assert_eq!(street.ccb.refund_state(&rest), Ok(RefundState::Unheard));
    assert!(matches!(street.ccb.query(&charge), Ok(Found::Paid(_))), "partly given back is still paid");
    let tomorrow = Duration::from_hours(24);
    street.later(tomorrow);
    assert_eq!(street.ccb.refund(&part), Ok(RefundState::Done), "settled over night");
    assert_eq!(street.ccb.refund(&rest), Ok(RefundState::Done));
    let trade = street.counter.find(CHANNEL, &charge.order.to_string()).unwrap();
    assert_eq!((trade.refunds.len(), trade.given_back()), (2, Fen::new(1000)));
    assert!(trade.refunds.iter().all(|refund| refund.number.len() == 15));
    let more = street.refund(&charge, 1);
    assert_eq!(street.ccb.refund(&more), Ok(RefundState::Refused("SANDBOX0003".to_owned())));
}

#[test]
fn a_refund_whose_answer_was_lost_is_not_sent_again() {
    let street = Street::new();
    let charge = street.paid(1000);
    let ask = street.refund(&charge, 1000);
    street.behave(|mood| mood.lost = true);
    // Already the question whether it is known gets no answer: nothing has been asked for.
    assert!(matches!(street.ccb.refund(&ask), Err(ChannelFault::Unreachable(_))));
    let platform = crate::platform::Platform::new(&street.ccb_settings(), street.clock.clone());
    let fields = [("MONEY", "10.00"), ("ORDER", &ask.order), ("REFUND_CODE", &crate::flows::refund_code(&ask))];
    assert!(matches!(platform.ask("5W1004", &fields), Err(ChannelFault::Unknown(_))));
    street.behave(|_| {});
    assert_eq!(street.ccb.refund(&ask), Ok(RefundState::Done));
    let trade = street.counter.find(CHANNEL, &charge.order.to_string()).unwrap();
    assert_eq!(trade.refunds.len(), 1);
}

#[test]
fn a_refund_on_its_way_ends_well_or_badly() {
    let street = Street::new();
    let charge = street.paid(1000);
    street.behave(|mood| mood.underway = true);
    let (good, bad) = (street.refund(&charge, 400), street.refund(&charge, 600));
    for ask in [&good, &bad] {
        assert_eq!(street.ccb.refund(ask), Ok(RefundState::Underway));
        assert_eq!(street.ccb.refund_state(ask), Ok(RefundState::Underway));
    }
    street.counter.finish_refund(CHANNEL, &crate::flows::refund_code(&good), true).unwrap();
    street.counter.finish_refund(CHANNEL, &crate::flows::refund_code(&bad), false).unwrap();
    assert_eq!(street.ccb.refund_state(&good), Ok(RefundState::Done));
    assert_eq!(street.ccb.refund_state(&bad), Ok(RefundState::Refused("ccb.failed".to_owned())));
}

#[test]
fn a_deaf_a_strange_and_an_absent_platform_are_told_apart() {
    let street = Street::new();
    let charge = street.paid(1000);
    street.behave(|mood| mood.deaf = true);
    assert!(matches!(street.ccb.query(&charge), Err(ChannelFault::Unreachable(_))));
    street.behave(|_| {});
    let other = |change: fn(&mut CcbSettings)| {
        let mut settings = street.ccb_settings();
        change(&mut settings);
        Ccb::new(settings, street.clock.clone()).unwrap().query(&charge)
    };
    assert_eq!(other(|to| to.password.push('x')), Err(ChannelFault::Refused("SANDBOX0001".to_owned())));
    let absent = other(|to| to.platform = "http://127.0.0.1:9/".to_owned());
    assert_eq!(absent, Err(ChannelFault::Unreachable("line broken (ConnectionRefused)".to_owned())));
    let absent = other(|to| to.platform = "tcp://127.0.0.1:9".to_owned());
    assert_eq!(absent, Err(ChannelFault::Unreachable("no connection".to_owned())));
    assert!(matches!(
        other(|to| to.platform = to.platform.replace("/platform", "/nowhere")),
        Err(ChannelFault::Unreachable(_))
    ));
}

#[test]
fn the_platform_is_asked_over_its_socket_as_well() {
    let street = Street::new();
    let charge = street.paid(1000);
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let platform = format!("tcp://{}", listener.local_addr().unwrap());
    let relayed = street.ccb_settings().platform;
    std::thread::spawn(move || {
        for line in listener.incoming().take(2) {
            let mut line = line.unwrap();
            let mut question = Vec::new();
            line.read_to_end(&mut question).unwrap();
            let answer = Caller::new().post(&relayed, "text/xml", &question, 100_000).unwrap();
            line.write_all(&answer.body).unwrap();
        }
    });
    let settings = CcbSettings { platform, ..street.ccb_settings() };
    let ccb = Ccb::new(settings, street.clock.clone()).unwrap();
    assert!(matches!(ccb.query(&charge), Ok(Found::Paid(paid)) if paid.amount == Fen::new(1000)));
}

#[test]
fn the_days_statement_lists_what_came_in_and_went_back() {
    let street = Street::with(|settings| settings.statement_from = 9);
    let (one, two, missing) = (street.paid(1000), street.paid(2500), street.opened(300));
    street.counter.behave_to(&missing.order.to_string(), Some(Mood { unlisted: true, ..Mood::default() }));
    street.pay(&missing, Card::Debit);
    let ask = street.refund(&one, 400);
    assert_eq!(street.ccb.refund(&ask), Ok(RefundState::Done));
    let day = street.clock.now().china_date();
    street.later(Duration::from_hours(23));
    assert_eq!(street.ccb.statement(day), Ok(None), "not before nine the next morning");
    street.later(Duration::from_hours(2));
    let refund = street.counter.find(CHANNEL, &one.order.to_string()).unwrap().refunds[0].trade.clone();
    let line = |kind, charge: &Charge, trade: &str, fen| {
        let number = charge.order.to_string();
        StatementLine { kind, trade: trade.to_owned(), number, amount: Fen::new(fen) }
    };
    let expected = [
        line(StatementKind::Payment, &one, &one.order.to_string(), 1000),
        line(StatementKind::Payment, &two, &two.order.to_string(), 2500),
        line(StatementKind::Refund, &one, &refund, 400),
    ];
    assert_eq!(street.ccb.statement(day), Ok(Some(expected.to_vec())));
    assert_eq!(street.ccb.statement(day.plus_days(-1)), Ok(Some(Vec::new())), "a day without money");
    // The same out of the folder that the bank's client writes into.
    let folder = tempfile::tempdir().unwrap();
    for (name, file) in &street.sandbox.desk().files {
        std::fs::write(folder.path().join(name), file).unwrap();
    }
    let files = StatementFiles::Folder(folder.path().to_owned());
    let ccb = Ccb::new(CcbSettings { files, ..street.ccb_settings() }, street.clock.clone()).unwrap();
    assert_eq!(ccb.statement(day), Ok(Some(expected.to_vec())));
}
