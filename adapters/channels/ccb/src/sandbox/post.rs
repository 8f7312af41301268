//! How the bank speaks to the merchant.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ejia_counter::{Card, Event, Homeward, Outgoing, Speaks, Tamper, Trade, TradeState};
use ejia_kernel::{Date, Fen, Instant};
use ejia_wire::{Charset, Form, KeyFault, Scheme, hex, stamps};

use super::Bank;

/// What a notification tells.
pub(super) struct Told<'a> {
    pub(super) order: &'a str,
    pub(super) amount: Fen,
    pub(super) success: bool,
    pub(super) account_type: &'static str,
    pub(super) day: Date,
}

impl Bank {
    /// What is told of a trade.
    fn told<'t>(&self, trade: &'t Trade, success: bool) -> Told<'t> {
        let account_type = match trade.card {
            Some(Card::Credit) => "02",
            Some(Card::Balance) => "12",
            Some(Card::Debit) | None => "11",
        };
        let day = trade.paid_at.unwrap_or_else(|| self.counter.now()).china_date();
        Told { order: &trade.number, amount: trade.amount, success, account_type, day }
    }

    /// A notification's parameters, signed, in the bank's order or shuffled.
    pub(super) fn signed_query(&self, counter: &str, told: &Told<'_>) -> Result<String, KeyFault> {
        let form = Form::new()
            .with("POSID", counter)
            .with("BRANCHID", &*self.contract.branch)
            .with("ORDERID", told.order)
            .with("PAYMENT", told.amount.to_string())
            .with("CURCODE", "01")
            .with("REMARK1", "")
            .with("REMARK2", "")
            .with("ACC_TYPE", told.account_type)
            .with("SUCCESS", if told.success { "Y" } else { "N" })
            .with("TYPE", "1")
            .with("REFERER", "")
            .with("CLIENTIP", "")
            .with("ACCDATE", stamps::compact_day(told.day));
        let sign = hex(&self.key.sign(Scheme::Md5, &Charset::Gbk.encode(&form.in_order()))?);
        if self.shuffled.load(Ordering::Relaxed) {
            let mixed = std::iter::once(("SIGN".to_owned(), sign)).chain(form.into_pairs().into_iter().rev());
            return Ok(mixed.collect::<Form>().encoded(Charset::Gbk));
        }
        Ok(form.with("SIGN", sign).encoded(Charset::Gbk))
    }
}

/// The bank's voice in the counter's books.
pub(super) struct Voice(pub(super) Arc<Bank>);

impl Speaks for Voice {
    fn name(&self) -> &'static str {
        "中国建设银行"
    }

    fn notification(&self, trade: &Trade, event: &Event, tamper: Option<Tamper>) -> Option<Outgoing> {
        let success = match event {
            Event::Paid => true,
            Event::Refused => false,
            Event::Closed | Event::Refunded(_) => return None,
        };
        let mut told = self.0.told(trade, success);
        if tamper == Some(Tamper::Amount) {
            told.amount = trade.amount.checked_plus(Fen::new(1))?;
        }
        let counter = match tamper {
            Some(Tamper::Merchant) => "999999999",
            _ => &self.0.contract.counter,
        };
        let mut query = self.0.signed_query(counter, &told).ok()?;
        if tamper == Some(Tamper::Signature) {
            query = query.replace("SUCCESS=N", "SUCCESS=Y").replace("REMARK1=", "REMARK1=x");
        }
        // The parameters stand in the query although it is a POST.
        let url = format!("{}?{query}", trade.notify_url);
        let content_type = "application/x-www-form-urlencoded";
        Some(Outgoing { method: "POST", url, content_type, body: Vec::new() })
    }

    /// What the bank takes for an answer is not public; 200 is what its own samples give.
    fn taken(&self, status: u16, _: &[u8]) -> bool {
        status == 200
    }

    fn again_after(&self) -> Vec<Duration> {
        [30, 120, 600].map(Duration::from_secs).to_vec()
    }

    fn homeward(&self, trade: &Trade) -> Homeward {
        if trade.return_url.is_empty() {
            return Homeward::Nowhere;
        }
        // The page notification: the same parameters, brought by the payer's browser.
        let told = self.0.told(trade, trade.state == TradeState::Paid);
        match self.0.signed_query(&self.0.contract.counter, &told) {
            Ok(query) => Homeward::Link(format!("{}?{query}", trade.return_url)),
            Err(_) => Homeward::Link(trade.return_url.clone()),
        }
    }

    fn trade_number(&self, at: Instant, serial: u64) -> String {
        format!("105{}{serial:014}", stamps::compact_day(at.china_date()))
    }
}
