//! The bucket at a server of another hand, with every signature reckoned anew.

use ejia_documents::{FileKey, FileStore, FilesAway};
use ejia_keys::SealedFiles;

use crate::line::Answer;
use crate::testing::Server;
use crate::{Account, Bucket, Shut};

fn key(text: &str) -> FileKey {
    text.parse().unwrap()
}

#[test]
fn files_lie_in_a_bucket_as_in_a_folder() {
    let server = Server::start();
    let account = server.account.clone();
    let files = Bucket::open(&account, "files").unwrap();
    files.look().unwrap();
    assert!(files.behind("", 9).unwrap().is_empty(), "a look leaves nothing behind");
    is_a_store(&files);
    is_sealed_anew(&files);
    lists_are_read_to_their_end(&files);
    // What lies elsewhere in the bucket is not ours.
    let keys = Bucket::open(&account, "ballot-keys").unwrap();
    keys.put("a/b", b"k", None).unwrap();
    assert_eq!(keys.behind("", 9).unwrap(), ["a/b"]);
    nobody_else_comes_in(&account);
    versions_are_not_taken(&account);
}

fn is_a_store(files: &Bucket) {
    let (one, other) = (key("paper/one"), key("paper/two"));
    assert_eq!(FileStore::get(files, &one).unwrap(), None);
    FileStore::put(files, &one, b"sealed").unwrap();
    FileStore::put(files, &one, &vec![0; 300_000]).unwrap();
    FileStore::put(files, &other, b"").unwrap();
    assert_eq!(FileStore::get(files, &one).unwrap().unwrap(), vec![0; 300_000]);
    assert_eq!(FileStore::get(files, &other).unwrap().unwrap(), b"");
    assert_eq!((files.first_byte("paper/one").unwrap(), files.first_byte("paper/two").unwrap()), (Some(0), None));
    for _ in 0..2 {
        FileStore::delete(files, &one).unwrap();
    }
    assert_eq!((FileStore::get(files, &one).unwrap(), files.first_byte("paper/one").unwrap()), (None, None));
    FileStore::delete(files, &other).unwrap();
}

fn is_sealed_anew(files: &Bucket) {
    let one = key("photo/one");
    FileStore::put(files, &one, b"old").unwrap();
    files.replace("photo/one", b"new").unwrap();
    assert_eq!(files.read("photo/one").unwrap().unwrap(), b"new");
    // Somebody writes between our look and our put, or deletes: then his word counts.
    let tag = files.beginning("photo/one").unwrap().unwrap().tag.unwrap();
    FileStore::put(files, &one, b"another's").unwrap();
    assert_eq!(files.put("photo/one", b"ours", Some(&tag)).unwrap().status, 412);
    assert_eq!(files.read("photo/one").unwrap().unwrap(), b"another's");
    FileStore::delete(files, &one).unwrap();
    files.replace("photo/one", b"new").unwrap();
    assert_eq!(files.read("photo/one").unwrap(), None, "nothing deleted comes back");
}

fn lists_are_read_to_their_end(files: &Bucket) {
    let names: Vec<String> = (10..31).map(|number| format!("list/{number}")).collect();
    for name in &names {
        FileStore::put(files, &key(name), b"x").unwrap();
    }
    files.put("list/NOT.ours", b"x", None).unwrap();
    assert_eq!(files.behind("", usize::MAX).unwrap(), names);
    assert_eq!(files.behind("list/12", 2).unwrap(), names[3..5]);
    let (first, more) = files.list("", 5).unwrap();
    assert_eq!((first.len(), more), (5, true));
    assert!(files.behind("list/30", 9).unwrap().is_empty());
}

/// What cannot be had is never taken for gone, and the sentence says what is to be mended.
fn nobody_else_comes_in(account: &Account) {
    let seen = |account: &Account| {
        let files = Bucket::open(account, "files").unwrap();
        let read = FileStore::get(&files, &key("list/10"));
        assert!(matches!(read, Err(FilesAway::Away(_))), "{read:?}");
        assert!(FileStore::put(&files, &key("list/10"), b"x").is_err() && files.first_byte("list/10").is_err());
        assert!(FileStore::delete(&files, &key("list/10")).is_err());
        files.look().unwrap_err()
    };
    let unfit = |account: &Account, why: &str| {
        let shut = seen(account);
        assert!(matches!(&shut, Shut::Unfit(told) if told.contains(why)), "{why}: {shut:?}");
    };
    unfit(&Account { secret: "guessed".to_owned(), ..account.clone() }, "the secret");
    unfit(&Account { access_key: "AKIANOBODY".to_owned(), ..account.clone() }, "access_key");
    unfit(&Account { bucket: "nobodys".to_owned(), ..account.clone() }, "there is none of this name");
    let nowhere = Account { endpoint: "http://127.0.0.1:9".to_owned(), ..account.clone() };
    let shut = Bucket::open(&nowhere, "files").unwrap().look();
    assert!(matches!(shut, Err(Shut::Away(why)) if why.contains("does not answer")), "nobody is there");
    let odd = Account { endpoint: "ftp://127.0.0.1".to_owned(), ..account.clone() };
    assert!(Bucket::open(&odd, "files").is_err());
}

/// A bucket that keeps versions would keep the keys of votes.
fn versions_are_not_taken(account: &Account) {
    let versions = Bucket::open(&Account { bucket: "versions".to_owned(), ..account.clone() }, "files").unwrap();
    let shut = versions.look().unwrap_err();
    assert!(matches!(&shut, Shut::Unfit(why) if why.contains("versioning")), "{shut:?}");
}

#[test]
fn the_name_of_a_bucket_stands_in_the_path_or_in_the_host() {
    let account = |name_in_host| Account {
        endpoint: "https://s3.example.gov.cn".to_owned(),
        bucket: "ejia".to_owned(),
        region: "cn-east".to_owned(),
        access_key: "who".to_owned(),
        secret: "a secret".to_owned(),
        name_in_host,
    };
    let address = |name_in_host| {
        let bucket = Bucket::open(&account(name_in_host), "files").unwrap();
        bucket.place.object_url(&bucket.key("photo/one")).to_string()
    };
    assert_eq!(address(false), "https://s3.example.gov.cn/ejia/files/photo/one");
    assert_eq!(address(true), "https://ejia.s3.example.gov.cn/files/photo/one");
    assert!(!format!("{:?}", account(true)).contains("a secret"));
}

#[test]
fn a_bucket_that_is_full_says_so() {
    let full = |status, body: &[u8]| {
        let answer = Answer { status, tag: None, is_version: false, body: body.to_vec() };
        matches!(answer.unexpected(), FilesAway::Full(_))
    };
    assert!(full(507, b"") && full(403, b"<Error><Code>QuotaExceeded</Code></Error>"));
    assert!(full(400, b"<?xml?><Error><Code>XMinioStorageFull</Code></Error>"));
    assert!(!full(403, b"<Error><Code>AccessDenied</Code></Error>") && !full(500, b""));
}
