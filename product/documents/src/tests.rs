//! Documents asked for, made, taken away and forgotten, on both databases.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ejia_db::{Desk, TestDatabase};
use ejia_jobs::{Depot, FolderDepot, JobFault};
use ejia_kernel::sheet::{Around, Cell, Column};
use ejia_kernel::{AdministratorId, DocumentId, OrganizationId, OrganizationKind, Problem, SessionId};
use ejia_web::Officer;

use crate::making::{own, remove};
use crate::{DocumentState, Documents, NewDocument, Paper, TypesetFault, Typesetter, ask};

/// Sets every paper as its template's name.
struct Plain;

impl Typesetter for Plain {
    fn set(&self, paper: &Paper) -> Result<Vec<u8>, TypesetFault> {
        Ok(paper.template.as_bytes().to_vec())
    }
}

fn on_both(test: impl Fn(&Desk)) {
    TestDatabase::both(&[ejia_jobs::MIGRATIONS, ejia_audit::MIGRATIONS, crate::MIGRATIONS], test);
}

fn officer() -> Officer {
    let path = "0001".parse().unwrap();
    let (id, organization, session) = (AdministratorId::random(), OrganizationId::random(), SessionId::random());
    Officer::admitted(id, organization, "市委", OrganizationKind::CityCommittee, path, "管理员", session)
}

fn documents(folder: &std::path::Path) -> Documents {
    let write = |path: &std::path::Path, around: &Around, _: &[Column], rows: &mut dyn Iterator<Item = Vec<Cell>>| {
        std::fs::write(path, format!("{}: {} rows", around.title, rows.count())).unwrap();
        Ok(())
    };
    Documents::new(folder, Arc::new(FolderDepot::new(folder)), Arc::new(write), Arc::new(Plain))
        .made_by("test.sheet", |_, document, making| {
            making.progress(1, 2)?;
            let around = Around { title: document.title.clone(), ..Around::default() };
            let rows = vec![vec![Cell::from("甲")], vec![Cell::from("乙")]];
            making.sheet(&around, &[Column::words("姓名", 4)], &mut rows.into_iter())
        })
        .made_by("test.never", |_, _, _| Err(JobFault::GiveUp("no".to_owned())))
}

fn asked(desk: &Desk, by: &Officer, kind: &'static str) -> Result<DocumentId, ejia_kernel::Problem> {
    let (by, new) = (
        by.clone(),
        NewDocument { kind, title: "名册".to_owned(), file_name: "名册.xlsx".to_owned(), about: "{}".to_owned() },
    );
    desk.write_now(move |txn| ask(txn, &by, &new))
}

fn state(desk: &Desk, by: &Officer, id: DocumentId) -> DocumentState {
    let by = by.clone();
    desk.read_now(move |txn| own(txn, &by, id)).unwrap().state
}

#[test]
fn a_document_is_made_by_a_job_and_taken_away_by_who_asked() {
    on_both(|desk| {
        let folder = tempfile::tempdir().unwrap();
        let (documents, by) = (documents(folder.path()), officer());
        let id = asked(desk, &by, "test.sheet").unwrap();
        assert_eq!(state(desk, &by, id), DocumentState::Waiting);
        documents.handlers().drain(desk).unwrap();
        assert_eq!(state(desk, &by, id), DocumentState::Ready);
        assert_eq!(documents.fetch(id).unwrap(), "名册: 2 rows".as_bytes());
        let other = officer();
        assert_eq!(desk.read_now(move |txn| own(txn, &other, id)).unwrap_err().code, "documents.no_such_document");
    });
}

/// A depot that takes no document at first.
struct Stumbling {
    depot: FolderDepot,
    stumbled: AtomicBool,
}

impl Depot for Stumbling {
    fn keep(&self, key: &str, from: &Path) -> Result<(), Problem> {
        if key.starts_with("document/") && !self.stumbled.swap(true, Ordering::SeqCst) {
            return Err(Problem::busy());
        }
        self.depot.keep(key, from)
    }

    fn fetch(&self, key: &str) -> Result<Option<tempfile::TempPath>, Problem> {
        self.depot.fetch(key)
    }

    fn forget(&self, key: &str) -> Result<(), Problem> {
        self.depot.forget(key)
    }
}

#[test]
fn what_a_document_is_made_from_goes_once_it_is_made_and_not_before() {
    on_both(|desk| {
        const GIVEN: &str = "given_table/one";
        let folder = tempfile::tempdir().unwrap();
        let depot = Arc::new(Stumbling { depot: FolderDepot::new(folder.path()), stumbled: AtomicBool::new(false) });
        let documents = Documents::new(folder.path(), depot.clone(), Arc::new(|_, _, _, _| Ok(())), Arc::new(Plain));
        let documents = documents.made_by("test.given", |_, _, making| {
            making.consumes(GIVEN);
            std::fs::write(making.path, "made").map_err(|error| JobFault::Retry(error.to_string()))
        });
        let (given, by) = (folder.path().join("upload"), officer());
        std::fs::write(&given, "a table").unwrap();
        depot.keep(GIVEN, &given).unwrap();
        let id = asked(desk, &by, "test.given").unwrap();
        documents.handlers().drain(desk).unwrap();
        assert!(state(desk, &by, id).underway() && depot.fetch(GIVEN).unwrap().is_some());
        desk.clock().set(desk.now().plus(Duration::from_mins(1)));
        documents.handlers().drain(desk).unwrap();
        assert_eq!((state(desk, &by, id), documents.fetch(id).unwrap()), (DocumentState::Ready, b"made".to_vec()));
        assert!(depot.fetch(GIVEN).unwrap().is_none());
    });
}

#[test]
fn what_cannot_be_made_is_failed_and_said() {
    on_both(|desk| {
        let folder = tempfile::tempdir().unwrap();
        let (documents, by) = (documents(folder.path()), officer());
        let never = asked(desk, &by, "test.never").unwrap();
        let unknown = asked(desk, &by, "test.unknown").unwrap();
        documents.handlers().drain(desk).unwrap();
        assert_eq!(state(desk, &by, never), DocumentState::Failed);
        assert_eq!(state(desk, &by, unknown), DocumentState::Failed);
    });
}

#[test]
fn a_fourth_document_waits_until_one_of_three_is_made() {
    on_both(|desk| {
        let folder = tempfile::tempdir().unwrap();
        let (documents, by) = (documents(folder.path()), officer());
        for _ in 0..3 {
            asked(desk, &by, "test.sheet").unwrap();
        }
        assert_eq!(asked(desk, &by, "test.sheet").unwrap_err().code, "documents.too_many");
        documents.handlers().drain(desk).unwrap();
        let id = asked(desk, &by, "test.sheet").unwrap();
        let whose = by.clone();
        let refused = desk.write_now(move |txn| remove(txn, &whose, id));
        assert_eq!(refused.unwrap_err().code, "documents.underway");
    });
}

#[test]
fn an_old_document_goes_with_its_file() {
    on_both(|desk| {
        let folder = tempfile::tempdir().unwrap();
        let (documents, by) = (documents(folder.path()), officer());
        let id = asked(desk, &by, "test.sheet").unwrap();
        documents.handlers().drain(desk).unwrap();
        desk.clock().set(desk.now().plus(Duration::from_hours(8 * 24)));
        documents.handlers().drain(desk).unwrap();
        assert_eq!(documents.fetch(id).unwrap_err().code, "documents.no_such_document");
        let whose = by.clone();
        assert!(desk.read_now(move |txn| own(txn, &whose, id)).is_err());
    });
}
