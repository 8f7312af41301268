//! The file of a day, written as the gateway writes it.

use std::time::Duration;

use ejia_counter::{BookEntry, Card};
use ejia_kernel::{Date, Instant};
use ejia_wire::{base64, packed, stamps};

use super::Gateway;
use crate::statement::{AMOUNT, ORDER_ID, QUERY_ID, TRACE_NUMBER, TRACE_TIME, TRADE_CODE, TXN_TYPE, ZM, place};

/// Field 3 of the gateway's table after the query number: the kind of card.
const CARD: usize = 13;
/// The masked number of the card.
const ACCOUNT: usize = 6;
/// The merchant.
const MER_ID: usize = 28;
/// Files are there from nine in the morning of the next day.
const READY: Duration = Duration::from_hours(9);

/// The gateway's day: it ends at 23:00.
pub(super) fn settle_day(at: Instant) -> Date {
    at.plus(Duration::from_hours(1)).china_date()
}

impl Gateway {
    /// Name and content of a day's file; none while it has not been made, and when nothing was traded.
    pub(super) fn day_file(&self, day: Date) -> Option<(String, String)> {
        if self.counter.now() < Instant::start_of(day.plus_days(1)).plus(READY) {
            return None;
        }
        let entries =
            [day.plus_days(-1), day].into_iter().flat_map(|date| self.counter.day(&self.settings.channel, date));
        let lines: Vec<Vec<u8>> = entries
            .filter(|entry| settle_day(entry.at) == day)
            .map(|entry| line(&entry, &self.settings.mer_id))
            .collect();
        if lines.is_empty() {
            return None;
        }
        let mer_id = &self.settings.mer_id;
        let short_day = stamps::compact_day(day).split_off(2);
        let (zm, zme) = (format!("INN{short_day}88ZM_{mer_id}"), format!("INN{short_day}88ZME_{mer_id}"));
        let package = packed::zip(&[(&zm, &lines.concat()), (&zme, b"")])?;
        let name = format!("{mer_id}_{}.zip", stamps::compact_day(day));
        Some((name, base64(&packed::deflate(&package)?)))
    }
}

fn line(entry: &BookEntry, mer_id: &str) -> Vec<u8> {
    let BookEntry { trade, refund, at } = entry;
    let (code, kind, number, query_id, amount) = match refund {
        Some(refund) => ("S30", "04", &refund.number, &refund.trade, refund.amount),
        None => ("S22", "01", &trade.number, &trade.trade, trade.amount),
    };
    let card = if trade.card == Some(Card::Credit) { "02" } else { "01" };
    let mut line = vec![b' '; ZM.iter().sum::<usize>() + ZM.len() - 1];
    let amount = format!("{:012}", amount.fen());
    let time = stamps::compact(*at).split_off(4);
    let trace = query_id.get(query_id.len().saturating_sub(6)..).unwrap_or_default();
    let values = [
        (TRADE_CODE, code),
        (TRACE_NUMBER, trace),
        (TRACE_TIME, time.as_str()),
        (ACCOUNT, "622588******0001"),
        (AMOUNT, amount.as_str()),
        (QUERY_ID, query_id.as_str()),
        (ORDER_ID, number.as_str()),
        (CARD, card),
        (TXN_TYPE, kind),
        (MER_ID, mer_id),
    ];
    for (field, value) in values {
        let place = place(&ZM, field);
        if let Some(room) = line.get_mut(place) {
            for (byte, written) in room.iter_mut().zip(value.bytes()) {
                *byte = written;
            }
        }
    }
    line.extend_from_slice(b"\r\n");
    line
}
