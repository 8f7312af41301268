//! The bank as a channel of payments.

use std::fmt;
use std::time::Duration;

use ejia_kernel::{Clock, Date, Fen};
use ejia_payments::{
    Channel, ChannelFault, ChannelKind, Charge, Closing, Departure, Device, Disbelief, Found, Means, Notice, Paid,
    RawAnswer, RawCall, RefundAsk, RefundState, StatementLine,
};
use ejia_wire::{origin, stamps};

use crate::flows::{self, Standing};
use crate::key::BankKey;
use crate::notification::Notification;
use crate::platform::Platform;
use crate::{CcbSettings, payment, statement};

/// How long after TIMEOUT a payment made just before it may still be on its way in the bank's books.
const AFTERMATH: Duration = Duration::from_mins(5);
/// ORDERID holds so many characters.
const ORDER: usize = 30;

/// Why settings are no contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsFault {
    /// The public key is not hex of an RSA key.
    Key,
    /// The page's address is none.
    Page,
}

impl fmt::Display for SettingsFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Key => "the public key is not hex of an RSA key",
            Self::Page => "the address of the paying page is no web address",
        })
    }
}

impl std::error::Error for SettingsFault {}

/// China Construction Bank as a channel.
pub struct Ccb {
    settings: CcbSettings,
    key: BankKey,
    origin: String,
    platform: Platform,
    clock: Clock,
}

impl Ccb {
    /// A channel under this contract. No connection is made yet.
    ///
    /// # Errors
    /// [`SettingsFault`].
    pub fn new(settings: CcbSettings, clock: Clock) -> Result<Self, SettingsFault> {
        let key = BankKey::read(&settings.public_key).ok_or(SettingsFault::Key)?;
        let origin = origin(&settings.page).ok_or(SettingsFault::Page)?;
        let platform = Platform::new(&settings, clock.clone());
        Ok(Self { settings, key, origin, platform, clock })
    }

    /// Whether a notification is about this counter of this merchant.
    fn ours(&self, notification: &Notification<'_>) -> bool {
        notification.text("POSID") == self.settings.counter && notification.text("BRANCHID") == self.settings.branch
    }

    fn paid(&self, notification: &Notification<'_>) -> Result<Paid, Disbelief> {
        let malformed = |what: &str| Disbelief::Malformed(format!("ccb.{what}"));
        let order = notification.text("ORDERID");
        let plain = |byte: u8| byte.is_ascii_alphanumeric();
        if order.is_empty() || order.len() > ORDER || !order.bytes().all(plain) {
            return Err(malformed("order"));
        }
        if notification.text("CURCODE") != "01" {
            return Err(malformed("currency"));
        }
        let amount: Fen = notification.text("PAYMENT").parse().map_err(|_| malformed("amount"))?;
        let now = self.clock.now();
        let day = notification.text("ACCDATE");
        let day = if day.is_empty() {
            now.china_date()
        } else {
            stamps::read_compact_day(day).ok_or_else(|| malformed("day"))?
        };
        let means = self.settings.account_types.get(notification.text("ACC_TYPE"));
        Ok(Paid {
            order: order.to_owned(),
            trade: order.to_owned(),
            amount,
            // The bank does not tell the hour; it notifies at once.
            paid_at: now,
            day,
            means: means.copied().unwrap_or(Means::Untold),
        })
    }

    fn standing(&self, order: &str) -> Result<Standing, ChannelFault> {
        flows::standing(&self.platform, &self.settings.counter, order)
    }

    /// What is known of an order; paid or not, and whether it can still be.
    fn look_up(&self, charge: &Charge) -> Result<Found, ChannelFault> {
        let order = charge.order.to_string();
        Ok(match self.standing(&order)? {
            Standing::Paid { amount, at, day } => {
                let paid_at = at.unwrap_or_else(|| self.clock.now());
                let day = day.unwrap_or_else(|| paid_at.china_date());
                Found::Paid(Paid { trade: order.clone(), order, amount, paid_at, day, means: Means::Untold })
            }
            Standing::Nothing if self.clock.now() >= charge.expires_at.plus(AFTERMATH) => Found::Closed,
            Standing::Nothing | Standing::Pending => Found::Unpaid,
        })
    }
}

impl Channel for Ccb {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Ccb
    }

    fn origins(&self) -> Vec<String> {
        vec![self.origin.clone()]
    }

    fn depart(&self, charge: &Charge, _: Device) -> Result<Departure, ChannelFault> {
        if charge.amount <= Fen::ZERO {
            return Err(ChannelFault::Refused("ccb.amount".to_owned()));
        }
        Ok(Departure::Link(payment::address(&self.settings, charge)))
    }

    fn hear(&self, call: &RawCall) -> Result<Notice, Disbelief> {
        // The parameters stand in the query even of a POST.
        let raw = if call.query.is_empty() { call.body.as_slice() } else { call.query.as_bytes() };
        let notification = Notification::read(&self.key, raw)?;
        if !self.ours(&notification) {
            return Err(Disbelief::Stranger("ccb.counter".to_owned()));
        }
        match notification.text("SUCCESS") {
            "Y" => Ok(Notice::Paid(self.paid(&notification)?)),
            "N" => Ok(Notice::Nothing),
            _ => Err(Disbelief::Malformed("ccb.success".to_owned())),
        }
    }

    fn answer(&self, _: &RawCall, taken: bool) -> RawAnswer {
        let (status, body) = if taken { (200, "success") } else { (503, "fail") };
        RawAnswer { status, content_type: "text/plain; charset=utf-8", body: body.into() }
    }

    fn query(&self, charge: &Charge) -> Result<Found, ChannelFault> {
        self.look_up(charge)
    }

    fn refund(&self, ask: &RefundAsk) -> Result<RefundState, ChannelFault> {
        flows::refund(&self.platform, &self.settings.counter, ask)
    }

    fn refund_state(&self, ask: &RefundAsk) -> Result<RefundState, ChannelFault> {
        flows::refund_state(&self.platform, &self.settings.counter, ask)
    }

    fn close(&self, charge: &Charge) -> Result<Closing, ChannelFault> {
        match self.look_up(charge)? {
            Found::Paid(paid) => Ok(Closing::Paid(paid)),
            Found::Closed => Ok(Closing::Closed),
            // The bank knows no closing: until TIMEOUT money may come, and after it only the flows tell for certain.
            Found::Unpaid => Err(ChannelFault::Unreachable("ccb.closes_by_itself".to_owned())),
        }
    }

    fn statement(&self, day: Date) -> Result<Option<Vec<StatementLine>>, ChannelFault> {
        let CcbSettings { files, counter, statement_from, .. } = &self.settings;
        statement::of_day(&self.platform, files, counter, *statement_from, day)
    }
}
