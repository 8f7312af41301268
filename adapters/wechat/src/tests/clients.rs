//! Other hands' clients of the same protocol: wechatpy (Python) and @wecom/crypto (Node, Tencent's own), on our callback
//! and our sandbox.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use ejia_kernel::OpenId;
use ejia_wire::xml::Element;
use serde_json::{Value, json};

use super::wire::{Server, TEMPLATE, Wire, listening, on_sqlite};
use crate::callback::{self, Event, Notice};
use crate::sandbox::Sandbox;
use crate::{AccountSettings, AesKey, Writing, signature};

const TOKEN: &str = "QDG6eK";
const KEY: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";
const APP: &str = "wx49f0ab532d5d035a";

fn tree() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Runs a client with a task; its answer.
fn ask(program: &Path, script: &str, task: &Value) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(script);
    let mut client = Command::new(program)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|fault| panic!("{}: {fault}; scripts/setup.sh tests installs it", program.display()));
    client.stdin.take().unwrap().write_all(task.to_string().as_bytes()).unwrap();
    let output = client.wait_with_output().unwrap();
    assert!(output.status.success(), "the client gave up");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn python() -> PathBuf {
    tree().join("target/clients/bin/python")
}

/// The product's callback, what it has heard, and an encrypted answer of its own.
struct Door {
    product: Server,
    heard: Arc<Mutex<Vec<Notice>>>,
    timestamp: String,
}

impl Door {
    fn new(desk: &ejia_db::Desk) -> Self {
        let heard = Arc::default();
        let writing = Writing::Encrypted(AesKey::parse(KEY).unwrap());
        let settings = AccountSettings::new(APP, "secret", TOKEN, writing);
        let router = callback::router("/notify/wechat", desk, &settings, listening(&heard));
        let timestamp = desk.now().ms().div_euclid(1000).to_string();
        Self { product: Server::bind().serve(router), heard, timestamp }
    }

    fn call(&self) -> Value {
        let signature = signature::of_call(TOKEN, &self.timestamp, "n0nce");
        json!({ "timestamp": self.timestamp, "nonce": "n0nce", "signature": signature })
    }

    /// Hands in an encrypted message; the parts of the answer.
    fn take(&self, sealed: &str, msg_signature: &str) -> Value {
        let signature = signature::of_call(TOKEN, &self.timestamp, "n0nce");
        let address = format!(
            "{}/notify/wechat?signature={signature}&timestamp={}&nonce=n0nce&encrypt_type=aes&msg_signature={msg_signature}",
            self.product.origin(),
            self.timestamp
        );
        let body = format!("<xml><ToUserName>gh_1</ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>");
        let body = ureq::post(address).send(body).unwrap().body_mut().read_to_string().unwrap();
        let answer = Element::read(&body).unwrap();
        let part = |name| answer.text(name);
        json!({
            "body": body, "sealed": part("Encrypt"), "signature": part("MsgSignature"),
            "timestamp": part("TimeStamp"), "nonce": part("Nonce"),
        })
    }

    /// An answer of ours to a message of our own.
    fn own(&self) -> Value {
        let sealed = AesKey::parse(KEY).unwrap().seal(APP, [9; 16], &message("oA")).unwrap();
        self.take(&sealed, &signature::of_message(TOKEN, &self.timestamp, "n0nce", &sealed))
    }

    /// Whose following was heard last.
    fn last(&self) -> OpenId {
        let notice = self.heard.lock().unwrap().last().cloned().unwrap();
        assert_eq!(notice.event, Event::Subscribed { scene: None });
        notice.from
    }
}

fn message(open_id: &str) -> String {
    format!(
        "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[{open_id}]]></FromUserName>\
         <CreateTime>1773968400</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[subscribe]]></Event>\
         <EventKey><![CDATA[]]></EventKey></xml>"
    )
}

#[test]
fn wechatpy_reads_our_answers_and_is_read_by_us() {
    on_sqlite(|desk| {
        let door = Door::new(desk);
        let task = json!({
            "token": TOKEN, "key": KEY, "app_id": APP, "call": door.call(), "reply": door.own(),
            "message": message("oFromPython"),
        });
        let answer = ask(&python(), "wechatpy_seal.py", &task);
        assert_eq!(answer["reply"], "欢迎关注 <党建e家>");
        let sealed = Element::read(answer["sealed"].as_str().unwrap()).unwrap();
        door.take(sealed.text("Encrypt"), sealed.text("MsgSignature"));
        assert_eq!(door.last().expose(), "oFromPython");
    });
}

#[test]
fn wecom_crypto_reads_our_answers_and_is_read_by_us() {
    on_sqlite(|desk| {
        let door = Door::new(desk);
        let page = json!({ "ticket": "t1cket", "timestamp": "1414587457", "address": "http://a.example/?b=c" });
        let task = json!({
            "token": TOKEN, "key": KEY, "app_id": APP, "call": door.call(), "reply": door.own(),
            "message": message("oFromNode"), "page": page,
        });
        let answer = ask(Path::new("node"), "wecom_seal.mjs", &task);
        assert!(answer["reply"].as_str().unwrap().contains("欢迎关注 <党建e家>"));
        door.take(answer["sealed"].as_str().unwrap(), answer["signature"].as_str().unwrap());
        assert_eq!(door.last().expose(), "oFromNode");
        assert_eq!(answer["page"], signature::of_page("t1cket", "n0nce", "1414587457", "http://a.example/?b=c"));
    });
}

/// What the account's client is to do.
fn errands(wire: &Wire, reader: &OpenId) -> Value {
    let AccountSettings { app_id, app_secret, api, .. } = wire.settings();
    json!({
        "base": api, "app_id": app_id, "secret": app_secret, "openid": reader.expose(), "template": TEMPLATE,
        "page": { "timestamp": "1414587457", "address": "https://ejia.example/wechat" },
        "back": format!("{}/wechat/oauth", wire.product.origin()),
    })
}

#[test]
fn wechatpy_does_business_with_the_sandbox() {
    on_sqlite(|desk| {
        let wire = Wire::new(desk);
        let reader = wire.follower("u1");
        let answer = ask(&python(), "wechatpy_account.py", &errands(&wire, &reader));
        let code = |name: &str| answer[name].as_i64().unwrap();
        let number = answer["number"].as_str().unwrap().to_owned();
        assert_eq!(wire.events(2)[1], Event::PushEnded { number, failure: None });
        assert!(wire.sandbox.messages("u1").iter().any(|shown| shown.text.contains("会议：党员大会")));
        assert_eq!((code("stranger"), code("template")), (40003, 40037));
        assert_eq!((code("no_menu"), &answer["menu"], code("long_name")), (46003, &json!("交党费"), 40018));
        assert_eq!((code("used"), code("secret")), (40163, 40125));
        assert_eq!(answer["openid"], reader.expose());
        let ticket = wire.sandbox.ticket().unwrap();
        assert_eq!(answer["page"], signature::of_page(&ticket, "n0nce", "1414587457", "https://ejia.example/wechat"));
        assert!(scanned(&wire.sandbox, answer["ticket"].as_str().unwrap()));
        let back = format!("{}/wechat/oauth", wire.product.origin());
        let ours = wire.client().authorize_address(&back, "s7a7e").replace(&wire.settings().open, "");
        let theirs = answer["authorize"].as_str().unwrap().replace("https://open.weixin.qq.com", "");
        assert_eq!(ours, theirs);
    });
}

fn scanned(sandbox: &Sandbox, ticket: &str) -> bool {
    sandbox.scan("u1", ticket).unwrap().is_some()
}
