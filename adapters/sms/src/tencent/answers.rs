//! What the service's answers mean for a letter.

use std::time::Duration;

use ejia_messages::{CarryFault, Delivery, Receipt};
use serde::Deserialize;

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    response: Response,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Response {
    error: Option<Refusal>,
    send_status_set: Vec<Refusal>,
    pull_sms_send_status_set: Vec<Outcome>,
}

/// An error of the whole call, or how it stands with one number.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Refusal {
    code: String,
    serial_no: String,
}

/// A letter that has arrived or is lost.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Outcome {
    serial_no: String,
    report_status: String,
    description: String,
    session_context: String,
}

/// What an answer to SendSms means. A broken answer leaves open whether the letter was taken.
pub(crate) fn of_sending(status: u16, body: &str) -> Result<Receipt, CarryFault> {
    let unreadable = || CarryFault::Unknown(format!("HTTP {status} without a readable answer"));
    let Response { error, send_status_set, .. } = read(body).ok_or_else(unreadable)?;
    if let Some(error) = error {
        return Err(fault(error.code));
    }
    let Refusal { code, serial_no } = send_status_set.into_iter().next().ok_or_else(unreadable)?;
    if code == "Ok" { Ok(Receipt { number: serial_no }) } else { Err(fault(code)) }
}

fn read(body: &str) -> Option<Response> {
    serde_json::from_str::<Answer>(body).ok().map(|answer| answer.response)
}

/// What a refusal means.
fn fault(code: String) -> CarryFault {
    let limited = |wait| CarryFault::Limited { wait, reason: code.clone() };
    match code.as_str() {
        "LimitExceeded.PhoneNumberThirtySecondLimit" => limited(MINUTE / 2),
        "LimitExceeded.PhoneNumberOneHourLimit" => limited(20 * MINUTE),
        "LimitExceeded.PhoneNumberDailyLimit" | "LimitExceeded.PhoneNumberSameContentDailyLimit" => limited(6 * HOUR),
        _ if code.starts_with("LimitExceeded") => limited(HOUR),
        _ if code.starts_with("RequestLimitExceeded") => limited(Duration::from_secs(10)),
        // Somebody has to pay the bill first.
        "FailedOperation.InsufficientBalanceInSmsPackage" | "UnauthorizedOperation.ServiceSuspendDueToArrears" => {
            limited(5 * MINUTE)
        }
        // Keys, clock, signature or rights: the letter was not looked at, and the operator can mend it.
        _ if code.starts_with("AuthFailure") || code.starts_with("UnauthorizedOperation") => {
            CarryFault::Unreachable(code)
        }
        _ if [
            "FailedOperation",
            "InvalidParameter",
            "MissingParameter",
            "UnsupportedOperation",
            "UnknownParameter",
        ]
        .iter()
        .any(|family| code.starts_with(family)) =>
        {
            CarryFault::Refused(code)
        }
        _ => CarryFault::Unknown(code),
    }
}

/// What an answer to PullSmsSendStatusByPhoneNumber tells of our letter, by the service's number of it or, where it gives
/// that back, by ours.
pub(crate) fn of_asking(status: u16, body: &str, number: Option<&str>, id: &str) -> Result<Delivery, CarryFault> {
    let Response { error, pull_sms_send_status_set: list, .. } =
        read(body).ok_or_else(|| CarryFault::Unreachable(format!("HTTP {status} without a readable answer")))?;
    if let Some(error) = error {
        return Err(CarryFault::Unreachable(error.code));
    }
    let ours = |status: &Outcome| number.map_or(status.session_context == id, |number| status.serial_no == number);
    Ok(match list.into_iter().find(ours) {
        None => Delivery::Untold,
        Some(status) if status.report_status == "SUCCESS" => Delivery::Delivered,
        Some(status) => Delivery::Failed(status.description.chars().take(40).collect()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sending(code: &str) -> Result<Receipt, CarryFault> {
        of_sending(
            200,
            &format!(r#"{{"Response":{{"SendStatusSet":[{{"SerialNo":"7","Code":"{code}"}}],"RequestId":"r"}}}}"#),
        )
    }

    fn refused(code: &str) -> Result<Receipt, CarryFault> {
        of_sending(200, &format!(r#"{{"Response":{{"Error":{{"Code":"{code}","Message":""}},"RequestId":"r"}}}}"#))
    }

    #[test]
    fn each_answer_has_its_own_consequence() {
        assert_eq!(sending("Ok"), Ok(Receipt { number: "7".to_owned() }));
        for code in ["LimitExceeded.PhoneNumberDailyLimit", "FailedOperation.InsufficientBalanceInSmsPackage"] {
            assert!(matches!(sending(code), Err(CarryFault::Limited { .. })), "{code}");
        }
        for code in ["FailedOperation.PhoneNumberInBlacklist", "InvalidParameterValue.IncorrectPhoneNumber"] {
            assert!(matches!(sending(code), Err(CarryFault::Refused(_))), "{code}");
        }
        assert!(matches!(refused("RequestLimitExceeded"), Err(CarryFault::Limited { .. })));
        for code in ["AuthFailure.SignatureFailure", "AuthFailure.SignatureExpire"] {
            assert!(matches!(refused(code), Err(CarryFault::Unreachable(_))), "{code}");
        }
        assert!(matches!(refused("InternalError.Timeout"), Err(CarryFault::Unknown(_))));
        for body in ["<html>", "{}", r#"{"Response":{"RequestId":"r"}}"#] {
            assert!(matches!(of_sending(502, body), Err(CarryFault::Unknown(_))), "{body}");
        }
    }

    #[test]
    fn a_letter_is_found_by_either_number_and_what_is_not_listed_is_untold() {
        let body = r#"{"Response":{"PullSmsSendStatusSet":[
            {"SerialNo":"1","ReportStatus":"SUCCESS","SessionContext":"other"},
            {"SerialNo":"2","ReportStatus":"FAIL","Description":"MK:0001","SessionContext":"mine"}]}}"#;
        let told = |number, id| of_asking(200, body, number, id).unwrap();
        assert_eq!(told(None, "mine"), Delivery::Failed("MK:0001".to_owned()));
        assert_eq!(told(Some("1"), "mine"), Delivery::Delivered);
        assert_eq!(told(Some("3"), "mine"), Delivery::Untold);
        assert_eq!(told(None, "nobody's"), Delivery::Untold);
        assert!(of_asking(200, r#"{"Response":{"Error":{"Code":"InternalError"}}}"#, None, "mine").is_err());
    }
}
