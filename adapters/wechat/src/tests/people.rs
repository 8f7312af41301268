//! Followers: their events on the way to the product, and the console that moves them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::any;
use serde_json::{Value, json};

use super::wire::{Server, Wire, on_both, on_sqlite, writings};
use crate::Button;
use crate::callback::Event;
use crate::sandbox::Mood;

#[test]
fn following_and_leaving_reach_the_product_in_every_way_of_writing() {
    on_both(|desk| {
        for writing in writings() {
            let wire = Wire::with(desk, |settings| settings.writing = writing);
            let follow = || wire.sandbox.follow("u1").unwrap().unwrap().blocking_recv().unwrap();
            assert!(follow());
            assert!(wire.sandbox.unfollow("u1").unwrap().unwrap().blocking_recv().unwrap());
            assert!(wire.sandbox.unfollow("u1").unwrap().is_none());
            assert!(follow());
            let subscribed = Event::Subscribed { scene: None };
            assert_eq!(wire.events(3), [subscribed.clone(), Event::Unsubscribed, subscribed]);
            let heard = wire.heard.lock().unwrap();
            assert!(heard[0].key != heard[2].key && heard[0].at < heard[1].at);
            assert_eq!(heard[0].from.expose(), wire.sandbox.users()[0].open_id);
            let conversation = wire.sandbox.messages("u1");
            assert_eq!(conversation.len(), 2);
            assert_eq!(conversation[0].text, "欢迎关注 <党建e家>");
        }
    });
}

#[test]
fn what_a_follower_touches_and_writes_is_heard() {
    on_sqlite(|desk| {
        let wire = Wire::new(desk);
        wire.follower("u1");
        let page = "https://ejia.example/wechat/enter?to=/wechat/dues&x=<1>";
        for told in [
            wire.sandbox.touch("u1", &Button::key("帮助", "help")),
            wire.sandbox.touch("u1", &Button::page("交党费", page)),
            wire.sandbox.write("u1", "党费 <多少> & ]]> 呢"),
        ] {
            assert!(told.unwrap().unwrap().blocking_recv().unwrap());
        }
        let text = "党费 <多少> & ]]> 呢".to_owned();
        assert_eq!(
            wire.events(4)[1..],
            [
                Event::Clicked { key: "help".to_owned() },
                Event::Viewed { address: page.to_owned() },
                Event::Wrote { text }
            ]
        );
    });
}

#[test]
fn an_event_told_twice_has_one_key_and_a_forged_one_is_not_heard() {
    on_sqlite(|desk| {
        let wire = Wire::new(desk);
        wire.sandbox.behave(Mood::EventsTwice);
        wire.follower("u1");
        assert_eq!(wire.events(2).len(), 2);
        {
            let heard = wire.heard.lock().unwrap();
            assert_eq!(heard[0], heard[1]);
        }
        wire.sandbox.behave(Mood::EventsForged);
        assert!(!wire.sandbox.unfollow("u1").unwrap().unwrap().blocking_recv().unwrap());
        assert_eq!(wire.events(2).len(), 2);
    });
}

/// A product that falters at the first calls.
fn faltering(calls: &Arc<AtomicU32>) -> Router {
    async fn take(State(calls): State<Arc<AtomicU32>>) -> (StatusCode, &'static str) {
        if calls.fetch_add(1, Ordering::SeqCst) < 2 {
            (StatusCode::SERVICE_UNAVAILABLE, "")
        } else {
            (StatusCode::OK, "success")
        }
    }
    Router::new().route("/notify/wechat", any(take)).with_state(Arc::clone(calls))
}

#[test]
fn a_call_that_is_not_taken_is_made_three_times() {
    on_sqlite(|desk| {
        let wire = Wire::new(desk);
        let calls = Arc::default();
        let product = Server::bind().serve(faltering(&calls));
        wire.sandbox.call(&format!("{}/notify/wechat", product.origin()));
        assert!(wire.sandbox.follow("u1").unwrap().unwrap().blocking_recv().unwrap());
        assert_eq!(calls.load(Ordering::SeqCst), 3);
        drop(product);
        assert!(!wire.sandbox.unfollow("u1").unwrap().unwrap().blocking_recv().unwrap());
    });
}

#[test]
fn the_console_moves_followers_and_shows_what_they_read() {
    on_both(|desk| {
        let wire = Wire::new(desk);
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let address = |path: &str| format!("{}/sandbox/api/wechat/{path}", wire.service.origin());
        let post = |path: &str, body: &Value| {
            let mut answer = agent.post(address(path)).send(body.to_string()).unwrap();
            (answer.status().as_u16(), answer.body_mut().read_json::<Value>().unwrap())
        };
        let get = |path: &str| agent.get(address(path)).call().unwrap().body_mut().read_json::<Value>().unwrap();
        let user = json!({ "user": "u1" });
        let (status, person) = post("users", &user);
        assert!(status == 200 && person["following"] == json!(false), "{person}");
        let (status, person) = post("follow", &user);
        assert_eq!((status, &person["following"], &person["event_taken"]), (200, &json!(true), &json!(true)));
        assert_eq!(wire.events(1).len(), 1);
        assert_eq!(post("follow", &user).1["event_taken"], json!(null));
        let messages = get("messages?user=u1");
        assert_eq!(messages[0]["text"], "欢迎关注 <党建e家>");
        assert!(messages[0]["at"].is_string() && messages[0]["url"].is_string());
        assert_eq!(post("unfollow", &user).1["following"], json!(false));
        assert_eq!(get("users")[0]["user"], "u1");
        assert_eq!(post("mood", &json!({ "mood": "token_stolen" })).0, 200);
        assert_eq!(get("mood"), json!({ "mood": "token_stolen" }));
        assert_eq!(get("menu"), json!({ "button": [] }));
        assert_eq!(get("messages?user=nobody"), json!([]));
        assert_eq!(post("users", &json!({ "user": "a b" })).0, 422);
        assert_eq!(post("follow", &json!({})).0, 400);
    });
}
