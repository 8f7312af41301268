//! The gateway's answers: whose they are, and what their codes mean.

use ejia_kernel::{Fen, OrderId};
use ejia_payments::{ChannelFault, Paid};
use ejia_wire::{PublicKey, Reply, raw_member, stamps};
use serde::Deserialize;

use crate::means::{Fund, means};
use crate::signature::text_holds;

/// Why a call brought nothing.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The line, the gateway or our own settings.
    Gateway(ChannelFault),
    /// The business refused, with its `sub_code`.
    Business(String),
}

impl From<Fault> for ChannelFault {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Gateway(fault) => fault,
            Fault::Business(code) => Self::Refused(code),
        }
    }
}

/// The fields of all answers that are read here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Answer {
    code: String,
    sub_code: String,
    pub(crate) out_trade_no: String,
    pub(crate) trade_no: String,
    pub(crate) trade_status: String,
    pub(crate) total_amount: String,
    pub(crate) send_pay_date: String,
    pub(crate) fund_bill_list: Vec<Fund>,
    pub(crate) fund_change: String,
    pub(crate) out_request_no: String,
    pub(crate) refund_status: String,
    pub(crate) bill_download_url: String,
}

impl Answer {
    /// The payment this answer to a query tells of; none when no money has come, or a field is not readable.
    pub(crate) fn paid(&self, order: OrderId) -> Option<Paid> {
        let order = order.to_string();
        let paid_at = stamps::read_spaced(&self.send_pay_date)?;
        let amount: Fen = self.total_amount.parse().ok().filter(|amount| *amount > Fen::ZERO)?;
        (self.out_trade_no == order && !self.trade_no.is_empty()).then(|| Paid {
            order,
            trade: self.trade_no.clone(),
            amount,
            paid_at,
            day: paid_at.china_date(),
            means: means(&self.fund_bill_list),
        })
    }
}

/// Reads an answer to `method` and checks its signature.
pub(crate) fn read(method: &str, reply: &Reply, key: &PublicKey) -> Result<Answer, Fault> {
    let unknown = |why: String| Fault::Gateway(ChannelFault::Unknown(why));
    if reply.status != 200 {
        return Err(unknown(format!("HTTP {}", reply.status)));
    }
    let text = str::from_utf8(&reply.body).map_err(|_| unknown("answer not UTF-8".to_owned()))?;
    let name = format!("{}_response", method.replace('.', "_"));
    let node = raw_member(text, &name)
        .or_else(|| raw_member(text, "error_response"))
        .ok_or_else(|| unknown("answer not understood".to_owned()))?;
    let sign: String = raw_member(text, "sign").and_then(|sign| serde_json::from_str(sign).ok()).unwrap_or_default();
    let answer: Answer = serde_json::from_str(node).map_err(|_| unknown("answer not understood".to_owned()))?;
    if !text_holds(node, &sign, key) {
        // Whoever wrote it: it proves nothing, not even that nothing was done.
        return Err(unknown(format!("answer without a good signature ({})", plain(&answer.said()))));
    }
    answer.judged()
}

impl Answer {
    fn said(&self) -> String {
        if self.sub_code.is_empty() { self.code.clone() } else { self.sub_code.clone() }
    }

    fn judged(self) -> Result<Self, Fault> {
        let said = plain(&self.said());
        match self.code.as_str() {
            "10000" => Ok(self),
            // Our settings, keys or rights: nothing was done, and trying again after mending them is right.
            "20001" | "40001" | "40002" | "40003" | "40006" => Err(Fault::Gateway(ChannelFault::Unreachable(said))),
            "40004" if !said.ends_with("SYSTEM_ERROR") => Err(Fault::Business(said)),
            _ => Err(Fault::Gateway(ChannelFault::Unknown(said))),
        }
    }
}

/// A code as it may stand in a log.
fn plain(code: &str) -> String {
    code.chars().filter(|letter| letter.is_ascii_alphanumeric() || "._-".contains(*letter)).take(60).collect()
}
