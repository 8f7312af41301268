//! Keys, sealing and refusals, over a store in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use ejia_kernel::{Problem, ProblemKind, Vault};

use super::{FileKey, FileStore, Files, FilesAway, on_field};
use crate::photo::{Photo, PhotoFault};

#[derive(Default)]
struct Memory(Mutex<BTreeMap<FileKey, Vec<u8>>>);

impl FileStore for Memory {
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

/// Refuses everything.
struct Away;

impl FileStore for Away {
    fn put(&self, _: &FileKey, _: &[u8]) -> Result<(), FilesAway> {
        Err(FilesAway::Away("no route to the bucket".to_owned()))
    }

    fn get(&self, _: &FileKey) -> Result<Option<Vec<u8>>, FilesAway> {
        Err(FilesAway::Away("no route to the bucket".to_owned()))
    }

    fn delete(&self, _: &FileKey) -> Result<(), FilesAway> {
        Err(FilesAway::Away("no route to the bucket".to_owned()))
    }
}

/// Takes what says "photo".
fn fit(sent: &[u8]) -> Result<Photo, PhotoFault> {
    match sent {
        b"photo" => Ok(Photo { bytes: b"a small photo".to_vec(), width: 20, height: 10 }),
        b"" => Err(PhotoFault::Empty),
        b"huge" => Err(PhotoFault::TooManyPixels { most: 60_000_000 }),
        _ => Err(PhotoFault::Broken("cut short".to_owned())),
    }
}

fn files() -> (Arc<Memory>, Files) {
    let store = Arc::new(Memory::default());
    (Arc::clone(&store), Files::new(store, Arc::new(fit)))
}

fn vault() -> Vault {
    Vault::new([7; 32])
}

#[test]
fn a_file_is_let_go_only_where_its_row_is_surely_not_there() {
    let (store, files) = files();
    let key = files.keep(&vault(), "letter", b"paper").unwrap();
    files.let_go(&key, &Problem::in_doubt("the connection broke")).unwrap();
    assert!(store.get(&key).unwrap().is_some());
    files.let_go(&key, &Problem::away("no connection")).unwrap();
    assert!(store.get(&key).unwrap().is_none());
}

#[test]
fn a_photo_is_kept_sealed_opened_and_deleted() {
    let (store, files) = files();
    let kept = files.keep_photo(&vault(), "receipt_photo", b"photo").unwrap();
    assert_eq!((kept.width, kept.height, kept.bytes), (20, 10, 13));
    assert!(kept.key.as_str().starts_with("receipt_photo/"), "{}", kept.key);
    let lying = store.get(&kept.key).unwrap().unwrap();
    assert!(!lying.windows(5).any(|window| window == b"photo"), "the store sees no photo");
    assert_eq!(files.open(&vault(), "receipt_photo", &kept.key).unwrap(), b"a small photo");
    files.delete(&kept.key).unwrap();
    let gone = files.open(&vault(), "receipt_photo", &kept.key).unwrap_err();
    assert_eq!((gone.kind, gone.code), (ProblemKind::NotFound, "documents.no_such_file"));
}

#[test]
fn an_altered_a_moved_and_a_foreign_file_do_not_open() {
    let (store, files) = files();
    let (one, other) =
        (files.keep(&vault(), "paper", b"one").unwrap(), files.keep(&vault(), "paper", b"other").unwrap());
    assert_eq!(files.open(&vault(), "minutes", &one).unwrap_err().kind, ProblemKind::Fault);
    assert_eq!(files.open(&Vault::new([8; 32]), "paper", &one).unwrap_err().kind, ProblemKind::Fault);
    store.put(&one, &store.get(&other).unwrap().unwrap()).unwrap();
    assert_eq!(files.open(&vault(), "paper", &one).unwrap_err().kind, ProblemKind::Fault);
    store.put(&one, b"altered").unwrap();
    assert_eq!(files.open(&vault(), "paper", &one).unwrap_err().kind, ProblemKind::Fault);
}

#[test]
fn a_refused_photo_is_said_on_its_field_and_nothing_is_kept() {
    let (store, files) = files();
    for (sent, code) in [
        (&b""[..], "documents.photo_empty"),
        (b"huge", "documents.photo_too_many_pixels"),
        (b"half", "documents.photo_broken"),
    ] {
        let problem = files.keep_photo(&vault(), "receipt_photo", sent).unwrap_err();
        assert_eq!((problem.kind, problem.code), (ProblemKind::Refused, code));
        let on_it = on_field(problem, "photo");
        assert_eq!(on_it.code, "kernel.check_fields");
        assert_eq!((on_it.fields[0].field.as_str(), on_it.fields[0].code), ("photo", code));
    }
    assert!(store.0.lock().unwrap().is_empty());
    let most = Problem::from(PhotoFault::TooManyPixels { most: 60_000_000 });
    assert_eq!(most.args, [("most", "6000".to_owned())]);
}

#[test]
fn a_store_that_is_away_is_no_fault_of_the_person() {
    let files = Files::new(Arc::new(Away), Arc::new(fit));
    let key = FileKey::fresh("paper").unwrap();
    let kept = files.keep_photo(&vault(), "receipt_photo", b"photo").map(|_| ());
    for answer in [kept, files.open(&vault(), "paper", &key).map(|_| ()), files.delete(&key)] {
        let problem = on_field(answer.unwrap_err(), "photo");
        assert_eq!((problem.kind, problem.code), (ProblemKind::Busy, "documents.files_away"));
    }
}

#[test]
fn odd_keys_are_refused() {
    for odd in ["", "/", "a/", "/a", "a//b", ".", "..", "a/../b", "a.part", "A", "a b", "收据", "a\0", "a\\b", "~"] {
        assert!(odd.parse::<FileKey>().is_err(), "{odd:?}");
    }
    assert!("a".repeat(121).parse::<FileKey>().is_err());
    assert!(FileKey::fresh("../etc").is_err());
    let key = FileKey::fresh("id_photo").unwrap();
    assert_eq!(key.as_str().parse::<FileKey>().unwrap(), key);
}
