//! What reaches the sink and what does not.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use ejia_db::{Desk, TestDatabase};
use ejia_kernel::{Clock, Instant, Problem, Vault};
use ejia_wire::xml::Element;
use tower::ServiceExt;

use super::wire::{listening, on_both, on_sqlite};
use crate::callback::{self, Event, Notice, Sink};
use crate::{AccountSettings, AesKey, Writing, chance, signature};

const TOKEN: &str = "QDG6eK";
const APP: &str = "wx49f0ab532d5d035a";
const PATH: &str = "/notify/wechat";

fn key() -> AesKey {
    AesKey::parse("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C").unwrap()
}

/// The product's address, and what it has heard.
struct Door {
    desk: Desk,
    settings: AccountSettings,
    sink: Sink,
    heard: Arc<Mutex<Vec<Notice>>>,
}

impl Door {
    fn new(desk: &Desk, writing: Writing) -> Self {
        let heard = Arc::default();
        let settings = AccountSettings::new(APP, "secret", TOKEN, writing);
        Self { desk: desk.clone(), settings, sink: listening(&heard), heard }
    }

    fn ask(&self, request: Request<Body>) -> (u16, String) {
        let router = callback::router(PATH, &self.desk, &self.settings, Arc::clone(&self.sink));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let answer = router.oneshot(request).await.unwrap();
            let status = answer.status().as_u16();
            let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
            (status, String::from_utf8(body.to_vec()).unwrap())
        })
    }

    fn post(&self, query: &str, body: &str) -> (u16, String) {
        self.ask(Request::post(format!("{PATH}?{query}")).body(Body::from(body.to_owned())).unwrap())
    }

    fn heard(&self) -> Vec<Event> {
        self.heard.lock().unwrap().drain(..).map(|notice| notice.event).collect()
    }
}

/// A call's query, signed with this token at this moment.
fn query(token: &str, at: Instant) -> String {
    let timestamp = at.ms().div_euclid(1000).to_string();
    let signature = signature::of_call(token, &timestamp, "n0nce");
    format!("signature={signature}&timestamp={timestamp}&nonce=n0nce&openid=oA")
}

/// The same for an encrypted message.
fn sealed_query(token: &str, at: Instant, sealed: &str) -> String {
    let timestamp = at.ms().div_euclid(1000).to_string();
    let signature = signature::of_message(token, &timestamp, "n0nce", sealed);
    format!("{}&encrypt_type=aes&msg_signature={signature}", query(token, at))
}

fn event(name: &str) -> String {
    format!(
        "<xml><ToUserName>gh_1</ToUserName><FromUserName>oA</FromUserName><CreateTime>1773968400</CreateTime>\
         <MsgType>event</MsgType><Event>{name}</Event></xml>"
    )
}

fn seal(message: &str) -> String {
    key().seal(APP, chance::bytes(), message).unwrap()
}

fn envelope(sealed: &str) -> String {
    format!("<xml><ToUserName>gh_1</ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>")
}

#[test]
fn the_address_proves_itself_with_the_known_signature() {
    let database = TestDatabase::sqlite(&[]);
    let clock = Clock::starting_at(Instant::from_ms(1_400_000_000_000));
    let desk = Desk::open(&database.url, Vault::new([7; 32]), clock).unwrap();
    let mut door = Door::new(&desk, Writing::Clear);
    door.settings.token = "weixin".to_owned();
    let get = |query: String| door.ask(Request::get(format!("{PATH}?{query}")).body(Body::empty()).unwrap());
    let good = "signature=875a69133d16cbff6ea27d08c672735014201f75&timestamp=1400000000&nonce=123456";
    assert_eq!(get(format!("{good}&echostr=5837397576505")), (200, "5837397576505".to_owned()));
    assert_eq!(get(good.to_owned()).0, 400);
    assert_eq!(get(format!("{good}&echostr={}", "9".repeat(200))).0, 400);
    assert_eq!(get(format!("{}&echostr=1", good.replace("875a", "975a"))).0, 403);
    assert_eq!(get(format!("{}&echostr=1", good.replace("123456", "123457"))).0, 403);
    assert_eq!(get("echostr=1".to_owned()).0, 403);
    assert_eq!(get(format!("{good}&echostr=1&nonce=123456")).0, 400);
    desk.clock().set(desk.now().plus(Duration::from_secs(301)));
    assert_eq!(get(format!("{good}&echostr=1")).0, 403);
}

#[test]
fn a_call_in_clear_is_taken_when_clear_is_agreed_on() {
    on_both(|desk| {
        let [clear, both, encrypted] = [Writing::Clear, Writing::Both(key()), Writing::Encrypted(key())];
        for writing in [clear, both] {
            let door = Door::new(desk, writing);
            assert_eq!(door.post(&query(TOKEN, desk.now()), &event("unsubscribe")), (200, "success".to_owned()));
            assert_eq!(door.heard(), [Event::Unsubscribed]);
        }
        let door = Door::new(desk, encrypted);
        assert_eq!(door.post(&query(TOKEN, desk.now()), &event("unsubscribe")).0, 403);
        assert_eq!(door.heard(), []);
    });
}

#[test]
fn an_encrypted_call_is_taken_and_its_answer_is_encrypted() {
    on_both(|desk| {
        for writing in [Writing::Both(key()), Writing::Encrypted(key())] {
            let door = Door::new(desk, writing);
            let sealed = seal(&event("subscribe"));
            let (status, body) = door.post(&sealed_query(TOKEN, desk.now(), &sealed), &envelope(&sealed));
            assert_eq!(status, 200);
            assert_eq!(door.heard(), [Event::Subscribed { scene: None }]);
            let answer = Element::read(&body).unwrap();
            let part = |name| answer.text(name).to_owned();
            let expected = signature::of_message(TOKEN, &part("TimeStamp"), &part("Nonce"), &part("Encrypt"));
            assert_eq!(part("MsgSignature"), expected);
            let inside = Element::read(&key().open(APP, &part("Encrypt")).unwrap()).unwrap();
            let told = ["ToUserName", "FromUserName", "MsgType", "Content"].map(|name| inside.text(name));
            assert_eq!(told, ["oA", "gh_1", "text", "欢迎关注 <党建e家>"]);
        }
    });
}

#[test]
fn what_stands_in_clear_beside_an_encrypted_part_is_not_believed() {
    on_sqlite(|desk| {
        let door = Door::new(desk, Writing::Both(key()));
        let sealed = seal(&event("unsubscribe"));
        let body = event("subscribe").replace("</xml>", &format!("<Encrypt>{sealed}</Encrypt></xml>"));
        assert_eq!(door.post(&sealed_query(TOKEN, desk.now(), &sealed), &body).0, 200);
        assert_eq!(door.heard(), [Event::Unsubscribed]);
        // A signature in clear does not make up for one that is missing.
        assert_eq!(door.post(&query(TOKEN, desk.now()), &body).0, 403);
        assert_eq!(door.heard(), []);
    });
}

#[test]
fn forged_stale_and_foreign_calls_reach_nobody() {
    on_sqlite(|desk| {
        let door = Door::new(desk, Writing::Encrypted(key()));
        let now = desk.now();
        let sealed = seal(&event("subscribe"));
        let post = |query: &str, sealed: &str| door.post(query, &envelope(sealed)).0;
        assert_eq!(post(&sealed_query("other", now, &sealed), &sealed), 403);
        assert_eq!(post("", &sealed), 403);
        for late in [now.minus(Duration::from_secs(302)), now.plus(Duration::from_secs(302))] {
            assert_eq!(post(&sealed_query(TOKEN, late, &sealed), &sealed), 403);
        }
        // Signed for another message; for none; sealed for another account; sealed with another key.
        assert_eq!(post(&sealed_query(TOKEN, now, &seal("<xml/>")), &sealed), 403);
        assert_eq!(post(&query(TOKEN, now), &sealed), 403);
        let foreign = key().seal("wx0000000000000000", [1; 16], &event("subscribe")).unwrap();
        assert_eq!(post(&sealed_query(TOKEN, now, &foreign), &foreign), 403);
        let other_key = AesKey::parse(&"k".repeat(43)).unwrap().seal(APP, [1; 16], &event("subscribe")).unwrap();
        assert_eq!(post(&sealed_query(TOKEN, now, &other_key), &other_key), 403);
        assert_eq!(door.heard(), []);
    });
}

#[test]
fn rubbish_is_refused_before_it_reaches_anybody() {
    on_sqlite(|desk| {
        let door = Door::new(desk, Writing::Clear);
        let query = query(TOKEN, desk.now());
        let entity =
            "<!DOCTYPE xml [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><xml><FromUserName>&a;</FromUserName></xml>";
        let bodies =
            ["", "{}", "<xml>", "<html></html>", entity, "<xml><Encrypt>AAAA</Encrypt></xml>", &event(""), "\u{0}"];
        for body in bodies {
            assert_eq!(door.post(&query, body).0, 400, "{body}");
        }
        assert_eq!(door.post(&format!("{query}&nonce=twice"), &event("subscribe")).0, 400);
        let invalid = Request::post(format!("{PATH}?{query}")).body(Body::from(vec![b'<', 0xff, 0xfe])).unwrap();
        assert_eq!(door.ask(invalid).0, 400);
        assert_eq!(door.post(&query, &" ".repeat(65 * 1024)).0, 413);
        assert_eq!(door.heard(), []);
        let encrypted = Door::new(desk, Writing::Encrypted(key()));
        let sealed = seal("no document");
        assert_eq!(encrypted.post(&sealed_query(TOKEN, desk.now(), &sealed), &envelope(&sealed)).0, 400);
    });
}

#[test]
fn what_could_not_be_kept_is_asked_for_again() {
    on_sqlite(|desk| {
        let mut door = Door::new(desk, Writing::Clear);
        door.sink = Arc::new(|_, _| Err(Problem::busy()));
        assert_eq!(door.post(&query(TOKEN, desk.now()), &event("subscribe")).0, 503);
    });
}

#[test]
fn the_same_event_has_the_same_key_however_often_it_comes() {
    on_sqlite(|desk| {
        let door = Door::new(desk, Writing::Encrypted(key()));
        for _ in 0..2 {
            let sealed = seal(&event("subscribe"));
            let query = sealed_query(TOKEN, desk.now(), &sealed);
            assert_eq!(door.post(&query, &envelope(&sealed)).0, 200);
        }
        let keys: Vec<String> = door.heard.lock().unwrap().iter().map(|notice| notice.key.clone()).collect();
        assert_eq!(keys[0], keys[1]);
    });
}
