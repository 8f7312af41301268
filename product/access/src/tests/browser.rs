//! A browser without JavaScript, at the pages of this crate.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use ejia_kernel::Problem;
use ejia_web::Site;
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::city::{City, both};
use crate::{OfficialAccount, PasskeyOrigins, WechatEntry};

/// A browser: it keeps its cookies and sends the hidden fields of the last page.
pub(super) struct Browser {
    runtime: tokio::runtime::Runtime,
    router: Router,
    agent: &'static str,
    pub(super) cookies: Vec<(String, String)>,
    pub(super) page: String,
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
}

fn site(city: &City, account: Option<Arc<dyn OfficialAccount>>) -> Result<Router, Problem> {
    let site =
        Site::builder(city.desk.clone()).texts(&[ejia_directory::TEXTS, crate::TEXTS]).doorkeeper(city.keeper.clone());
    let site = match account {
        Some(account) => site.part(WechatEntry::new(account, "https://ejia.example/")),
        None => site,
    };
    let site = site.part(PasskeyOrigins::among([crate::passkeys::tests::ORIGIN.to_owned()]));
    let site = site.part(ejia_directory::Rooms::default()).build()?;
    Ok(site.router(ejia_directory::routes().into_iter().chain(crate::routes())))
}

impl Browser {
    pub(super) fn new(city: &City) -> Self {
        Self::at(site(city, None).unwrap())
    }

    /// The browser inside WeChat, at a house with this official account.
    pub(super) fn inside_wechat(city: &City, account: &Arc<dyn OfficialAccount>) -> Self {
        let mut browser = Self::at(site(city, Some(Arc::clone(account))).unwrap());
        browser.agent = "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50";
        browser
    }

    fn at(router: Router) -> Self {
        let (page, status, headers) = (String::new(), StatusCode::OK, HeaderMap::new());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { runtime, router, agent: "Mozilla/5.0", cookies: Vec::new(), page, status, headers }
    }

    pub(super) fn send(&mut self, request: Request<Body>) -> &mut Self {
        let router = self.router.clone();
        let (parts, bytes) = self.runtime.block_on(async move {
            let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
            (parts, body.collect().await.unwrap().to_bytes())
        });
        self.status = parts.status;
        self.headers = parts.headers;
        for line in self.headers.get_all(header::SET_COOKIE) {
            let (name, rest) = line.to_str().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            let value = rest.split(';').next().unwrap();
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        self.page = String::from_utf8(bytes.to_vec()).unwrap();
        assert!(!self.status.is_server_error(), "{}: {}", self.status, self.page);
        self
    }

    pub(super) fn cookie_line(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    pub(super) fn get(&mut self, path: &str) -> &mut Self {
        let request = Request::get(path)
            .header(header::COOKIE, self.cookie_line())
            .header(header::USER_AGENT, self.agent)
            .body(Body::empty())
            .unwrap();
        self.send(request)
    }

    /// Posts fields together with the hidden ones of the page at hand.
    pub(super) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> &mut Self {
        let mut all: Vec<(String, String)> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        for hidden in ["csrf", "pending", "next", "version", "organization_id", "login"] {
            if !all.iter().any(|(name, _)| name == hidden) {
                all.extend(self.hidden(hidden).map(|value| (hidden.to_owned(), value)));
            }
        }
        let body: Vec<String> = all.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        let request = Request::post(path)
            .header(header::COOKIE, self.cookie_line())
            .header(header::USER_AGENT, self.agent)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.join("&")))
            .unwrap();
        self.send(request)
    }

    /// The value of the input of this name on the page.
    pub(super) fn hidden(&self, name: &str) -> Option<String> {
        let (_, rest) = self.page.split_once(&format!("name=\"{name}\" value=\""))?;
        rest.split('"').next().map(str::to_owned)
    }

    pub(super) fn goes_to(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.page);
        self.headers.get(header::LOCATION).unwrap().to_str().unwrap()
    }

    pub(super) fn shows(&self, text: &str) -> &Self {
        assert!(self.page.contains(text), "no {text} on: {}", self.page);
        self
    }
}

fn escaped(text: &str) -> String {
    let bytes: Vec<String> = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    bytes.concat()
}

pub(super) fn on_pages(test: impl Fn(&City, Browser)) {
    both(|city| test(city, Browser::new(city)));
}
