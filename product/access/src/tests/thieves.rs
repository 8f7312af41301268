//! What thieves of states, codes, cookies and passwords get at the phone's way in.

use axum::http::StatusCode;

use super::browser::Browser;
use super::street::{OWN, cookie, on_phones, state};
use crate::tests::city::*;

#[test]
fn a_state_counts_once_for_ten_minutes_and_in_the_browser_that_was_sent() {
    on_phones(|street| {
        let chen = street.bound("o-chen");
        assert!(!cookie(&chen, "ejia_phone").is_empty());
        let back = |phone: &mut Browser, code: &str, state: &str| {
            street.give(code, "o-chen");
            phone.get(&format!("/wechat/oauth?code={code}&state={state}")).status == StatusCode::SEE_OTHER
        };
        let (mut phone, mut thief) = (street.phone(), street.phone());
        // Forged, without a browser that was sent, and stolen by one that was sent for itself.
        assert!(!back(&mut phone, "c1", "0000"));
        let state_of = |phone: &mut Browser| state(phone.get("/wechat/enter").goes_to());
        let sent = state_of(&mut phone);
        assert!(!back(&mut thief, "c2", &sent));
        let own = state_of(&mut thief);
        assert!(!back(&mut thief, "c3", &sent) && cookie(&thief, "ejia_phone").is_empty());
        // A thief's own code and state, sent to somebody else as a link, let nobody in as the thief.
        assert!(!back(&mut phone, "c4", &own) && cookie(&phone, "ejia_phone").is_empty());
        // Twice on the way in one browser is fine; each counts once.
        let second = state_of(&mut phone);
        assert!(back(&mut phone, "c5", &sent));
        assert!(!cookie(&phone, "ejia_phone").is_empty());
        assert!(!back(&mut phone, "c6", &sent), "used");
        assert!(!back(&mut phone, "c7", &second), "the mark is gone with the first");
        let late = state_of(&mut phone);
        street.city.pass(10 * 60);
        assert!(!back(&mut phone, "c8", &late));
        phone.shows("停留时间过长");
    });
}

#[test]
fn nothing_that_was_in_a_browser_before_opens_what_is_opened_in_it() {
    on_phones(|street| {
        // A thief plants his own mark and session, and waits for the owner to come in.
        let mut phone = street.phone();
        for name in ["ejia_phone", "ejia_mark"] {
            phone.cookies.push((name.to_owned(), "planted".to_owned()));
        }
        assert_eq!(street.come(&mut phone, "/wechat/enter", "o-chen"), "/wechat/bind");
        let mark = cookie(&phone, "ejia_mark");
        assert!(mark != "planted" && mark.len() == 64);
        let mut thief = street.phone();
        thief.cookies.push(("ejia_mark".to_owned(), "planted".to_owned()));
        // His page is not the binding page of the owner's WeChat.
        assert!(thief.get("/wechat/bind").goes_to().starts_with("/wechat/enter"));
        phone.post("/wechat/bind", &[("id_card", CHEN_ID), ("password", OWN)]);
        assert!(cookie(&phone, "ejia_phone") != "planted" && cookie(&phone, "ejia_mark").is_empty());
        // A form of another browser, or of none, binds nobody.
        let mut other = street.phone();
        street.come(&mut other, "/wechat/enter", "o-other");
        other.cookies.retain(|(name, _)| name != "ejia_visit");
        other.post("/wechat/bind", &[("id_card", CHEN_ID), ("password", OWN)]);
        assert_eq!(other.status, StatusCode::FORBIDDEN);
    });
}

#[test]
fn a_phone_is_led_nowhere_but_under_its_own_root() {
    on_phones(|street| {
        drop(street.bound("o-chen"));
        for to in [
            "https://elsewhere.example/",
            "//elsewhere.example",
            "/member/record",
            "/wechat/../office",
            "/%5Cx",
            "/office",
        ] {
            let mut phone = street.phone();
            assert_eq!(street.come(&mut phone, &format!("/wechat/enter?to={to}"), "o-chen"), "/wechat", "{to}");
            // A page of the web is looked for on the phone, where this one has none.
            let shut = if to == "/member/record" { "/wechat/record" } else { "/wechat" };
            let mut phone = street.phone();
            phone.get(&format!("/wechat/login?by=password&next={to}"));
            assert_eq!(phone.post("/wechat/login", &[("login", CHEN), ("password", OWN)]).goes_to(), shut, "{to}");
        }
    });
}

#[test]
fn the_binding_form_is_no_place_for_guessing() {
    on_phones(|street| {
        let mut phone = street.phone();
        for number in 0..7 {
            // A new way in for each try changes nothing.
            street.come(&mut phone, "/wechat/enter", &format!("o-{number}"));
            phone.post("/wechat/bind", &[("id_card", CHEN_ID), ("password", "guess2026")]);
            let locked = number >= 5;
            assert_eq!(phone.status == StatusCode::TOO_MANY_REQUESTS, locked, "{number}: {}", phone.page);
        }
        phone.post("/wechat/bind", &[("id_card", CHEN_ID), ("password", OWN)]).shows("请15分钟后再试");
        street.city.pass(15 * 60);
        street.come(&mut phone, "/wechat/enter", "o-chen");
        assert_eq!(phone.post("/wechat/bind", &[("id_card", CHEN_ID), ("password", OWN)]).goes_to(), "/wechat");
    });
}

#[test]
fn a_session_of_the_phone_opens_nothing_on_the_web_and_one_of_the_web_nothing_on_the_phone() {
    on_phones(|street| {
        let phone = street.bound("o-chen");
        let stolen = cookie(&phone, "ejia_phone");
        let mut web = Browser::new(street.city);
        for name in ["ejia_phone", "ejia_member"] {
            web.cookies.push((name.to_owned(), stolen.clone()));
        }
        for path in ["/member/wechat", "/member/password", "/member/record"] {
            web.get(path);
            let shut = web.status == StatusCode::NOT_FOUND || web.goes_to().starts_with("/member/login");
            assert!(shut, "{path}");
        }
        web.get("/member/login");
        web.post("/member/login", &[("login", CHEN), ("password", OWN)]).goes_to();
        web.get("/member/wechat").shows("已绑定").shows("解除绑定");
        let session = cookie(&web, "ejia_member");
        let mut lent = street.phone();
        lent.cookies.push(("ejia_phone".to_owned(), session));
        assert_eq!(lent.get("/wechat").goes_to(), "/wechat/login?next=/wechat");
    });
}
