//! What the service's answers mean for a letter.

use std::time::Duration;

use ejia_messages::{CarryFault, Delivery, Receipt};
use serde::Deserialize;

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

/// An answer to SendSms, or an error of the whole platform, which has the same two fields.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct SendAnswer {
    code: String,
    message: String,
    biz_id: String,
}

/// An answer to QuerySendDetails.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct DetailsAnswer {
    code: String,
    #[serde(rename = "SmsSendDetailDTOs")]
    details: Details,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Details {
    #[serde(rename = "SmsSendDetailDTO")]
    list: Vec<Detail>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Detail {
    out_id: String,
    send_status: i64,
    err_code: String,
}

/// What an answer to SendSms means. A broken answer leaves open whether the letter was taken.
pub(crate) fn of_sending(status: u16, body: &str) -> Result<Receipt, CarryFault> {
    let Ok(answer) = serde_json::from_str::<SendAnswer>(body) else {
        return Err(CarryFault::Unknown(format!("HTTP {status} without a readable answer")));
    };
    let SendAnswer { code, message, biz_id } = answer;
    if code == "OK" && status == 200 {
        return Ok(Receipt { number: biz_id });
    }
    Err(fault(status, code, &message))
}

/// What a refusal means.
fn fault(status: u16, code: String, message: &str) -> CarryFault {
    match code.as_str() {
        "isv.BUSINESS_LIMIT_CONTROL" => CarryFault::Limited { wait: limit(message), reason: code },
        "isv.DAY_LIMIT_CONTROL" | "isv.MONTH_LIMIT_CONTROL" => CarryFault::Limited { wait: HOUR, reason: code },
        // Somebody has to pay the bill first.
        "isv.AMOUNT_NOT_ENOUGH" | "isv.OUT_OF_SERVICE" => CarryFault::Limited { wait: 5 * MINUTE, reason: code },
        throttled if throttled.starts_with("Throttling") => {
            CarryFault::Limited { wait: Duration::from_secs(10), reason: code }
        }
        business if business.starts_with("isv.") => CarryFault::Refused(code),
        // Keys, clock or signature: the letter was not looked at, and the operator can mend it.
        _ if (400..500).contains(&status) => CarryFault::Unreachable(code),
        _ => CarryFault::Unknown(format!("HTTP {status} {code}")),
    }
}

/// How long the limit for one number lasts: 1 a minute, 5 an hour, 10 a day; the answer says which was reached.
fn limit(message: &str) -> Duration {
    if message.contains("天级") {
        6 * HOUR
    } else if message.contains("小时级") {
        20 * MINUTE
    } else {
        MINUTE
    }
}

/// What an answer to QuerySendDetails tells of our letter. The same letter may stand there more than once; the best
/// news counts.
pub(crate) fn of_asking(status: u16, body: &str, out_id: &str) -> Result<Delivery, CarryFault> {
    let answer = serde_json::from_str::<DetailsAnswer>(body)
        .map_err(|_| CarryFault::Unreachable(format!("HTTP {status} without a readable answer")))?;
    let DetailsAnswer { code, details } = answer;
    if code != "OK" {
        return Err(CarryFault::Unreachable(code));
    }
    let mut best = Delivery::Unheard;
    for Detail { out_id: _, send_status, err_code } in details.list.into_iter().filter(|detail| detail.out_id == out_id)
    {
        match send_status {
            3 => return Ok(Delivery::Delivered),
            2 if best == Delivery::Unheard => best = Delivery::Failed(err_code),
            2 => {}
            _ => best = Delivery::Underway,
        }
    }
    Ok(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sending(status: u16, code: &str, message: &str) -> Result<Receipt, CarryFault> {
        of_sending(status, &format!(r#"{{"Code":"{code}","Message":"{message}","BizId":"7^0","RequestId":"r"}}"#))
    }

    #[test]
    fn each_answer_has_its_own_consequence() {
        assert_eq!(sending(200, "OK", "OK"), Ok(Receipt { number: "7^0".to_owned() }));
        assert!(matches!(sending(200, "isv.MOBILE_NUMBER_ILLEGAL", ""), Err(CarryFault::Refused(_))));
        assert!(matches!(sending(200, "isp.SYSTEM_ERROR", ""), Err(CarryFault::Unknown(_))));
        assert!(matches!(sending(400, "SignatureDoesNotMatch", ""), Err(CarryFault::Unreachable(_))));
        assert!(matches!(sending(500, "InternalError", ""), Err(CarryFault::Unknown(_))));
        assert!(matches!(of_sending(502, "<html>"), Err(CarryFault::Unknown(_))));
        assert!(matches!(sending(429, "Throttling.User", ""), Err(CarryFault::Limited { .. })));
    }

    #[test]
    fn a_limit_says_how_long_to_wait() {
        let wait = |message| match sending(200, "isv.BUSINESS_LIMIT_CONTROL", message) {
            Err(CarryFault::Limited { wait, .. }) => wait,
            other => panic!("{other:?}"),
        };
        assert_eq!(wait("触发分钟级流控Permits:1"), MINUTE);
        assert_eq!(wait("触发小时级流控Permits:5"), 20 * MINUTE);
        assert_eq!(wait("触发天级流控Permits:10"), 6 * HOUR);
    }

    #[test]
    fn the_best_news_of_a_letter_counts_and_other_letters_do_not() {
        let told = |list: &str| {
            let body =
                format!(r#"{{"Code":"OK","TotalCount":"1","SmsSendDetailDTOs":{{"SmsSendDetailDTO":[{list}]}}}}"#);
            of_asking(200, &body, "mine").unwrap()
        };
        assert_eq!(told(""), Delivery::Unheard);
        assert_eq!(told(r#"{"OutId":"other","SendStatus":3}"#), Delivery::Unheard);
        assert_eq!(
            told(r#"{"OutId":"mine","SendStatus":2,"ErrCode":"MK:0001"},{"OutId":"mine","SendStatus":3}"#),
            Delivery::Delivered
        );
        assert_eq!(told(r#"{"OutId":"mine","SendStatus":1}"#), Delivery::Underway);
        assert_eq!(
            told(r#"{"OutId":"mine","SendStatus":2,"ErrCode":"MK:0001"}"#),
            Delivery::Failed("MK:0001".to_owned())
        );
        assert!(of_asking(200, r#"{"Code":"isp.SYSTEM_ERROR"}"#, "mine").is_err());
    }
}
