//! Which of the four faces an answer wears, and what else the request tells before anybody reads it.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};

use crate::cookies;
use crate::portal::{ApplicantPortal, Front, MemberPortal, OfficePortal, Portal};
use crate::routes::is_on_phone;
use crate::way::Way;

/// How the answer is dressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// A whole page in the layout of its portal.
    Page,
    /// Only the content, for htmx.
    Fragment,
    /// A page in the layout for phones.
    Phone,
    /// JSON for programs.
    Json,
}

/// Which portal a path belongs to, whoever stands behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Front,
    Member,
    Office,
    Applicant,
}

impl Side {
    fn of(path: &str) -> Self {
        let mut parts = path.split('/').skip(1);
        match (parts.next(), parts.next(), parts.next()) {
            (Some("transfers"), Some("in"), _) | (Some("wechat"), Some("transfers"), Some("in")) => Self::Applicant,
            (Some("member" | "wechat"), ..) => Self::Member,
            (Some("office"), ..) => Self::Office,
            _ => Self::Front,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Front => Front::NAME,
            Self::Member => MemberPortal::NAME,
            Self::Office => OfficePortal::NAME,
            Self::Applicant => ApplicantPortal::NAME,
        }
    }

    /// The cookie of a session that is opened or closed on this side.
    fn cookie(self, phone: bool) -> Option<&'static str> {
        match self {
            Self::Front => Front::COOKIE,
            Self::Member if phone => MemberPortal::PHONE_COOKIE,
            Self::Member => MemberPortal::COOKIE,
            Self::Office => OfficePortal::COOKIE,
            Self::Applicant => ApplicantPortal::COOKIE,
        }
    }
}

/// What the layer learned of a request before any handler saw it.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "what a request tells, each by itself")]
pub(crate) struct Facts {
    pub(crate) face: Face,
    pub(crate) side: Side,
    /// Whether the path is under `/wechat`.
    pub(crate) phone: bool,
    /// Whether whoever looks wants large letters.
    pub(crate) large: bool,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) address: String,
    pub(crate) secure: bool,
    /// Over which way it has come.
    pub(crate) way: Way,
    /// The visit cookie, where the browser has one.
    pub(crate) visit: Option<String>,
    /// What was left in this browser to know it again.
    pub(crate) mark: Option<String>,
    /// Whether the browser says that it is the one inside WeChat.
    pub(crate) inside_wechat: bool,
    /// The notice cookie, still sealed.
    pub(crate) said: Option<String>,
    /// Whether the browser says that another site sent it here.
    pub(crate) cross_site: bool,
}

/// How far the layer believes what a proxy in front of it says.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Trust {
    pub(crate) forwarded: bool,
    pub(crate) secure: bool,
}

impl Facts {
    pub(crate) fn of(parts: &Parts, trust: Trust) -> Self {
        let path = parts.uri.path();
        let (json, inner) = match path.strip_prefix("/api/v1") {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => (true, rest),
            _ => (false, path),
        };
        let phone = is_on_phone(inner);
        let way = parts.extensions.get::<Way>().cloned().unwrap_or_default();
        let face = if json {
            Face::Json
        } else if wants_fragment(&parts.headers) {
            Face::Fragment
        } else if phone {
            Face::Phone
        } else {
            Face::Page
        };
        Self {
            face,
            side: Side::of(inner),
            phone,
            large: cookies::read(&parts.headers, cookies::READING) == Some(cookies::LARGE),
            method: parts.method.clone(),
            path: path.to_owned(),
            query: parts.uri.query().map(str::to_owned),
            address: address(parts, trust),
            secure: trust.secure
                || way.computer().is_some()
                || (trust.forwarded && text(&parts.headers, "x-forwarded-proto") == Some("https")),
            way,
            visit: cookies::read(&parts.headers, cookies::VISIT).map(str::to_owned),
            mark: cookies::read(&parts.headers, cookies::MARK).map(str::to_owned),
            inside_wechat: text(&parts.headers, "user-agent").is_some_and(|agent| agent.contains("MicroMessenger")),
            said: cookies::read(&parts.headers, cookies::SAID).map(str::to_owned),
            cross_site: matches!(text(&parts.headers, "sec-fetch-site"), Some("cross-site" | "same-site")),
        }
    }

    /// The cookie of a session that is opened or closed here.
    pub(crate) fn session_cookie(&self) -> Option<&'static str> {
        self.side.cookie(self.phone)
    }

    /// Where somebody without a session logs in, or proves whose phone is his.
    pub(crate) fn login_path(&self) -> &'static str {
        match (self.phone, self.side) {
            (true, Side::Applicant) => "/wechat/transfers/in/phone",
            (true, _) => "/wechat/login",
            (_, Side::Office) => "/office/login",
            (_, Side::Member) => "/member/login",
            (_, Side::Applicant) => "/transfers/in/phone",
            (_, Side::Front) => "/",
        }
    }

    /// The root of the portal's own links.
    pub(crate) fn base(&self) -> &'static str {
        match (self.phone, self.side) {
            (true, Side::Applicant) => "/wechat/transfers/in",
            (true, _) => "/wechat",
            (_, Side::Office) => "/office",
            (_, Side::Member) => "/member",
            (_, Side::Applicant) => "/transfers/in",
            (_, Side::Front) => "",
        }
    }
}

/// htmx wants a fragment, except when it restores history or boosts a link into the whole body.
fn wants_fragment(headers: &HeaderMap) -> bool {
    let says = |name: &str| text(headers, name) == Some("true");
    says("hx-request")
        && !says("hx-history-restore-request")
        && (!says("hx-boosted") || headers.contains_key("hx-target"))
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The caller's address: the socket's, or the last one the trusted proxy has written down.
fn address(parts: &Parts, trust: Trust) -> String {
    if trust.forwarded
        && let Some(last) = text(&parts.headers, "x-forwarded-for").and_then(|all| all.rsplit(',').next())
        && let Ok(address) = last.trim().parse::<std::net::IpAddr>()
    {
        return address.to_string();
    }
    parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or_else(|| "0.0.0.0".to_owned(), |ConnectInfo(socket)| socket.ip().to_string())
}
