//! Who asks for too much waits, and nobody else does.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic too")]

mod house;

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, StatusCode};
use ejia_web::{Answer, Call, Input, Limits, Nothing, OfficePortal, Page, Rate, Reply, Routes, Site};
use house::{FORM, Got, House, keeper, request};

const LIST: Page<OfficePortal, u32> = Page::new("office/list.html", "名单", |view, _| Ok(view.to_string()));
const BRANCH: (&str, &str) = ("cookie", "ejia_office=token-of-a-branch");
const COMMITTEE: (&str, &str) = ("cookie", "ejia_office=token-of-a-committee");
const OFFICE: &str = "10.0.0.1:4711";
const ELSEWHERE: &str = "10.0.0.2:4711";

async fn list(_call: Call<OfficePortal>) -> Answer<OfficePortal, u32> {
    Ok(Reply::show(LIST, 1))
}

async fn change(_call: Call<OfficePortal>, _form: Input<Nothing>) -> Answer<OfficePortal> {
    Ok(Reply::done("/office", Nothing {}))
}

fn limited(house: &House) -> Router {
    let limits = Limits {
        posts_by_address: Rate::new(5, 60),
        posts_by_session: Rate::new(2, 60),
        costly_by_address: Rate::new(5, 60),
        costly_by_session: Rate::new(2, 60),
        tokens_by_address: Rate::new(5, 60),
        requests_by_token: Rate::new(2, 60),
    };
    let site = Site::builder(house.site.desk().clone()).doorkeeper(keeper()).limits(Some(limits)).build().unwrap();
    let routes = Routes::new().get("/office/page", list).post("/office/change", change);
    site.router([routes.merge(Routes::new().get("/office/search", list).costly()).into()])
}

async fn asked(router: &Router, method: Method, path: &str, who: (&str, &str), from: &str) -> Got {
    let mut request = request(method, path, &[who, FORM], Body::from("csrf=none"));
    request.extensions_mut().insert(ConnectInfo(from.parse::<SocketAddr>().unwrap()));
    house::answer(router.clone(), request).await
}

#[tokio::test]
async fn a_session_that_sends_too_many_forms_waits_and_hears_how_long() {
    let house = House::open();
    let router = limited(&house);
    for _ in 0..2 {
        // It is counted before anybody looks at the form.
        let got = asked(&router, Method::POST, "/office/change", BRANCH, OFFICE).await;
        assert_eq!(got.status, StatusCode::FORBIDDEN);
    }
    let got = asked(&router, Method::POST, "/office/change", BRANCH, OFFICE).await;
    assert_eq!(got.status, StatusCode::TOO_MANY_REQUESTS);
    // A bucket is refilled by one a second, and the clock goes on.
    assert_eq!(got.header("retry-after"), "1");
    assert!(got.text.contains("操作太频繁，请1秒后再试"), "{}", got.text);
    // A new address does not help, a colleague at the same address is not hurt, pages are not forms.
    let got = asked(&router, Method::POST, "/office/change", BRANCH, ELSEWHERE).await;
    assert_eq!(got.status, StatusCode::TOO_MANY_REQUESTS);
    let got = asked(&router, Method::POST, "/office/change", COMMITTEE, OFFICE).await;
    assert_eq!(got.status, StatusCode::FORBIDDEN);
    let got = asked(&router, Method::GET, "/office/page", BRANCH, OFFICE).await;
    assert_eq!(got.status, StatusCode::OK);
    let later = house.site.desk().now().plus(Duration::from_secs(2));
    house.site.desk().clock().set(later);
    let got = asked(&router, Method::POST, "/office/change", BRANCH, OFFICE).await;
    assert_eq!(got.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_address_that_sends_too_many_forms_waits_whatever_sessions_it_invents() {
    let house = House::open();
    let router = limited(&house);
    let mut refused = 0;
    for number in 0..20 {
        let invented = format!("ejia_office=invented-{number}");
        let got = asked(&router, Method::POST, "/office/change", ("cookie", &invented), OFFICE).await;
        refused += usize::from(got.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert_eq!(refused, 15);
    let got = asked(&router, Method::POST, "/office/change", BRANCH, ELSEWHERE).await;
    assert_eq!(got.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_token_of_an_organization_that_asks_too_much_waits_and_no_other_with_it() {
    let house = House::open();
    let router = limited(&house);
    let bearing = |token: &str| format!("Bearer ejia_{token}");
    let (one, other) = (bearing("one"), bearing("other"));
    let ask = |token: &str| {
        let (router, token) = (router.clone(), token.to_owned());
        async move { asked(&router, Method::GET, "/api/v1/office/page", ("authorization", &token), OFFICE).await }
    };
    // Whether it holds is asked after that.
    for status in [StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED, StatusCode::TOO_MANY_REQUESTS] {
        assert_eq!(ask(&one).await.status, status);
    }
    assert_eq!(ask(&one).await.header("retry-after"), "1");
    assert_eq!(ask(&other).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn costly_pages_are_given_out_sparingly_and_others_freely() {
    let house = House::open();
    let router = limited(&house);
    for (path, status) in [("/office/search", StatusCode::TOO_MANY_REQUESTS), ("/office/page", StatusCode::OK)] {
        let mut last = StatusCode::CONTINUE;
        for _ in 0..4 {
            last = asked(&router, Method::GET, path, BRANCH, OFFICE).await.status;
        }
        assert_eq!(last, status, "{path}");
    }
    let program = ("authorization", "Bearer token-of-a-committee");
    for status in [StatusCode::OK, StatusCode::OK, StatusCode::TOO_MANY_REQUESTS] {
        let got = asked(&router, Method::GET, "/api/v1/office/search", program, OFFICE).await;
        assert_eq!(got.status, status);
    }
}

#[tokio::test]
async fn without_limits_nobody_waits() {
    let house = House::open();
    for _ in 0..1000 {
        assert_ne!(house.post("/member/record", &[FORM], "csrf=none".to_owned()).await.status, 429);
    }
}
