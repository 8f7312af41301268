//! Files in a folder of this machine: written beside their place, moved there when they are whole.
//!
//! A key is the path below the folder; its words hold no dot ([`FileKey`]), so that what is half-written, `….part`, is
//! nobody's file. A put is answered when the bytes and the name are on the disk, a deletion when the name is off it. What a
//! crash left half-written is swept away at the next start. Who deletes and who seals anew hold a lock beside the folder, so
//! that nothing deleted comes back. Only our own user may read here.

use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use ejia_documents::{FileKey, FileStore, FilesAway};
use ejia_keys::SealedFiles;

/// What a file is called until it is whole.
const PART: &str = ".part";
/// The ending of the file beside the folder that is locked while a file is deleted, or replaced if it is there: by threads
/// and by processes.
const LOCK: &str = "lock";
/// A part that nobody wrote on for so long is nobody's; another process may write here at the same time.
const LEFT: Duration = Duration::from_hours(1);

/// How much room there is around a folder: free for us, and in all, in bytes.
///
/// # Errors
/// The folder cannot be found.
pub fn room(folder: &Path) -> io::Result<(u64, u64)> {
    let room = rustix::fs::statvfs(folder)?;
    Ok((room.f_bavail.saturating_mul(room.f_frsize), room.f_blocks.saturating_mul(room.f_frsize)))
}

/// A folder in which files lie.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The files below `root`, which is made when it is not there; sweeps away what a crash left behind.
    ///
    /// # Errors
    /// The folder cannot be made or read.
    pub fn open(root: impl Into<PathBuf>) -> io::Result<Self> {
        let root = root.into();
        make(&root)?;
        let left = SystemTime::now().checked_sub(LEFT).unwrap_or(SystemTime::UNIX_EPOCH);
        let swept = sweep(&root, left)?;
        if swept > 0 {
            tracing::info!(swept, "removed files that were never finished");
        }
        Ok(Self { root })
    }

    fn place(&self, key: &FileKey) -> PathBuf {
        self.root.join(key.as_str())
    }

    fn write(&self, key: &FileKey, bytes: &[u8]) -> io::Result<()> {
        let place = self.place(key);
        let within = place.parent().unwrap_or(&self.root);
        if !within.is_dir() {
            make(within)?;
            sync_up(within, &self.root)?;
        }
        // Its own user may read it, nobody else; it is gone again when this is not finished.
        let mut part = tempfile::Builder::new().suffix(PART).tempfile_in(within)?;
        part.write_all(bytes)?;
        part.as_file().sync_all()?;
        part.persist(&place)?;
        sync(within)
    }

    fn remove(&self, key: &FileKey) -> io::Result<()> {
        let (place, _held) = (self.place(key), self.lock()?);
        match fs::remove_file(&place) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
            Ok(()) => sync(place.parent().unwrap_or(&self.root)),
        }
    }
}

impl Folder {
    /// Held until it is dropped.
    fn lock(&self) -> io::Result<File> {
        let lock = File::options().create(true).append(true).mode(0o600).open(self.root.with_added_extension(LOCK))?;
        lock.lock()?;
        Ok(lock)
    }

    /// Writes over a file if it is still there.
    fn write_over(&self, key: &FileKey, bytes: &[u8]) -> io::Result<()> {
        let _held = self.lock()?;
        if self.place(key).is_file() { self.write(key, bytes) } else { Ok(()) }
    }

    fn first_of(&self, key: &FileKey) -> io::Result<Option<u8>> {
        let mut byte = [0];
        let read = File::open(self.place(key)).and_then(|mut file| file.read(&mut byte));
        match read {
            Ok(read) => Ok((read == 1).then_some(byte[0])),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl FileStore for Folder {
    fn put(&self, key: &FileKey, bytes: &[u8]) -> Result<(), FilesAway> {
        self.write(key, bytes).map_err(away)
    }

    fn get(&self, key: &FileKey) -> Result<Option<Vec<u8>>, FilesAway> {
        match fs::read(self.place(key)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(away(error)),
        }
    }

    fn delete(&self, key: &FileKey) -> Result<(), FilesAway> {
        self.remove(key).map_err(away)
    }
}

impl SealedFiles for Folder {
    fn behind(&self, name: &str, most: usize) -> Result<Vec<String>, String> {
        let mut names = Vec::new();
        gather(&self.root, "", &mut names).map_err(|error| away(error).why())?;
        names.retain(|found| found.as_str() > name);
        names.sort_unstable();
        names.truncate(most);
        Ok(names)
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, String> {
        self.get(&named(name)?).map_err(FilesAway::why)
    }

    fn first_byte(&self, name: &str) -> Result<Option<u8>, String> {
        self.first_of(&named(name)?).map_err(|error| away(error).why())
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), String> {
        self.write_over(&named(name)?, bytes).map_err(|error| away(error).why())
    }
}

fn named(name: &str) -> Result<FileKey, String> {
    name.parse().map_err(|fault| format!("{name}: {fault}"))
}

/// The names of all files below a folder, whose own name they bear in front.
fn gather(folder: &Path, within: &str, names: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(word) = entry.file_name().into_string() else { continue };
        let name = if within.is_empty() { word } else { format!("{within}/{word}") };
        if entry.file_type()?.is_dir() {
            gather(&entry.path(), &name, names)?;
        } else if name.parse::<FileKey>().is_ok() {
            names.push(name);
        }
    }
    Ok(())
}

fn make(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Writes down what names lie in a folder.
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Writes down the names of new folders, up to the one that was there before.
fn sync_up(within: &Path, root: &Path) -> io::Result<()> {
    within.ancestors().skip(1).take_while(|above| above.starts_with(root)).try_for_each(sync)
}

/// Removes parts last written on before `left`; how many there were.
fn sweep(folder: &Path, left: SystemTime) -> io::Result<u64> {
    let mut swept = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            swept += sweep(&entry.path(), left)?;
        } else if entry.file_name().as_encoded_bytes().ends_with(PART.as_bytes())
            && entry.metadata().and_then(|about| about.modified()).is_ok_and(|written| written < left)
        {
            fs::remove_file(entry.path())?;
            swept += 1;
        }
    }
    Ok(swept)
}

#[expect(clippy::needless_pass_by_value, reason = "reads better as the argument of map_err")]
fn away(error: io::Error) -> FilesAway {
    let why = format!("the folder of files: {error}");
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => FilesAway::Full(why),
        _ => FilesAway::Away(why),
    }
}

#[cfg(test)]
mod tests;
