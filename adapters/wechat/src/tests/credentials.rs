//! One token for all: fetched once however many ask, renewed ahead, replaced when it is refused, sealed at rest.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::routing::{any, post};
use axum::{Json, Router};
use ejia_db::Desk;
use serde_json::{Value, json};

use super::wire::{Server, Wire, meeting, on_both, on_sqlite};
use crate::answers::Fault;
use crate::credentials::{Credentials, Kind, Lent};
use crate::sandbox::Mood;
use crate::{Account, store};

/// Many threads of several processes' clients do this at the same moment.
fn all_at_once(wire: &Wire, work: impl Fn(&Account, usize) + Sync) {
    let clients: Vec<Account> = (0..4).map(|_| wire.client()).collect();
    let together = Barrier::new(16);
    std::thread::scope(|scope| {
        for at in 0..16 {
            let (clients, together, work) = (&clients, &together, &work);
            scope.spawn(move || {
                together.wait();
                work(&clients[at % clients.len()], at);
            });
        }
    });
}

#[test]
fn many_who_ask_at_once_fetch_one_token() {
    on_both(|desk| {
        let wire = Wire::new(desk);
        let reader = wire.follower("u1");
        let send = |round: &'static str| {
            all_at_once(&wire, |client, at| {
                client.send_template(&meeting(&reader, &format!("{round}{at}"))).unwrap();
            });
        };
        send("first");
        assert_eq!(wire.sandbox.token_calls(), 1);
        // Due, and still good: one renews, the others go on with what there is.
        desk.clock().set(desk.now().plus(Duration::from_mins(116)));
        send("ahead");
        assert_eq!(wire.sandbox.token_calls(), 2);
        desk.clock().set(desk.now().plus(Duration::from_hours(3)));
        send("expired");
        assert_eq!(wire.sandbox.token_calls(), 3);
        wire.sandbox.behave(Mood::TokenStolen);
        send("stolen");
        assert_eq!(wire.sandbox.token_calls(), 4);
    });
}

#[test]
fn the_token_lies_sealed() {
    on_both(|desk| {
        let wire = Wire::new(desk);
        wire.client().menu().unwrap();
        let account = wire.settings().app_id;
        let (token, sealed) = desk
            .read_now(move |txn| {
                let kept = store::kept(txn, &account, "access_token")?.map(|kept| kept.text);
                let sealed = txn.one("SELECT sealed FROM wechat_credential", &[], |row| row.get::<Vec<u8>>(0))?;
                Ok((kept.unwrap_or_default(), sealed))
            })
            .unwrap();
        assert!(token.len() > 100);
        assert!(!sealed.windows(16).any(|part| token.as_bytes().starts_with(part)));
    });
}

fn lent(text: &str) -> Lent {
    Lent { text: text.to_owned(), lifetime: Duration::from_hours(2) }
}

fn refuse(_: bool) -> Result<Lent, Fault> {
    Err(Fault::Unknown("no answer".to_owned()))
}

#[test]
fn while_renewing_ahead_fails_the_old_one_goes_on() {
    on_both(|desk| {
        let credentials = Credentials::new(desk.clone(), "wx1");
        assert_eq!(credentials.current(Kind::AccessToken, &|_| Ok(lent("a"))).unwrap(), "a");
        desk.clock().set(desk.now().plus(Duration::from_mins(117)));
        assert_eq!(credentials.current(Kind::AccessToken, &refuse).unwrap(), "a");
        assert_eq!(credentials.current(Kind::AccessToken, &|_| Ok(lent("b"))).unwrap(), "b");
        desk.clock().set(desk.now().plus(Duration::from_hours(2)));
        let fault = credentials.current(Kind::AccessToken, &refuse).unwrap_err();
        assert_eq!(fault, Fault::Unreachable("no token: no answer".to_owned()));
    });
}

#[test]
fn accounts_and_kinds_have_rows_of_their_own() {
    on_sqlite(|desk| {
        let (one, other) = (Credentials::new(desk.clone(), "wx1"), Credentials::new(desk.clone(), "wx2"));
        one.current(Kind::AccessToken, &|_| Ok(lent("a"))).unwrap();
        assert_eq!(one.current(Kind::PageTicket, &|_| Ok(lent("t"))).unwrap(), "t");
        assert_eq!(other.current(Kind::AccessToken, &|_| Ok(lent("b"))).unwrap(), "b");
        assert_eq!(one.current(Kind::AccessToken, &refuse).unwrap(), "a");
    });
}

fn take_and_die(desk: &Desk) {
    let taken = desk.write_now(|txn| store::take_in_hand(txn, "wx1", "access_token", "dead")).unwrap();
    assert!(taken);
}

#[test]
fn a_refresher_who_died_is_overtaken() {
    on_both(|desk| {
        take_and_die(desk);
        let again = desk.write_now(|txn| store::take_in_hand(txn, "wx1", "access_token", "other")).unwrap();
        assert!(!again);
        desk.clock().set(desk.now().plus(Duration::from_secs(21)));
        let credentials = Credentials::new(desk.clone(), "wx1");
        assert_eq!(credentials.current(Kind::AccessToken, &|_| Ok(lent("a"))).unwrap(), "a");
        // Clocks of processes that run at once are a little apart: that overtakes nobody.
        take_and_die(desk);
        desk.clock().set(desk.now().minus(Duration::from_secs(3)));
        let again = desk.write_now(|txn| store::take_in_hand(txn, "wx1", "access_token", "other")).unwrap();
        assert!(!again);
        desk.write_now(|txn| store::let_go(txn, "wx1", "access_token", "dead")).unwrap();
        // A hold taken before the clock was set back is none.
        take_and_die(desk);
        desk.clock().set(desk.now().minus(Duration::from_hours(24)));
        desk.clock().set(desk.now().plus(Duration::from_secs(1)));
        assert_eq!(credentials.instead_of(Kind::AccessToken, "a", &|_| Ok(lent("b"))).unwrap(), "b");
    });
}

#[test]
fn whoever_was_overtaken_keeps_nothing() {
    on_sqlite(|desk| {
        let credentials = Credentials::new(desk.clone(), "wx1");
        let slow = credentials.current(Kind::AccessToken, &|_| {
            desk.clock().set(desk.now().plus(Duration::from_secs(21)));
            let quick = Credentials::new(desk.clone(), "wx1");
            quick.current(Kind::AccessToken, &|_| Ok(lent("quick"))).unwrap();
            Ok(lent("slow"))
        });
        assert_eq!(slow.unwrap(), "slow");
        assert_eq!(credentials.current(Kind::AccessToken, &refuse).unwrap(), "quick");
    });
}

#[test]
fn a_token_that_the_service_keeps_giving_and_refusing_is_forced_once_it_is_old() {
    on_sqlite(|desk| {
        let credentials = Credentials::new(desk.clone(), "wx1");
        let asked = Mutex::new(Vec::new());
        let fetch = |forced| {
            asked.lock().unwrap().push(forced);
            Ok(lent(if forced { "forced" } else { "same" }))
        };
        assert_eq!(credentials.current(Kind::AccessToken, &fetch).unwrap(), "same");
        assert_eq!(credentials.instead_of(Kind::AccessToken, "same", &fetch).unwrap(), "same");
        assert_eq!(*asked.lock().unwrap(), [false, false]);
        desk.clock().set(desk.now().plus(Duration::from_mins(11)));
        assert_eq!(credentials.instead_of(Kind::AccessToken, "same", &fetch).unwrap(), "forced");
        assert_eq!(*asked.lock().unwrap(), [false, false, false, true]);
    });
}

/// A service that takes no token.
fn spiteful(asked: &Arc<AtomicU32>) -> Router {
    async fn refuse(State(asked): State<Arc<AtomicU32>>) -> Json<Value> {
        asked.fetch_add(1, Ordering::SeqCst);
        Json(json!({ "errcode": 40001, "errmsg": "invalid credential" }))
    }
    Router::new()
        .route("/cgi-bin/stable_token", post(async || Json(json!({ "access_token": "t", "expires_in": 7200 }))))
        .route("/cgi-bin/message/template/send", any(refuse))
        .with_state(Arc::clone(asked))
}

#[test]
fn a_call_whose_token_is_refused_is_made_a_second_time_and_no_third() {
    on_sqlite(|desk| {
        let asked = Arc::default();
        let service = Server::bind().serve(spiteful(&asked));
        let wire = Wire::new(desk);
        let reader = wire.follower("u1");
        let client = Account::new(crate::AccountSettings { api: service.origin(), ..wire.settings() }, desk);
        let outcome = client.send_template(&meeting(&reader, "m1"));
        assert_eq!(outcome, Err(Fault::Unreachable("40001".to_owned())));
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    });
}
