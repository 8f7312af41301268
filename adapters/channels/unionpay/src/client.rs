//! The client: a merchant's side of the gateway.

use std::time::Duration;

use ejia_kernel::{Clock, Date, Fen, Instant};
use ejia_payments::{
    Channel, ChannelFault, ChannelKind, Charge, Closing, Departure, Device, Disbelief, Found, Notice, RawAnswer,
    RawCall, RefundAsk, RefundState, StatementLine,
};
use ejia_wire::{CallFault, Caller, Certificate, Charset, Form, PrivateKey, origin, stamps};

use crate::answers::{self, Verdict, refund_state, refund_taken, verdict};
use crate::settings::{SettingsFault, UnionPaySettings};
use crate::trust::Trust;
use crate::{packets, signature, statement};

/// The version of the interface.
pub(crate) const VERSION: &str = "5.1.0";
/// The most an answer may hold.
const ANSWER_BYTES: u64 = 256 << 10;
/// The most a day's file may hold.
const FILE_BYTES: u64 = 96 << 20;
/// The gateway refuses an order from its payTimeout on, and what it says then is final. Its clock and ours may differ by
/// this much, and who pressed the button in the last second has been answered by then.
const GRACE: Duration = Duration::from_mins(5);
/// After this nothing that is still on its way becomes a payment: the last of the questions that UnionPay recommends.
const LAST_QUESTION: Duration = Duration::from_hours(2);
/// A file that is still missing so many days later is missing because nothing was traded on its day.
const FILE_DAYS: i32 = 3;
/// Files are named by month and day; older ones could be mistaken for this year's.
const FILE_AGE_DAYS: i32 = 330;

/// UnionPay's gateway as a channel.
pub struct UnionPay {
    kind: ChannelKind,
    /// The bank whose counter the payer is led to at once (issInsCode).
    bank: Option<String>,
    settings: UnionPaySettings,
    key: PrivateKey,
    cert_id: String,
    trust: Trust,
    clock: Clock,
    caller: Caller,
}

impl UnionPay {
    /// The gateway with its choice of all banks. No connection is made yet.
    ///
    /// # Errors
    /// [`SettingsFault`] when a setting is missing, unreadable, or does not fit another.
    pub fn new(settings: UnionPaySettings, clock: Clock) -> Result<Self, SettingsFault> {
        Self::set_up(ChannelKind::UnionPay, None, settings, clock)
    }

    /// One bank's counter, reached through the gateway, as a channel under the bank's own name. The code is the one the
    /// gateway knows the bank by (issInsCode: `CCB`, `ICBC`).
    ///
    /// # Errors
    /// [`SettingsFault`].
    pub fn under_a_banks_name(
        kind: ChannelKind,
        bank: &str,
        settings: UnionPaySettings,
        clock: Clock,
    ) -> Result<Self, SettingsFault> {
        if bank.is_empty() || bank.len() > 20 || !bank.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(SettingsFault("bank: 1 to 20 letters and digits".to_owned()));
        }
        Self::set_up(kind, Some(bank.to_owned()), settings, clock)
    }

    fn set_up(
        kind: ChannelKind,
        bank: Option<String>,
        settings: UnionPaySettings,
        clock: Clock,
    ) -> Result<Self, SettingsFault> {
        let fault = |text: &str| SettingsFault(text.to_owned());
        if settings.mer_id.len() != 15 || !settings.mer_id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(fault("mer_id: 15 digits and letters"));
        }
        let UnionPaySettings { front_address, back_address, query_address, file_address, .. } = &settings;
        let UnionPaySettings { back_url, front_url, .. } = &settings;
        for address in [front_address, back_address, query_address, file_address, back_url, front_url] {
            origin(address).ok_or_else(|| fault("addresses: each begins with https://"))?;
        }
        let key = PrivateKey::read(settings.signing_key.as_bytes()).map_err(|_| fault("signing_key: unreadable"))?;
        let certificate = Certificate::read(settings.signing_certificate.as_bytes())
            .map_err(|_| fault("signing_certificate: unreadable"))?;
        if *certificate.public_key() != key.public() {
            return Err(fault("signing_certificate: of another key than signing_key"));
        }
        let trust = Trust::new(&settings)?;
        let caller = Caller::patient_for(settings.patience);
        Ok(Self { kind, bank, key, cert_id: certificate.serial().to_owned(), trust, clock, caller, settings })
    }

    /// What every message begins with.
    fn message(&self, kind: (&str, &str), business: &str, sent_at: Instant) -> Form {
        Form::new()
            .with("version", VERSION)
            .with("encoding", "UTF-8")
            .with("signMethod", "01")
            .with("certId", &self.cert_id)
            .with("accessType", "0")
            .with("merId", &self.settings.mer_id)
            .with("txnType", kind.0)
            .with("txnSubType", kind.1)
            .with("bizType", business)
            .with("txnTime", stamps::compact(sent_at))
    }

    fn sign(&self, form: Form) -> Result<Form, ChannelFault> {
        signature::sign(form, &self.key).map_err(|fault| ChannelFault::Unreachable(fault.to_string()))
    }

    /// Whether a message was signed by the gateway, for us; else what is wrong with it.
    fn believe(&self, form: &Form) -> Result<(), Disbelief> {
        if form.text("version") != VERSION || form.text("signMethod") != "01" {
            return Err(Disbelief::Malformed("version or signMethod".to_owned()));
        }
        let key = self.trust.key(form.text("signPubKeyCert"), self.clock.now());
        let key = key.map_err(|why| Disbelief::Forged(why.to_owned()))?;
        if !signature::holds(form, &key) {
            return Err(Disbelief::Forged("signature".to_owned()));
        }
        if form.text("merId") != self.settings.mer_id {
            return Err(Disbelief::Stranger("merId".to_owned()));
        }
        Ok(())
    }

    /// One signed call and its believed answer.
    fn call(&self, address: &str, form: Form, limit: u64) -> Result<Form, ChannelFault> {
        let body = self.sign(form)?.encoded(Charset::Utf8);
        let content_type = "application/x-www-form-urlencoded;charset=UTF-8";
        let reply = self.caller.post(address, content_type, body.as_bytes(), limit).map_err(|fault| match fault {
            CallFault::NotSent(text) => ChannelFault::Unreachable(text),
            CallFault::Unknown(text) => ChannelFault::Unknown(text),
        })?;
        if reply.status != 200 {
            return Err(ChannelFault::Unknown(format!("HTTP {}", reply.status)));
        }
        let answer = packets::read(&reply.body).ok_or_else(|| ChannelFault::Unknown("answer unreadable".to_owned()))?;
        match self.believe(&answer) {
            Ok(()) => Ok(answer),
            Err(Disbelief::Forged(why) | Disbelief::Stranger(why) | Disbelief::Malformed(why)) => {
                Err(ChannelFault::Unknown(format!("answer not believed: {why}")))
            }
        }
    }

    /// Asks about a transaction of ours: its code, and the answer. Asking changes nothing, so whatever goes wrong means
    /// that one may ask again.
    fn ask(&self, number: &str, sent_at: Instant) -> Result<(String, Form), ChannelFault> {
        let form = self.message(("00", "00"), "000000", sent_at).with("orderId", number);
        let answer = self.call(&self.settings.query_address, form, ANSWER_BYTES).map_err(may_ask_again)?;
        match answer.text("respCode") {
            "00" if answer.text("orderId") == number && answer.text("txnTime") == stamps::compact(sent_at) => {
                Ok((answer.text("origRespCode").to_owned(), answer))
            }
            "00" => Err(ChannelFault::Unreachable("answer about another order".to_owned())),
            "34" => Ok(("34".to_owned(), answer)),
            code => Err(ChannelFault::Unreachable(code.to_owned())),
        }
    }

    fn payment(&self, form: &Form) -> Result<ejia_payments::Paid, &'static str> {
        answers::paid(form, self.settings.debit_only)
    }

    /// The order at the counter, not yet signed.
    fn order(&self, charge: &Charge, device: Device) -> Form {
        let channel = match device {
            Device::Desktop => "07",
            Device::Phone => "08",
        };
        let number = charge.order.to_string();
        // No reqReserved, no orderDesc: nothing that a person could be known by leaves the house.
        let form = self
            .message(("01", "01"), "000201", charge.opened_at)
            .with("channelType", channel)
            .with("txnAmt", charge.amount.fen().to_string())
            .with("currencyCode", "156")
            .with("payTimeout", stamps::compact(charge.expires_at))
            .with("backUrl", &self.settings.back_url)
            .with("frontUrl", self.settings.front_url.replace("{order}", &number))
            .with("orderId", number);
        match &self.bank {
            Some(bank) => form.with("issInsCode", bank),
            None => form,
        }
    }
}

fn may_ask_again(fault: ChannelFault) -> ChannelFault {
    match fault {
        ChannelFault::Unknown(why) => ChannelFault::Unreachable(why),
        other => other,
    }
}

impl Channel for UnionPay {
    fn kind(&self) -> ChannelKind {
        self.kind
    }

    fn origins(&self) -> Vec<String> {
        let further = self.settings.cashier_origins.iter().cloned();
        origin(&self.settings.front_address).into_iter().chain(further).collect()
    }

    fn depart(&self, charge: &Charge, device: Device) -> Result<Departure, ChannelFault> {
        if charge.amount <= Fen::ZERO || charge.amount.fen() > 999_999_999_999 {
            return Err(ChannelFault::Refused("txnAmt".to_owned()));
        }
        let form = self.sign(self.order(charge, device))?;
        let action = self.settings.front_address.clone();
        Ok(Departure::Form { action, charset: "UTF-8", fields: form.into_pairs() })
    }

    fn hear(&self, call: &RawCall) -> Result<Notice, Disbelief> {
        // What stands in the query is of our own address; it is not signed.
        let form = Form::decode(&call.body, Charset::Utf8).filter(|_| call.method == "POST");
        let form = form.ok_or_else(|| Disbelief::Malformed("no form".to_owned()))?;
        self.believe(&form)?;
        let code = form.text("respCode");
        match (form.text("txnType"), verdict(code)) {
            ("01", Verdict::Done) => {
                let paid = self.payment(&form).map_err(|field| Disbelief::Malformed(field.to_owned()))?;
                Ok(Notice::Paid(paid))
            }
            ("04", _) => Ok(Notice::Refund(form.text("orderId").to_owned(), refund_state(code))),
            _ => Ok(Notice::Nothing),
        }
    }

    fn answer(&self, _call: &RawCall, taken: bool) -> RawAnswer {
        let (status, body) = if taken { (200, "ok") } else { (503, "again") };
        RawAnswer { status, content_type: "text/plain; charset=utf-8", body: body.as_bytes().to_vec() }
    }

    fn query(&self, charge: &Charge) -> Result<Found, ChannelFault> {
        let asked_at = self.clock.now();
        let (code, answer) = self.ask(&charge.order.to_string(), charge.opened_at)?;
        let closed_from = match verdict(&code) {
            Verdict::Done => {
                return self
                    .payment(&answer)
                    .map(Found::Paid)
                    .map_err(|field| ChannelFault::Unreachable(field.to_owned()));
            }
            Verdict::Underway => charge.expires_at.plus(LAST_QUESTION),
            // Until its time is up an order that failed, or was never opened, may still be paid.
            Verdict::Failed | Verdict::Unheard => charge.expires_at.plus(GRACE),
        };
        Ok(if asked_at >= closed_from { Found::Closed } else { Found::Unpaid })
    }

    fn refund(&self, ask: &RefundAsk) -> Result<RefundState, ChannelFault> {
        if ask.amount <= Fen::ZERO || ask.amount > ask.paid {
            return Err(ChannelFault::Refused("txnAmt".to_owned()));
        }
        let form = self
            .message(("04", "00"), "000201", ask.asked_at)
            .with("channelType", "07")
            .with("txnAmt", ask.amount.fen().to_string())
            .with("currencyCode", "156")
            .with("backUrl", &self.settings.back_url)
            .with("origQryId", &ask.trade)
            .with("orderId", ask.refund.to_string());
        let answer = self.call(&self.settings.back_address, form, ANSWER_BYTES)?;
        refund_taken(answer.text("respCode"))
    }

    fn refund_state(&self, ask: &RefundAsk) -> Result<RefundState, ChannelFault> {
        let (code, _) = self.ask(&ask.refund.to_string(), ask.asked_at)?;
        Ok(refund_state(&code))
    }

    fn close(&self, charge: &Charge) -> Result<Closing, ChannelFault> {
        // The gateway has no word for it: an order closes by its payTimeout.
        match self.query(charge)? {
            Found::Paid(paid) => Ok(Closing::Paid(paid)),
            Found::Closed => Ok(Closing::Closed),
            Found::Unpaid => Err(ChannelFault::Unreachable("open until its payTimeout".to_owned())),
        }
    }

    fn statement(&self, day: Date) -> Result<Option<Vec<StatementLine>>, ChannelFault> {
        let now = self.clock.now();
        let age = now.china_date().days_since(day);
        if !(1..=FILE_AGE_DAYS).contains(&age) {
            return Err(ChannelFault::Refused("settleDate".to_owned()));
        }
        let form =
            self.message(("76", "01"), "000000", now).with("settleDate", stamps::month_day(day)).with("fileType", "00");
        let answer = self.call(&self.settings.file_address, form, FILE_BYTES).map_err(may_ask_again)?;
        match answer.text("respCode") {
            "00" if ["", &stamps::month_day(day)].contains(&answer.text("settleDate")) => {
                statement::read(answer.text("fileContent")).map(Some).map_err(ChannelFault::Unreachable)
            }
            "00" => Err(ChannelFault::Unreachable("file of another day".to_owned())),
            "98" if age < FILE_DAYS => Ok(None),
            "98" => Ok(Some(Vec::new())),
            code => Err(ChannelFault::Unreachable(code.to_owned())),
        }
    }
}
