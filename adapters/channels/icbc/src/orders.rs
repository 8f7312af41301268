//! Orders and refunds as the platform's services tell of them.

use ejia_kernel::{Fen, Instant};
use ejia_payments::{ChannelFault, RefundAsk, RefundState};
use ejia_wire::stamps;
use serde_json::json;

use crate::IcbcSettings;
use crate::gateway::{Answer, Gateway};

/// What the services say when there is no such order; and of a refund when there is none.
const NO_SUCH_ORDER: [i64; 3] = [5_940_021, 5_940_022, 40_972];
/// The bank is not done with it: ask again.
const ASK_AGAIN: i64 = 89_105;

/// How an order stands at the bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Paid.
    Paid { amount: Fen, at: Option<Instant> },
    /// The bank itself does not know yet.
    Pending,
    /// Unpaid, failed, or never heard of.
    Nothing,
}

/// Asks for an order.
pub(crate) fn standing(gateway: &Gateway, settings: &IcbcSettings, order: &str) -> Result<Standing, ChannelFault> {
    let biz = json!({
        "consumer_id": "行外商户_查询支付订单",
        "merid": settings.merchant,
        "orderid": order,
        "order_status": "0",
        "orderid_type": "0",
    });
    let answer = gateway.look_up(&settings.paths.query, &biz)?;
    match answer.code() {
        Some(0) => {}
        Some(code) if NO_SUCH_ORDER.contains(&code) => return Ok(Standing::Nothing),
        Some(code) if code < 0 => return Ok(Standing::Pending),
        _ => return Err(ChannelFault::Refused(answer.code_text())),
    }
    let wrong = |what: &str| ChannelFault::Unreachable(format!("icbc.{what}"));
    let named = answer.text("order_no");
    if !named.is_empty() && named != order {
        return Err(wrong("order"));
    }
    match answer.text("status").as_str() {
        "2" => {
            let amount = fen(&answer.text("order_sum")).ok_or_else(|| wrong("amount"))?;
            Ok(Standing::Paid { amount, at: moment(&answer) })
        }
        "3" | "4" => Ok(Standing::Nothing),
        _ => Ok(Standing::Pending),
    }
}

/// When it was paid: `2026-03-20` and `09.00.01`.
fn moment(answer: &Answer) -> Option<Instant> {
    stamps::read_spaced(&format!("{} {}", answer.text("tdate"), answer.text("ttime").replace('.', ":")))
}

/// Whole fen, more than none.
pub(crate) fn fen(text: &str) -> Option<Fen> {
    text.parse().ok().filter(|fen| *fen > 0).map(Fen::new)
}

/// Asks what became of a refund.
pub(crate) fn refund_state(
    gateway: &Gateway,
    settings: &IcbcSettings,
    ask: &RefundAsk,
) -> Result<RefundState, ChannelFault> {
    let refund = ask.refund.to_string();
    let biz = json!({
        "functionID": format!("{}-B2CRefund", settings.app),
        "onLine_merID": settings.merchant,
        "orderNum": ask.order,
        "emallRejectId": refund,
        "rejectType": "2",
    });
    let answer = gateway.look_up(&settings.paths.refund_query, &biz)?;
    match answer.code() {
        Some(code) if NO_SUCH_ORDER.contains(&code) => Ok(RefundState::Unheard),
        Some(0) => Ok(told(&answer, &refund)),
        Some(code) if code < 0 => Ok(RefundState::Underway),
        _ => Err(ChannelFault::Refused(answer.code_text())),
    }
}

/// What an answer about our refund says.
fn told(answer: &Answer, refund: &str) -> RefundState {
    let named = answer.text("emallRejectId");
    if named.is_empty() {
        return RefundState::Unheard;
    }
    if named != refund {
        return RefundState::Underway;
    }
    match answer.text("status").as_str() {
        "1" => RefundState::Done,
        "0" => RefundState::Refused("icbc.failed".to_owned()),
        // 2, 3 and 4 are seen in samples as "ask again".
        _ => RefundState::Underway,
    }
}

/// Sends money back once: a refund that the bank has heard of is not asked for again.
pub(crate) fn refund(gateway: &Gateway, settings: &IcbcSettings, ask: &RefundAsk) -> Result<RefundState, ChannelFault> {
    let known = refund_state(gateway, settings, ask)?;
    if known != RefundState::Unheard {
        return Ok(known);
    }
    // The day it was paid on, which need not be the one it was opened on.
    let paid_at = match standing(gateway, settings, &ask.order)? {
        Standing::Paid { at, .. } => at.unwrap_or(ask.opened_at),
        Standing::Pending => return Err(ChannelFault::Unreachable("icbc.pending".to_owned())),
        Standing::Nothing => return Ok(RefundState::Refused("icbc.not_paid".to_owned())),
    };
    let refund = ask.refund.to_string();
    let biz = json!({
        "functionID": format!("{}-B2CRefund", settings.app),
        "onLine_merID": settings.merchant,
        "payDate": stamps::compact_day(paid_at.china_date()),
        "orderNum": ask.order,
        "emallRejectId": refund,
        "rejectAmt": ask.amount.fen().to_string(),
        "orderNumType": "0",
    });
    let answer = gateway.ask(&settings.paths.refund, &biz)?;
    match answer.code() {
        Some(0) => match told(&answer, &refund) {
            RefundState::Unheard => Ok(RefundState::Underway),
            state => Ok(state),
        },
        Some(code) if code < 0 || code == ASK_AGAIN => Ok(RefundState::Underway),
        _ => Ok(RefundState::Refused(answer.code_text())),
    }
}
