//! What the gateway says of itself: notifications, and the payer's way back.

use std::time::Duration;

use ejia_counter::{Card, Event, Homeward, Outgoing, RefundStep, Speaks, Tamper, Trade, TradeState};
use ejia_kernel::{Fen, Instant};
use ejia_wire::{Charset, Form, stamps};

use super::Gateway;
use super::day_file::settle_day;
use super::door::{Code, FAILED, OK};
use crate::client::VERSION;

impl Gateway {
    /// What is told of a payment, in a notification and in the answer to a question.
    pub(super) fn payment(&self, trade: &Trade) -> Form {
        let at = trade.paid_at.unwrap_or(trade.opened_at);
        let mut form = moved(&trade.trade, trade.amount, at)
            .with("orderId", &trade.number)
            .with("txnTime", trade.note("txnTime"))
            .with("settleAmt", trade.amount.fen().to_string())
            .with("settleCurrencyCode", "156");
        if self.settings.tells_card {
            let kind = match trade.card {
                Some(Card::Debit) => "01",
                Some(Card::Credit) => "02",
                Some(Card::Balance) => "05",
                None => "00",
            };
            form.push("payCardType", kind);
            form.push("accNo", "6225****0001");
        }
        form
    }

    /// What every notification begins with.
    fn notice(&self, kind: (&str, &str), code: Code) -> Form {
        Form::new()
            .with("version", VERSION)
            .with("encoding", "UTF-8")
            .with("signMethod", "01")
            .with("accessType", "0")
            .with("bizType", "000201")
            .with("merId", &self.settings.mer_id)
            .with("txnType", kind.0)
            .with("txnSubType", kind.1)
            .with("respCode", code.0)
            .with("respMsg", code.1)
    }

    fn paid_notice(&self, trade: &Trade) -> Form {
        joined(self.notice(("01", "01"), OK), self.payment(trade))
    }

    fn refund_notice(&self, trade: &Trade, number: &str) -> Option<Form> {
        let refund = trade.refund(number)?;
        let code = if refund.step == RefundStep::Refused { FAILED } else { OK };
        let told = moved(&refund.trade, refund.amount, refund.done_at?)
            .with("orderId", &refund.number)
            .with("txnTime", refund.notes.get("txnTime").cloned().unwrap_or_default())
            .with("origQryId", &trade.trade);
        Some(joined(self.notice(("04", "00"), code), told))
    }
}

/// What is told of any money that moved.
pub(super) fn moved(query_id: &str, amount: Fen, at: Instant) -> Form {
    Form::new()
        .with("queryId", query_id)
        .with("txnAmt", amount.fen().to_string())
        .with("currencyCode", "156")
        .with("traceNo", query_id.get(query_id.len().saturating_sub(6)..).unwrap_or_default())
        .with("traceTime", stamps::compact(at).split_off(4))
        .with("settleDate", stamps::month_day(settle_day(at)))
}

fn joined(mut form: Form, more: Form) -> Form {
    for (name, value) in more.into_pairs() {
        form.set(&name, value);
    }
    form
}

impl Speaks for Gateway {
    fn name(&self) -> &'static str {
        match self.settings.channel.as_str() {
            "ccb" => "建设银行（经银联）",
            "icbc" => "工商银行（经银联）",
            _ => "中国银联",
        }
    }

    fn notification(&self, trade: &Trade, event: &Event, tamper: Option<Tamper>) -> Option<Outgoing> {
        let (mut form, url) = match event {
            Event::Paid => (self.paid_notice(trade), trade.notify_url.clone()),
            Event::Refunded(number) => {
                let url = trade.refund(number)?.notes.get("backUrl").cloned().unwrap_or_default();
                (self.refund_notice(trade, number)?, url)
            }
            // A transaction at the cashier is notified when it succeeds only.
            Event::Refused | Event::Closed => return None,
        };
        match tamper {
            Some(Tamper::Amount) => {
                let more = form.text("txnAmt").parse::<i64>().unwrap_or_default().saturating_add(1);
                form.set("txnAmt", more.to_string());
            }
            Some(Tamper::Merchant) => form.set("merId", "777290058199999"),
            Some(Tamper::Signature) | None => {}
        }
        let mut form = self.signed(form);
        if tamper == Some(Tamper::Signature) {
            form.set("traceNo", "000000");
        }
        let content_type = "application/x-www-form-urlencoded;charset=UTF-8";
        Some(Outgoing { method: "POST", url, content_type, body: form.encoded(Charset::Utf8).into_bytes() })
    }

    fn taken(&self, status: u16, _body: &[u8]) -> bool {
        matches!(status, 200 | 302)
    }

    fn again_after(&self) -> Vec<Duration> {
        [1, 2, 4, 5].map(Duration::from_mins).to_vec()
    }

    fn homeward(&self, trade: &Trade) -> Homeward {
        let action = trade.return_url.clone();
        match trade.state {
            _ if action.is_empty() => Homeward::Nowhere,
            TradeState::Paid | TradeState::Refunded => {
                Homeward::Form { action, fields: self.signed(self.paid_notice(trade)).into_pairs() }
            }
            TradeState::Waiting | TradeState::Refused | TradeState::Closed => Homeward::Link(action),
        }
    }

    fn trade_number(&self, at: Instant, serial: u64) -> String {
        // 21 digits, as the gateway's are.
        let day = stamps::compact_day(at.china_date()).split_off(2);
        format!("95{day}{:013}", serial % 10_000_000_000_000)
    }
}
