//! Files that wait for who fetches them at another machine: in a folder that both mount, and in a bucket.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::Duration;

use ejia_buckets::testing::Server;
use ejia_db::TestDatabase;
use ejia_documents::{FileKey, Files, Photo};
use ejia_jobs::Depot;
use ejia_kernel::{Instant, UploadId, Vault};
use tempfile::TempDir;

use super::{SealedDepot, Shelf};
use crate::house::{FILES, MIGRATIONS};
use crate::sealed::shelf;

/// A machine with a folder of its own, on files that it shares.
struct Machine {
    depot: Arc<SealedDepot>,
    folder: TempDir,
}

impl Machine {
    fn beside(shelf: &Arc<dyn Shelf>, vault: &Vault) -> Self {
        let folder = TempDir::new().unwrap();
        let files = Files::new(shelf.clone(), Arc::new(|_| Ok(Photo { bytes: Vec::new(), width: 1, height: 1 })));
        let depot = SealedDepot::new(files, shelf.clone(), vault, folder.path().join("fetched")).unwrap();
        Self { depot: Arc::new(depot), folder }
    }

    fn keep(&self, key: &str, text: &str) {
        let file = self.folder.path().join("upload");
        fs::write(&file, text).unwrap();
        self.depot.keep(key, &file).unwrap();
    }

    fn fetched(&self) -> usize {
        fs::read_dir(self.folder.path().join("fetched")).unwrap().count()
    }
}

/// A key of something that was sent then.
fn key(sort: &str, at: Instant) -> String {
    format!("{sort}/{}", UploadId::new(at))
}

#[test]
fn what_one_machine_keeps_another_fetches_and_what_nobody_fetches_goes_after_three_months() {
    let folder = TempDir::new().unwrap();
    for bucket in [None, Some(&Server::shared().account)] {
        let shelf = shelf(folder.path(), bucket, FILES).unwrap();
        let database = TestDatabase::sqlite(MIGRATIONS);
        let (desk, vault) = (&database.desk, database.desk.vault());
        let (here, there) = (Machine::beside(&shelf, vault), Machine::beside(&shelf, vault));
        let (one, other) = (key("import", desk.now()), key("document", desk.now()));
        is_fetched_and_forgotten(&here, &there, &one);
        is_sealed_with_its_key(&here, &there, &shelf, [&one, &other]);
        // Three months later.
        here.keep(&one, "old");
        shelf.put(&"photo/0000000000000000000000000a".parse().unwrap(), b"not ours").unwrap();
        desk.clock().set(desk.now().plus(Duration::from_hours(91 * 24)));
        let fresh = key("given_table", desk.now());
        here.keep(&fresh, "new");
        there.depot.handlers().drain(desk).unwrap();
        assert_eq!(shelf.behind("", 9).unwrap(), [&format!("depot/{fresh}"), "photo/0000000000000000000000000a"]);
    }
}

fn is_fetched_and_forgotten(here: &Machine, there: &Machine, key: &str) {
    assert!(there.depot.fetch(key).unwrap().is_none());
    here.keep(key, "35020319800102001X");
    let file = there.depot.fetch(key).unwrap().unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), "35020319800102001X");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o077, 0, "our user alone reads it");
    assert_eq!((there.fetched(), here.fetched()), (1, 0));
    drop(file);
    assert_eq!(there.fetched(), 0, "nothing stays in the open");
    here.keep(key, "again");
    assert_eq!(fs::read_to_string(there.depot.fetch(key).unwrap().unwrap()).unwrap(), "again");
    for _ in 0..2 {
        there.depot.forget(key).unwrap();
    }
    assert!(here.depot.fetch(key).unwrap().is_none());
}

fn is_sealed_with_its_key(here: &Machine, there: &Machine, shelf: &Arc<dyn Shelf>, [one, other]: [&str; 2]) {
    here.keep(one, "35020319800102001X");
    let lies = |key: &str| shelf.read(&format!("depot/{key}")).unwrap().unwrap();
    assert!(!lies(one).windows(4).any(|bytes| bytes == b"3502"));
    let place: FileKey = format!("depot/{other}").parse().unwrap();
    shelf.put(&place, &lies(one)).unwrap();
    assert!(there.depot.fetch(other).is_err(), "a file in the place of another does not open");
    for key in [one, other] {
        here.depot.forget(key).unwrap();
    }
}
