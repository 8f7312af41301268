//! A letter's ways: WeChat first, the text message after it, and never both while the first may have reached him.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ejia_db::{Desk, Txn, args};
use ejia_jobs::Handlers;
use ejia_kernel::{Clock, Instant, MemberId, MessageId, OpenId, Problem};

use super::post::{Does, Post};
use super::{kept, on_both, phone, reported, send, state, wait};
use crate::{About, Carrier, CarryFault, Letter, Push, Pusher, Receipt, Report, Route, State, Template};

/// WeChat by script; without one it takes everything. As the real one it knows an id again for ten minutes.
pub(super) struct Account {
    clock: Clock,
    script: Mutex<VecDeque<Does>>,
    known: Mutex<HashMap<MessageId, Instant>>,
    pub(super) pushed: Mutex<Vec<Push>>,
    pub(super) asked: Mutex<usize>,
}

impl Account {
    pub(super) fn doing(desk: &Desk, script: impl IntoIterator<Item = Does>) -> Arc<Self> {
        Arc::new(Self {
            clock: desk.clock().clone(),
            script: Mutex::new(script.into_iter().collect()),
            known: Mutex::default(),
            pushed: Mutex::default(),
            asked: Mutex::default(),
        })
    }

    fn pushed(&self) -> usize {
        self.pushed.lock().unwrap().len()
    }

    fn take(&self, push: &Push) -> Receipt {
        let now = self.clock.now();
        let mut known = self.known.lock().unwrap();
        if known.get(&push.id).is_none_or(|at| now.since(*at) >= Duration::from_mins(10)) {
            known.insert(push.id, now);
            self.pushed.lock().unwrap().push(push.clone());
        }
        Receipt { number: format!("msg-{}", push.id) }
    }
}

impl Pusher for Account {
    fn push(&self, push: &Push) -> Result<Receipt, CarryFault> {
        *self.asked.lock().unwrap() += 1;
        let does = self.script.lock().unwrap().pop_front().unwrap_or(Does::Takes);
        let known = self.known.lock().unwrap().contains_key(&push.id);
        match does {
            Does::Takes => Ok(self.take(push)),
            Does::Refuses if known => Ok(self.take(push)),
            Does::Refuses => Err(CarryFault::Refused("43004".to_owned())),
            Does::TakesAndIsCutOff => {
                self.take(push);
                Err(CarryFault::Unknown("time-out".to_owned()))
            }
            Does::TakesAndWeDie => {
                self.take(push);
                panic!("killed")
            }
            Does::IsCutOffBefore => Err(CarryFault::Unknown("time-out".to_owned())),
            Does::Limits(seconds) => {
                Err(CarryFault::Limited { reason: "45009".to_owned(), wait: Duration::from_secs(seconds) })
            }
            Does::IsDown => Err(CarryFault::Unreachable("no connection".to_owned())),
        }
    }
}

/// Everybody is bound, each to the WeChat of his own name.
#[expect(clippy::unnecessary_wraps, reason = "as `Reach` has it")]
pub(super) fn everybody(_: &mut Txn<'_>, member: MemberId) -> Result<Option<OpenId>, Problem> {
    Ok(OpenId::parse(&member.to_string()).ok())
}

#[expect(clippy::unnecessary_wraps, reason = "as `Reach` has it")]
fn nobody(_: &mut Txn<'_>, _: MemberId) -> Result<Option<OpenId>, Problem> {
    Ok(None)
}

/// Both ways, watched.
struct World<'a> {
    desk: &'a Desk,
    account: Arc<Account>,
    post: Arc<Post>,
    handlers: Handlers,
}

impl<'a> World<'a> {
    fn doing(desk: &'a Desk, script: impl IntoIterator<Item = Does>) -> Self {
        let (account, post) = (Account::doing(desk, script), Post::doing([]));
        let ways = crate::Post::by_sms(Arc::clone(&post) as Arc<dyn Carrier>)
            .pushing(Arc::clone(&account) as Arc<dyn Pusher>, everybody);
        Self { desk, account, post, handlers: crate::handlers(Handlers::new(), ways) }
    }

    fn send(&self) -> MessageId {
        send(self.desk, called(self.desk))
    }

    /// Turns of the worker in so many seconds, five seconds apart.
    fn pass(&self, seconds: u64) {
        self.turn();
        for _ in 0..seconds / 5 {
            wait(self.desk, 5);
            self.turn();
        }
    }

    fn turn(&self) {
        self.handlers.drain(self.desk).unwrap();
    }

    fn told(&self, id: MessageId, failure: Option<&'static str>) -> usize {
        let number = format!("msg-{id}");
        self.desk.write_now(move |txn| crate::record_push(txn, &number, failure)).unwrap()
    }

    /// How it went: the way, the state, pushes and text messages.
    fn went(&self, id: MessageId) -> (Route, State, usize, usize) {
        (route(self.desk, id), state(self.desk, id), self.account.pushed(), self.post.taken())
    }
}

/// A letter about a member.
fn called(desk: &Desk) -> Letter {
    Letter::new(phone(), Template::MeetingCalled)
        .with("kind", "支部党员大会")
        .with("time", "3月25日14:30")
        .about(About::Member(MemberId::new(desk.now())))
}

fn route(desk: &Desk, id: MessageId) -> Route {
    let code = desk
        .read_now(move |txn| {
            Ok(txn.one("SELECT route FROM message WHERE id = $1", &args![id], |row| row.get::<String>(0))?)
        })
        .unwrap();
    Route::from_code(&code).unwrap()
}

#[test]
fn a_bound_member_is_told_by_wechat_and_not_by_text_message_too() {
    on_both(|desk| {
        let world = World::doing(desk, []);
        let id = world.send();
        world.pass(30);
        assert_eq!(world.went(id), (Route::WeChat, State::Sent, 1, 0));
        let push = world.account.pushed.lock().unwrap().pop().unwrap();
        assert_eq!((push.id, push.path.as_str()), (id, "/wechat/meetings"));
        assert!(push.template.render(&push.params).starts_with("您所在的党组织将于3月25日14:30召开支部党员大会"));
        assert_eq!((world.told(id, None), world.told(id, None)), (1, 0));
        assert_eq!(state(desk, id), State::Delivered);
        assert_eq!(kept(desk, id), (false, true));
    });
}

#[test]
fn codes_and_letters_to_those_who_are_not_members_go_by_text_message_alone() {
    on_both(|desk| {
        let world = World::doing(desk, []);
        let member = About::Member(MemberId::new(desk.now()));
        send(desk, super::code().about(member));
        send(desk, Letter::new(phone(), Template::TransferInReturned));
        world.turn();
        assert_eq!((*world.account.asked.lock().unwrap(), world.post.taken()), (0, 2));
    });
}

#[test]
fn who_is_not_bound_gets_a_text_message_and_who_has_no_phone_either_reads_it_on_the_platform() {
    on_both(|desk| {
        let post = Post::doing([]);
        let account = Account::doing(desk, []);
        let ways = crate::Post::by_sms(Arc::clone(&post) as Arc<dyn Carrier>)
            .pushing(Arc::clone(&account) as Arc<dyn Pusher>, nobody);
        let handlers = crate::handlers(Handlers::new(), ways);
        let with = send(desk, called(desk));
        let without = send(desk, Letter { to: None, ..called(desk) });
        handlers.drain(desk).unwrap();
        assert_eq!((route(desk, with), state(desk, with)), (Route::Sms, State::Sent));
        assert_eq!((route(desk, without), state(desk, without)), (Route::Site, State::Sent));
        assert_eq!((account.pushed(), post.taken()), (0, 1));
        assert_eq!(reported(desk, Report { id: Some(without), ..super::report(with, Some("x")) }), 0);
    });
}

#[test]
fn a_bound_member_without_a_phone_is_reached() {
    on_both(|desk| {
        let world = World::doing(desk, [Does::Takes, Does::Refuses]);
        let (first, second) =
            (send(desk, Letter { to: None, ..called(desk) }), send(desk, Letter { to: None, ..called(desk) }));
        world.pass(10);
        let ways = [route(desk, first), route(desk, second)];
        assert!(ways.contains(&Route::WeChat) && ways.contains(&Route::Site), "{ways:?}");
        assert_eq!((world.account.pushed(), world.post.taken()), (1, 0));
    });
}

#[test]
fn whom_wechat_refuses_gets_a_text_message_at_once() {
    on_both(|desk| {
        let world = World::doing(desk, [Does::Refuses]);
        let id = world.send();
        world.turn();
        assert_eq!(world.went(id), (Route::Sms, State::Sent, 0, 1));
    });
}

#[test]
fn wechat_out_of_reach_is_waited_for_a_few_minutes_and_no_longer() {
    on_both(|desk| {
        let world = World::doing(desk, vec![Does::IsDown; 3]);
        let id = world.send();
        world.pass(60);
        assert_eq!(world.went(id), (Route::WeChat, State::Sent, 1, 0));

        let world = World::doing(desk, vec![Does::IsDown; 100]);
        let id = world.send();
        world.pass(150);
        assert_eq!(world.went(id), (Route::WeChat, State::Waiting, 0, 0));
        world.pass(60);
        assert_eq!(world.went(id), (Route::Sms, State::Sent, 0, 1));
    });
}

#[test]
fn a_limit_of_a_minute_is_waited_out_and_one_of_a_day_is_not() {
    on_both(|desk| {
        let world = World::doing(desk, [Does::Limits(60), Does::Takes, Does::Limits(86_400)]);
        let id = world.send();
        world.pass(70);
        assert_eq!(world.went(id), (Route::WeChat, State::Sent, 1, 0));
        let id = world.send();
        world.turn();
        assert_eq!(world.went(id), (Route::Sms, State::Sent, 1, 1));
    });
}

#[test]
fn after_a_lost_answer_wechat_is_asked_again_and_has_pushed_once() {
    on_both(|desk| {
        let lost = [Does::TakesAndIsCutOff, Does::IsCutOffBefore, Does::IsDown, Does::Limits(30)];
        let world = World::doing(desk, lost);
        let id = world.send();
        world.pass(180);
        assert_eq!(world.went(id), (Route::WeChat, State::Sent, 1, 0));
        assert_eq!(*world.account.asked.lock().unwrap(), 5);
    });
}

#[test]
fn a_push_that_stays_in_doubt_is_unknown_after_ten_minutes_and_no_text_message_follows() {
    on_both(|desk| {
        for taken in [Does::TakesAndIsCutOff, Does::IsCutOffBefore] {
            let mut script = vec![Does::IsCutOffBefore; 100];
            script[0] = taken;
            let world = World::doing(desk, script);
            let id = world.send();
            world.pass(500);
            assert_eq!(state(desk, id), State::Sending);
            world.pass(100);
            assert_eq!((route(desk, id), state(desk, id)), (Route::WeChat, State::Unknown));
            assert_eq!((kept(desk, id), world.post.taken()), ((false, true), 0));
            assert!(world.account.pushed() <= 1);
        }
    });
}

#[test]
fn a_refusal_of_an_id_in_doubt_tells_that_it_was_never_pushed() {
    on_both(|desk| {
        let world = World::doing(desk, [Does::IsCutOffBefore, Does::Refuses]);
        let id = world.send();
        world.pass(20);
        assert_eq!(world.went(id), (Route::Sms, State::Sent, 0, 1));
    });
}

#[test]
fn a_process_killed_before_it_could_write_the_push_down_pushes_once() {
    on_both(|desk| {
        let world = World::doing(desk, [Does::TakesAndWeDie]);
        let id = world.send();
        world.pass(30);
        assert_eq!(world.went(id), (Route::WeChat, State::Sent, 1, 0));
    });
}

#[test]
fn a_push_that_wechat_reports_as_lost_is_followed_by_one_text_message() {
    on_both(|desk| {
        let world = World::doing(desk, []);
        let id = world.send();
        world.turn();
        assert_eq!(world.told(id, Some("user block")), 1);
        assert_eq!(world.told(id, Some("user block")), 0);
        assert_eq!(world.told(id, None), 0);
        world.pass(20);
        assert_eq!(world.went(id), (Route::Sms, State::Sent, 1, 1));
        let sent = world.post.taken.lock().unwrap().pop().unwrap();
        assert!(sent.template.render(&sent.params).contains("3月25日14:30"));

        let arrived = world.send();
        world.turn();
        assert_eq!((world.told(arrived, None), world.told(arrived, Some("system failed"))), (1, 0));
        world.pass(20);
        assert_eq!(world.went(arrived), (Route::WeChat, State::Delivered, 2, 0));
    });
}

#[test]
fn a_report_that_overtakes_the_answer_of_wechat_is_counted_by_the_sweep() {
    on_both(|desk| {
        let world = World::doing(desk, [Does::TakesAndIsCutOff, Does::TakesAndIsCutOff]);
        let lost = world.send();
        world.turn();
        let arrived = world.send();
        world.turn();
        assert_eq!((world.told(lost, Some("user block")), world.told(arrived, None)), (0, 0));
        world.pass(130);
        assert_eq!((route(desk, lost), state(desk, lost)), (Route::Sms, State::Sent));
        assert_eq!((route(desk, arrived), state(desk, arrived)), (Route::WeChat, State::Delivered));
        assert_eq!((world.account.pushed(), world.post.taken()), (2, 1));
    });
}
