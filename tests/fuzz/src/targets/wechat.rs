//! The address that WeChat calls: unsigned, signed in clear, and sealed.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use ejia_wechat::{AccountSettings, AesKey, Writing, callback};
use ejia_wire::{base64, hex, percent_encode, sha1};

use crate::ground::{Answer, Ground};

const TOKEN: &str = "fuzzTokenEjia";
/// The moment at which the clock of a test's database stands, in seconds.
const NOW: &str = "1773968400";

thread_local! {
    static GROUND: Ground = Ground::new(&[], |database| {
        let key = AesKey::parse("sandboxEjiaSandboxEjiaSandboxEjiaSandboxEjB");
        let writing = key.map_or(Writing::Clear, Writing::Both);
        let settings = AccountSettings::new("wx5a6e646f78656a69", "secret", TOKEN, writing);
        let sink: callback::Sink = Arc::new(|_, notice| {
            assert!(notice.key.len() == 64 && !notice.key.contains(notice.from.expose()), "a key that names somebody");
            Ok(Some("收到".to_owned()))
        });
        callback::router("/notify/wechat", &database.desk, &settings, sink)
    });
}

/// The first byte says who calls; what follows is the body, for a stranger with the query in its first line.
pub(super) fn called(bytes: &[u8]) {
    let Some((who, rest)) = bytes.split_first() else { return };
    match who % 3 {
        0 => {
            let (query, body) = rest.split_at(rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()));
            let query: String = query.iter().filter(|byte| byte.is_ascii_graphic()).map(|b| char::from(*b)).collect();
            let Some(answer) = call(&query, body) else { return };
            assert!(matches!(answer.status.as_u16(), 400 | 403), "a stranger was answered {}", answer.status);
        }
        1 => taken_or_refused(call(&signed(), rest)),
        _ => {
            // Any bytes as ciphertext, well signed: they must fit key, padding, length and account.
            let sealed = base64(rest);
            let query = format!("{}&encrypt_type=aes&msg_signature={}", signed(), sign(&[TOKEN, NOW, "n", &sealed]));
            taken_or_refused(call(&query, format!("<xml><Encrypt>{sealed}</Encrypt></xml>").as_bytes()));
        }
    }
}

fn taken_or_refused(answer: Option<Answer>) {
    let Some(answer) = answer else { return };
    assert!(matches!(answer.status.as_u16(), 200 | 400 | 403 | 413), "{}", answer.status);
}

fn call(query: &str, body: &[u8]) -> Option<Answer> {
    let request = Request::post(format!("/notify/wechat?{query}")).body(Body::from(body.to_vec()));
    GROUND.with(|ground| ground.send(request))
}

fn signed() -> String {
    format!("signature={}&timestamp={NOW}&nonce=n", sign(&[TOKEN, NOW, "n"]))
}

fn sign(parts: &[&str]) -> String {
    let mut parts = parts.to_vec();
    parts.sort_unstable();
    hex(&sha1(parts.concat().as_bytes()))
}

pub(super) fn calls() -> Vec<Vec<u8>> {
    let head = "<ToUserName>gh_1</ToUserName><FromUserName><![CDATA[oA-b_1]]></FromUserName><CreateTime>1773968400</CreateTime>";
    let event = |inside: &str| format!("<xml>{head}<MsgType>event</MsgType>{inside}</xml>");
    let stranger = format!(
        "signature={}&timestamp={NOW}&nonce=n&echostr={}",
        "0".repeat(40),
        percent_encode("好", ejia_wire::Charset::Utf8)
    );
    [
        (1, event("<Event>subscribe</Event><EventKey>qrscene_hall-3</EventKey><Ticket>T</Ticket>")),
        (1, event("<Event>TEMPLATESENDJOBFINISH</Event><MsgID>2</MsgID><Status>failed:user block</Status>")),
        (1, format!("<xml>{head}<MsgType>text</MsgType><Content>党费 &lt;多少&gt;</Content><MsgId>7</MsgId></xml>")),
        (0, format!("{stranger}\n{}", event("<Event>unsubscribe</Event>"))),
        (2, "0123456789abcdef0123456789abcdef".to_owned()),
    ]
    .map(|(who, text)| [&[who], text.as_bytes()].concat())
    .into()
}
