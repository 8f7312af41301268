//! One blocking HTTP call, and what a broken line means: was the question sent or not?

use std::io::ErrorKind;
use std::time::Duration;

/// How long the whole of a call may take.
const PATIENCE: Duration = Duration::from_secs(25);
/// How long finding and reaching the other side may take.
const CONNECT: Duration = Duration::from_secs(5);

/// Why a call brought no answer. The texts hold no address and nothing of what was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallFault {
    /// The question was certainly not sent: nothing can have been done.
    NotSent(String),
    /// It may have been sent: nobody knows whether it was done.
    Unknown(String),
}

/// An answer, whatever its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// `Content-Type`, empty when there is none.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
}

/// Makes calls: no redirects, no proxy, no connection kept, so that a broken line is never an old one.
#[derive(Clone, Debug)]
pub struct Caller {
    agent: ureq::Agent,
}

impl Default for Caller {
    fn default() -> Self {
        Self::new()
    }
}

impl Caller {
    /// With the patience for gateways: 5 seconds to connect, 25 in all.
    pub fn new() -> Self {
        Self::patient_for(PATIENCE)
    }

    /// With another patience in all.
    pub fn patient_for(patience: Duration) -> Self {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(patience))
            .timeout_connect(Some(patience.min(CONNECT)))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_idle_connections(0)
            .proxy(None)
            .user_agent("ejia")
            .build()
            .new_agent();
        Self { agent }
    }

    /// `GET`; the answer may hold so many bytes.
    ///
    /// # Errors
    /// [`CallFault`].
    pub fn get(&self, address: &str, limit: u64) -> Result<Reply, CallFault> {
        read(self.agent.get(address).call(), limit)
    }

    /// `POST` of these bytes; the answer may hold so many.
    ///
    /// # Errors
    /// [`CallFault`].
    pub fn post(&self, address: &str, content_type: &str, body: &[u8], limit: u64) -> Result<Reply, CallFault> {
        self.post_with(address, &[("content-type", content_type)], body, limit)
    }

    /// The same with these headers.
    ///
    /// # Errors
    /// [`CallFault`].
    pub fn post_with(
        &self,
        address: &str,
        headers: &[(&str, &str)],
        body: &[u8],
        limit: u64,
    ) -> Result<Reply, CallFault> {
        let call = self.agent.post(address);
        let call = headers.iter().fold(call, |call, (name, value)| call.header(*name, *value));
        read(call.send(body), limit)
    }
}

fn read(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>, limit: u64) -> Result<Reply, CallFault> {
    let mut answer = answer.map_err(|fault| line_fault(&fault))?;
    let content_type = answer.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let content_type = content_type.to_owned();
    let body = answer.body_mut().with_config().limit(limit).read_to_vec();
    let body = body.map_err(|fault| CallFault::Unknown(told(&fault)))?;
    Ok(Reply { status: answer.status().as_u16(), content_type, body })
}

/// What a broken line means: before there was a connection nothing can have been sent.
fn line_fault(fault: &ureq::Error) -> CallFault {
    let never_sent = match fault {
        ureq::Error::Timeout(ureq::Timeout::Resolve | ureq::Timeout::Connect)
        | ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::BadUri(_)
        | ureq::Error::Http(_)
        | ureq::Error::Tls(_)
        | ureq::Error::Rustls(_) => true,
        ureq::Error::Io(fault) => matches!(
            fault.kind(),
            ErrorKind::ConnectionRefused | ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable
        ),
        _ => false,
    };
    if never_sent { CallFault::NotSent(told(fault)) } else { CallFault::Unknown(told(fault)) }
}

fn told(fault: &ureq::Error) -> String {
    match fault {
        ureq::Error::Timeout(stage) => format!("time-out ({stage})"),
        ureq::Error::Io(fault) => format!("line broken ({:?})", fault.kind()),
        ureq::Error::HostNotFound => "host not found".to_owned(),
        ureq::Error::ConnectionFailed => "no connection".to_owned(),
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => "not an address".to_owned(),
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => "no trusted connection".to_owned(),
        ureq::Error::BodyExceedsLimit(_) => "answer too long".to_owned(),
        _ => "broken answer".to_owned(),
    }
}

/// The origin of an address: `https://host:port`, the port only when it is written.
pub fn origin(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty() && !host.contains('@'))?;
    matches!(scheme, "http" | "https").then(|| format!("{scheme}://{host}"))
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;

    /// A listener that takes one call, reads some of it and answers with these bytes.
    fn one_answer(answer: &'static [u8]) -> String {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = format!("http://{}/x", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            let (mut line, _) = listener.accept().unwrap();
            let _ = line.read(&mut [0; 4096]);
            if answer.is_empty() {
                std::thread::sleep(Duration::from_millis(600));
            }
            let _ = line.write_all(answer);
        });
        address
    }

    #[test]
    fn an_answer_is_handed_over_whatever_its_status() {
        let address = one_answer(b"HTTP/1.1 502 Bad\r\ncontent-type: text/x\r\ncontent-length: 2\r\n\r\nno");
        let reply = Caller::new().post(&address, "text/plain", b"a=1", 100).unwrap();
        assert_eq!(reply, Reply { status: 502, content_type: "text/x".to_owned(), body: b"no".to_vec() });
    }

    #[test]
    fn what_was_never_sent_is_told_from_what_nobody_knows() {
        let closed = {
            let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
            format!("http://{}/", listener.local_addr().unwrap())
        };
        let caller = Caller::patient_for(Duration::from_millis(300));
        assert!(matches!(caller.get(&closed, 10), Err(CallFault::NotSent(_))));
        assert!(matches!(caller.get("not an address", 10), Err(CallFault::NotSent(_))));
        assert!(matches!(caller.get(&one_answer(b""), 10), Err(CallFault::Unknown(_))));
        assert!(matches!(caller.get(&one_answer(b"HTTP/1.1 200"), 10), Err(CallFault::Unknown(_))));
        let long = one_answer(b"HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n01234567890123456789");
        assert_eq!(caller.get(&long, 10), Err(CallFault::Unknown("answer too long".to_owned())));
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        assert_eq!(origin("http://127.0.0.1:8600/a?b#c"), Some("http://127.0.0.1:8600".to_owned()));
        assert_eq!(origin("https://openapi.alipay.com/gateway.do"), Some("https://openapi.alipay.com".to_owned()));
        assert_eq!(origin("https://user@host/"), None);
        assert_eq!(origin("javascript:alert(1)"), None);
        assert_eq!(origin("ftp://host/"), None);
    }
}
