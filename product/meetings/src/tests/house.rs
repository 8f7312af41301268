//! The pages and jobs of this crate as a browser gets them, with files and papers in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use ejia_ballots::BallotBox;
use ejia_db::{Desk, Txn};
use ejia_documents::{
    Documents, FileKey, FileStore, Files, FilesAway, Paper, Photo, PhotoFault, TypesetFault, Typesetter,
};
use ejia_jobs::{FolderDepot, Handlers};
use ejia_kernel::{AdministratorId, MemberId, OrganizationId, Problem, SessionId};
use ejia_web::{Doorkeeper, Member, Officer, Site};
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::city::officer_in;

/// Lets in whoever names a member, or an organization and, after a dot, which of its administrators he is.
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
        let (id, who) = token.split_once('.').ok_or_else(|| Problem::fault("no such officer"))?;
        let (id, who) = (id.parse().map_err(Problem::fault)?, who.parse().map_err(Problem::fault)?);
        officer_in(txn, id, who).map(Some)
    }
}

/// Sets every paper as its content.
struct Plain;

impl Typesetter for Plain {
    fn set(&self, paper: &Paper) -> Result<Vec<u8>, TypesetFault> {
        Ok(format!("%PDF {} {} files", paper.content, paper.files.len()).into_bytes())
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
    /// The first administrator of an organization.
    Office(OrganizationId),
    /// The second one.
    Second(OrganizationId),
    Member(MemberId),
}

impl As {
    fn cookie(self) -> String {
        let administrator = |id: OrganizationId, who: u8| {
            // An administrator's id that is always the same for the same seat.
            let who = format!("{}{who}", &id.to_string()[..25]).parse::<AdministratorId>().unwrap();
            format!("ejia_office={id}.{who}")
        };
        match self {
            Self::Office(id) => administrator(id, 0),
            Self::Second(id) => administrator(id, 1),
            Self::Member(id) => format!("ejia_member={id}; ejia_phone={id}"),
        }
    }
}

/// What came back.
pub(crate) struct Got {
    pub(crate) status: StatusCode,
    pub(crate) bytes: Vec<u8>,
    pub(crate) text: String,
    pub(crate) location: String,
    /// The notice for the next page, sealed.
    pub(crate) said: String,
}

/// The crate's pages and jobs on a desk.
pub(crate) struct House {
    /// Where uploads arrive and documents are made.
    pub(crate) folder: tempfile::TempDir,
    desk: Desk,
    shelf: Arc<Shelf>,
    handlers: Handlers,
    router: Router,
    runtime: tokio::runtime::Runtime,
}

impl House {
    pub(crate) fn over(desk: &Desk) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Arc::new(Shelf::default());
        let photos = |sent: &[u8]| match sent.strip_prefix(b"photo") {
            Some(rest) => Ok(Photo { bytes: [b"a small photo", rest].concat(), width: 20, height: 10 }),
            None => Err(PhotoFault::NotUnderstood),
        };
        let depot = Arc::new(FolderDepot::new(folder.path()));
        let documents = Documents::new(folder.path(), depot, Arc::new(ejia_tables::write_sheet), Arc::new(Plain));
        let files = Files::new(shelf.clone(), Arc::new(photos));
        let documents = crate::documents(documents, &files);
        let ballots = BallotBox::new(Arc::new(Shelf::default())).telling(crate::VOTE_ENDED);
        let handlers = crate::handlers(ejia_ballots::handlers(documents.handlers(), &ballots), &files);
        let site = Site::builder(desk.clone())
            .texts(&[crate::TEXTS, ejia_ballots::TEXTS, ejia_documents::TEXTS, ejia_directory::TEXTS])
            .doorkeeper(Arc::new(Keeper))
            .keys([7; 32])
            .uploads(folder.path())
            .part(documents)
            .part(files)
            .part(ballots)
            .part(crate::CheckInDesk::new(ORIGIN))
            .build()
            .unwrap();
        let mut sets = crate::routes();
        sets.extend(ejia_documents::routes());
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
        Self { folder, desk: desk.clone(), shelf, handlers, router: site.router(sets), runtime }
    }

    /// Does every job that is due.
    pub(crate) fn work(&self) {
        self.handlers.drain(&self.desk).unwrap();
    }

    /// How many files lie on the shelf.
    pub(crate) fn files(&self) -> usize {
        self.shelf.0.lock().unwrap().len()
    }

    fn send(&self, by: As, method: &str, path: &str, kind: &str, body: String) -> Got {
        self.send_bearing(&by.cookie(), method, path, kind, body)
    }

    fn send_bearing(&self, cookie: &str, method: &str, path: &str, kind: &str, body: String) -> Got {
        let request = Request::builder().method(method).uri(path).header("cookie", cookie);
        let request = request.header("content-type", kind).body(Body::from(body)).unwrap();
        self.runtime.block_on(async {
            let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
            let bytes = body.collect().await.unwrap().to_bytes().to_vec();
            let location = parts.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap()).to_owned();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let cookies = parts.headers.get_all(header::SET_COOKIE).iter().filter_map(|line| line.to_str().ok());
            let said = cookies.filter_map(|line| line.split(';').next()).find(|pair| pair.starts_with("ejia_said="));
            let said = said.unwrap_or_default().to_owned();
            Got { status: parts.status, location, bytes, text, said }
        })
    }

    pub(crate) fn ask(&self, by: As, path: &str) -> Got {
        self.send(by, "GET", path, FORM, String::new())
    }

    /// The page that a form has led to, with what is said on it.
    pub(crate) fn onward(&self, by: As, got: &Got) -> String {
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
        let cookies = format!("{}; {}", by.cookie(), got.said);
        self.send_bearing(&cookies, "GET", &got.location, FORM, String::new()).text
    }

    pub(crate) fn get(&self, by: As, path: &str) -> String {
        let got = self.ask(by, path);
        assert_eq!(got.status, StatusCode::OK, "{path}: {}", got.text);
        got.text
    }

    /// Posts a form; `fields` is as an address line holds it.
    pub(crate) fn post(&self, by: As, path: &str, fields: &str) -> Got {
        let token = self.token(by);
        self.send(by, "POST", path, FORM, format!("csrf={token}&{fields}"))
    }

    /// Posts a form whose page has been seen, with that page's own token; several may at once.
    pub(crate) fn send_form(&self, by: As, page: &str, path: &str, fields: &str) -> Got {
        let token = field(page, "csrf");
        self.send(by, "POST", path, FORM, format!("csrf={token}&{fields}"))
    }

    /// Posts a form that brings a file in a field of this name, beside others.
    pub(crate) fn upload(&self, by: As, path: &str, (field, file): (&str, &str), others: &[(&str, &str)]) -> Got {
        let token = self.token(by);
        let plain = |(name, value): (&str, &str)| {
            format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let fields: String = [("csrf", token.as_str())].into_iter().chain(others.iter().copied()).map(plain).collect();
        let body = format!(
            "{fields}--x\r\ncontent-disposition: form-data; name=\"{field}\"; \
             filename=\"a.jpg\"\r\n\r\n{file}\r\n--x--\r\n"
        );
        self.send(by, "POST", path, "multipart/form-data; boundary=x", body)
    }

    /// The token out of a form that every such caller sees.
    fn token(&self, by: As) -> String {
        let page = match by {
            As::Office(_) | As::Second(_) => "/office/meetings/new",
            As::Member(_) => "/member/meetings",
        };
        let page = self.ask(by, page).text;
        let token = page.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        token.unwrap_or_default().to_owned()
    }

    /// Publishes an assembly of the branch for this afternoon, 14:30 to 16:00 on 5 March 2026, with everybody on the
    /// list; `fields` go before and override nothing. Answers the path of the meeting: `/office/meetings/…`.
    pub(crate) fn assembly(&self, branch: OrganizationId) -> String {
        self.published(branch, "kind=assembly&way=offline&place=三楼会议室")
    }

    /// The same, with these fields for kind, way and place.
    pub(crate) fn published(&self, branch: OrganizationId, fields: &str) -> String {
        let by = As::Office(branch);
        let times = "starts_at=2026-03-05T14:30&ends_at=2026-03-05T16:00";
        let got =
            self.post(by, "/office/meetings/new", &format!("{fields}&name=第一季度党员大会&{times}&chair=陈建国"));
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
        let saved = self.post(by, &got.location, "who=all");
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
        saved.location
    }
}

/// The value of the first hidden field of this name on a page; empty if there is none.
pub(crate) fn field(page: &str, name: &str) -> String {
    let value = page.split(&format!("name=\"{name}\" value=\"")).nth(1).and_then(|rest| rest.split('"').next());
    value.unwrap_or_default().to_owned()
}

/// Where the codes lead.
pub(crate) const ORIGIN: &str = "https://ejia.example";

/// What plain forms are sent as.
const FORM: &str = "application/x-www-form-urlencoded";
