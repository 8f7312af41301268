//! Where files wait that go along with jobs: sealed, with the files that are kept.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ejia_db::Desk;
use ejia_documents::{FileKey, Files};
use ejia_jobs::{Depot, Handlers, JobFault};
use ejia_kernel::{Problem, UploadId, Vault};
use tempfile::{NamedTempFile, TempPath};

use super::Shelf;

#[cfg(test)]
mod tests;

/// What the files are called that wait: their first word.
const WAITING: &str = "depot";
/// Nothing is read for so long; another process may have fetched something into the same folder.
const LEFT: Duration = Duration::from_hours(6);
/// Nothing waits for so long: whoever should have removed it died over it, or its row was never written. A house that stood
/// still for weeks yet finds what waited for it.
const FORGOTTEN: Duration = Duration::from_hours(90 * 24);
/// So many are looked at at once.
const PAGE: usize = 1000;

/// A depot among the files of the house. What is fetched is opened into a folder of this machine, readable by our own
/// user alone, for as long as it is read.
pub(crate) struct SealedDepot {
    files: Files,
    shelf: Arc<dyn Shelf>,
    vault: Vault,
    folder: PathBuf,
}

impl SealedDepot {
    /// Among these files, which lie on `shelf`; what is fetched lies in `folder`.
    pub(crate) fn new(files: Files, shelf: Arc<dyn Shelf>, vault: &Vault, folder: PathBuf) -> Result<Self, Problem> {
        std::fs::create_dir_all(&folder).map_err(Problem::fault)?;
        Ok(Self { files, shelf, vault: vault.clone(), folder })
    }

    /// The job that removes what nobody waits for any more.
    pub(crate) fn handlers(self: &Arc<Self>) -> Handlers {
        let depot = Arc::clone(self);
        Handlers::new().every("depot.sweep", Duration::from_hours(24), move |desk| depot.sweep(desk))
    }

    fn sweep(&self, desk: &Desk) -> Result<(), JobFault> {
        // Ids sort by the time they were made.
        let oldest = UploadId::new(desk.now().minus(FORGOTTEN)).to_string();
        let is_old = |name: &str| name.rsplit('/').next().is_some_and(|id| id < oldest.as_str());
        let ours = format!("{WAITING}/");
        let mut behind = ours.clone();
        loop {
            let names = self.shelf.behind(&behind, PAGE).map_err(JobFault::Retry)?;
            for name in names.iter().filter(|name| name.starts_with(&ours) && is_old(name)) {
                self.files.delete(&name.parse().map_err(Problem::fault)?)?;
            }
            match names.last() {
                Some(last) if last.starts_with(&ours) => behind.clone_from(last),
                _ => return Ok(()),
            }
        }
    }

    /// Removes what a process has fetched that died over it.
    fn sweep_fetched(&self) {
        for entry in std::fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let fetched = entry.metadata().and_then(|about| about.modified()).ok();
            if fetched.and_then(|fetched| fetched.elapsed().ok()).is_some_and(|age| age > LEFT) {
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }
}

impl Depot for SealedDepot {
    fn keep(&self, key: &str, from: &Path) -> Result<(), Problem> {
        let bytes = std::fs::read(from).map_err(Problem::fault)?;
        self.files.keep_at(&self.vault, &named(key)?, &bytes)
    }

    fn fetch(&self, key: &str) -> Result<Option<TempPath>, Problem> {
        self.sweep_fetched();
        let Some(bytes) = self.files.find(&self.vault, &named(key)?)? else { return Ok(None) };
        let mut file = NamedTempFile::new_in(&self.folder).map_err(|error| Problem::of_disk(&error))?;
        file.write_all(&bytes).map_err(|error| Problem::of_disk(&error))?;
        Ok(Some(file.into_temp_path()))
    }

    fn forget(&self, key: &str) -> Result<(), Problem> {
        self.files.delete(&named(key)?)
    }
}

fn named(key: &str) -> Result<FileKey, Problem> {
    format!("{WAITING}/{key}").parse().map_err(Problem::fault)
}
