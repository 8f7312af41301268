//! What browsers and programs send: forms, uploads, cookies, addresses, and where a login is to go on.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use axum::http::request::Builder;
use ejia_db::{TestDatabase, Txn};
use ejia_kernel::{MemberId, OrganizationId, Problem, SessionId};
use ejia_web::{
    Answer, Asked, Call, Doorkeeper, Input, Member, MemberPortal, Officer, Reply, Routes, Site, Upload, local_path,
};
use ejia_wire::percent_decode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use crate::ground::{self, Ground};

const MEMBER: &str = "token-of-a-member";
const PAGE: &str = "/api/v1/member/page";

/// A form with one of everything that forms of the product have.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct Filled {
    name: String,
    phone: String,
    posts: Vec<String>,
    lost: bool,
    age: Option<u8>,
}

struct Keeper;

impl Doorkeeper for Keeper {
    fn member(&self, txn: &mut Txn<'_>, token: &str) -> Result<Option<Member>, Problem> {
        let session = (token == MEMBER).then(SessionId::random);
        Ok(session
            .map(|session| Member::admitted(MemberId::new(txn.now()), OrganizationId::random(), "林晓梅", session)))
    }

    fn officer(&self, _: &mut Txn<'_>, _: &str) -> Result<Option<Officer>, Problem> {
        Ok(None)
    }
}

async fn fill(_: Call<MemberPortal>, Input(filled): Input<Filled>) -> Answer<MemberPortal, Filled> {
    Ok(Reply::done("/member/page", filled))
}

async fn ask(_: Call<MemberPortal>, Asked(asked): Asked<Filled>) -> Answer<MemberPortal, Filled> {
    Ok(Reply::done("/member/page", asked))
}

async fn send(_: Call<MemberPortal>, upload: Upload) -> Answer<MemberPortal, (String, BTreeMap<String, String>)> {
    let on_disk = std::fs::metadata(&upload.file).map_err(Problem::fault)?.len();
    assert_eq!(upload.bytes, on_disk);
    Ok(Reply::done("/member/page", (upload.name.clone(), upload.fields.clone())))
}

struct House {
    ground: Ground,
    uploads: TempDir,
}

fn house() -> House {
    #[expect(clippy::panic, reason = "without a folder there is nothing to test")]
    let uploads = tempfile::tempdir().unwrap_or_else(|error| panic!("a folder: {error}"));
    let folder = uploads.path().to_owned();
    let ground = Ground::new(&[], |database: &TestDatabase| {
        let site =
            Site::builder(database.desk.clone()).doorkeeper(Arc::new(Keeper)).keys([7; 32]).uploads(folder).build();
        #[expect(clippy::panic, reason = "without a site there is nothing to test")]
        let site = site.unwrap_or_else(|problem| panic!("a site: {problem}"));
        let routes = Routes::new().get("/member/page", ask).post("/member/page", fill).post("/member/photo", send);
        site.router([routes.into()])
    });
    House { ground, uploads }
}

thread_local! {
    static HOUSE: House = house();
}

fn answered(request: Builder, body: &[u8]) -> Option<ground::Answer> {
    let answer = HOUSE.with(|house| house.ground.send(request.body(Body::from(body.to_vec()))))?;
    assert!(answer.status.as_u16() < 500, "{}: {}", answer.status, answer.text());
    Some(answer)
}

fn as_member(path: &str) -> Builder {
    Request::post(path).header("authorization", format!("Bearer {MEMBER}"))
}

/// The first byte chooses the content type.
pub(super) fn form(bytes: &[u8]) {
    let Some((kind, body)) = bytes.split_first() else { return };
    let kind = ["application/x-www-form-urlencoded", "application/json", "text/plain; charset=\"x"]
        .get(usize::from(kind % 3))
        .copied()
        .unwrap_or_default();
    let Some(answer) = answered(as_member(PAGE).header("content-type", kind), body) else { return };
    if answer.status.is_success() {
        let text = answer.text();
        let read: Option<serde_json::Value> = serde_json::from_str(&text).ok();
        assert!(read.is_some() && !text.contains("\\u0000"), "{text}");
    }
}

/// The body of a form whose parts `--b` keeps apart.
pub(super) fn upload(bytes: &[u8]) {
    let request = as_member("/api/v1/member/photo").header("content-type", "multipart/form-data; boundary=b");
    let Some(answer) = answered(request, bytes) else { return };
    if answer.status.is_success() {
        let read: (String, BTreeMap<String, String>) = serde_json::from_str(&answer.text()).unwrap_or_default();
        let name = read.0;
        assert!(!name.contains(['/', '\\', '\0']) && !name.chars().any(char::is_control), "{name:?} is a path");
    }
    let left = HOUSE.with(|house| std::fs::read_dir(house.uploads.path()).map_or(0, Iterator::count));
    assert_eq!(left, 0, "a file was left behind");
}

/// The first line is a line of cookies, each further one `name: value` of a header.
pub(super) fn cookies(bytes: &[u8]) {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let cookie = lines.next().unwrap_or_default();
    let mut request = Request::get("/member/page").header("cookie", cookie);
    for line in lines.take(8) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let (name, value) = line.split_at(colon);
        request = request.header(name, value.get(1..).unwrap_or_default());
    }
    let Some(answer) = answered(request, b"") else { return };
    let known = [bytes, b";"].concat().windows(MEMBER.len()).any(|piece| piece == MEMBER.as_bytes());
    assert!(known || !answer.status.is_success(), "somebody came in: {}", answer.status);
    not_echoed(&String::from_utf8_lossy(bytes), &answer);
}

pub(super) fn address(bytes: &[u8]) {
    let target: String = bytes.iter().filter(|byte| byte.is_ascii_graphic()).map(|byte| char::from(*byte)).collect();
    let Some(answer) = answered(Request::get(format!("/{target}")), b"") else { return };
    not_echoed(&target, &answer);
    let to = answer.header("location");
    assert!(to.is_empty() || local_path(to).is_some(), "sent to {to}");
    let asked = as_member("").method("GET").uri(format!("{PAGE}?{target}"));
    answered(asked, b"");
}

/// What opens a tag or leaves an attribute must not stand on the page as it came.
fn not_echoed(sent: &str, answer: &ground::Answer) {
    if answer.header("content-type").starts_with("text/html") {
        let page = answer.text();
        let dangerous = sent.split_whitespace().filter(|word| word.len() > 8 && word.contains(['<', '"', '\'']));
        for word in dangerous {
            assert!(!page.contains(word), "{word:?} stands on the page");
        }
    }
}

pub(super) fn next(bytes: &[u8]) {
    let text = &*String::from_utf8_lossy(bytes);
    let Some(path) = local_path(text) else { return };
    let Ok(house) = url::Url::parse("https://ejia.example/member/login") else { return };
    let Ok(there) = house.join(path) else { return };
    assert_eq!(there.origin(), house.origin(), "{path:?} leads to {there}");
    let first = |path: &str| percent_decode(path.split(['/', '?', '#']).nth(1).unwrap_or_default().as_bytes());
    assert_eq!(first(there.path()), first(path), "{path:?} leads to {there}");
}

pub(super) fn forms() -> Vec<Vec<u8>> {
    [
        (0, "name=%E6%9E%97+%E6%99%93&phone=13800138003&posts=a&posts=b&lost=on&age=40&csrf=x"),
        (1, r#"{"name":"林","posts":["a","b"],"lost":true,"age":40,"more":{"a":[null,1.5]}}"#),
        (2, "name=x"),
    ]
    .map(|(kind, text): (u8, &str)| [&[kind], text.as_bytes()].concat())
    .into()
}

pub(super) fn uploads() -> Vec<Vec<u8>> {
    let part = |head: &str, body: &str| format!("--b\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n");
    let file = part("name=\"file\"; filename=\"C:\\照片\\me.jpg\"", "\u{fffd}PNG");
    let unchosen = part("name=\"file\"; filename=\"\"", "");
    let note = part("name=\"note\"", "党费");
    [format!("{note}{file}--b--\r\n"), format!("{unchosen}{note}--b--"), format!("{file}{file}--b--"), note]
        .map(String::into_bytes)
        .into()
}

pub(super) fn cookie_lines() -> Vec<Vec<u8>> {
    [
        "ejia_member=dG9rZW4; ejia_visit=abc; ejia_said=AAAA; ejia_reading=large\nAccept-Language: zh\nHX-Request: true",
        "ejia_office=x; ejia_member=\"<script>alert(1)</script>\"\nX-Forwarded-For: <b>1</b>\nX-CSRF: x",
        "a=b\nAuthorization: Bearer AAAA\nSec-Fetch-Site: cross-site\nX-Ejia-Computer: 00",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into()
}

pub(super) fn addresses() -> Vec<Vec<u8>> {
    [
        "member/page?name=%E6%9E%97&posts=1&age=3",
        "member/%2e%2e/office?a=\"><script>x</script>",
        "wechat//evil.example",
        "api/v1/nowhere/%00?x=<b>",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into()
}

pub(super) fn nexts() -> Vec<Vec<u8>> {
    [
        "/member/readers?page=2",
        "/wechat/../office",
        "//evil.example",
        "/member/%2e%2E/office#x",
        "/\\evil.example",
        "/office/党员",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into()
}
