//! Nothing is sealed that a change of keys does not know of.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use ejia_db::{Holds, TestDatabase, args};

use super::BLOBS;
use crate::house::MIGRATIONS;

/// Each table of a fresh database with a BLOB column: its primary key and those columns.
fn tables_of_the_schema() -> BTreeMap<String, (Vec<String>, BTreeSet<String>)> {
    let database = TestDatabase::sqlite(MIGRATIONS);
    let columns: Vec<(String, String, String, i64)> = database
        .desk
        .read_now(|txn| {
            let sql = "SELECT m.name, p.name, p.type, p.pk FROM sqlite_master m, pragma_table_info(m.name) p
                 WHERE m.type = 'table' ORDER BY m.name, p.pk, p.cid";
            Ok(txn.query(sql, &args![], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?)
        })
        .unwrap();
    let mut tables: BTreeMap<String, (Vec<String>, BTreeSet<String>)> = BTreeMap::new();
    for (table, column, kind, key) in columns {
        let (keys, blobs) = tables.entry(table).or_default();
        if key > 0 {
            keys.push(column.clone());
        }
        if kind == "BLOB" {
            blobs.insert(column);
        }
    }
    tables.retain(|_, (_, blobs)| !blobs.is_empty());
    tables
}

#[test]
fn every_blob_column_says_what_it_holds() {
    let declared = BLOBS.iter().flat_map(|blobs| blobs.iter()).map(|table| {
        let key = table.key.iter().map(ToString::to_string).collect();
        let columns = table.columns.iter().map(|(column, _)| (*column).to_owned()).collect();
        (table.table.to_owned(), (key, columns))
    });
    assert_eq!(declared.collect::<BTreeMap<String, _>>(), tables_of_the_schema());
}

#[test]
fn what_is_called_sealed_or_index_is() {
    for table in BLOBS.iter().flat_map(|blobs| blobs.iter()) {
        for (column, holds) in table.columns {
            let (name, at) = (table.table, format!("{}.{column}", table.table));
            assert!(!column.ends_with("_sealed") || holds.is_sealed(), "{at}");
            assert!(!column.ends_with("_index") || *holds == Holds::Index, "{at}");
            assert!(!column.ends_with("hash") || *holds == Holds::Hash, "{at}");
            assert!(*column != "sealed" || holds.is_sealed() || name == "ballot_sealed", "{at}");
        }
    }
}

/// The Rust files below a folder, without tests.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let name = entry.file_name().unwrap().to_str().unwrap();
        if entry.is_dir() && name != "tests" && name != "target" {
            sources(&entry, found);
        } else if entry.extension().is_some_and(|ending| ending == "rs") && name != "tests.rs" {
            found.push(entry);
        }
    }
}

/// The constants that something is sealed for in a file, its own tests left out.
fn constants(text: &str) -> BTreeSet<&str> {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let calls = [".seal(", ".seal_bytes("].into_iter().flat_map(|call| text.split(call).skip(1));
    let names = calls.filter_map(|rest| rest.split_once(',')).map(|(name, _)| name.trim());
    names.filter(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')).collect()
}

/// What a constant says, in this file or in that of the module above.
fn said(file: &Path, name: &str) -> Option<String> {
    let folder = file.parent()?;
    [file.to_owned(), folder.with_extension("rs"), folder.join("mod.rs")].iter().find_map(|file| {
        let text = fs::read_to_string(file).ok()?;
        let (_, rest) = text.split_once(&format!("const {name}: &str = \""))?;
        rest.split('"').next().map(ToOwned::to_owned)
    })
}

/// What is sealed on its way through an address, and kept nowhere.
const ON_ITS_WAY: [&str; 1] = ["directory.sought"];

#[test]
fn everything_that_is_sealed_is_declared_with_its_purpose() {
    let declared: BTreeSet<&str> = BLOBS
        .iter()
        .flat_map(|blobs| blobs.iter())
        .flat_map(|table| table.columns)
        .filter_map(|(_, holds)| if let Holds::Sealed(purpose) = holds { Some(*purpose) } else { None })
        .collect();
    let (mut files, mut seen) = (Vec::new(), 0);
    for folder in ["product", "adapters", "spine/web", "spine/audit"] {
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder), &mut files);
    }
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for name in constants(&text) {
            // A sealed file lies in the folder that is called as its purpose.
            if text.contains(&format!("FileKey::fresh({name})")) {
                continue;
            }
            let purpose = said(&file, name).unwrap_or_else(|| panic!("{}: what is {name}?", file.display()));
            let known = declared.contains(purpose.as_str()) || ON_ITS_WAY.contains(&purpose.as_str());
            assert!(known, "{}: {purpose}", file.display());
            seen += 1;
        }
    }
    assert!(seen >= 14, "only {seen} were found");
}
