//! What is sent is taken seriously: where it comes from, how much it is, what it says.

mod house;

use axum::body::Body;
use axum::http::StatusCode;
use house::{AS_COMMITTEE, AS_MEMBER, BEARER, FORM, House, JSON};

const API: &str = "/api/v1/member/record";

#[tokio::test]
async fn a_form_without_our_token_does_nothing() {
    let house = House::open();
    let stolen = house.get("/member/login", &[]).await.csrf();
    for body in ["name=x".to_owned(), "csrf=&name=x".to_owned(), format!("csrf={stolen}"), "csrf=%zz".to_owned()] {
        let got = house.post("/member/record", &[AS_MEMBER, FORM], body).await;
        assert!(matches!(got.status, StatusCode::FORBIDDEN | StatusCode::BAD_REQUEST), "{}", got.status);
        assert!(got.text.contains("返回"), "{}", got.text);
    }
    let token = house.member_csrf().await;
    let got = house.post("/member/record", &[AS_MEMBER, FORM], format!("csrf={token}")).await;
    assert_eq!(got.status, StatusCode::SEE_OTHER);
    let in_header = [AS_MEMBER, JSON, ("x-csrf", token.as_str())];
    let got = house.post("/member/record", &in_header, "{}").await;
    assert_eq!(got.status, StatusCode::SEE_OTHER);
    let got = house.post("/member/leave", &[AS_MEMBER], "").await;
    assert_eq!(got.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn another_site_cannot_send_our_forms() {
    let house = House::open();
    let body = format!("csrf={}", house.member_csrf().await);
    for (site, status) in [
        ("cross-site", StatusCode::FORBIDDEN),
        ("same-site", StatusCode::FORBIDDEN),
        ("same-origin", StatusCode::SEE_OTHER),
        ("none", StatusCode::SEE_OTHER),
    ] {
        let headers = [AS_MEMBER, FORM, ("sec-fetch-site", site)];
        assert_eq!(house.post("/member/record", &headers, body.clone()).await.status, status, "{site}");
    }
}

#[tokio::test]
async fn every_page_has_a_token_of_its_own_and_all_of_them_hold() {
    let house = House::open();
    let (first, second) = (house.member_csrf().await, house.member_csrf().await);
    assert_ne!(first, second);
    for token in [first, second] {
        let got = house.post("/member/record", &[AS_MEMBER, FORM], format!("csrf={token}")).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER);
    }
}

#[tokio::test]
async fn logging_in_binds_the_form_to_the_visit_and_sets_a_safe_cookie() {
    let house = House::open();
    let page = house.get("/member/login", &[]).await;
    let visit = page.cookie("ejia_visit").unwrap();
    assert!(visit.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{visit}");
    let visit = visit.split(';').next().unwrap();
    let body = format!("csrf={}", page.csrf());
    let got = house.post("/member/login?next=/member/leave", &[FORM, ("cookie", visit)], body.clone()).await;
    assert_eq!((got.status, got.header("location")), (StatusCode::SEE_OTHER, "/member/leave"));
    let session = got.cookie("ejia_member").unwrap();
    assert_eq!(session, "ejia_member=token-of-a-member; Path=/; HttpOnly; SameSite=Lax");
    assert_eq!(house.post("/member/login", &[FORM], body).await.status, StatusCode::FORBIDDEN);
    let again = house.get("/member/login", &[("cookie", visit)]).await;
    assert!(again.cookie("ejia_visit").is_none());
}

#[tokio::test]
async fn leaving_takes_the_cookie_back() {
    let house = House::open();
    let body = format!("csrf={}", house.member_csrf().await);
    let got = house.post("/member/leave", &[AS_MEMBER, FORM], body).await;
    assert!(got.cookie("ejia_member").unwrap().starts_with("ejia_member=; Path=/; Max-Age=0"));
}

#[tokio::test]
async fn nobody_is_sent_out_of_the_house() {
    let house = House::open();
    for next in ["https://evil.example/", "//evil.example", "%2F%2Fevil.example", "/%5Cevil.example", "/%0D%0AX:1"] {
        let got = house.post(&format!("/api/v1/member/login?next={next}"), &[JSON], "{}").await;
        assert_eq!(got.status, StatusCode::OK);
        let page = house.get("/member/login", &[]).await;
        let cookie = page.cookie("ejia_visit").unwrap();
        let headers = [FORM, ("cookie", cookie.split(';').next().unwrap())];
        let got = house.post(&format!("/member/login?next={next}"), &headers, format!("csrf={}", page.csrf())).await;
        assert_eq!((got.status, got.header("location")), (StatusCode::SEE_OTHER, "/"), "{next}");
    }
}

#[tokio::test]
async fn too_much_is_refused_with_a_sentence() {
    let house = House::open();
    let huge = format!("name={}", "x".repeat(10 * 1024 * 1024));
    let length = huge.len().to_string();
    for announced in [Some(("content-length", length.as_str())), None] {
        let headers: Vec<_> = [BEARER, FORM].into_iter().chain(announced).collect();
        let got = house.post(API, &headers, huge.clone()).await;
        assert_eq!(got.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(got.json()["message"].as_str().unwrap().contains("64 KB"));
    }
}

#[tokio::test]
async fn what_nobody_can_read_is_a_bad_request() {
    let house = House::open();
    let deep = format!("{{\"name\":{}{}}}", "[".repeat(20_000), "]".repeat(20_000));
    let cases: [(_, &[u8], &str); 12] = [
        (FORM, b"name=%", "web.broken_encoding"),
        (FORM, b"name=%ff%fe", "web.broken_encoding"),
        (FORM, b"name=\xff", "web.broken_encoding"),
        (FORM, b"name=%00", "web.nul_byte"),
        (FORM, b"name=a\0b", "web.nul_byte"),
        (JSON, b"{\"name\":\"\\u0000\"}", "web.nul_byte"),
        (JSON, b"{\"name\":", "web.broken_json"),
        (JSON, b"[]", "web.broken_json"),
        (JSON, b"{\"name\":\"\xff\"}", "web.broken_encoding"),
        (JSON, b"{\"name\":\"\\ud800\"}", "web.broken_json"),
        (JSON, deep.as_bytes(), "web.broken_json"),
        (("content-type", "text/plain"), b"name=x", "web.unknown_content_type"),
    ];
    for (kind, body, code) in cases {
        let got = house.post(API, &[BEARER, kind], Body::from(body.to_vec())).await;
        assert_eq!(got.status, StatusCode::BAD_REQUEST, "{code}");
        assert_eq!(got.json()["code"], code);
    }
    let got = house.get("/office/list?q=%ff", &[AS_COMMITTEE]).await;
    assert_eq!(got.status, StatusCode::BAD_REQUEST);
    let got = house.get("/api/v1/member/items/a%00b", &[BEARER]).await;
    assert_eq!(got.json()["code"], "web.nul_byte");
    let got = house.get("/office/list?page=abc", &[AS_COMMITTEE]).await;
    assert_eq!(got.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_value_of_the_wrong_kind_names_its_field() {
    let house = House::open();
    for body in [r#"{"age":"old"}"#, r#"{"age":999}"#, r#"{"lost":[1]}"#, r#"{"name":{"a":1}}"#, r#"{"posts":[["a"]]}"#]
    {
        let got = house.post(API, &[BEARER, JSON], body).await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        let field = body.split('"').nth(1).unwrap();
        assert!(got.json()["message"].as_str().unwrap().contains(field), "{}", got.text);
        assert_eq!(got.json()["fields"][field], "填写的内容格式不对。", "{body}");
    }
}

#[tokio::test]
async fn check_boxes_lists_and_empty_fields_are_read_as_meant() {
    let house = House::open();
    let body = "name=%20x+y&posts=a&posts=b&lost=on&age=&csrf=ignored&unknown=1";
    let got = house.post(API, &[BEARER, FORM], body).await;
    assert_eq!(got.text, r#"{"name":" x y","phone":"","posts":["a","b"],"lost":true,"age":null}"#);
    let got = house.post(API, &[BEARER, FORM], "posts=a&age=%EF%BC%94%EF%BC%92").await;
    assert_eq!(got.text, r#"{"name":"","phone":"","posts":["a"],"lost":false,"age":42}"#);
}

fn multipart(parts: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, bytes) in parts {
        let file = file.map_or(String::new(), |file| format!("; filename=\"{file}\""));
        body.extend(format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--cut--\r\n");
    body
}

const MULTIPART: (&str, &str) = ("content-type", "multipart/form-data; boundary=cut");

#[tokio::test]
async fn an_upload_lies_on_disk_until_its_request_is_over() {
    let house = House::open();
    let file = vec![b'x'; 3_000_000];
    let body = multipart(&[("note", None, "备注".as_bytes()), ("photo", Some("C:\\我的\\照片.jpg"), &file)]);
    let got = house.post("/api/v1/member/photo", &[BEARER, MULTIPART], body).await;
    assert_eq!(got.json()["said"], "照片.jpg|3000000|3000000|备注", "{}", got.text);
    assert!(!std::path::Path::new(got.json()["file"].as_str().unwrap()).exists());
}

#[tokio::test]
async fn an_upload_needs_our_token_before_or_after_the_file() {
    let house = House::open();
    let token = house.member_csrf().await;
    let (csrf, file) = (("csrf", None, token.as_bytes()), ("photo", Some("a.jpg"), b"x".as_slice()));
    for (parts, status) in [
        (vec![csrf, file], StatusCode::SEE_OTHER),
        (vec![file, csrf], StatusCode::SEE_OTHER),
        (vec![file], StatusCode::FORBIDDEN),
        (vec![csrf, file, file], StatusCode::UNPROCESSABLE_ENTITY),
        (vec![csrf, ("photo", Some(""), b"")], StatusCode::SEE_OTHER),
    ] {
        let got = house.post("/member/photo", &[AS_MEMBER, MULTIPART], multipart(&parts)).await;
        assert_eq!(got.status, status, "{}", got.text);
    }
}

#[tokio::test]
async fn an_upload_has_limits_too() {
    let house = House::open();
    let huge = vec![b'x'; 33 * 1024 * 1024];
    let post = async |body: Vec<u8>| house.post("/api/v1/member/photo", &[BEARER, MULTIPART], body).await;
    let got = post(multipart(&[("photo", Some("a"), &huge)])).await;
    assert_eq!((got.status, got.json()["code"].as_str()), (StatusCode::PAYLOAD_TOO_LARGE, Some("web.file_too_large")));
    let got = post(multipart(&[("note", None, &huge)])).await;
    assert_eq!(got.json()["code"], "web.form_too_large");
    let many: Vec<_> = (0..3000).map(|_| ("a-field-with-a-rather-long-name", None, b"".as_slice())).collect();
    let got = post(multipart(&many)).await;
    assert_eq!(got.json()["code"], "web.form_too_large");
    let got = post(multipart(&[("note", None, b"\xff")])).await;
    assert_eq!(got.status, StatusCode::BAD_REQUEST);
    let got = post(multipart(&[("note", None, b"a\0b")])).await;
    assert_eq!(got.json()["code"], "web.nul_byte");
    let got = post(b"--cut\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nbroken of".to_vec()).await;
    assert_eq!(got.status, StatusCode::BAD_REQUEST);
    let got = house.post("/api/v1/member/photo", &[BEARER, FORM], "a=1").await;
    assert_eq!(got.json()["code"], "web.upload_expected");
}
