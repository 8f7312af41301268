//! The routes of a portal, and how they are mounted: at their own path, for phones, and for programs.

use std::fmt;
use std::marker::PhantomData;

use axum::Router;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::Method;
use axum::routing::{MethodRouter, get, post};
use serde::Serialize;

use crate::handler::{Guarded, IntoProblem, PortalHandler, answer};
use crate::look::{self, View};
use crate::portal::Portal;
use crate::reply::Page;
use crate::site::Site;

#[derive(Clone)]
struct Route {
    portal: &'static str,
    method: Method,
    path: String,
    serves: MethodRouter<Site>,
}

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
        self.with(Method::GET, path, serves)
    }

    /// Shows a page that is one reading: `view` is a function `fn(&mut Txn, &Look<P>, &Q) -> Result<V, Problem>`, where
    /// `Q` is what is asked (`Asked<T>`, axum's `Path<T>`, or [`Nothing`](crate::Nothing)). The caller is let in by the same reading,
    /// which spares a visit to the database.
    pub fn page<V, Q, F>(self, path: &str, page: Page<P, V>, view: F) -> Self
    where
        V: Serialize + Send + 'static,
        Q: FromRequestParts<Site> + Send + Sync + 'static,
        <Q as FromRequestParts<Site>>::Rejection: IntoProblem,
        F: View<P, Q, V>,
    {
        let serves = get(move |State(site): State<Site>, request: Request| {
            look::answer::<P, Q, V, F>(view.clone(), page, site, request)
        });
        self.with(Method::GET, path, serves)
    }

    /// Does something at `path`: the handler's last argument is `Input` or `Upload`.
    pub fn post<H, T>(self, path: &str, handler: H) -> Self
    where
        H: PortalHandler<P, T>,
        T: Guarded + 'static,
    {
        let serves = post(move |State(site): State<Site>, request: Request| answer(handler.clone(), site, request));
        self.with(Method::POST, path, serves)
    }

    /// Takes in the routes of another set of the same portal.
    pub fn merge(mut self, other: Self) -> Self {
        self.routes.extend(other.routes);
        self
    }

    /// Every method and path, in the order they were named.
    pub fn list(&self) -> Vec<(Method, &str)> {
        self.routes.iter().map(|route| (route.method.clone(), route.path.as_str())).collect()
    }

    fn with(mut self, method: Method, path: &str, serves: MethodRouter<Site>) -> Self {
        self.routes.push(Route { portal: P::NAME, method, path: path.to_owned(), serves });
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
}

impl RouteSet {
    /// Portal, method and path of every route, for tests that walk through all of them.
    pub fn list(&self) -> Vec<(&'static str, Method, &str)> {
        self.0.iter().map(|route| (route.portal, route.method.clone(), route.path.as_str())).collect()
    }

    /// Mounts every route at its path, those of members and applicants under `/wechat` too, and all of them under `/api/v1`.
    pub(crate) fn mount(self, mut router: Router<Site>, mounted: &mut Vec<Mounted>) -> Router<Site> {
        for Route { portal, method, path, serves } in self.0 {
            if let Some(phone) = phone_path(&path) {
                router = router.route(&phone, serves.clone());
            }
            router = router.route(&format!("/api/v1{}", path.trim_end_matches('/')), serves.clone());
            router = router.route(&path, serves);
            mounted.push(Mounted { portal, method, path });
        }
        router
    }
}

/// The roots of what is shown inside `WeChat` too, on the web and there. No member route may begin with
/// `/member/transfers/in`: its place there is taken.
pub(crate) const ON_PHONES: [(&str, &str); 2] = [("/member", "/wechat"), ("/transfers/in", "/wechat/transfers/in")];

/// The path of a route inside `WeChat`: `/member/record` becomes `/wechat/record`.
pub(crate) fn phone_path(path: &str) -> Option<String> {
    ON_PHONES.iter().find_map(|(root, there)| {
        let rest = path.strip_prefix(root)?;
        (rest.is_empty() || rest.starts_with(['/', '?', '#'])).then(|| format!("{there}{rest}"))
    })
}
