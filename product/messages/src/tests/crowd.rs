//! Thousands of notices at once while everything fails in every way: each member gets each notice once, by one way.

use std::collections::HashMap;
use std::sync::Arc;
use std::thread;

use ejia_db::{Desk, args};
use ejia_jobs::Handlers;
use ejia_kernel::{MemberId, MessageId};

use super::on_both;
use super::post::{Does, Post};
use super::wechat::{Account, everybody};
use crate::{About, Carrier, Letter, Pusher, Route, State, Template};

const NOTICES: usize = 3_000;

/// Chance that comes out the same every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    /// Mostly well, and now and then anything.
    fn does(&mut self) -> Does {
        match self.below(20) {
            0 => Does::TakesAndIsCutOff,
            1 => Does::IsCutOffBefore,
            2 => Does::Limits(1 + self.below(600)),
            3 | 4 => Does::IsDown,
            5 => Does::Refuses,
            6 => Does::TakesAndWeDie,
            _ => Does::Takes,
        }
    }
}

fn send_all(desk: &Desk) -> Vec<MessageId> {
    let mut all = Vec::new();
    for _ in 0..NOTICES / 100 {
        all.extend(
            desk.write_now(|txn| {
                (0..100)
                    .map(|_| {
                        let member = About::Member(MemberId::new(txn.now()));
                        crate::send(txn, &Letter::new(super::phone(), Template::TransferArrived).about(member))
                    })
                    .collect::<Result<Vec<_>, _>>()
            })
            .unwrap(),
        );
    }
    all
}

fn fates(desk: &Desk) -> HashMap<MessageId, (Route, State)> {
    desk.read_now(|txn| {
        Ok(txn.query("SELECT id, route, state FROM message", &args![], |row| {
            let (route, state): (String, String) = (row.get(1)?, row.get(2)?);
            Ok((row.get(0)?, (Route::from_code(&route).unwrap(), State::from_code(&state).unwrap())))
        })?)
    })
    .unwrap()
    .into_iter()
    .collect()
}

#[test]
fn of_thousands_of_notices_each_arrives_once_and_by_one_way_whatever_fails() {
    on_both(|desk| {
        let mut chance = Chance(20_260_320);
        let account = Account::doing(desk, (0..20_000).map(|_| chance.does()).collect::<Vec<_>>());
        let post = Post::doing((0..20_000).map(|_| chance.does()).collect::<Vec<_>>());
        let other = Post::named("tencent", (0..20_000).map(|_| chance.does()).collect::<Vec<_>>());
        let ways = crate::Post::by_sms(Arc::clone(&post) as Arc<dyn Carrier>)
            .then_by(Arc::clone(&other) as Arc<dyn Carrier>)
            .pushing(Arc::clone(&account) as Arc<dyn Pusher>, everybody);
        let handlers = crate::handlers(Handlers::new(), ways);
        let all = send_all(desk);
        let mut lost = Vec::new();
        // An hour and a half of it, and then what hangs is asked after.
        for turn in 0..24 {
            thread::scope(|scope| {
                for _ in 0..3 {
                    scope.spawn(|| handlers.drain(desk).unwrap());
                }
            });
            if turn == 2 {
                // WeChat tells of some of the pushes that it has lost them after all.
                let pushed: Vec<MessageId> = account.pushed.lock().unwrap().iter().map(|push| push.id).collect();
                lost = pushed.into_iter().filter(|_| chance.below(20) == 0).collect();
                for id in lost.clone() {
                    desk.write_now(move |txn| crate::record_push(txn, &format!("msg-{id}"), Some("failed"))).unwrap();
                }
            }
            super::wait(desk, if turn < 12 { 30 } else { 600 });
        }
        let mut pushes: HashMap<MessageId, usize> = HashMap::new();
        account.pushed.lock().unwrap().iter().for_each(|push| *pushes.entry(push.id).or_default() += 1);
        let mut texts: HashMap<MessageId, usize> = HashMap::new();
        for company in [&post, &other] {
            company.taken.lock().unwrap().iter().for_each(|letter| *texts.entry(letter.id).or_default() += 1);
        }
        assert!(other.taken() > 0);
        assert!(pushes.values().chain(texts.values()).all(|times| *times == 1));
        let fates = fates(desk);
        let mut by: HashMap<(Route, State), usize> = HashMap::new();
        for id in &all {
            let (route, state) = fates[id];
            *by.entry((route, state)).or_default() += 1;
            let (by_push, by_text) = (pushes.contains_key(id), texts.contains_key(id));
            match (route, state) {
                (Route::WeChat, State::Sent) => assert!(by_push && !by_text, "{id}"),
                (Route::Sms, State::Sent) => assert!(by_text, "{id}"),
                // Nobody knows, or the SMS company refused the number.
                (Route::WeChat, State::Unknown) | (Route::Sms, State::Failed) => assert!(!by_text, "{id}"),
                other => panic!("{id}: {other:?}"),
            }
        }
        let both: Vec<&MessageId> = all.iter().filter(|id| pushes.contains_key(id) && texts.contains_key(id)).collect();
        assert!(!both.is_empty() && both.iter().all(|id| lost.contains(id)), "{} {by:?}", both.len());
    });
}
