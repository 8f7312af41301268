//! A small house to knock at: four portals, a few pages, a doorkeeper who knows four tokens.
#![expect(dead_code, unreachable_pub, clippy::unwrap_used, reason = "shared by test files that each use a part")]

mod pages;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use ejia_db::{TestDatabase, Txn};
use ejia_kernel::{
    AdministratorId, ApplicantId, MemberId, OrganizationId, OrganizationKind, OrganizationPath, Phone, Problem,
    SessionId,
};
use ejia_web::{Applicant, Asset, Doorkeeper, Member, Officer, Site};
use http_body_util::BodyExt;
use tower::ServiceExt;

pub use pages::{TEXTS, applicant, front, member, office};

/// Who knows the four tokens.
pub fn keeper() -> Arc<dyn Doorkeeper> {
    Arc::new(Keeper)
}

struct Keeper;

impl Doorkeeper for Keeper {
    fn member(&self, txn: &mut Txn, token: &str) -> Result<Option<Member>, Problem> {
        let known = (token == "token-of-a-member").then_some("林晓梅");
        Ok(known.map(|name| {
            Member::admitted(MemberId::new(txn.now()), OrganizationId::random(), name, SessionId::random())
        }))
    }

    fn member_on_phone(&self, txn: &mut Txn, token: &str) -> Result<Option<Member>, Problem> {
        let known = token.strip_suffix("-on-a-phone");
        known.map_or(Ok(None), |token| self.member(txn, token))
    }

    fn officer(&self, _txn: &mut Txn, token: &str) -> Result<Option<Officer>, Problem> {
        let (kind, name) = match token {
            "token-of-a-branch" => (OrganizationKind::Branch, "第一党支部"),
            "token-of-a-committee" => (OrganizationKind::Committee, "某某<公司>党委"),
            _ => return Ok(None),
        };
        let path = OrganizationPath::root(1).map_err(Problem::fault)?;
        let (id, session) = (AdministratorId::random(), SessionId::random());
        Ok(Some(Officer::admitted(id, OrganizationId::random(), name, kind, path, "王管理", session)))
    }

    fn applicant(&self, _txn: &mut Txn, token: &str) -> Result<Option<Applicant>, Problem> {
        let known = (token == "token-of-an-applicant").then_some("13800138003");
        Ok(known
            .map(|phone| Applicant::admitted(ApplicantId::random(), Phone::parse(phone).unwrap(), SessionId::random())))
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
    Got { status: parts.status, headers: parts.headers, text }
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
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
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
        self.text.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    }
}

impl House {
    pub fn open() -> Self {
        // Migrating blocks, which a thread of the runtime may not.
        let opened = std::thread::spawn(|| TestDatabase::sqlite(&[])).join();
        let database = opened.unwrap();
        let site = Site::builder(database.desk.clone())
            .texts(&[TEXTS])
            .assets(|path| {
                (path == "app.css").then(|| Asset { mime: "text/css".into(), bytes: b"body{}".as_slice().into() })
            })
            .doorkeeper(keeper())
            .keys([7; 32])
            .part("!".to_owned())
            .build()
            .unwrap();
        let router = site.router([front().into(), member().into(), office().into(), applicant().into()]);
        Self { site, router, _database: database }
    }

    pub async fn send(&self, request: Request<Body>) -> Got {
        answer(self.router.clone(), request).await
    }

    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Got {
        self.send(request(Method::GET, path, headers, Body::empty())).await
    }

    pub async fn post(&self, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Got {
        self.send(request(Method::POST, path, headers, body.into())).await
    }

    /// A token for the member's forms, taken from a page of his.
    pub async fn member_csrf(&self) -> String {
        self.get("/member/record", &[AS_MEMBER]).await.csrf()
    }
}

/// The cookie of the same member on a phone.
pub const ON_PHONE: (&str, &str) = ("cookie", "ejia_phone=token-of-a-member-on-a-phone");
pub const AS_MEMBER: (&str, &str) = ("cookie", "ejia_member=token-of-a-member");
pub const AS_BRANCH: (&str, &str) = ("cookie", "ejia_office=token-of-a-branch");
pub const AS_COMMITTEE: (&str, &str) = ("cookie", "other=1; ejia_office=token-of-a-committee");
pub const AS_APPLICANT: (&str, &str) = ("cookie", "ejia_applicant=token-of-an-applicant");
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
