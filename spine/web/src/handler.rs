//! From a product's function to an answer: extracts what it asks for, runs it within its time, dresses what it says.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::{ExtensionRejection, PathRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use ejia_kernel::Problem;

use crate::audience::Audience;
use crate::call::{Call, Origin};
use crate::described::{Answers, Describing, Takes};
use crate::dress;
use crate::face::Facts;
use crate::html::Card;
use crate::input::{Input, swallow};
use crate::portal::Portal;
use crate::refusals;
use crate::reply::{Answer, Reply};
use crate::site::Site;
use crate::upload::Upload;

/// How long a handler may take once everything was read.
pub(crate) const HANDLER_TIME: Duration = Duration::from_secs(30);

/// A function that serves portal `P`: its first argument is a [`Call`], the last one may read the body.
///
/// Implemented for `async fn(Call<P>, …) -> Answer<P, V>` with up to four extractors after the call.
#[diagnostic::on_unimplemented(
    message = "this is not a handler of the portal `{P}`",
    note = "a handler is `async fn(Call<{P}>, …) -> Answer<{P}, View>`; every argument after the call is an extractor"
)]
pub trait PortalHandler<P: Portal, T>: Clone + Send + Sync + 'static {
    /// Extracts the arguments and runs the function.
    fn serve(self, call: Call<P>, request: Request, site: Site) -> impl Future<Output = Answer<P>> + Send;
    /// Tells what the function takes and answers.
    fn describe(to: &mut Describing);
}

/// Argument lists whose last argument reads the body and checks that the form is one of ours.
#[diagnostic::on_unimplemented(
    message = "a post must read its body with `Input<T>` or `Upload`, which check where the form comes from",
    note = "take `Input<Nothing>` where the form has no fields"
)]
pub trait Guarded {}

/// Extractors that check where a form comes from.
pub trait ChecksOrigin {}

impl<T> ChecksOrigin for Input<T> {}
impl ChecksOrigin for Upload {}

/// Why an extractor refused, as a problem.
pub trait IntoProblem {
    /// The problem.
    fn into_problem(self) -> Problem;
}

impl IntoProblem for Infallible {
    fn into_problem(self) -> Problem {
        match self {}
    }
}

impl IntoProblem for PathRejection {
    fn into_problem(self) -> Problem {
        Problem::not_found("web.no_such_page")
    }
}

impl IntoProblem for ExtensionRejection {
    fn into_problem(self) -> Problem {
        Problem::fault(self)
    }
}

/// A problem on its way through axum's extractors.
#[derive(Debug)]
pub struct Refused(pub(crate) Problem);

impl IntoProblem for Refused {
    fn into_problem(self) -> Problem {
        self.0
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (dress::status(&self.0), self.0.code).into_response()
    }
}

impl<P, F, Fut, V> PortalHandler<P, ()> for F
where
    P: Portal,
    F: Fn(Call<P>) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Answer<P, V>> + Send,
    V: Answers,
{
    async fn serve(self, call: Call<P>, request: Request, _site: Site) -> Answer<P> {
        in_time(request.method(), self(call)).await
    }

    fn describe(to: &mut Describing) {
        V::describe(to);
    }
}

macro_rules! handler_of {
    (@parts $request:ident, $site:ident, []) => {};
    (@parts $request:ident, $site:ident, [$($part:ident),+]) => {
        let (mut parts, body) = $request.into_parts();
        $(
            let $part = $part::from_request_parts(&mut parts, &$site)
                .await
                .map_err(IntoProblem::into_problem)?;
        )+
        let $request = Request::from_parts(parts, body);
    };
    ([$($part:ident),*], $last:ident) => {
        impl<P, F, Fut, V, M, $($part,)* $last> PortalHandler<P, (M, $($part,)* $last,)> for F
        where
            P: Portal,
            F: Fn(Call<P>, $($part,)* $last) -> Fut + Clone + Send + Sync + 'static,
            Fut: Future<Output = Answer<P, V>> + Send,
            V: Answers,
            $(
                $part: FromRequestParts<Site> + Takes + Send,
                <$part as FromRequestParts<Site>>::Rejection: IntoProblem,
            )*
            $last: FromRequest<Site, M> + Takes + Send,
            <$last as FromRequest<Site, M>>::Rejection: IntoProblem,
            M: Send,
        {
            #[expect(non_snake_case, reason = "one variable per type, named like it")]
            async fn serve(self, call: Call<P>, request: Request, site: Site) -> Answer<P> {
                let method = request.method().clone();
                handler_of!(@parts request, site, [$($part),*]);
                let $last = $last::from_request(request, &site).await.map_err(IntoProblem::into_problem)?;
                in_time(&method, self(call, $($part,)* $last)).await
            }

            fn describe(to: &mut Describing) {
                $($part::describe(to);)*
                $last::describe(to);
                V::describe(to);
            }
        }

        impl<M, $($part,)* $last: ChecksOrigin> Guarded for (M, $($part,)* $last,) {}
    };
}

handler_of!([], T1);
handler_of!([T1], T2);
handler_of!([T1, T2], T3);
handler_of!([T1, T2, T3], T4);

/// Gives a handler up after its time; whether one that changes something has done so, nobody knows then.
async fn in_time<P, V>(method: &Method, work: impl Future<Output = Answer<P, V>>) -> Answer<P> {
    let late = || if *method == Method::POST { Problem::in_doubt("a handler took too long") } else { Problem::busy() };
    let answer = tokio::time::timeout(HANDLER_TIME, work).await.unwrap_or_else(|_| Err(late()));
    answer.map(Reply::of_any_kind)
}

/// One request from the router to its response.
pub(crate) async fn answer<P, H, T>(handler: H, site: Site, mut request: Request) -> Response
where
    P: Portal,
    H: PortalHandler<P, T>,
{
    let Some(facts) = request.extensions().get::<Arc<Facts>>().cloned() else {
        return Refused(Problem::fault("a route was mounted without the layer around it")).into_response();
    };
    let (call, origin) = match Call::<P>::enter(&site, &facts, request.headers(), request.extensions()).await {
        Ok(entered) => entered,
        Err(problem) => {
            swallow(request.into_body()).await;
            return dress::problem(&site, &facts, None, Card::default(), &problem);
        }
    };
    let caller = call.caller().clone();
    let card = P::card(&caller);
    if let Err(problem) = P::refuse_outsider(&caller, Audience::of(request.extensions())) {
        swallow(request.into_body()).await;
        refusals::note(&site, &facts, P::officer(&caller), &problem).await;
        return dress::problem(&site, &facts, Some(&origin), card, &problem);
    }
    request.extensions_mut().insert::<Origin>(origin.clone());
    match handler.serve(call, request, site.clone()).await.map(Reply::into_draft) {
        Ok(draft) => dress::reply(&site, &facts, &origin, card, draft),
        Err(problem) => {
            refusals::note(&site, &facts, P::officer(&caller), &problem).await;
            dress::problem(&site, &facts, Some(&origin), card, &problem)
        }
    }
}
