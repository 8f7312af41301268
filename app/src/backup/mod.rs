//! Backups: everything that is kept, in one sealed file, taken while the product runs.
//!
//! A backup is a tar archive: `backup.json` (what it is), `database` (the database at one moment), `files/…` (the files, from
//! their folder or their bucket, copied after that moment: whatever a row names is there). It is sealed under the root secret
//! (`sealed.rs`), so that it may be kept where not everybody is trusted; without that secret it is of no use to anybody,
//! us included. The keys of votes are left out on purpose (`docs/secret-vote.md`).

mod database;
mod sealed;
#[cfg(test)]
mod tests;

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Component, Path, PathBuf};

use ejia_db::Desk;
use ejia_documents::FilesAway;
use ejia_files::Folder;
use ejia_kernel::{Clock, Vault};
use ejia_keys::SealedFiles;
use serde::{Deserialize, Serialize};
use tar::{Archive, Builder, Entry, EntryType, Header};

pub use database::Place;
use sealed::{SealedReader, SealedWriter};

use crate::house;
use crate::sealed::Shelf;

const LABEL: &str = "backup.json";
const DATABASE: &str = "database";
const FILES: &str = "files";
/// What a backup is called until it is whole.
const PART: &str = "part";

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// The program that made it.
    pub program: String,
    /// `SQLite` or `PostgreSQL`: it is restored to the same.
    pub engine: String,
    /// When it was taken, ISO 8601.
    pub taken_at: String,
    /// The steps of the schema that had been applied.
    pub schema: Vec<String>,
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// What it says of itself.
    pub label: Label,
    /// Files in it.
    pub files: u64,
    /// Bytes of database and files.
    pub bytes: u64,
}

/// Takes a backup of the database at `place` and of `files` into the file `to`, which must not be there.
///
/// # Errors
/// A sentence for the operator; then there is no file.
pub fn take(place: &Place, files: &dyn Shelf, vault: &Vault, to: &Path) -> Result<Held, String> {
    if to.exists() {
        return Err(format!("{} exists already; a backup never replaces another", to.display()));
    }
    let part = to.with_added_extension(PART);
    let taken = write(place, files, vault, &part).and_then(|held| {
        fs::rename(&part, to).map_err(|error| format!("cannot write {}: {error}", to.display()))?;
        Ok(held)
    });
    if taken.is_err() {
        let _ = fs::remove_file(&part);
    }
    taken
}

fn write(place: &Place, files: &dyn Shelf, vault: &Vault, part: &Path) -> Result<Held, String> {
    let unwritten = |error: io::Error| format!("cannot write {}: {error}", part.display());
    let into = private(part).map_err(unwritten)?;
    let desk = Desk::open(&place.url(), vault.clone(), Clock::system()).map_err(|problem| problem.to_string())?;
    let schema = desk.schema().map_err(|problem| problem.to_string())?;
    let label = Label {
        program: format!("ejia {}", env!("CARGO_PKG_VERSION")),
        engine: place.engine().to_owned(),
        taken_at: desk.now().to_string(),
        schema,
    };
    // Beside the backup, where there must be room anyway; only our own user may read it.
    let within = part.parent().filter(|within| !within.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let snapshot = tempfile::Builder::new().prefix("ejia-backup-").tempfile_in(within).map_err(unwritten)?;
    place.snapshot(snapshot.path())?;
    let sealed = SealedWriter::new(vault, BufWriter::new(into)).map_err(unwritten)?;
    let mut archive = Builder::new(sealed);
    archive.mode(tar::HeaderMode::Deterministic);
    let mut held = Held { label, files: 0, bytes: 0 };
    let text = serde_json::to_vec(&held.label).map_err(|error| error.to_string())?;
    add(&mut archive, LABEL, &text).map_err(unwritten)?;
    held.bytes += snapshot.as_file().metadata().map_err(unwritten)?.len();
    archive.append_path_with_name(snapshot.path(), DATABASE).map_err(unwritten)?;
    for name in files.behind("", usize::MAX)? {
        // Removed meanwhile: no row names it any more, or the row of the snapshot names what is gone.
        let Some(bytes) = files.read(&name)? else { continue };
        add(&mut archive, &format!("{FILES}/{name}"), &bytes).map_err(unwritten)?;
        held.files += 1;
        held.bytes += bytes.len() as u64;
    }
    let into = archive.into_inner().and_then(SealedWriter::finish).map_err(unwritten)?;
    into.into_inner().map_err(|error| unwritten(error.into_error()))?.sync_all().map_err(unwritten)?;
    Ok(held)
}

/// A new file that only our own user may read.
fn private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

fn add<W: Write>(archive: &mut Builder<W>, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o600);
    archive.append_data(&mut header, name, bytes)
}

/// Reads a backup to its end and says what it holds; nothing is written outside a temporary folder.
///
/// # Errors
/// A sentence: not a backup, of another secret, altered, cut short, or its database is damaged.
pub fn check(vault: &Vault, from: &Path) -> Result<Held, String> {
    let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    let (held, snapshot) = unpack(vault, from, folder.path())?;
    database::check(&held.label.engine, &snapshot)?;
    Ok(held)
}

/// Puts a backup into an empty database and where no files are. Everything is read and checked before anything is written, and
/// the database comes last: where it stands, everything does.
///
/// # Errors
/// A sentence as for [`check`]; also when there is something already, or a newer program made it.
pub fn restore(place: &Place, files: &dyn Shelf, vault: &Vault, from: &Path) -> Result<Held, String> {
    if !place.is_empty()? {
        return Err("the database is not empty; a backup is restored to an empty one only".to_owned());
    }
    if let Some(name) = files.behind("", 1)?.first() {
        return Err(format!("there are files already ({name}); a backup is restored where there are none only"));
    }
    let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    let (held, snapshot) = unpack(vault, from, folder.path())?;
    if held.label.engine != place.engine() {
        return Err(format!("this is a backup of {}, not of {}", held.label.engine, place.engine()));
    }
    if let Some(step) = house::newer_step(&held.label.schema) {
        return Err(format!("{} made this backup and is newer than this program: it knows {step}", held.label.program));
    }
    database::check(&held.label.engine, &snapshot)?;
    let unpacked = Folder::open(folder.path().join(FILES)).map_err(|error| format!("no temporary folder: {error}"))?;
    for name in unpacked.behind("", usize::MAX)? {
        let bytes = unpacked.read(&name)?.unwrap_or_default();
        let key = name.parse().map_err(|fault| format!("{name}: {fault}"))?;
        files.put(&key, &bytes).map_err(FilesAway::why)?;
    }
    place.restore(&snapshot)?;
    Ok(held)
}

/// Unpacks a backup into a folder; answers what it holds and where the database lies.
fn unpack(vault: &Vault, from: &Path, folder: &Path) -> Result<(Held, PathBuf), String> {
    let unreadable = |error: io::Error| format!("{}: {error}", from.display());
    let file = File::open(from).map_err(unreadable)?;
    let mut archive = Archive::new(SealedReader::new(vault, BufReader::new(file)).map_err(unreadable)?);
    let mut label = None;
    let (mut files, mut bytes) = (0, 0);
    for entry in archive.entries().map_err(unreadable)? {
        let mut entry = entry.map_err(unreadable)?;
        let name = plain_name(&entry).ok_or_else(|| format!("{}: an entry has no proper name", from.display()))?;
        bytes += entry.size();
        match name.to_str() {
            Some(LABEL) => label = Some(serde_json::from_reader(&mut entry).map_err(|error| error.to_string())?),
            Some(DATABASE) => put(&mut entry, &folder.join(DATABASE)).map_err(unreadable)?,
            _ if name.starts_with(FILES) => {
                files += 1;
                put(&mut entry, &folder.join(&name)).map_err(unreadable)?;
            }
            _ => return Err(format!("{}: a newer program made this backup", from.display())),
        }
    }
    // The seal of the last piece is what says that nothing is missing.
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(unreadable)?;
    let label: Label = label.ok_or_else(|| format!("{}: it does not say what it is", from.display()))?;
    let bytes = bytes - serde_json::to_vec(&label).map_or(0, |text| text.len() as u64);
    Ok((Held { label, files, bytes }, folder.join(DATABASE)))
}

/// The name of a plain file that stays below its folder.
fn plain_name<R: Read>(entry: &Entry<'_, R>) -> Option<PathBuf> {
    let name = entry.path().ok()?.into_owned();
    let below = name.components().all(|part| matches!(part, Component::Normal(_)));
    (below && entry.header().entry_type() == EntryType::Regular).then_some(name)
}

fn put<R: Read>(entry: &mut Entry<'_, R>, path: &Path) -> io::Result<()> {
    if let Some(within) = path.parent() {
        fs::create_dir_all(within)?;
    }
    let mut into = private(path)?;
    io::copy(entry, &mut into)?;
    into.sync_all()
}
