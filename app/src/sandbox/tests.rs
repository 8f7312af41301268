//! The console over HTTP, without the rest of the house.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use ejia_db::TestDatabase;
use ejia_kernel::OrganizationKind;
use ejia_messages::{Carrier, Outgoing, Template};
use ejia_sms::sandbox::{Mood, Sandbox, SandboxSettings, Server};
use ejia_sms::{Aliyun, AliyunSettings};
use ejia_web::Site;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{Console, DemoAccount, DemoPortal, TEXTS, router, routes};

struct Stage {
    database: TestDatabase,
    sms: Sandbox,
    console: Console,
    router: Router,
}

fn account(name: &str, portal: DemoPortal, first_login: bool) -> DemoAccount {
    DemoAccount {
        portal,
        name: name.to_owned(),
        login: "11010519491231002X".to_owned(),
        password: "13800138003".to_owned(),
        phone: "13800138003".to_owned(),
        organization: "前埔社区第一党支部".to_owned(),
        organization_code: "350200000001".to_owned(),
        organization_kind: OrganizationKind::Branch,
        first_login,
    }
}

fn stage() -> Stage {
    let database = TestDatabase::sqlite(&[]);
    let desk = database.desk.clone();
    let sms = Sandbox::new(SandboxSettings::demo(), desk.clock().clone());
    let accounts = vec![
        account("王小明", DemoPortal::Member, true),
        account("李<b>红", DemoPortal::Member, false),
        account("陈主任", DemoPortal::Office, true),
    ];
    let console = Console::new(desk.clone(), sms.clone(), accounts);
    let site = Site::builder(desk).texts(&[TEXTS]).part(console.clone()).build().unwrap();
    let router = site.router([routes().into()]).merge(router(console.clone()));
    Stage { database, sms, console, router }
}

/// Answers of a browser that keeps its cookies, or of a program.
struct Answer {
    status: u16,
    cookies: String,
    text: String,
}

impl Stage {
    fn call(&self, request: Request<Body>) -> Answer {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let status = response.status().as_u16();
            let cookies: Vec<&str> = response
                .headers()
                .get_all(header::SET_COOKIE)
                .iter()
                .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
                .collect();
            let cookies = cookies.join("; ");
            let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            Answer { status, cookies, text: String::from_utf8(bytes.to_vec()).unwrap() }
        })
    }

    fn get(&self, path: &str) -> Answer {
        self.call(Request::get(path).body(Body::empty()).unwrap())
    }

    fn json(&self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{}", answer.text);
        serde_json::from_str(&answer.text).unwrap()
    }

    fn post(&self, path: &str, body: &str) -> Answer {
        self.call(Request::post(path).body(Body::from(body.to_owned())).unwrap())
    }

    /// Fills in a form of the console as a browser does.
    fn submit(&self, path: &str, fields: &str) -> Answer {
        let page = self.get("/sandbox/");
        let csrf = page.text.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        self.call(
            Request::post(path)
                .header(header::COOKIE, page.cookies)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(format!("csrf={csrf}&{fields}")))
                .unwrap(),
        )
    }

    fn now(&self) -> String {
        self.database.desk.now().to_string()
    }

    fn letter_to(&self, phone: &str) {
        let server = Server::start(self.sms.clone()).unwrap();
        let SandboxSettings { access_key_id, access_key_secret, sign_name, .. } = SandboxSettings::demo();
        let settings = AliyunSettings {
            endpoint: server.endpoint(),
            ..AliyunSettings::new(&access_key_id, &access_key_secret, &sign_name)
        };
        let letter = Outgoing {
            id: ejia_kernel::MessageId::random(),
            to: ejia_kernel::Phone::parse(phone).unwrap(),
            template: Template::ResetCode,
            params: vec![("code".to_owned(), "301122".to_owned()), ("minutes".to_owned(), "5".to_owned())],
        };
        Aliyun::new(settings, self.database.desk.clock().clone()).carry(&letter).unwrap();
    }
}

#[test]
fn programs_get_the_accounts_as_the_contract_words_them() {
    let stage = stage();
    let accounts = stage.json("/sandbox/api/accounts");
    assert_eq!(accounts.as_array().unwrap().len(), 3);
    assert_eq!(
        accounts[0],
        json!({
            "portal": "member", "name": "王小明", "login": "11010519491231002X", "password": "13800138003",
            "phone": "13800138003", "organization": "前埔社区第一党支部", "organization_code": "350200000001",
            "organization_kind": "branch", "first_login": true,
        })
    );
    assert_eq!(accounts[2]["portal"], "office");
}

#[test]
fn an_account_whose_first_login_was_done_meanwhile_leaves_the_list() {
    let mut stage = stage();
    let console = stage.console.clone().asking(|_, account| Ok(account.name != "王小明"));
    stage.router = router(console);
    let accounts = stage.json("/sandbox/api/accounts");
    let names: Vec<&str> = accounts.as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["李<b>红", "陈主任"]);
}

#[test]
fn the_clock_is_told_and_set_and_nonsense_leaves_it_alone() {
    let stage = stage();
    assert!(stage.json("/sandbox/api/clock")["now"].as_str().unwrap().starts_with("2026-03-20T09:00:0"));
    let answer = stage.post("/sandbox/api/clock", r#"{"now":"2026-04-16T08:30:00+08:00"}"#);
    assert_eq!((answer.status, answer.text.as_str()), (200, r#"{"now":"2026-04-16T08:30:00+08:00"}"#));
    assert_eq!(stage.now(), "2026-04-16 08:30");
    for (body, status) in [("{}", 400), ("\u{0}", 400), (r#"{"now":7}"#, 400), (r#"{"now":"soon"}"#, 422)] {
        let answer = stage.post("/sandbox/api/clock", body);
        assert_eq!(answer.status, status, "{body}");
        let told: Value = serde_json::from_str(&answer.text).unwrap();
        assert!(told["message"].as_str().unwrap().ends_with('。'), "{told}");
    }
    assert_eq!(stage.now(), "2026-04-16 08:30");
}

#[test]
fn the_page_sets_the_clock_by_button_and_by_field() {
    let stage = stage();
    assert_eq!(stage.submit("/sandbox/clock", "step=day").status, 303);
    assert_eq!(stage.now(), "2026-03-21 09:00");
    assert_eq!(stage.submit("/sandbox/clock", "now=2026-05-01T10%3A15").status, 303);
    assert_eq!(stage.now(), "2026-05-01 10:15");
    let refused = stage.submit("/sandbox/clock", "now=soon");
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("请填写年月日和时间") && refused.text.contains("演示控制台"));
    let unproven = stage.post("/sandbox/clock", "step=day");
    assert!((400..500).contains(&unproven.status), "{}", unproven.status);
    assert_eq!(stage.now(), "2026-05-01 10:15");
}

#[test]
fn letters_are_listed_newest_first_for_programs_and_for_people() {
    let stage = stage();
    assert_eq!(stage.json("/sandbox/api/sms"), json!([]));
    assert!(stage.get("/sandbox/").text.contains("还没有短信"));
    stage.letter_to("13900139003");
    stage.letter_to("13800138003");
    let letters = stage.json("/sandbox/api/sms");
    assert_eq!(letters[0]["to"], "13800138003");
    assert_eq!(letters.as_array().unwrap().len(), 2);
    let letters = stage.json("/sandbox/api/sms?phone=13900139003");
    assert_eq!(letters.as_array().unwrap().len(), 1);
    assert!(letters[0]["text"].as_str().unwrap().starts_with("【厦门党建e家】您正在重置登录密码，验证码301122"));
    let page = stage.get("/sandbox/?phone=13800138003").text;
    assert_eq!(page.matches("验证码301122").count(), 1);
    let piece =
        stage.call(Request::get("/sandbox/sms?phone=").header("hx-request", "true").body(Body::empty()).unwrap());
    assert!(!piece.text.contains("<html") && piece.text.matches("验证码301122").count() == 2, "{}", piece.text);
}

#[test]
fn the_page_shows_every_account_and_escapes_what_it_shows() {
    let page = stage().get("/sandbox/").text;
    for shown in
        ["王小明", "陈主任", "李&#60;b&#62;红", "前埔社区第一党支部", "2026-03-20 09:00:0", "党员登录", "党组织登录"]
    {
        assert!(page.contains(shown), "{shown}\n{page}");
    }
    assert_eq!(page.matches("<h1").count(), 1);
}

#[test]
fn the_company_can_be_told_to_be_unpleasant() {
    let stage = stage();
    assert_eq!(stage.post("/sandbox/api/sms/mood", r#"{"mood":"broken"}"#).status, 200);
    assert_eq!(stage.sms.mood(), Mood::Broken);
    assert_eq!(stage.post("/sandbox/api/sms/mood", r#"{"mood":"grumpy"}"#).status, 400);
    assert_eq!(stage.submit("/sandbox/sms/mood", "mood=report_twice").status, 303);
    assert_eq!(stage.json("/sandbox/api/sms/mood"), json!({ "mood": "report_twice" }));
}
