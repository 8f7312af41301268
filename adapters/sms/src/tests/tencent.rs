//! The second company: client and sandbox over a real wire, and letters that go there when the first has not taken them.

use std::sync::Arc;
use std::time::Duration;

use ejia_db::Desk;
use ejia_jobs::Handlers;
use ejia_kernel::{Clock, MessageId, Phone};
use ejia_messages::{Carrier, CarryFault, Delivery, Letter, Outgoing, Post, State, Template};

use super::{PHONE, Wire, clock, letter, on_both, refused};
use crate::sandbox::tencent::{TencentMood, TencentSandbox, TencentSandboxSettings};
use crate::sandbox::{Mood, Server};
use crate::{Tencent, TencentSettings, callback};

struct Other {
    clock: Clock,
    sandbox: TencentSandbox,
    server: Server,
}

impl Other {
    fn new(clock: &Clock) -> Self {
        Self::with(clock, |_| {})
    }

    fn with(clock: &Clock, change: impl FnOnce(&mut TencentSandboxSettings)) -> Self {
        let mut settings = TencentSandboxSettings {
            report_after: Duration::ZERO,
            report_again: vec![Duration::from_millis(50); 3],
            ..TencentSandboxSettings::demo()
        };
        change(&mut settings);
        let sandbox = TencentSandbox::new(settings, clock.clone());
        let server = sandbox.serve().unwrap();
        Self { clock: clock.clone(), sandbox, server }
    }

    fn settings(&self) -> TencentSettings {
        let TencentSandboxSettings { secret_id, secret_key, app_id, sign_name, .. } = TencentSandboxSettings::demo();
        TencentSettings {
            endpoint: self.server.endpoint(),
            patience: Duration::from_millis(700),
            ..TencentSettings::new(&secret_id, &secret_key, &app_id, &sign_name)
        }
    }

    fn client(&self) -> Tencent {
        Tencent::new(self.settings(), self.clock.clone())
    }

    fn texts(&self) -> Vec<String> {
        self.sandbox.inbox(Some(PHONE)).into_iter().map(|line| line.text).collect()
    }

    /// What the company tells of a letter once its reports are out.
    fn told(&self, sent: &Outgoing, number: Option<&str>) -> Delivery {
        for _ in 0..100 {
            let told = self.client().delivery(sent, number, self.clock.now()).unwrap();
            if told != Delivery::Untold {
                return told;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Delivery::Untold
    }
}

#[test]
fn a_signed_letter_is_taken_with_its_parameters_in_order() {
    let clock = clock();
    let other = Other::new(&clock);
    let called = Outgoing {
        template: Template::MeetingCalled,
        params: [("time", "3月25日14:30"), ("kind", "党小组会")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
        ..letter(&clock)
    };
    let receipt = other.client().carry(&called).unwrap();
    assert!(
        other.texts()[0].starts_with("【厦门党建e家】您所在的党组织将于3月25日14:30召开党小组会，"),
        "{:?}",
        other.texts()
    );
    assert_eq!(other.told(&called, Some(&receipt.number)), Delivery::Delivered);
    assert_eq!(other.told(&called, None), Delivery::Delivered);
    assert!(other.sandbox.inbox(Some("13900139003")).is_empty());
}

#[test]
fn foreign_keys_wrong_clocks_and_unknown_names_are_turned_away() {
    let clock = clock();
    let other = Other::new(&clock);
    let with = |change: &dyn Fn(&mut TencentSettings)| {
        let mut settings = other.settings();
        change(&mut settings);
        Tencent::new(settings, clock.clone()).carry(&letter(&clock))
    };
    assert!(refused(with(&|it| it.secret_key = "other".to_owned()), "AuthFailure.SignatureFailure"));
    assert!(refused(with(&|it| it.secret_id = "other".to_owned()), "AuthFailure.SecretIdNotFound"));
    assert!(refused(with(&|it| it.app_id = "1".to_owned()), "UnauthorizedOperation.SmsSdkAppIdVerifyFail"));
    assert!(refused(with(&|it| it.sign_name = "别人".to_owned()), "FailedOperation.SignatureIncorrectOrUnapproved"));
    assert!(refused(
        with(&|it| {
            it.template_ids.insert("reset_code".to_owned(), "1".to_owned());
        }),
        "FailedOperation.TemplateIncorrectOrUnapproved"
    ));
    let late = Clock::starting_at(clock.now().minus(Duration::from_mins(6)));
    let late = Tencent::new(other.settings(), late).carry(&letter(&clock));
    assert!(refused(late, "AuthFailure.SignatureExpire"));
    let bare = Outgoing { params: Vec::new(), ..letter(&clock) };
    assert!(refused(other.client().carry(&bare), "FailedOperation.TemplateParamSetNotMatchApprovedTemplate"));
    assert!(other.texts().is_empty());
}

#[test]
fn each_mood_means_what_it_says() {
    let clock = clock();
    let other = Other::new(&clock);
    for (mood, code) in [
        (TencentMood::Limiting, "LimitExceeded.PhoneNumberThirtySecondLimit"),
        (TencentMood::Throttling, "RequestLimitExceeded"),
        (TencentMood::Poor, "FailedOperation.InsufficientBalanceInSmsPackage"),
    ] {
        other.sandbox.behave(mood);
        assert!(refused(other.client().carry(&letter(&clock)), code), "{mood:?}");
    }
    for mood in [TencentMood::Deaf, TencentMood::Broken] {
        other.sandbox.behave(mood);
        assert!(matches!(other.client().carry(&letter(&clock)), Err(CarryFault::Unknown(_))), "{mood:?}");
    }
    assert!(other.texts().is_empty());
    other.sandbox.behave(TencentMood::ReportFailed);
    let sent = letter(&clock);
    other.client().carry(&sent).unwrap();
    assert_eq!(other.told(&sent, None), Delivery::Failed("MK:0001".to_owned()));
    let client = other.client();
    drop(other);
    assert!(matches!(client.carry(&letter(&clock)), Err(CarryFault::Unreachable(_))));
}

#[test]
fn after_a_lost_answer_the_letter_is_found_by_our_number_where_that_is_given_back() {
    let clock = clock();
    for gives_back in [true, false] {
        let other = Other::with(&clock, |settings| settings.gives_context_back = gives_back);
        other.sandbox.behave(TencentMood::Silent);
        let sent = letter(&clock);
        assert!(matches!(other.client().carry(&sent), Err(CarryFault::Unknown(_))));
        let found = if gives_back { Delivery::Delivered } else { Delivery::Untold };
        assert_eq!(other.told(&sent, None), found);
    }
}

/// Product and both companies wired to each other.
struct Both {
    first: Wire,
    second: Other,
    _product: Server,
}

impl Both {
    fn new(desk: &Desk) -> Self {
        let (first, second) = (Wire::new(desk.clock()), Other::new(desk.clock()));
        let product = Server::serve(callback::router(desk.clone(), "s3cret-path")).unwrap();
        first.sandbox.report_to(format!("{}/notify/sms/s3cret-path", product.endpoint()));
        second.sandbox.report_to(format!("{}/notify/sms/s3cret-path/tencent", product.endpoint()));
        Self { first, second, _product: product }
    }

    fn send(&self, desk: &Desk) -> MessageId {
        let written =
            Letter::new(Phone::parse(PHONE).unwrap(), Template::ResetCode).with("code", "301122").with("minutes", 5);
        let id = desk.write_now(move |txn| ejia_messages::send(txn, &written)).unwrap();
        self.turn(desk);
        id
    }

    /// The state a message comes to: by a report, or, when the report was faster than the answer, by the next sweep.
    fn comes_to(&self, desk: &Desk, id: MessageId, state: State) -> bool {
        (0..10).any(|_| {
            std::thread::sleep(Duration::from_millis(50));
            desk.clock().set(desk.now().plus(Duration::from_secs(20)));
            self.turn(desk);
            desk.read_now(move |txn| ejia_messages::state_of(txn, id)).unwrap().unwrap() == state
        })
    }

    fn turn(&self, desk: &Desk) {
        let ways = Post::by_sms(Arc::new(self.first.client())).then_by(Arc::new(self.second.client()));
        ejia_messages::handlers(Handlers::new(), ways).drain(desk).unwrap();
    }
}

#[test]
fn a_letter_that_the_first_company_limits_goes_by_the_second_which_reports_it() {
    on_both(|desk| {
        let both = Both::new(desk);
        both.first.sandbox.behave(Mood::Limiting);
        let id = both.send(desk);
        assert!(both.comes_to(desk, id, State::Delivered));
        assert_eq!((both.first.texts().len(), both.second.texts().len()), (0, 1));
        both.second.sandbox.behave(TencentMood::ReportTwice);
        let id = both.send(desk);
        assert!(both.comes_to(desk, id, State::Delivered));
        both.second.sandbox.behave(TencentMood::ReportFailed);
        let id = both.send(desk);
        assert!(both.comes_to(desk, id, State::Failed));
    });
}

#[test]
fn a_letter_that_the_first_company_may_have_taken_never_goes_by_the_second() {
    on_both(|desk| {
        let both = Both::new(desk);
        both.first.sandbox.behave(Mood::Silent);
        let id = both.send(desk);
        for _ in 0..4 {
            desk.clock().set(desk.now().plus(Duration::from_secs(20)));
            both.turn(desk);
        }
        assert!(both.comes_to(desk, id, State::Delivered));
        assert_eq!((both.first.texts().len(), both.second.texts().len()), (1, 0));
    });
}

#[test]
fn what_the_second_may_have_taken_is_asked_after_there() {
    on_both(|desk| {
        let both = Both::new(desk);
        both.first.sandbox.behave(Mood::Limiting);
        both.second.sandbox.behave(TencentMood::Silent);
        both.second.sandbox.report_to("http://127.0.0.1:9/nowhere");
        let id = both.send(desk);
        both.first.sandbox.behave(Mood::Kind);
        for _ in 0..4 {
            desk.clock().set(desk.now().plus(Duration::from_secs(20)));
            both.turn(desk);
        }
        assert!(both.comes_to(desk, id, State::Delivered));
        assert_eq!((both.first.texts().len(), both.second.texts().len()), (0, 1));
    });
}

#[test]
fn reports_of_the_second_company_need_the_secret_too() {
    let database = super::database();
    let product = Server::serve(callback::router(database.desk.clone(), "s3cret-path")).unwrap();
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    for (path, body, status) in [
        ("other", "[]", 404),
        ("s3cret-path", "{}", 400),
        ("s3cret-path", r#"[{"mobile":"1","sid":"x"}]"#, 200),
        ("s3cret-path", "[]", 200),
    ] {
        let address = format!("{}/notify/sms/{path}/tencent", product.endpoint());
        assert_eq!(agent.post(address).send(body).unwrap().status().as_u16(), status, "{path} {body}");
    }
}
