//! The pages and jobs of this crate as a browser gets them, with files and papers in memory.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use ejia_db::{Desk, Txn};
use ejia_directory::Reminders;
use ejia_documents::{
    Documents, FileKey, FileStore, Files, FilesAway, Paper, Photo, PhotoFault, SignatureKind, TypesetFault, Typesetter,
};
use ejia_jobs::{FolderDepot, Handlers};
use ejia_kernel::{MemberId, Month, OrganizationId, Problem, SessionId};
use ejia_web::{Doorkeeper, Member, Officer, Site};
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::city::officer_in;
use crate::letters::LetterDesk;

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
        // One administrator an organization: his documents are his own.
        let (id, who) = (token.parse().map_err(Problem::fault)?, token.parse().map_err(Problem::fault)?);
        officer_in(txn, id, who).map(Some)
    }
}

/// Sets every paper as its content, unless it is away.
#[derive(Default)]
struct Plain {
    away: AtomicBool,
}

impl Typesetter for Plain {
    fn set(&self, paper: &Paper) -> Result<Vec<u8>, TypesetFault> {
        if self.away.load(Ordering::SeqCst) {
            return Err(TypesetFault::Away("nobody sets papers".to_owned()));
        }
        Ok(format!("%PDF {}", paper.content).into_bytes())
    }
}

/// Files in memory.
#[derive(Default)]
struct Shelf(Mutex<BTreeMap<FileKey, Vec<u8>>>);

impl FileStore for Shelf {
    fn put(&self, key: &FileKey, bytes: &[u8]) -> Result<(), FilesAway> {
        self.0.lock().unwrap().insert(key.clone(), bytes.to_vec());
        Ok(())
    }

    fn get(&self, key: &FileKey) -> Result<Option<Vec<u8>>, FilesAway> {
        Ok(self.0.lock().unwrap().get(key).cloned())
    }

    fn delete(&self, key: &FileKey) -> Result<(), FilesAway> {
        self.0.lock().unwrap().remove(key);
        Ok(())
    }
}

/// Who sends a request.
#[derive(Clone, Copy)]
pub(crate) enum As {
    Office(OrganizationId),
    Member(MemberId),
    Visitor,
}

/// What came back.
pub(crate) struct Got {
    pub(crate) status: StatusCode,
    pub(crate) bytes: Vec<u8>,
    pub(crate) text: String,
    pub(crate) location: String,
    pub(crate) cookie: String,
}

impl Got {
    /// Whether it is a letter to be printed.
    pub(crate) fn is_pdf(&self) -> bool {
        self.status == StatusCode::OK && self.text.starts_with("%PDF ")
    }
}

/// The crate's pages and jobs, and the first page, on a desk.
pub(crate) struct House {
    /// Where uploads arrive and documents are made.
    pub(crate) folder: tempfile::TempDir,
    desk: Desk,
    papers: Arc<Plain>,
    shelf: Arc<Shelf>,
    handlers: Handlers,
    router: Router,
    runtime: tokio::runtime::Runtime,
}

impl House {
    pub(crate) fn over(desk: &Desk) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (papers, shelf) = (Arc::new(Plain::default()), Arc::new(Shelf::default()));
        let photos = |sent: &[u8]| match sent {
            b"photo" => Ok(Photo { bytes: b"a small photo".to_vec(), width: 20, height: 10 }),
            _ => Err(PhotoFault::NotUnderstood),
        };
        let depot = Arc::new(FolderDepot::new(folder.path()));
        let documents = Documents::new(folder.path(), depot, Arc::new(ejia_tables::write_sheet), papers.clone());
        let documents = crate::documents(documents);
        let files = Files::new(shelf.clone(), Arc::new(photos));
        let paid_to = Arc::new(|_: &mut Txn<'_>, _| Ok("2026-02".parse::<Month>().ok()));
        let (origin, signed) = ("https://ejia.example/", SignatureKind::Ed25519);
        let letters = LetterDesk::new(documents.clone(), files.clone(), origin, signed, paid_to);
        let handlers = crate::handlers(documents.handlers(), &letters);
        let site = Site::builder(desk.clone())
            .texts(&[crate::TEXTS, ejia_documents::TEXTS, ejia_directory::TEXTS])
            .doorkeeper(Arc::new(Keeper))
            .keys([7; 32])
            .uploads(folder.path())
            .part(documents)
            .part(files)
            .part(letters)
            .part(Reminders::default().with(crate::reminders))
            .build()
            .unwrap();
        let mut sets = crate::routes();
        sets.extend(ejia_documents::routes());
        sets.extend(ejia_directory::routes());
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
        Self { folder, desk: desk.clone(), papers, shelf, handlers, router: site.router(sets), runtime }
    }

    /// Does every job that is due.
    pub(crate) fn work(&self) {
        self.handlers.drain(&self.desk).unwrap();
    }

    /// Whether somebody sets papers.
    pub(crate) fn typesetter_is_away(&self, away: bool) {
        self.papers.away.store(away, Ordering::SeqCst);
    }

    /// How many files lie on the shelf.
    pub(crate) fn files(&self) -> usize {
        self.shelf.0.lock().unwrap().len()
    }

    /// All files are lost.
    pub(crate) fn lose_files(&self) {
        self.shelf.0.lock().unwrap().clear();
    }

    pub(crate) fn send(&self, by: As, method: &str, path: &str, (kind, body): (&str, String), cookie: &str) -> Got {
        let cookie = match by {
            As::Office(id) => format!("ejia_office={id}"),
            As::Member(id) => format!("ejia_member={id}; ejia_phone={id}"),
            As::Visitor => cookie.to_owned(),
        };
        let request = Request::builder().method(method).uri(path).header("cookie", cookie);
        let request = request.header("content-type", kind).body(Body::from(body)).unwrap();
        self.runtime.block_on(async {
            let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
            let bytes = body.collect().await.unwrap().to_bytes().to_vec();
            let line = |name| parts.headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
            let cookie = line(header::SET_COOKIE).split(';').next().unwrap_or_default().to_owned();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            Got { status: parts.status, location: line(header::LOCATION), bytes, cookie, text }
        })
    }

    pub(crate) fn ask(&self, by: As, path: &str) -> Got {
        self.send(by, "GET", path, (FORM, String::new()), "")
    }

    pub(crate) fn get(&self, by: As, path: &str) -> String {
        let got = self.ask(by, path);
        assert_eq!(got.status, StatusCode::OK, "{path}: {}", got.text);
        got.text
    }

    /// Posts a form that was got from `page`.
    pub(crate) fn post_from(&self, by: As, page: &str, path: &str, fields: &str) -> Got {
        let token = token_in(&self.get(by, page)).unwrap();
        self.send(by, "POST", path, (FORM, format!("csrf={token}&{fields}")), "")
    }

    /// Posts a form, whether or not its page may be seen.
    pub(crate) fn post(&self, by: As, path: &str, fields: &str) -> Got {
        let (token, cookie) = self.form_token(by, path);
        self.send(by, "POST", path, (FORM, format!("csrf={token}&{fields}")), &cookie)
    }

    /// Posts a form that brings a file.
    pub(crate) fn upload(&self, by: As, path: &str, file: &str) -> Got {
        let (token, cookie) = self.form_token(by, path);
        let body = format!(
            "--x\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n--x\r\ncontent-disposition: \
             form-data; name=\"photo\"; filename=\"a.jpg\"\r\n\r\n{file}\r\n--x--\r\n"
        );
        self.send(by, "POST", path, ("multipart/form-data; boundary=x", body), &cookie)
    }

    /// The token out of the page a form stands on, or out of one that every such caller sees; a visitor's cookie beside.
    fn form_token(&self, by: As, path: &str) -> (String, String) {
        let everybody = match by {
            As::Office(_) => "/office/transfers/out",
            As::Member(_) => "/member/transfers",
            As::Visitor => path,
        };
        let got = self.ask(by, everybody);
        (token_in(&got.text).unwrap_or_default(), got.cookie)
    }
}

/// The token of a page's first form.
fn token_in(page: &str) -> Option<String> {
    page.split("name=\"csrf\" value=\"").nth(1)?.split('"').next().map(str::to_owned)
}

/// What plain forms are sent as.
const FORM: &str = "application/x-www-form-urlencoded";
