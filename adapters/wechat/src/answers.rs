//! What the service's answers mean: done, not now, refused for good, or nobody knows.

use std::fmt;
use std::time::Duration;

use ejia_wire::{CallFault, Reply};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Why a call did not do what it was for. The texts hold codes of the service, never an OpenID, a token or a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Certainly not done: the service is out of reach, or does not know us as we are set up.
    Unreachable(String),
    /// Certainly not done; worth trying after this long.
    Limited {
        /// The service's code.
        code: i64,
        /// How long to wait at least.
        wait: Duration,
    },
    /// Nobody knows: the question went out and no answer came back.
    Unknown(String),
    /// Refused for good, with the service's code: the same would be refused again.
    Refused(i64),
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(why) => write!(formatter, "out of reach: {why}"),
            Self::Limited { code, .. } => write!(formatter, "not now: {code}"),
            Self::Unknown(why) => write!(formatter, "no answer: {why}"),
            Self::Refused(code) => write!(formatter, "refused: {code}"),
        }
    }
}

impl std::error::Error for Fault {}

impl From<CallFault> for Fault {
    fn from(fault: CallFault) -> Self {
        match fault {
            CallFault::NotSent(why) => Self::Unreachable(why),
            CallFault::Unknown(why) => Self::Unknown(why),
        }
    }
}

/// An answer that was read: what was asked for, or the service's code.
#[derive(Debug)]
pub(crate) enum Answer<T> {
    /// What was asked for.
    Done(T),
    /// The token is not, or no longer, good.
    TokenSpent(i64),
    /// Anything else but done.
    Not(Fault),
}

/// The two fields of every refusal; many answers that are none have them too.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Code {
    errcode: i64,
}

/// Reads an answer. A broken one leaves open what was done.
pub(crate) fn read<T: DeserializeOwned>(reply: &Reply) -> Answer<T> {
    let broken = || Answer::Not(Fault::Unknown(format!("HTTP {} without a readable answer", reply.status)));
    if reply.status != 200 {
        return broken();
    }
    match serde_json::from_slice::<Code>(&reply.body) {
        Err(_) => broken(),
        Ok(Code { errcode: 0 }) => serde_json::from_slice(&reply.body).map_or_else(|_| broken(), Answer::Done),
        Ok(Code { errcode }) => match errcode {
            40001 | 40014 | 42001 => Answer::TokenSpent(errcode),
            other => Answer::Not(fault(other)),
        },
    }
}

/// What a code means for the caller.
pub(crate) fn fault(code: i64) -> Fault {
    let wait = |wait| Fault::Limited { code, wait };
    match code {
        // Busy.
        -1 => wait(Duration::from_secs(10)),
        // Too often within a minute; the same text to the same reader within one.
        45011 | 40241 => wait(Duration::from_mins(1)),
        // The day's quota. It begins anew at midnight, and an operator can have it cleared before.
        45009 => wait(Duration::from_hours(1)),
        // Keys, address or rights: an operator can mend it, and the question was not looked at.
        40001 | 40002 | 40013 | 40014 | 40125 | 40164 | 41001 | 41002 | 41004 | 42001 | 61004 => {
            Fault::Unreachable(code.to_string())
        }
        refused if (40000..50000).contains(&refused) || refused == 50002 => Fault::Refused(refused),
        other => Fault::Unreachable(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, Deserialize)]
    #[serde(default)]
    struct Sent {
        msgid: i64,
    }

    fn told(status: u16, body: &str) -> Answer<Sent> {
        read(&Reply { status, content_type: String::new(), body: body.as_bytes().to_vec() })
    }

    fn refusal(code: i64) -> Answer<Sent> {
        told(200, &format!(r#"{{"errcode":{code},"errmsg":"x"}}"#))
    }

    #[test]
    fn each_code_has_its_own_consequence() {
        assert!(matches!(told(200, r#"{"errcode":0,"errmsg":"ok","msgid":7}"#), Answer::Done(Sent { msgid: 7 })));
        assert!(matches!(told(200, r#"{"msgid":7}"#), Answer::Done(Sent { msgid: 7 })));
        for code in [40001, 40014, 42001] {
            assert!(matches!(refusal(code), Answer::TokenSpent(told) if told == code));
        }
        for code in [40003, 40037, 43004, 43101, 47003, 48001, 41030, 50002, 43116] {
            assert!(matches!(refusal(code), Answer::Not(Fault::Refused(told)) if told == code), "{code}");
        }
        for (code, seconds) in [(-1, 10), (45011, 60), (40241, 60), (45009, 3600)] {
            let Answer::Not(Fault::Limited { wait, .. }) = refusal(code) else { panic!("{code}") };
            assert_eq!(wait, Duration::from_secs(seconds));
        }
        for code in [40013, 40125, 40164, 61004, 41001, 50001] {
            assert!(matches!(refusal(code), Answer::Not(Fault::Unreachable(_))), "{code}");
        }
    }

    #[test]
    fn a_broken_answer_leaves_open_what_was_done() {
        for (status, body) in [(503, "{}"), (200, "<html>"), (200, ""), (200, r#"{"msgid":"seven"}"#), (200, "[]x")] {
            assert!(matches!(told(status, body), Answer::Not(Fault::Unknown(_))), "{body}");
        }
    }
}
