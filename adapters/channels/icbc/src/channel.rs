//! The bank as a channel of payments.

use std::fmt;
use std::time::Duration;

use ejia_kernel::{Clock, Date, Fen};
use ejia_payments::{
    Channel, ChannelFault, ChannelKind, Charge, Closing, Departure, Device, Disbelief, Found, Means, Notice, Paid,
    RawAnswer, RawCall, RefundAsk, RefundState, StatementLine,
};
use ejia_wire::{Charset, Form, PublicKey, base64, origin, stamps};
use serde_json::json;

use crate::IcbcSettings;
use crate::gateway::{Gateway, path};
use crate::notification::{self, Notification};
use crate::orders::{self, Standing};
use crate::signature::Hand;
use crate::statement::{Clerk, OrdersOfDay};

/// How long after its time an order that was paid just before may still be on its way in the bank's books.
const AFTERMATH: Duration = Duration::from_mins(5);
/// payExpire is below a day.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60 - 1);
/// What of an envelope goes into the address of the paying page; the rest are fields of the form.
const IN_ADDRESS: [&str; 7] = ["app_id", "msg_id", "format", "charset", "sign_type", "timestamp", "sign"];

/// Why settings are no contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsFault {
    /// Our private key is none.
    Key,
    /// The gateway's public key is none.
    GatewayKey,
    /// The gateway's or the notification's address is none.
    Address,
}

impl fmt::Display for SettingsFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Key => "our key is not an RSA private key",
            Self::GatewayKey => "the gateway's key is not an RSA public key",
            Self::Address => "the gateway's or the notification's address is no web address",
        })
    }
}

impl std::error::Error for SettingsFault {}

/// The Industrial and Commercial Bank of China as a channel.
pub struct Icbc {
    settings: IcbcSettings,
    hand: Hand,
    key: PublicKey,
    origin: String,
    notify_path: String,
    gateway: Gateway,
    clerk: Option<Clerk>,
    clock: Clock,
}

impl Icbc {
    /// A channel under this contract. No connection is made yet.
    ///
    /// # Errors
    /// [`SettingsFault`].
    pub fn new(settings: IcbcSettings, clock: Clock) -> Result<Self, SettingsFault> {
        let hand = Hand::new(&settings.signing).map_err(|_| SettingsFault::Key)?;
        let key = PublicKey::read(settings.gateway_key.as_bytes()).map_err(|_| SettingsFault::GatewayKey)?;
        let origin = origin(&settings.gateway).ok_or(SettingsFault::Address)?;
        let notify_path = path(&settings.notify_url).ok_or(SettingsFault::Address)?.to_owned();
        let gateway = Gateway::new(&settings, hand.clone(), key.clone(), clock.clone());
        Ok(Self { settings, hand, key, origin, notify_path, gateway, clerk: None, clock })
    }

    /// With the orders of which a day's statement is made; without them there is none.
    #[must_use]
    pub fn with_orders(mut self, orders: OrdersOfDay) -> Self {
        self.clerk = Some(Clerk::new(orders));
        self
    }

    fn order(&self, charge: &Charge, left: Duration) -> serde_json::Value {
        let settings = &self.settings;
        json!({
            "orderInfo": {
                "merID": settings.merchant,
                "merAcct": settings.account,
                "orderDate": stamps::compact(charge.opened_at),
                "orderId": charge.order.to_string(),
                "amount": charge.amount.fen().to_string(),
                "installmentTimes": "1",
                "curType": "001",
            },
            "custom": { "verifyJoinFlag": "0", "language": "zh_CN" },
            "message": {
                "notifyType": settings.notify_type,
                "resultType": "1",
                // Debit cards only: the manual's rule, kept by the bank.
                "creditType": "0",
                "payExpire": left.as_secs().to_string(),
                "orderFlagZtb": "0",
                "merReference": settings.reference,
                "returnUrl": settings.return_url.replace("{order}", &charge.order.to_string()),
                "goodsName": base64(&Charset::Gbk.encode(&charge.subject)),
                "goodsType": "0",
                "merCustomPhone": settings.hotline,
                "merHint": "",
                "remark1": "",
                "remark2": stamps::compact(charge.expires_at),
                "merCustomIp": "",
                "auto_refer_sec": "5",
            },
        })
    }

    fn paid(order: &str, amount: Fen, paid_at: ejia_kernel::Instant) -> Paid {
        Paid {
            order: order.to_owned(),
            // The bank takes each order's money once; its own numbers differ between its services.
            trade: order.to_owned(),
            amount,
            paid_at,
            day: paid_at.china_date(),
            means: Means::Untold,
        }
    }

    fn look_up(&self, charge: &Charge) -> Result<Found, ChannelFault> {
        let order = charge.order.to_string();
        let now = self.clock.now();
        Ok(match orders::standing(&self.gateway, &self.settings, &order)? {
            Standing::Paid { amount, at } => Found::Paid(Self::paid(&order, amount, at.unwrap_or(now))),
            Standing::Nothing if now >= charge.expires_at.plus(AFTERMATH) => Found::Closed,
            Standing::Nothing | Standing::Pending => Found::Unpaid,
        })
    }
}

impl Channel for Icbc {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Icbc
    }

    fn origins(&self) -> Vec<String> {
        vec![self.origin.clone()]
    }

    /// Phones get the same page: the bank's page for phones knows no creditType, and would take credit cards.
    fn depart(&self, charge: &Charge, _: Device) -> Result<Departure, ChannelFault> {
        let refused = |what: &str| ChannelFault::Refused(format!("icbc.{what}"));
        if charge.amount <= Fen::ZERO {
            return Err(refused("amount"));
        }
        let left = charge.expires_at.since(self.clock.now()).min(LONGEST);
        if left < Duration::from_secs(1) {
            return Err(refused("expired"));
        }
        let form = self
            .gateway
            .envelope()
            .with("notify_url", &*self.settings.notify_url)
            .with("interfaceName", "ICBC_PERBANK_B2C")
            .with("interfaceVersion", "1.0.0.11")
            .with("biz_content", self.order(charge, left).to_string());
        let sign = self.gateway.sign(&self.settings.paths.pay, &form)?;
        let form = form.with("sign", sign);
        let (in_address, fields): (Vec<_>, Vec<_>) =
            form.into_pairs().into_iter().partition(|(name, _)| IN_ADDRESS.contains(&name.as_str()));
        let query: Form = in_address.into_iter().collect();
        let action = format!("{}?{}", self.gateway.address(&self.settings.paths.pay), query.encoded(Charset::Utf8));
        Ok(Departure::Form { action, charset: "UTF-8", fields })
    }

    fn hear(&self, call: &RawCall) -> Result<Notice, Disbelief> {
        let told = Notification::read(&self.key, &self.notify_path, call)?;
        if told.app != self.settings.app {
            return Err(Disbelief::Stranger("icbc.app".to_owned()));
        }
        if !told.merchant.is_empty() && told.merchant != self.settings.merchant {
            return Err(Disbelief::Stranger("icbc.merchant".to_owned()));
        }
        if !told.well {
            return Ok(Notice::Nothing);
        }
        let amount = told.amount.ok_or_else(|| Disbelief::Malformed("icbc.amount".to_owned()))?;
        if told.order.is_empty() {
            return Err(Disbelief::Malformed("icbc.order".to_owned()));
        }
        Ok(Notice::Paid(Self::paid(&told.order, amount, told.at.unwrap_or_else(|| self.clock.now()))))
    }

    fn answer(&self, call: &RawCall, taken: bool) -> RawAnswer {
        let content_type = "application/json; charset=utf-8";
        match notification::answer(&self.hand, call, taken) {
            Some(body) => RawAnswer { status: 200, content_type, body: body.into_bytes() },
            None => RawAnswer { status: 500, content_type, body: b"{}".to_vec() },
        }
    }

    fn query(&self, charge: &Charge) -> Result<Found, ChannelFault> {
        self.look_up(charge)
    }

    fn refund(&self, ask: &RefundAsk) -> Result<RefundState, ChannelFault> {
        orders::refund(&self.gateway, &self.settings, ask)
    }

    fn refund_state(&self, ask: &RefundAsk) -> Result<RefundState, ChannelFault> {
        orders::refund_state(&self.gateway, &self.settings, ask)
    }

    fn close(&self, charge: &Charge) -> Result<Closing, ChannelFault> {
        match self.look_up(charge)? {
            Found::Paid(paid) => Ok(Closing::Paid(paid)),
            Found::Closed => Ok(Closing::Closed),
            // The bank knows no closing: until its time is over money may come.
            Found::Unpaid => Err(ChannelFault::Unreachable("icbc.closes_by_itself".to_owned())),
        }
    }

    fn statement(&self, day: Date) -> Result<Option<Vec<StatementLine>>, ChannelFault> {
        let Some(clerk) = &self.clerk else { return Err(ChannelFault::Refused("icbc.no_orders".to_owned())) };
        clerk.statement(&self.gateway, &self.settings, day).map(Some)
    }
}
