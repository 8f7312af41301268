//! The rules of the house that no page can forget: headers, faults, routes, assets, operations.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic too")]

mod house;

use std::fmt::Write;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::{Method, StatusCode};
use ejia_web::{Site, Templates};
use house::{AS_MEMBER, BEARER, House, request};
use tracing::field::{Field, Visit};
use tracing::span;

#[tokio::test]
async fn every_answer_keeps_the_browser_strict() {
    let house = House::open();
    for path in [
        "/",
        "/member/record",
        "/nothing",
        "/api/v1/member/record",
        "/assets/app.css",
        "/member/panic",
    ] {
        let got = house.get(path, &[AS_MEMBER]).await;
        let policy = got.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'self';") && !policy.contains("unsafe"),
            "{path}"
        );
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(got.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(got.header("referrer-policy"), "same-origin", "{path}");
        let kept = if path.starts_with("/assets") {
            "public, no-cache"
        } else {
            "no-store"
        };
        assert_eq!(got.header("cache-control"), kept, "{path}");
    }
}

/// Collects the log lines of this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn faults(&self) -> Vec<String> {
        let lines = self.0.lock().unwrap();
        lines
            .iter()
            .filter(|line| line.contains("message=fault"))
            .cloned()
            .collect()
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.0, "{}={value:?} ", field.name());
    }
}

impl tracing::Subscriber for Log {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        *metadata.level() <= tracing::Level::WARN
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

#[tokio::test]
async fn a_fault_is_logged_once_under_the_number_that_is_shown() {
    let log = Log::default();
    let _listening = tracing::subscriber::set_default(log.clone());
    let house = House::open();
    for (path, why) in [
        ("/member/fault", "the disk is full"),
        ("/member/panic", "this is on purpose"),
        ("/member/broken", "member/broken.html"),
    ] {
        let before = log.faults().len();
        let got = house
            .get(&format!("{path}?phone=13800138003"), &[AS_MEMBER])
            .await;
        assert_eq!(got.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
        let number = got
            .text
            .split("事件编号：<strong>")
            .nth(1)
            .unwrap()
            .split('<')
            .next()
            .unwrap();
        assert_eq!(number.len(), 8);
        let faults = log.faults();
        assert_eq!(faults.len(), before + 1, "{faults:?}");
        let line = faults.last().unwrap();
        assert!(line.contains(number) && line.contains(why), "{line}");
        assert!(
            !line.contains("13800138003") && !line.contains("林晓梅"),
            "{line}"
        );
        assert!(!got.text.contains(why), "{}", got.text);
        let got = house.get(&format!("/api/v1{path}"), &[BEARER]).await;
        if path != "/member/broken" {
            assert_eq!(got.status, StatusCode::INTERNAL_SERVER_ERROR);
            assert_eq!(got.json()["number"].as_str().unwrap().len(), 8);
        }
    }
}

#[tokio::test]
async fn a_fault_is_said_even_if_the_page_of_problems_is_broken() {
    let house = House::open();
    let templates = Templates::source(|name| {
        (name == "shared/problem.html").then(|| "{{ nowhere }}".to_owned())
    });
    let site = Site::builder(house.site.desk().clone())
        .templates(templates)
        .build()
        .unwrap();
    let router = site.router([house::front().into()]);
    let got = house::answer(router, request(Method::GET, "/nothing", &[], Body::empty())).await;
    assert_eq!(got.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(got.text.contains("事件编号"), "{}", got.text);
}

#[tokio::test]
async fn a_method_that_is_not_served_is_refused_in_the_right_face() {
    let house = House::open();
    let send = async |path: &str| {
        house
            .send(request(Method::DELETE, path, &[], Body::empty()))
            .await
    };
    let got = send("/member/record").await;
    assert_eq!(got.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(got.text.contains("<h1>"), "{}", got.text);
    let got = send("/api/v1/member/record").await;
    assert_eq!(got.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(got.json()["code"], "web.method_not_allowed");
}

#[test]
fn routes_can_be_listed() {
    let list = house::member()
        .list()
        .into_iter()
        .map(|(method, path)| format!("{method} {path}"))
        .collect::<Vec<_>>();
    assert_eq!(list.first().unwrap(), "GET /member/record");
    assert!(list.contains(&"POST /member/photo".to_owned()));
}

#[tokio::test]
async fn programs_find_a_description_of_every_route() {
    let got = House::open().get("/api/v1/openapi.json", &[]).await;
    let description = got.json();
    let item = &description["paths"]["/api/v1/member/items/{id}"]["get"];
    assert_eq!(item["parameters"][0]["name"], "id");
    assert_eq!(item["security"][0]["session"], serde_json::json!([]));
    let login = &description["paths"]["/api/v1/member/login"];
    assert_eq!(login["post"]["security"], serde_json::json!([]));
    assert!(login["get"].is_object() && login["post"]["requestBody"].is_object());
}

#[tokio::test]
async fn an_asset_named_by_its_content_is_kept_for_ever() {
    let house = House::open();
    let got = house.get("/assets/app.css", &[]).await;
    assert_eq!((got.status, got.text.as_str()), (StatusCode::OK, "body{}"));
    let tag = got.header("etag").to_owned();
    let named = format!(
        "/assets/app.css?v={}",
        tag.trim_start_matches("W/").trim_matches('"')
    );
    let got = house.get(&named, &[]).await;
    assert_eq!(
        got.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    let got = house
        .get("/assets/app.css", &[("if-none-match", &tag)])
        .await;
    assert_eq!(
        (got.status, got.text.as_str()),
        (StatusCode::NOT_MODIFIED, "")
    );
    assert_eq!(
        house.get("/assets/nothing.css", &[]).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        house.get("/assets/../Cargo.toml", &[]).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn operators_can_ask_how_it_is() {
    let house = House::open();
    assert_eq!(house.get("/healthz", &[]).await.text, "ok\n");
    assert_eq!(house.get("/readyz", &[]).await.text, "ready\n");
}

#[tokio::test]
async fn long_pages_are_packed_and_short_ones_are_not() {
    let house = House::open();
    let packed = [("accept-encoding", "gzip")];
    assert_eq!(
        house
            .get("/api/v1/openapi.json", &packed)
            .await
            .header("content-encoding"),
        "gzip"
    );
    assert_eq!(house.get("/", &packed).await.header("content-encoding"), "");
}

#[tokio::test]
async fn a_proxy_is_believed_only_where_that_is_configured() {
    let house = House::open();
    let headers = [
        ("x-forwarded-proto", "https"),
        ("x-forwarded-for", "203.0.113.9, 198.51.100.7"),
    ];
    for (behind, address) in [(true, "<b>198.51.100.7</b>"), (false, "<b>0.0.0.0</b>")] {
        let site = Site::builder(house.site.desk().clone())
            .templates(Templates::source(house::template))
            .behind_proxy(behind)
            .build()
            .unwrap();
        let router = site.router([house::front().into()]);
        let request = request(Method::GET, "/", &headers, Body::empty());
        let got = house::answer(router, request).await;
        assert!(got.text.contains(address), "{}", got.text);
        assert_eq!(
            got.cookie("ejia_visit").unwrap().ends_with("; Secure"),
            behind
        );
    }
}

#[tokio::test]
async fn the_portals_own_layouts_dress_our_problems() {
    let house = House::open();
    let site = Site::builder(house.site.desk().clone())
        .templates(Templates::folder(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../portals"
        )))
        .build()
        .unwrap();
    for path in [
        "/nothing",
        "/member/nothing",
        "/wechat/nothing",
        "/office/nothing",
    ] {
        let router = site.router([house::front().into()]);
        let got = house::answer(router, request(Method::GET, path, &[], Body::empty())).await;
        assert_eq!(got.status, StatusCode::NOT_FOUND);
        assert!(
            got.text.contains("您要找的页面不存在") && got.text.contains("帮助中心"),
            "{}",
            got.text
        );
    }
}
