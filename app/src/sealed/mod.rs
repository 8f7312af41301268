//! Where something is sealed: the columns of every crate's tables, and the files in a folder or a bucket.

mod depot;

use std::path::Path;
use std::sync::Arc;

use ejia_buckets::{Account, Bucket};
use ejia_db::Blobs;
use ejia_documents::FileStore;
use ejia_files::Folder;
use ejia_kernel::Problem;
use ejia_keys::{Places, SealedFiles};

pub(crate) use depot::SealedDepot;

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

/// Where sealed files lie, as pages and jobs see it and as a change of keys does.
pub trait Shelf: FileStore + SealedFiles {}

impl<T: FileStore + SealedFiles> Shelf for T {}

/// The sealed files.
pub(crate) struct Kept {
    pub(crate) files: Arc<dyn Shelf>,
    /// Keys of votes lie beside the files, where no backup takes them along.
    pub(crate) ballot_keys: Arc<dyn Shelf>,
}

impl Kept {
    pub(crate) fn of(folder: &Path, bucket: Option<&Account>) -> Result<Self, Problem> {
        Ok(Self { files: shelf(folder, bucket, FILES)?, ballot_keys: shelf(folder, bucket, "ballot-keys")? })
    }

    pub(crate) fn places(&self) -> Places {
        let places = Places::of(BLOBS).with_folder("files", self.files.clone());
        places.with_folder("ballot-keys", self.ballot_keys.clone())
    }
}

/// Everywhere something is sealed: every table, and the files in this folder or this bucket.
///
/// # Errors
/// A fault when a folder cannot be made, or the bucket's address is none.
pub fn places(folder: &Path, bucket: Option<&Account>) -> Result<Places, Problem> {
    Kept::of(folder, bucket).map(|kept| kept.places())
}

/// Files of one sort: in the bucket where there is one, else in the folder.
///
/// # Errors
/// As [`places`].
pub fn shelf(folder: &Path, bucket: Option<&Account>, sort: &str) -> Result<Arc<dyn Shelf>, Problem> {
    match bucket {
        Some(account) => Ok(Arc::new(Bucket::open(account, sort).map_err(Problem::fault)?)),
        None => Ok(Arc::new(Folder::open(folder.join(sort)).map_err(Problem::fault)?)),
    }
}

#[cfg(test)]
mod tests;
