//! What the gateway's codes and fields mean.

use std::time::Duration;

use ejia_kernel::{Date, Fen, Instant};
use ejia_payments::{ChannelFault, Means, Paid, RefundState};
use ejia_wire::{Form, stamps};

/// What a code of the gateway says of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Done. `A6` is done with a blemish that does not concern the money.
    Done,
    /// On its way, or nobody knows yet: ask again.
    Underway,
    /// Never heard of.
    Unheard,
    /// Failed.
    Failed,
}

/// What a code says.
pub(crate) fn verdict(code: &str) -> Verdict {
    match code {
        "00" | "A6" => Verdict::Done,
        "03" | "04" | "05" => Verdict::Underway,
        "34" => Verdict::Unheard,
        _ => Verdict::Failed,
    }
}

/// What a payment was made with, by payCardType.
///
/// 05 and 06 are prepaid cards: money, no credit. 04 is a card that is debit and credit in one; the gateway does not tell
/// which of the two paid, and a contract for debit cards only lets nothing but the debit side through. So 04 is as good
/// as 00 or nothing at all (the field comes with a merchant permission): the contract decides, and without such a contract
/// what cannot be told to be debit counts as credit.
pub(crate) fn means(card_type: &str, debit_only: bool) -> Means {
    match card_type {
        "01" | "05" | "06" => Means::Debit,
        "02" | "03" => Means::Credit,
        _ if debit_only => Means::Untold,
        _ => Means::Credit,
    }
}

/// The payment that a notification or an answer to a question tells of; else the field that does not fit.
pub(crate) fn paid(form: &Form, debit_only: bool) -> Result<Paid, &'static str> {
    let sent_at = stamps::read_compact(form.text("txnTime")).ok_or("txnTime")?;
    let trade = form.text("queryId");
    if trade.is_empty() || trade.len() > 40 || !trade.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err("queryId");
    }
    if !matches!(form.text("currencyCode"), "" | "156") {
        return Err("currencyCode");
    }
    let paid_at = trace_time(form.text("traceTime"), sent_at).unwrap_or(sent_at);
    Ok(Paid {
        order: form.text("orderId").to_owned(),
        trade: trade.to_owned(),
        amount: amount(form.text("txnAmt")).ok_or("txnAmt")?,
        paid_at,
        day: stamps::read_month_day(form.text("settleDate"), paid_at.china_date()).unwrap_or_else(|| day_of(paid_at)),
        means: means(form.text("payCardType"), debit_only),
    })
}

/// Fen in digits.
pub(crate) fn amount(text: &str) -> Option<Fen> {
    let digits = !text.is_empty() && text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits).map(Fen::new)
}

/// Reads `MMDDhhmmss`, of the year that fits.
fn trace_time(text: &str, around: Instant) -> Option<Instant> {
    let day = stamps::read_month_day(text.get(0..4)?, around.china_date())?;
    stamps::read_compact(&format!("{}{}", stamps::compact_day(day), text.get(4..)?))
}

/// The gateway's day ends at 23:00.
fn day_of(at: Instant) -> Date {
    at.plus(Duration::from_hours(1)).china_date()
}

/// How far a refund has come, by the code in a notification of it or in the answer to a question about it.
pub(crate) fn refund_state(code: &str) -> RefundState {
    match verdict(code) {
        Verdict::Done => RefundState::Done,
        Verdict::Underway => RefundState::Underway,
        Verdict::Unheard => RefundState::Unheard,
        Verdict::Failed => RefundState::Refused(code.to_owned()),
    }
}

/// What the code in the answer to asking for a refund means. Success means taken, not done.
pub(crate) fn refund_taken(code: &str) -> Result<RefundState, ChannelFault> {
    match code {
        // 12, 94: the same number and time a second time; it was taken before.
        "00" | "A6" | "03" | "04" | "05" | "12" | "94" => Ok(RefundState::Underway),
        // Closed for the moment, busy, asked too often; our certificate is not admitted, which the operator can mend.
        "02" | "06" | "11" | "37" => Err(ChannelFault::Unreachable(code.to_owned())),
        _ => Ok(RefundState::Refused(code.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice() -> Form {
        Form::new()
            .with("orderId", "01jpk3z3q8vw0c5h0d2rj6ytbn")
            .with("txnTime", "20261231235901")
            .with("traceTime", "0101000102")
            .with("settleDate", "0101")
            .with("queryId", "952612312359012345678")
            .with("txnAmt", "1250")
            .with("currencyCode", "156")
            .with("payCardType", "01")
    }

    #[test]
    fn a_payment_is_read_across_the_turn_of_the_year() {
        let paid = paid(&notice(), true).unwrap();
        assert_eq!(paid.amount, Fen::new(1250));
        assert_eq!(paid.paid_at, "2027-01-01T00:01:02+08:00".parse().unwrap());
        assert_eq!(paid.day, "2027-01-01".parse().unwrap());
        assert_eq!(paid.means, Means::Debit);
    }

    #[test]
    fn without_a_settlement_day_the_day_turns_at_eleven_in_the_evening() {
        let day = |time: &str| {
            let mut form = notice().without(&["settleDate", "traceTime"]);
            form.set("txnTime", time);
            paid(&form, true).unwrap().day.to_string()
        };
        assert_eq!(day("20260320225959"), "2026-03-20");
        assert_eq!(day("20260320230000"), "2026-03-21");
    }

    #[test]
    fn what_is_no_payment_is_not_read_as_one() {
        for (name, value) in [
            ("txnAmt", ""),
            ("txnAmt", "-5"),
            ("txnAmt", "+5"),
            ("txnAmt", "12.5"),
            ("txnAmt", "9999999999999"),
            ("queryId", ""),
            ("queryId", "a b"),
            ("txnTime", "2026"),
            ("currencyCode", "840"),
        ] {
            let mut form = notice();
            form.set(name, value);
            assert_eq!(paid(&form, true), Err(name), "{value}");
        }
    }

    #[test]
    fn credit_cards_are_seen_and_untold_ones_follow_the_contract() {
        for credit in ["02", "03"] {
            assert_eq!(means(credit, true), Means::Credit);
        }
        for debit in ["01", "05", "06"] {
            assert_eq!(means(debit, false), Means::Debit);
        }
        for untold in ["", "00", "04", "99"] {
            assert_eq!(means(untold, true), Means::Untold);
            assert_eq!(means(untold, false), Means::Credit);
        }
    }

    #[test]
    fn taken_is_not_done_and_a_second_asking_is_not_refused() {
        for code in ["00", "03", "04", "05", "12"] {
            assert_eq!(refund_taken(code), Ok(RefundState::Underway));
        }
        assert!(matches!(refund_taken("06"), Err(ChannelFault::Unreachable(_))));
        assert_eq!(refund_taken("36"), Ok(RefundState::Refused("36".to_owned())));
        assert_eq!(refund_state("00"), RefundState::Done);
        assert_eq!(refund_state("34"), RefundState::Unheard);
        assert_eq!(refund_state("04"), RefundState::Underway);
    }
}
