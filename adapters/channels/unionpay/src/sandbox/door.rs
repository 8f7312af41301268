//! Who is let in, and how answers are written.

use std::collections::BTreeMap;
use std::time::Duration;

use ejia_wire::{Charset, Form, stamps};

use super::{GATEWAY_CERTIFICATE, Gateway};
use crate::client::VERSION;
use crate::{packets, signature};

/// A code with its sentence.
pub(super) type Code = (&'static str, &'static str);

pub(super) const OK: Code = ("00", "成功[0000000]");
pub(super) const UNDERWAY: Code = ("05", "交易已受理，请稍后查询交易结果[0500000]");
pub(super) const FORMAT: Code = ("10", "报文格式错误[1000000]");
pub(super) const SIGNATURE: Code = ("11", "验证签名失败[1100000]");
pub(super) const TWICE: Code = ("12", "重复交易[1200000]");
pub(super) const MISSING: Code = ("13", "报文交易要素缺失[1300000]");
pub(super) const MERCHANT: Code = ("31", "商户状态不正确[3100000]");
pub(super) const UNHEARD: Code = ("34", "查无此交易[3400000]");
pub(super) const NO_ORIGINAL: Code = ("35", "原交易不存在或状态不正确[3500000]");
pub(super) const AMOUNT: Code = ("36", "与原交易信息不符[3600000]");
pub(super) const FAILED: Code = ("01", "交易失败。详情请咨询95516[0100000]");
pub(super) const BALANCE: Code = ("64", "持卡人余额不足[6400000]");
pub(super) const NO_FILE: Code = ("98", "文件不存在[9800000]");

/// How far txnTime may be from now, where a transaction begins.
const ABOUT_NOW: Duration = Duration::from_hours(1);

/// What every message must say.
const ALWAYS: [&str; 10] = [
    "version",
    "encoding",
    "signMethod",
    "certId",
    "signature",
    "merId",
    "accessType",
    "txnType",
    "txnSubType",
    "bizType",
];
/// What answers repeat of the call.
const REPEATED: [&str; 9] =
    ["version", "encoding", "signMethod", "merId", "accessType", "txnType", "txnSubType", "bizType", "txnTime"];

impl Gateway {
    /// Lets a call in when it is the merchant's; else the code it is turned away with.
    pub(super) fn admit(&self, body: &[u8], kind: (&str, &str, &str), needed: &[&str]) -> Result<Form, (Form, Code)> {
        let form = Form::decode(body, Charset::Utf8).ok_or((Form::new(), FORMAT))?;
        let refuse = |code| Err((form.clone(), code));
        if ALWAYS.iter().chain(needed).any(|name| form.text(name).is_empty()) {
            return refuse(MISSING);
        }
        let is = |name: &str, value: &str| form.text(name) == value;
        let usual =
            is("version", VERSION) && is("encoding", "UTF-8") && is("signMethod", "01") && is("accessType", "0");
        let kind = is("txnType", kind.0) && is("txnSubType", kind.1) && is("bizType", kind.2);
        let sent_at = stamps::read_compact(form.text("txnTime"));
        let (Some(sent_at), true, true) = (sent_at, usual, kind) else { return refuse(FORMAT) };
        if !is("certId", self.merchant.serial()) || !signature::holds(&form, self.merchant.public_key()) {
            return refuse(SIGNATURE);
        }
        if !is("merId", &self.settings.mer_id) {
            return refuse(MERCHANT);
        }
        let number = form.text("orderId");
        let fits = (8..=40).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if needed.contains(&"orderId") && !fits {
            return refuse(FORMAT);
        }
        let begins = matches!(form.text("txnType"), "01" | "76");
        let now = self.counter.now();
        if begins && (sent_at < now.minus(ABOUT_NOW) || sent_at > now.plus(ABOUT_NOW)) {
            return refuse(FORMAT);
        }
        Ok(form)
    }

    /// The signed answer to a call.
    pub(super) fn reply(&self, call: &Form, code: Code, told: Form) -> Vec<u8> {
        let mut answer = Form::new();
        for name in REPEATED {
            answer.push(name, call.text(name));
        }
        for (name, value) in told.into_pairs() {
            answer.set(&name, value);
        }
        answer.set("respCode", code.0);
        answer.set("respMsg", code.1);
        packets::write(&self.signed(answer))
    }

    /// A message with the gateway's certificate and signature.
    pub(super) fn signed(&self, form: Form) -> Form {
        let form = form.with("signPubKeyCert", GATEWAY_CERTIFICATE.trim());
        // A key that was read signs; a message without a signature would be refused by whoever reads it.
        signature::sign(form.clone(), &self.key).unwrap_or(form)
    }
}

/// What the books remember of a call.
pub(super) fn notes(form: &Form, names: &[&str]) -> BTreeMap<String, String> {
    names.iter().map(|name| ((*name).to_owned(), form.text(name).to_owned())).collect()
}
