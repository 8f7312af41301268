//! Files put, found, replaced and deleted in a folder; what a crash leaves, and what somebody reads who has the disk.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::thread;

use ejia_documents::{Files, Photo, PhotoFault};
use ejia_kernel::Vault;

use super::*;

fn folder() -> (tempfile::TempDir, Folder) {
    let home = tempfile::tempdir().unwrap();
    let folder = Folder::open(home.path().join("files")).unwrap();
    (home, folder)
}

fn key(text: &str) -> FileKey {
    text.parse().unwrap()
}

/// Every file below a folder.
fn all(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { all(&path) } else { vec![path] }).collect()
}

#[test]
fn a_file_is_put_found_replaced_and_deleted() {
    let (_home, folder) = folder();
    let place = key("receipt_photo/01h");
    assert_eq!(folder.get(&place).unwrap(), None);
    folder.put(&place, b"first").unwrap();
    folder.put(&place, b"second").unwrap();
    assert_eq!(folder.get(&place).unwrap().unwrap(), b"second");
    assert_eq!(folder.get(&key("receipt_photo/01j")).unwrap(), None);
    assert_eq!(folder.get(&key("receipt_photo/01h/deeper")).unwrap(), None);
    folder.delete(&place).unwrap();
    folder.delete(&place).unwrap();
    assert_eq!(folder.get(&place).unwrap(), None);
    assert!(all(&folder.root).is_empty());
}

#[test]
fn files_are_gone_through_in_their_order_and_nothing_else_is() {
    let (_home, folder) = folder();
    for name in ["photo/b", "paper/c", "photo/a", "paper/d/e"] {
        folder.put(&key(name), name.as_bytes()).unwrap();
    }
    fs::write(folder.root.join("paper/.tmpX.part"), b"half").unwrap();
    folder.delete(&key("nowhere")).unwrap();
    assert_eq!(folder.behind("", 9).unwrap(), ["paper/c", "paper/d/e", "photo/a", "photo/b"]);
    assert_eq!(folder.behind("paper/c", 2).unwrap(), ["paper/d/e", "photo/a"]);
    assert!(folder.behind("photo/b", 9).unwrap().is_empty());
    assert_eq!(folder.first_byte("paper/c").unwrap(), Some(b'p'));
    assert_eq!(folder.first_byte("paper/f").unwrap(), None);
    assert_eq!(folder.read("paper/d/e").unwrap().unwrap(), b"paper/d/e");
}

#[test]
fn a_file_that_is_there_is_replaced_and_a_deleted_one_does_not_come_back() {
    let (_home, folder) = folder();
    folder.put(&key("photo/a"), b"old").unwrap();
    folder.replace("photo/a", b"new").unwrap();
    assert_eq!(folder.read("photo/a").unwrap().unwrap(), b"new");
    for round in 0..60 {
        let name = format!("photo/r{round}");
        folder.put(&key(&name), b"old").unwrap();
        thread::scope(|scope| {
            scope.spawn(|| folder.replace(&name, b"new").unwrap());
            scope.spawn(|| folder.delete(&key(&name)).unwrap());
        });
        assert_eq!(folder.read(&name).unwrap(), None);
    }
}

#[test]
fn files_outlive_the_program_and_belong_to_its_user_alone() {
    let (_home, folder) = folder();
    folder.put(&key("paper/a/b"), b"kept").unwrap();
    let again = Folder::open(&folder.root).unwrap();
    assert_eq!(again.get(&key("paper/a/b")).unwrap().unwrap(), b"kept");
    for (path, mode) in [("", 0o700), ("paper", 0o700), ("paper/a/b", 0o600)] {
        let found = fs::metadata(folder.root.join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!(found, mode, "{path}: {found:o}");
    }
}

#[test]
fn what_a_crash_left_half_written_is_swept_away_and_nothing_else() {
    let (_home, folder) = folder();
    folder.put(&key("paper/whole"), b"whole").unwrap();
    let (old, young) = (folder.root.join("paper/.tmpOLD.part"), folder.root.join("paper/.tmpNEW.part"));
    for part in [&old, &young] {
        fs::write(part, b"ha").unwrap();
    }
    let long_ago = SystemTime::now() - LEFT * 2;
    for path in [&old, &folder.root.join("paper/whole")] {
        File::options().write(true).open(path).unwrap().set_modified(long_ago).unwrap();
    }
    let again = Folder::open(&folder.root).unwrap();
    assert!(!old.exists(), "nobody writes on it any more");
    assert!(young.exists(), "another process may be writing on it");
    assert_eq!(again.get(&key("paper/whole")).unwrap().unwrap(), b"whole");
}

#[test]
fn a_put_that_fails_leaves_nothing_half_written() {
    let (_home, folder) = folder();
    folder.put(&key("paper"), b"a file where a folder should be").unwrap();
    assert!(folder.put(&key("paper/below"), b"no room").is_err());
    fs::create_dir_all(folder.root.join("taken/place")).unwrap();
    assert!(folder.put(&key("taken/place"), b"a folder where a file should be").is_err());
    assert_eq!(all(&folder.root), [folder.root.join("paper")]);
}

#[test]
fn of_many_who_put_at_once_one_wins_whole() {
    let (_home, folder) = folder();
    let place = key("paper/contested");
    thread::scope(|scope| {
        for letter in b'a'..b'i' {
            let (folder, place) = (&folder, &place);
            scope.spawn(move || folder.put(place, &vec![letter; 100_000]).unwrap());
        }
    });
    let found = folder.get(&place).unwrap().unwrap();
    assert!(found.len() == 100_000 && found.iter().all(|letter| letter == &found[0]));
    assert_eq!(all(&folder.root).len(), 1);
}

#[test]
fn who_has_the_disk_reads_nothing() {
    let (_home, folder) = folder();
    let secret = "王𬱖 350212198509268003";
    let fit = move |_: &[u8]| Ok::<_, PhotoFault>(Photo { bytes: secret.as_bytes().to_vec(), width: 1, height: 1 });
    let (files, vault) = (Files::new(Arc::new(folder.clone()), Arc::new(fit)), Vault::new([7; 32]));
    let photo = files.keep_photo(&vault, "id_photo", b"sent").unwrap().key;
    let paper = files.keep(&vault, "letter", secret.as_bytes()).unwrap();
    let lying = all(&folder.root);
    assert_eq!(lying.len(), 2);
    for path in lying {
        let bytes = fs::read(&path).unwrap();
        for part in [secret.as_bytes(), "王".as_bytes(), b"350212", b"8003"] {
            assert!(!bytes.windows(part.len()).any(|window| window == part), "{}", path.display());
        }
    }
    assert_eq!(files.open(&vault, "id_photo", &photo).unwrap(), secret.as_bytes());
    assert_eq!(files.open(&vault, "letter", &paper).unwrap(), secret.as_bytes());
}
