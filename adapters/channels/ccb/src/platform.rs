//! The merchant platform 外联平台: one XML question, one XML answer, over the bank's client on the intranet.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant as Since};

use ejia_kernel::{Clock, Instant};
use ejia_payments::ChannelFault;
use ejia_wire::xml::{self, Element};
use ejia_wire::{CallFault, Caller, Charset};

use crate::CcbSettings;

/// What the platform says when all is well.
pub(crate) const WELL: &str = "000000";
/// What it says when there is no such flow (流水记录不存在); both have been seen.
pub(crate) const NO_SUCH_FLOW: [&str; 2] = ["YDCA02910001", "0250E0200001"];
/// The most an answer may hold.
const ANSWER_BYTES: u64 = 4 * 1024 * 1024;

/// The platform with our place in it.
pub(crate) struct Platform {
    address: String,
    merchant: String,
    user: String,
    password: String,
    patience: Duration,
    caller: Caller,
    clock: Clock,
    count: AtomicU16,
}

/// An answer: its code, and TX_INFO when there is one.
pub(crate) struct Answer {
    pub(crate) code: String,
    pub(crate) info: Element,
}

impl Platform {
    pub(crate) fn new(settings: &CcbSettings, clock: Clock) -> Self {
        Self {
            address: settings.platform.clone(),
            merchant: settings.merchant.clone(),
            user: settings.user.clone(),
            password: settings.password.clone(),
            patience: settings.patience,
            caller: Caller::patient_for(settings.patience),
            clock,
            count: AtomicU16::new(0),
        }
    }

    pub(crate) fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Asks. [`ChannelFault::Unreachable`] when the question certainly was not sent, else [`ChannelFault::Unknown`].
    pub(crate) fn ask(&self, code: &str, fields: &[(&str, &str)]) -> Result<Answer, ChannelFault> {
        let serial = self.serial();
        let question = self.question(&serial, code, fields);
        let question = Charset::Gbk.encode(&question);
        let answer = match self.address.strip_prefix("tcp://") {
            Some(place) => self.over_socket(place, &question),
            None => self.over_http(&question),
        };
        let answer = answer.map_err(|fault| match fault {
            CallFault::NotSent(why) => ChannelFault::Unreachable(why),
            CallFault::Unknown(why) => ChannelFault::Unknown(why),
        })?;
        let broken = |what: &str| ChannelFault::Unknown(format!("ccb.{what}"));
        let root =
            Charset::Gbk.decode(&answer).and_then(|text| Element::read(&text)).ok_or_else(|| broken("answer"))?;
        // An answer to another question, as a mixed-up line would give, says nothing about this one.
        if root.name() != "TX" || root.text("REQUEST_SN") != serial {
            return Err(broken("answer_to_another"));
        }
        let code = plain(root.text("RETURN_CODE"));
        if code.is_empty() {
            return Err(broken("answer"));
        }
        Ok(Answer { code, info: root.child("TX_INFO").cloned().unwrap_or_default() })
    }

    /// The same for a question that does nothing: whatever goes wrong, it can be asked again.
    pub(crate) fn look_up(&self, code: &str, fields: &[(&str, &str)]) -> Result<Answer, ChannelFault> {
        self.ask(code, fields).map_err(|fault| match fault {
            ChannelFault::Unknown(why) => ChannelFault::Unreachable(why),
            other => other,
        })
    }

    /// REQUEST_SN: 16 digits, never the same twice.
    fn serial(&self) -> String {
        let count = self.count.fetch_add(1, Ordering::Relaxed) % 1000;
        format!("{:013}{count:03}", self.now().ms().rem_euclid(10_000_000_000_000))
    }

    fn question(&self, serial: &str, code: &str, fields: &[(&str, &str)]) -> String {
        let mut text = String::with_capacity(1024);
        text.push_str("<?xml version=\"1.0\" encoding=\"GB18030\" standalone=\"yes\" ?><TX>");
        for (name, value) in [
            ("REQUEST_SN", serial),
            ("CUST_ID", &self.merchant),
            ("USER_ID", &self.user),
            ("PASSWORD", &self.password),
            ("TX_CODE", code),
            ("LANGUAGE", "CN"),
        ] {
            xml::write(&mut text, name, value);
        }
        text.push_str("<TX_INFO>");
        for (name, value) in fields {
            xml::write(&mut text, name, value);
        }
        // The bank's client signs and fills these in.
        text.push_str("</TX_INFO><SIGN_INFO></SIGN_INFO><SIGNCERT></SIGNCERT></TX>");
        text
    }

    fn over_http(&self, question: &[u8]) -> Result<Vec<u8>, CallFault> {
        let reply = self.caller.post(&self.address, "text/xml; charset=GB18030", question, ANSWER_BYTES)?;
        if reply.status == 200 { Ok(reply.body) } else { Err(CallFault::Unknown(format!("HTTP {}", reply.status))) }
    }

    /// The question, the end of sending, the answer to its end.
    fn over_socket(&self, place: &str, question: &[u8]) -> Result<Vec<u8>, CallFault> {
        let began = Since::now();
        let not_sent = |what: &str| CallFault::NotSent(what.to_owned());
        let unknown = |fault: &std::io::Error| CallFault::Unknown(format!("line broken ({:?})", fault.kind()));
        let place = place
            .to_socket_addrs()
            .ok()
            .and_then(|mut places| places.next())
            .ok_or_else(|| not_sent("host not found"))?;
        let mut line = TcpStream::connect_timeout(&place, self.patience.min(Duration::from_secs(5)))
            .map_err(|_| not_sent("no connection"))?;
        line.set_write_timeout(Some(self.patience)).map_err(|_| not_sent("no time-out"))?;
        line.write_all(question).map_err(|fault| unknown(&fault))?;
        line.shutdown(std::net::Shutdown::Write).map_err(|fault| unknown(&fault))?;
        let mut answer = Vec::new();
        let mut chunk = [0; 8192];
        loop {
            let left = self.patience.saturating_sub(began.elapsed());
            if left.is_zero() || u64::try_from(answer.len()).is_ok_and(|length| length > ANSWER_BYTES) {
                return Err(CallFault::Unknown("time-out, or answer too long".to_owned()));
            }
            line.set_read_timeout(Some(left)).map_err(|fault| unknown(&fault))?;
            match line.read(&mut chunk) {
                Ok(0) => return Ok(answer),
                Ok(count) => answer.extend_from_slice(chunk.get(..count).unwrap_or_default()),
                Err(fault) if fault.kind() == ErrorKind::Interrupted => {}
                Err(fault) => return Err(unknown(&fault)),
            }
        }
    }
}

/// A code as it may stand in a log: letters and digits.
pub(crate) fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).take(12).collect()
}
