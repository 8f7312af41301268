//! The phone's way over WeChat's page, and pages that use its camera.

use std::time::Duration;

use super::wire::{Wire, on_both, on_sqlite};
use crate::Fault;
use crate::sandbox::PHONE_COOKIE;

/// A phone opens an address: status, where it is sent, and what it reads.
fn open(address: &str, cookie: Option<&str>) -> (u16, String, String) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
    let address = address.split('#').next().unwrap();
    let mut request = agent.get(address);
    if let Some(user) = cookie {
        request = request.header("cookie", format!("other=1; {PHONE_COOKIE}={user}"));
    }
    let mut answer = request.call().unwrap();
    let location = answer.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
    (answer.status().as_u16(), location.unwrap_or_default(), answer.body_mut().read_to_string().unwrap())
}

/// The code that a phone comes back with.
fn code(wire: &Wire, user: &str) -> String {
    let back = format!("{}/wechat/oauth", wire.product.origin());
    let (status, location, body) = open(&wire.client().authorize_address(&back, "s7a7e"), Some(user));
    assert_eq!(status, 302, "{body}");
    let rest = location.strip_prefix(&format!("{back}?code=")).unwrap();
    rest.strip_suffix("&state=s7a7e").unwrap().to_owned()
}

#[test]
fn a_phone_comes_back_with_a_code_that_tells_its_user_once() {
    on_both(|desk| {
        let wire = Wire::new(desk);
        let client = wire.client();
        let first = code(&wire, "u1");
        let known = wire.sandbox.create_user("u1").unwrap().open_id;
        assert_eq!(client.open_id(&first).unwrap().expose(), known);
        assert_eq!(client.open_id(&first), Err(Fault::Refused(40163)));
        assert_ne!(client.open_id(&code(&wire, "u2")).unwrap().expose(), known);
        let late = code(&wire, "u1");
        desk.clock().set(desk.now().plus(Duration::from_secs(301)));
        assert_eq!(client.open_id(&late), Err(Fault::Refused(40029)));
        for nonsense in ["", "never-given", "a b", &"x".repeat(300)] {
            assert_eq!(client.open_id(nonsense), Err(Fault::Refused(40029)), "{nonsense}");
        }
    });
}

#[test]
fn a_phone_is_sent_only_to_the_pages_of_the_account() {
    on_sqlite(|desk| {
        let wire = Wire::new(desk);
        let client = wire.client();
        let back = format!("{}/wechat/oauth?to=%2Fwechat%2Fdues", wire.product.origin());
        let good = client.authorize_address(&back, "s7a7e");
        assert!(good.ends_with("&response_type=code&scope=snsapi_base&state=s7a7e#wechat_redirect"));
        let (status, location, _) = open(&good, Some("u1"));
        assert!(status == 302 && location.starts_with(&format!("{back}&code=")), "{location}");
        assert!(open(&good, None).2.contains("请在微信客户端打开链接"));
        let foreign = client.authorize_address("https://elsewhere.example/", "s");
        let (status, location, body) = open(&foreign, Some("u1"));
        assert!(status == 400 && location.is_empty() && body.contains("10003"), "{body}");
        let shuffled = good.replace("&response_type=code", "").replace("#wechat_redirect", "&response_type=code");
        let other_account = good.replace("appid=wx", "appid=wy");
        let bad_state = client.authorize_address(&back, "a<b>");
        for address in [shuffled, other_account, bad_state] {
            assert_eq!(open(&address, Some("u1")).0, 400, "{address}");
        }
    });
}

#[test]
fn a_signed_page_is_let_at_the_camera_and_no_other() {
    on_both(|desk| {
        let wire = Wire::new(desk);
        let address = "https://ejia.example/wechat/meetings/check-in?code=a%2Fb";
        let page = wire.client().sign_page(&format!("{address}#top")).unwrap();
        assert!(wire.sandbox.admits_page(&page, address));
        assert!(!wire.sandbox.admits_page(&page, "https://ejia.example/wechat/dues"));
        let again = wire.client().sign_page(address).unwrap();
        assert_ne!(again.nonce_str, page.nonce_str);
        assert!(wire.sandbox.admits_page(&again, address));
        desk.clock().set(desk.now().plus(Duration::from_hours(3)));
        assert!(!wire.sandbox.admits_page(&page, address));
        let later = wire.client().sign_page(address).unwrap();
        assert!(wire.sandbox.admits_page(&later, address));
        assert_eq!(wire.sandbox.token_calls(), 2);
    });
}
