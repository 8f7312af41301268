//! Flows of payments and refunds (5W1002, 5W1003), and sending money back (5W1004).

use ejia_kernel::{Date, Fen, Instant};
use ejia_payments::{ChannelFault, RefundAsk, RefundState};
use ejia_wire::stamps;
use ejia_wire::xml::Element;

use crate::platform::{NO_SUCH_FLOW, Platform, WELL, plain};

/// REFUND_CODE holds so many characters.
const REFUND_CODE: usize = 15;
/// More pages of refunds than one order can have.
const PAGES: u32 = 20;

/// How an order stands at the bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Paid.
    Paid { amount: Fen, at: Option<Instant>, day: Option<Date> },
    /// The bank itself does not know yet.
    Pending,
    /// No flow, or only failed ones.
    Nothing,
}

/// Asks for an order among the flows that are not settled yet and, not found there, among the settled ones.
pub(crate) fn standing(platform: &Platform, counter: &str, order: &str) -> Result<Standing, ChannelFault> {
    let mut pending = false;
    for kind in ["0", "1"] {
        let answer = platform.look_up(
            "5W1002",
            &[
                ("START", ""),
                ("STARTHOUR", ""),
                ("STARTMIN", ""),
                ("END", ""),
                ("ENDHOUR", ""),
                ("ENDMIN", ""),
                ("KIND", kind),
                ("ORDER", order),
                ("ACCOUNT", ""),
                ("DEXCEL", "1"),
                ("MONEY", ""),
                ("NORDERBY", "1"),
                ("PAGE", "1"),
                ("POS_CODE", counter),
                ("STATUS", "3"),
            ],
        )?;
        if NO_SUCH_FLOW.contains(&answer.code.as_str()) {
            continue;
        }
        if answer.code != WELL {
            return Err(ChannelFault::Refused(answer.code));
        }
        for line in answer.info.all("LIST").filter(|line| line.text("ORDER") == order) {
            match line.text("ORDER_STATUS") {
                // Paid; paid and some of it, or all, given back.
                "1" | "3" | "4" => return paid(line),
                "2" | "5" => pending = true,
                _ => {}
            }
        }
    }
    Ok(if pending { Standing::Pending } else { Standing::Nothing })
}

fn paid(line: &Element) -> Result<Standing, ChannelFault> {
    let amount = line.text("PAYMENT_MONEY").parse().map_err(|_| ChannelFault::Unreachable("ccb.amount".to_owned()))?;
    let (at, _) = moment(line.text("TRAN_DATE"));
    let (_, day) = moment(line.text("ACC_DATE"));
    Ok(Standing::Paid { amount, at, day: day.or_else(|| at.map(Instant::china_date)) })
}

/// An instant and a day out of `2026-03-20 09:00:00`, `20260320090000`, `2026-03-20` or `20260320`.
pub(crate) fn moment(text: &str) -> (Option<Instant>, Option<Date>) {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let at = digits.get(..14).and_then(stamps::read_compact);
    (at, digits.get(..8).and_then(stamps::read_compact_day))
}

/// REFUND_CODE of a refund: the end of its number, which is chance; the whole of it does not fit.
pub(crate) fn refund_code(ask: &RefundAsk) -> String {
    let number = ask.refund.to_string();
    let start = number.len().saturating_sub(REFUND_CODE);
    number.get(start..).unwrap_or_default().to_owned()
}

/// Asks what became of a refund.
pub(crate) fn refund_state(platform: &Platform, counter: &str, ask: &RefundAsk) -> Result<RefundState, ChannelFault> {
    let code = refund_code(ask);
    let mut failed = false;
    for kind in ["0", "1"] {
        let mut page = 1_u32;
        loop {
            let number = page.to_string();
            let answer = platform.look_up(
                "5W1003",
                &[
                    ("START", ""),
                    ("STARTHOUR", ""),
                    ("STARTMIN", ""),
                    ("END", ""),
                    ("ENDHOUR", ""),
                    ("ENDMIN", ""),
                    ("KIND", kind),
                    ("ORDER", &ask.order),
                    ("ACCOUNT", ""),
                    ("MONEY", ""),
                    ("NORDERBY", "1"),
                    ("PAGE", &number),
                    ("POS_CODE", counter),
                    ("STATUS", "3"),
                ],
            )?;
            if NO_SUCH_FLOW.contains(&answer.code.as_str()) {
                break;
            }
            if answer.code != WELL {
                return Err(ChannelFault::Refused(answer.code));
            }
            let ours = |line: &&Element| line.text("REFUND_CODE") == code && line.text("ORDER_NUMBER") == ask.order;
            for line in answer.info.all("LIST").filter(ours) {
                match line.text("STATUS") {
                    "1" => return Ok(RefundState::Done),
                    "2" | "5" => return Ok(RefundState::Underway),
                    _ => failed = true,
                }
            }
            let pages: u32 = answer.info.text("TPAGE").parse().unwrap_or(1);
            if page >= pages.min(PAGES) {
                break;
            }
            page += 1;
        }
    }
    Ok(if failed { RefundState::Refused("ccb.failed".to_owned()) } else { RefundState::Unheard })
}

/// Sends money back once: a refund that the bank has heard of is not asked for again.
pub(crate) fn refund(platform: &Platform, counter: &str, ask: &RefundAsk) -> Result<RefundState, ChannelFault> {
    let known = refund_state(platform, counter, ask)?;
    if known != RefundState::Unheard {
        return Ok(known);
    }
    let (amount, code) = (ask.amount.to_string(), refund_code(ask));
    let answer = platform.ask("5W1004", &[("MONEY", &amount), ("ORDER", &ask.order), ("REFUND_CODE", &code)])?;
    if answer.code != WELL {
        return Ok(RefundState::Refused(plain(&answer.code)));
    }
    // Taken. Whether it is done the flow says; when it cannot be asked now, it is asked later.
    Ok(match refund_state(platform, counter, ask) {
        Ok(RefundState::Done) => RefundState::Done,
        _ => RefundState::Underway,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_the_platform_writes_them() {
        let at: Instant = "2026-03-20T09:00:01+08:00".parse().unwrap();
        for text in ["2026-03-20 09:00:01", "20260320090001", "2026-03-20 09:00:01.0"] {
            assert_eq!(moment(text), (Some(at), Some(at.china_date())), "{text}");
        }
        assert_eq!(moment("20260320"), (None, Some(at.china_date())));
        assert_eq!(moment("null"), (None, None));
    }
}
