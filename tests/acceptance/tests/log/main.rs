//! What log and traces hold after a day on which much went wrong: nothing that tells of a person.

mod collector;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use collector::Collector;
use ejia::settings::TracesSettings;
use ejia::traces::Traces;
use ejia_acceptance::actors::OWN_PASSWORD;
use ejia_acceptance::{Browser, House};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// Everything that was written so far.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Has everything traced, and the log written here, as much of it as an operator may ever ask for, before the last door masks anything.
fn listen(traces: &Traces) -> Paper {
    let paper = Paper::default();
    let own = paper.clone();
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).parse_lossy(
        "info,ejia=trace,ejia_access=trace,ejia_web=trace,ejia_db=trace,ejia_directory=trace,ejia_messages=trace",
    );
    let written = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(move || own.clone());
    tracing_subscriber::registry().with(traces.layer()).with(written.with_filter(filter)).init();
    paper
}

fn logs_in(browser: &mut Browser, login: &str, password: &str) {
    browser.open("/member/login");
    let form = browser.form("登录").fill("身份证号或手机号码", login).fill("密码", password);
    browser.submit(&form);
}

/// Sends what nobody should: wrong passwords, broken forms, numbers in every place.
fn misbehave(house: &House, id_card: &str, phone: &str) {
    let mut browser = house.visitor();
    for login in [id_card, phone, "nobody"] {
        logs_in(&mut browser, login, "Wrong12345");
    }
    let kinds =
        ["application/json", "application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"];
    for path in [
        "/member/login",
        "/api/v1/member/login",
        "/office/login",
        "/member/forgotten",
        "/transfers/in/phone",
        "/wechat/bind",
    ] {
        for kind in kinds {
            let body = format!("{{\"login\":\"{id_card}\",\"phone\":{phone},\"password\":\"{OWN_PASSWORD}\"");
            browser.post(path, kind, body.as_bytes());
        }
        browser.get(&format!("{path}?next={phone}&code={id_card}"));
    }
    browser.get(&format!("/member/{id_card}/{phone}"));
}

/// Takes a table away, so that what needs it fails with everything it has in hand.
fn break_down(house: &House, table: &'static str) {
    let gone = house.desk().write_now(move |txn| {
        Ok(txn.execute(&format!("ALTER TABLE {table} RENAME TO {table}_gone"), &[]).map(drop)?)
    });
    gone.unwrap_or_else(|problem| panic!("{table}: {problem:?}"));
}

/// proves: R1
#[test]
fn log_and_traces_tell_of_nobody_whatever_goes_wrong() {
    let collector = Collector::start().expect("a free port");
    let to = TracesSettings { to: collector.address(), share: 1.0, instance: "one".to_owned() };
    let traces = Traces::to(&to).expect("an address");
    let paper = listen(&traces);
    let secrets = Mutex::new(vec![OWN_PASSWORD.to_owned(), "Wrong12345".to_owned()]);
    House::on_both(|house| {
        let people = house.people_of(&house.branch_with_members());
        let person = people.iter().find(|person| !person.phone().is_empty()).expect("somebody");
        misbehave(house, person.id_card(), person.phone());
        let mut member = house.inside_as_member(house.member(person.id_card()));
        let mut officer = house.inside_as_officer_of(&house.branch_with_members());
        for path in ["/member/record", "/member/devices", "/office/members", "/office/verification", "/office/devices"]
        {
            member.get(path);
            officer.get(path);
        }
        for table in ["member_password", "administrator_password", "authenticator", "session"] {
            break_down(house, table);
            let mut late = house.visitor();
            logs_in(&mut late, person.id_card(), OWN_PASSWORD);
            logs_in(&mut late, person.phone(), OWN_PASSWORD);
            member.get("/member/record");
            officer.get("/office/verification");
        }
        break_down(house, "member");
        misbehave(house, person.id_card(), person.phone());
        let mut secrets = secrets.lock().expect("nobody panics meanwhile");
        for person in house.city().members() {
            secrets.extend([person.id_card(), person.phone(), person.name()].map(str::to_owned));
        }
    });
    drop(traces);
    let told = collector.told();
    for name in ["GET /member/record", "POST /office/login", "transaction", "at work"] {
        assert!(told.contains(name), "no trace of {name}");
    }
    let log = String::from_utf8(paper.0.lock().expect("it is there").clone()).expect("text");
    assert!(log.matches("fault").count() > 8, "little went wrong: {log}");
    for secret in secrets.into_inner().expect("it is there").iter().filter(|secret| !secret.is_empty()) {
        let line = log.lines().find(|line| line.contains(secret.as_str()));
        assert!(line.is_none(), "{secret}: {line:?}");
        assert!(!told.contains(secret.as_str()), "a trace tells of {secret}");
    }
    // Tokens are 64 hexadecimal digits; nothing of that shape is written.
    let words = log.split(|letter: char| !letter.is_ascii_alphanumeric());
    let token = words.into_iter().find(|word| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_eq!(token, None);
}
