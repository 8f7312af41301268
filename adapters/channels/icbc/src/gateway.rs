//! Calls to the open platform: an envelope that is signed, an answer whose raw text is checked.

use ejia_kernel::{Clock, MessageId};
use ejia_payments::ChannelFault;
use ejia_wire::{CallFault, Caller, Charset, Form, PublicKey, Scheme, origin, raw_member, stamps};
use serde_json::Value;

use crate::IcbcSettings;
use crate::signature::{self, Hand};

/// The most an answer may hold.
const ANSWER_BYTES: u64 = 1024 * 1024;

/// What the bank's own client sends along; the second names the version of the gateway's manners.
const HEADERS: [(&str, &str); 2] =
    [("content-type", "application/x-www-form-urlencoded; charset=UTF-8"), ("APIGW-VERSION", "v2_20190522")];

/// The platform with our place in it.
pub(crate) struct Gateway {
    address: String,
    app: String,
    hand: Hand,
    key: PublicKey,
    caller: Caller,
    clock: Clock,
}

/// What a service answered.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    biz: Value,
}

impl Gateway {
    pub(crate) fn new(settings: &IcbcSettings, hand: Hand, key: PublicKey, clock: Clock) -> Self {
        Self {
            address: settings.gateway.trim_end_matches('/').to_owned(),
            app: settings.app.clone(),
            hand,
            key,
            caller: Caller::patient_for(settings.patience),
            clock,
        }
    }

    /// The public parameters of a message, without signature.
    pub(crate) fn envelope(&self) -> Form {
        let form = Form::new()
            .with("app_id", &*self.app)
            // The message's own number, never the same twice.
            .with("msg_id", MessageId::random().to_string())
            .with("format", "json")
            .with("charset", "UTF-8")
            .with("sign_type", self.hand.sign_type())
            .with("timestamp", stamps::spaced(self.clock.now()));
        match self.hand.certificate() {
            Some(certificate) => form.with("ca", certificate),
            None => form,
        }
    }

    /// A service's address.
    pub(crate) fn address(&self, service: &str) -> String {
        format!("{}{service}", self.address)
    }

    /// The signature of a message to this service. The whole path of the address is signed.
    pub(crate) fn sign(&self, service: &str, form: &Form) -> Result<String, ChannelFault> {
        let address = self.address(service);
        let path = path(&address).unwrap_or_default();
        let signed = self.hand.sign(&signature::text_of(path, form));
        signed.map_err(|_| ChannelFault::Refused("icbc.key".to_owned()))
    }

    /// Asks a service. [`ChannelFault::Unreachable`] when the question certainly was not sent, else
    /// [`ChannelFault::Unknown`].
    pub(crate) fn ask(&self, service: &str, biz: &Value) -> Result<Answer, ChannelFault> {
        let form = self.envelope().with("biz_content", biz.to_string());
        let sent = form.text("msg_id").to_owned();
        let sign = self.sign(service, &form)?;
        let body = form.with("sign", sign).encoded(Charset::Utf8);
        let reply = self.caller.post_with(&self.address(service), &HEADERS, body.as_bytes(), ANSWER_BYTES);
        let reply = reply.map_err(|fault| match fault {
            CallFault::NotSent(why) => ChannelFault::Unreachable(why),
            CallFault::Unknown(why) => ChannelFault::Unknown(why),
        })?;
        let broken = |what: &str| ChannelFault::Unknown(format!("icbc.{what}"));
        if reply.status != 200 {
            return Err(ChannelFault::Unknown(format!("HTTP {}", reply.status)));
        }
        let text = String::from_utf8(reply.body).map_err(|_| broken("answer"))?;
        let biz = self.checked(&text).ok_or_else(|| broken("answer_unsigned"))?;
        let answer = Answer { biz: serde_json::from_str(biz).map_err(|_| broken("answer"))? };
        // A signed answer to another question says nothing about this one.
        if !answer.text("msg_id").is_empty() && answer.text("msg_id") != sent {
            return Err(broken("answer_to_another"));
        }
        answer.code().ok_or_else(|| broken("answer"))?;
        Ok(answer)
    }

    /// The same for a question that does nothing: whatever goes wrong, it can be asked again.
    pub(crate) fn look_up(&self, service: &str, biz: &Value) -> Result<Answer, ChannelFault> {
        self.ask(service, biz).map_err(|fault| match fault {
            ChannelFault::Unknown(why) => ChannelFault::Unreachable(why),
            other => other,
        })
    }

    /// The raw text of the answer's content, when it is signed by the gateway: always SHA1withRSA, however we sign.
    fn checked<'a>(&self, text: &'a str) -> Option<&'a str> {
        let biz = raw_member(text, "response_biz_content")?;
        let sign: String = serde_json::from_str(raw_member(text, "sign")?).ok()?;
        signature::holds(&self.key, Scheme::Sha1, biz, &sign).then_some(biz)
    }
}

impl Answer {
    /// return_code: 0 well, below 0 still being worked on, else refused.
    pub(crate) fn code(&self) -> Option<i64> {
        self.text("return_code").parse().ok()
    }

    /// The code as it may stand in a log.
    pub(crate) fn code_text(&self) -> String {
        self.text("return_code").chars().filter(|letter| letter.is_ascii_digit() || *letter == '-').take(12).collect()
    }

    /// A field as text; empty when it is absent. Numbers come as such or as text.
    pub(crate) fn text(&self, name: &str) -> String {
        field(&self.biz, name)
    }
}

/// The path of an address, without its query.
pub(crate) fn path(address: &str) -> Option<&str> {
    address.strip_prefix(&origin(address)?)?.split(['?', '#']).next()
}

/// A field of an object as text.
pub(crate) fn field(object: &Value, name: &str) -> String {
    match object.get(name) {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}
