//! The pages of this crate as a browser gets them.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use ejia_db::{Desk, Txn};
use ejia_directory::Reminders;
use ejia_documents::{Documents, Paper, TypesetFault, Typesetter};
use ejia_kernel::{AdministratorId, OrganizationId, Problem, SessionId};
use ejia_web::{Doorkeeper, Member, Officer, Site};
use http_body_util::BodyExt;
use tower::ServiceExt;

/// Lets in whoever names an organization.
struct Keeper;

impl Doorkeeper for Keeper {
    fn member(&self, _: &mut Txn<'_>, _: &str) -> Result<Option<Member>, Problem> {
        Ok(None)
    }

    fn officer(&self, txn: &mut Txn<'_>, token: &str) -> Result<Option<Officer>, Problem> {
        let id = token.parse::<OrganizationId>().map_err(Problem::fault)?;
        let tree = ejia_directory::tree(txn)?;
        let node = tree.find(id)?;
        // One administrator an organization: his documents are his own.
        let who: AdministratorId = token.parse().map_err(Problem::fault)?;
        let session = SessionId::random();
        Ok(Some(Officer::admitted(who, id, &node.name, node.kind, node.path.clone(), "王管理", session)))
    }
}

/// Sets every paper as its content.
struct Plain;

impl Typesetter for Plain {
    fn set(&self, paper: &Paper) -> Result<Vec<u8>, TypesetFault> {
        Ok(paper.content.to_string().into_bytes())
    }
}

/// What came back.
pub(crate) struct Got {
    pub(crate) status: StatusCode,
    pub(crate) bytes: Vec<u8>,
    pub(crate) location: String,
}

impl Got {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// The crate's pages, and the first page, on a desk.
pub(crate) struct House {
    pub(crate) documents: Documents,
    pub(crate) folder: tempfile::TempDir,
    router: Router,
    runtime: tokio::runtime::Runtime,
}

impl House {
    pub(crate) fn over(desk: &Desk) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = Arc::new(ejia_tables::write_sheet);
        let documents = crate::documents(Documents::new(folder.path(), write, Arc::new(Plain)));
        let site = Site::builder(desk.clone())
            .texts(&[crate::TEXTS, ejia_directory::TEXTS, ejia_documents::TEXTS])
            .doorkeeper(Arc::new(Keeper))
            .keys([7; 32])
            .part(documents.clone())
            .part(Reminders::default().with(crate::reminders))
            .build()
            .unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut sets = crate::routes();
        sets.extend(ejia_documents::routes());
        sets.extend(ejia_directory::routes());
        Self { router: site.router(sets), runtime, documents, folder }
    }

    pub(crate) fn send(&self, by: OrganizationId, method: &str, path: &str, body: String) -> Got {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("cookie", format!("ejia_office={by}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        self.runtime.block_on(async {
            let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
            let bytes = body.collect().await.unwrap().to_bytes().to_vec();
            let location = parts.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap());
            Got { status: parts.status, location: location.to_owned(), bytes }
        })
    }

    pub(crate) fn get(&self, by: OrganizationId, path: &str) -> String {
        let got = self.send(by, "GET", path, String::new());
        assert_eq!(got.status, StatusCode::OK, "{path}: {}", got.text());
        got.text()
    }

    /// Posts a form that was got from `page`.
    pub(crate) fn post(&self, by: OrganizationId, page: &str, path: &str, fields: &str) -> Got {
        let form = self.get(by, page);
        let token = form.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        self.send(by, "POST", path, format!("csrf={token}&{fields}"))
    }
}
