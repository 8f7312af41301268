//! Notifications: what they must hold to be believed, and what they mean.

use ejia_kernel::Fen;
use ejia_payments::{Disbelief, Notice, Paid, RawCall, RefundState};
use ejia_wire::{Charset, Form, stamps};

use crate::means::means_of_text;
use crate::settings::AlipaySettings;
use crate::signature::{SIGN_TYPE, notice_holds};

/// No notification is longer.
const BYTES: usize = 64 * 1024;

/// Reads a notification, and checks signature, application and seller.
pub(crate) fn hear(call: &RawCall, settings: &AlipaySettings) -> Result<Notice, Disbelief> {
    let malformed = |what: &str| Disbelief::Malformed(what.to_owned());
    if call.method != "POST" || call.body.len() > BYTES {
        return Err(malformed("no form"));
    }
    let form = Form::decode(&call.body, Charset::Utf8).ok_or_else(|| malformed("form"))?;
    if form.text("sign").is_empty() {
        return Err(malformed("no sign"));
    }
    if form.text("sign_type") != SIGN_TYPE || !notice_holds(&form, &settings.alipay_public_key) {
        return Err(Disbelief::Forged("sign".to_owned()));
    }
    if form.text("app_id") != settings.app_id {
        return Err(Disbelief::Stranger("app_id".to_owned()));
    }
    if form.text("seller_id") != settings.seller_id {
        return Err(Disbelief::Stranger("seller_id".to_owned()));
    }
    read(&form).ok_or_else(|| malformed("fields"))
}

/// What a believed notification means; none when a field that counts is missing or unreadable.
fn read(form: &Form) -> Option<Notice> {
    if form.text("notify_type") != "trade_status_sync" {
        return Some(Notice::Nothing);
    }
    // A refund notifies under the trade's status; only these two fields tell it from a payment.
    let (refund, refunded_at) = (form.text("out_biz_no"), form.text("gmt_refund"));
    if !refunded_at.is_empty() && !refund.is_empty() {
        return Some(Notice::Refund(refund.to_owned(), RefundState::Done));
    }
    if !matches!(form.text("trade_status"), "TRADE_SUCCESS" | "TRADE_FINISHED") {
        return Some(Notice::Nothing);
    }
    let told = |name: &str| form.get(name).filter(|value| !value.is_empty() && value.len() <= 64);
    let paid_at = stamps::read_spaced(told("gmt_payment")?)?;
    Some(Notice::Paid(Paid {
        order: told("out_trade_no")?.to_owned(),
        trade: told("trade_no")?.to_owned(),
        amount: told("total_amount")?.parse().ok().filter(|amount| *amount > Fen::ZERO)?,
        paid_at,
        day: paid_at.china_date(),
        means: means_of_text(form.text("fund_bill_list")),
    }))
}
