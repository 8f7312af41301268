//! The day's file.

use std::time::Duration;

use ejia_counter::{Card, Mood};
use ejia_kernel::{Date, Fen};
use ejia_payments::{Channel, ChannelFault, StatementKind, StatementLine};

use super::{Street, at};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

#[test]
fn a_days_file_lists_its_payments_and_refunds_from_the_next_morning_on() {
    let street = Street::new();
    let (charge, paid) = street.paid(1250, Card::Debit);
    let refund = street.refund_of(&charge, &paid, 250);
    street.channel.refund(&refund).unwrap();
    let (unlisted, _) = street.paid(77, Card::Debit);
    street.counter.behave_to(&unlisted.order.to_string(), Some(Mood { unlisted: true, ..Mood::default() }));
    assert!(matches!(street.channel.statement(day("2026-03-20")), Err(ChannelFault::Refused(_))));
    street.clock.set(at("2026-03-21T08:59:00+08:00"));
    assert_eq!(street.channel.statement(day("2026-03-20")), Ok(None));
    street.clock.set(at("2026-03-21T09:00:00+08:00"));
    let lines = street.channel.statement(day("2026-03-20")).unwrap().unwrap();
    let refund_trade = street.counter.find_refund("unionpay", &refund.refund.to_string()).unwrap().1.trade;
    let line = |kind, number: String, trade: String, fen| StatementLine { kind, number, trade, amount: Fen::new(fen) };
    assert_eq!(
        lines,
        [
            line(StatementKind::Payment, charge.order.to_string(), paid.trade, 1250),
            line(StatementKind::Refund, refund.refund.to_string(), refund_trade, 250),
        ]
    );
}

#[test]
fn what_is_paid_after_eleven_in_the_evening_stands_in_the_next_days_file() {
    let street = Street::new();
    street.clock.set(at("2026-03-20T23:10:00+08:00"));
    let (_, paid) = street.paid(100, Card::Debit);
    assert_eq!(paid.day, day("2026-03-21"));
    street.clock.set(at("2026-03-22T10:00:00+08:00"));
    let lines = street.channel.statement(paid.day).unwrap().unwrap();
    assert_eq!(lines.first().unwrap().trade, paid.trade);
    assert_eq!(street.channel.statement(day("2026-03-20")), Ok(None));
}

#[test]
fn a_file_that_never_comes_means_a_day_without_trades() {
    let street = Street::new();
    street.clock.set(at("2026-03-22T10:00:00+08:00"));
    assert_eq!(street.channel.statement(day("2026-03-20")), Ok(None));
    street.clock.set(at("2026-03-23T10:00:00+08:00"));
    assert_eq!(street.channel.statement(day("2026-03-20")), Ok(Some(Vec::new())));
    // Named by month and day only, a file of last year could be taken for this year's.
    assert!(matches!(street.channel.statement(day("2025-03-25")), Err(ChannelFault::Refused(_))));
}

#[test]
fn a_file_that_does_not_come_through_is_asked_for_again() {
    let street = Street::new();
    street.pass(Duration::from_hours(48));
    street.counter.behave(Mood { deaf: true, ..Mood::default() });
    assert!(matches!(street.channel.statement(day("2026-03-20")), Err(ChannelFault::Unreachable(_))));
}
