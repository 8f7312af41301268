//! Files that are kept: photos people sent and papers that are ready, sealed before they leave our hands.
//!
//! Where they lie is handed in ([`FileStore`], a folder or a bucket). A store sees a key and sealed bytes, nothing else: who
//! sent what for which purpose stands in the row that names the key. Everything here blocks and is called outside
//! transactions, in a handler by [`ejia_web::aside`]: put first, then write the row; forget the row first, then delete.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use ejia_kernel::{Problem, ProblemKind, UploadId, Vault};

use crate::photo::{FitPhoto, Photo};

#[cfg(test)]
mod tests;

/// No key is longer.
const LONGEST: usize = 120;

/// Where a file lies in its store: words of a-z, 0-9, _ and -, between slashes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileKey(String);

/// Why a text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileKeyFault;

impl FileKey {
    /// A new key that tells nothing but its purpose.
    ///
    /// # Errors
    /// A fault when the purpose is no word of a key.
    pub fn fresh(purpose: &str) -> Result<Self, Problem> {
        format!("{purpose}/{}", UploadId::random()).parse().map_err(Problem::fault)
    }

    /// What the file is for: the first word.
    pub fn purpose(&self) -> &str {
        self.0.split('/').next().unwrap_or_default()
    }

    /// The key as text, for the row that names it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for FileKey {
    type Err = FileKeyFault;

    fn from_str(text: &str) -> Result<Self, FileKeyFault> {
        let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
        let word = |word: &str| !word.is_empty() && word.bytes().all(plain);
        let right = text.len() <= LONGEST && text.split('/').all(word);
        if right { Ok(Self(text.to_owned())) } else { Err(FileKeyFault) }
    }
}

impl fmt::Display for FileKey {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

impl fmt::Display for FileKeyFault {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("no key of a file: words of a-z, 0-9, _ and -, between slashes")
    }
}

impl std::error::Error for FileKeyFault {}

/// A store that cannot be had at the moment; the text says why, for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilesAway {
    /// It has no room.
    Full(String),
    /// It does not answer, or lets nobody in.
    Away(String),
}

impl FilesAway {
    /// The text.
    pub fn why(self) -> String {
        match self {
            Self::Full(why) | Self::Away(why) => why,
        }
    }
}

/// Where files lie. What was put is there whole or not at all, and outlives a crash.
pub trait FileStore: Send + Sync {
    /// Puts a file in its place, over what lay there.
    ///
    /// # Errors
    /// [`FilesAway`]; what lay there before still does.
    fn put(&self, key: &FileKey, bytes: &[u8]) -> Result<(), FilesAway>;

    /// A file, if there is one.
    ///
    /// # Errors
    /// [`FilesAway`].
    fn get(&self, key: &FileKey) -> Result<Option<Vec<u8>>, FilesAway>;

    /// Removes a file; it may be gone already.
    ///
    /// # Errors
    /// [`FilesAway`].
    fn delete(&self, key: &FileKey) -> Result<(), FilesAway>;
}

/// The files of the house: where they lie, and who fits photos. A part of the site.
#[derive(Clone)]
pub struct Files {
    store: Arc<dyn FileStore>,
    photos: FitPhoto,
}

/// A photo that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPhoto {
    /// Where.
    pub key: FileKey,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Size of the JPEG.
    pub bytes: u64,
}

impl Files {
    /// Files that lie in `store`; photos are made to fit by `photos`.
    pub fn new(store: Arc<dyn FileStore>, photos: FitPhoto) -> Self {
        Self { store, photos }
    }

    /// Keeps what somebody sent as a photo. The purpose is a word of the code, as the vault wants it.
    ///
    /// # Errors
    /// `documents.photo_…` for what is no photo we take, to be put [on its field](on_field); `documents.files_away`.
    pub fn keep_photo(&self, vault: &Vault, purpose: &'static str, sent: &[u8]) -> Result<StoredPhoto, Problem> {
        let Photo { bytes, width, height } = (self.photos)(sent)?;
        let key = self.keep(vault, purpose, &bytes)?;
        Ok(StoredPhoto { key, width, height, bytes: bytes.len() as u64 })
    }

    /// Keeps bytes as they are: a paper that is ready.
    ///
    /// # Errors
    /// `documents.files_away`; `kernel.no_room`.
    pub fn keep(&self, vault: &Vault, purpose: &'static str, bytes: &[u8]) -> Result<FileKey, Problem> {
        let key = FileKey::fresh(purpose)?;
        self.keep_at(vault, &key, bytes)?;
        Ok(key)
    }

    /// Keeps bytes under a key that is found again without a row, over what was kept there. Its first word is its purpose.
    ///
    /// # Errors
    /// As [`Files::keep`].
    pub fn keep_at(&self, vault: &Vault, key: &FileKey, bytes: &[u8]) -> Result<(), Problem> {
        self.store.put(key, &seal(vault, key.purpose(), key, bytes)).map_err(away)
    }

    /// Opens what was kept by [`Files::keep_at`]; nothing when it was not, or was deleted.
    ///
    /// # Errors
    /// `documents.files_away`; a fault when it was altered or is another file.
    pub fn find(&self, vault: &Vault, key: &FileKey) -> Result<Option<Vec<u8>>, Problem> {
        let sealed = self.store.get(key).map_err(away)?;
        sealed.map(|sealed| open(vault, key.purpose(), key, &sealed)).transpose()
    }

    /// Opens what was kept for the same purpose.
    ///
    /// # Errors
    /// `documents.no_such_file` when it was deleted; `documents.files_away`; a fault when it was altered or is another file.
    pub fn open(&self, vault: &Vault, purpose: &'static str, key: &FileKey) -> Result<Vec<u8>, Problem> {
        let sealed = self.store.get(key).map_err(away)?;
        let sealed = sealed.ok_or_else(|| Problem::not_found("documents.no_such_file"))?;
        open(vault, purpose, key, &sealed)
    }

    /// Deletes what was kept for a row that was not written because of this problem. Where nobody knows whether the row
    /// stands, the file is left in its place: a row must find its file, and a file without a row does no harm.
    ///
    /// # Errors
    /// `documents.files_away`.
    pub fn let_go(&self, key: &FileKey, because: &Problem) -> Result<(), Problem> {
        if because.is_in_doubt() { Ok(()) } else { self.delete(key) }
    }

    /// Deletes what was kept; it may be gone already.
    ///
    /// # Errors
    /// `documents.files_away`.
    pub fn delete(&self, key: &FileKey) -> Result<(), Problem> {
        self.store.delete(key).map_err(away)
    }
}

/// Puts the refusal of a file on the field of the form that brought it; what is our fault stays as it is.
pub fn on_field(problem: Problem, field: &str) -> Problem {
    match problem.kind {
        ProblemKind::Refused | ProblemKind::TooLarge => {
            let Problem { code, args, detail, .. } = problem;
            let mut on_it = Problem::refused("kernel.check_fields").on_with(field, code, args);
            on_it.detail = detail;
            on_it
        }
        _ => problem,
    }
}

/// Seals bytes together with their key: a file that was laid in the place of another does not open.
fn seal(vault: &Vault, purpose: &str, key: &FileKey, bytes: &[u8]) -> Vec<u8> {
    vault.seal_bytes(purpose, &[key.0.as_bytes(), b"\n", bytes].concat())
}

fn open(vault: &Vault, purpose: &str, key: &FileKey, sealed: &[u8]) -> Result<Vec<u8>, Problem> {
    let mut plain = vault.open_bytes(purpose, sealed)?;
    let named = plain.strip_prefix(key.0.as_bytes()).is_some_and(|rest| rest.starts_with(b"\n"));
    if !named {
        return Err(Problem::fault(format_args!("files: {key} holds another file")));
    }
    plain.drain(..=key.0.len());
    Ok(plain)
}

fn away(fault: FilesAway) -> Problem {
    match fault {
        FilesAway::Full(why) => Problem::no_room(why),
        FilesAway::Away(why) => {
            tracing::error!(why, "the files are away");
            Problem::new(ProblemKind::Busy, "documents.files_away")
        }
    }
}
