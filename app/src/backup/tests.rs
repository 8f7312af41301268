//! Backups of both databases, taken while somebody writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ejia_buckets::Account;
use ejia_buckets::testing::Server;
use ejia_db::{PostgresCluster, TestDatabase, args};
use ejia_kernel::UploadId;
use tempfile::TempDir;

use super::*;
use crate::sealed::shelf;

/// The root secret of [`TestDatabase`].
const SECRET: [u8; 32] = [7; 32];

/// A database with two numbers that every writer raises together, and two files, in a folder or in a bucket.
struct Stand {
    database: TestDatabase,
    folder: TempDir,
    bucket: Option<Account>,
    files: Arc<dyn Shelf>,
}

impl Stand {
    fn on(database: TestDatabase, bucket: Option<Account>) -> Self {
        let folder = TempDir::new().unwrap();
        let files = shelf(folder.path(), bucket.as_ref(), &fresh()).unwrap();
        files.put(&"photos/one".parse().unwrap(), b"sealed").unwrap();
        files.put(&"two".parse().unwrap(), &vec![5; 3_000_000]).unwrap();
        let setting = "INSERT INTO case_counter (year, last) VALUES (1, 0), (2, 0)";
        database.desk.write_now(move |txn| Ok(txn.execute(setting, &args![])?)).unwrap();
        Self { database, folder, bucket, files }
    }

    fn backup(&self, name: &str) -> (PathBuf, Result<Held, String>) {
        let to = self.folder.path().join(name);
        let taken = take(&Place::of(&self.database.url), &*self.files, &Vault::new(SECRET), &to);
        (to, taken)
    }

    /// An empty database of the same engine, and no files in the same folder or bucket.
    fn elsewhere(&self) -> (Place, Arc<dyn Shelf>) {
        let place = match Place::of(&self.database.url) {
            Place::Sqlite(_) => Place::Sqlite(self.folder.path().join(format!("{}.db", UploadId::random()))),
            Place::Postgres(_) => Place::Postgres(PostgresCluster::shared().new_database()),
        };
        (place, shelf(self.folder.path(), self.bucket.as_ref(), &fresh()).unwrap())
    }
}

/// Files of a sort that nobody else has.
fn fresh() -> String {
    format!("files-{}", UploadId::random())
}

fn on_both(test: impl Fn(&Stand)) {
    test(&Stand::on(TestDatabase::sqlite(house::MIGRATIONS), None));
    test(&Stand::on(TestDatabase::postgres(house::MIGRATIONS), Some(Server::shared().account.clone())));
}

fn numbers(place: &Place) -> Vec<i64> {
    let desk = Desk::open(&place.url(), Vault::new(SECRET), Clock::system()).unwrap();
    let sql = "SELECT last FROM case_counter ORDER BY year";
    desk.read_now(move |txn| Ok(txn.query(sql, &args![], |row| row.get(0))?)).unwrap()
}

#[test]
fn a_backup_taken_while_others_write_is_restored_as_of_one_moment_with_its_files() {
    on_both(|stand| {
        let stop = Arc::new(AtomicBool::new(false));
        let writer = {
            let (desk, stop) = (stand.database.desk.clone(), Arc::clone(&stop));
            std::thread::spawn(move || {
                while !stop.load(Ordering::SeqCst) {
                    let raise = |year: i64| ("UPDATE case_counter SET last = last + 1 WHERE year = $1", args![year]);
                    desk.write_now(move |txn| {
                        let ((first, one), (second, two)) = (raise(1), raise(2));
                        txn.execute(first, &one)?;
                        txn.execute(second, &two)?;
                        Ok(())
                    })
                    .unwrap();
                }
            })
        };
        while numbers(&Place::of(&stand.database.url))[0] < 5 {
            std::thread::yield_now();
        }
        let (to, taken) = stand.backup("a.ejia");
        stop.store(true, Ordering::SeqCst);
        writer.join().unwrap();
        let held = taken.unwrap();
        assert_eq!(held.files, 2);
        assert_eq!(check(&Vault::new(SECRET), &to).unwrap(), held);
        let (target, files) = stand.elsewhere();
        assert_eq!(restore(&target, &*files, &Vault::new(SECRET), &to).unwrap(), held);
        let found = numbers(&target);
        assert!(found[0] >= 5 && found[0] == found[1], "{found:?}");
        assert_eq!(files.read("photos/one").unwrap().unwrap(), b"sealed");
        assert_eq!(files.read("two").unwrap().unwrap(), vec![5; 3_000_000]);
        assert_eq!(files.behind("", 9).unwrap(), ["photos/one", "two"]);
        // Nothing that stands is overwritten.
        let again = |place: &Place, files: &Arc<dyn Shelf>| restore(place, &**files, &Vault::new(SECRET), &to);
        let (empty, none) = stand.elsewhere();
        assert!(again(&target, &none).unwrap_err().contains("the database is not empty"));
        assert!(again(&empty, &files).unwrap_err().contains("there are files already"));
        assert!(stand.backup("a.ejia").1.unwrap_err().contains("exists already"));
    });
}

#[test]
fn a_damaged_foreign_or_newer_backup_is_refused_and_nothing_is_written() {
    on_both(|stand| {
        let (to, taken) = stand.backup("a.ejia");
        taken.unwrap();
        let whole = fs::read(&to).unwrap();
        let (target, files) = stand.elsewhere();
        let refused = |bytes: &[u8], secret: u8, says: &str| {
            let from = stand.folder.path().join("tried.ejia");
            fs::write(&from, bytes).unwrap();
            let sentence = restore(&target, &*files, &Vault::new([secret; 32]), &from).unwrap_err();
            assert!(sentence.contains(says), "{sentence}");
            assert!(target.is_empty().unwrap() && files.behind("", 1).unwrap().is_empty());
        };
        let mut altered = whole.clone();
        altered[whole.len() / 2] ^= 1;
        refused(&altered, 7, "damaged");
        refused(&whole[..whole.len() - 10], 7, "cut short");
        refused(&whole, 8, "another root secret");
        refused(b"something else entirely", 7, "no backup");
        // A step of the schema that this program does not know.
        let newer = "INSERT INTO schema_migration (name, applied_at) VALUES ('next.999_future', 1)";
        stand.database.desk.write_now(move |txn| Ok(txn.execute(newer, &args![])?)).unwrap();
        let (to, taken) = stand.backup("b.ejia");
        taken.unwrap();
        refused(&fs::read(to).unwrap(), 7, "next.999_future");
    });
}

#[test]
fn a_backup_is_read_by_its_own_user_alone_and_says_nothing_in_the_open() {
    use std::os::unix::fs::PermissionsExt;
    on_both(|stand| {
        let (to, taken) = stand.backup("a.ejia");
        taken.unwrap();
        assert_eq!(fs::metadata(&to).unwrap().permissions().mode() & 0o077, 0);
        let bytes = fs::read(&to).unwrap();
        for open in [b"case_counter".as_slice(), b"backup.json", b"SQLite format", b"PGDMP"] {
            assert!(!bytes.windows(open.len()).any(|window| window == open));
        }
        let beside =
            fs::read_dir(stand.folder.path()).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_file());
        assert_eq!(beside.count(), 1, "nothing lies about");
    });
}
