//! How the platform speaks to the merchant.

use std::sync::Arc;
use std::time::Duration;

use ejia_counter::{Event, Homeward, Outgoing, Speaks, Tamper, Trade};
use ejia_kernel::MessageId;
use ejia_wire::{Charset, Form, Scheme, base64, raw_member, stamps};
use serde_json::json;

use super::Bank;
use crate::gateway::path;
use crate::signature::{holds, text_of};

/// The bank's voice in the counter's books.
pub(super) struct Voice(pub(super) Arc<Bank>);

impl Speaks for Voice {
    fn name(&self) -> &'static str {
        "中国工商银行"
    }

    /// resultType 1 is what we ask for: only money that came in is told.
    fn notification(&self, trade: &Trade, event: &Event, tamper: Option<Tamper>) -> Option<Outgoing> {
        if *event != Event::Paid {
            return None;
        }
        let bank = &self.0;
        let at = trade.paid_at.unwrap_or_else(|| bank.counter.now());
        let more = i64::from(tamper == Some(Tamper::Amount));
        let biz = json!({
            "return_code": "0",
            "return_msg": "success",
            "msg_id": MessageId::random().to_string(),
            "out_trade_no": trade.number,
            "total_amt": (trade.amount.fen() + more).to_string(),
            "pay_time": stamps::compact(at),
            "order_id": "",
            "mer_id": if tamper == Some(Tamper::Merchant) { "999999999999" } else { trade.merchant.as_str() },
        });
        let form = Form::new()
            .with("from", "icbc-api")
            .with("api", "/ui/b2c/pc/pay/transfer/V1")
            .with("app_id", &*bank.app)
            .with("charset", "UTF-8")
            .with("format", "json")
            .with("timestamp", stamps::spaced(bank.counter.now()))
            .with("biz_content", biz.to_string())
            .with("sign_type", "RSA");
        let sign = bank.key.sign(Scheme::Sha1, text_of(path(&trade.notify_url)?, &form).as_bytes()).ok()?;
        let mut form = form.with("sign", base64(&sign));
        if tamper == Some(Tamper::Signature) {
            form.set("timestamp", "2000-01-01 00:00:00");
        }
        Some(Outgoing {
            method: "POST",
            url: trade.notify_url.clone(),
            content_type: "application/x-www-form-urlencoded; charset=UTF-8",
            body: form.encoded(Charset::Utf8).into_bytes(),
        })
    }

    /// The answer is signed by the merchant over all that stands before the signature, and says 0.
    fn taken(&self, status: u16, body: &[u8]) -> bool {
        let Ok(text) = str::from_utf8(body) else { return false };
        let signed = text.strip_prefix('{').and_then(|rest| rest.rsplit_once(r#","sign""#)).map(|(signed, _)| signed);
        let sign = raw_member(text, "sign").map(|sign| sign.trim_matches('"'));
        let scheme = match raw_member(text, "sign_type") {
            Some("\"CA\"") => Scheme::BareSha1,
            _ => Scheme::Sha256,
        };
        let code = raw_member(text, "response_biz_content").and_then(|biz| raw_member(biz, "return_code"));
        let (Some(signed), Some(sign)) = (signed, sign) else { return false };
        status == 200 && code == Some("0") && holds(&self.0.registered, scheme, signed, sign)
    }

    fn again_after(&self) -> Vec<Duration> {
        [10, 60, 300].map(Duration::from_secs).to_vec()
    }

    fn homeward(&self, trade: &Trade) -> Homeward {
        if trade.return_url.is_empty() { Homeward::Nowhere } else { Homeward::Link(trade.return_url.clone()) }
    }
}
