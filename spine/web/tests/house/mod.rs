//! A small house to knock at: three portals, a few pages, a doorkeeper who knows three tokens.
#![expect(
    dead_code,
    unreachable_pub,
    reason = "shared by test files that each use a part"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use ejia_db::{TestDatabase, Txn};
use ejia_kernel::{
    AdministratorId, MemberId, OrganizationId, OrganizationKind, OrganizationPath, Problem,
    SessionId,
};
use ejia_web::{
    Answer, Asked, Asset, Call, Doorkeeper, Front, Input, Member, MemberPortal, Nothing,
    OfficePortal, Officer, Page, Reply, Routes, Site, Templates, Upload,
};
use http_body_util::BodyExt;
use serde::{Deserialize, Serialize};
use tower::ServiceExt;

pub const TEXTS: &str = r#"
"house.saved" = "已保存，{name}。"
"house.phone_taken" = "手机号已被占用。"
"house.check" = "请检查标出的内容。"
"#;

#[derive(Debug, Serialize)]
pub struct RecordView {
    pub name: String,
    pub phone: String,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Edit {
    pub name: String,
    pub phone: String,
    pub posts: Vec<String>,
    pub lost: bool,
    pub age: Option<u8>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    pub q: String,
    pub page: u32,
}

pub const HOME: Page<Front, String> = Page::new("front/home.html", "党建e家");
pub const LOGIN: Page<Front, ()> = Page::new("front/login.html", "党员登录");
pub const RECORD: Page<MemberPortal, RecordView> = Page::new("member/record.html", "我的档案");
pub const BROKEN: Page<MemberPortal, ()> = Page::new("member/broken.html", "坏页");
pub const LIST: Page<OfficePortal, Filter> = Page::new("office/list.html", "党员档案管理");

pub fn template(name: &str) -> Option<String> {
    let text = match name {
        "front/home.html" => {
            "{% extends layout %}{% block content %}<h1>{{ title }}</h1><b>{{ view }}</b>{% endblock %}"
        }
        "front/login.html" => {
            "{% extends layout %}{% block content %}<form method=post><input name=csrf value=\"{{ csrf }}\"></form>{% endblock %}"
        }
        "member/record.html" => {
            "{% extends layout %}{% block content %}<h1>{{ title }}</h1><b>{{ view.name }}</b>\
             <i>{{ entered.phone|default(view.phone) }}</i>\
             {% if problem %}<em>{{ problem.fields.phone }}</em>{% endif %}\
             <input name=csrf value=\"{{ csrf }}\"><u>{{ caller.name }}</u><s>{{ base }}</s>{% endblock %}"
        }
        "member/broken.html" => {
            "{% extends layout %}{% block content %}{{ view.nowhere }}{% endblock %}"
        }
        "office/list.html" => {
            "{% extends layout %}{% block content %}{{ caller.organization }} {{ caller.committee }} {{ view.q }} {{ view.page }}{% endblock %}"
        }
        _ => return None,
    };
    Some(text.to_owned())
}

async fn home(call: Call<Front>) -> Answer<Front> {
    Ok(Reply::show(HOME, call.address().to_owned()))
}

async fn login_page(_call: Call<Front>) -> Answer<Front> {
    Ok(Reply::show(LOGIN, ()))
}

async fn login(
    call: Call<Front>,
    Asked(query): Asked<BTreeMap<String, String>>,
    Input(_): Input<Nothing>,
) -> Answer<Front> {
    assert!(!call.address().is_empty());
    let next = query
        .get("next")
        .cloned()
        .unwrap_or_else(|| "/member/record".to_owned());
    Ok(Reply::done(next, ()).opening_session("token-of-a-member"))
}

fn record_view(call: &Call<MemberPortal>) -> RecordView {
    RecordView {
        name: call.caller().name().to_owned(),
        phone: "138****8003".to_owned(),
    }
}

async fn record(call: Call<MemberPortal>) -> Answer<MemberPortal> {
    Ok(Reply::show(RECORD, record_view(&call)))
}

async fn edit(call: Call<MemberPortal>, Input(edit): Input<Edit>) -> Answer<MemberPortal> {
    if edit.phone == "taken" {
        let problem = Problem::conflict("house.check").on("phone", "house.phone_taken");
        return Reply::again(RECORD, record_view(&call), &edit, problem);
    }
    let name = edit.name.clone();
    Ok(Reply::done("/member/record?from=edit", edit)
        .saying_with("house.saved", vec![("name", name)]))
}

async fn leave(
    _call: Call<MemberPortal>,
    Input(Nothing {}): Input<Nothing>,
) -> Answer<MemberPortal> {
    Ok(Reply::done("/", ()).closing_session())
}

async fn item(_call: Call<MemberPortal>, Path(id): Path<MemberId>) -> Answer<MemberPortal> {
    Err(Problem::not_found("web.no_such_page").with("id", id))
}

async fn broken(_call: Call<MemberPortal>) -> Answer<MemberPortal> {
    Ok(Reply::show(BROKEN, ()))
}

async fn fault(_call: Call<MemberPortal>) -> Answer<MemberPortal> {
    Err(Problem::fault("the disk is full"))
}

#[expect(clippy::unused_async, reason = "handlers are async")]
async fn panic(_call: Call<MemberPortal>) -> Answer<MemberPortal> {
    panic!("this is on purpose")
}

async fn take_away(_call: Call<MemberPortal>) -> Answer<MemberPortal> {
    Ok(Reply::file("我的 资料.csv", "text/csv", b"a,b\n".to_vec()))
}

async fn photo(_call: Call<MemberPortal>, upload: Upload) -> Answer<MemberPortal> {
    let on_disk = std::fs::read(&upload.file).unwrap();
    let said = format!(
        "{}|{}|{}|{}",
        upload.name,
        upload.bytes,
        on_disk.len(),
        upload.field("note")
    );
    assert!(!upload.fields.contains_key("csrf"));
    Ok(Reply::done(
        "/member/record",
        serde_json::json!({ "said": said, "file": upload.file }),
    ))
}

async fn list(_call: Call<OfficePortal>, Asked(filter): Asked<Filter>) -> Answer<OfficePortal> {
    Ok(Reply::show(LIST, filter))
}

async fn allocate(
    call: Call<OfficePortal>,
    Path(id): Path<u32>,
    Asked(_): Asked<Filter>,
    _headers: HeaderMap,
    Input(_): Input<Nothing>,
) -> Answer<OfficePortal> {
    let committee = call.caller().as_committee()?;
    let part = call.site().part::<String>()?;
    Ok(Reply::done(
        format!("/office/list?id={id}&by={}{part}", committee.kind().code()),
        (),
    ))
}

pub fn front() -> Routes<Front> {
    Routes::new()
        .get("/", home)
        .get("/member/login", login_page)
        .post("/member/login", login)
}

pub fn member() -> Routes<MemberPortal> {
    Routes::new()
        .get("/member/record", record)
        .post("/member/record", edit)
        .post("/member/leave", leave)
        .get("/member/items/{id}", item)
        .merge(
            Routes::new()
                .get("/member/broken", broken)
                .get("/member/fault", fault)
                .get("/member/panic", panic)
                .get("/member/file", take_away)
                .post("/member/photo", photo),
        )
}

pub fn office() -> Routes<OfficePortal> {
    Routes::new()
        .get("/office/list", list)
        .post("/office/allocate/{id}", allocate)
}

struct Keeper;

impl Doorkeeper for Keeper {
    fn member(&self, txn: &mut Txn, token: &str) -> Result<Option<Member>, Problem> {
        let known = (token == "token-of-a-member").then_some("林晓梅");
        Ok(known.map(|name| {
            Member::admitted(
                MemberId::new(txn.now()),
                OrganizationId::random(),
                name,
                SessionId::random(),
            )
        }))
    }

    fn officer(&self, _txn: &mut Txn, token: &str) -> Result<Option<Officer>, Problem> {
        let (kind, name) = match token {
            "token-of-a-branch" => (OrganizationKind::Branch, "第一党支部"),
            "token-of-a-committee" => (OrganizationKind::Committee, "某某<公司>党委"),
            _ => return Ok(None),
        };
        let path = OrganizationPath::root(1).map_err(Problem::fault)?;
        let (id, session) = (AdministratorId::random(), SessionId::random());
        Ok(Some(Officer::admitted(
            id,
            OrganizationId::random(),
            name,
            kind,
            path,
            "王管理",
            session,
        )))
    }
}

/// The house, open.
pub struct House {
    pub site: Site,
    pub router: Router,
    _database: TestDatabase,
}

/// What a router answers.
pub async fn answer(router: Router, request: Request<Body>) -> Got {
    let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Got {
        status: parts.status,
        headers: parts.headers,
        text,
    }
}

/// What came back.
#[derive(Debug)]
pub struct Got {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Got {
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap()
    }

    /// `name=value` of a cookie that was set, if it was.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.headers
            .get_all(header::SET_COOKIE)
            .iter()
            .map(|line| line.to_str().unwrap().to_owned())
            .find(|line| line.starts_with(&format!("{name}=")))
    }

    pub fn csrf(&self) -> String {
        self.text
            .split("name=csrf value=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned()
    }
}

impl House {
    pub fn open() -> Self {
        // Migrating blocks, which a thread of the runtime may not.
        let opened = std::thread::spawn(|| TestDatabase::sqlite(&[])).join();
        let database = opened.unwrap();
        let site = Site::builder(database.desk.clone())
            .texts(&[TEXTS])
            .templates(Templates::source(template))
            .assets(|path| {
                (path == "app.css").then(|| Asset {
                    mime: "text/css".into(),
                    bytes: b"body{}".as_slice().into(),
                })
            })
            .doorkeeper(Arc::new(Keeper))
            .keys([7; 32])
            .part("!".to_owned())
            .build()
            .unwrap();
        let router = site.router([front().into(), member().into(), office().into()]);
        Self {
            site,
            router,
            _database: database,
        }
    }

    pub async fn send(&self, request: Request<Body>) -> Got {
        answer(self.router.clone(), request).await
    }

    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Got {
        self.send(request(Method::GET, path, headers, Body::empty()))
            .await
    }

    pub async fn post(&self, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Got {
        self.send(request(Method::POST, path, headers, body.into()))
            .await
    }

    /// A token for the member's forms, taken from a page of his.
    pub async fn member_csrf(&self) -> String {
        self.get("/member/record", &[AS_MEMBER]).await.csrf()
    }
}

pub const AS_MEMBER: (&str, &str) = ("cookie", "ejia_member=token-of-a-member");
pub const AS_BRANCH: (&str, &str) = ("cookie", "ejia_office=token-of-a-branch");
pub const AS_COMMITTEE: (&str, &str) = ("cookie", "other=1; ejia_office=token-of-a-committee");
pub const BEARER: (&str, &str) = ("authorization", "Bearer token-of-a-member");
pub const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
pub const JSON: (&str, &str) = ("content-type", "application/json");
pub const HTMX: (&str, &str) = ("hx-request", "true");

pub fn request(method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body).unwrap()
}
