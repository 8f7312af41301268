//! What the targets that speak HTTP stand on: one runtime and one database for each thread, and a request's answer.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use ejia_db::{Migration, TestDatabase};
use http_body_util::BodyExt;
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

/// A router with what it needs to answer.
pub(crate) struct Ground {
    runtime: Runtime,
    router: Router,
    _database: TestDatabase,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Ground {
    /// A database with these migrations, and the router that is made over it.
    pub(crate) fn new(groups: &[&[Migration]], router: impl FnOnce(&TestDatabase) -> Router) -> Self {
        let database = TestDatabase::sqlite(groups);
        let runtime = Builder::new_current_thread().enable_all().build();
        #[expect(clippy::panic, reason = "without a runtime there is nothing to test")]
        let runtime = runtime.unwrap_or_else(|error| panic!("a runtime: {error}"));
        let router = router(&database);
        Self { runtime, router, _database: database }
    }

    /// The answer to a request; none for a request that HTTP cannot carry.
    pub(crate) fn send(&self, request: Result<Request<Body>, axum::http::Error>) -> Option<Answer> {
        let request = request.ok()?;
        let router = self.router.clone();
        self.runtime.block_on(async {
            let (parts, body) = router.oneshot(request).await.ok()?.into_parts();
            let body = body.collect().await.ok()?.to_bytes().to_vec();
            Some(Answer { status: parts.status, headers: parts.headers, body })
        })
    }
}
