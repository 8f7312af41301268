//! The pages of this crate as a browser gets them.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use ejia_db::{Desk, Txn};
use ejia_documents::{Documents, Paper, TypesetFault, Typesetter};
use ejia_jobs::FolderDepot;
use ejia_kernel::sheet::{Around, Cell, Column};
use ejia_kernel::table::TableFault;
use ejia_kernel::{AdministratorId, MemberId, OrganizationId, Problem, SessionId};
use ejia_web::{Doorkeeper, Member, Officer, Site};
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::paying::tests::till::cashier;

/// Lets in whoever names an organization or a member.
struct Keeper;

impl Doorkeeper for Keeper {
    fn member(&self, txn: &mut Txn<'_>, token: &str) -> Result<Option<Member>, Problem> {
        let id = token.parse::<MemberId>().map_err(Problem::fault)?;
        let brief = ejia_directory::member_brief(txn, id)?;
        Ok(brief.map(|brief| Member::admitted(id, brief.organization_id, brief.name, SessionId::random())))
    }

    fn member_on_phone(&self, txn: &mut Txn<'_>, token: &str) -> Result<Option<Member>, Problem> {
        self.member(txn, token)
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

/// Writes every sheet as lines of text.
fn write_lines(
    path: &Path,
    around: &Around,
    columns: &[Column],
    rows: &mut dyn Iterator<Item = Vec<Cell>>,
) -> Result<(), TableFault> {
    let mut lines = vec![around.title.clone(), columns.iter().map(|column| column.name).collect::<Vec<_>>().join(",")];
    lines.extend(rows.map(|row| row.iter().map(Cell::text).collect::<Vec<_>>().join(",")));
    std::fs::write(path, lines.join("\n")).map_err(|error| TableFault::Unwritable(error.to_string()))
}

/// Who sends a request.
#[derive(Clone, Copy)]
pub(crate) enum As {
    Office(OrganizationId),
    Member(MemberId),
}

/// What came back.
pub(crate) struct Got {
    pub(crate) status: StatusCode,
    pub(crate) text: String,
    pub(crate) location: String,
}

/// The crate's pages on a desk.
pub(crate) struct House {
    pub(crate) documents: Documents,
    router: Router,
    runtime: tokio::runtime::Runtime,
    _folder: tempfile::TempDir,
}

impl House {
    pub(crate) fn over(desk: &Desk) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let depot = Arc::new(FolderDepot::new(folder.path()));
        let documents = crate::documents(Documents::new(folder.path(), depot, Arc::new(write_lines), Arc::new(Plain)));
        let site = Site::builder(desk.clone())
            .texts(&[crate::TEXTS, ejia_documents::TEXTS, ejia_payments::TEXTS])
            .doorkeeper(Arc::new(Keeper))
            .keys([7; 32])
            .part(cashier())
            .part(documents.clone())
            .build()
            .unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut sets = crate::routes();
        sets.extend(ejia_documents::routes());
        Self { router: site.router(sets), runtime, documents, _folder: folder }
    }

    pub(crate) fn send(&self, by: As, method: &str, path: &str, body: String) -> Got {
        let cookie = match by {
            As::Office(id) => format!("ejia_office={id}"),
            As::Member(id) => format!("ejia_member={id}; ejia_phone={id}"),
        };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("cookie", cookie)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        self.runtime.block_on(async {
            let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
            let bytes = body.collect().await.unwrap().to_bytes();
            let location = parts.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap());
            let text = String::from_utf8_lossy(&bytes).into_owned();
            Got { status: parts.status, location: location.to_owned(), text }
        })
    }

    pub(crate) fn get(&self, by: As, path: &str) -> String {
        let got = self.send(by, "GET", path, String::new());
        assert_eq!(got.status, StatusCode::OK, "{path}: {}", got.text);
        got.text
    }

    /// Posts a form that was got from `page`.
    pub(crate) fn post(&self, by: As, page: &str, path: &str, fields: &str) -> Got {
        let form = self.get(by, page);
        let token = form.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        self.send(by, "POST", path, format!("csrf={token}&{fields}"))
    }

    /// As [`House::post`], and on to where it leads.
    pub(crate) fn posted(&self, by: As, page: &str, path: &str, fields: &str) -> String {
        let got = self.post(by, page, path, fields);
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{path}: {}", got.text);
        self.get(by, &got.location)
    }
}
