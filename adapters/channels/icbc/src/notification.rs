//! Notifications of the open platform, and the signed answer to them.

use ejia_kernel::{Fen, Instant};
use ejia_payments::{Disbelief, RawCall};
use ejia_wire::{Charset, Form, PublicKey, Scheme, stamps};
use serde_json::Value;

use crate::gateway::field;
use crate::orders::fen;
use crate::signature::{self, Hand};

/// A notification whose signature holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notification {
    pub(crate) app: String,
    /// Empty when the notification does not tell it.
    pub(crate) merchant: String,
    /// Nothing came of it when the code is not 0.
    pub(crate) well: bool,
    pub(crate) order: String,
    pub(crate) amount: Option<Fen>,
    pub(crate) at: Option<Instant>,
}

fn malformed(what: &str) -> Disbelief {
    Disbelief::Malformed(format!("icbc.{what}"))
}

impl Notification {
    /// Reads a call and checks its signature over the path of our address, which the gateway knows.
    pub(crate) fn read(key: &PublicKey, path: &str, call: &RawCall) -> Result<Self, Disbelief> {
        let form = form(call).ok_or_else(|| malformed("form"))?;
        let scheme = match form.text("sign_type") {
            "RSA" => Scheme::Sha1,
            "RSA2" => Scheme::Sha256,
            _ => return Err(malformed("sign_type")),
        };
        if !signature::holds(key, scheme, &signature::text_of(path, &form), form.text("sign")) {
            return Err(Disbelief::Forged("icbc.sign".to_owned()));
        }
        let biz: Value = serde_json::from_str(form.text("biz_content")).map_err(|_| malformed("content"))?;
        // The names that samples of the platform show; a service that calls them otherwise is asked by query.
        let first = |names: &[&str]| {
            names.iter().map(|name| field(&biz, name)).find(|value| !value.is_empty()).unwrap_or_default()
        };
        let at = first(&["pay_time"]);
        Ok(Self {
            app: form.text("app_id").to_owned(),
            merchant: first(&["mer_id", "merID"]),
            well: first(&["return_code"]) == "0",
            order: first(&["out_trade_no", "order_no", "orderid"]),
            amount: fen(&first(&["total_amt", "order_sum", "amount"])),
            at: stamps::read_compact(&at).or_else(|| stamps::read_compact_day(&at).map(Instant::start_of)),
        })
    }
}

fn form(call: &RawCall) -> Option<Form> {
    Form::decode(&call.body, Charset::Utf8)
}

/// The signed answer: the same msg_id, and whether it was taken. None when our key does not sign.
pub(crate) fn answer(hand: &Hand, call: &RawCall, taken: bool) -> Option<String> {
    let biz = form(call).and_then(|form| serde_json::from_str(form.text("biz_content")).ok()).unwrap_or(Value::Null);
    let (code, message) = if taken { (0, "success") } else { (1, "again") };
    let message_id = Value::from(field(&biz, "msg_id"));
    let mut signed = format!(
        r#""response_biz_content":{{"return_code":{code},"return_msg":"{message}","msg_id":{message_id}}},"sign_type":"{}""#,
        hand.sign_type()
    );
    if let Some(certificate) = hand.certificate() {
        signed.extend([r#","ca":""#, certificate, "\""]);
    }
    let sign = hand.sign(&signed).ok()?;
    Some(format!(r#"{{{signed},"sign":"{sign}"}}"#))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::keys;
    use proptest::prelude::*;

    #[test]
    fn no_bytes_break_the_reader_or_are_believed() {
        let key = PublicKey::read(keys::SANDBOX_GATEWAY_KEY.as_bytes()).unwrap();
        proptest!(ProptestConfig::with_cases(200), |(body in "(sign_type=RSA2?&|sign=AAAA&|biz_content=%7B%7D&|[a-z%=&]{0,9}){0,6}")| {
            let call = RawCall { body: body.into_bytes(), ..RawCall::default() };
            prop_assert!(Notification::read(&key, "/notify/icbc", &call).is_err());
        });
    }
}
