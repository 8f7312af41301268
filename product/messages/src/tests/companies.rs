//! Two companies for text messages: the second carries what the first has certainly not taken.

use std::sync::Arc;

use ejia_db::{Desk, args};
use ejia_jobs::Handlers;
use ejia_kernel::{MessageId, Phone};

use super::post::{Does, Post};
use super::{code, on_both, report, reported, send, state, turn, wait};
use crate::{Carrier, Report, State};

struct World<'a> {
    desk: &'a Desk,
    first: Arc<Post>,
    second: Arc<Post>,
    handlers: Handlers,
}

impl<'a> World<'a> {
    fn doing(desk: &'a Desk, first: impl IntoIterator<Item = Does>, second: impl IntoIterator<Item = Does>) -> Self {
        let (first, second) = (Post::named("aliyun", first), Post::named("tencent", second));
        let ways = crate::Post::by_sms(Arc::clone(&first) as Arc<dyn Carrier>)
            .then_by(Arc::clone(&second) as Arc<dyn Carrier>);
        Self { desk, first, second, handlers: crate::handlers(Handlers::new(), ways) }
    }

    /// Turns of the worker in so many seconds, five seconds apart.
    fn pass(&self, seconds: u64) {
        self.handlers.drain(self.desk).unwrap();
        for _ in 0..seconds / 5 {
            wait(self.desk, 5);
            self.handlers.drain(self.desk).unwrap();
        }
    }

    /// The company in the row, the state, and how many letters each company took.
    fn went(&self, id: MessageId) -> (Option<String>, State, usize, usize) {
        let company = self
            .desk
            .read_now(move |txn| {
                Ok(txn
                    .one("SELECT company FROM message WHERE id = $1", &args![id], |row| row.get::<Option<String>>(0))?)
            })
            .unwrap();
        (company, state(self.desk, id), self.first.taken(), self.second.taken())
    }
}

#[test]
fn the_second_company_carries_what_the_first_has_certainly_not_taken() {
    on_both(|desk| {
        for miss in [Does::IsDown, Does::Limits(60)] {
            let world = World::doing(desk, [miss], []);
            let id = send(desk, code());
            world.pass(0);
            assert_eq!(world.went(id), (Some("tencent".to_owned()), State::Sent, 0, 1));
        }
        let world = World::doing(desk, [], []);
        let id = send(desk, code());
        world.pass(0);
        assert_eq!(world.went(id), (Some("aliyun".to_owned()), State::Sent, 1, 0));
    });
}

#[test]
fn what_the_first_may_have_taken_or_refuses_is_not_for_the_second() {
    on_both(|desk| {
        for (unknown, first, second) in
            [(Does::TakesAndIsCutOff, 1, 0), (Does::TakesAndWeDie, 1, 0), (Does::IsCutOffBefore, 1, 0)]
        {
            let world = World::doing(desk, [unknown], []);
            let id = send(desk, code());
            world.pass(120);
            assert_eq!(world.went(id), (Some("aliyun".to_owned()), State::Sent, first, second));
        }
        let world = World::doing(desk, [Does::Refuses], []);
        let id = send(desk, code());
        world.pass(60);
        assert_eq!(world.went(id), (Some("aliyun".to_owned()), State::Failed, 0, 0));
    });
}

#[test]
fn the_company_that_may_have_the_letter_is_the_one_that_is_asked() {
    on_both(|desk| {
        for unknown in [Does::TakesAndIsCutOff, Does::TakesAndWeDie] {
            let world = World::doing(desk, [Does::IsDown], [unknown]);
            let id = send(desk, code());
            world.pass(60);
            assert_eq!(world.went(id), (Some("tencent".to_owned()), State::Sent, 0, 1));
            assert_eq!((*world.first.asked.lock().unwrap(), *world.second.asked.lock().unwrap() > 0), (0, true));
        }
    });
}

#[test]
fn with_both_out_of_order_the_letter_waits_for_whichever_comes_back() {
    on_both(|desk| {
        let world = World::doing(desk, vec![Does::IsDown; 9], [Does::Limits(20), Does::Limits(20)]);
        let id = send(desk, code());
        world.pass(10);
        assert_eq!(state(desk, id), State::Waiting);
        world.pass(60);
        assert_eq!(world.went(id), (Some("tencent".to_owned()), State::Sent, 0, 1));
    });
}

#[test]
fn a_report_by_the_companys_number_may_come_before_that_number_is_written_down() {
    on_both(|desk| {
        let post = Post::doing([]);
        let id = send(desk, code());
        let foreign = Report { phone: Phone::parse("13900139003").unwrap(), ..report(id, None) };
        assert_eq!(reported(desk, Report { id: None, ..report(id, Some("MK:0001")) }), 0);
        assert_eq!(reported(desk, Report { id: None, number: "nobody's".to_owned(), ..foreign }), 0);
        turn(desk, &post);
        wait(desk, 61);
        turn(desk, &post);
        assert_eq!(state(desk, id), State::Failed);
    });
}
