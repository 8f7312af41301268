//! How letters went, as their senders and those who look after the platform see it.

use std::sync::Arc;

use ejia_jobs::Handlers;
use ejia_kernel::MemberId;

use super::post::{Does, Post};
use super::wechat::{Account, everybody};
use super::{on_both, phone, send, turn, wait};
use crate::overview::OverviewView;
use crate::{About, Carrier, Letter, Pusher, Template};

fn called(member: MemberId, key: &str) -> Letter {
    let letter = Letter::new(phone(), Template::MeetingCalled).with("kind", "党小组会").with("time", "3月25日14:30");
    letter.about(About::Member(member)).once(key)
}

#[test]
fn a_sender_sees_how_the_last_letter_of_an_affair_went_to_each_member() {
    on_both(|desk| {
        let (post, account) = (Post::doing([]), Account::doing(desk, [Does::Takes, Does::Refuses]));
        let ways = crate::Post::by_sms(Arc::clone(&post) as Arc<dyn Carrier>)
            .pushing(Arc::clone(&account) as Arc<dyn Pusher>, everybody);
        let handlers = crate::handlers(Handlers::new(), ways);
        let people: Vec<MemberId> = (0..3).map(|_| MemberId::new(desk.now())).collect();
        for (letter, member) in people.iter().take(2).enumerate() {
            send(desk, called(*member, &format!("meeting:m1:called:{letter}")));
            handlers.drain(desk).unwrap();
        }
        send(desk, called(people[2], "meeting:m10:called:0"));
        let words = |prefix: &'static str| {
            let told = desk.read_now(move |txn| crate::states_of(txn, prefix)).unwrap();
            people.iter().map(|member| told.get(member).map(|fate| fate.words())).collect::<Vec<_>>()
        };
        assert_eq!(words("meeting:m1:"), [Some("微信已发送".to_owned()), Some("短信已发送".to_owned()), None]);
        assert_eq!(words("meeting:m10:"), [None, None, Some("待发送".to_owned())]);
        wait(desk, 1);
        send(desk, called(people[0], "meeting:m1:changed:0"));
        assert_eq!(words("meeting:m1:")[0], Some("待发送".to_owned()));
        assert_eq!(words("meeting:m2:"), [None, None, None]);
    });
}

#[test]
fn the_overview_of_a_day_counts_ways_states_and_reasons() {
    on_both(|desk| {
        let post = Post::doing([Does::Refuses, Does::Takes, Does::IsDown]);
        for number in 0..3 {
            send(desk, called(MemberId::new(desk.now()), &format!("k{number}")));
            turn(desk, &post);
        }
        let view = desk.read_now(OverviewView::of).unwrap();
        let count = |state: &str| {
            let column = view.states.iter().position(|label| *label == state).unwrap();
            view.ways.iter().map(|way| way.counts[column]).sum::<i64>()
        };
        assert_eq!((count("待发送"), count("已发送"), count("发送失败")), (1, 1, 1));
        assert_eq!(view.reasons.iter().map(|line| line.count).sum::<i64>(), 2);
        assert!(view.reasons.iter().any(|line| line.reason == "isv.MOBILE_NUMBER_ILLEGAL"));
        assert!(!view.waits_since.is_empty());
        wait(desk, 25 * 3600);
        let view = desk.read_now(OverviewView::of).unwrap();
        assert!(view.reasons.is_empty() && view.ways.iter().all(|way| way.counts.iter().all(|count| *count == 0)));
    });
}
