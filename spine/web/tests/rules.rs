//! The rules of the house that no page can forget: headers, faults, routes, assets, operations.

mod house;

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, StatusCode};
use ejia_web::{Proxies, Site};
use house::{AS_MEMBER, House, request};

#[tokio::test]
async fn every_answer_keeps_the_browser_strict() {
    let house = House::open();
    for path in ["/", "/member/record", "/nothing", "/api/v1/member/record", "/assets/app.css", "/member/panic"] {
        let got = house.get(path, &[AS_MEMBER]).await;
        let policy = got.header("content-security-policy");
        assert!(policy.starts_with("default-src 'self';") && !policy.contains("unsafe"), "{path}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(got.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(got.header("referrer-policy"), "same-origin", "{path}");
        let kept = if path.starts_with("/assets") { "public, no-cache" } else { "no-store" };
        assert_eq!(got.header("cache-control"), kept, "{path}");
    }
}

#[tokio::test]
async fn forms_leave_for_named_counters_only() {
    let house = House::open();
    let built = |target: &str| Site::builder(house.site.desk().clone()).form_targets(vec![target.to_owned()]).build();
    let router = built("https://pay.invalid:8443").unwrap().router([house::front().into()]);
    let got = house::answer(router, request(Method::GET, "/nothing", &[], Body::empty())).await;
    assert!(got.header("content-security-policy").contains("form-action 'self' https://pay.invalid:8443; "));
    for wrong in ["pay.invalid", "https://", "javascript:x", "https://pay.invalid/path", "https://a; script-src *"] {
        assert!(built(wrong).is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn a_method_that_is_not_served_is_refused_in_the_right_face() {
    let house = House::open();
    let send = async |path: &str| house.send(request(Method::DELETE, path, &[], Body::empty())).await;
    let got = send("/member/record").await;
    assert_eq!(got.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(got.text.contains("<h1>"), "{}", got.text);
    let got = send("/api/v1/member/record").await;
    assert_eq!(got.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(got.json()["code"], "web.method_not_allowed");
}

#[test]
fn routes_can_be_listed() {
    let list = house::member().list().into_iter().map(|(method, path)| format!("{method} {path}")).collect::<Vec<_>>();
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
async fn the_description_says_what_the_types_of_the_handlers_say() {
    let description = House::open().get("/api/v1/openapi.json", &[]).await.json();
    let operation = |path: &str, method: &str| description["paths"][format!("/api/v1{path}")][method].clone();
    let answer = |path: &str, method: &str| operation(path, method)["responses"]["200"]["content"].clone();
    assert!(
        operation("/member/items/{id}", "get")["parameters"][0]["schema"]["pattern"].is_string(),
        "an id is no text"
    );
    let fields = &answer("/member/record", "get")["application/json"]["schema"]["properties"];
    assert_eq!(fields["name"]["type"], "string");
    let sent = &operation("/member/record", "post")["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(sent["properties"]["age"]["type"], serde_json::json!(["integer", "null"]));
    assert_eq!(operation("/office/list", "get")["parameters"][1]["name"], "q");
    // A session that is opened is named beside the view, a file is a file, one of two is either.
    let opened = &answer("/member/login", "post")["application/json"]["schema"];
    assert_eq!(opened["required"], serde_json::json!(["token"]));
    assert!(answer("/member/file", "get")["*/*"].is_object());
    assert!(operation("/member/photo", "post")["requestBody"]["content"]["multipart/form-data"].is_object());
    let refused = &operation("/member/record", "post")["responses"]["422"];
    assert_eq!(refused["$ref"], "#/components/responses/Problem");
}

#[tokio::test]
async fn an_asset_named_by_its_content_is_kept_for_ever() {
    let house = House::open();
    let got = house.get("/assets/app.css", &[]).await;
    assert_eq!((got.status, got.text.as_str()), (StatusCode::OK, "body{}"));
    let tag = got.header("etag").to_owned();
    let named = format!("/assets/app.css?v={}", tag.trim_start_matches("W/").trim_matches('"'));
    let got = house.get(&named, &[]).await;
    assert_eq!(got.header("cache-control"), "public, max-age=31536000, immutable");
    let got = house.get("/assets/app.css", &[("if-none-match", &tag)]).await;
    assert_eq!((got.status, got.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    assert_eq!(house.get("/assets/nothing.css", &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.get("/assets/../Cargo.toml", &[]).await.status, StatusCode::NOT_FOUND);
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
    assert_eq!(house.get("/api/v1/openapi.json", &packed).await.header("content-encoding"), "gzip");
    assert_eq!(house.get("/healthz", &packed).await.header("content-encoding"), "");
}

#[tokio::test]
async fn a_proxy_is_believed_only_where_that_is_configured() {
    let house = House::open();
    let headers = [("x-forwarded-proto", "https"), ("x-forwarded-for", "203.0.113.9, 198.51.100.7")];
    let (here, elsewhere) = ("127.0.0.1:4711", "192.0.2.1:4711");
    for (proxies, peer, address) in [
        (Proxies::on_this_machine(), here, "<b>198.51.100.7</b>"),
        (Proxies::on_this_machine(), elsewhere, "<b>192.0.2.1</b>"),
        (Proxies::none(), here, "<b>127.0.0.1</b>"),
    ] {
        let site = Site::builder(house.site.desk().clone()).behind(proxies).build().unwrap();
        let router = site.router([house::front().into()]);
        let mut request = request(Method::GET, "/", &headers, Body::empty());
        request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        let got = house::answer(router, request).await;
        assert!(got.text.contains(address), "{}", got.text);
        let believed = address.contains("198.51.100.7");
        let name = if believed { "__Host-ejia_visit" } else { "ejia_visit" };
        assert_eq!(got.cookie(name).unwrap().ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"), believed);
        assert_eq!(got.header("strict-transport-security"), if believed { "max-age=31536000" } else { "" });
    }
}

#[tokio::test]
async fn the_portals_own_layouts_dress_our_problems() {
    let house = House::open();
    let site = Site::builder(house.site.desk().clone()).build().unwrap();
    for path in ["/nothing", "/member/nothing", "/wechat/nothing", "/office/nothing"] {
        let router = site.router([house::front().into()]);
        let got = house::answer(router, request(Method::GET, path, &[], Body::empty())).await;
        assert_eq!(got.status, StatusCode::NOT_FOUND);
        assert!(got.text.contains("您要找的页面不存在") && got.text.contains("帮助中心"), "{}", got.text);
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_never_ends_is_given_up_after_its_time() {
    let house = House::open();
    let from = tokio::time::Instant::now();
    let got = house.get("/api/v1/endless", &[]).await;
    assert_eq!(got.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(got.json()["code"], "kernel.busy");
    assert_eq!(from.elapsed().as_secs(), 30);
    assert_eq!(got.header("retry-after"), "10");
    // What was to change something may have done so.
    let got = house.post("/api/v1/endless", &[], "").await;
    assert_eq!((got.status, got.json()["code"].as_str()), (StatusCode::SERVICE_UNAVAILABLE, Some("kernel.in_doubt")));
}
