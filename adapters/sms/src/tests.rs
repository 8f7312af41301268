//! Client and sandbox over a real wire, and the whole way of a letter on both databases.

mod tencent;

use std::sync::Arc;
use std::time::Duration;

use ejia_db::{Desk, Migration, TestDatabase};
use ejia_jobs::Handlers;
use ejia_kernel::{Clock, Instant, MessageId, Phone};
use ejia_messages::{Carrier, CarryFault, Delivery, Letter, Outgoing, Post, State, Template};

use crate::sandbox::{Mood, Sandbox, SandboxSettings, Server};
use crate::signature::{Signed, canonical_query, sha256_hex};
use crate::{Aliyun, AliyunSettings, callback};

const PHONE: &str = "13800138003";

/// The company, its server and a client with a short patience.
struct Wire {
    clock: Clock,
    sandbox: Sandbox,
    server: Server,
}

impl Wire {
    fn new(clock: &Clock) -> Self {
        Self::with(clock, |_| {})
    }

    fn with(clock: &Clock, change: impl FnOnce(&mut SandboxSettings)) -> Self {
        let mut settings = SandboxSettings {
            report_after: Duration::ZERO,
            report_again: vec![Duration::from_millis(50); 3],
            ..SandboxSettings::demo()
        };
        change(&mut settings);
        let sandbox = Sandbox::new(settings, clock.clone());
        let server = Server::start(sandbox.clone()).unwrap();
        Self { clock: clock.clone(), sandbox, server }
    }

    fn settings(&self) -> AliyunSettings {
        let SandboxSettings { access_key_id, access_key_secret, sign_name, .. } = SandboxSettings::demo();
        AliyunSettings {
            endpoint: self.server.endpoint(),
            patience: Duration::from_millis(700),
            ..AliyunSettings::new(&access_key_id, &access_key_secret, &sign_name)
        }
    }

    fn client(&self) -> Aliyun {
        Aliyun::new(self.settings(), self.clock.clone())
    }

    fn texts(&self) -> Vec<String> {
        self.sandbox.inbox(Some(PHONE)).into_iter().map(|line| line.text).collect()
    }
}

fn clock() -> Clock {
    Clock::starting_at("2026-03-20T09:00:00+08:00".parse().unwrap())
}

fn letter(clock: &Clock) -> Outgoing {
    Outgoing {
        id: MessageId::new(clock.now()),
        to: Phone::parse(PHONE).unwrap(),
        template: Template::ResetCode,
        params: vec![("code".to_owned(), "301122".to_owned()), ("minutes".to_owned(), "5".to_owned())],
    }
}

fn refused(answer: Result<ejia_messages::Receipt, CarryFault>, code: &str) -> bool {
    match answer {
        Err(CarryFault::Refused(told) | CarryFault::Unreachable(told)) => told == code,
        Err(CarryFault::Limited { reason, .. }) => reason == code,
        _ => false,
    }
}

#[test]
fn a_signed_letter_is_taken_and_reads_as_registered() {
    let clock = clock();
    let wire = Wire::new(&clock);
    let receipt = wire.client().carry(&letter(&clock)).unwrap();
    assert!(receipt.number.ends_with("^0"));
    let inbox = wire.sandbox.inbox(Some(PHONE));
    assert_eq!(inbox.len(), 1);
    assert_eq!(inbox[0].to, PHONE);
    assert_eq!(
        inbox[0].text,
        "【厦门党建e家】您正在重置登录密码，验证码301122，5分钟内有效。如非本人操作，请勿理会，也请勿告诉他人。"
    );
    assert!(inbox[0].at.starts_with("2026-03-20T09:00:0") && inbox[0].at.ends_with("+08:00"));
    assert!(wire.sandbox.inbox(Some("13900139003")).is_empty());
}

#[test]
fn the_newest_letter_comes_first() {
    let clock = clock();
    let wire = Wire::new(&clock);
    wire.client().carry(&letter(&clock)).unwrap();
    let reviewed = Outgoing { template: Template::RecordReviewed, params: Vec::new(), ..letter(&clock) };
    wire.client().carry(&reviewed).unwrap();
    assert!(wire.texts()[0].contains("已通过党支部审核"));
    assert_eq!(wire.texts().len(), 2);
}

#[test]
fn foreign_keys_wrong_clocks_and_unknown_names_are_turned_away() {
    let clock = clock();
    let wire = Wire::new(&clock);
    let with = |change: &dyn Fn(&mut AliyunSettings)| {
        let mut settings = wire.settings();
        change(&mut settings);
        Aliyun::new(settings, clock.clone()).carry(&letter(&clock))
    };
    assert!(refused(with(&|it| it.access_key_secret = "other".to_owned()), "SignatureDoesNotMatch"));
    assert!(refused(with(&|it| it.access_key_id = "other".to_owned()), "InvalidAccessKeyId.NotFound"));
    assert!(refused(with(&|it| it.sign_name = "别人".to_owned()), "isv.SMS_SIGNATURE_ILLEGAL"));
    assert!(refused(
        with(&|it| {
            it.template_codes.insert("reset_code".to_owned(), "SMS_1".to_owned());
        }),
        "isv.SMS_TEMPLATE_ILLEGAL"
    ));
    let late = Clock::starting_at(clock.now().minus(Duration::from_mins(16)));
    let late = Aliyun::new(wire.settings(), late).carry(&letter(&clock));
    assert!(refused(late, "InvalidTimeStamp.Expired"));
    let bare = Outgoing { params: Vec::new(), ..letter(&clock) };
    assert!(refused(wire.client().carry(&bare), "isv.TEMPLATE_MISSING_PARAMETERS"));
    assert!(wire.texts().is_empty());
}

#[test]
fn the_same_call_a_second_time_is_refused() {
    let clock = clock();
    let wire = Wire::new(&clock);
    let empty = sha256_hex(b"");
    let query = [("PhoneNumbers", PHONE), ("SignName", "厦门党建e家"), ("TemplateCode", "SMS_326100007")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let headers = [
        ("host", wire.server.endpoint().replace("http://", "")),
        ("x-acs-action", "SendSms".to_owned()),
        ("x-acs-date", "2026-03-20T01:00:30Z".to_owned()),
        ("x-acs-signature-nonce", "once".to_owned()),
        ("x-acs-version", "2017-05-25".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value));
    let signed = Signed { method: "POST", path: "/", query: &query, headers: &headers, body_hash: &empty };
    let authorization = format!(
        "ACS3-HMAC-SHA256 Credential=LTAI-sandbox-ejia,SignedHeaders={},Signature={}",
        signed.header_names(),
        signed.sign("sandbox-secret-ejia")
    );
    let call = || {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let address = format!("{}/?{}", wire.server.endpoint(), canonical_query(&query));
        let mut request = agent.post(address).header("authorization", &authorization);
        for (name, value) in headers.iter().skip(1) {
            request = request.header(name, value);
        }
        let mut answer = request.send_empty().unwrap();
        (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
    };
    let (status, body) = call();
    assert_eq!(status, 200, "{body}");
    let (status, body) = call();
    assert_eq!(status, 400);
    assert!(body.contains("SignatureNonceUsed"), "{body}");
    assert_eq!(wire.texts().len(), 1);
}

#[test]
fn one_letter_a_minute_and_five_an_hour_reach_a_number() {
    let clock = clock();
    let wire = Wire::with(&clock, |settings| settings.limits = true);
    let send = || wire.client().carry(&letter(&clock));
    assert!(send().is_ok());
    assert!(refused(send(), "isv.BUSINESS_LIMIT_CONTROL"));
    for _ in 0..4 {
        clock.set(clock.now().plus(Duration::from_secs(61)));
        assert!(send().is_ok());
    }
    clock.set(clock.now().plus(Duration::from_secs(61)));
    let Err(CarryFault::Limited { wait, .. }) = send() else { panic!("the sixth in an hour was taken") };
    assert_eq!(wait, Duration::from_mins(20));
    let other = Outgoing { to: Phone::parse("13900139003").unwrap(), ..letter(&clock) };
    assert!(wire.client().carry(&other).is_ok());
}

#[test]
fn a_silent_company_has_the_letter_and_says_so_when_asked() {
    let clock = clock();
    let wire = Wire::new(&clock);
    wire.sandbox.behave(Mood::Silent);
    let sent = letter(&clock);
    assert!(matches!(wire.client().carry(&sent), Err(CarryFault::Unknown(_))));
    let told = wire.client().delivery(&sent, None, clock.now()).unwrap();
    assert!(matches!(told, Delivery::Underway | Delivery::Delivered), "{told:?}");
    assert_eq!(wire.client().delivery(&letter(&clock), None, clock.now()).unwrap(), Delivery::Unheard);
}

#[test]
fn a_deaf_broken_or_absent_company_has_taken_nothing() {
    let clock = clock();
    let wire = Wire::new(&clock);
    for mood in [Mood::Deaf, Mood::Broken] {
        wire.sandbox.behave(mood);
        let sent = letter(&clock);
        assert!(matches!(wire.client().carry(&sent), Err(CarryFault::Unknown(_))), "{mood:?}");
        assert!(wire.client().delivery(&sent, None, clock.now()).is_err());
        wire.sandbox.behave(Mood::Kind);
        assert_eq!(wire.client().delivery(&sent, None, clock.now()).unwrap(), Delivery::Unheard);
    }
    wire.sandbox.behave(Mood::Limiting);
    assert!(refused(wire.client().carry(&letter(&clock)), "isv.BUSINESS_LIMIT_CONTROL"));
    let client = wire.client();
    drop(wire);
    assert!(matches!(client.carry(&letter(&clock)), Err(CarryFault::Unreachable(_))));
}

#[test]
fn a_letter_sent_before_midnight_is_found_after_it() {
    let clock = Clock::starting_at("2026-03-21T00:00:01+08:00".parse().unwrap());
    let wire = Wire::new(&clock);
    let sent = letter(&clock);
    wire.client().carry(&sent).unwrap();
    let tried_at: Instant = "2026-03-20T23:59:59+08:00".parse().unwrap();
    assert_ne!(wire.client().delivery(&sent, None, tried_at).unwrap(), Delivery::Unheard);
}

/// Product and company wired to each other.
fn whole(desk: &Desk, mood: Mood) -> (Wire, Server, MessageId) {
    let wire = Wire::new(desk.clock());
    let product = Server::serve(callback::router(desk.clone(), "s3cret-path")).unwrap();
    wire.sandbox.report_to(format!("{}/notify/sms/s3cret-path", product.endpoint()));
    wire.sandbox.behave(mood);
    let written =
        Letter::new(Phone::parse(PHONE).unwrap(), Template::ResetCode).with("code", "301122").with("minutes", 5);
    let id = desk.write_now(move |txn| ejia_messages::send(txn, &written)).unwrap();
    ejia_messages::handlers(Handlers::new(), Post::by_sms(Arc::new(wire.client()))).drain(desk).unwrap();
    (wire, product, id)
}

/// The state a message comes to within two seconds.
fn comes_to(desk: &Desk, id: MessageId, state: State) -> bool {
    let read = || desk.read_now(move |txn| ejia_messages::state_of(txn, id)).unwrap().unwrap();
    (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        read() == state
    })
}

const GROUPS: &[&[Migration]] = &[ejia_jobs::MIGRATIONS, ejia_audit::MIGRATIONS, ejia_messages::MIGRATIONS];

fn database() -> TestDatabase {
    TestDatabase::sqlite(GROUPS)
}

fn on_both(test: impl Fn(&Desk)) {
    TestDatabase::both(GROUPS, test);
}

#[test]
fn a_letter_goes_out_and_its_report_comes_back_once_or_twice() {
    on_both(|desk| {
        for mood in [Mood::Kind, Mood::ReportTwice] {
            let (wire, _product, id) = whole(desk, mood);
            assert!(comes_to(desk, id, State::Delivered));
            assert_eq!(wire.texts().len(), 1);
        }
    });
}

#[test]
fn a_lost_letter_ends_as_failed_and_an_unreported_one_stays_sent() {
    on_both(|desk| {
        let (_wire, _product, lost) = whole(desk, Mood::ReportFailed);
        assert!(comes_to(desk, lost, State::Failed));
        let (_wire, _product, quiet) = whole(desk, Mood::NoReport);
        assert!(comes_to(desk, quiet, State::Sent));
    });
}

#[test]
fn a_letter_whose_answer_was_lost_is_not_sent_a_second_time() {
    on_both(|desk| {
        let (wire, _product, id) = whole(desk, Mood::Silent);
        for _ in 0..6 {
            desk.clock().set(desk.now().plus(Duration::from_secs(20)));
            ejia_messages::handlers(Handlers::new(), Post::by_sms(Arc::new(wire.client()))).drain(desk).unwrap();
        }
        assert!(comes_to(desk, id, State::Delivered));
        assert_eq!(wire.texts().len(), 1);
    });
}

#[test]
fn the_report_address_is_closed_to_those_without_the_secret_and_to_rubbish() {
    let database = database();
    let product = Server::serve(callback::router(database.desk.clone(), "s3cret-path")).unwrap();
    let post = |path: &str, body: &[u8]| {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        agent.post(format!("{}{path}", product.endpoint())).send(body).unwrap().status().as_u16()
    };
    assert_eq!(post("/notify/sms/guess", b"[]"), 404);
    assert_eq!(post("/notify/sms/s3cret-path", b"[]"), 200);
    assert_eq!(post("/notify/sms/s3cret-path", b"nonsense"), 400);
    assert_eq!(post("/notify/sms/s3cret-path", b"[{\"phone_number\":\"\xff\"}]"), 400);
    assert_eq!(post("/notify/sms/s3cret-path", br#"[{"phone_number":"0","out_id":"\u0000"}]"#), 200);
    assert_eq!(
        post("/notify/sms/s3cret-path", br#"[{"phone_number":"8613800138003","biz_id":"\u0000x","success":true}]"#),
        200
    );
    assert_eq!(status_of_a_report_of(2 * 1024 * 1024, &database.desk), 413);
}

/// Asked without a socket: on a socket the answer may be lost, because the caller is still sending when the door shuts.
fn status_of_a_report_of(bytes: usize, desk: &Desk) -> u16 {
    let request =
        axum::http::Request::post("/notify/sms/s3cret-path").body(axum::body::Body::from(vec![b' '; bytes])).unwrap();
    let answer = tower::ServiceExt::oneshot(callback::router(desk.clone(), "s3cret-path"), request);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(answer).unwrap().status().as_u16()
}
