//! A call at a door: who calls, and the desk he is served from. The first argument of every handler.

use std::fmt;
use std::sync::Arc;

use axum::http::{Extensions, HeaderMap, header};
use ejia_db::{Desk, Txn};
use ejia_kernel::{Problem, ProblemKind};

use crate::callers::Doorkeeper;
use crate::cookies;
use crate::face::{Face, Facts};
use crate::portal::Portal;
use crate::scope::{Bearer, OfRoute};
use crate::site::Site;
use crate::way::Way;

/// The code of a session that is over: without a request for too long, or ended elsewhere.
pub(crate) const SESSION_OVER: &str = "web.session_over";

/// One request at portal `P`, after its caller has been let in.
pub struct Call<P: Portal> {
    caller: P::Caller,
    site: Site,
    facts: Arc<Facts>,
}

impl<P: Portal> Clone for Call<P> {
    fn clone(&self) -> Self {
        Self { caller: self.caller.clone(), site: self.site.clone(), facts: Arc::clone(&self.facts) }
    }
}

impl<P: Portal> fmt::Debug for Call<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("portal", &P::NAME).finish_non_exhaustive()
    }
}

impl<P: Portal> Call<P> {
    /// Who calls.
    pub fn caller(&self) -> &P::Caller {
        &self.caller
    }

    /// The door to the database.
    pub fn desk(&self) -> &Desk {
        self.site.desk()
    }

    /// What is the same for all requests.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// The network address the request came from.
    pub fn address(&self) -> &str {
        &self.facts.address
    }

    /// How the answer will be dressed, for the rare page that must know.
    pub fn face(&self) -> Face {
        self.facts.face
    }

    /// Over which way the request has come.
    pub fn way(&self) -> &Way {
        &self.facts.way
    }

    /// Whether the page is one under `/wechat`.
    pub fn on_phone(&self) -> bool {
        self.facts.phone
    }

    /// Whether the browser is the one inside WeChat, as it says.
    pub fn inside_wechat(&self) -> bool {
        self.agent().contains("MicroMessenger")
    }

    /// What the browser says it is.
    pub fn agent(&self) -> &str {
        self.facts.agent()
    }

    /// What [`Reply::marking`](crate::Reply::marking) has left in this browser.
    pub fn mark(&self) -> Option<&str> {
        self.facts.mark.as_deref()
    }

    /// Finds out who calls; without a live session the door stays shut.
    pub(crate) async fn enter(
        site: &Site,
        facts: &Arc<Facts>,
        headers: &HeaderMap,
        extensions: &Extensions,
    ) -> Result<(Self, Origin), Problem> {
        let (knock, origin) = Knock::<P>::at(site, facts, headers, extensions)?;
        let caller = match knock {
            Knock::Known(caller) => caller,
            asks @ Knock::Asks { .. } => site.desk().read(move |txn| asks.admit(txn)).await?,
        };
        Ok((Self { caller, site: site.clone(), facts: Arc::clone(facts) }, origin))
    }
}

/// Somebody at the door.
pub(crate) enum Knock<P: Portal> {
    /// He needs no session.
    Known(P::Caller),
    /// He bears a token that the doorkeeper has to look at, on the web, on a phone or as a program.
    Asks { keeper: Arc<dyn Doorkeeper>, bearer: Bearer, phone: bool, program: bool },
}

impl<P: Portal> Knock<P> {
    /// What the caller bears, and what his forms must prove.
    pub(crate) fn at(
        site: &Site,
        facts: &Facts,
        headers: &HeaderMap,
        extensions: &Extensions,
    ) -> Result<(Self, Origin), Problem> {
        let json = facts.face == Face::Json;
        if let Some(caller) = P::unasked(&facts.address) {
            let origin = if json { Origin::Program } else { Origin::Browser(facts.visit.clone()) };
            return Ok((Self::Known(caller), origin));
        }
        // A program is never a phone, whatever its path: its token is one of the web.
        let phone = facts.phone && !json;
        let cookie = if phone { P::PHONE_COOKIE } else { P::COOKIE };
        let found =
            if json { bearer(headers) } else { cookie.and_then(|name| cookies::read(headers, name, facts.secure)) };
        let token = found.ok_or_else(Problem::login_needed)?.to_owned();
        let keeper = site.doorkeeper().ok_or_else(Problem::login_needed)?;
        let origin = if json { Origin::Program } else { Origin::Browser(Some(token.clone())) };
        let (way, address, scope) = (facts.way.clone(), facts.client, OfRoute::of(extensions));
        let bearer = Bearer { token, way, address, scope };
        Ok((Self::Asks { keeper, bearer, phone, program: json }, origin))
    }

    /// Who he is; without a live session the door stays shut.
    pub(crate) fn admit(&self, txn: &mut Txn<'_>) -> Result<P::Caller, Problem> {
        match self {
            Self::Known(caller) => Ok(caller.clone()),
            Self::Asks { keeper, bearer, phone: true, .. } => {
                P::admit_on_phone(keeper.as_ref(), txn, bearer)?.ok_or_else(session_over)
            }
            Self::Asks { keeper, bearer, program: true, .. } => {
                P::admit_program(keeper.as_ref(), txn, bearer)?.ok_or_else(Problem::login_needed)
            }
            Self::Asks { keeper, bearer, .. } => P::admit(keeper.as_ref(), txn, bearer)?.ok_or_else(session_over),
        }
    }
}

/// The refusal of a session that was opened once and is over.
fn session_over() -> Problem {
    Problem::new(ProblemKind::LoginNeeded, SESSION_OVER)
}

/// The token that a request bears, whatever it is worth.
pub(crate) fn borne<'h>(facts: &Facts, headers: &'h HeaderMap) -> Option<&'h str> {
    match facts.face {
        Face::Json => bearer(headers),
        _ => cookies::read(headers, facts.session_cookie()?, facts.secure),
    }
}

/// The token of an `Authorization: Bearer …` header.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let line = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = line.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && token.len() <= 512).then(|| token.trim())
}

/// What a form must prove before it is believed.
#[derive(Debug, Clone)]
pub(crate) enum Origin {
    /// A program with a bearer token, or none: no cookie speaks for it, so nobody can borrow one.
    Program,
    /// A browser; the cookie its forms are bound to, if it has one yet.
    Browser(Option<String>),
}

impl Origin {
    /// Refuses a form that another site, or nobody we know of, has sent in the caller's name.
    pub(crate) fn check(&self, site: &Site, facts: &Facts, token: Option<&str>) -> Result<(), Problem> {
        let Self::Browser(cookie) = self else {
            return Ok(());
        };
        if facts.cross_site {
            return Err(Problem::forbidden("web.cross_site"));
        }
        match (cookie, token) {
            (Some(cookie), Some(token)) if site.seal().holds(cookie, token) => Ok(()),
            _ => Err(Problem::forbidden("web.form_expired")),
        }
    }
}
