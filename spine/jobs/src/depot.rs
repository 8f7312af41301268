//! Files that go along with jobs: what somebody sent waits for the job that reads it, what a job has made waits for who
//! asked for it. Who keeps one and who fetches it may be processes on different machines.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use ejia_kernel::Problem;
use tempfile::{NamedTempFile, TempPath};

/// Where such files wait. A key is two words, what the file is and an id that tells when it was made: `import/0198…`. Who has
/// kept a file forgets it; one that was forgotten by everybody goes after three months. Everything here blocks and is called
/// outside transactions.
pub trait Depot: Send + Sync {
    /// Keeps what a file holds, over what was kept there before.
    ///
    /// # Errors
    /// Where there is no room, or the depot is not to be had.
    fn keep(&self, key: &str, from: &Path) -> Result<(), Problem>;

    /// What was kept, as a file of this machine that goes away with the answer; nothing when there is none.
    ///
    /// # Errors
    /// As [`Depot::keep`].
    fn fetch(&self, key: &str) -> Result<Option<TempPath>, Problem>;

    /// Removes what was kept; it may be gone already.
    ///
    /// # Errors
    /// As [`Depot::keep`].
    fn forget(&self, key: &str) -> Result<(), Problem>;
}

/// A folder of this machine alone, whose files are as they came: for tests and measurements.
#[derive(Debug, Clone)]
pub struct FolderDepot(PathBuf);

impl FolderDepot {
    /// The files below this folder, which is made when the first one comes.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }
}

impl Depot for FolderDepot {
    fn keep(&self, key: &str, from: &Path) -> Result<(), Problem> {
        let place = self.0.join(key);
        let made = place.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| fs::copy(from, &place)).map(drop).map_err(|error| Problem::of_disk(&error))
    }

    fn fetch(&self, key: &str) -> Result<Option<TempPath>, Problem> {
        let place = self.0.join(key);
        if !place.exists() {
            return Ok(None);
        }
        let file = NamedTempFile::new_in(&self.0).map_err(|error| Problem::of_disk(&error))?;
        fs::copy(place, file.path()).map_err(|error| Problem::of_disk(&error))?;
        Ok(Some(file.into_temp_path()))
    }

    fn forget(&self, key: &str) -> Result<(), Problem> {
        match fs::remove_file(self.0.join(key)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(Problem::of_disk(&error)),
            _ => Ok(()),
        }
    }
}
