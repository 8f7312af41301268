//! The one place where answers are dressed: page, fragment, phone page or JSON, with status, cookies and notices.

use askama::Template;
use axum::body::Body as HttpBody;
use axum::extract::MatchedPath;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ejia_kernel::{Problem, ProblemKind};

use crate::call::{Origin, SESSION_OVER};
use crate::cookies;
use crate::csrf;
use crate::face::{Face, Facts};
use crate::faults;
use crate::html::{Card, Entered, Form, ProblemSheet, Refusal, Shown};
use crate::links::{self, local_path};
use crate::programs;
use crate::reply::{Body, Download, Draft, Kept, MarkChange, Notice, SessionChange, Showing};
use crate::routes::phone_path;
use crate::site::Site;

/// The longest notice that still fits a cookie.
const LONGEST_NOTICE: usize = 900;
/// Has the browser forget what it has kept of our pages, where it could come back to them without asking.
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");
/// After so many seconds it is worth asking again for what is not to be had at this moment.
const COME_BACK: u64 = 10;

/// The status of a problem.
pub(crate) fn status(problem: &Problem) -> StatusCode {
    StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// What the reply becomes for whoever asked.
pub(crate) fn reply(site: &Site, facts: &Facts, origin: &Origin, card: Card<'_>, draft: Draft) -> Response {
    let Draft { body, kept } = draft;
    let setting = Setting { site, facts, origin: Some(origin), card };
    let json = facts.face == Face::Json;
    let dressed = match body {
        Body::File(file) => Ok(download(file)),
        Body::Show(shown) if json => match shown.refused {
            Some(again) => Ok(setting.problem(&again.problem)),
            None => programs::view(shown.view.as_ref(), kept.session.as_ref()),
        },
        Body::Done(_, view) | Body::Away(_, view) if json => programs::view(view.as_ref(), kept.session.as_ref()),
        Body::Show(shown) => setting.show(&shown),
        Body::Done(to, _) => Ok(setting.go_on(&to)),
        Body::Away(to, _) => links::away(&to),
    };
    let mut response = dressed.unwrap_or_else(|fault| setting.problem(&fault));
    if !json {
        setting.remember(response.headers_mut(), &kept);
    }
    response
}

/// What the problem becomes for whoever asked. A fault is logged here, once, under the number that is shown.
pub(crate) fn problem(
    site: &Site,
    facts: &Facts,
    origin: Option<&Origin>,
    card: Card<'_>,
    problem: &Problem,
) -> Response {
    Setting { site, facts, origin, card }.problem(problem)
}

/// Everything an answer is dressed with.
struct Setting<'s> {
    site: &'s Site,
    facts: &'s Facts,
    origin: Option<&'s Origin>,
    card: Card<'s>,
}

impl Setting<'_> {
    fn show(&self, showing: &Showing) -> Result<Response, Problem> {
        let Showing { title, view, refused, .. } = showing;
        let refusal = refused.as_ref().map(|again| self.refusal(&again.problem, None, again.which.clone()));
        let entered = refused.as_ref().map(|again| &again.entered);
        let status = refused.as_ref().map_or(StatusCode::OK, |again| status(&again.problem));
        let page = self.page(title, status, refusal.as_ref(), entered, |shown| view.draw(shown))?;
        Ok(match refused {
            Some(again) => later(page, &again.problem),
            None => page,
        })
    }

    /// A page in its surroundings.
    fn page(
        &self,
        title: &str,
        status: StatusCode,
        refusal: Option<&Refusal>,
        entered: Option<&Entered>,
        draw: impl FnOnce(&Shown<'_>) -> Result<String, askama::Error>,
    ) -> Result<Response, Problem> {
        let mut cookies = HeaderMap::new();
        let csrf = self.form_token(&mut cookies)?;
        let said = self.notice(&mut cookies);
        let shown = Shown {
            title,
            path: &self.facts.path,
            route: self.facts.route.as_ref().map_or("", MatchedPath::as_str),
            base: self.facts.base(),
            portal: self.facts.side.name(),
            caller: self.card,
            form: Form { csrf: &csrf, entered, refusal, which: None },
            problem: refusal,
            now: self.site.desk().now(),
            phone: self.facts.phone,
            large: self.facts.large,
            whole: self.facts.face != Face::Fragment,
            said: said.as_deref(),
            fixed: self.site.fixed(),
        };
        let text =
            draw(&shown).map_err(|error| Problem::fault(format!("the page {title} cannot be drawn: {error}")))?;
        let text = if self.facts.phone { links::for_phones(text) } else { text };
        let mut response = Response::new(HttpBody::from(text));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.extend(cookies);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        Ok(response)
    }

    fn refusal(&self, problem: &Problem, number: Option<String>, which: Option<String>) -> Refusal {
        let mut fields: Vec<(String, String)> = Vec::with_capacity(problem.fields.len());
        for field in &problem.fields {
            if fields.iter().all(|(name, _)| *name != field.field) {
                fields.push((field.field.clone(), self.site.sentence(field.code, &field.args)));
            }
        }
        Refusal { code: problem.code, message: self.site.problem_sentence(problem), fields, number, which }
    }

    /// The notice that waits for this page. A fragment has no place for it and leaves it waiting.
    fn notice(&self, cookies: &mut HeaderMap) -> Option<String> {
        let sealed = self.facts.said.as_deref()?;
        if self.facts.face == Face::Fragment {
            return None;
        }
        cookies::clear(cookies, cookies::SAID, self.facts.secure);
        self.site.seal().unwrap(sealed)
    }

    /// The token for the page's forms; a visitor without a cookie gets one to bind them to.
    fn form_token(&self, cookies: &mut HeaderMap) -> Result<String, Problem> {
        match self.origin {
            Some(Origin::Browser(Some(cookie))) => self.site.seal().token(cookie),
            Some(Origin::Browser(None)) => {
                let visit = csrf::visit()?;
                cookies::set(cookies, cookies::VISIT, &visit, self.facts.secure);
                self.site.seal().token(&visit)
            }
            Some(Origin::Program) | None => Ok(String::new()),
        }
    }

    fn problem(&self, problem: &Problem) -> Response {
        let status = status(problem);
        if problem.kind == ProblemKind::LoginNeeded
            && let Some(response) = self.to_login(problem)
        {
            return response;
        }
        later(self.told(problem, status), problem)
    }

    fn told(&self, problem: &Problem, status: StatusCode) -> Response {
        let number = (problem.kind == ProblemKind::Fault).then(|| faults::log(problem, self.facts));
        if let (ProblemKind::Busy | ProblemKind::NoRoom, Some(detail)) = (problem.kind, &problem.detail) {
            tracing::warn!(code = problem.code, detail, "not to be had");
        }
        if self.facts.face == Face::Json {
            return (status, axum::Json(programs::problem(self.site, problem, number.as_deref()))).into_response();
        }
        let refusal = self.refusal(problem, number, None);
        let drawn = self
            .page(heading(problem.kind), status, None, None, |shown| ProblemSheet { view: &refusal, shown }.render());
        drawn.unwrap_or_else(|fault| {
            // Not even this page can be drawn: say it without any template.
            let number = faults::log(&fault, self.facts);
            let message = self.site.problem_sentence(&fault);
            let text = format!("<!doctype html><html lang=\"zh-CN\"><title>系统故障</title><h1>系统故障</h1><p>{message}</p><p>事件编号：{number}</p></html>");
            (StatusCode::INTERNAL_SERVER_ERROR, axum::response::Html(text)).into_response()
        })
    }

    /// Sends a browser to where it can log in, and says there why, where a session was over; programs, and who stands
    /// there already, are told instead.
    fn to_login(&self, problem: &Problem) -> Option<Response> {
        let mut response = self.led_to_login()?;
        if problem.code == SESSION_OVER {
            let lost = self.facts.method != Method::GET;
            let sentence = self.site.sentence(if lost { "web.session_over_unsaved" } else { SESSION_OVER }, &[]);
            let sealed = self.site.seal().wrap(&sentence);
            cookies::set(response.headers_mut(), cookies::SAID, &sealed, self.facts.secure);
        }
        Some(response)
    }

    fn led_to_login(&self) -> Option<Response> {
        let facts = self.facts;
        let login = facts.login_path();
        if facts.face == Face::Json || facts.path == login {
            return None;
        }
        let mut to = login.to_owned();
        if facts.method == Method::GET && facts.face != Face::Fragment {
            to.push_str("?next=");
            links::encode_into(&mut to, &facts.path);
            if let Some(query) = &facts.query {
                links::encode_into(&mut to, "?");
                links::encode_into(&mut to, query);
            }
        } else if let Some(page) = &facts.sent_from {
            to.push_str("?next=");
            links::encode_into(&mut to, page);
        }
        if facts.face == Face::Fragment {
            let to = HeaderValue::from_str(&to).ok()?;
            return Some((StatusCode::UNAUTHORIZED, [(HeaderName::from_static("hx-redirect"), to)]).into_response());
        }
        Some(links::see_other(&to))
    }

    fn go_on(&self, to: &str) -> Response {
        let Some(to) = local_path(to) else {
            return links::see_other("/");
        };
        match phone_path(to) {
            Some(on_phone) if self.facts.phone => links::see_other(&on_phone),
            _ => links::see_other(to),
        }
    }

    fn remember(&self, headers: &mut HeaderMap, kept: &Kept) {
        let Kept { notice, session, mark } = kept;
        let secure = self.facts.secure;
        if let Some(Notice { code, args }) = notice {
            let mut sentence = self.site.sentence(code, args);
            while sentence.len() > LONGEST_NOTICE {
                sentence.pop();
            }
            cookies::set(headers, cookies::SAID, &self.site.seal().wrap(&sentence), secure);
        }
        match mark {
            Some(MarkChange::Leave(mark)) => cookies::set(headers, cookies::MARK, mark, secure),
            Some(MarkChange::Take) => cookies::clear(headers, cookies::MARK, secure),
            None => {}
        }
        let Some(change) = session else { return };
        match (self.facts.session_cookie(), change) {
            (Some(name), SessionChange::Open(token)) => cookies::set(headers, name, token, secure),
            (Some(name), SessionChange::Close) => {
                cookies::clear(headers, name, secure);
                // Not "cookies": those of the other hosts of the domain would go, too.
                headers.insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\", \"storage\""));
            }
            (None, _) => tracing::error!("a session changes on a path that belongs to no portal"),
        }
    }
}

/// Tells programs, too, when to come back.
fn later(mut response: Response, problem: &Problem) -> Response {
    let named = |(name, value): &(&'static str, String)| match (*name, value.parse::<u64>()) {
        ("seconds", Ok(seconds)) => Some(seconds),
        ("minutes", Ok(minutes)) => Some(minutes * 60),
        _ => None,
    };
    let seconds = match problem.kind {
        ProblemKind::TooMany => problem.args.iter().find_map(named),
        ProblemKind::Busy => Some(COME_BACK),
        _ => None,
    };
    if let Some(seconds) = seconds {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn download(file: Download) -> Response {
    let Download { name, mime, bytes } = file;
    let mut disposition = "attachment; filename*=UTF-8''".to_owned();
    links::encode_into(&mut disposition, &name);
    let mut response = Response::new(HttpBody::from(bytes));
    let headers = response.headers_mut();
    let fallback = HeaderValue::from_static("application/octet-stream");
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(&mime).unwrap_or(fallback));
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

fn heading(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::LoginNeeded => "请先登录",
        ProblemKind::Forbidden => "不能进行这项操作",
        ProblemKind::NotFound => "没有找到",
        ProblemKind::Fault => "系统故障",
        ProblemKind::Busy | ProblemKind::NoRoom | ProblemKind::TooMany => "请稍后再试",
        ProblemKind::BadRequest | ProblemKind::Conflict | ProblemKind::TooLarge | ProblemKind::Refused => {
            "操作没有完成"
        }
    }
}
