//! The routes of a portal, and how they are mounted: at their own path, for phones, and for programs.

use std::fmt;
use std::marker::PhantomData;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Router};
use ejia_kernel::OrganizationKind;
use schemars::JsonSchema;
use serde::Serialize;

use crate::audience::Audience;
use crate::described::{Answers, Describing, Takes};
use crate::handler::{Guarded, IntoProblem, PortalHandler, answer};
use crate::layer::{on_the_web_alone, sparingly};
use crate::look::{self, Age, View};
use crate::portal::{OfficePortal, Portal};
use crate::reply::Page;
use crate::scope::{OfRoute, Scope, ScopeTable};
use crate::site::Site;

#[derive(Clone)]
struct Route {
    portal: &'static str,
    method: Method,
    path: String,
    serves: MethodRouter<Site>,
    /// What programs are told of it.
    tells: Tells,
    /// What it is called, if it is a page.
    title: Option<&'static str>,
    /// Not to be had under `/wechat`.
    web_only: bool,
    /// Costly to make.
    costly: bool,
    audience: Audience,
    /// What opens it to tokens of organizations.
    scope: Option<Scope>,
}

/// Tells what the handler of a route takes and answers.
pub(crate) type Tells = fn(&mut Describing);

/// The routes of portal `P`, each with its full path.
#[must_use]
pub struct Routes<P> {
    routes: Vec<Route>,
    portal: PhantomData<fn() -> P>,
}

impl<P: Portal> Default for Routes<P> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P: Portal> fmt::Debug for Routes<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.list()).finish()
    }
}

impl<P: Portal> Routes<P> {
    /// No routes yet.
    pub fn new() -> Self {
        Self { routes: Vec::new(), portal: PhantomData }
    }

    /// Shows something at `path`.
    pub fn get<H, T>(self, path: &str, handler: H) -> Self
    where
        H: PortalHandler<P, T>,
        T: 'static,
    {
        let serves = get(move |State(site): State<Site>, request: Request| answer(handler.clone(), site, request));
        self.with(Method::GET, path, serves, H::describe)
    }

    /// Shows a page that is one reading: `view` is a function `fn(&mut Txn, &Look<P>, &Q) -> Result<V, Problem>`, where
    /// `Q` is what is asked (`Asked<T>`, axum's `Path<T>`, or [`Nothing`](crate::Nothing)). The caller is let in by the same reading,
    /// which spares a visit to the database.
    pub fn page<V, Q, F>(self, path: &str, page: Page<P, V>, view: F) -> Self
    where
        V: Serialize + JsonSchema + Send + 'static,
        Q: FromRequestParts<Site> + Takes + Send + Sync + 'static,
        <Q as FromRequestParts<Site>>::Rejection: IntoProblem,
        F: View<P, Q, V>,
    {
        self.shown(path, page, view, Age::None)
    }

    /// As [`Routes::page`], for an overview that may be some seconds old: where there is a read replica, it is made there.
    pub fn overview<V, Q, F>(self, path: &str, page: Page<P, V>, view: F) -> Self
    where
        V: Serialize + JsonSchema + Send + 'static,
        Q: FromRequestParts<Site> + Takes + Send + Sync + 'static,
        <Q as FromRequestParts<Site>>::Rejection: IntoProblem,
        F: View<P, Q, V>,
    {
        self.shown(path, page, view, Age::Seconds)
    }

    fn shown<V, Q, F>(self, path: &str, page: Page<P, V>, view: F, age: Age) -> Self
    where
        V: Serialize + JsonSchema + Send + 'static,
        Q: FromRequestParts<Site> + Takes + Send + Sync + 'static,
        <Q as FromRequestParts<Site>>::Rejection: IntoProblem,
        F: View<P, Q, V>,
    {
        let serves = get(move |State(site): State<Site>, request: Request| {
            look::answer::<P, Q, V, F>(view.clone(), page, site, request, age)
        });
        let mut routes = self.with(Method::GET, path, serves, |to| {
            Q::describe(to);
            <V as Answers>::describe(to);
        });
        if let Some(route) = routes.routes.last_mut() {
            route.title = Some(page.title());
        }
        routes
    }

    /// Does something at `path`: the handler's last argument is `Input` or `Upload`.
    pub fn post<H, T>(self, path: &str, handler: H) -> Self
    where
        H: PortalHandler<P, T>,
        T: Guarded + 'static,
    {
        let serves = post(move |State(site): State<Site>, request: Request| answer(handler.clone(), site, request));
        self.with(Method::POST, path, serves, H::describe)
    }

    /// Takes in the routes of another set of the same portal.
    pub fn merge(mut self, other: Self) -> Self {
        self.routes.extend(other.routes);
        self
    }

    /// Keeps all of these off the phone: what is not to pass WeChat's browser, or not to be done there. In their place
    /// stands a sentence that says so. Where their pages are linked on others, a template asks `phone` first.
    pub fn web_only(mut self) -> Self {
        for route in &mut self.routes {
            route.web_only = true;
        }
        self
    }

    /// Says that all of these are costly to make: whoever asks for too many of them waits (`Limits`).
    pub fn costly(mut self) -> Self {
        for route in &mut self.routes {
            route.costly = true;
        }
        self
    }

    /// Every method and path, in the order they were named.
    pub fn list(&self) -> Vec<(Method, &str)> {
        self.routes.iter().map(|route| (route.method.clone(), route.path.as_str())).collect()
    }

    fn with(mut self, method: Method, path: &str, serves: MethodRouter<Site>, tells: Tells) -> Self {
        let (portal, path, audience) = (P::NAME, path.to_owned(), Audience::default());
        let (title, scope, web_only, costly) = (None, None, false, false);
        self.routes.push(Route { portal, method, path, serves, tells, title, web_only, costly, audience, scope });
        self
    }
}

impl Routes<OfficePortal> {
    /// Opens all of these to the separate offices (三员分立) too. Without this word they are closed to them.
    pub fn for_every_office(self) -> Self {
        self.to(Audience::Everybody)
    }

    /// Keeps all of these for the officers of organizations of the Party.
    pub fn for_the_party(self) -> Self {
        self.to(Audience::Party)
    }

    /// Keeps all of these for the officers of organizations of these kinds.
    pub fn only_for(self, kinds: &'static [OrganizationKind]) -> Self {
        self.to(Audience::Only(kinds))
    }

    fn to(mut self, audience: Audience) -> Self {
        for route in &mut self.routes {
            route.audience = audience;
        }
        self
    }
}

/// The routes of any portal, ready to be mounted.
#[must_use]
pub struct RouteSet(Vec<Route>);

impl fmt::Debug for RouteSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|route| (&route.method, &route.path))).finish()
    }
}

impl<P: Portal> From<Routes<P>> for RouteSet {
    fn from(routes: Routes<P>) -> Self {
        Self(routes.routes)
    }
}

/// One mounted route, as the lists and the description for programs know it.
#[derive(Debug, Clone)]
pub(crate) struct Mounted {
    pub(crate) portal: &'static str,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) tells: Tells,
    pub(crate) title: Option<&'static str>,
    pub(crate) scope: Option<Scope>,
}

impl RouteSet {
    /// Portal, method and path of every route, for tests that walk through all of them.
    pub fn list(&self) -> Vec<(&'static str, Method, &str)> {
        self.0.iter().map(|route| (route.portal, route.method.clone(), route.path.as_str())).collect()
    }

    /// Opens routes of the organization portal to tokens of organizations, each for its scope. All others stay closed to them.
    pub fn open_to_tokens(mut self, table: ScopeTable) -> Self {
        for route in self.0.iter_mut().filter(|route| route.portal == OfficePortal::NAME) {
            let named = format!("{} {}", route.method, route.path);
            let of = |(scope, routes): &(Scope, &[&str])| routes.contains(&named.as_str()).then_some(*scope);
            route.scope = table.iter().find_map(of);
        }
        self
    }

    /// Mounts every route at its path, those of members and applicants under `/wechat` too (but for what belongs on the
    /// web alone), and all of them under `/api/v1` (but for what belongs on the phone alone).
    pub(crate) fn mount(self, mut router: Router<Site>, site: &Site, mounted: &mut Vec<Mounted>) -> Router<Site> {
        for Route { portal, method, path, serves, tells, title, web_only, costly, audience, scope } in self.0 {
            let serves = if costly { serves.layer(from_fn_with_state(site.clone(), sparingly)) } else { serves };
            let serves = if audience == Audience::default() { serves } else { serves.layer(Extension(audience)) };
            let serves = scope.into_iter().fold(serves, |serves, scope| serves.layer(Extension(OfRoute(scope))));
            if is_on_phone(&path) {
                router = router.route(&path, serves);
                continue;
            }
            if let Some(phone) = phone_path(&path) {
                let told = || if method == Method::GET { get(on_the_web_alone) } else { post(on_the_web_alone) };
                router = router.route(&phone, if web_only { told() } else { serves.clone() });
            }
            router = router.route(&format!("/api/v1{}", path.trim_end_matches('/')), serves.clone());
            router = router.route(&path, serves);
            mounted.push(Mounted { portal, method, path, tells, title, scope });
        }
        router
    }
}

/// The roots of what is shown inside `WeChat` too, on the web and there. No member route may begin with
/// `/member/transfers/in`, nor be `/member/enter`, `/member/oauth`, `/member/bind` or `/member/help`: their places there are taken.
pub(crate) const ON_PHONES: [(&str, &str); 2] = [("/member", "/wechat"), ("/transfers/in", "/wechat/transfers/in")];

/// Whether a path lies inside `WeChat`.
pub(crate) fn is_on_phone(path: &str) -> bool {
    path.strip_prefix("/wechat").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The path of a route inside `WeChat`: `/member/record` becomes `/wechat/record`.
pub(crate) fn phone_path(path: &str) -> Option<String> {
    ON_PHONES.iter().find_map(|(root, there)| {
        let rest = path.strip_prefix(root)?;
        (rest.is_empty() || rest.starts_with(['/', '?', '#'])).then(|| format!("{there}{rest}"))
    })
}
