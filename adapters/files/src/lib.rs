//! Files in a folder of this machine: written beside their place, moved there when they are whole.
//!
//! A key is the path below the folder; its words hold no dot ([`FileKey`]), so that what is half-written, `….part`, is
//! nobody's file. A put is answered when the bytes and the name are on the disk, a deletion when the name is off it. What a
//! crash left half-written is swept away at the next start. Only our own user may read here.

use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use ejia_documents::{FileKey, FileStore, FilesAway};

/// What a file is called until it is whole.
const PART: &str = ".part";
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
        let place = self.place(key);
        match fs::remove_file(&place) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
            Ok(()) => sync(place.parent().unwrap_or(&self.root)),
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
    FilesAway(format!("the folder of files: {error}"))
}

#[cfg(test)]
mod tests;
