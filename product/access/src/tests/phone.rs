//! Phones at the pages: to WeChat and back, bound or not, and by password.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::http::StatusCode;

use super::browser::Browser;
use super::street::{NEW, OWN, Street, cookie, on_phones, state};
use crate::model::Account;
use crate::tests::city::*;

#[test]
fn a_member_binds_himself_once_and_from_then_on_comes_in_by_himself() {
    on_phones(|street| {
        let mut phone = street.phone();
        let away = phone.get("/wechat/check-in/abc?x=1").status;
        assert_eq!(away, StatusCode::NOT_FOUND, "no such page in this crate");
        assert_eq!(
            street.come(&mut phone, "/wechat/login?next=%2Fwechat%2Flogin%3Fby%3Dpassword", "o-chen"),
            "/wechat/bind"
        );
        phone.shows("身份绑定").shows("身份证号").shows("密码").shows(">绑定</button>");
        assert!(!phone.page.contains("o-chen"), "a WeChat is never on a page");
        phone.post("/wechat/bind", &[("id_card", ""), ("password", "")]).shows("请输入身份证号").shows("请输入密码");
        phone.post("/wechat/bind", &[("id_card", "1380013"), ("password", OWN)]).shows("请输入18位公民身份证号");
        phone.post("/wechat/bind", &[("id_card", CHEN_ID), ("password", "wrong2026")]).shows("请核对后重试");
        assert_eq!(phone.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!phone.page.contains(CHEN_ID), "a number is never shown");
        phone.post("/wechat/bind", &[("id_card", CHEN_ID), ("password", OWN)]);
        assert_eq!(phone.goes_to(), "/wechat/login?by=password");
        assert!(!cookie(&phone, "ejia_phone").is_empty() && cookie(&phone, "ejia_mark").is_empty());
        phone.get("/wechat").shows("绑定成功").shows("陈建国");
        // Another day: no password, and no page in between.
        let mut later = street.phone();
        assert_eq!(street.come(&mut later, "/wechat", "o-chen"), "/wechat");
        later.shows("陈建国");
        assert_eq!(street.come(&mut later, "/wechat/enter?to=/wechat/bind", "o-chen"), "/wechat");
        later.shows("无需重复绑定");
    });
}

#[test]
fn the_first_password_is_to_be_changed_on_the_web_first() {
    both(|city| {
        let street = Street { city, account: Arc::default() };
        let mut phone = street.phone();
        street.come(&mut phone, "/wechat/bind", "o-chen");
        phone
            .post("/wechat/bind", &[("id_card", CHEN_ID), ("password", CHEN)])
            .shows("请先登录网页版党员服务平台修改密码");
        // Or on the phone, by the login with a password; and then he goes on to where he wanted.
        phone.get("/wechat/login?by=password&next=%2Fwechat%2Fdues").shows("微信登录");
        phone.post("/wechat/login", &[("login", CHEN), ("password", CHEN)]).shows("138****8003");
        assert!(!phone.page.contains(CHEN) && !phone.page.contains(CHEN_ID));
        phone.post("/wechat/login/first", &[("code", "1"), ("password", OWN), ("again", OWN)]).shows("验证码不正确");
        let code = city.code(CHEN);
        phone.post("/wechat/login/first", &[("code", &code), ("password", OWN), ("again", OWN)]);
        assert_eq!(phone.goes_to(), "/wechat/dues");
        phone.get("/wechat").shows("请抽空在电脑上登录党员服务平台");
    });
}

#[test]
fn a_forgotten_password_on_the_phone_leads_on_and_shows_no_number() {
    on_phones(|street| {
        let mut phone = street.phone();
        phone.get("/wechat/login?by=password&next=%2Fwechat%2Fcheck-in%2Fabc");
        phone.post("/wechat/login", &[("login", CHEN), ("password", "wrong2026")]).shows("登录信息不正确");
        assert!(!phone.page.contains(CHEN));
        phone.shows("/wechat/forgotten?next=/wechat/check-in/abc");
        phone.get("/wechat/forgotten?next=/wechat/check-in/abc");
        phone.post("/wechat/forgotten", &[("login", CHEN)]).shows("如果信息正确");
        assert!(!phone.page.contains(CHEN));
        let code = street.city.code(CHEN);
        phone.post("/wechat/reset", &[("code", &code), ("password", NEW), ("again", NEW)]);
        let to = "/wechat/login?next=%2Fwechat%2Fcheck-in%2Fabc";
        assert_eq!(phone.goes_to(), to);
        let next = phone.get(to).goes_to().to_owned();
        assert_eq!(next, "/wechat/enter?to=%2Fwechat%2Fcheck-in%2Fabc");
    });
}

#[test]
fn without_an_official_account_a_phone_comes_in_by_password() {
    both(|city| {
        city.settled(Account::Member(city.chen), OWN);
        let mut phone = Browser::new(city);
        phone.get("/wechat/enter?to=/wechat/dues").shows("尚未开通微信登录").shows("用密码登录");
        phone.shows("/wechat/login?by=password&#38;next=%2Fwechat%2Fdues");
        phone.get("/wechat/oauth?code=x&state=y").shows("请重试");
        phone.get("/wechat/login?by=password&next=/wechat/dues");
        assert_eq!(phone.post("/wechat/login", &[("login", CHEN), ("password", OWN)]).goes_to(), "/wechat/dues");
        assert_eq!(phone.get("/wechat").status, StatusCode::OK);
        assert_eq!(phone.post("/wechat/logout", &[]).goes_to(), "/wechat/login?by=password");
        assert_eq!(phone.get("/wechat").goes_to(), "/wechat/login?next=/wechat");
    });
}

#[test]
fn when_wechat_does_not_answer_or_refuses_the_code_the_page_says_so_and_leads_back() {
    on_phones(|street| {
        let mut phone = street.phone();
        let again = "/wechat/enter?to=%2Fwechat%2Fdues";
        for (down, said) in [(true, "微信暂时没有应答"), (false, "微信没有确认您的身份")] {
            street.account.down.store(down, Ordering::SeqCst);
            let state = state(phone.get("/wechat/enter?to=/wechat/dues").goes_to());
            phone.get(&format!("/wechat/oauth?code=invented&state={state}")).shows(said).shows("重试").shows(again);
            assert_eq!(phone.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        // Somebody who says no comes back without a code.
        let state = state(phone.get("/wechat/enter?to=/wechat/dues").goes_to());
        phone.get(&format!("/wechat/oauth?state={state}")).shows(again);
        assert_eq!(street.come(&mut phone, again, "o-chen"), "/wechat/bind");
    });
}

#[test]
fn a_member_unbinds_on_the_web_and_his_phone_is_shut() {
    on_phones(|street| {
        let mut phone = street.bound("o-chen");
        assert_eq!(phone.get("/wechat").status, StatusCode::OK);
        for path in ["/wechat/wechat", "/wechat/wechat/unbind", "/wechat/password"] {
            phone.get(path).shows("只能在网页端进行");
            assert_eq!(phone.status, StatusCode::FORBIDDEN);
        }
        let mut web = Browser::new(street.city);
        web.get("/member/login");
        web.post("/member/login", &[("login", CHEN), ("password", OWN)]).goes_to();
        web.get("/member/wechat").shows("绑定时间").shows("/member/wechat/unbind");
        web.get("/member/wechat/unbind").shows("确认解除绑定");
        assert_eq!(web.post("/member/wechat/unbind", &[]).goes_to(), "/member/wechat");
        web.get("/member/wechat").shows("微信绑定已解除").shows("您还没有绑定微信");
        assert_eq!(phone.get("/wechat").goes_to(), "/wechat/login?next=/wechat");
        assert_eq!(street.come(&mut phone, "/wechat", "o-chen"), "/wechat/bind");
        web.get("/member/wechat/unbind").shows("您没有绑定微信");
        // A changed password shuts the phones too; the binding stays.
        phone.post("/wechat/bind", &[("id_card", CHEN_ID), ("password", OWN)]).goes_to();
        web.get("/member/password");
        web.post("/member/password", &[("old", OWN), ("password", NEW), ("again", NEW)]).goes_to();
        assert_eq!(phone.get("/wechat").goes_to(), "/wechat/login?next=/wechat");
        assert_eq!(street.come(&mut phone, "/wechat", "o-chen"), "/wechat");
    });
}
