//! Where something is sealed: the columns of every crate's tables, and the folders of files.

use std::path::Path;
use std::sync::Arc;

use ejia_db::Blobs;
use ejia_files::Folder;
use ejia_kernel::Problem;
use ejia_keys::Places;

use crate::house::FILES;

/// What lies in the BLOB columns of every crate's tables.
pub const BLOBS: &[&[Blobs]] = &[
    ejia_keys::BLOBS,
    ejia_audit::BLOBS,
    ejia_directory::BLOBS,
    ejia_messages::BLOBS,
    ejia_access::BLOBS,
    ejia_transfers::BLOBS,
    ejia_ballots::BLOBS,
    ejia_meetings::BLOBS,
    ejia_statistics::BLOBS,
    ejia_wechat::BLOBS,
];

/// The folders of sealed files.
pub(crate) struct Kept {
    pub(crate) files: Arc<Folder>,
    /// Keys of votes lie beside the files, in a folder that no backup takes along.
    pub(crate) ballot_keys: Arc<Folder>,
}

impl Kept {
    pub(crate) fn under(folder: &Path) -> Result<Self, Problem> {
        Ok(Self { files: file_store(&folder.join(FILES))?, ballot_keys: file_store(&folder.join("ballot-keys"))? })
    }

    pub(crate) fn places(&self) -> Places {
        let places = Places::of(BLOBS).with_folder("files", self.files.clone());
        places.with_folder("ballot-keys", self.ballot_keys.clone())
    }
}

/// Everywhere something is sealed: every table, and the folders of files under this one.
///
/// # Errors
/// A fault when a folder cannot be made.
pub fn places(folder: &Path) -> Result<Places, Problem> {
    Kept::under(folder).map(|kept| kept.places())
}

/// Where files that are kept lie.
///
/// # Errors
/// A fault when the folder cannot be made.
pub fn file_store(folder: &Path) -> Result<Arc<Folder>, Problem> {
    Ok(Arc::new(Folder::open(folder).map_err(Problem::fault)?))
}

#[cfg(test)]
mod tests;
