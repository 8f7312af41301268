//! Pages that are one reading: the caller is let in and his view is made in one visit to the database.

use std::fmt;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use ejia_db::Txn;
use ejia_kernel::{Problem, ProblemKind};
use schemars::JsonSchema;
use serde::Serialize;

use crate::audience::Audience;
use crate::call::{Call, Knock};
use crate::dress;
use crate::face::{Face, Facts};
use crate::handler::{HANDLER_TIME, IntoProblem, Refused};
use crate::html::Card;
use crate::portal::Portal;
use crate::refusals;
use crate::reply::{Page, Reply};
use crate::site::Site;

/// Who looks at a page, handed to the function that makes its view.
pub struct Look<'a, P: Portal> {
    caller: &'a P::Caller,
    face: Face,
    phone: bool,
    site: &'a Site,
}

impl<P: Portal> fmt::Debug for Look<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Look").field("portal", &P::NAME).finish_non_exhaustive()
    }
}

impl<P: Portal> Look<'_, P> {
    /// Who looks.
    pub fn caller(&self) -> &P::Caller {
        self.caller
    }

    /// How the answer will be dressed, for the rare page that must know.
    pub fn face(&self) -> Face {
        self.face
    }

    /// Whether the page is one under `/wechat`.
    pub fn on_phone(&self) -> bool {
        self.phone
    }

    /// The sentence of a code, such as the words for an act of the record.
    pub fn sentence(&self, code: &str) -> String {
        self.site.sentence(code, &[])
    }

    /// What the app has handed to the pages. See [`Site::part`].
    ///
    /// # Errors
    /// A fault when it was not handed over.
    pub fn part<T: Send + Sync + 'static>(&self) -> Result<Arc<T>, Problem> {
        self.site.part()
    }
}

/// A page's function: makes the view for who looks, from what was asked. It may be run again.
pub trait View<P: Portal, Q, V>: Clone + Send + Sync + 'static {
    /// Makes the view.
    fn make(&self, txn: &mut Txn<'_>, look: &Look<'_, P>, asked: &Q) -> Result<V, Problem>;
}

impl<P, Q, V, F> View<P, Q, V> for F
where
    P: Portal,
    F: Fn(&mut Txn<'_>, &Look<'_, P>, &Q) -> Result<V, Problem> + Clone + Send + Sync + 'static,
{
    fn make(&self, txn: &mut Txn<'_>, look: &Look<'_, P>, asked: &Q) -> Result<V, Problem> {
        self(txn, look, asked)
    }
}

/// How old may be what a page shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Age {
    None,
    Seconds,
}

/// One request for such a page, from the router to its response.
pub(crate) async fn answer<P, Q, V, F>(view: F, page: Page<P, V>, site: Site, request: Request, age: Age) -> Response
where
    P: Portal,
    Q: FromRequestParts<Site> + Send + Sync + 'static,
    <Q as FromRequestParts<Site>>::Rejection: IntoProblem,
    V: Serialize + JsonSchema + Send + 'static,
    F: View<P, Q, V>,
{
    let Some(facts) = request.extensions().get::<Arc<Facts>>().cloned() else {
        return Refused(Problem::fault("a route was mounted without the layer around it")).into_response();
    };
    let (mut parts, _) = request.into_parts();
    let (knock, origin) = match Knock::<P>::at(&site, &facts, &parts.headers, &parts.extensions) {
        Ok(knock) => knock,
        Err(problem) => return dress::problem(&site, &facts, None, Card::default(), &problem),
    };
    let asked = match Q::from_request_parts(&mut parts, &site).await.map_err(IntoProblem::into_problem) {
        Ok(asked) => asked,
        // Who may not come in hears that first, whatever he asks.
        Err(problem) => {
            return match Call::<P>::enter(&site, &facts, &parts.headers, &parts.extensions).await {
                Ok((call, origin)) => {
                    let outside = P::refuse_outsider(call.caller(), Audience::of(&parts.extensions)).err();
                    let problem = outside.unwrap_or(problem);
                    refusals::note(&site, &facts, P::officer(call.caller()), &problem).await;
                    dress::problem(&site, &facts, Some(&origin), P::card(call.caller()), &problem)
                }
                Err(shut) => dress::problem(&site, &facts, None, Card::default(), &shut),
            };
        }
    };
    let (face, phone, audience) = (facts.face, facts.phone, Audience::of(&parts.extensions));
    let (house, asked) = (site.clone(), Arc::new(asked));
    let make = move |txn: &mut Txn<'_>, caller: &P::Caller| {
        let made = P::refuse_outsider(caller, audience)
            .and_then(|()| view.make(txn, &Look { caller, face, phone, site: &house }, &asked));
        match made {
            Err(fault) if fault.kind == ProblemKind::Fault => Err(fault),
            made => Ok((caller.clone(), made)),
        }
    };
    let read = async {
        if age == Age::None || !site.desk().has_replica() {
            let reading = move |txn: &mut Txn<'_>| {
                let caller = knock.admit(txn)?;
                make(txn, &caller)
            };
            return site.desk().read(reading).await;
        }
        // Whether he may come in is never a matter of some seconds ago.
        let caller = site.desk().read(move |txn| knock.admit(txn)).await?;
        site.desk().read_lately(move |txn| make(txn, &caller)).await
    };
    let read = tokio::time::timeout(HANDLER_TIME, read).await.unwrap_or_else(|_| Err(Problem::busy()));
    match read {
        Ok((caller, Ok(view))) => {
            let draft = Reply::show(page, view).into_draft();
            dress::reply(&site, &facts, &origin, P::card(&caller), draft)
        }
        Ok((caller, Err(problem))) => {
            refusals::note(&site, &facts, P::officer(&caller), &problem).await;
            dress::problem(&site, &facts, Some(&origin), P::card(&caller), &problem)
        }
        Err(problem) => dress::problem(&site, &facts, Some(&origin), Card::default(), &problem),
    }
}
