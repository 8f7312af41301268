//! One handler, four faces; problems take the same road.

mod house;

use axum::http::StatusCode;
use house::{AS_APPLICANT, AS_BRANCH, AS_COMMITTEE, AS_MEMBER, BEARER, FORM, HTMX, House, JSON};

#[tokio::test]
async fn a_page_is_whole_and_in_its_layout() {
    let got = House::open().get("/member/record", &[AS_MEMBER]).await;
    assert_eq!(got.status, StatusCode::OK, "{}", got.text);
    assert_eq!(got.header("content-type"), "text/html; charset=utf-8");
    assert!(got.text.starts_with("<!doctype html>"), "{}", got.text);
    assert!(got.text.contains("<title>我的档案 · 党建e家</title>"));
    assert!(got.text.contains("<b>林晓梅</b>") && got.text.contains("value=\"138****8003\""));
    assert!(got.text.contains("<u>林晓梅</u><s>/member</s>"));
}

#[tokio::test]
async fn htmx_gets_the_content_only() {
    let house = House::open();
    let got = house.get("/member/record", &[AS_MEMBER, HTMX]).await;
    assert!(!got.text.contains("<html"), "{}", got.text);
    assert!(got.text.contains("<b>林晓梅</b>"));
    for header in [("hx-history-restore-request", "true"), ("hx-boosted", "true")] {
        let got = house.get("/member/record", &[AS_MEMBER, HTMX, header]).await;
        assert!(got.text.contains("<html"), "{header:?}");
    }
    let boosted = [AS_MEMBER, HTMX, ("hx-boosted", "true"), ("hx-target", "content")];
    assert!(!house.get("/member/record", &boosted).await.text.contains("<html"));
}

#[tokio::test]
async fn who_wants_large_letters_gets_them_until_he_wants_the_usual_ones() {
    let house = House::open();
    let usual = house.get("/member/record", &[AS_MEMBER]).await;
    assert!(usual.text.contains("href=\"/reading/large?back=/member/record\">关怀版<"), "{}", usual.text);
    let chosen = house.get("/reading/large?back=/member/record", &[]).await;
    assert_eq!((chosen.status, chosen.header("location")), (StatusCode::SEE_OTHER, "/member/record"));
    let kept = chosen.cookie("ejia_reading").unwrap();
    assert!(kept.contains("Max-Age=31536000"), "{kept}");
    let both = format!("{}; {}", AS_MEMBER.1, kept.split(';').next().unwrap());
    let large = house.get("/member/record", &[("cookie", &both)]).await;
    assert!(large.text.contains("<html lang=\"zh-CN\" class=\"large\">"), "{}", large.text);
    let back = house.get("/reading/usual?back=//elsewhere.example", &[]).await;
    assert_eq!(back.header("location"), "/", "only places of this house are gone back to");
    assert!(back.cookie("ejia_reading").unwrap().contains("Max-Age=0"));
}

#[tokio::test]
async fn a_program_gets_the_view_itself() {
    let house = House::open();
    let got = house.get("/api/v1/member/record", &[BEARER]).await;
    assert_eq!(got.header("content-type"), "application/json");
    assert_eq!(got.text, r#"{"name":"林晓梅","phone":"138****8003"}"#);
    let sent = r#"{"name":"x","posts":"书记","age":"9","lost":true,"more":[1]}"#;
    let got = house.post("/api/v1/member/record", &[BEARER, JSON], sent).await;
    assert_eq!(got.status, StatusCode::OK);
    assert_eq!(got.text, r#"{"name":"x","phone":"","posts":["书记"],"lost":true,"age":9}"#);
    let got = house.post("/api/v1/member/login", &[JSON], "{}").await;
    assert_eq!(got.json(), serde_json::json!({ "token": "token-of-a-member" }));
    assert!(got.cookie("ejia_member").is_none());
}

#[tokio::test]
async fn a_cookie_opens_nothing_to_programs() {
    let got = House::open().get("/api/v1/member/record", &[AS_MEMBER]).await;
    assert_eq!(got.status, StatusCode::UNAUTHORIZED);
    assert_eq!(got.json()["code"], "kernel.login_needed");
    assert_eq!(got.json()["message"], "请先登录。");
}

#[tokio::test]
async fn a_refused_form_is_shown_again_with_what_was_entered() {
    let house = House::open();
    let body = format!("csrf={}&phone=taken", house.member_csrf().await);
    let got = house.post("/member/record", &[AS_MEMBER, FORM], body.clone()).await;
    assert_eq!(got.status, StatusCode::CONFLICT);
    assert!(
        got.text.contains("value=\"taken\"") && got.text.contains("id=\"phone-wrong\">手机号已被占用。"),
        "{}",
        got.text
    );
    let got = house.post("/member/record", &[AS_MEMBER, FORM, HTMX], body).await;
    assert_eq!(got.status, StatusCode::CONFLICT);
    assert!(!got.text.contains("<html") && got.text.contains("手机号已被占用。</p>"));
    let got = house.post("/api/v1/member/record", &[BEARER, JSON], r#"{"phone":"taken"}"#).await;
    assert_eq!(got.status, StatusCode::CONFLICT);
    let said = serde_json::json!({ "code": "house.check", "message": "请检查标出的内容。", "fields": { "phone": "手机号已被占用。" } });
    assert_eq!(got.json(), said);
}

#[tokio::test]
async fn a_notice_is_said_once_on_the_next_page() {
    let house = House::open();
    let body = format!("csrf={}&name=%E6%A2%85%3Cb%3E", house.member_csrf().await);
    let got = house.post("/member/record", &[AS_MEMBER, FORM], body).await;
    assert_eq!(got.status, StatusCode::SEE_OTHER);
    let said = got.cookie("ejia_said").unwrap();
    let both = format!("{}; {}", AS_MEMBER.1, said.split(';').next().unwrap());
    let next = house.get("/member/record", &[("cookie", &both)]).await;
    assert!(next.text.contains("已保存，梅&#60;b&#62;。"), "{}", next.text);
    assert!(next.cookie("ejia_said").unwrap().contains("Max-Age=0"));
    let forged = format!("{}; ejia_said=AAAAAAAAAAAAAAAAAAAAAAAAAAAA", AS_MEMBER.1);
    let next = house.get("/member/record", &[("cookie", &forged)]).await;
    assert!(!next.text.contains("role=\"status\""));
}

#[tokio::test]
async fn who_is_not_logged_in_is_led_to_the_log_in_and_back() {
    let house = House::open();
    let got = house.get("/member/record?tab=%E5%85%9A", &[]).await;
    assert_eq!(got.status, StatusCode::SEE_OTHER);
    assert_eq!(got.header("location"), "/member/login?next=/member/record%3Ftab%3D%25E5%2585%259A");
    let got = house.get("/office/list", &[("cookie", "ejia_office=unknown")]).await;
    assert_eq!(got.header("location"), "/office/login?next=/office/list");
    let got = house.get("/wechat/record", &[]).await;
    assert_eq!(got.header("location"), "/wechat/login?next=/wechat/record");
    let got = house.get("/transfers/in/applications", &[]).await;
    assert_eq!(got.header("location"), "/transfers/in/phone?next=/transfers/in/applications");
    let got = house.get("/wechat/transfers/in/applications", &[]).await;
    assert_eq!(got.header("location"), "/wechat/transfers/in/phone?next=/wechat/transfers/in/applications");
    let got = house.post("/member/record", &[FORM], "name=x").await;
    assert_eq!(got.header("location"), "/member/login");
    let got = house.get("/member/record", &[HTMX]).await;
    assert_eq!((got.status, got.header("hx-redirect")), (StatusCode::UNAUTHORIZED, "/member/login"));
}

#[tokio::test]
async fn a_member_is_nobody_in_the_office() {
    let house = House::open();
    let wrong = [("cookie", "ejia_office=token-of-a-member"), ("cookie", "ejia_member=token-of-a-branch")];
    for cookie in wrong {
        assert_eq!(house.get("/office/list", &[cookie]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(house.get("/member/record", &[cookie]).await.status, StatusCode::SEE_OTHER);
    }
    let got = house.get("/api/v1/office/list", &[BEARER]).await;
    assert_eq!(got.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_applicant_is_known_by_his_masked_phone_at_his_own_door_only() {
    let house = House::open();
    let got = house.get("/transfers/in/applications", &[AS_APPLICANT]).await;
    assert_eq!(got.status, StatusCode::OK, "{}", got.text);
    assert!(got.text.contains("<u>138****8003</u><s>/transfers/in</s>") && !got.text.contains("13800138003"));
    assert!(got.text.contains(r#"<a href="/transfers/in/new">添加申请</a>"#), "{}", got.text);
    assert!(got.text.contains(r#"action="/transfers/in/logout""#) && got.text.contains(">退出</button>"));
    for path in ["/member/record", "/office/list"] {
        let token = "token-of-an-applicant";
        let cookie = format!("ejia_member={token}; ejia_office={token}; {}", AS_APPLICANT.1);
        assert_eq!(house.get(path, &[("cookie", &cookie)]).await.status, StatusCode::SEE_OTHER, "{path}");
    }
    let disguised = ("cookie", "ejia_applicant=token-of-a-member");
    assert_eq!(house.get("/transfers/in/applications", &[disguised]).await.status, StatusCode::SEE_OTHER);
    let bearer = ("authorization", "Bearer token-of-an-applicant");
    assert_eq!(house.get("/api/v1/transfers/in/applications", &[bearer]).await.status, StatusCode::OK);
    assert_eq!(house.get("/api/v1/transfers/in/applications", &[BEARER]).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_applicants_session_opens_and_closes_on_the_web_and_on_the_phone() {
    let house = House::open();
    for root in ["", "/wechat"] {
        let page = house.get(&format!("{root}/transfers/in/phone"), &[]).await;
        let visit = page.cookie("ejia_visit").unwrap();
        let headers = [FORM, ("cookie", visit.split(';').next().unwrap())];
        let got = house.post(&format!("{root}/transfers/in/phone"), &headers, format!("csrf={}", page.csrf())).await;
        assert_eq!(got.header("location"), format!("{root}/transfers/in/applications"));
        assert!(got.cookie("ejia_applicant").unwrap().starts_with("ejia_applicant=token-of-an-applicant; Path=/"));
        let page = house.get(got.header("location"), &[AS_APPLICANT]).await;
        let link = format!(r#"<s>{root}/transfers/in</s><a href="{root}/transfers/in/new">"#);
        assert!(page.text.contains(&link), "{}", page.text);
        let out = format!("{root}/transfers/in/logout");
        let got = house.post(&out, &[AS_APPLICANT, FORM], format!("csrf={}", page.csrf())).await;
        assert_eq!(got.header("location"), format!("{root}/transfers/in"));
        assert!(got.cookie("ejia_applicant").unwrap().contains("Max-Age=0"));
        assert_eq!(got.header("clear-site-data"), r#""cache", "storage""#);
    }
}

#[tokio::test]
async fn an_officer_is_known_with_his_organization_and_it_is_escaped() {
    let got = House::open().get("/office/list?q=%3Ci%3E&page=3", &[AS_COMMITTEE]).await;
    assert!(got.text.contains("某某&#60;公司&#62;党委 true &#60;i&#62; 3"), "{}", got.text);
}

#[tokio::test]
async fn only_committees_do_what_committees_do() {
    let house = House::open();
    let bearer = |token| [("authorization", token), JSON];
    let got = house.post("/api/v1/office/allocate/5", &bearer("Bearer token-of-a-branch"), "{}").await;
    assert_eq!((got.status, got.json()["code"].as_str()), (StatusCode::FORBIDDEN, Some("web.committees_only")));
    let got = house.post("/api/v1/office/allocate/5", &bearer("bearer token-of-a-committee"), "").await;
    assert_eq!((got.status, got.text.as_str()), (StatusCode::OK, "{}"));
    let got = house.get("/office/list", &[AS_BRANCH]).await;
    assert!(got.text.contains("第一党支部 false"), "{}", got.text);
}

#[tokio::test]
async fn a_file_is_taken_away_under_its_chinese_name() {
    let got = House::open().get("/member/file", &[AS_MEMBER]).await;
    assert_eq!(got.text, "a,b\n");
    assert_eq!(got.header("content-type"), "text/csv");
    let name = "attachment; filename*=UTF-8''%E6%88%91%E7%9A%84%20%E8%B5%84%E6%96%99.csv";
    assert_eq!(got.header("content-disposition"), name);
}

#[tokio::test]
async fn a_number_that_is_none_and_a_page_that_is_not_are_not_found() {
    let house = House::open();
    for path in ["/member/items/xyz", "/member/items/00000000000000000000000000", "/member/nothing", "/nothing"] {
        let got = house.get(path, &[AS_MEMBER]).await;
        assert_eq!(got.status, StatusCode::NOT_FOUND, "{path}");
        assert!(got.text.contains("您要找的页面不存在"), "{path}: {}", got.text);
        let got = house.get(&format!("/api/v1{path}"), &[BEARER]).await;
        assert_eq!(got.json()["code"], "web.no_such_page", "{path}");
    }
}

#[tokio::test]
async fn a_fragment_leaves_the_notice_for_the_next_page() {
    let house = House::open();
    let body = format!("csrf={}&name=x", house.member_csrf().await);
    let got = house.post("/member/record", &[AS_MEMBER, FORM], body).await;
    let said = got.cookie("ejia_said").unwrap();
    let both = format!("{}; {}", AS_MEMBER.1, said.split(';').next().unwrap());
    let fragment = house.get("/member/record", &[("cookie", &both), HTMX]).await;
    assert!(fragment.cookie("ejia_said").is_none() && !fragment.text.contains("已保存"));
}
