//! A small house: people who are found by an index, credentials, keys and files; and those who come and go in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ejia_db::{Blobs, Desk, Holds, Migration, args};
use ejia_kernel::Vault;
use tempfile::TempDir;

use crate::{Places, SealedFiles};

pub(super) const GROUPS: &[&[Migration]] = &[ejia_jobs::MIGRATIONS, crate::MIGRATIONS, HOUSE];

const HOUSE: &[Migration] = &[Migration {
    name: "house.001",
    sql: "
CREATE TABLE person (
  id TEXT PRIMARY KEY,
  number BIGINT NOT NULL,
  card_sealed BLOB NOT NULL,
  card_index BLOB NOT NULL,
  phone_sealed BLOB,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX person_card_index_key ON person(card_index);
CREATE UNIQUE INDEX person_number_key ON person(number);
CREATE TABLE credential (account TEXT NOT NULL, kind TEXT NOT NULL, sealed BLOB, PRIMARY KEY (account, kind));
CREATE TABLE authority (generation BIGINT PRIMARY KEY, key_sealed BLOB NOT NULL);
CREATE TABLE entry (hash BLOB PRIMARY KEY, sealed BLOB NOT NULL);
",
}];

pub(super) const BLOBS: &[Blobs] = &[
    Blobs {
        table: "person",
        key: &["id"],
        columns: &[
            ("card_sealed", Holds::Sealed("card")),
            ("card_index", Holds::Index),
            ("phone_sealed", Holds::Sealed("phone")),
        ],
    },
    Blobs { table: "credential", key: &["account", "kind"], columns: &[("sealed", Holds::SealedBy("word", "kind"))] },
    Blobs { table: "authority", key: &["generation"], columns: &[("key_sealed", Holds::Sealed("key"))] },
    Blobs { table: "entry", key: &["hash"], columns: &[("hash", Holds::Hash), ("sealed", Holds::Sealed("entry"))] },
];

pub(super) fn places(folder: &Folder) -> Places {
    Places::of(&[BLOBS]).with_folder("files", Arc::new(folder.files()))
}

/// The people of a house, so many at first.
#[derive(Clone, Copy)]
pub(super) struct People {
    first: i64,
}

fn card(number: i64) -> String {
    format!("35020019800101{number:06}")
}

fn phone(number: i64, version: i64) -> String {
    format!("1380{number:06}/{version}")
}

fn chance(below: i64) -> i64 {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).unwrap();
    i64::from(u32::from_ne_bytes(bytes)) % below
}

impl People {
    /// So many people have no phone until it is changed.
    pub(super) const WITHOUT_PHONE: u64 = 10;

    pub(super) fn of(first: i64) -> Self {
        Self { first }
    }

    /// Sealed by the vault of this desk.
    pub(super) fn settle(desk: &Desk, first: i64) -> Self {
        desk.write_now(move |txn| {
            let vault = txn.vault().clone();
            let rows = (0..first).map(|number| {
                let phone = (number >= 10).then(|| vault.seal("phone", &phone(number, 0)));
                let (sealed, index) = (vault.seal("card", &card(number)), vault.index("card", &card(number)));
                args![format!("p{number}"), number, sealed, index, phone, 0_i64].to_vec()
            });
            txn.insert_many("person", &["id", "number", "card_sealed", "card_index", "phone_sealed", "version"], rows)?;
            for kind in ["token", "ticket", "secret"] {
                let sealed = vault.seal(&format!("word.{kind}"), kind);
                txn.execute("INSERT INTO credential VALUES ('a', $1, $2)", &args![kind, sealed])?;
            }
            txn.execute("INSERT INTO credential VALUES ('a', 'none', NULL)", &args![])?;
            for (generation, key) in [(1, vault.seal("key", "1")), (2, vault.seal("key", "2")), (3, Vec::new())] {
                txn.execute("INSERT INTO authority VALUES ($1, $2)", &args![generation, key])?;
            }
            for hash in [vec![0, 255], vec![7; 32]] {
                txn.execute("INSERT INTO entry VALUES ($1, $2)", &args![&hash, vault.seal_bytes("entry", &hash)])?;
            }
            Ok(())
        })
        .unwrap();
        Self { first }
    }

    /// Somebody is found by his number and reads what is sealed.
    fn enter(desk: &Desk, number: i64) {
        let index = desk.vault().index("card", &card(number));
        let sealed: Vec<u8> = desk
            .read_now(move |txn| {
                let sql = "SELECT card_sealed FROM person WHERE card_index = $1";
                Ok(txn.one(sql, &args![index.clone()], |row| row.get(0))?)
            })
            .unwrap();
        assert_eq!(desk.vault().open("card", &sealed).unwrap(), card(number));
    }

    /// Somebody changes his phone.
    pub(super) fn edit(desk: &Desk, number: i64) {
        desk.write_now(move |txn| {
            let find = format!("SELECT version FROM person WHERE number = $1{}", txn.for_update());
            let version: i64 = txn.one(&find, &args![number], |row| row.get(0))?;
            let sealed = txn.vault().seal("phone", &phone(number, version + 1));
            let change = "UPDATE person SET phone_sealed = $1, version = $2 WHERE number = $3 AND version = $4";
            assert_eq!(txn.execute(change, &args![sealed, version + 1, number, version])?, 1);
            Ok(())
        })
        .unwrap();
    }

    /// Somebody is entered under a new id; whether he was not there yet.
    fn enter_anew(desk: &Desk, number: i64) -> bool {
        desk.write_now(move |txn| {
            let (vault, id) = (txn.vault(), format!("q{number}"));
            let (sealed, index) = (vault.seal("card", &card(number)), vault.index("card", &card(number)));
            let sql = "INSERT INTO person (id, number, card_sealed, card_index, phone_sealed, version)
                 VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT (card_index) DO NOTHING";
            let phone = vault.seal("phone", &phone(number, 0));
            Ok(txn.execute(sql, &args![id, number, sealed, index, phone])? == 1)
        })
        .unwrap()
    }

    /// People come in, are changed and entered until `over`; answers how many acts there were.
    pub(super) fn live(self, desk: &Desk, over: impl Fn() -> bool) -> u64 {
        let mut acts = 0;
        while !over() {
            Self::enter(desk, chance(self.first));
            Self::edit(desk, chance(self.first));
            Self::enter_anew(desk, self.first + chance(5_000));
            assert!(!Self::enter_anew(desk, chance(self.first)), "somebody was entered twice");
            acts += 4;
        }
        acts
    }

    /// Everything is what it was, or what somebody has made of it.
    pub(super) fn all_open(self, desk: &Desk) {
        let vault = desk.vault().clone();
        let people = desk
            .read_now(|txn| {
                let sql = "SELECT number, card_sealed, card_index, phone_sealed, version FROM person";
                let read = |row: &ejia_db::Row<'_>| {
                    Ok((row.get::<i64>(0)?, row.get::<Vec<u8>>(1)?, row.get::<Vec<u8>>(2)?, row.get(3)?, row.get(4)?))
                };
                Ok(txn.query(sql, &args![], read)?)
            })
            .unwrap();
        assert!(people.len() >= usize::try_from(self.first).unwrap());
        for (number, sealed, index, phone_sealed, version) in people {
            assert_eq!(vault.open("card", &sealed).unwrap(), card(number));
            assert_eq!(index, vault.index("card", &card(number)));
            let phone_sealed: Option<Vec<u8>> = phone_sealed;
            let opened = phone_sealed.map(|sealed| vault.open("phone", &sealed).unwrap());
            let right = (number >= 10 || version > 0).then(|| phone(number, version));
            assert_eq!(opened, right, "{number}");
        }
        desk.read_now(move |txn| {
            let credentials =
                txn.query("SELECT kind, sealed FROM credential WHERE sealed IS NOT NULL", &[], |row| {
                    Ok((row.get::<String>(0)?, row.get::<Vec<u8>>(1)?))
                })?;
            for (kind, sealed) in credentials {
                assert_eq!(vault.open(&format!("word.{kind}"), &sealed).unwrap(), kind);
            }
            let entries =
                txn.query("SELECT hash, sealed FROM entry", &[], |row| Ok((row.get::<Vec<u8>>(0)?, row.get(1)?)))?;
            for (hash, sealed) in entries {
                let sealed: Vec<u8> = sealed;
                assert_eq!(vault.open_bytes("entry", &sealed).unwrap(), hash);
            }
            Ok(())
        })
        .unwrap();
    }
}

/// A folder of sealed files that goes away with this value.
pub(super) struct Folder(TempDir);

/// The files in it.
pub(super) struct Files(PathBuf);

impl Folder {
    pub(super) fn new() -> Self {
        let home = TempDir::new().unwrap();
        for purpose in ["paper", "photo"] {
            fs::create_dir(home.path().join(purpose)).unwrap();
        }
        Self(home)
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(super) fn files(&self) -> Files {
        Files::at(self.path())
    }

    pub(super) fn fill(&self, vault: &Vault, count: usize) {
        for (number, (purpose, name)) in (0..count).map(|number| (number, name(number))) {
            fs::write(self.path().join(&name), vault.seal_bytes(purpose, &number.to_be_bytes())).unwrap();
        }
    }

    pub(super) fn all_open(&self, vault: &Vault, count: usize) {
        for (number, (purpose, name)) in (0..count).map(|number| (number, name(number))) {
            let sealed = fs::read(self.path().join(name)).unwrap();
            assert_eq!(vault.open_bytes(purpose, &sealed).unwrap(), number.to_be_bytes());
        }
    }
}

fn name(number: usize) -> (&'static str, String) {
    let purpose = if number.is_multiple_of(3) { "paper" } else { "photo" };
    (purpose, format!("{purpose}/{number:04}"))
}

impl Files {
    pub(super) fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }
}

impl SealedFiles for Files {
    fn behind(&self, name: &str, most: usize) -> Result<Vec<String>, String> {
        let mut names = Vec::new();
        for purpose in ["paper", "photo"] {
            let entries = fs::read_dir(self.0.join(purpose)).unwrap();
            names.extend(entries.map(|entry| format!("{purpose}/{}", entry.unwrap().file_name().display())));
        }
        names.retain(|found| found.as_str() > name && !found.contains('.'));
        names.sort();
        names.truncate(most);
        Ok(names)
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, String> {
        Ok(fs::read(self.0.join(name)).ok())
    }

    fn first_byte(&self, name: &str) -> Result<Option<u8>, String> {
        Ok(self.read(name)?.and_then(|bytes| bytes.first().copied()))
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), String> {
        let part = self.0.join(format!("{name}.part"));
        fs::write(&part, bytes).and_then(|()| fs::rename(part, self.0.join(name))).map_err(|error| error.to_string())
    }
}
