//! The client: Alipay as a channel that money comes in by.

use std::time::Duration;

use ejia_kernel::{Clock, Date, Fen, Instant};
use ejia_payments::{
    Channel, ChannelFault, ChannelKind, Charge, Closing, Departure, Device, Disbelief, Found, Notice, RawAnswer,
    RawCall, RefundAsk, RefundState, StatementLine,
};
use ejia_wire::{CallFault, Caller, Charset, Form, origin, stamps};

use crate::answers::{self, Answer, Fault};
use crate::node::Node;
use crate::notices;
use crate::settings::AlipaySettings;
use crate::signature::{SIGN_TYPE, sign_request};
use crate::statement;

/// The most a trade may come to, in fen: a hundred million yuan.
const MOST: Fen = Fen::new(10_000_000_000);
/// The most an answer, and a statement's package, may hold.
const ANSWER_BYTES: u64 = 256 * 1024;
const STATEMENT_BYTES: u64 = 64 * 1024 * 1024;
/// How long after its end a payment that was under way may still turn up.
const GRACE: Duration = Duration::from_mins(5);
/// How long after a day Alipay's "no such statement" is taken for "nothing happened": until then it may be late.
const STATEMENT_DAYS: i32 = 2;

/// Alipay.
pub struct Alipay {
    settings: AlipaySettings,
    clock: Clock,
    caller: Caller,
}

impl Alipay {
    /// A client. No connection is made yet. The clock dates what is signed.
    pub fn new(settings: AlipaySettings, clock: Clock) -> Self {
        let caller = Caller::patient_for(settings.patience);
        Self { settings, clock, caller }
    }

    /// The signed parameters of a call.
    fn signed(&self, method: &str, business: &Node, addresses: Option<(&str, &str)>) -> Result<Form, ChannelFault> {
        let mut form = Form::new()
            .with("app_id", &self.settings.app_id)
            .with("method", method)
            .with("format", "JSON")
            .with("charset", "utf-8")
            .with("sign_type", SIGN_TYPE)
            .with("timestamp", stamps::spaced(self.clock.now()))
            .with("version", "1.0");
        for (name, address) in
            addresses.into_iter().flat_map(|(notify, home)| [("notify_url", notify), ("return_url", home)])
        {
            if !address.is_empty() {
                form.push(name, address);
            }
        }
        form.push("biz_content", business.to_string());
        let sign = sign_request(&form, &self.settings.private_key);
        form.push("sign", sign.map_err(|fault| ChannelFault::Unreachable(fault.to_string()))?);
        Ok(form)
    }

    /// One call to the gateway.
    fn call(&self, method: &str, business: &Node, notify: bool) -> Result<Answer, Fault> {
        let addresses = notify.then_some((self.settings.notify_url.as_str(), ""));
        let form = self.signed(method, business, addresses).map_err(Fault::Gateway)?;
        let query = form.without(&["biz_content"]).encoded(Charset::Utf8);
        let body = Form::new().with("biz_content", form.text("biz_content")).encoded(Charset::Utf8);
        let address = format!("{}?{query}", self.settings.gateway);
        let kind = "application/x-www-form-urlencoded;charset=utf-8";
        let reply = self.caller.post(&address, kind, body.as_bytes(), ANSWER_BYTES);
        let reply = reply.map_err(|fault| Fault::Gateway(line_fault(fault)))?;
        answers::read(method, &reply, &self.settings.alipay_public_key)
    }

    fn ask(&self, order: &str) -> Result<Answer, Fault> {
        let business = Node::new().with("out_trade_no", order).with("query_options", vec!["fund_bill_list"]);
        self.call("alipay.trade.query", &business, false)
    }
}

impl Channel for Alipay {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Alipay
    }

    fn origins(&self) -> Vec<String> {
        origin(&self.settings.gateway).into_iter().chain(self.settings.cashier_origins.iter().cloned()).collect()
    }

    fn depart(&self, charge: &Charge, device: Device) -> Result<Departure, ChannelFault> {
        let refused = |what: &str| Err(ChannelFault::Refused(what.to_owned()));
        if charge.amount <= Fen::ZERO || charge.amount > MOST {
            return refused("amount");
        }
        let subject = charge.subject.as_str();
        if subject.is_empty() || subject.chars().count() > 256 || subject.contains(['/', '=', '&']) {
            return refused("subject");
        }
        if charge.expires_at <= self.clock.now() {
            return refused("expired");
        }
        let order = charge.order.to_string();
        let home = self.settings.return_url_of(&order);
        let business = Node::new()
            .with("out_trade_no", order)
            .with("total_amount", charge.amount.to_string())
            .with("subject", subject)
            .with("time_expire", stamps::spaced(charge.expires_at))
            .with("goods_type", "0")
            .with("disable_pay_channels", "credit_group");
        let (method, business) = match device {
            Device::Desktop => ("alipay.trade.page.pay", business.with("product_code", "FAST_INSTANT_TRADE_PAY")),
            Device::Phone => {
                let product = self.settings.wap_product_code.as_str();
                ("alipay.trade.wap.pay", business.with("product_code", product).with_some("quit_url", &home))
            }
        };
        let form = self.signed(method, &business, Some((&self.settings.notify_url, &home)))?;
        Ok(Departure::Link(format!("{}?{}", self.settings.gateway, form.encoded(Charset::Utf8))))
    }

    fn hear(&self, call: &RawCall) -> Result<Notice, Disbelief> {
        notices::hear(call, &self.settings)
    }

    fn answer(&self, _call: &RawCall, taken: bool) -> RawAnswer {
        // Exactly these seven bytes; whatever else makes Alipay call again.
        let body = if taken { b"success".to_vec() } else { b"fail".to_vec() };
        RawAnswer { status: 200, content_type: "text/plain; charset=utf-8", body }
    }

    fn query(&self, charge: &Charge) -> Result<Found, ChannelFault> {
        match self.ask(&charge.order.to_string()) {
            Ok(answer) => found(&answer, charge),
            // Alipay knows a trade only from the moment on that the payer has opened its counter.
            Err(Fault::Business(code)) if code == "ACQ.TRADE_NOT_EXIST" => {
                let over = self.clock.now() >= charge.expires_at.plus(GRACE);
                Ok(if over { Found::Closed } else { Found::Unpaid })
            }
            Err(fault) => Err(fault.into()),
        }
    }

    fn refund(&self, ask: &RefundAsk) -> Result<RefundState, ChannelFault> {
        let business = Node::new()
            .with("out_trade_no", ask.order.as_str())
            .with("trade_no", ask.trade.as_str())
            .with("refund_amount", ask.amount.to_string())
            .with("out_request_no", ask.refund.to_string())
            .with("refund_reason", "党费退款");
        match self.call("alipay.trade.refund", &business, true) {
            Ok(answer) if answer.fund_change == "Y" => Ok(RefundState::Done),
            // Nothing moved now: it moved at an earlier call, or it is still to move.
            Ok(_) => Ok(match self.refund_state(ask)? {
                RefundState::Unheard => RefundState::Underway,
                state => state,
            }),
            Err(Fault::Business(code)) => refund_refused(code),
            Err(fault) => Err(fault.into()),
        }
    }

    fn refund_state(&self, ask: &RefundAsk) -> Result<RefundState, ChannelFault> {
        let refund = ask.refund.to_string();
        let business = Node::new()
            .with("out_trade_no", ask.order.as_str())
            .with("trade_no", ask.trade.as_str())
            .with("out_request_no", refund.as_str());
        match self.call("alipay.trade.fastpay.refund.query", &business, false) {
            Ok(answer) if answer.refund_status == "REFUND_SUCCESS" && answer.out_request_no == refund => {
                Ok(RefundState::Done)
            }
            // Without a status it was not received or did not work; the same number may be asked for again.
            Ok(answer) if answer.refund_status.is_empty() => Ok(RefundState::Unheard),
            Ok(_) => Ok(RefundState::Underway),
            Err(Fault::Business(code)) if code == "ACQ.TRADE_NOT_EXIST" => Ok(RefundState::Unheard),
            Err(fault) => Err(fault.into()),
        }
    }

    fn close(&self, charge: &Charge) -> Result<Closing, ChannelFault> {
        let business = Node::new().with("out_trade_no", charge.order.to_string());
        match self.call("alipay.trade.close", &business, false) {
            Ok(_) => Ok(Closing::Closed),
            // Nobody has opened the counter yet; the link takes no money after `time_expire`.
            Err(Fault::Business(code)) if code == "ACQ.TRADE_NOT_EXIST" => Ok(Closing::Closed),
            // In a state in which nothing can be closed: which one, the query tells.
            Err(Fault::Business(code)) => match self.query(charge)? {
                Found::Paid(paid) => Ok(Closing::Paid(paid)),
                Found::Closed => Ok(Closing::Closed),
                Found::Unpaid => Err(ChannelFault::Unknown(code)),
            },
            Err(fault) => Err(fault.into()),
        }
    }

    fn statement(&self, day: Date) -> Result<Option<Vec<StatementLine>>, ChannelFault> {
        let business = Node::new().with("bill_type", "trade").with("bill_date", day.to_string());
        let answer = match self.call("alipay.data.dataservice.bill.downloadurl.query", &business, false) {
            Ok(answer) => answer,
            Err(Fault::Business(code)) if code.to_ascii_lowercase().ends_with("bill_not_exist") => {
                let over = self.clock.now() >= Instant::start_of(day.plus_days(STATEMENT_DAYS));
                return Ok(over.then(Vec::new));
            }
            Err(fault) => return Err(fault.into()),
        };
        let package = self.caller.get(&answer.bill_download_url, STATEMENT_BYTES).map_err(line_fault)?;
        if package.status != 200 {
            return Err(ChannelFault::Unreachable(format!("statement: HTTP {}", package.status)));
        }
        statement::read(&package.body).map(Some).map_err(|why| ChannelFault::Unknown(format!("statement: {why}")))
    }
}

/// What an answer to a query means for an order.
fn found(answer: &Answer, charge: &Charge) -> Result<Found, ChannelFault> {
    match answer.trade_status.as_str() {
        "WAIT_BUYER_PAY" => Ok(Found::Unpaid),
        // Closed without money, or closed because all of it has gone back.
        "TRADE_CLOSED" if answer.send_pay_date.is_empty() => Ok(Found::Closed),
        "TRADE_SUCCESS" | "TRADE_FINISHED" | "TRADE_CLOSED" => answer
            .paid(charge.order)
            .map(Found::Paid)
            .ok_or_else(|| ChannelFault::Unknown("answer to the query not understood".to_owned())),
        _ => Err(ChannelFault::Unknown("trade status not known".to_owned())),
    }
}

/// A refund the business refused: for good, unless only money is missing in the seller's account.
fn refund_refused(code: String) -> Result<RefundState, ChannelFault> {
    match code.as_str() {
        "ACQ.SELLER_BALANCE_NOT_ENOUGH" => Err(ChannelFault::Unreachable(code)),
        _ => Ok(RefundState::Refused(code)),
    }
}

fn line_fault(fault: CallFault) -> ChannelFault {
    match fault {
        CallFault::NotSent(why) => ChannelFault::Unreachable(why),
        CallFault::Unknown(why) => ChannelFault::Unknown(why),
    }
}
