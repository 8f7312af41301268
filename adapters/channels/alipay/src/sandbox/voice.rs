//! How the sandbox speaks to the merchant: signed notifications, and the payer's way back.

use std::sync::Arc;
use std::time::Duration;

use ejia_counter::{Event, Homeward, Outgoing, Refund, Speaks, Tamper, Trade, TradeState};
use ejia_kernel::{Clock, Fen, Instant};
use ejia_wire::{Charset, Form, sha256_hex, stamps};
use serde_json::Value;

use super::SandboxSettings;
use super::methods::{fund, status};
use crate::node::Node;
use crate::signature::{SIGN_TYPE, sign_notice};

/// The pauses of the manual: 4 and 10 minutes twice, 1, 2, 6 and 15 hours.
const PAUSES: [u64; 7] = [4 * 60, 10 * 60, 10 * 60, 3600, 2 * 3600, 6 * 3600, 15 * 3600];

/// The voice of the company.
pub(super) struct Voice {
    settings: Arc<SandboxSettings>,
    clock: Clock,
}

impl Voice {
    pub(super) fn new(settings: Arc<SandboxSettings>, clock: Clock) -> Self {
        Self { settings, clock }
    }

    /// The fields every notification and every way back has.
    fn signed_by_us(&self, tamper: Option<Tamper>) -> Form {
        let stranger = tamper == Some(Tamper::Merchant);
        let app_id = if stranger { "9021000199999999" } else { self.settings.app_id.as_str() };
        let seller_id = if stranger { "2088999999999999" } else { self.settings.seller_id.as_str() };
        Form::new()
            .with("charset", "utf-8")
            .with("version", "1.0")
            .with("sign_type", SIGN_TYPE)
            .with("app_id", app_id)
            .with("auth_app_id", app_id)
            .with("seller_id", seller_id)
    }

    fn fields(&self, trade: &Trade, event: &Event, tamper: Option<Tamper>) -> Option<Form> {
        let refund = match event {
            Event::Paid | Event::Closed => None,
            Event::Refused => return None,
            Event::Refunded(number) => Some(trade.refund(number).filter(|refund| refund.done_at.is_some())?),
        };
        let status = match (event, refund) {
            (Event::Closed, _) => "TRADE_CLOSED",
            // The payment is told as it was, also when it is told again after money went back.
            (_, None) => "TRADE_SUCCESS",
            (_, Some(_)) => status(trade.state),
        };
        let mut form = self
            .signed_by_us(tamper)
            .with("notify_type", "trade_status_sync")
            .with("notify_id", notify_id(trade, event))
            .with("notify_time", stamps::spaced(self.clock.now()))
            .with("trade_no", &trade.trade)
            .with("out_trade_no", &trade.number)
            .with("subject", &trade.subject)
            .with("trade_status", status)
            .with("gmt_create", stamps::spaced(trade.opened_at))
            .with("buyer_id", "2088102177846880")
            .with("total_amount", told_amount(trade, tamper).to_string());
        if let Some(at) = trade.paid_at {
            let (channel, kind) = fund(trade.card);
            let fund = Node::new().with("amount", trade.amount.to_string()).with("fundChannel", channel);
            let funds = Value::from(vec![Value::from(fund.with_some("fundType", kind))]);
            form.push("gmt_payment", stamps::spaced(at));
            for name in ["receipt_amount", "invoice_amount", "buyer_pay_amount"] {
                form.push(name, trade.amount.to_string());
            }
            form.push("fund_bill_list", funds.to_string());
        }
        if let Some(Refund { number, done_at: Some(at), .. }) = refund {
            form.push("gmt_refund", format!("{}.000", stamps::spaced(*at)));
            form.push("refund_fee", trade.given_back().to_string());
            form.push("out_biz_no", number);
        }
        if let Some(at) = trade.closed_at.filter(|_| matches!(event, Event::Closed)) {
            form.push("gmt_close", stamps::spaced(at));
        }
        Some(form)
    }
}

impl Speaks for Voice {
    fn name(&self) -> &'static str {
        "支付宝"
    }

    fn notification(&self, trade: &Trade, event: &Event, tamper: Option<Tamper>) -> Option<Outgoing> {
        let mut form = self.fields(trade, event, tamper)?;
        let mut sign = sign_notice(&form, &self.settings.private_key).ok()?;
        if tamper == Some(Tamper::Signature) {
            sign = sign_notice(&form.clone().with("forged", "1"), &self.settings.private_key).ok()?;
        }
        form.push("sign", sign);
        Some(Outgoing {
            method: "POST",
            url: trade.notify_url.clone(),
            content_type: "application/x-www-form-urlencoded; charset=utf-8",
            body: form.encoded(Charset::Utf8).into_bytes(),
        })
    }

    fn taken(&self, status: u16, body: &[u8]) -> bool {
        status == 200 && body == b"success"
    }

    fn again_after(&self) -> Vec<Duration> {
        PAUSES.map(Duration::from_secs).to_vec()
    }

    fn homeward(&self, trade: &Trade) -> Homeward {
        if trade.return_url.is_empty() {
            return Homeward::Nowhere;
        }
        if !matches!(trade.state, TradeState::Paid | TradeState::Refunded) {
            return Homeward::Link(trade.return_url.clone());
        }
        let mut form = self
            .signed_by_us(None)
            .with("method", format!("{}.return", trade.note("method")))
            .with("timestamp", stamps::spaced(self.clock.now()))
            .with("out_trade_no", &trade.number)
            .with("trade_no", &trade.trade)
            .with("total_amount", trade.amount.to_string());
        let Ok(sign) = sign_notice(&form, &self.settings.private_key) else { return Homeward::Nowhere };
        form.push("sign", sign);
        let joint = if trade.return_url.contains('?') { '&' } else { '?' };
        Homeward::Link(format!("{}{joint}{}", trade.return_url, form.encoded(Charset::Utf8)))
    }

    fn trade_number(&self, at: Instant, serial: u64) -> String {
        format!("{}22001{serial:015}", stamps::compact_day(at.china_date()))
    }
}

/// The same for every copy of a notification.
fn notify_id(trade: &Trade, event: &Event) -> String {
    let about = format!("{} {} {event:?}", trade.trade, trade.number);
    sha256_hex(about.as_bytes()).chars().take(34).collect()
}

fn told_amount(trade: &Trade, tamper: Option<Tamper>) -> Fen {
    match tamper {
        Some(Tamper::Amount) => Fen::new(trade.amount.fen().saturating_add(1)),
        _ => trade.amount,
    }
}
