//! Under `/wechat`: the same pages, sessions of their own, and what is not to be had there.

mod house;

use axum::http::StatusCode;
use house::{AS_MEMBER, BEARER, FORM, HTMX, House, ON_PHONE};

const TOKEN: &str = "token-of-a-member-on-a-phone";

#[tokio::test]
async fn a_phone_gets_the_same_page_under_its_own_root() {
    let house = House::open();
    let got = house.get("/wechat/record", &[ON_PHONE]).await;
    assert!(got.text.contains("<b>林晓梅</b>"), "{}", got.text);
    assert!(got.text.contains("<s>/wechat</s>"));
    let body = format!("csrf={}&name=x", got.csrf());
    let got = house.post("/wechat/record", &[ON_PHONE, FORM], body).await;
    assert_eq!(got.header("location"), "/wechat/record?from=edit");
}

#[tokio::test]
async fn a_session_counts_where_it_was_opened_and_nowhere_else() {
    let house = House::open();
    let stolen = format!("ejia_member={TOKEN}");
    let lent = "ejia_phone=token-of-a-member".to_owned();
    for (path, cookie) in [
        ("/wechat/record", AS_MEMBER.1.to_owned()),
        ("/wechat/record", lent),
        ("/wechat/record", stolen.clone()),
        ("/member/record", ON_PHONE.1.to_owned()),
        ("/member/record", stolen),
    ] {
        let got = house.get(path, &[("cookie", &cookie)]).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{path} {cookie}");
        assert!(got.header("location").contains("/login?next="), "{path} {cookie}");
    }
    let bearer = ("authorization", format!("Bearer {TOKEN}"));
    let got = house.get("/api/v1/member/record", &[(bearer.0, &bearer.1)]).await;
    assert_eq!(got.status, StatusCode::UNAUTHORIZED);
    for path in ["/api/v1/wechat/record", "/api/v1/wechat/enter", "/api/v1/wechat"] {
        assert_eq!(house.get(path, &[BEARER]).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(!house.get("/api/v1/openapi.json", &[]).await.text.contains("wechat"));
}

#[tokio::test]
async fn a_session_opened_on_a_phone_is_kept_in_a_cookie_of_its_own() {
    let house = House::open();
    let page = house.get("/wechat/login", &[]).await;
    let visit = page.cookie("ejia_visit").unwrap();
    let headers = [FORM, ("cookie", visit.split(';').next().unwrap())];
    let got = house.post("/wechat/login", &headers, format!("csrf={}", page.csrf())).await;
    assert_eq!(got.header("location"), "/wechat/record");
    let cookie = got.cookie("ejia_phone").unwrap();
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax") && got.cookie("ejia_member").is_none(), "{cookie}");
    let page = house.get("/wechat/record", &[ON_PHONE]).await;
    let got = house.post("/wechat/leave", &[ON_PHONE, FORM], format!("csrf={}", page.csrf())).await;
    assert!(got.cookie("ejia_phone").unwrap().contains("Max-Age=0") && got.cookie("ejia_member").is_none());
}

#[tokio::test]
async fn in_place_of_what_belongs_on_the_web_stands_a_sentence() {
    let house = House::open();
    assert_eq!(house.get("/member/setting", &[AS_MEMBER]).await.header("location"), "/member/record");
    for headers in [vec![ON_PHONE], vec![], vec![AS_MEMBER, ON_PHONE], vec![ON_PHONE, HTMX]] {
        let got = house.get("/wechat/setting", &headers).await;
        assert_eq!(got.status, StatusCode::FORBIDDEN);
        assert!(got.text.contains("只能在网页端进行，微信上不能操作"), "{}", got.text);
    }
    let page = house.get("/wechat/record", &[ON_PHONE]).await;
    let got = house.post("/wechat/setting", &[ON_PHONE, FORM], format!("csrf={}", page.csrf())).await;
    assert_eq!(got.status, StatusCode::FORBIDDEN);
    assert!(got.text.contains("只能在网页端进行"), "{}", got.text);
}

#[tokio::test]
async fn a_browser_that_comes_back_from_elsewhere_is_known_by_its_mark() {
    let house = House::open();
    let away = house.get("/wechat/enter?to=https://elsewhere.example/authorize%3Fa%3D1%23there", &[]).await;
    assert_eq!(away.status, StatusCode::SEE_OTHER);
    assert_eq!(away.header("location"), "https://elsewhere.example/authorize?a=1#there");
    let mark = away.cookie("ejia_mark").unwrap();
    assert_eq!(mark, "ejia_mark=a-mark; Path=/; HttpOnly; SameSite=Lax");
    let mark = ("cookie", mark.split(';').next().unwrap());
    let wechat = ("user-agent", "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50");
    assert_eq!(house.get("/wechat/enter", &[mark]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(house.get("/wechat/enter", &[wechat]).await.status, StatusCode::FORBIDDEN);
    let back = house.get("/wechat/enter", &[mark, wechat]).await;
    assert_eq!(back.header("location"), "/wechat/record");
    assert!(back.cookie("ejia_phone").is_some() && back.cookie("ejia_mark").unwrap().contains("Max-Age=0"));
    // What is no address is no place to go, and no header of its own.
    for nowhere in ["javascript:alert(1)", "//elsewhere.example", "", "elsewhere"] {
        let got = house.get(&format!("/wechat/enter?to={nowhere}"), &[]).await;
        assert_eq!(got.status, StatusCode::INTERNAL_SERVER_ERROR, "{nowhere}");
    }
    let got = house.get("/wechat/enter?to=https://elsewhere.example/%0D%0Aset-cookie:x", &[]).await;
    assert_eq!(got.header("location"), "https://elsewhere.example/%0D%0Aset-cookie:x");
    assert!(got.cookie("x").is_none());
}
