//! What becomes of letters, with a carrier that does what the test tells it, on both databases.

mod companies;
mod crowd;
mod inbox;
mod night;
mod overview;
mod post;
mod wechat;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use ejia_db::{Desk, TestDatabase, args};
use ejia_directory::{NewMember, NewOrganization, OrganizationCard};
use ejia_jobs::Handlers;
use ejia_kernel::{
    IdCardNumber, MemberId, MessageId, OrganizationCode, OrganizationId, OrganizationKind, Phone, Problem,
};
use proptest::prelude::*;

use self::post::{Does, Post, anything};
use crate::{About, Carrier, Letter, Report, State, Template};

const PHONE: &str = "13800138003";

fn on_both(test: impl Fn(&Desk)) {
    TestDatabase::both(
        &[ejia_jobs::MIGRATIONS, ejia_audit::MIGRATIONS, ejia_directory::MIGRATIONS, crate::MIGRATIONS],
        test,
    );
}

fn phone() -> Phone {
    Phone::parse(PHONE).unwrap()
}

fn code() -> Letter {
    Letter::new(phone(), Template::ResetCode).with("code", "301122").with("minutes", 5)
}

fn send(desk: &Desk, letter: Letter) -> MessageId {
    desk.write_now(move |txn| crate::send(txn, &letter)).unwrap()
}

fn state(desk: &Desk, id: MessageId) -> State {
    desk.read_now(move |txn| crate::state_of(txn, id)).unwrap().unwrap()
}

fn turn(desk: &Desk, post: &Arc<Post>) {
    crate::handlers(Handlers::new(), ways(post)).drain(desk).unwrap();
}

/// Everything by text message.
fn ways(post: &Arc<Post>) -> crate::Post {
    crate::Post::by_sms(Arc::clone(post) as Arc<dyn Carrier>)
}

fn wait(desk: &Desk, seconds: u64) {
    desk.clock().set(desk.now().plus(Duration::from_secs(seconds)));
}

/// Turns of the worker, ten seconds apart.
fn turns(desk: &Desk, post: &Arc<Post>, count: usize) {
    for _ in 0..count {
        turn(desk, post);
        wait(desk, 10);
    }
}

fn reported(desk: &Desk, report: Report) -> usize {
    desk.write_now(move |txn| crate::record_reports(txn, std::slice::from_ref(&report))).unwrap()
}

fn report(id: MessageId, failure: Option<&str>) -> Report {
    Report { id: Some(id), number: format!("biz-{id}"), phone: phone(), failure: failure.map(str::to_owned) }
}

/// Whether number and parameters are still in the row.
fn kept(desk: &Desk, id: MessageId) -> (bool, bool) {
    desk.read_now(move |txn| {
        let sql = "SELECT phone_sealed, params_sealed FROM message WHERE id = $1";
        Ok(txn.one(sql, &args![id], |row| {
            Ok((row.get::<Option<Vec<u8>>>(0)?.is_some(), row.get::<Option<Vec<u8>>>(1)?.is_some()))
        })?)
    })
    .unwrap()
}

#[test]
fn a_letter_goes_out_with_its_transaction_and_not_without() {
    on_both(|desk| {
        let post = Post::doing([]);
        let lost: Result<(), Problem> = desk.write_now(|txn| {
            crate::send(txn, &code())?;
            Err(Problem::refused("access.wrong_login"))
        });
        assert!(lost.is_err());
        turn(desk, &post);
        assert_eq!(post.taken(), 0);
        let id = send(desk, code());
        assert_eq!(state(desk, id), State::Waiting);
        turn(desk, &post);
        assert_eq!(state(desk, id), State::Sent);
        let taken = post.taken.lock().unwrap();
        assert_eq!(taken[0].to.expose(), PHONE);
        assert_eq!(
            taken[0].template.render(&taken[0].params),
            "您正在重置登录密码，验证码301122，5分钟内有效。如非本人操作，请勿理会，也请勿告诉他人。"
        );
    });
}

#[test]
fn the_same_key_is_the_same_letter() {
    on_both(|desk| {
        let post = Post::doing([]);
        let first = send(desk, code().once("reset:1"));
        let second = send(desk, code().once("reset:1"));
        assert_eq!(first, second);
        assert_ne!(first, send(desk, code().once("reset:2")));
        turn(desk, &post);
        assert_eq!(post.taken(), 2);
    });
}

#[test]
fn a_code_past_its_life_is_never_sent_and_is_wiped() {
    on_both(|desk| {
        let post = Post::doing([]);
        let by_template = send(desk, code());
        let by_letter = send(desk, code().until(desk.now().plus(Duration::from_mins(1))));
        wait(desk, 61);
        turn(desk, &post);
        assert_eq!(state(desk, by_letter), State::Expired);
        assert_eq!(state(desk, by_template), State::Sent);
        assert_eq!(kept(desk, by_letter), (false, false));
        assert_eq!(post.taken(), 1);
    });
}

#[test]
fn a_limit_is_waited_out_unless_the_code_would_be_stale_by_then() {
    on_both(|desk| {
        let post = Post::doing([Does::Limits(60), Does::Takes, Does::Limits(1200)]);
        let short = send(desk, code());
        turn(desk, &post);
        assert_eq!(state(desk, short), State::Waiting);
        wait(desk, 30);
        turn(desk, &post);
        assert_eq!((state(desk, short), post.taken()), (State::Waiting, 0));
        wait(desk, 31);
        turn(desk, &post);
        assert_eq!((state(desk, short), post.taken()), (State::Sent, 1));
        let long = send(desk, code());
        turn(desk, &post);
        assert_eq!(state(desk, long), State::Failed);
    });
}

#[test]
fn a_refusal_ends_the_message_and_leaves_a_trace_with_the_account() {
    on_both(|desk| {
        let post = Post::doing([Does::Refuses]);
        let member = MemberId::new(desk.now());
        let id = send(desk, code().about(About::Member(member)));
        turns(desk, &post, 3);
        assert_eq!(state(desk, id), State::Failed);
        assert_eq!(kept(desk, id), (false, false));
        let lines = desk.read_now(move |txn| ejia_audit::about(txn, "member", member.to_string(), 10)).unwrap();
        assert_eq!(lines.len(), 1);
    });
}

#[test]
fn after_a_lost_answer_the_carrier_is_asked_before_anything_is_sent_again() {
    on_both(|desk| {
        let post = Post::doing([Does::TakesAndIsCutOff]);
        let id = send(desk, code());
        turn(desk, &post);
        assert_eq!(state(desk, id), State::Sending);
        turns(desk, &post, 5);
        assert_eq!((state(desk, id), post.taken()), (State::Sent, 1));
        assert!(*post.asked.lock().unwrap() >= 1);
    });
}

#[test]
fn a_letter_the_carrier_never_heard_of_is_sent_again_after_a_while() {
    on_both(|desk| {
        let post = Post::doing([Does::IsCutOffBefore, Does::IsDown]);
        let id = send(desk, code());
        turn(desk, &post);
        wait(desk, 6);
        turn(desk, &post);
        assert_eq!((state(desk, id), post.taken()), (State::Sending, 0));
        turns(desk, &post, 12);
        assert_eq!((state(desk, id), post.taken()), (State::Sent, 1));
    });
}

#[test]
fn a_report_told_twice_counts_once_and_one_with_a_foreign_number_never() {
    on_both(|desk| {
        let post = Post::doing([]);
        let id = send(desk, code());
        turn(desk, &post);
        let foreign = Report { phone: Phone::parse("13900139003").unwrap(), ..report(id, None) };
        assert_eq!(reported(desk, foreign), 0);
        assert_eq!(state(desk, id), State::Sent);
        let by_number = Report { id: None, ..report(id, None) };
        assert_eq!(reported(desk, by_number.clone()), 1);
        assert_eq!(reported(desk, by_number), 0);
        assert_eq!(reported(desk, report(id, Some("MK:0001"))), 0);
        assert_eq!(state(desk, id), State::Delivered);
        assert_eq!(kept(desk, id), (false, false));
    });
}

#[test]
fn a_report_that_overtakes_the_answer_is_kept() {
    on_both(|desk| {
        let post = Post::doing([Does::TakesAndIsCutOff]);
        let id = send(desk, code());
        turn(desk, &post);
        assert_eq!(reported(desk, report(id, None)), 1);
        turns(desk, &post, 4);
        assert_eq!((state(desk, id), post.taken()), (State::Delivered, 1));
    });
}

#[test]
fn a_silent_letter_is_asked_after_and_in_the_end_let_go() {
    on_both(|desk| {
        let post = Post::doing([]);
        let (told, untold) = (send(desk, code()), send(desk, code()));
        turn(desk, &post);
        assert_eq!(kept(desk, told), (true, false));
        wait(desk, 60);
        turn(desk, &post);
        assert_eq!(*post.asked.lock().unwrap(), 0);
        wait(desk, 30 * 60);
        turn(desk, &post);
        assert_eq!(*post.asked.lock().unwrap(), 2);
        assert_eq!(reported(desk, report(told, None)), 1);
        wait(desk, 73 * 60 * 60);
        turn(desk, &post);
        assert_eq!((state(desk, told), state(desk, untold)), (State::Delivered, State::Sent));
        assert_eq!(kept(desk, untold), (false, false));
    });
}

/// A member with the phone of the sample, or without one.
fn member(desk: &Desk, phone: bool) -> MemberId {
    let (id, organization_id) = (MemberId::new(desk.now()), OrganizationId::new(desk.now()));
    let mut record = ejia_directory::sample_record();
    record.phone = record.phone.filter(|_| phone);
    record.id_card = IdCardNumber::complete(if phone { "35020319840506001" } else { "35020319840506003" }).unwrap();
    let card = OrganizationCard {
        code: OrganizationCode::parse(if phone { "350200000001" } else { "350200000002" }).unwrap(),
        name: "前埔第一党支部".to_owned(),
        kind: OrganizationKind::Branch,
        work_unit: String::new(),
        secretary: String::new(),
        contact: String::new(),
        contact_phone: None,
        founded_on: None,
        term_ends_on: None,
    };
    desk.write_now(move |txn| {
        let branch = NewOrganization { id: organization_id, parent_id: None, level: None, card: card.clone() };
        let path = ejia_directory::insert_organizations(txn, &[branch])?.remove(0);
        ejia_directory::insert_members(txn, &[NewMember { id, organization_id, path, record: record.clone() }])
    })
    .unwrap();
    id
}

#[test]
fn a_member_with_a_phone_hears_how_the_review_ended_and_not_of_every_item() {
    on_both(|desk| {
        let post = Post::doing([]);
        let (reachable, without) = (member(desk, true), member(desk, false));
        let announce = |kind: &'static str, member: MemberId| {
            let told = serde_json::json!({ "member_id": member, "change_ids": [] });
            desk.write_now(move |txn| ejia_jobs::enqueue(txn, kind, told.clone())).unwrap();
        };
        announce("messages.record_reviewed", reachable);
        announce("messages.record_reviewed", reachable);
        announce("messages.record_returned", reachable);
        announce("messages.record_reviewed", without);
        turn(desk, &post);
        let mut said: Vec<Template> = post.taken.lock().unwrap().iter().map(|letter| letter.template).collect();
        said.sort_unstable();
        assert_eq!(said, [Template::RecordReviewed, Template::RecordReturned]);
    });
}

#[test]
fn what_the_job_could_not_send_in_time_is_ended_by_the_sweep() {
    on_both(|desk| {
        let post = Post::doing(vec![Does::IsDown; 20]);
        let id = send(desk, code());
        turns(desk, &post, 40);
        assert_eq!((state(desk, id), post.taken()), (State::Expired, 0));
        assert_eq!(kept(desk, id), (false, false));
    });
}

#[test]
fn number_and_code_lie_sealed_while_they_wait() {
    on_both(|desk| {
        let id = send(desk, code());
        let (phone, params) = desk
            .read_now(move |txn| {
                let sql = "SELECT phone_sealed, params_sealed FROM message WHERE id = $1";
                Ok(txn.one(sql, &args![id], |row| Ok((row.get::<Vec<u8>>(0)?, row.get::<Vec<u8>>(1)?)))?)
            })
            .unwrap();
        let holds = |sealed: &[u8], text: &str| sealed.windows(text.len()).any(|part| part == text.as_bytes());
        assert!(!holds(&phone, PHONE) && !holds(&params, "301122"));
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_carrier_does_no_letter_is_taken_twice(script in prop::collection::vec(anything(), 0..12)) {
        let database =
            TestDatabase::sqlite(&[ejia_jobs::MIGRATIONS, ejia_audit::MIGRATIONS, crate::MIGRATIONS]);
        let desk = &database.desk;
        let post = Post::doing(script);
        let ids: Vec<MessageId> = (0..3).map(|_| send(desk, code())).collect();
        turns(desk, &post, 45);
        let taken: Vec<MessageId> = post.taken.lock().unwrap().iter().map(|letter| letter.id).collect();
        let once: HashSet<MessageId> = taken.iter().copied().collect();
        prop_assert_eq!(taken.len(), once.len());
        for id in ids {
            let state = state(desk, id);
            prop_assert!(matches!(state, State::Sent | State::Failed | State::Expired | State::Unknown), "{:?}", state);
            prop_assert_eq!(kept(desk, id).1, false);
            if state == State::Sent { prop_assert!(once.contains(&id)); }
        }
    }
}
