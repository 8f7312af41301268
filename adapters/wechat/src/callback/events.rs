//! What the service tells: messages and events, as values.

use ejia_kernel::{Instant, OpenId};
use ejia_wire::sha256_hex;
use ejia_wire::xml::Element;

/// What the service puts before the scene of a code that made somebody follow.
const BY_CODE: &str = "qrscene_";

/// A message or an event, once for each time it comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The same for the same message or event however often it comes. It tells nothing of the person.
    pub key: String,
    /// Whose it is.
    pub from: OpenId,
    /// When the service says that it happened.
    pub at: Instant,
    /// What it is.
    pub event: Event,
}

/// What has happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Somebody follows the account now.
    Subscribed {
        /// The scene of the code that he scanned for it.
        scene: Option<String>,
    },
    /// Somebody follows it no more.
    Unsubscribed,
    /// A follower scanned a code.
    Scanned {
        /// Its scene.
        scene: String,
    },
    /// A follower touched a button of the menu that tells a key.
    Clicked {
        /// The key.
        key: String,
    },
    /// A follower touched a button that opens a page.
    Viewed {
        /// Its address.
        address: String,
    },
    /// A template message has arrived or was lost.
    PushEnded {
        /// The service's number of it.
        number: String,
        /// None when it has arrived, else the service's words.
        failure: Option<String>,
    },
    /// A follower wrote something.
    Wrote {
        /// What.
        text: String,
    },
    /// Anything else, by the service's name for it.
    Other {
        /// The name.
        name: String,
    },
}

impl Notice {
    /// Reads a message or an event. None when it has no sender, no time or no kind.
    pub(super) fn read(document: &Element) -> Option<Self> {
        let from = OpenId::parse(document.text("FromUserName")).ok()?;
        let seconds: i64 = document.text("CreateTime").parse().ok()?;
        let at = Instant::from_ms(seconds.checked_mul(1000)?);
        let kind = Some(document.text("MsgType")).filter(|kind| !kind.is_empty())?;
        let event = if kind == "event" { happened(document)? } else { said(document, kind) };
        let key = match (kind, document.text("MsgId")) {
            ("event", _) => of_event(document),
            (_, "") => return None,
            (_, number) => sha256_hex(format!("message\n{number}").as_bytes()),
        };
        Some(Self { key, from, at, event })
    }
}

/// An event has no number: sender, time and name stand for it. Two reports on template messages may share these.
fn of_event(document: &Element) -> String {
    let parts = ["FromUserName", "CreateTime", "Event", "MsgID"].map(|name| document.text(name));
    sha256_hex(format!("event\n{}", parts.join("\n")).as_bytes())
}

fn happened(document: &Element) -> Option<Event> {
    let key = || plain(document.text("EventKey"));
    Some(match document.text("Event") {
        "" => return None,
        "subscribe" => {
            let scene = key().strip_prefix(BY_CODE).map(str::to_owned).filter(|scene| !scene.is_empty());
            Event::Subscribed { scene }
        }
        "unsubscribe" => Event::Unsubscribed,
        "SCAN" => Event::Scanned { scene: key() },
        "CLICK" => Event::Clicked { key: key() },
        "VIEW" => Event::Viewed { address: key() },
        "TEMPLATESENDJOBFINISH" => {
            let number = Some(plain(document.text("MsgID"))).filter(|number| !number.is_empty())?;
            let status = plain(document.text("Status"));
            let failure = (status != "success").then_some(status);
            Event::PushEnded { number, failure }
        }
        name => Event::Other { name: plain(name) },
    })
}

fn said(document: &Element, kind: &str) -> Event {
    if kind == "text" {
        Event::Wrote { text: document.text("Content").to_owned() }
    } else {
        Event::Other { name: plain(kind) }
    }
}

/// Without control characters, and not longer than any word of the protocol is.
fn plain(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(1024).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(inside: &str) -> Option<Notice> {
        let head = "<ToUserName>gh_1</ToUserName><FromUserName><![CDATA[oA-b_1]]></FromUserName>\
                    <CreateTime>1773968400</CreateTime>";
        Notice::read(&Element::read(&format!("<xml>{head}{inside}</xml>")).unwrap())
    }

    fn event(name: &str, inside: &str) -> Event {
        read(&format!("<MsgType>event</MsgType><Event><![CDATA[{name}]]></Event>{inside}")).unwrap().event
    }

    #[test]
    fn each_event_is_read_as_what_it_is() {
        let key = |key: &str| format!("<EventKey><![CDATA[{key}]]></EventKey><Ticket>T</Ticket>");
        let subscribed = |scene: Option<&str>| Event::Subscribed { scene: scene.map(str::to_owned) };
        assert_eq!(event("subscribe", "<EventKey></EventKey>"), subscribed(None));
        assert_eq!(event("subscribe", &key("qrscene_hall-3")), subscribed(Some("hall-3")));
        assert_eq!(event("subscribe", &key("last_trade_no_42")), subscribed(None));
        assert_eq!(event("unsubscribe", ""), Event::Unsubscribed);
        assert_eq!(event("SCAN", &key("hall-3")), Event::Scanned { scene: "hall-3".to_owned() });
        assert_eq!(event("CLICK", &key("help")), Event::Clicked { key: "help".to_owned() });
        assert_eq!(event("VIEW", &key("https://a/?b&c")), Event::Viewed { address: "https://a/?b&c".to_owned() });
        let ended = |failure: Option<&str>| Event::PushEnded {
            number: "200163836".to_owned(),
            failure: failure.map(str::to_owned),
        };
        let report = |status: &str| {
            event("TEMPLATESENDJOBFINISH", &format!("<MsgID>200163836</MsgID><Status><![CDATA[{status}]]></Status>"))
        };
        assert_eq!(report("success"), ended(None));
        assert_eq!(report("failed:user block"), ended(Some("failed:user block")));
        assert_eq!(event("scancode_push", ""), Event::Other { name: "scancode_push".to_owned() });
        let wrote = read("<MsgType>text</MsgType><Content>党费 &lt;多少&gt;</Content><MsgId>7</MsgId>").unwrap();
        assert_eq!(wrote.event, Event::Wrote { text: "党费 <多少>".to_owned() });
        assert_eq!(wrote.at.rfc3339(), "2026-03-20T09:00:00+08:00");
        assert_eq!(wrote.from.expose(), "oA-b_1");
    }

    #[test]
    fn a_key_is_the_same_for_the_same_and_tells_no_name() {
        let key = |inside: &str| read(inside).unwrap().key;
        let message =
            |number: &str| key(&format!("<MsgType>text</MsgType><Content>a</Content><MsgId>{number}</MsgId>"));
        assert_eq!(message("7"), message("7"));
        assert_ne!(message("7"), message("8"));
        let happened = |name: &str, more: &str| key(&format!("<MsgType>event</MsgType><Event>{name}</Event>{more}"));
        assert_eq!(happened("subscribe", ""), happened("subscribe", "<Ticket>T</Ticket>"));
        assert_ne!(happened("subscribe", ""), happened("unsubscribe", ""));
        let report = |number: &str| {
            happened("TEMPLATESENDJOBFINISH", &format!("<MsgID>{number}</MsgID><Status>success</Status>"))
        };
        assert_ne!(report("1"), report("2"));
        assert!(message("7").len() == 64 && !happened("subscribe", "").contains("oA-b_1"));
    }

    #[test]
    fn what_says_nothing_is_not_read() {
        for inside in [
            "",
            "<MsgType>event</MsgType>",
            "<MsgType>text</MsgType><Content>no number</Content>",
            "<MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event><Status>success</Status>",
        ] {
            assert_eq!(read(inside), None, "{inside}");
        }
        let other = |text: &str| Notice::read(&Element::read(text).unwrap());
        assert_eq!(other("<xml><FromUserName>o</FromUserName><MsgType>event</MsgType><Event>x</Event></xml>"), None);
        let nobody = "<xml><FromUserName>o o</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType>\
                      <Event>x</Event></xml>";
        assert_eq!(other(nobody), None);
    }
}
