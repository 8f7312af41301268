//! The line to a company: plain blocking HTTP under time-outs, and what it means when it breaks.

use std::time::Duration;

use ejia_messages::CarryFault;
use ureq::Body;
use ureq::http::Response;

/// The most an answer may hold.
const ANSWER_BYTES: u64 = 256 * 1024;

/// The host of an address, with its port: what is signed.
pub(crate) fn host(endpoint: &str) -> String {
    let host = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest);
    host.trim_end_matches('/').to_owned()
}

/// A client whose calls take no longer than this in all.
pub(crate) fn agent(patience: Duration) -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_global(Some(patience))
        .timeout_connect(Some(patience.min(Duration::from_secs(5))))
        .http_status_as_error(false)
        .max_redirects(0)
        .user_agent("ejia")
        .build()
        .new_agent()
}

/// Status and body of an answer, or why there is none.
pub(crate) fn answer(answer: Result<Response<Body>, ureq::Error>) -> Result<(u16, String), CarryFault> {
    let mut answer = answer.map_err(|fault| line_fault(&fault))?;
    let body = answer.body_mut().with_config().limit(ANSWER_BYTES).read_to_string();
    Ok((answer.status().as_u16(), body.map_err(|fault| CarryFault::Unknown(told(&fault)))?))
}

/// What a broken line means: before the question was out nothing can have been taken.
fn line_fault(fault: &ureq::Error) -> CarryFault {
    use std::io::ErrorKind;
    let never_asked = match fault {
        ureq::Error::Timeout(ureq::Timeout::Resolve | ureq::Timeout::Connect)
        | ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::BadUri(_)
        | ureq::Error::Tls(_)
        | ureq::Error::Rustls(_) => true,
        ureq::Error::Io(fault) => matches!(
            fault.kind(),
            ErrorKind::ConnectionRefused | ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable
        ),
        _ => false,
    };
    if never_asked { CarryFault::Unreachable(told(fault)) } else { CarryFault::Unknown(told(fault)) }
}

/// A fault in words that hold no address and so no phone number.
fn told(fault: &ureq::Error) -> String {
    match fault {
        ureq::Error::Timeout(stage) => format!("time-out ({stage})"),
        ureq::Error::Io(fault) => format!("line broken ({:?})", fault.kind()),
        ureq::Error::HostNotFound => "host not found".to_owned(),
        ureq::Error::ConnectionFailed => "no connection".to_owned(),
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => "no trusted connection".to_owned(),
        ureq::Error::BodyExceedsLimit(_) => "answer too long".to_owned(),
        _ => "broken answer".to_owned(),
    }
}
