//! Which of the four faces an answer wears, and what else the request tells before anybody reads it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, MatchedPath};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};

use crate::cookies;
use crate::links::local_path;
use crate::portal::{ApplicantPortal, Front, MemberPortal, OfficePortal, Portal};
use crate::proxies::Proxies;
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
    /// The path as it was mounted (`/office/members/{id}`); none where nothing is.
    pub(crate) route: Option<MatchedPath>,
    pub(crate) query: Option<String>,
    /// Whom the request came from, by his word or that of a proxy of ours.
    pub(crate) client: IpAddr,
    /// The same as text.
    pub(crate) address: String,
    /// Whether the request came over TLS: cookies go with `Secure`.
    pub(crate) secure: bool,
    /// The page of this house on which a form was sent, where the browser says so.
    pub(crate) sent_from: Option<String>,
    /// Whether the platform as everybody reaches it speaks TLS; the encrypted channel alone does not make it so.
    pub(crate) public_tls: bool,
    /// Over which way it has come.
    pub(crate) way: Way,
    /// The visit cookie, where the browser has one.
    pub(crate) visit: Option<String>,
    /// What was left in this browser to know it again.
    pub(crate) mark: Option<String>,
    /// What the browser says it is.
    pub(crate) agent: Option<HeaderValue>,
    /// The notice cookie, still sealed.
    pub(crate) said: Option<String>,
    /// Whether the browser says that another site sent it here.
    pub(crate) cross_site: bool,
}

/// How far the layer believes what a proxy in front of it says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trust {
    pub(crate) proxies: Proxies,
    pub(crate) secure: bool,
}

impl Facts {
    pub(crate) fn of(parts: &Parts, trust: &Trust) -> Self {
        let path = parts.uri.path();
        let (json, inner) = match path.strip_prefix("/api/v1") {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => (true, rest),
            _ => (false, path),
        };
        let phone = is_on_phone(inner);
        let way = parts.extensions.get::<Way>().cloned().unwrap_or_default();
        let peer = peer(parts);
        let client = trust.proxies.caller(peer, &parts.headers);
        let face = if json {
            Face::Json
        } else if wants_fragment(&parts.headers) {
            Face::Fragment
        } else if phone {
            Face::Phone
        } else {
            Face::Page
        };
        let public_tls =
            trust.secure || (trust.proxies.hold(peer) && text(&parts.headers, "x-forwarded-proto") == Some("https"));
        let secure = public_tls || way.computer().is_some();
        let cookie = |name| cookies::read(&parts.headers, name, secure);
        Self {
            face,
            side: Side::of(inner),
            phone,
            large: cookie(cookies::READING) == Some(cookies::LARGE),
            method: parts.method.clone(),
            path: path.to_owned(),
            route: parts.extensions.get::<MatchedPath>().cloned(),
            query: parts.uri.query().map(str::to_owned),
            client,
            address: client.to_string(),
            secure,
            public_tls,
            sent_from: (parts.method != Method::GET).then(|| sent_from(&parts.headers)).flatten(),
            way,
            visit: cookie(cookies::VISIT).map(str::to_owned),
            mark: cookie(cookies::MARK).map(str::to_owned),
            agent: parts.headers.get(header::USER_AGENT).cloned(),
            said: cookie(cookies::SAID).map(str::to_owned),
            cross_site: matches!(text(&parts.headers, "sec-fetch-site"), Some("cross-site" | "same-site")),
        }
    }

    /// What the browser says it is; empty when it says nothing, or nothing readable.
    pub(crate) fn agent(&self) -> &str {
        self.agent.as_ref().and_then(|agent| agent.to_str().ok()).unwrap_or_default()
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

/// The path of the page that a form stands on, if that page is of this house.
fn sent_from(headers: &HeaderMap) -> Option<String> {
    let (_, page) = text(headers, "referer")?.split_once("://")?;
    let path = page.strip_prefix(text(headers, "host")?)?;
    local_path(path).map(str::to_owned)
}

/// Who stands at the other end of the line.
fn peer(parts: &Parts) -> IpAddr {
    let socket = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    socket.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(socket)| socket.ip())
}
